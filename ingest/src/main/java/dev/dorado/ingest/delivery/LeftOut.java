package dev.dorado.ingest.delivery;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What of a delivery can't be used and is left out, while the rest of it is accepted: commits,
 * alerts or events that lack something, and optional values of the wrong type. Not thread-safe.
 */
public final class LeftOut {

  /** More than these are not told apart: a reader looks for the cause in the first ones. */
  private static final int MOST = 100;

  private final Map<String, MissingField> byPath = new LinkedHashMap<>();

  /** Takes a problem; the first one of a path stands. */
  public void add(MissingField problem) {
    if (byPath.size() < MOST) {
      byPath.putIfAbsent(problem.path(), problem);
    }
  }

  /** The problems in the order in which they were found; at most 100. */
  public List<MissingField> problems() {
    return List.copyOf(byPath.values());
  }
}
