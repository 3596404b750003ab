package dev.dorado.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.dorado.deliveries.Delivery;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.facts.DeploymentFact;
import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.StepRecords;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Records that can't be processed, each of a kind of its own; the key names the kind. */
final class Poison {

  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
  private static final int HEADER_BYTES = 5;
  private static final int STEP_HEADER_BYTES = 10;
  private static final String LONG_NAME = "poison".repeat(9 * 1024 * 1024 / 6);

  private final SchemaRegistryClient registry;
  private final String applicationId;
  private final Map<String, ProducerRecord<String, byte[]>> byKind = new LinkedHashMap<>();

  private Poison(SchemaRegistryClient registry, String applicationId) {
    this.registry = registry;
    this.applicationId = applicationId;
  }

  /** All kinds, by name. */
  static Map<String, ProducerRecord<String, byte[]>> all(
      SchemaRegistryClient registry, String applicationId) throws Exception {
    var poison = new Poison(registry, applicationId);
    poison.bytes(Topics.DEPLOYMENTS, deployment("poison").build());
    poison.bytes(
        Topics.DEPLOYMENT_FACTS, DeploymentFact.newBuilder().setService("s").setId("i").build());
    poison.bytes(
        Topics.DELIVERIES,
        Delivery.newBuilder()
            .setSender("generic")
            .setId("poison")
            .setReceivedAt(TIME)
            .setOutcome("accepted")
            .setBody(ByteBuffer.allocate(0))
            .build());
    poison.betweenSteps();
    poison.whatCanBeReadAndNotProcessed();
    return poison.byKind;
  }

  private static DeploymentEvent.Builder deployment(String service) {
    return DeploymentEvent.newBuilder()
        .setId("event of " + service.hashCode())
        .setProvenance(new Provenance("test", "", TIME, "live"))
        .setOccurredAt(TIME)
        .setDeployment("deployment of " + service.hashCode())
        .setService(service)
        .setProduction(true)
        .setSha("c1".repeat(20))
        .setStatus("succeeded")
        .setFinishedAt(TIME);
  }

  /** Bytes that are no value of a topic. */
  private <V extends SpecificRecord> void bytes(Topic<V> topic, V value) throws Exception {
    byte[] good = written(topic, value);
    int foreign = registry.getId(Topics.CATALOG.subject(), new AvroSchema(Topics.CATALOG.schema()));
    add(topic, "nothing", new byte[0]);
    add(topic, "one zero byte", new byte[1]);
    add(topic, "text", "no Avro at all".getBytes(UTF_8));
    add(topic, "JSON", "{\"events\":[]}".getBytes(UTF_8));
    add(topic, "ones", filled((byte) -1));
    add(topic, "another magic byte", with(good, 0, (byte) 1));
    add(topic, "an unknown schema", withSchema(good, 9_999));
    add(topic, "a negative schema", withSchema(good, -1));
    add(topic, "a schema of another topic", withSchema(good, foreign));
    add(topic, "a header alone", Arrays.copyOf(good, HEADER_BYTES));
    add(topic, "half", Arrays.copyOf(good, good.length / 2));
    add(topic, "all but the last byte", Arrays.copyOf(good, good.length - 1));
    add(topic, "a text of 1.5 GB", claiming(good, 1_500_000_000L));
    add(topic, "a text of a negative length", claiming(good, -7));
    add(topic, "a text of more than an int", claiming(good, 1L << 40));
    add(topic, "zeros", Arrays.copyOf(Arrays.copyOf(good, HEADER_BYTES), HEADER_BYTES + 8));
  }

  /** Records in the topics between the steps that are no inputs. */
  private void betweenSteps() {
    byte[] good =
        StepRecords.write(StepRecords.record("DeploymentEvent\0x\0", deployment("s").build()));
    addToStep("merge", "nothing", new byte[0]);
    addToStep("catalog", "one byte", new byte[1]);
    addToStep("route", "text", "no Avro at all".getBytes(UTF_8));
    addToStep("service", "a header alone", Arrays.copyOf(good, STEP_HEADER_BYTES));
    addToStep("attribute", "half", Arrays.copyOf(good, good.length / 2));
    addToStep("attribute", "an unknown schema", with(good, 2, (byte) ~good[2]));
    addToStep("commit", "no identity", StepRecords.write(StepRecords.record("no parts", null)));
    addToStep("artifact", "an unknown kind", with(good, STEP_HEADER_BYTES + 19, (byte) 120));
  }

  private void whatCanBeReadAndNotProcessed() {
    add(
        Topics.DEPLOYMENTS,
        "a time that no table holds",
        written(
            Topics.DEPLOYMENTS,
            deployment("poison late")
                .setFinishedAt(Instant.parse("9998-01-01T00:00:00Z"))
                .build()));
    add(
        Topics.DEPLOYMENTS,
        "a time that rules can't compute with",
        written(
            Topics.DEPLOYMENTS,
            deployment("poison overflow")
                .setStartedAt(Instant.ofEpochMilli(Long.MIN_VALUE))
                .setFinishedAt(Instant.ofEpochMilli(Long.MAX_VALUE))
                .build()));
    add(
        Topics.DEPLOYMENTS,
        "a name that no topic takes",
        written(Topics.DEPLOYMENTS, deployment(LONG_NAME).build()));
  }

  private void addToStep(String step, String kind, byte[] value) {
    add(Topics.repartition(applicationId, step), kind, value);
  }

  private void add(Topic<?> topic, String kind, byte[] value) {
    add(topic.name(), kind, value);
  }

  private void add(String topic, String kind, byte[] value) {
    String key = "%s: %s".formatted(topic, kind);
    byKind.put(key, new ProducerRecord<>(topic, key, value));
  }

  private <V extends SpecificRecord> byte[] written(Topic<V> topic, V value) {
    return new AvroSerde<>(topic, registry).serializer().serialize(topic.name(), value);
  }

  private static byte[] filled(byte value) {
    var bytes = new byte[100];
    Arrays.fill(bytes, value);
    return bytes;
  }

  private static byte[] with(byte[] good, int at, byte value) {
    byte[] bytes = good.clone();
    bytes[at] = value;
    return bytes;
  }

  private static byte[] withSchema(byte[] good, int id) {
    byte[] bytes = good.clone();
    ByteBuffer.wrap(bytes).putInt(1, id);
    return bytes;
  }

  /** The first field is a text, and says that it is so long. */
  private static byte[] claiming(byte[] good, long length) {
    var bytes = ByteBuffer.allocate(HEADER_BYTES + 20);
    bytes.put(good, 0, HEADER_BYTES);
    long zigzag = (length << 1) ^ (length >> 63);
    while ((zigzag & ~0x7FL) != 0) {
      bytes.put((byte) ((zigzag & 0x7F) | 0x80));
      zigzag >>>= 7;
    }
    bytes.put((byte) zigzag);
    return bytes.array();
  }
}
