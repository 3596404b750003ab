package dev.dorado.streams;

import dev.dorado.schemas.Connections;
import dev.dorado.schemas.KafkaTopic;
import dev.dorado.schemas.Migrations;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/**
 * What {@code ./dorado migrate} sets up and the role can't do without. Each question is answered
 * with what is missing, for people, or null if nothing is. Thread-safe.
 */
final class Prerequisites implements AutoCloseable {

  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

  private static final String MAX_MESSAGE_BYTES = TopicConfig.MAX_MESSAGE_BYTES_CONFIG;

  private final Connections connections;
  private final SchemaRegistryClient registry;
  private final Admin kafka;

  Prerequisites(Connections connections, SchemaRegistryClient registry) {
    this.connections = connections;
    this.registry = registry;
    this.kafka =
        Admin.create(
            connections.kafkaClient(
                Map.of(AdminClientConfig.CLIENT_ID_CONFIG, "dorado-streams-checks")));
  }

  /** Which topics or schemas are missing of those that all generations have in common. */
  String missingForTopology() throws InterruptedException {
    return missing(Topics.common());
  }

  /** Which tables are missing of those that all generations have in common. */
  String missingForSink() {
    return missing(
        connections.database(),
        connection -> new Migrations(connections.database()).missing(connection));
  }

  /** Which topics of CDEvents are missing. */
  String missingForCdEvents() throws InterruptedException {
    return missingTopics(Topics.publications());
  }

  /** Which topics, schemas or tables of a generation are missing. */
  String missing(int generation) throws InterruptedException {
    String missing = missing(Topics.facts(generation));
    return missing != null
        ? missing
        : missing(
            connections.database(generation),
            connection -> new Migrations(connections.database()).missing(connection, generation));
  }

  private String missing(List<Topic<? extends SpecificRecord>> topics) throws InterruptedException {
    String missing = missingTopics(topics);
    return missing == null ? missingSchemas(topics) : missing;
  }

  private String missing(String database, MissingMigrations migrations) {
    try (var connection = connections.clickHouse()) {
      var missing = migrations.of(connection);
      return missing.isEmpty()
          ? null
          : "waiting for the tables of %s in ClickHouse's database %s: run './dorado migrate'"
              .formatted(missing, database);
    } catch (SQLException e) {
      return "waiting for ClickHouse at %s: %s"
          .formatted(connections.clickHouseAddress(), Connections.reason(e));
    }
  }

  /** Whether Kafka answers now. */
  String kafkaProblem() throws InterruptedException {
    try {
      kafka.describeCluster().nodes().get(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      return null;
    } catch (ExecutionException | TimeoutException e) {
      return kafkaAway();
    }
  }

  /**
   * Which topics take shorter records than Dorado states for them, as a broker or an administrator
   * may have set them: a longer record that is accepted elsewhere would stop who writes it there.
   *
   * @param applicationId with which the topics between steps begin
   */
  String narrowTopics(Collection<Integer> generations, String applicationId)
      throws InterruptedException {
    Set<String> stated = new TreeSet<>();
    Topics.common().forEach(topic -> stated.add(topic.name()));
    generations.forEach(
        generation -> Topics.facts(generation).forEach(topic -> stated.add(topic.name())));
    try {
      var names = kafka.listTopics().names().get(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      var resources =
          names.stream()
              .filter(
                  name ->
                      stated.contains(name)
                          || (Topics.isInternal(name) && name.startsWith(applicationId + "-")))
              .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
              .toList();
      Map<String, Long> narrow = new TreeMap<>();
      kafka
          .describeConfigs(resources)
          .all()
          .get(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
          .forEach(
              (topic, settings) -> {
                long most = Long.parseLong(settings.get(MAX_MESSAGE_BYTES).value());
                if (most < Topics.MAX_RECORD_BYTES) {
                  narrow.put(topic.name(), most);
                }
              });
      return narrow.isEmpty()
          ? null
          : "%s of Kafka's topics is %s: expected at least %d, since a longer record stops the facts; set it with kafka-configs --alter --entity-type topics --entity-name TOPIC --add-config %s=%d"
              .formatted(
                  MAX_MESSAGE_BYTES,
                  narrow,
                  Topics.MAX_RECORD_BYTES,
                  MAX_MESSAGE_BYTES,
                  Topics.MAX_RECORD_BYTES);
    } catch (ExecutionException | TimeoutException e) {
      return "what Kafka's topics take can't be seen: %s".formatted(reason(e));
    }
  }

  private static String reason(Exception e) {
    return e.getCause() == null ? "Kafka does not answer in time" : e.getCause().getMessage();
  }

  @Override
  public void close() {
    kafka.close(Duration.ZERO);
  }

  private String missingTopics(List<? extends KafkaTopic> topics) throws InterruptedException {
    try {
      Set<String> missing = new TreeSet<>();
      topics.forEach(topic -> missing.add(topic.name()));
      missing.removeAll(
          kafka.listTopics().names().get(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
      return missing.isEmpty()
          ? null
          : "waiting for the topics %s: run './dorado migrate'".formatted(missing);
    } catch (ExecutionException | TimeoutException e) {
      return kafkaAway();
    }
  }

  private String missingSchemas(List<Topic<? extends SpecificRecord>> topics) {
    for (var topic : topics) {
      try {
        registry.getId(topic.subject(), new AvroSchema(topic.schema()));
      } catch (RestClientException e) {
        return "waiting for this version's schema of %s in the registry (%s): run './dorado migrate'"
            .formatted(topic.subject(), e.getMessage());
      } catch (IOException e) {
        return "waiting for the schema registry at %s, which does not answer: %s"
            .formatted(connections.registryAddress(), e.getMessage());
      }
    }
    return null;
  }

  private String kafkaAway() {
    return "waiting for Kafka at %s, which does not answer"
        .formatted(connections.bootstrapServers());
  }

  private interface MissingMigrations {
    List<String> of(Connection connection) throws SQLException;
  }
}
