package dev.dorado.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dorado.deliveries.Delivery;
import dev.dorado.facts.DeploymentFact;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class AvroSerdeTest {

  private static final Topic<DeploymentFact> TOPIC = Topics.DEPLOYMENT_FACTS;
  private static final DeploymentFact FACT =
      DeploymentFact.newBuilder()
          .setService("checkout")
          .setId("d1")
          .setFinishedAt(Instant.parse("2026-03-01T12:00:00.123Z"))
          .setIncidents(List.of("PD-1", "ü"))
          .setChanges(3)
          .setFailed(true)
          .build();

  // Confluent's own registry in memory.
  private final MockSchemaRegistryClient registry = new MockSchemaRegistryClient();
  private final AvroSerde<DeploymentFact> serde = new AvroSerde<>(TOPIC, registry);

  @Test
  void aValueComesBackAsItWas() throws Exception {
    registry.register(TOPIC.subject(), new AvroSchema(TOPIC.schema()));

    assertThat(read(write(FACT))).isEqualTo(FACT);
  }

  @Test
  void aBodyOfBytesAndAMapOfHeadersComeBackAsTheyWere() throws Exception {
    registry.register(Topics.DELIVERIES.subject(), new AvroSchema(Topics.DELIVERIES.schema()));
    var delivery =
        Delivery.newBuilder()
            .setSender("github")
            .setId("1")
            .setReceivedAt(Instant.EPOCH)
            .setHeaders(Map.of("X-GitHub-Event", "push"))
            .setBody(ByteBuffer.wrap(new byte[] {0, -1, 127}))
            .setOutcome("accepted")
            .build();
    var deliveries = new AvroSerde<>(Topics.DELIVERIES, registry);

    byte[] bytes = deliveries.serializer().serialize("any", delivery);

    assertThat(deliveries.deserializer().deserialize("any", bytes)).isEqualTo(delivery);
    assertThat(deliveries.serializer().serialize("any", delivery)).isEqualTo(bytes);
  }

  @Test
  void theBytesAreAZeroTheIdOfTheSchemaAndAvrosBinary() throws Exception {
    registry.register("something-else-value", new AvroSchema(Topics.REFUSALS.schema()));
    int id = registry.register(TOPIC.subject(), new AvroSchema(TOPIC.schema()));

    ByteBuffer bytes = ByteBuffer.wrap(write(FACT));

    assertThat(bytes.get()).isZero();
    assertThat(bytes.getInt()).isEqualTo(id);
    var decoder =
        DecoderFactory.get().binaryDecoder(bytes.array(), 5, bytes.array().length - 5, null);
    GenericRecord plain = new GenericDatumReader<GenericRecord>(TOPIC.schema()).read(null, decoder);
    assertThat(plain.get("id").toString()).isEqualTo("d1");
    assertThat(plain.get("finished_at")).isEqualTo(FACT.getFinishedAt().toEpochMilli());
    assertThat(decoder.isEnd()).isTrue();
  }

  @Test
  void aValueOfAnOlderSchemaGetsTheDefaultsOfNewFields() throws Exception {
    Schema old =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "DeploymentFact", "namespace": "dev.dorado.facts", "fields": [
                  {"name": "service", "type": "string"}, {"name": "id", "type": "string"},
                  {"name": "given_up", "type": "int"}]}""");
    int id = registry.register(TOPIC.subject(), new AvroSchema(old));
    GenericRecord record = new GenericData.Record(old);
    record.put("service", "checkout");
    record.put("id", "d1");
    record.put("given_up", 7);

    var read = read(inWireFormat(id, old, record));

    assertThat(read)
        .isEqualTo(DeploymentFact.newBuilder().setService("checkout").setId("d1").build());
  }

  @Test
  void aValueAfterOneThatCanNotBeWrittenIsWhole() throws Exception {
    registry.register(TOPIC.subject(), new AvroSchema(TOPIC.schema()));
    var half = new DeploymentFact();
    half.setService("checkout");

    assertThatThrownBy(() -> write(half)).isInstanceOf(SerializationException.class);

    assertThat(read(write(FACT))).isEqualTo(FACT);
  }

  @Test
  void aLongValueAndTheShortOneAfterItComeBackAsTheyWere() throws Exception {
    registry.register(TOPIC.subject(), new AvroSchema(TOPIC.schema()));
    var incidents = IntStream.range(0, 100_000).mapToObj(i -> "PD-" + i).toList();
    var longFact = DeploymentFact.newBuilder(FACT).setIncidents(incidents).build();

    assertThat(read(write(longFact))).isEqualTo(longFact);
    assertThat(read(write(FACT))).isEqualTo(FACT);
  }

  @Test
  void nullStaysNull() {
    assertThat(write(null)).isNull();
    assertThat(read(null)).isNull();
  }

  @Test
  void aSchemaThatWasNotRegisteredIsAnErrorThatSaysWhatToRunUntilSomebodyElseRegistersIt()
      throws Exception {
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(() -> write(FACT))
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("dorado.facts.deployments-value")
          .hasMessageContaining("./dorado migrate");
    }

    registry.register(TOPIC.subject(), new AvroSchema(TOPIC.schema()));

    assertThat(read(write(FACT))).isEqualTo(FACT);
  }

  @Test
  void anUnknownIdIsAnErrorThatNamesTopicAndId() throws Exception {
    registry.register(TOPIC.subject(), new AvroSchema(TOPIC.schema()));
    byte[] bytes = write(FACT);
    bytes[4] = 99;

    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("99")
        .hasMessageContaining(TOPIC.name());
  }

  @Test
  void otherBytesAreAnErrorThatNamesTheTopic() throws Exception {
    registry.register(TOPIC.subject(), new AvroSchema(TOPIC.schema()));
    byte[] good = write(FACT);
    for (byte[] bytes :
        List.of(new byte[0], new byte[] {0, 0, 0}, "{\"id\":1}".getBytes(UTF_8), cut(good))) {
      assertThatThrownBy(() -> read(bytes))
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining(TOPIC.name());
    }
  }

  @Test
  void aFieldThatIsMissingIsNamed() throws Exception {
    registry.register(TOPIC.subject(), new AvroSchema(TOPIC.schema()));

    assertThatThrownBy(() -> write(new DeploymentFact()))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining(TOPIC.name())
        .hasMessageContaining("service");
  }

  @Test
  void aRegistryThatIsAwayIsAnErrorThatMayPass() {
    var away = new CachedSchemaRegistryClient("http://127.0.0.1:1", 10);
    var serde = new AvroSerde<>(TOPIC, away);

    assertThatThrownBy(() -> serde.serializer().serialize("any", FACT))
        .isInstanceOf(RegistryAwayException.class)
        .hasMessageContaining("does not answer");
    assertThatThrownBy(() -> serde.deserializer().deserialize("any", new byte[] {0, 0, 0, 0, 1}))
        .isInstanceOf(RegistryAwayException.class);
  }

  private byte[] write(DeploymentFact fact) {
    return serde.serializer().serialize("any", fact);
  }

  private DeploymentFact read(byte[] bytes) {
    return serde.deserializer().deserialize("any", bytes);
  }

  private static byte[] cut(byte[] bytes) {
    return java.util.Arrays.copyOf(bytes, bytes.length / 2);
  }

  private static byte[] inWireFormat(int id, Schema schema, GenericRecord record)
      throws IOException {
    var out = new ByteArrayOutputStream();
    out.write(0);
    out.write(ByteBuffer.allocate(4).putInt(id).array());
    new GenericDatumWriter<GenericRecord>(schema)
        .write(record, EncoderFactory.get().directBinaryEncoder(out, null));
    return out.toByteArray();
  }
}
