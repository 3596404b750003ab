package dev.dorado.rules.route;

import dev.dorado.events.DeploymentEvent;
import java.time.Instant;
import java.util.Objects;

/** What routing asks of an attempt. */
final class Attempt {

  private Attempt() {}

  /** When its version was chosen: its start, else its finish, else what was heard last. */
  static Instant startOf(DeploymentEvent attempt) {
    return Objects.requireNonNullElse(
        attempt.getStartedAt(),
        Objects.requireNonNullElse(attempt.getFinishedAt(), attempt.getOccurredAt()));
  }

  /** When the catalog is asked about it: its finish, else its start. */
  static Instant timeOf(DeploymentEvent attempt) {
    return Objects.requireNonNullElse(attempt.getFinishedAt(), startOf(attempt));
  }
}
