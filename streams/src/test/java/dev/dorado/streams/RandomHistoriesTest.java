package dev.dorado.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.dorado.facts.ChangeFact;
import dev.dorado.rules.Decided;
import dev.dorado.rules.Facts;
import dev.dorado.rules.FactsInMemory;
import dev.dorado.rules.History;
import dev.dorado.rules.RandomHistory;
import dev.dorado.rules.RuleSettings;
import dev.dorado.rules.reference.Reference;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The topology decides what the reference decides, for random histories, whatever order their
 * events come in, however often, and across restarts. Every history has a seed; a failure names it,
 * and shows the smallest arrival that fails. More of them: {@code -Ddorado.histories=100000},
 * others: {@code -Ddorado.first-history=5000}.
 */
class RandomHistoriesTest {

  private static final int HISTORIES = Integer.getInteger("dorado.histories", 1000);
  private static final long FIRST = Long.getLong("dorado.first-history", 1);
  private static final int AT_ONCE = 50;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path folder;
  private final AtomicInteger topologies = new AtomicInteger();

  @Test
  void theTopologyDecidesWhatTheReferenceDecidesHoweverTheEventsArrive() {
    LongStream.range(0, (HISTORIES + AT_ONCE - 1) / AT_ONCE)
        .parallel()
        .forEach(turn -> compare(FIRST + turn * AT_ONCE));
  }

  /** Some histories beside each other, in one topology. */
  private void compare(long first) {
    List<History> histories = new ArrayList<>();
    List<SpecificRecord> events = new ArrayList<>();
    for (long seed = first; seed < first + AT_ONCE; seed++) {
      histories.add(RandomHistory.of(seed));
      events.addAll(histories.get(histories.size() - 1).events());
    }
    Arrival arrival = arrival(events, first);
    Facts facts = arrival.facts(nextFolder());
    for (int i = 0; i < AT_ONCE; i++) {
      Decided found = Decided.of(facts.with(RandomHistory.tag(first + i)).all().values());
      facts.with(RandomHistory.tag(first + i)).changes().forEach(this::assertThatStagesFit);
      if (!histories.get(i).decided().differences(found).isEmpty()) {
        report(first + i, arrival, histories.get(i));
      }
    }
  }

  /** L2: stages lie within the lead time, and add up to it where its first boundary is known. */
  private void assertThatStagesFit(ChangeFact change) {
    List<Double> stages =
        Stream.of(change.getCoding(), change.getPickup(), change.getReview(), change.getDeploy())
            .filter(Objects::nonNull)
            .toList();
    assertThat(stages).as(change.toString()).allMatch(stage -> stage >= 0);
    if (change.getLeadTime() == null) {
      return;
    }
    double sum = stages.stream().mapToDouble(Double::doubleValue).sum();
    boolean whole =
        change.getPullRequest() == null
            || change.getCoding() != null
            || change.getStartMethod().equals("opened");
    assertThat(change.getLeadTime() - sum)
        .as(change.toString())
        .isBetween(-0.001, whole ? 0.001 : Double.MAX_VALUE);
  }

  @Test
  void theTextsOfFactsDoNotDependOnTheOrderOfArrivalEither() {
    for (long seed = FIRST; seed < FIRST + HISTORIES; seed += 10L * AT_ONCE) {
      List<SpecificRecord> events = new ArrayList<>();
      for (long i = seed; i < seed + AT_ONCE; i++) {
        events.addAll(RandomHistory.of(i).events());
      }
      var random = new Random(seed);
      Arrival inOrder = Arrival.inOrder(events, random, 20);
      Arrival another = inOrder.shuffled(random).repeated(random).restarted(random);

      assertThat(another.facts(nextFolder()).toString())
          .as("histories from seed %d", seed)
          .isEqualTo(inOrder.facts(nextFolder()).toString());
    }
  }

  @Test
  void whatALaterTranslationTookBackIsAsIfItHadNeverBeen() {
    for (long seed = FIRST; seed < FIRST + 10; seed++) {
      History history = RandomHistory.of(seed);
      List<SpecificRecord> tookBack = RandomHistory.of(seed + 1).events();
      List<SpecificRecord> events = new ArrayList<>(history.events());
      events.addAll(tookBack);
      tookBack.forEach(event -> events.add(FactsInMemory.withdrawn(event)));
      var random = new Random(seed);
      Arrival arrival = Arrival.inOrder(events, random, 20).shuffled(random).restarted(random);

      Decided found = Decided.of(arrival.facts(nextFolder()).all().values());

      assertThat(history.decided().differences(found)).as("seed %d", seed).isEmpty();
      var told = Decided.of(Reference.factsOf(events, RuleSettings.defaults()));
      assertThat(history.decided().differences(told)).as("reference, seed %d", seed).isEmpty();
    }
  }

  @Test
  void aFailingArrivalShrinksToWhatAPersonCanRead() {
    Predicate<Arrival> fails =
        arrival ->
            Reference.factsOf(arrival.events(), RuleSettings.defaults()).stream()
                .anyMatch(fact -> fact.toString().contains("\"failure_rule\": \"F3\""));
    long seed = FIRST;
    while (!fails.test(Arrival.inOrder(RandomHistory.of(seed).events(), new Random(seed), 20))) {
      seed++;
    }
    var random = new Random(seed);
    Arrival failing =
        Arrival.inOrder(RandomHistory.of(seed).events(), random, 20)
            .shuffled(random)
            .repeated(random)
            .restarted(random);

    Arrival shrunk = Shrinking.shrunk(failing, fails, Duration.ofSeconds(20));

    // Two deployments, of which the second goes back to an earlier commit of one push.
    assertThat(shrunk.steps()).as(shrunk.toString()).hasSizeLessThanOrEqualTo(5);
    assertThat(fails.test(shrunk)).isTrue();
  }

  /**
   * In order or in any, with repetitions or without, restarted or not, with any memory, slow or
   * not.
   */
  private static Arrival arrival(List<SpecificRecord> events, long seed) {
    var random = new Random(seed);
    Arrival arrival = Arrival.inOrder(events, random, random.nextBoolean() ? 20 : 100);
    arrival = random.nextInt(4) == 0 ? arrival : arrival.shuffled(random);
    arrival = random.nextBoolean() ? arrival.repeated(random) : arrival;
    arrival = random.nextBoolean() ? arrival.restarted(random) : arrival;
    var memories = Arrival.Memory.values();
    arrival = arrival.withMemory(memories[random.nextInt(memories.length)]);
    return random.nextInt(4) == 0 ? arrival.slowly() : arrival;
  }

  private void report(long seed, Arrival all, History history) {
    Predicate<Arrival> fails = arrival -> !differences(arrival).isEmpty();
    Arrival alone = all.of(history.events());
    Arrival shrunk = Shrinking.shrunk(fails.test(alone) ? alone : all, fails, PATIENCE);
    fail(
        "history with seed %d, shrunk to:%n%s%nwhere%n%s",
        seed, shrunk, String.join("\n", differences(shrunk)));
  }

  private List<String> differences(Arrival arrival) {
    try {
      Decided expected = Decided.of(Reference.factsOf(arrival.events(), RuleSettings.defaults()));
      return expected.differences(Decided.of(arrival.facts(nextFolder()).all().values()));
    } catch (RuntimeException e) {
      var trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      return List.of(trace.toString());
    }
  }

  private Path nextFolder() {
    return folder.resolve("" + topologies.incrementAndGet());
  }
}
