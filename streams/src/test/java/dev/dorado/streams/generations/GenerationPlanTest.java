package dev.dorado.streams.generations;

import static dev.dorado.streams.generations.GenerationPlan.atStart;
import static dev.dorado.streams.generations.GenerationPlan.next;
import static dev.dorado.streams.generations.GenerationPlan.running;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.schemas.Generation;
import dev.dorado.streams.generations.GenerationPlan.Part;
import dev.dorado.streams.generations.GenerationPlan.Start;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GenerationPlanTest {

  private static final Computation MINE = new Computation("{}", "mine");
  private static final Computation OTHER_SETTINGS =
      new Computation("{\"proximity-window\":\"1h\"}", "mine");
  private static final Computation OTHER_PROGRAM = new Computation("{}", "other");
  private static final Computation UNKNOWN = new Computation("", "");

  @Test
  void whatTheSameProgramHasBegunIsGoneOnWith() {
    assertThat(atStart(List.of(current(1, MINE)), MINE, false, true)).isEqualTo(new Start.GoOn());
  }

  @Test
  void anEmptyInstallationIsTakenOver() {
    var first = current(1, UNKNOWN);

    assertThat(atStart(List.of(first), MINE, true, false)).isEqualTo(new Start.Adopt(first));
  }

  @Test
  void factsOfWhichNobodyKnowsHowTheyWereComputedAreComputedAnew() {
    assertThat(atStart(List.of(current(1, UNKNOWN)), MINE, false, true))
        .isInstanceOf(Start.Begin.class);
  }

  @Test
  void otherSettingsOrAnotherProgramBeginANewGeneration() {
    assertThat(atStart(List.of(current(1, OTHER_SETTINGS)), MINE, false, true))
        .isEqualTo(new Start.Begin(List.of("proximity-window: 1h, now 24h")));
    assertThat(atStart(List.of(current(1, OTHER_PROGRAM)), MINE, false, true))
        .isInstanceOf(Start.Begin.class);
  }

  @Test
  void whereThatIsForbiddenItIsAskedFor() {
    assertThat(atStart(List.of(current(1, OTHER_SETTINGS)), MINE, false, false))
        .isInstanceOf(Start.Ask.class);
  }

  @Test
  void whatIsBeingBuiltAlreadyIsNotBegunAgain() {
    var all = List.of(current(1, OTHER_PROGRAM), building(2, MINE));

    assertThat(atStart(all, MINE, false, true)).isEqualTo(new Start.GoOn());
  }

  @Test
  void aBuildThatWasBegunInAnotherWayIsOvertaken() {
    var all = List.of(current(1, OTHER_PROGRAM), building(2, OTHER_SETTINGS));

    assertThat(atStart(all, MINE, false, true)).isInstanceOf(Start.Begin.class);
    assertThat(next(all)).isEqualTo(3);
  }

  @Test
  void aProgramWithOlderRulesLeavesFactsOfNewerOnesAlone() {
    var newer = ofRules(current(1, OTHER_PROGRAM), MINE.rules() + 1, false);

    assertThat(atStart(List.of(newer), MINE, false, true)).isEqualTo(new Start.Refuse(newer));
    assertThat(running(List.of(newer), MINE)).isEqualTo(Map.of(1, Part.SINK));
    assertThat(atStart(List.of(newer, building(2, MINE)), MINE, false, true))
        .as("asked for by 'dorado reprocess'")
        .isEqualTo(new Start.GoOn());
  }

  @Test
  void aPreviewIsRunBesideTheOthersAndTakesTheirPlaceNowhere() {
    var preview = ofRules(building(2, OTHER_SETTINGS), MINE.rules(), true);
    var all = List.of(current(1, MINE), preview);

    assertThat(running(all, MINE)).isEqualTo(Map.of(1, Part.WHOLE, 2, Part.WHOLE));
    assertThat(GenerationPlan.preview(all, OTHER_SETTINGS)).contains(preview);
    assertThat(GenerationPlan.preview(all, MINE)).isEmpty();
    assertThat(GenerationPlan.building(all, OTHER_SETTINGS)).isEmpty();
  }

  @Test
  void theNumberOfADroppedGenerationIsNotUsedAgain() {
    assertThat(next(List.of(current(1, MINE), dropped(2)))).isEqualTo(3);
  }

  @Test
  void theCurrentOneAndTheOneThatIsBeingBuiltAreRunEachUnderItsOwnSettings() {
    assertThat(running(List.of(current(1, OTHER_SETTINGS), building(2, MINE)), MINE))
        .isEqualTo(Map.of(1, Part.WHOLE, 2, Part.WHOLE));
  }

  @Test
  void ofFactsOfAnotherProgramOnlyWhatItHasLeftIsWritten() {
    assertThat(running(List.of(current(1, OTHER_PROGRAM), building(2, MINE)), MINE))
        .isEqualTo(Map.of(1, Part.SINK, 2, Part.WHOLE));
    assertThat(running(List.of(current(1, MINE), building(2, OTHER_PROGRAM)), MINE))
        .as("the other program builds it")
        .isEqualTo(Map.of(1, Part.WHOLE));
  }

  @Test
  void retiredAndAbandonedAndDroppedOnesAreNotRun() {
    var all = List.of(retired(1), building(2, MINE), current(3, MINE), dropped(4));

    assertThat(running(all, MINE)).isEqualTo(Map.of(3, Part.WHOLE));
  }

  private static Generation current(int number, Computation computation) {
    return generation(number, computation, Optional.of(Instant.ofEpochSecond(100)), false);
  }

  private static Generation retired(int number) {
    return generation(number, MINE, Optional.of(Instant.EPOCH), false);
  }

  private static Generation building(int number, Computation computation) {
    return generation(number, computation, Optional.empty(), false);
  }

  private static Generation dropped(int number) {
    return generation(number, MINE, Optional.empty(), true);
  }

  private static Generation ofRules(Generation generation, int rules, boolean preview) {
    return new Generation(
        generation.number(),
        generation.settings(),
        generation.code(),
        rules,
        preview,
        generation.createdAt(),
        generation.switchedAt(),
        generation.readyAt(),
        generation.droppedAt());
  }

  private static Generation generation(
      int number, Computation computation, Optional<Instant> switched, boolean dropped) {
    return new Generation(
        number,
        computation.settings(),
        computation.code(),
        Instant.EPOCH,
        switched,
        dropped ? Optional.of(Instant.EPOCH) : Optional.empty());
  }
}
