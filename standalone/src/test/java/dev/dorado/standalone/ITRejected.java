package dev.dorado.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.deliveries.Delivery;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import dev.dorado.server.Json;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records that could not be processed, and are retried once they can be: here, because the registry
 * learns only later of the schemas with which they were written.
 */
class ITRejected {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Instant TIME = Instant.parse("2026-03-02T09:00:00Z");
  private static final String MARCH = "from=2026-03-01&to=2026-04-01";

  @TempDir private static Path data;

  private static final HttpClient client = HttpClient.newHttpClient();
  private static Standalone dorado;

  @BeforeAll
  static void start() {
    dorado =
        Standalone.start(
            data,
            "127.0.0.1",
            0,
            true,
            Map.of("dorado.reprocess.poll-interval", "100ms"),
            line -> {});
  }

  @AfterAll
  static void stop() {
    dorado.close();
  }

  @Test
  void whatIsRetriedOnceItCanBeReadIsInTheFactsAndHealthIsUpAgain() throws Exception {
    var connections = connections();
    var registry = connections.registryClient();
    int unknown = 1 + idOf(registry, "probe-value", SchemaBuilder.record("Probe").fields());
    send(connections, Topics.DEPLOYMENTS, "k", written(registry, deployment("shop"), unknown));
    send(connections, Topics.DELIVERIES, "k", written(registry, delivery(), unknown + 1));
    send(connections, Topics.DEPLOYMENTS, "k", written(registry, deployment("other")));

    awaiting(() -> deployments("other") == 1);
    awaiting(() -> rejected().size() == 2);
    awaiting(() -> health().equals("DEGRADED"));
    assertThat(execute("list", "--rejected"))
        .contains("topology dorado.deployments", "sink deliveries");

    // Too early: what still can't be processed is set aside again, and counts again.
    Instant before = newest();
    assertThat(execute("retry", "--rejected", "--all")).contains("2 handed in again");
    awaiting(() -> rejected().size() == 2 && newest().isAfter(before));
    awaiting(() -> health().equals("DEGRADED"));

    assertThat(idOf(registry, Topics.DEPLOYMENTS)).isEqualTo(unknown);
    assertThat(idOf(registry, Topics.DELIVERIES)).isEqualTo(unknown + 1);
    String id = rejected().get(0).path("id").asText();
    assertThat(execute("retry", "--rejected", "--all")).contains("2 handed in again");

    awaiting(() -> deployments("shop") == 1);
    awaiting(() -> health().equals("UP"));
    awaiting(() -> get("/api/v1/ingest").at("/senders/0/accepted").asInt() == 1);
    assertThat(get("/api/v1/ingest").path("rejected")).isEmpty();
    assertThat(execute("retry", "--rejected", id))
        .contains("0 handed in", "1 retried or dismissed before");
    assertThat(deployments("shop")).isEqualTo(1);
  }

  @Test
  void whatIsDismissedCountsNoLongerAndStaysListedWithItsReason() throws Exception {
    send(connections(), Topics.DEPLOYMENTS, "nothing helps", new byte[] {9, 9});
    awaiting(() -> keys(rejected()).contains("nothing helps"));
    awaiting(() -> health().equals("DEGRADED"));
    String id = idOf(rejected(), "nothing helps");

    assertThat(execute("dismiss", "--rejected", id, "--reason", "sent by hand"))
        .contains("1 records: 1 dismissed");

    awaiting(() -> !keys(rejected()).contains("nothing helps"));
    awaiting(() -> health().equals("UP"));
    assertThat(execute("list", "--rejected", "--dismissed"))
        .contains(id, "dismissed: sent by hand; it was set aside since");
    assertThat(execute("retry", "--rejected", id)).contains("1 retried or dismissed before");
  }

  private static List<String> keys(JsonNode items) {
    return items.findValuesAsText("key");
  }

  private static String idOf(JsonNode items, String key) {
    return items.get(keys(items).indexOf(key)).path("id").asText();
  }

  private static DeploymentEvent deployment(String service) {
    return DeploymentEvent.newBuilder()
        .setId("event of " + service)
        .setProvenance(new Provenance("test", "", TIME, "live"))
        .setOccurredAt(TIME)
        .setDeployment("deployment of " + service)
        .setService(service)
        .setProduction(true)
        .setSha("c1".repeat(20))
        .setStatus("succeeded")
        .setFinishedAt(TIME)
        .build();
  }

  private static Delivery delivery() {
    return Delivery.newBuilder()
        .setSender("generic")
        .setId("d1")
        .setReceivedAt(Instant.now())
        .setOutcome("accepted")
        .setBody(ByteBuffer.allocate(0))
        .build();
  }

  private static <V extends SpecificRecord> byte[] written(SchemaRegistryClient registry, V value) {
    @SuppressWarnings("unchecked")
    var topic =
        (Topic<V>)
            Topics.common().stream()
                .filter(each -> each.valueType().isInstance(value))
                .findFirst()
                .orElseThrow();
    return new AvroSerde<>(topic, registry).serializer().serialize(topic.name(), value);
  }

  /** As a later version would write it that has one more field, which is null. */
  private static byte[] written(SchemaRegistryClient registry, SpecificRecord value, int schema) {
    byte[] present = written(registry, value);
    byte[] later = Arrays.copyOf(present, present.length + 1);
    ByteBuffer.wrap(later).putInt(1, schema);
    return later;
  }

  /** Registers the schema of {@link #written} for a topic. */
  private static int idOf(SchemaRegistryClient registry, Topic<?> topic) throws Exception {
    Schema present = topic.schema();
    var fields = new ArrayList<Schema.Field>();
    present.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    fields.add(
        new Schema.Field(
            "later",
            SchemaBuilder.unionOf().nullType().and().stringType().endUnion(),
            null,
            Schema.Field.NULL_DEFAULT_VALUE));
    return registry.register(
        topic.subject(),
        new AvroSchema(
            Schema.createRecord(
                present.getName(), present.getDoc(), present.getNamespace(), false, fields)));
  }

  private static int idOf(
      SchemaRegistryClient registry, String subject, SchemaBuilder.FieldAssembler<Schema> fields)
      throws Exception {
    return registry.register(subject, new AvroSchema(fields.endRecord()));
  }

  private static void send(Connections connections, Topic<?> topic, String key, byte[] value)
      throws Exception {
    try (var producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", connections.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic.name(), key, value)).get();
    }
  }

  private static Connections connections() {
    return InstalledDorado.connections(data);
  }

  private static String health() {
    return get("/health/ready").path("status").asText();
  }

  private static JsonNode rejected() {
    return get("/api/v1/rejected").path("items");
  }

  private static Instant newest() {
    return Instant.parse(rejected().get(0).path("rejected_at").asText());
  }

  private static int deployments(String service) {
    return get("/api/v1/deployments?service=" + service + "&" + MARCH).path("items").size();
  }

  /** What {@code dead-letters} says, on whichever of its outputs. */
  private static String execute(String... arguments) {
    var said = new StringWriter();
    var line = new ArrayList<>(List.of("dead-letters"));
    line.addAll(List.of(arguments));
    line.addAll(List.of("--url", dorado.url()));
    Dorado.commandLine()
        .setOut(new PrintWriter(said, true))
        .setErr(new PrintWriter(said, true))
        .execute(line.toArray(String[]::new));
    return said.toString();
  }

  private static JsonNode get(String path) {
    try {
      var request = HttpRequest.newBuilder(URI.create(dorado.url() + path)).build();
      return Json.MAPPER.readTree(
          client.send(request, HttpResponse.BodyHandlers.ofString(UTF_8)).body());
    } catch (IOException e) {
      throw new AssertionError(path + " does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static void awaiting(Callable<Boolean> condition) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(condition);
  }
}
