package dev.dorado.streams.steps;

import dev.dorado.deliveries.Rejected;
import dev.dorado.events.CorrectionEvent;
import dev.dorado.events.Provenance;
import dev.dorado.facts.CorrectionFact;
import dev.dorado.rules.step.DerivedHistory;
import dev.dorado.rules.step.Entrance;
import dev.dorado.rules.step.Inputs;
import dev.dorado.rules.step.Output;
import dev.dorado.rules.step.StepFunction;
import dev.dorado.rules.step.Target;
import dev.dorado.rules.step.WholeHistory;
import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import dev.dorado.streams.rejected.RejectingHandler;
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
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;

/** A topology of one step, whose keys are services and whose inputs are corrections. */
final class OneStep implements AutoCloseable {

  static final String APPLICATION_ID = "one-step";

  static final Duration FLUSH = Duration.ofMillis(50);

  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

  private final MockSchemaRegistryClient registry = new MockSchemaRegistryClient();
  private final Path folder;
  private final StepFunction function;
  private TopologyTestDriver driver;
  private int starts;

  /** A step that gives a fact for each correction. */
  OneStep(Path folder, StepSettings settings) throws Exception {
    this(folder, settings, OneStep::facts);
  }

  OneStep(Path folder, StepSettings settings, Function<Inputs, List<Output>> function)
      throws Exception {
    this(key -> new WholeHistory(function), folder, settings);
  }

  private OneStep(StepFunction function, Path folder, StepSettings settings) throws Exception {
    for (var topic : List.of(Topics.CORRECTIONS, Topics.CORRECTION_FACTS, Topics.REJECTED)) {
      registry.register(topic.subject(), new AvroSchema(topic.schema()));
    }
    this.folder = folder;
    this.function = function;
    this.driver = start(settings);
  }

  /** A step that derives a fact for each correction, one after the other. */
  static OneStep thatDerives(Path folder, StepSettings settings) throws Exception {
    return new OneStep(key -> new Deriving(), folder, settings);
  }

  private static final class Deriving extends DerivedHistory {
    Deriving() {
      outputs(
          "fact",
          inputs(CorrectionEvent.class),
          (id, event) -> List.of(fact(CorrectionFact.newBuilder().setService("s").setId(id))));
    }
  }

  private TopologyTestDriver start(StepSettings settings) {
    var properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION_ID);
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.resolve("" + ++starts).toString());
    var builder = new StreamsBuilder();
    var rejections = new Rejections(registry, metrics, 1);
    RejectingHandler.use(properties, rejections);
    var graph = new StepGraph(builder, 1, settings, rejections);
    graph.source(
        Topics.CORRECTIONS,
        new AvroSerde<>(Topics.CORRECTIONS, registry),
        event -> List.of(new Entrance(Target.ATTRIBUTE, event.getService(), event.getId(), event)));
    graph.step(Target.ATTRIBUTE, function, List.of(Target.CORRECTION_FACTS));
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
        .map(event -> fact(CorrectionFact.newBuilder().setService("s").setId(event.getId())))
        .toList();
  }

  static Output fact(CorrectionFact.Builder fact) {
    return new Output(Target.CORRECTION_FACTS, fact.getId(), fact.getId(), fact.build());
  }

  /** Stops, and starts anew with what the stores hold. */
  void restart(StepSettings settings) {
    Map<String, List<KeyValue<Object, Object>>> kept = new HashMap<>();
    for (String name : driver.getAllStateStores().keySet()) {
      List<KeyValue<Object, Object>> entries = new ArrayList<>();
      try (var all = driver.<Object, Object>getKeyValueStore(name).all()) {
        all.forEachRemaining(entries::add);
      }
      kept.put(name, entries);
    }
    driver.close();
    driver = start(settings);
    kept.forEach(
        (name, entries) -> {
          KeyValueStore<Object, Object> store = driver.getKeyValueStore(name);
          entries.forEach(entry -> store.put(entry.key, entry.value));
        });
  }

  /** Gives inputs with the numbers from one to before the other as ids. */
  void give(String service, int from, int to) {
    IntStream.range(from, to).forEach(i -> give(service, "" + i));
  }

  void give(String service, String id) {
    give(service, id, "a reason");
  }

  void give(String service, String id, String reason) {
    driver
        .createInputTopic(
            Topics.CORRECTIONS.name(),
            new StringSerializer(),
            new AvroSerde<>(Topics.CORRECTIONS, registry).serializer())
        .pipeInput(service, correction(service, id, reason));
  }

  /** Gives bytes as they are. */
  void give(String topic, String key, byte[] value) {
    driver
        .createInputTopic(topic, new StringSerializer(), new ByteArraySerializer())
        .pipeInput(key, value);
  }

  static CorrectionEvent correction(String service, String id, String reason) {
    return CorrectionEvent.newBuilder()
        .setId(id)
        .setService(service)
        .setReason(reason)
        .setOccurredAt(NOW)
        .setCorrection(id)
        .setAction("exclude")
        .setProvenance(new Provenance("test", "", NOW, "live"))
        .build();
  }

  /** Time passes in which the step looks for new input. */
  void flush() {
    driver.advanceWallClockTime(FLUSH);
    driver.advanceWallClockTime(FLUSH);
  }

  /** Ids of the facts that are new. */
  List<String> facts() {
    return read(Topics.CORRECTION_FACTS).stream().map(CorrectionFact::getId).toList();
  }

  /** What was set aside, or is said of that, since this was asked last. */
  List<Rejected> rejected() {
    return read(Topics.REJECTED);
  }

  /** The records of a topic since this was asked last. */
  <V extends SpecificRecord> List<V> read(Topic<V> topic) {
    return driver
        .createOutputTopic(
            topic.name(), new StringDeserializer(), new AvroSerde<>(topic, registry).deserializer())
        .readValuesToList();
  }

  TopologyTestDriver driver() {
    return driver;
  }

  @Override
  public void close() {
    driver.close();
  }
}
