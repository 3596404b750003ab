package dev.dorado.streams.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.dorado.deliveries.Rejected;
import dev.dorado.events.CorrectionEvent;
import dev.dorado.events.Provenance;
import dev.dorado.facts.CorrectionFact;
import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.RejectedRetry;
import dev.dorado.schemas.StepSerde;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import dev.dorado.streams.rejected.RejectingHandler;
import dev.dorado.streams.rejected.Rejections;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A step whose function throws for some inputs goes on with all others. */
class RejectedInputsTest {

  /** The first byte of the schema's fingerprint. */
  private static final int FINGERPRINT = 2;

  private static final Duration FLUSH = Duration.ofMillis(100);
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path folder;

  private final MockSchemaRegistryClient registry = new MockSchemaRegistryClient();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

  /** Inputs whose reason is in it make the function throw. */
  private Set<String> poison = Set.of("poison");

  /** The clock by which derivations are measured: each look at it is a tick later. */
  private final AtomicLong nanoTime = new AtomicLong();

  private long tick;

  /** What makes the facts of some inputs such that they can't be sent. */
  private final Map<String, UnaryOperator<CorrectionFact.Builder>> unsendable = new HashMap<>();

  private RuntimeException error = new IllegalStateException("the rule\nthrows");
  private TopologyTestDriver driver;

  @BeforeEach
  void start() throws Exception {
    for (var topic : List.of(Topics.CORRECTIONS, Topics.CORRECTION_FACTS, Topics.REJECTED)) {
      registry.register(topic.subject(), new AvroSchema(topic.schema()));
    }
    var rejections = new Rejections(registry, metrics, 1);
    var properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "rejecting");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
    RejectingHandler.use(properties, rejections);
    var builder = new StreamsBuilder();
    var graph =
        new StepGraph(
            builder,
            1,
            new StepSettings(FLUSH, 1_000_000, Long.MAX_VALUE, () -> nanoTime.addAndGet(tick)),
            rejections);
    graph.source(
        Topics.CORRECTIONS,
        new AvroSerde<>(Topics.CORRECTIONS, registry),
        event ->
            List.of(
                new StepGraph.Entrance(
                    Target.ATTRIBUTE, event.getService(), event.getId(), event)));
    graph.step(
        Target.ATTRIBUTE, key -> new WholeHistory(this::facts), List.of(Target.CORRECTION_FACTS));
    graph.rejected();
    graph.sink(
        Target.CORRECTION_FACTS,
        Topics.CORRECTION_FACTS,
        new AvroSerde<>(Topics.CORRECTION_FACTS, registry),
        fact -> CorrectionFact.newBuilder(fact).setRetracted(true).build());
    driver = new TopologyTestDriver(builder.build(), properties, NOW);
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  private List<Output> facts(Inputs inputs) {
    List<CorrectionEvent> events = inputs.all(CorrectionEvent.class);
    if (events.stream().anyMatch(event -> poison.contains(event.getReason()))) {
      throw error;
    }
    return events.stream()
        .map(
            event ->
                new Output(
                    Target.CORRECTION_FACTS, event.getId(), event.getId(), fact(event.getId())))
        .toList();
  }

  private CorrectionFact fact(String id) {
    var fact = CorrectionFact.newBuilder().setService("s").setId(id);
    return unsendable.getOrDefault(id, same -> same).apply(fact).build();
  }

  @Test
  void anInputThatMakesAStepThrowIsSetAsideAloneAndAllElseGoesOn() {
    give("s", "before", "good");
    flush();
    give("s", "bad", "poison");
    give("s", "after", "good");
    give("other", "elsewhere", "good");
    flush();

    assertThat(facts()).containsExactlyInAnyOrder("before", "after", "elsewhere");
    Rejected rejected = rejected().get(0);
    assertThat(rejected.getPlace()).isEqualTo("step");
    assertThat(rejected.getName()).isEqualTo("attribute");
    assertThat(rejected.getKey()).isEqualTo("s");
    assertThat(rejected.getGeneration()).isEqualTo(1);
    assertThat(rejected.getError()).isEqualTo("IllegalStateException");
    assertThat(rejected.getReason()).isEqualTo("the rule throws");
    assertThat(metrics.get("dorado.records.rejected").tag("where", "step").counter().count())
        .isOne();
  }

  @Test
  void whatWasSetAsideIsNotTriedAgainUntilItIsHandedInOnceMore() {
    give("s", "bad", "poison");
    flush();
    Rejected rejected = rejected().get(0);
    give("s", "next", "good");
    flush();
    assertThat(facts()).containsExactly("next");
    assertThat(rejected()).isEmpty();

    poison = Set.of();
    retry(rejected);
    flush();
    assertThat(facts()).containsExactly("bad");
  }

  @Test
  void fiftyInputsInARowAreAllSetAside() {
    IntStream.range(0, 50).forEach(i -> give("s", "bad" + i, "poison"));
    give("s", "good", "good");
    flush();

    assertThat(facts()).containsExactly("good");
    assertThat(rejected().stream().map(Rejected::getId).distinct()).hasSize(50);
  }

  @Test
  void anErrorThatConcernsEveryRecordIsNotHeldAgainstAnInput() {
    error = new TimeoutException("the broker is away");
    give("s", "bad", "poison");

    assertThatThrownBy(this::flush).isInstanceOf(TimeoutException.class);
    assertThat(rejected()).isEmpty();
  }

  @Test
  void bytesThatAreNoEventAreSetAsideAloneAndTheTopicGoesOn() {
    var topic =
        driver.createInputTopic(
            Topics.CORRECTIONS.name(), new StringSerializer(), new ByteArraySerializer());
    IntStream.range(0, 50).forEach(i -> topic.pipeInput("k", new byte[] {1, 2, 3, (byte) i}));
    give("s", "good", "good");
    flush();

    assertThat(facts()).containsExactly("good");
    List<Rejected> rejected = rejected();
    assertThat(rejected).hasSize(50);
    assertThat(rejected.get(7).getPlace()).isEqualTo("topology");
    assertThat(rejected.get(7).getName()).isEqualTo(Topics.CORRECTIONS.name());
    assertThat(rejected.get(7).getOffset()).isEqualTo(7);
    assertThat(rejected.get(7).getRecordValue().array()).containsExactly(1, 2, 3, 7);
  }

  @Test
  void bytesThatAreNoInputOfAStepAreSetAsideAlone() {
    driver
        .createInputTopic(
            Topics.repartition("rejecting", "attribute"),
            new StringSerializer(),
            new ByteArraySerializer())
        .pipeInput("s", new byte[] {9, 9, 9});
    give("s", "good", "good");
    flush();

    assertThat(facts()).containsExactly("good");
    assertThat(rejected()).hasSize(1);
  }

  @Test
  void anInputThatBreaksOffIsSetAsideAloneWhereItsKeyIsInMemory() {
    give("s", "before", "good");
    flush();
    byte[] whole = putOut("broken", "good");
    giveToStep("s", Arrays.copyOf(whole, whole.length - 5));
    give("s", "after", "good");
    flush();

    assertThat(facts()).containsExactlyInAnyOrder("before", "after");
    assertThat(rejected()).extracting(Rejected::getPlace).containsExactly("step");
  }

  /** Another version's steps have topics of their own, so that nobody's record is mistaken. */
  @Test
  void anInputOfAnUnknownSchemaIsSetAsideAloneWhetherOrNotItsKeyIsInMemory() {
    byte[] foreign = putOut("foreign", "good");
    foreign[FINGERPRINT] = (byte) ~foreign[FINGERPRINT];
    giveToStep("other", foreign);
    give("s", "before", "good");
    flush();
    giveToStep("s", foreign);
    give("s", "after", "good");
    give("other", "elsewhere", "good");
    flush();

    assertThat(facts()).containsExactlyInAnyOrder("before", "after", "elsewhere");
    assertThat(rejected())
        .allSatisfy(rejected -> assertThat(rejected.getError()).isEqualTo("SerializationException"))
        .extracting(Rejected::getKey)
        .containsExactlyInAnyOrder("s", "other");
  }

  @Test
  void aGoodInputReplacesABrokenOneOfItsIdThatIsKept() {
    giveToStep("s", broken("x"));
    give("s", "x", "good");
    flush();

    assertThat(facts()).containsExactly("x");
    assertThat(rejected()).extracting(Rejected::getPlace).containsExactly("step");
  }

  @Test
  void aBrokenInputDoesNotReplaceAGoodOneOfItsId() {
    give("s", "x", "good");
    giveToStep("s", broken("x"));
    flush();
    give("s", "y", "good");
    flush();

    assertThat(facts()).containsExactly("x", "y");
    assertThat(rejected()).extracting(Rejected::getPlace).containsExactly("step");
  }

  @Test
  void aBrokenEventIsSetAsideOnceWhereItsKeyIsInMemory() {
    give("s", "before", "good");
    flush();
    giveToStep("s", broken("x"));
    give("s", "after", "good");
    flush();

    assertThat(facts()).containsExactlyInAnyOrder("before", "after");
    assertThat(rejected()).extracting(Rejected::getPlace).containsExactly("step");
    assertThat(driver.<Bytes, byte[]>getKeyValueStore("attribute-inputs").approximateNumEntries())
        .isEqualTo(2);
  }

  @Test
  void whatAnotherStepPutOutIsTakenBackOnceItNoLongerThrows() {
    giveToStep("s", putOut("x", "poison"));
    flush();
    Rejected set = rejected().get(0);
    assertThat(facts()).isEmpty();

    poison = Set.of();
    retry(set);
    flush();
    assertThat(facts()).containsExactly("x");
  }

  @Test
  void whatAnotherStepHasReplacedOrRetractedSinceIsNotTakenBack() {
    giveToStep("s", putOut("x", "poison"));
    giveToStep("s", putOut("y", "poison"));
    flush();
    List<Rejected> set = rejected();
    assertThat(set).hasSize(2);
    giveToStep("s", putOut("x", "good"));
    giveToStep("s", StepSerde.write(StepSerde.record(from("y").toString(), null)));
    flush();
    assertThat(facts()).containsExactly("x");

    set.forEach(this::retry);
    flush();
    assertThat(facts()).isEmpty();
    assertThat(rejected()).isEmpty();
  }

  @Test
  void whatStillThrowsAfterARetryIsSetAsideAgainUnderTheSameId() {
    give("s", "bad", "poison");
    flush();
    Rejected first = rejected().get(0);
    retry(first);
    flush();
    assertThat(rejected()).extracting(Rejected::getId).containsExactly(first.getId());
  }

  @Test
  void aDerivationThatTakesLongerThanASecondIsReportedWithItsKey() {
    give("s", "one", "good");
    flush();
    assertThat(rejected()).isEmpty();
    tick = Duration.ofMillis(1500).toNanos();
    give("s", "two", "good");
    flush();

    assertThat(rejected())
        .singleElement()
        .satisfies(
            slow -> {
              assertThat(slow.getStatus()).isEqualTo("slow");
              assertThat(slow.getName()).isEqualTo("attribute");
              assertThat(slow.getKey()).isEqualTo("s");
              assertThat(slow.getGeneration()).isEqualTo(1);
              assertThat(slow.getReason()).isEqualTo("took 1.5 s with 2 inputs of the key");
            });
    var times = metrics.get("dorado.derivation").tag("step", "attribute").timer();
    assertThat(times.count()).isEqualTo(2);
    assertThat(times.max(TimeUnit.MILLISECONDS)).isEqualTo(1500);
    assertThat(facts()).containsExactlyInAnyOrder("one", "two");
  }

  @Test
  void anOutputThatCannotBeSentIsSetAsideAloneAndWhatWasSentBeforeIsRetracted() {
    give("s", "x", "good");
    give("s", "y", "good");
    flush();
    assertThat(facts()).containsExactlyInAnyOrder("x", "y");

    unsendable.put("x", fact -> fact.setReason("long".repeat(10 * 1024 * 1024)));
    unsendable.put("z", fact -> fact.setMadeAt(Instant.MAX));
    give("s", "z", "good");
    flush();
    assertThat(read(Topics.CORRECTION_FACTS))
        .extracting(CorrectionFact::getId, CorrectionFact::getRetracted)
        .containsExactly(tuple("x", true));
    assertThat(rejected())
        .extracting(Rejected::getPlace, Rejected::getTopic, Rejected::getError)
        .containsExactlyInAnyOrder(
            tuple("step", null, "RecordTooLargeException"),
            tuple("step", null, "ArithmeticException"));
  }

  @Test
  void anEventThatIsTooLargeToBeSentIsSetAsideWithWhereItWas() {
    give("long".repeat(1024 * 1024), "x", "good");
    give("s", "y", "good");
    flush();

    assertThat(facts()).containsExactly("y");
    assertThat(rejected())
        .extracting(Rejected::getTopic, Rejected::getOffset, Rejected::getError)
        .containsExactly(tuple(Topics.CORRECTIONS.name(), 0L, "RecordTooLargeException"));
  }

  @Test
  void aRecordWithoutAValueStopsNothing() {
    driver
        .createInputTopic(
            Topics.CORRECTIONS.name(), new StringSerializer(), new ByteArraySerializer())
        .pipeInput("s", (byte[]) null);
    giveToStep("s", null);
    give("s", "y", "good");
    flush();

    assertThat(facts()).containsExactly("y");
    assertThat(rejected()).extracting(Rejected::getPlace).containsExactly("topology");
  }

  @Test
  void whatIsCountedIsThereFromTheStartForEachPlace() {
    assertThat(metrics.get("dorado.records.rejected").counters())
        .extracting(counter -> counter.getId().getTag("where"), Counter::count)
        .containsExactlyInAnyOrder(tuple("topology", 0.0), tuple("step", 0.0), tuple("sink", 0.0));
  }

  private void retry(Rejected rejected) {
    driver
        .createInputTopic(rejected.getTopic(), new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(
            new TestRecord<>(
                rejected.getRecordKey().array(),
                rejected.getRecordValue().array(),
                new RecordHeaders()
                    .add(RejectedRetry.HEADER, RejectedRetry.header(rejected.getOffset()))));
  }

  private void giveToStep(String key, byte[] input) {
    driver
        .createInputTopic(
            Topics.repartition("rejecting", "attribute"),
            new StringSerializer(),
            new ByteArraySerializer())
        .pipeInput(key, input);
  }

  /** An event that breaks off. */
  private static byte[] broken(String id) {
    var event = new InputId("CorrectionEvent", id, InputId.NO_ORIGIN);
    byte[] whole = StepSerde.write(StepSerde.record(event.toString(), correction("s", id, "good")));
    return Arrays.copyOf(whole, whole.length - 5);
  }

  private static byte[] putOut(String id, String reason) {
    return StepSerde.write(StepSerde.record(from(id).toString(), correction("s", id, reason)));
  }

  private static InputId from(String id) {
    return new InputId("CorrectionEvent", id, "other");
  }

  @Test
  void theInputsThatThrowAreFoundAmongAllOfThem() {
    Set<InputName> all =
        IntStream.range(0, 100)
            .mapToObj(i -> new InputName("Kind", "i" + i))
            .collect(Collectors.toCollection(LinkedHashSet::new));
    Set<InputName> bad = Set.of(new InputName("Kind", "i17"), new InputName("Kind", "i99"));

    var outcome =
        RejectedInputs.isolate(
            all,
            Set.of(),
            names -> {
              if (names.stream().anyMatch(bad::contains)) {
                throw error;
              }
              return new RejectedInputs.Begun(new WholeHistory(inputs -> List.of()), Map.of());
            });

    assertThat(outcome.rejected().keySet()).isEqualTo(bad);
  }

  private void give(String service, String id, String reason) {
    driver
        .createInputTopic(
            Topics.CORRECTIONS.name(),
            new StringSerializer(),
            new AvroSerde<>(Topics.CORRECTIONS, registry).serializer())
        .pipeInput(service, correction(service, id, reason));
  }

  private static CorrectionEvent correction(String service, String id, String reason) {
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

  private void flush() {
    driver.advanceWallClockTime(FLUSH);
    driver.advanceWallClockTime(FLUSH);
  }

  private List<String> facts() {
    return read(Topics.CORRECTION_FACTS).stream().map(CorrectionFact::getId).toList();
  }

  private List<Rejected> rejected() {
    return read(Topics.REJECTED);
  }

  private <V extends SpecificRecord> List<V> read(Topic<V> topic) {
    return driver
        .createOutputTopic(
            topic.name(), new StringDeserializer(), new AvroSerde<>(topic, registry).deserializer())
        .readValuesToList();
  }
}
