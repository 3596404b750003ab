package dev.dorado.rules.attribute;

import java.time.Duration;
import java.time.Instant;

/** Rule E2: spans between two boundaries of one story. */
final class Spans {

  private Spans() {}

  /**
   * Seconds between two boundaries. Where they cross by up to {@code tolerance}, the later one is
   * moved to the earlier: 0. Null if they cross by more, or one is not known.
   */
  static Double seconds(Instant from, Instant to, Duration tolerance) {
    if (from == null || to == null) {
      return null;
    }
    Duration span = Duration.between(from, to);
    if (!span.isNegative()) {
      return span.toMillis() / 1000.0;
    }
    return span.negated().compareTo(tolerance) <= 0 ? 0.0 : null;
  }

  /** Whether two boundaries cross by more than {@code tolerance}. */
  static boolean isInverted(Instant from, Instant to, Duration tolerance) {
    return from != null && to != null && to.plus(tolerance).isBefore(from);
  }
}
