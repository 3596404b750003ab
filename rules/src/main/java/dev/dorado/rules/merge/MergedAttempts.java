package dev.dorado.rules.merge;

import dev.dorado.events.DeploymentEvent;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Merges the events that report one deployment attempt (rule E6). */
public final class MergedAttempts {

  /** The status of an attempt that was refused or cancelled before it ran. */
  public static final String REFUSED = "refused";

  private static final String CANCELLED = "cancelled";

  private static final Set<String> RUNNING = Set.of("started", "succeeded");
  private static final Set<String> NOT_RUNNING = Set.of("queued", "waiting", REFUSED);

  private MergedAttempts() {}

  /**
   * The attempt that {@code events} report. It starts when it is first reported to run, and
   * finishes at its first success; {@code inactive} is ignored; a failure after a success is a mark
   * by the sender (rule F2). What was refused or cancelled before it ran has the status {@code
   * refused}.
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
            .setLayer(newest.value(DeploymentEvent::getLayer))
            .setNames(newest.value(event -> nonEmpty(event.getNames()), List.of()))
            .setHitchOf(newest.value(DeploymentEvent::getHitchOf))
            .setStrategy(newest.value(DeploymentEvent::getStrategy))
            .setStartedAt(newest.value(MergedAttempts::statedStart))
            .setFinishedAt(null)
            .build();

    boolean ran = events.stream().anyMatch(MergedAttempts::showsThatItRan);
    boolean waited = events.stream().anyMatch(event -> event.getStatus().equals("waiting"));
    attempt.setStatus(ran ? "started" : waited ? "waiting" : "queued");
    var successes = withStatus(newest, Set.of("succeeded"));
    var failures = withStatus(newest, Set.of("failed"));
    var stops = withStatus(newest, Set.of("failed", CANCELLED, REFUSED));
    if (!successes.isEmpty()) {
      Instant success = end(successes.get(0));
      attempt.setStatus("succeeded");
      attempt.setFinishedAt(success);
      boolean failedAfter = failures.stream().anyMatch(failure -> end(failure).isAfter(success));
      if (failedAfter && attempt.getFailed() == null) {
        attempt.setFailed(true);
      }
    } else if (!stops.isEmpty()) {
      boolean refused = !ran && (waited || failures.size() < stops.size());
      attempt.setStatus(refused ? REFUSED : "failed");
      attempt.setFinishedAt(end(stops.get(stops.size() - 1)));
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

  /** A start that is stated of something that runs or ran: what waits has not started. */
  private static Instant statedStart(DeploymentEvent event) {
    return NOT_RUNNING.contains(event.getStatus()) ? null : event.getStartedAt();
  }

  private static boolean showsThatItRan(DeploymentEvent event) {
    return RUNNING.contains(event.getStatus()) || statedStart(event) != null;
  }

  private static List<DeploymentEvent> withStatus(
      Newest<DeploymentEvent> events, Set<String> statuses) {
    return events.oldestFirst().stream()
        .filter(event -> statuses.contains(event.getStatus()))
        .toList();
  }

  private static Instant end(DeploymentEvent event) {
    return Objects.requireNonNullElse(event.getFinishedAt(), event.getOccurredAt());
  }

  private static List<String> nonEmpty(List<String> values) {
    return values.isEmpty() ? null : values;
  }
}
