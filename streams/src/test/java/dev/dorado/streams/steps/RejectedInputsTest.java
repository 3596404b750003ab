package dev.dorado.streams.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.dorado.deliveries.Rejected;
import dev.dorado.events.CorrectionEvent;
import dev.dorado.facts.CorrectionFact;
import dev.dorado.rules.step.InputName;
import dev.dorado.rules.step.Inputs;
import dev.dorado.rules.step.Output;
import dev.dorado.rules.step.WholeHistory;
import dev.dorado.schemas.RejectedRetry;
import dev.dorado.schemas.StepRecords;
import dev.dorado.schemas.Topics;
import io.micrometer.core.instrument.Counter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A step whose function throws for some inputs goes on with all others. */
class RejectedInputsTest {

  /** The first byte of the schema's fingerprint. */
  private static final int FINGERPRINT = 2;

  @TempDir Path folder;

  /** Inputs whose reason is in it make the function throw. */
  private Set<String> poison = Set.of("poison");

  /** The clock by which derivations are measured: each look at it is a tick later. */
  private final AtomicLong nanoTime = new AtomicLong();

  private long tick;

  /** What makes the facts of some inputs such that they can't be sent. */
  private final Map<String, UnaryOperator<CorrectionFact.Builder>> unsendable = new HashMap<>();

  private RuntimeException error = new IllegalStateException("the rule\nthrows");
  private OneStep step;

  @BeforeEach
  void start() throws Exception {
    step =
        new OneStep(
            folder,
            new StepSettings(
                OneStep.FLUSH, 0, 1_000_000, Long.MAX_VALUE, () -> nanoTime.addAndGet(tick)),
            this::facts);
  }

  @AfterEach
  void stop() {
    step.close();
  }

  private List<Output> facts(Inputs inputs) {
    List<CorrectionEvent> events = inputs.all(CorrectionEvent.class);
    if (events.stream().anyMatch(event -> poison.contains(event.getReason()))) {
      throw error;
    }
    return events.stream().map(event -> OneStep.fact(fact(event.getId()))).toList();
  }

  private CorrectionFact.Builder fact(String id) {
    var fact = CorrectionFact.newBuilder().setService("s").setId(id);
    return unsendable.getOrDefault(id, same -> same).apply(fact);
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
    assertThat(step.metrics.get("dorado.records.rejected").tag("where", "step").counter().count())
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
    IntStream.range(0, 50)
        .forEach(i -> step.give(Topics.CORRECTIONS.name(), "k", new byte[] {1, 2, 3, (byte) i}));
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
    giveToStep("s", new byte[] {9, 9, 9});
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
        .allSatisfy(rejected -> assertThat(rejected.getError()).isEqualTo("AvroRuntimeException"))
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
    assertThat(
            step.driver()
                .<Bytes, byte[]>getKeyValueStore("attribute-inputs")
                .approximateNumEntries())
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
    giveToStep("s", StepRecords.write(StepRecords.record(from("y").toString(), null)));
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
    // A part of it at each turn.
    for (int turn = 0; turn < 5; turn++) {
      flush();
    }

    assertThat(rejected())
        .singleElement()
        .satisfies(
            slow -> {
              assertThat(slow.getStatus()).isEqualTo("slow");
              assertThat(slow.getName()).isEqualTo("attribute");
              assertThat(slow.getKey()).isEqualTo("s");
              assertThat(slow.getGeneration()).isEqualTo(1);
              assertThat(slow.getReason()).matches("took [0-9]+\\.[05] s with 2 inputs of the key");
            });
    var times = step.metrics.get("dorado.derivation").tag("step", "attribute").timer();
    assertThat(times.count()).isEqualTo(2);
    assertThat(times.max(TimeUnit.MILLISECONDS)).isGreaterThanOrEqualTo(1500);
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
    assertThat(step.read(Topics.CORRECTION_FACTS))
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
    step.give(Topics.CORRECTIONS.name(), "s", (byte[]) null);
    giveToStep("s", null);
    give("s", "y", "good");
    flush();

    assertThat(facts()).containsExactly("y");
    assertThat(rejected()).extracting(Rejected::getPlace).containsExactly("topology");
  }

  @Test
  void whatIsCountedIsThereFromTheStartForEachPlace() {
    assertThat(step.metrics.get("dorado.records.rejected").counters())
        .extracting(counter -> counter.getId().getTag("where"), Counter::count)
        .containsExactlyInAnyOrder(tuple("topology", 0.0), tuple("step", 0.0), tuple("sink", 0.0));
  }

  private void retry(Rejected rejected) {
    step.driver()
        .createInputTopic(rejected.getTopic(), new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(
            new TestRecord<>(
                rejected.getRecordKey().array(),
                rejected.getRecordValue().array(),
                new RecordHeaders()
                    .add(RejectedRetry.HEADER, RejectedRetry.header(rejected.getOffset()))));
  }

  private void giveToStep(String key, byte[] input) {
    step.give(Topics.repartition(OneStep.APPLICATION_ID, "attribute"), key, input);
  }

  /** An event that breaks off. */
  private static byte[] broken(String id) {
    var event = new InputId("CorrectionEvent", id, InputId.NO_ORIGIN);
    byte[] whole =
        StepRecords.write(
            StepRecords.record(event.toString(), OneStep.correction("s", id, "good")));
    return Arrays.copyOf(whole, whole.length - 5);
  }

  private static byte[] putOut(String id, String reason) {
    return StepRecords.write(
        StepRecords.record(from(id).toString(), OneStep.correction("s", id, reason)));
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
              return new RejectedInputs.Begun(new WholeHistory(inputs -> List.of()), Set.of());
            });

    assertThat(outcome.rejected().keySet()).isEqualTo(bad);
  }

  private void give(String service, String id, String reason) {
    step.give(service, id, reason);
  }

  private void flush() {
    step.flush();
  }

  private List<String> facts() {
    return step.facts();
  }

  private List<Rejected> rejected() {
    return step.rejected();
  }
}
