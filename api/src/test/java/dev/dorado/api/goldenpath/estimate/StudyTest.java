package dev.dorado.api.goldenpath.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.dorado.api.goldenpath.estimate.Design.Scale;
import dev.dorado.api.goldenpath.estimate.Estimate.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/** What a panel is refused for, and what is said of one that carries. */
class StudyTest {

  private static final int BLOCKS = 20;
  private static final double EFFECT = -0.4;

  @Test
  void tenOnEachSideAreEstimatedWithAnEventStudy() {
    Estimate estimate = study(units(12, 12, i -> 6 + i % 6));

    assertThat(estimate.status()).isEqualTo(Status.ESTIMATED);
    assertThat(estimate.reason()).isEmpty();
    var headline = estimate.headline().orElseThrow();
    assertThat(headline.interval().effect()).isEqualTo(EFFECT, within(0.05));
    assertThat(headline.pValue()).isLessThan(0.01);
    assertThat(headline.minimumDetectable()).isBetween(0.0, 0.2);
    assertThat(estimate.counts().adopters()).isEqualTo(12);
    assertThat(estimate.counts().comparisons()).isEqualTo(12);
    assertThat(estimate.cohorts()).hasSize(6);
    assertThat(estimate.neverAdoptersOnly()).isPresent();
    assertThat(estimate.preTrend().orElseThrow().pValue()).isGreaterThan(0.05);
    assertThat(estimate.preTrend().orElseThrow().detectableSlope()).isGreaterThan(0);
  }

  @Test
  void theEventStudyHasTheSameAdoptersInAllBlocks() {
    Estimate estimate = study(units(12, 12, i -> 6 + i % 6));
    List<Estimate.Event> events = estimate.eventStudy();

    assertThat(events.stream().map(Estimate.Event::adopters).distinct()).hasSize(1);
    for (var event : events) {
      if (event.block() == -1 - Study.ANTICIPATION) {
        assertThat(event.interval()).isEqualTo(new Estimate.Interval(0, 0, 0));
      } else {
        assertThat(event.interval().effect())
            .as("block %d", event.block())
            .isEqualTo(event.block() < 0 ? 0 : EFFECT, within(0.15));
      }
    }
  }

  @Test
  void fiveToNineAreExploratoryWithTheHeadlineAlone() {
    for (int size : new int[] {5, 9}) {
      Estimate estimate = study(units(size, 20, i -> 6 + i % 4));

      assertThat(estimate.status()).isEqualTo(Status.EXPLORATORY);
      assertThat(estimate.headline()).isPresent();
      assertThat(estimate.eventStudy()).isEmpty();
    }
    assertThat(study(units(20, 9, i -> 6 + i % 4)).status()).isEqualTo(Status.EXPLORATORY);
  }

  @Test
  void fewerThanFiveAdoptersOrComparisonsAreRefused() {
    Estimate fewAdopters = study(units(4, 20, i -> 6 + i));
    Estimate fewOthers = study(units(20, 4, i -> 6 + i % 4));

    assertRefused(fewAdopters, "4 of 4 adopting services", "at least 5 are needed");
    assertThat(fewAdopters.counts().adopters()).isEqualTo(4);
    assertRefused(fewOthers, "4 services to compare with", "at least 5");
  }

  @Test
  void teamsAreCountedWhereTeamsDecide() {
    List<Unit> units = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      int team = i / 6;
      var unit = Unit.named("s" + i).team("t" + team);
      units.add(noise(team < 2 ? unit.adopted(6 + team) : unit, i));
    }

    assertThat(Panel.clusteringOf(units)).isEqualTo(Panel.Clustering.TEAM);
    assertRefused(study(units), "2 of 2 adopting teams");
    units.add(noise(Unit.named("own way").team("t0"), 99));
    assertThat(Panel.clusteringOf(units)).isEqualTo(Panel.Clustering.SERVICE);
  }

  @Test
  void tooFewBlocksBeforeOrAfterAreRefused() {
    assertRefused(study(units(8, 8, i -> 2)), "8 observed for too short a time before adoption");
    assertRefused(
        study(units(8, 8, i -> BLOCKS - 2)), "8 observed for too short a time after adoption");
    assertThat(study(units(8, 8, i -> 3)).status()).isEqualTo(Status.EXPLORATORY);
    assertThat(study(units(8, 8, i -> BLOCKS - 3)).status()).isEqualTo(Status.EXPLORATORY);
  }

  @Test
  void aDateBeforeTheFirstObservationIsNoAdoption() {
    Unit born = Unit.named("born on the path").adopted(4).observed(6, BLOCKS).values(flat());
    Unit earlier = Unit.named("long ago").adopted(-3).values(flat());
    Unit late = Unit.named("late").adopted(BLOCKS - 1).values(flat());

    assertThat(Eligibility.reason(born).orElseThrow()).contains("before it was first observed");
    assertThat(Eligibility.reason(earlier).orElseThrow()).contains("before the period", "'from'");
    assertThat(Eligibility.reason(late).orElseThrow()).contains("0 blocks after its adoption");
  }

  @Test
  void whatAdoptedBeforeItWasSeenChangesNothing() {
    List<Unit> units = units(8, 8, i -> 6 + i % 4);
    List<Unit> more = new ArrayList<>(units);
    for (int i = 0; i < 5; i++) {
      more.add(noise(Unit.named("early " + i).adopted(i - 3), 50 + i));
    }

    assertThat(study(more)).isEqualTo(study(units));
  }

  @Test
  void oneCohortInOneTeamIsRefused() {
    List<Unit> units = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      var unit = Unit.named("s" + i).team("t" + i % 2);
      units.add(noise(i % 2 == 0 ? unit.adopted(8) : unit, i));
    }

    assertRefused(
        Study.of(new Panel(units, Panel.Clustering.SERVICE), Scale.DIFFERENCE, "a change"),
        "belong to one team");
  }

  @Test
  void moreThanThirtyPercentOfMissingBlocksAreRefused() {
    List<Unit> units = units(12, 12, i -> 6 + i % 6);
    List<Unit> sparse = new ArrayList<>();
    for (int i = 0; i < units.size(); i++) {
      double[] values = new double[BLOCKS];
      for (int block = 0; block < BLOCKS; block++) {
        values[block] = i < 12 && block % 3 == 1 ? Double.NaN : units.get(i).value(block);
      }
      sparse.add(Unit.named("s" + i).adopted(units.get(i).cohort()).values(values));
    }

    assertRefused(
        Study.of(new Panel(sparse, Panel.Clustering.SERVICE), Scale.DIFFERENCE, "3 changes"),
        "35 % of the adopters' blocks and 0 % of the others'",
        "at most 30 %",
        "A block needs 3 changes");
  }

  @Test
  void valuesThatDoNotVaryHaveNoInterval() {
    List<Unit> units = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      var unit = Unit.named("s" + i);
      units.add((i < 10 ? unit.adopted(5 + i % 3) : unit).values(flat()));
    }

    assertRefused(study(units), "do not vary");
  }

  @Test
  void nothingIsRefusedWithItsReason() {
    assertRefused(study(List.of()), "nothing can be compared");
  }

  @Test
  void theOrderOfTheUnitsDecidesNothing() {
    List<Unit> units = units(6, 6, i -> 8);
    List<Unit> reversed = new ArrayList<>(units);
    Collections.reverse(reversed);
    var one = study(units).headline().orElseThrow();
    var other = study(reversed).headline().orElseThrow();

    // One date for six of twelve: all 924 assignments are looked at.
    assertThat(one.pValue() * 924).isEqualTo(Math.rint(one.pValue() * 924), within(1e-9));
    assertThat(other.pValue()).isEqualTo(one.pValue());
    assertThat(other.interval().effect()).isEqualTo(one.interval().effect(), within(1e-12));
  }

  @Test
  void thePooledVersionWeighsCellsByWhatTheyAreMeansOver() {
    List<Unit> units = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      double[] values = new double[BLOCKS];
      double[] weights = new double[BLOCKS];
      Arrays.fill(weights, i == 0 ? 90 : 10);
      for (int block = 0; block < BLOCKS; block++) {
        boolean after = i < 10 && block >= 8;
        values[block] = 0.2 + (after ? i == 0 ? -0.2 : -0.1 : 0) + 0.001 * ((i + block) % 5);
      }
      var unit = Unit.named("s" + i).weights(weights);
      units.add((i < 10 ? unit.adopted(8) : unit).values(values));
    }
    Estimate estimate =
        Study.of(new Panel(units, Panel.Clustering.SERVICE), Scale.DIFFERENCE, "5 deployments");

    assertThat(estimate.headline().orElseThrow().interval().effect())
        .isEqualTo(-0.11, within(0.002));
    assertThat(estimate.pooled().orElseThrow()).isEqualTo(-0.15, within(0.002));
  }

  private static void assertRefused(Estimate estimate, String... words) {
    assertThat(estimate.status()).isEqualTo(Status.REFUSED);
    assertThat(estimate.headline()).isEmpty();
    assertThat(estimate.eventStudy()).isEmpty();
    assertThat(estimate.reason().orElseThrow()).contains(words);
  }

  private static Estimate study(List<Unit> units) {
    return Study.of(
        new Panel(units, Panel.clusteringOf(units)), Scale.DIFFERENCE, "3 changes in 4 weeks");
  }

  private static List<Unit> units(int adopters, int others, IntUnaryOperator cohort) {
    List<Unit> units = new ArrayList<>();
    for (int i = 0; i < adopters + others; i++) {
      var unit = Unit.named("s" + i);
      units.add(noise(i < adopters ? unit.adopted(cohort.applyAsInt(i)) : unit, i));
    }
    return units;
  }

  /** A little of what looks like chance, and the effect from adoption on. */
  private static Unit noise(Unit.Builder builder, int seed) {
    int cohort = builder.values(flat()).cohort();
    double[] values = new double[BLOCKS];
    var random = new SplittableRandom(seed);
    for (int block = 0; block < BLOCKS; block++) {
      values[block] =
          10 + seed % 3 + 0.1 * (random.nextDouble() - 0.5) + (block >= cohort ? EFFECT : 0);
    }
    return builder.values(values);
  }

  private static double[] flat() {
    double[] values = new double[BLOCKS];
    Arrays.fill(values, 10);
    return values;
  }
}
