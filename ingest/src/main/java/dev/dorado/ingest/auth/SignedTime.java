package dev.dorado.ingest.auth;

import dev.dorado.ingest.delivery.DeliveryRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The time at which a sender signed a delivery, in seconds since 1970: it must be near the time at
 * which the delivery came, so that a delivery that somebody has recorded can't be sent again later.
 */
final class SignedTime {

  /** What the Standard Webhooks specification and the senders' own libraries allow. */
  static final Duration TOLERANCE = Duration.ofMinutes(5);

  private SignedTime() {}

  /**
   * What is wrong with the time, or empty if nothing is.
   *
   * @param text as the sender wrote it
   */
  static Optional<Refusal> refusal(String text, DeliveryRequest request) {
    if (!text.matches("\\d{1,12}")) {
      return refused(
          "the signature's time is '%s': expected seconds since 1970"
              .formatted(text.length() > 40 ? text.substring(0, 40) + "..." : text));
    }
    Instant signedAt = Instant.ofEpochSecond(Long.parseLong(text));
    Duration age = Duration.between(signedAt, request.receivedAt());
    if (age.abs().compareTo(TOLERANCE) <= 0) {
      return Optional.empty();
    }
    return refused(
        "the delivery was signed at %s, %d s %s it came: expected at most %d s; either it was recorded and sent again, or one of the clocks is wrong: check that of this machine"
            .formatted(
                signedAt,
                age.abs().toSeconds(),
                age.isNegative() ? "after" : "before",
                TOLERANCE.toSeconds()));
  }

  private static Optional<Refusal> refused(String detail) {
    return Optional.of(new Refusal(Refusal.Reason.SIGNATURE, detail));
  }
}
