package dev.dorado.schemas;

import static java.util.Objects.requireNonNull;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Sets up all that Dorado stands on, and is the only one who does: topics, schemas, and
 * ClickHouse's tables. Whatever is there already stays as it is, so it may run again and again.
 */
public final class Setup {

  private static final String COMPATIBILITY = "FULL_TRANSITIVE";

  /** Settings that say what a compacted topic keeps. */
  private static final List<String> RETAINED =
      List.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.RETENTION_MS_CONFIG);

  private final Connections connections;
  private final Optional<RevisionRetention> retention;
  private final Consumer<String> progress;

  /**
   * Leaves the retention of revisions as it is.
   *
   * @param connections where everything is
   * @param progress is told each step as it is done, in words for people
   */
  public Setup(Connections connections, Consumer<String> progress) {
    this(connections, Optional.empty(), progress);
  }

  /**
   * @param connections where everything is
   * @param retention how long revisions are kept
   * @param progress is told each step as it is done, in words for people
   */
  public Setup(Connections connections, RevisionRetention retention, Consumer<String> progress) {
    this(connections, Optional.of(retention), progress);
  }

  private Setup(
      Connections connections, Optional<RevisionRetention> retention, Consumer<String> progress) {
    this.connections = requireNonNull(connections);
    this.retention = retention;
    this.progress = requireNonNull(progress);
  }

  /**
   * Creates what is missing.
   *
   * @throws SetupException if a part is away or refuses; the message says which and why
   */
  public void run() {
    List<Integer> generations = migrateTables();
    List<Topic<? extends SpecificRecord>> topics = new ArrayList<>(Topics.common());
    generations.forEach(generation -> topics.addAll(Topics.facts(generation)));
    createTopics(
        Stream.concat(topics.stream(), Topics.publications().stream())
            .<KafkaTopic>map(topic -> topic)
            .toList());
    registerSchemas(topics);
  }

  /**
   * Creates the topics and schemas that all generations have in common, without any table.
   *
   * @throws SetupException if a part is away or refuses; the message says which and why
   */
  public void runCommonTopics() {
    createTopics(
        Stream.concat(Topics.common().stream(), Topics.publications().stream())
            .<KafkaTopic>map(topic -> topic)
            .toList());
    registerSchemas(Topics.common());
  }

  /**
   * Creates the topics, schemas and tables of one generation of facts; the rest is there.
   *
   * @throws SetupException if a part is away or refuses; the message says which and why
   */
  public void run(int generation) {
    try (var connection = connections.clickHouse()) {
      int applied = new Migrations(connections.database()).apply(connection, generation);
      progress.accept(
          "tables: database %s, %d migrations applied"
              .formatted(connections.database(generation), applied));
    } catch (SQLException e) {
      throw refusedByClickHouse(e);
    }
    createTopics(Topics.facts(generation));
    registerSchemas(Topics.facts(generation));
  }

  private void createTopics(List<? extends KafkaTopic> topics) {
    try (var admin = Admin.create(connections.kafkaClient(Map.of()))) {
      var existing = admin.listTopics().names().get();
      requirePartitions(admin, topics, existing);
      alterCompacted(admin, topics, existing);
      List<NewTopic> missing = new ArrayList<>();
      for (var topic : topics) {
        if (!existing.contains(topic.name())) {
          missing.add(
              new NewTopic(
                      topic.name(),
                      Optional.of(connections.partitions()),
                      Optional.of(connections.replicationFactor()).filter(factor -> factor > 0))
                  .configs(settings(topic)));
        }
      }
      for (var created : admin.createTopics(missing).values().entrySet()) {
        try {
          created.getValue().get();
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof TopicExistsException)) {
            throw new SetupException(
                "Kafka at %s does not create topic %s: %s"
                    .formatted(
                        connections.bootstrapServers(),
                        created.getKey(),
                        e.getCause().getMessage()),
                e);
          }
        }
      }
      progress.accept("topics: %d there, %d created".formatted(topics.size(), missing.size()));
    } catch (ExecutionException e) {
      throw new SetupException(
          "Kafka at %s does not answer: %s"
              .formatted(connections.bootstrapServers(), e.getCause().getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SetupException("interrupted while creating topics", e);
    }
  }

  /** What is stated of a topic, with the retention that is set. */
  private Map<String, String> settings(KafkaTopic topic) {
    if (topic.equals(Topics.AUDIT)) {
      return keptFor(connections.auditRetention(), topic);
    }
    return topic.equals(Topics.DELIVERIES) && !connections.deliveriesRetention().isZero()
        ? keptFor(connections.deliveriesRetention(), topic)
        : topic.settings();
  }

  private static Map<String, String> keptFor(Duration retention, KafkaTopic topic) {
    Map<String, String> settings = new HashMap<>(topic.settings());
    settings.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis()));
    return settings;
  }

  /**
   * Compacted topics of an earlier version could not be deleted from, and the retention that is set
   * may be another now. What an administrator has set of other topics stays.
   */
  private void alterCompacted(Admin admin, List<? extends KafkaTopic> topics, Set<String> existing)
      throws ExecutionException, InterruptedException {
    Map<ConfigResource, KafkaTopic> compacted = new HashMap<>();
    for (var topic : topics) {
      boolean isCompacted =
          topic.settings().get(TopicConfig.CLEANUP_POLICY_CONFIG).contains("compact");
      if (isCompacted && existing.contains(topic.name())) {
        compacted.put(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()), topic);
      }
    }
    Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
    for (var found : admin.describeConfigs(compacted.keySet()).all().get().entrySet()) {
      Map<String, String> stated = settings(compacted.get(found.getKey()));
      for (String name : RETAINED) {
        String value = stated.get(name);
        if (!value.equals(found.getValue().get(name).value())) {
          changes
              .computeIfAbsent(found.getKey(), topic -> new ArrayList<>())
              .add(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET));
        }
      }
    }
    if (!changes.isEmpty()) {
      admin.incrementalAlterConfigs(changes).all().get();
    }
  }

  /** All topics have one count of partitions, which is fixed for life. */
  private void requirePartitions(
      Admin admin, List<? extends KafkaTopic> topics, Set<String> existing)
      throws ExecutionException, InterruptedException {
    var names = topics.stream().map(KafkaTopic::name).filter(existing::contains).toList();
    for (var topic : admin.describeTopics(names).allTopicNames().get().values()) {
      if (topic.partitions().size() != connections.partitions()) {
        throw new SetupException(
            "topic %s has %d partitions, and dorado.kafka.partitions is %d: they are fixed for life, so set DORADO_KAFKA_PARTITIONS=%d"
                .formatted(
                    topic.name(),
                    topic.partitions().size(),
                    connections.partitions(),
                    topic.partitions().size()),
            null);
      }
    }
  }

  private void registerSchemas(List<Topic<? extends SpecificRecord>> topics) {
    SchemaRegistryClient registry = connections.registryClient();
    try {
      var known = registry.getAllSubjects();
      for (var topic : topics) {
        var schema = new AvroSchema(topic.schema());
        if (known.contains(topic.subject())) {
          // Again, because a run may have been cut off between the two.
          registry.updateCompatibility(topic.subject(), COMPATIBILITY);
          registry.register(topic.subject(), schema);
        } else {
          registry.register(topic.subject(), schema);
          registry.updateCompatibility(topic.subject(), COMPATIBILITY);
        }
      }
      progress.accept("schemas: %d registered, %s".formatted(topics.size(), COMPATIBILITY));
    } catch (IOException | RestClientException e) {
      throw new SetupException(
          "the schema registry at %s refuses a schema or does not answer: %s"
              .formatted(connections.registryAddress(), e.getMessage()),
          e);
    }
  }

  /** Answers with the numbers of the generations that there are. */
  private List<Integer> migrateTables() {
    try (var connection = connections.clickHouse()) {
      var migrations = new Migrations(connections.database());
      requireNotNewer(migrations.unknown(connection));
      int applied = migrations.apply(connection);
      new TableLifetime("audit", "occurred_at", connections.auditRetention())
          .apply(connection, connections.database());
      if (retention.isPresent()) {
        retention.get().apply(connection, connections.database());
      }
      progress.accept(
          "tables: database %s, %d migrations applied".formatted(connections.database(), applied));
      return Generations.all(connection, connections.database()).stream()
          .filter(generation -> generation.droppedAt().isEmpty())
          .map(Generation::number)
          .toList();
    } catch (SQLException e) {
      throw refusedByClickHouse(e);
    }
  }

  /** An older program would write rows that the newer one cannot tell from its own. */
  private void requireNotNewer(List<String> unknown) {
    if (!unknown.isEmpty()) {
      throw new SetupException(
          "the data are of a newer version of Dorado: ClickHouse's database %s has the migrations %s, which this version does not know. Nothing was changed. Run the newer version, or restore a backup that was taken before the upgrade."
              .formatted(connections.database(), String.join(", ", unknown)),
          null);
    }
  }

  private SetupException refusedByClickHouse(SQLException e) {
    return new SetupException(
        "ClickHouse at %s does not answer or refuses a statement: %s"
            .formatted(connections.clickHouseAddress(), Connections.reason(e)),
        e);
  }
}
