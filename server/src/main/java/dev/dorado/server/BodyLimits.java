package dev.dorado.server;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How long the bodies of requests may be, by path. Immutable. */
final class BodyLimits {

  private final long byDefault;
  private final Map<String, Integer> ofPaths = new HashMap<>();

  /**
   * @param byDefault bytes that a body may have where no role says otherwise
   */
  BodyLimits(long byDefault, List<? extends HttpRole> roles) {
    this.byDefault = byDefault;
    roles.forEach(role -> ofPaths.putAll(role.bodyLimits()));
  }

  /** Bytes that the body of a request to {@code path} may have. */
  long of(String path) {
    Integer limit = ofPaths.get(path);
    return limit == null ? byDefault : limit;
  }

  /** The longest body that any path takes. */
  long longest() {
    return ofPaths.values().stream().mapToLong(Integer::longValue).reduce(byDefault, Math::max);
  }
}
