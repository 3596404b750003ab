package dev.dorado.streams.steps;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** While the inputs of one key come in thousands, live events of others are not held up. */
class LiveDuringImportTest {

  private static final long TICK = 3_000_000;

  @TempDir Path folder;

  /** Each look at the clock is a little later, so that a derivation takes as long as a long one. */
  private final AtomicLong nanoTime = new AtomicLong();

  @Test
  void aKeyWithFewInputsDoesNotWaitUntilTheImportOfAnotherIsOver() throws Exception {
    var settings =
        new StepSettings(
            OneStep.FLUSH, 0, Long.MAX_VALUE, Long.MAX_VALUE, () -> nanoTime.addAndGet(TICK));
    try (var step = new OneStep(folder, settings)) {
      int rests = 0;
      for (int round = 0; round < 20; round++) {
        step.give("imported", round * 1_000, (round + 1) * 1_000);
        step.give("live", "live " + round);
        step.flush();
        List<String> facts = step.facts();

        assertThat(facts).as("round %d", round).contains("live " + round);
        rests += facts.size() == 1 ? 1 : 0;
      }
      assertThat(rests).as("rounds in which the import was not worked on").isGreaterThan(5);
    }
  }

  @Test
  void whatTakesLongIsDerivedInPartsAndOthersHaveTheirTurnInBetween() throws Exception {
    var settings =
        new StepSettings(
            OneStep.FLUSH, 0, Long.MAX_VALUE, Long.MAX_VALUE, () -> nanoTime.addAndGet(TICK));
    try (var step = OneStep.thatDerives(folder, settings)) {
      step.give("imported", 0, 2_000);
      List<String> imported = new ArrayList<>();
      int turns = 0;
      while (imported.size() < 2_000) {
        step.give("live", "live " + turns);
        step.give("imported", "more " + turns);
        step.flush();
        List<String> facts = step.facts();

        assertThat(facts).as("turn %d", turns).contains("live " + turns);
        turns++;
        facts.stream().filter(fact -> !fact.startsWith("live")).forEach(imported::add);
        assertThat(imported).doesNotHaveDuplicates();
      }
      assertThat(turns).isGreaterThan(20);
      for (int rest = 0; rest < 5; rest++) {
        step.flush();
        imported.addAll(step.facts());
      }
      assertThat(imported).hasSize(2_000 + turns);
    }
  }
}
