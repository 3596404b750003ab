package dev.dorado.schemas;

import dev.dorado.deliveries.AuditEntry;
import dev.dorado.deliveries.Delivery;
import dev.dorado.deliveries.Refusals;
import dev.dorado.deliveries.Rejected;
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
import dev.dorado.facts.CandidateFact;
import dev.dorado.facts.CatalogFact;
import dev.dorado.facts.ChangeFact;
import dev.dorado.facts.CiRunFact;
import dev.dorado.facts.ConflictFact;
import dev.dorado.facts.CorrectionFact;
import dev.dorado.facts.DeploymentFact;
import dev.dorado.facts.IncidentFact;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/** Every topic of Dorado. No other class writes the name of a topic. */
public final class Topics {

  static {
    TrustedRecords.trust();
  }

  /** A delivery may be this long, in bytes; the records around it a little longer. */
  public static final int MAX_DELIVERY_BYTES = 32 * 1024 * 1024;

  /** What every topic takes, in bytes of a batch of records. */
  public static final int MAX_RECORD_BYTES = MAX_DELIVERY_BYTES + 1024 * 1024;

  private static final Map<String, String> KEPT_FOR_EVER =
      Map.of(
          "cleanup.policy", "delete",
          "retention.ms", "-1",
          "retention.bytes", "-1",
          "max.message.bytes", Integer.toString(MAX_RECORD_BYTES));

  /** Also "delete", so that records can be deleted by age, and before an offset. */
  private static final Map<String, String> LATEST_OF_EACH_KEY =
      Map.of(
          "cleanup.policy", "compact,delete",
          "retention.ms", "-1",
          "retention.bytes", "-1",
          "compression.type", "zstd",
          "max.message.bytes", Integer.toString(MAX_RECORD_BYTES));

  /** For as long as a setting says, which is this by default. */
  private static final Map<String, String> LATEST_FOR_A_TIME =
      keptFor(Connections.DEFAULT_AUDIT_RETENTION);

  public static final Topic<Delivery> DELIVERIES =
      new Topic<>("dorado.deliveries", Delivery.class, "sender and id", LATEST_OF_EACH_KEY);
  public static final Topic<Refusals> REFUSALS =
      new Topic<>(
          "dorado.refusals",
          Refusals.class,
          "sender, minute, reason and instance",
          LATEST_OF_EACH_KEY);

  /** What could not be processed behind ingest. */
  public static final Topic<Rejected> REJECTED =
      new Topic<>("dorado.rejected", Rejected.class, "id", LATEST_OF_EACH_KEY);

  /** Who did what, and who was refused. */
  public static final Topic<AuditEntry> AUDIT =
      new Topic<>("dorado.audit", AuditEntry.class, "occurred_at and id", LATEST_FOR_A_TIME);

  public static final Topic<PushEvent> PUSHES =
      event("dorado.git.pushes", PushEvent.class, "repository");
  public static final Topic<PullRequestEvent> PULL_REQUESTS =
      event("dorado.git.pull-requests", PullRequestEvent.class, "repository");
  public static final Topic<CiRunEvent> CI_RUNS =
      event("dorado.ci.runs", CiRunEvent.class, "repository, else run");
  public static final Topic<ArtifactEvent> ARTIFACTS =
      event("dorado.artifacts", ArtifactEvent.class, "artifact");
  public static final Topic<DeploymentEvent> DEPLOYMENTS =
      event("dorado.deployments", DeploymentEvent.class, "repository, else deployment");
  public static final Topic<IncidentEvent> INCIDENTS =
      event("dorado.incidents", IncidentEvent.class, "repository, else incident");
  public static final Topic<CatalogEvent> CATALOG =
      event("dorado.catalog", CatalogEvent.class, "service");
  public static final Topic<CorrectionEvent> CORRECTIONS =
      event("dorado.corrections", CorrectionEvent.class, "service");

  /** Beside the events that facts are computed from: flags decide no fact (rule P2). */
  public static final Topic<FlagEvent> FLAGS =
      event("dorado.flags", FlagEvent.class, "project and flag");

  /** Beside them, too: measurements are shown as they came (rule P4). */
  public static final Topic<MeasurementEvent> MEASUREMENTS =
      event("dorado.measurements", MeasurementEvent.class, "subject and name");

  public static final Topic<DeploymentFact> DEPLOYMENT_FACTS =
      fact("dorado.facts.deployments", DeploymentFact.class, "service and id");
  public static final Topic<ChangeFact> CHANGE_FACTS =
      fact("dorado.facts.changes", ChangeFact.class, "service, environment and id");
  public static final Topic<IncidentFact> INCIDENT_FACTS =
      fact("dorado.facts.incidents", IncidentFact.class, "service and id");
  public static final Topic<CiRunFact> CI_RUN_FACTS =
      fact("dorado.facts.ci-runs", CiRunFact.class, "service and id");
  public static final Topic<CatalogFact> CATALOG_FACTS =
      fact("dorado.facts.catalog", CatalogFact.class, "service and valid_from");
  public static final Topic<CorrectionFact> CORRECTION_FACTS =
      fact("dorado.facts.corrections", CorrectionFact.class, "service and id");
  public static final Topic<CandidateFact> CANDIDATE_FACTS =
      fact("dorado.facts.candidates", CandidateFact.class, "service and id");
  public static final Topic<ConflictFact> CONFLICT_FACTS =
      fact("dorado.facts.conflicts", ConflictFact.class, "kind and key");

  /** What has been decided, as CDEvents for whoever wants to act on it. */
  public static final JsonTopic CDEVENTS =
      new JsonTopic(
          "dorado.cdevents",
          "service",
          Map.of("cleanup.policy", "delete", "retention.ms", days(30), "compression.type", "zstd"));

  /** What was last published of each fact, so that it is not published again. */
  public static final JsonTopic PUBLISHED_CDEVENTS =
      new JsonTopic("dorado.cdevents.ledger", "kind and key of the fact", LATEST_OF_EACH_KEY);

  private Topics() {}

  /** The topics of canonical events: what the facts are a function of. */
  public static List<Topic<? extends SpecificRecord>> events() {
    return List.of(
        PUSHES, PULL_REQUESTS, CI_RUNS, ARTIFACTS, DEPLOYMENTS, INCIDENTS, CATALOG, CORRECTIONS);
  }

  /** The topics of events that decide no fact: all generations of facts have them in common. */
  public static List<Topic<? extends SpecificRecord>> observations() {
    return List.of(FLAGS, MEASUREMENTS);
  }

  /** The topics of facts of the first generation. */
  public static List<Topic<? extends SpecificRecord>> facts() {
    return List.of(
        DEPLOYMENT_FACTS,
        CHANGE_FACTS,
        INCIDENT_FACTS,
        CI_RUN_FACTS,
        CATALOG_FACTS,
        CORRECTION_FACTS,
        CANDIDATE_FACTS,
        CONFLICT_FACTS);
  }

  /** The topics of facts of a generation. */
  public static List<Topic<? extends SpecificRecord>> facts(int generation) {
    return facts().stream()
        .<Topic<? extends SpecificRecord>>map(fact -> of(fact, generation))
        .toList();
  }

  /**
   * A topic of facts as a generation has it: the first has {@code dorado.facts.deployments}, the
   * second {@code dorado.g2.facts.deployments}.
   *
   * @param fact a topic of {@link #facts()}
   */
  public static <V extends SpecificRecord> Topic<V> of(Topic<V> fact, int generation) {
    if (!facts().contains(fact)) {
      throw new IllegalArgumentException(
          "%s has no generations: expected a topic of facts".formatted(fact.name()));
    }
    if (generation == 1) {
      return fact;
    }
    String name = fact.name().replaceFirst("^dorado\\.", "dorado.g" + generation + ".");
    return new Topic<>(name, fact.valueType(), fact.key(), fact.settings());
  }

  /** The topics that all generations have in common: all but those of facts. */
  public static List<Topic<? extends SpecificRecord>> common() {
    return Stream.of(List.of(DELIVERIES, REFUSALS, REJECTED, AUDIT), observations(), events())
        .<Topic<? extends SpecificRecord>>flatMap(List::stream)
        .toList();
  }

  /** The topics for other programs than Dorado, and what is kept of them. */
  public static List<JsonTopic> publications() {
    return List.of(CDEVENTS, PUBLISHED_CDEVENTS);
  }

  /** All topics with a schema, of an installation whose facts are of the first generation. */
  public static List<Topic<? extends SpecificRecord>> all() {
    return Stream.of(common(), facts())
        .<Topic<? extends SpecificRecord>>flatMap(List::stream)
        .toList();
  }

  /** The topic by which Kafka Streams brings records to a step, each to the one of its key. */
  public static String repartition(String applicationId, String step) {
    return applicationId + "-" + step + "-repartition";
  }

  /** The topic in which Kafka Streams keeps what changes in a store. */
  public static String changelog(String applicationId, String store) {
    return applicationId + "-" + store + "-changelog";
  }

  /** Whether Kafka Streams has made a topic for some application; {@code name} is any. */
  public static boolean isInternal(String name) {
    return name.endsWith("-repartition") || name.endsWith("-changelog");
  }

  /** Whether Kafka Streams has made a topic for an application; {@code name} is any. */
  public static boolean isInternal(String name, String applicationId) {
    // The application of the first generation has the name with which those of the others begin.
    return name.matches(Pattern.quote(applicationId) + "-(?!g[0-9]+-).+-(repartition|changelog)");
  }

  private static String days(int days) {
    return Long.toString(Duration.ofDays(days).toMillis());
  }

  private static Map<String, String> keptFor(Duration retention) {
    Map<String, String> settings = new HashMap<>(LATEST_OF_EACH_KEY);
    settings.put("retention.ms", Long.toString(retention.toMillis()));
    return Map.copyOf(settings);
  }

  private static <V extends SpecificRecord> Topic<V> event(String name, Class<V> type, String key) {
    return new Topic<>(name, type, key, KEPT_FOR_EVER);
  }

  private static <V extends SpecificRecord> Topic<V> fact(String name, Class<V> type, String key) {
    return new Topic<>(name, type, key, KEPT_FOR_EVER);
  }
}
