package dev.dorado.ingest.delivery;

import static java.util.Objects.requireNonNull;

import dev.dorado.events.ArtifactEvent;
import dev.dorado.events.CatalogEvent;
import dev.dorado.events.CiRunEvent;
import dev.dorado.events.CorrectionEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.FlagEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.events.MeasurementEvent;
import dev.dorado.events.PullRequestEvent;
import dev.dorado.events.PushEvent;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import java.time.Instant;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/**
 * A canonical event with the topic that it goes to and the key that it has there.
 *
 * @param <V> what it is
 * @param topic where it goes
 * @param key what the sender names: the repository, else its own subject
 * @param value the event
 * @param occurredAt the sender's time
 * @param repository the repository that it names, if any
 */
public record CanonicalEvent<V extends SpecificRecord>(
    Topic<V> topic, String key, V value, Instant occurredAt, Optional<String> repository) {

  public CanonicalEvent {
    requireNonNull(topic);
    requireNonNull(key);
    requireNonNull(value);
    requireNonNull(occurredAt);
    requireNonNull(repository);
  }

  /** A branch or tag was moved. */
  public static CanonicalEvent<PushEvent> of(PushEvent event) {
    return named(Topics.PUSHES, event, event.getOccurredAt(), event.getRepository(), "");
  }

  /** Something happened to a pull request. */
  public static CanonicalEvent<PullRequestEvent> of(PullRequestEvent event) {
    return named(Topics.PULL_REQUESTS, event, event.getOccurredAt(), event.getRepository(), "");
  }

  /** A CI run changed its state. */
  public static CanonicalEvent<CiRunEvent> of(CiRunEvent event) {
    return named(
        Topics.CI_RUNS, event, event.getOccurredAt(), event.getRepository(), event.getRun());
  }

  /** An artifact was packaged or published. */
  public static CanonicalEvent<ArtifactEvent> of(ArtifactEvent event) {
    return new CanonicalEvent<>(
        Topics.ARTIFACTS,
        event.getArtifact(),
        event,
        event.getOccurredAt(),
        Optional.ofNullable(event.getRepository()));
  }

  /** A deployment attempt changed its state. */
  public static CanonicalEvent<DeploymentEvent> of(DeploymentEvent event) {
    return named(
        Topics.DEPLOYMENTS,
        event,
        event.getOccurredAt(),
        event.getRepository(),
        event.getDeployment());
  }

  /** An incident changed its state. */
  public static CanonicalEvent<IncidentEvent> of(IncidentEvent event) {
    return named(
        Topics.INCIDENTS, event, event.getOccurredAt(), event.getRepository(), event.getIncident());
  }

  /** An entry of the catalog. */
  public static CanonicalEvent<CatalogEvent> of(CatalogEvent event) {
    return new CanonicalEvent<>(
        Topics.CATALOG,
        event.getService(),
        event,
        event.getOccurredAt(),
        Optional.ofNullable(event.getRepository()));
  }

  /** A person's correction. */
  public static CanonicalEvent<CorrectionEvent> of(CorrectionEvent event) {
    return new CanonicalEvent<>(
        Topics.CORRECTIONS, event.getService(), event, event.getOccurredAt(), Optional.empty());
  }

  /** A feature flag was changed. */
  public static CanonicalEvent<FlagEvent> of(FlagEvent event) {
    String key = event.getProject() == null ? "" : event.getProject() + "/";
    return new CanonicalEvent<>(
        Topics.FLAGS, key + event.getFlag(), event, event.getOccurredAt(), Optional.empty());
  }

  /** Something was measured. */
  public static CanonicalEvent<MeasurementEvent> of(MeasurementEvent event) {
    String subject =
        event.getService() == null ? "team " + event.getTeam() : "service " + event.getService();
    return new CanonicalEvent<>(
        Topics.MEASUREMENTS,
        subject + " " + event.getName(),
        event,
        event.getOccurredAt(),
        Optional.empty());
  }

  private static <V extends SpecificRecord> CanonicalEvent<V> named(
      Topic<V> topic, V event, Instant time, String repository, String subject) {
    return new CanonicalEvent<>(
        topic,
        repository == null ? subject : repository,
        event,
        time,
        Optional.ofNullable(repository));
  }
}
