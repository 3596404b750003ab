package dev.dorado.streams.steps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.deliveries.Rejected;
import dev.dorado.events.CorrectionEvent;
import dev.dorado.events.Provenance;
import dev.dorado.facts.CorrectionFact;
import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.RejectedRetry;
import dev.dorado.schemas.Topics;
import dev.dorado.streams.rejected.Rejections;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key whose history does not fit into memory stops no other key, and is taken up again. */
class LargeHistoriesTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration FLUSH = Duration.ofMillis(50);
  private static final long LITTLE = 30_000;

  @TempDir Path folder;

  private final MockSchemaRegistryClient registry = new MockSchemaRegistryClient();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private TopologyTestDriver driver;
  private int starts;

  @BeforeEach
  void start() throws Exception {
    for (var topic : List.of(Topics.CORRECTIONS, Topics.CORRECTION_FACTS, Topics.REJECTED)) {
      registry.register(topic.subject(), new AvroSchema(topic.schema()));
    }
    driver = start(LITTLE);
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void aKeyThatNeedsTooMuchMemoryIsNamedAndAllOthersGoOn() {
    giveMany("large");
    give("small", "a");
    flush();

    assertThat(facts()).containsExactly("a");
    assertThat(rejected())
        .singleElement()
        .satisfies(
            rejected -> {
              assertThat(rejected.getPlace()).isEqualTo("step");
              assertThat(rejected.getName()).isEqualTo("attribute");
              assertThat(rejected.getKey()).isEqualTo("large");
              assertThat(rejected.getError()).isEqualTo("TooLargeHistory");
              assertThat(rejected.getStatus()).isEqualTo(RejectedRetry.REJECTED);
              assertThat(rejected.getReason()).containsPattern("DORADO_JAVA_OPTS=-Xmx[0-9]+m,");
            });
    assertThat(metrics.get("dorado.records.rejected").tag("where", "step").counter().count())
        .isOne();
  }

  @Test
  void oneThatGrowsTooLargeIsSetAsideAndNotTriedAgainForEachInput() {
    give("growing", "first");
    flush();
    assertThat(facts()).containsExactly("first");
    giveMany("growing");
    flush();
    give("growing", "last");
    give("small", "a");
    flush();

    assertThat(facts()).containsExactly("a");
    assertThat(rejected()).extracting(Rejected::getKey).containsExactly("growing");
  }

  @Test
  void itIsTakenUpByItselfAtAStartWithMoreRoom() throws Exception {
    giveMany("large");
    flush();
    give("large", "later");
    flush();
    Rejected rejected = rejected().get(0);

    restart(Long.MAX_VALUE);
    flush();

    assertThat(facts()).hasSize(51).contains("later", "49");
    assertThat(rejected())
        .singleElement()
        .satisfies(
            accepted -> {
              assertThat(accepted.getId()).isEqualTo(rejected.getId());
              assertThat(accepted.getStatus()).isEqualTo(RejectedRetry.RETRIED);
            });
    give("large", "once more");
    flush();
    assertThat(facts()).containsExactly("once more");
    assertThat(rejected()).isEmpty();
  }

  private TopologyTestDriver start(long largest) throws Exception {
    var properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "large");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.resolve("" + ++starts).toString());
    var builder = new StreamsBuilder();
    var graph =
        new StepGraph(
            builder,
            1,
            new StepSettings(FLUSH, Long.MAX_VALUE, largest, () -> 0),
            new Rejections(registry, metrics, 1));
    graph.source(
        Topics.CORRECTIONS,
        new AvroSerde<>(Topics.CORRECTIONS, registry),
        event ->
            List.of(
                new StepGraph.Entrance(
                    Target.ATTRIBUTE, event.getService(), event.getId(), event)));
    graph.step(
        Target.ATTRIBUTE,
        key -> new WholeHistory(LargeHistoriesTest::facts),
        List.of(Target.CORRECTION_FACTS));
    graph.rejected();
    graph.sink(
        Target.CORRECTION_FACTS,
        Topics.CORRECTION_FACTS,
        new AvroSerde<>(Topics.CORRECTION_FACTS, registry),
        fact -> CorrectionFact.newBuilder(fact).setRetracted(true).build());
    return new TopologyTestDriver(builder.build(), properties, NOW);
  }

  private static List<Output> facts(Inputs inputs) {
    return inputs.all(CorrectionEvent.class).stream()
        .map(
            event ->
                new Output(
                    Target.CORRECTION_FACTS,
                    event.getId(),
                    event.getId(),
                    CorrectionFact.newBuilder().setService("s").setId(event.getId()).build()))
        .toList();
  }

  /** Stops, and starts anew with what the stores hold. */
  private void restart(long largest) throws Exception {
    Map<String, List<KeyValue<Object, Object>>> kept = new HashMap<>();
    for (String name : driver.getAllStateStores().keySet()) {
      List<KeyValue<Object, Object>> entries = new ArrayList<>();
      try (var all = driver.<Object, Object>getKeyValueStore(name).all()) {
        all.forEachRemaining(entries::add);
      }
      kept.put(name, entries);
    }
    driver.close();
    driver = start(largest);
    kept.forEach(
        (name, entries) -> {
          KeyValueStore<Object, Object> store = driver.getKeyValueStore(name);
          entries.forEach(entry -> store.put(entry.key, entry.value));
        });
  }

  private void giveMany(String service) {
    IntStream.range(0, 50).forEach(i -> give(service, "" + i));
  }

  private void give(String service, String id) {
    driver
        .createInputTopic(
            Topics.CORRECTIONS.name(),
            new StringSerializer(),
            new AvroSerde<>(Topics.CORRECTIONS, registry).serializer())
        .pipeInput(service, event(service, id));
  }

  private static CorrectionEvent event(String service, String id) {
    return CorrectionEvent.newBuilder()
        .setId(id)
        .setProvenance(new Provenance("test", "d", NOW, "live"))
        .setOccurredAt(NOW)
        .setService(service)
        .setAction("exclude")
        .setCorrection(id)
        .setReason("a reason")
        .build();
  }

  private void flush() {
    driver.advanceWallClockTime(FLUSH);
    driver.advanceWallClockTime(FLUSH);
  }

  private List<String> facts() {
    return driver
        .createOutputTopic(
            Topics.CORRECTION_FACTS.name(),
            new StringDeserializer(),
            new AvroSerde<>(Topics.CORRECTION_FACTS, registry).deserializer())
        .readValuesToList()
        .stream()
        .map(CorrectionFact::getId)
        .toList();
  }

  private List<Rejected> rejected() {
    return driver
        .createOutputTopic(
            Topics.REJECTED.name(),
            new StringDeserializer(),
            new AvroSerde<>(Topics.REJECTED, registry).deserializer())
        .readValuesToList();
  }
}
