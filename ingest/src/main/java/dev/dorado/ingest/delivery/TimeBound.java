package dev.dorado.ingest.delivery;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The latest time that a delivery may state. It depends on the time of receipt, since it is a check
 * and no rule: a typo or a wrong clock would otherwise place events in years to come.
 *
 * @param latest the latest time that is accepted
 * @param expected what is accepted, for messages
 */
record TimeBound(Instant latest, String expected) {

  /** Accepts every time. */
  static final TimeBound NONE = new TimeBound(Instant.MAX, SenderTime.EXPECTED);

  /** Accepts times until {@code tolerance} after {@code receivedAt}. */
  static TimeBound after(Instant receivedAt, Duration tolerance) {
    Instant latest = receivedAt.plus(tolerance);
    return new TimeBound(
        latest,
        "a time until %s, which is %s after the delivery was received (dorado.ingest.future-tolerance)"
            .formatted(latest.truncatedTo(ChronoUnit.SECONDS), inWords(tolerance)));
  }

  boolean allows(Instant time) {
    return !time.isAfter(latest);
  }

  private static String inWords(Duration tolerance) {
    long hours = tolerance.toHours();
    return hours > 0 && tolerance.equals(Duration.ofHours(hours))
        ? hours % 24 == 0 ? hours / 24 + " d" : hours + " h"
        : tolerance.toSeconds() + " s";
  }
}
