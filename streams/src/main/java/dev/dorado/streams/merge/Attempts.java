package dev.dorado.streams.merge;

import dev.dorado.events.DeploymentEvent;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** Rule E6 for deployment attempts. */
public final class Attempts {

  private Attempts() {}

  /**
   * The attempt that {@code events} tell of. It finishes at its first success; {@code inactive} is
   * ignored; a failure after a success is a mark by the sender (rule F2).
   *
   * @param events at least one, all of one attempt, in any order
   */
  public static DeploymentEvent merge(List<DeploymentEvent> events) {
    var newest =
        new Newest<>(
            events,
            DeploymentEvent::getOccurredAt,
            DeploymentEvent::getProvenance,
            DeploymentEvent::getId);
    var attempt =
        DeploymentEvent.newBuilder(newest.last())
            .setId(newest.oldestFirst().get(0).getId())
            .setRepository(newest.value(DeploymentEvent::getRepository))
            .setService(newest.value(DeploymentEvent::getService))
            .setEnvironment(newest.value(DeploymentEvent::getEnvironment))
            .setProduction(newest.value(DeploymentEvent::getProduction))
            .setTransientEnvironment(newest.value(DeploymentEvent::getTransientEnvironment))
            .setRef(newest.value(DeploymentEvent::getRef))
            .setSha(newest.value(DeploymentEvent::getSha))
            .setVersion(newest.value(DeploymentEvent::getVersion))
            .setArtifact(newest.value(DeploymentEvent::getArtifact))
            .setDeclaredKind(newest.value(DeploymentEvent::getDeclaredKind))
            .setFailed(newest.value(DeploymentEvent::getFailed))
            .setRework(newest.value(DeploymentEvent::getRework))
            .setIncident(newest.value(DeploymentEvent::getIncident))
            .setWorkflow(newest.value(DeploymentEvent::getWorkflow))
            .setDescription(newest.value(DeploymentEvent::getDescription))
            .setUrl(newest.value(DeploymentEvent::getUrl))
            .setStartedAt(newest.value(DeploymentEvent::getStartedAt))
            .setFinishedAt(null)
            .setStatus(newest.value(Attempts::started, "queued"))
            .build();

    var successes = withStatus(newest, "succeeded");
    var failures = withStatus(newest, "failed");
    if (!successes.isEmpty()) {
      Instant success = end(successes.get(0));
      attempt.setStatus("succeeded");
      attempt.setFinishedAt(success);
      boolean failedAfter = failures.stream().anyMatch(failure -> end(failure).isAfter(success));
      if (failedAfter && attempt.getFailed() == null) {
        attempt.setFailed(true);
      }
    } else if (!failures.isEmpty()) {
      attempt.setStatus("failed");
      attempt.setFinishedAt(end(failures.get(failures.size() - 1)));
    }
    if (attempt.getStartedAt() == null) {
      attempt.setStartedAt(
          newest.oldestFirst().stream()
              .filter(event -> event.getStatus().equals("started"))
              .map(DeploymentEvent::getOccurredAt)
              .findFirst()
              .orElse(null));
    }
    return attempt;
  }

  private static List<DeploymentEvent> withStatus(Newest<DeploymentEvent> events, String status) {
    return events.oldestFirst().stream().filter(event -> event.getStatus().equals(status)).toList();
  }

  private static String started(DeploymentEvent event) {
    return event.getStatus().equals("started") ? "started" : null;
  }

  private static Instant end(DeploymentEvent event) {
    return Objects.requireNonNullElse(event.getFinishedAt(), event.getOccurredAt());
  }
}
