package dev.dorado.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dorado.schemas.Generation.State;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GenerationTest {

  private static final Instant NINE = Instant.parse("2026-03-01T09:00:00Z");
  private static final Instant TEN = Instant.parse("2026-03-01T10:00:00Z");

  @Test
  void theOneThatWasSwitchedToLastAnswersQueries() {
    assertThat(states(switched(1, NINE), switched(2, TEN)))
        .containsExactly(State.RETIRED, State.CURRENT);
    assertThat(states(switched(1, TEN), switched(2, NINE)))
        .containsExactly(State.CURRENT, State.RETIRED);
  }

  @Test
  void oneThatHasNotCaughtUpIsBuildingUntilALaterOneIsBegun() {
    assertThat(states(switched(1, NINE), begun(2))).containsExactly(State.CURRENT, State.BUILDING);
    assertThat(states(switched(1, NINE), begun(2), begun(3)))
        .containsExactly(State.CURRENT, State.ABANDONED, State.BUILDING);
    assertThat(states(switched(1, NINE), begun(2), switched(3, TEN)))
        .containsExactly(State.RETIRED, State.ABANDONED, State.CURRENT);
  }

  @Test
  void oneThatIsDroppedOvertakesNoOther() {
    assertThat(states(switched(1, NINE), begun(2), dropped(begun(3))))
        .containsExactly(State.CURRENT, State.BUILDING, State.DROPPED);
    assertThat(Generation.building(List.of(switched(1, NINE), dropped(begun(2))))).isEmpty();
  }

  @Test
  void aPreviewIsNeverBuildingAndOvertakesNone() {
    var preview =
        new Generation(
            3, "{}", "code", 1, true, NINE, Optional.empty(), Optional.of(TEN), Optional.empty());

    assertThat(states(switched(1, NINE), begun(2), preview))
        .containsExactly(State.CURRENT, State.BUILDING, State.PREVIEW);
    assertThat(Generation.building(List.of(switched(1, NINE), preview))).isEmpty();
  }

  @Test
  void theFirstHasTheNamesFromBeforeThereWereGenerations() {
    assertThat(Topics.facts(1)).isEqualTo(Topics.facts());
    assertThat(Generation.applicationId("dorado-streams", 1)).isEqualTo("dorado-streams");
  }

  @Test
  void eachOtherHasNamesOfItsOwn() {
    assertThat(Topics.facts(2))
        .extracting(Topic::name)
        .contains("dorado.g2.facts.deployments", "dorado.g2.facts.ci-runs")
        .doesNotContainAnyElementsOf(Topics.facts().stream().map(Topic::name).toList());
    assertThat(Topics.facts(12))
        .extracting(Topic::subject)
        .contains("dorado.g12.facts.changes-value");
    assertThat(begun(2).applicationId("dorado-streams")).isEqualTo("dorado-streams-g2");
  }

  @Test
  void internalTopicsAreThoseOfOneApplicationAlone() {
    String first = "dorado-streams";
    String second = Generation.applicationId(first, 2);

    assertThat(Topics.isInternal(Topics.repartition(first, "route"), first)).isTrue();
    assertThat(Topics.isInternal(Topics.changelog(second, "route-dirty"), second)).isTrue();
    assertThat(Topics.isInternal(Topics.changelog(second, "route-dirty"), first)).isFalse();
    assertThat(Topics.isInternal(Topics.repartition(first, "route"), second)).isFalse();
    assertThat(Topics.isInternal("dorado.facts.deployments", first)).isFalse();
  }

  @Test
  void eventsHaveNoGenerations() {
    assertThatThrownBy(() -> Topics.of(Topics.PUSHES, 2)).hasMessageContaining("dorado.git.pushes");
  }

  private static List<State> states(Generation... generations) {
    List<Generation> all = List.of(generations);
    return all.stream().map(generation -> generation.state(all)).toList();
  }

  private static Generation begun(int number) {
    return new Generation(number, "{}", "code", NINE, Optional.empty(), Optional.empty());
  }

  private static Generation switched(int number, Instant at) {
    return new Generation(number, "{}", "code", NINE, Optional.of(at), Optional.empty());
  }

  private static Generation dropped(Generation from) {
    return new Generation(
        from.number(),
        from.settings(),
        from.code(),
        from.createdAt(),
        from.switchedAt(),
        Optional.of(TEN));
  }
}
