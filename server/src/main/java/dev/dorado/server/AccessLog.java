package dev.dorado.server;

import static java.util.Objects.requireNonNull;

import io.javalin.http.Context;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who changed something, and who was refused, in the log {@value #NAME}: a line for each request.
 * Of refusals, which anybody can cause, a number of lines in a period; the next line says how many
 * were left out. Thread-safe.
 */
final class AccessLog {

  /** Name of the log. */
  static final String NAME = "dorado.access";

  /** Lines of refusals in a period at most. */
  static final int MOST_REFUSALS = 60;

  /** The period. */
  static final Duration PERIOD = Duration.ofMinutes(1);

  private static final Logger LOG = LoggerFactory.getLogger(NAME);

  private final LongSupplier nanoTime;
  private final Optional<RefusalCounts> counts;
  private long periodBegan;
  private int refusals;
  private long leftOut;

  /**
   * @param nanoTime the present, in nanoseconds
   * @param counts takes refusals, too, all of them
   */
  AccessLog(LongSupplier nanoTime, Optional<RefusalCounts> counts) {
    this.nanoTime = requireNonNull(nanoTime);
    this.counts = requireNonNull(counts);
    this.periodBegan = nanoTime.getAsLong();
  }

  /** A request that may change something was let through. */
  void allowed(Context context, String who) {
    LOG.info("{} {} by {}", context.method(), context.path(), who);
  }

  /**
   * A request was refused.
   *
   * @param caller who sent it, if that is known
   */
  void refused(Context context, Optional<Caller> caller, Problem refusal) {
    counts.ifPresent(
        all ->
            all.count(
                caller,
                context.method() + " " + route(context),
                context.req().getRemoteAddr(),
                refusal));
    long before = admit();
    if (before >= 0) {
      LOG.warn(
          "refused {} {} from {} with {}: {}{}",
          context.method(),
          context.path(),
          context.req().getRemoteAddr(),
          refusal.status(),
          refusal.getMessage(),
          before == 0 ? "" : " (%,d refusals before were not logged)".formatted(before));
    }
  }

  private static String route(Context context) {
    var endpoint = context.endpoints().lastHttpEndpoint();
    return endpoint == null ? "?" : endpoint.path;
  }

  /** How many were left out before this one; negative if this one is left out, too. */
  private synchronized long admit() {
    long now = nanoTime.getAsLong();
    if (now - periodBegan >= PERIOD.toNanos()) {
      periodBegan = now;
      refusals = 0;
    }
    if (refusals == MOST_REFUSALS) {
      leftOut++;
      return -1;
    }
    refusals++;
    long before = leftOut;
    leftOut = 0;
    return before;
  }
}
