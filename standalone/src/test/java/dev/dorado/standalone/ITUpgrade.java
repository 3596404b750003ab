package dev.dorado.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.deliveries.Delivery;
import dev.dorado.embedded.EmbeddedClickHouse;
import dev.dorado.embedded.EmbeddedKafka;
import dev.dorado.embedded.EmbeddedRegistry;
import dev.dorado.events.Commit;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.events.PushEvent;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Generation;
import dev.dorado.schemas.Generations;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import dev.dorado.server.Json;
import dev.dorado.standalone.demo.DeliveryClient;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A data folder as the first version with generations left it: its schemas ({@code earlier/}), its
 * settings of topics and its migrations 001 to 004, with facts that it computed. The present
 * version starts on it.
 */
class ITUpgrade {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String SHA = "c1".repeat(20);
  private static final String MARCH = "service=acme/widget&from=2026-03-01&to=2026-04-01";
  private static final Provenance PROVENANCE =
      new Provenance("github", "d1", Instant.parse("2026-03-02T10:00:00Z"), "live");

  @TempDir private Path data;

  @Test
  void thePresentVersionGoesOnWithTheDataOfTheFirstVersionWithGenerations() throws Exception {
    writeAsTheEarlierVersion();

    try (var dorado =
        Standalone.start(
            data,
            "127.0.0.1",
            0,
            true,
            Map.of("dorado.reprocess.poll-interval", "100ms"),
            line -> {})) {
      var client = new DeliveryClient(dorado.url(), "unused");
      JsonNode before = items(client, "/api/v1/deployments?" + MARCH);
      assertThat(before).as("what was there answers at once").hasSize(1);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(states()).containsExactly("retired", "current"));

      JsonNode deployment = items(client, "/api/v1/deployments?" + MARCH).path(0);
      assertThat(deployment.path("sha").asText()).isEqualTo(SHA);
      assertThat(deployment.path("changes").asInt()).isEqualTo(1);
      assertThat(items(client, "/api/v1/changes?" + MARCH).path(0).path("lead_time").asDouble())
          .as("from the commit at 7:00 to the deployment at 9:10")
          .isEqualTo(7_800);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(number("SELECT count() FROM dorado.deliveries FINAL")).isEqualTo(1));
      assertThat(cleanupPolicy()).as("can be deleted from now").isEqualTo("compact,delete");
      assertThat(data.resolve("contributor-key"))
          .as("pseudonyms stay the same")
          .hasContent("dorado");
    }
  }

  private void writeAsTheEarlierVersion() throws Exception {
    try (var kafka = EmbeddedKafka.start(data.resolve("kafka"), 0);
        var registry = EmbeddedRegistry.start(data.resolve("registry"), 0);
        var clickHouse = EmbeddedClickHouse.start(data.resolve("clickhouse"), 0)) {
      var connections =
          new Connections(
              kafka.bootstrapServers(),
              Standalone.PARTITIONS,
              (short) 1,
              registry.url(),
              clickHouse.address(),
              clickHouse.user(),
              clickHouse.password(),
              "dorado");
      createTables(connections);
      try (var admin = Admin.create(connections.kafkaClient(Map.of()));
          var producer =
              new KafkaProducer<>(
                  connections.kafkaClient(Map.of()),
                  new StringSerializer(),
                  new ByteArraySerializer())) {
        SchemaRegistryClient schemas = connections.registryClient();
        write(admin, producer, schemas, Topics.PUSHES, "github.com/acme/widget", push());
        write(admin, producer, schemas, Topics.DEPLOYMENTS, "github.com/acme/widget", deployment());
        write(admin, producer, schemas, Topics.DELIVERIES, "github/d1", delivery());
      }
    }
  }

  /** The migrations of then, which have never changed, and a fact. */
  private static void createTables(Connections connections) throws Exception {
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE dorado");
      for (String database : List.of("dorado", "dorado_g1")) {
        if (database.equals("dorado")) {
          for (String migration :
              List.of("001_facts", "002_deliveries", "003_reasons", "004_generations")) {
            String text = resource("/clickhouse/" + migration + ".sql");
            for (String sql : text.replace("${database}", "dorado").split(";\\s*\\R|;\\s*$")) {
              if (!sql.isBlank()) {
                statement.execute(sql);
              }
            }
          }
        }
        statement.execute(
            "CREATE TABLE %s.migrations (name String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3)) ENGINE = MergeTree ORDER BY name"
                .formatted(database));
      }
      statement.execute(
          "INSERT INTO dorado.migrations (name) VALUES ('001_facts'), ('002_deliveries'), ('003_reasons'), ('004_generations')");
      statement.execute(
          "INSERT INTO dorado_g1.migrations (name) VALUES ('001_facts'), ('003_reasons')");
      statement.execute(
          "INSERT INTO dorado.generations SELECT number, '{}', 'the first', created_at, switched_at, dropped_at, 2 FROM dorado.generations");
      statement.execute(
          """
          INSERT INTO dorado_g1.deployments
            (service, id, environment, repository, sha, status, counted, finished_at, row_version)
          VALUES ('acme/widget', 'github:1', 'production', 'github.com/acme/widget', '%s',
            'succeeded', true, '2026-03-02 09:10:00.000', 1)"""
              .formatted(SHA));
    }
  }

  private static <V extends SpecificRecord> void write(
      Admin admin,
      KafkaProducer<String, byte[]> producer,
      SchemaRegistryClient registry,
      Topic<V> topic,
      String key,
      V value)
      throws Exception {
    String policy = topic.equals(Topics.DELIVERIES) ? "compact" : "delete";
    admin
        .createTopics(
            List.of(
                new NewTopic(
                        topic.name(), Optional.of(Standalone.PARTITIONS), Optional.of((short) 1))
                    .configs(
                        Map.of(
                            "cleanup.policy",
                            policy,
                            "retention.ms",
                            "-1",
                            "max.message.bytes",
                            Integer.toString(Topics.MAX_RECORD_BYTES)))))
        .all()
        .get();
    Schema earlier =
        new Schema.Parser()
            .parse(resource("/dev/dorado/standalone/earlier/" + topic.name() + ".avsc"));
    int id = registry.register(topic.subject(), new AvroSchema(earlier));
    byte[] bytes = bytes(value, earlier);
    byte[] record =
        ByteBuffer.allocate(bytes.length + 5).put((byte) 0).putInt(id).put(bytes).array();
    producer.send(new ProducerRecord<>(topic.name(), key, record)).get();
  }

  /** As the earlier version would have written it: without what it did not know. */
  private static <V extends SpecificRecord> byte[] bytes(V value, Schema earlier)
      throws IOException {
    var now = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(now, null);
    new SpecificDatumWriter<V>(value.getSchema(), SpecificData.getForClass(value.getClass()))
        .write(value, encoder);
    encoder.flush();
    GenericRecord then =
        new GenericDatumReader<GenericRecord>(value.getSchema(), earlier)
            .read(null, DecoderFactory.get().binaryDecoder(now.toByteArray(), null));
    var out = new ByteArrayOutputStream();
    BinaryEncoder again = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(earlier).write(then, again);
    again.flush();
    return out.toByteArray();
  }

  private static PushEvent push() {
    Instant committedAt = Instant.parse("2026-03-02T07:00:00Z");
    Instant pushedAt = Instant.parse("2026-03-02T08:00:00Z");
    return PushEvent.newBuilder()
        .setId("p1")
        .setProvenance(PROVENANCE)
        .setOccurredAt(pushedAt)
        .setRepository("github.com/acme/widget")
        .setRef("refs/heads/main")
        .setDefaultBranch("main")
        .setPushedAt(pushedAt)
        .setBefore(null)
        .setAfter(SHA)
        .setHead(SHA)
        .setForced(false)
        .setCommits(
            List.of(
                Commit.newBuilder()
                    .setSha(SHA)
                    .setMessage("Begin")
                    .setAuthor("ada")
                    .setAuthoredAt(committedAt)
                    .setCommittedAt(committedAt)
                    .setFiles(List.of("a"))
                    .build()))
        .setTotalCommits(1)
        .build();
  }

  private static DeploymentEvent deployment() {
    Instant finishedAt = Instant.parse("2026-03-02T09:10:00Z");
    return DeploymentEvent.newBuilder()
        .setId("e1")
        .setProvenance(PROVENANCE)
        .setOccurredAt(finishedAt)
        .setDeployment("github:1")
        .setRepository("github.com/acme/widget")
        .setService(null)
        .setEnvironment("production")
        .setProduction(true)
        .setTransientEnvironment(null)
        .setRef("main")
        .setSha(SHA)
        .setVersion(null)
        .setArtifact(null)
        .setStatus("succeeded")
        .setStartedAt(Instant.parse("2026-03-02T09:00:00Z"))
        .setFinishedAt(finishedAt)
        .setDeclaredKind(null)
        .setFailed(null)
        .setRework(null)
        .setIncident(null)
        .setWorkflow(null)
        .setDescription(null)
        .setUrl(null)
        .build();
  }

  private static Delivery delivery() {
    return Delivery.newBuilder()
        .setSender("github")
        .setId("d1")
        .setReceivedAt(PROVENANCE.getReceivedAt())
        .setBody(ByteBuffer.wrap("{}".getBytes(UTF_8)))
        .setOutcome("accepted")
        .setEvents(2)
        .build();
  }

  private static JsonNode items(DeliveryClient client, String pathAndQuery) throws Exception {
    var response = client.get(pathAndQuery);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return Json.MAPPER.readTree(response.body()).path("items");
  }

  private List<String> states() throws SQLException {
    List<Generation> all = new Generations(connections()).all();
    return all.stream().map(one -> one.state(all).label()).toList();
  }

  private long number(String sql) throws SQLException {
    try (var connection = connections().clickHouse();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private String cleanupPolicy() throws Exception {
    var topic = new ConfigResource(ConfigResource.Type.TOPIC, Topics.DELIVERIES.name());
    try (var admin = Admin.create(connections().kafkaClient(Map.of()))) {
      return admin
          .describeConfigs(List.of(topic))
          .all()
          .get()
          .get(topic)
          .get("cleanup.policy")
          .value();
    }
  }

  private Connections connections() {
    return InstalledDorado.connections(data);
  }

  private static String resource(String name) throws IOException {
    try (var in = ITUpgrade.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
