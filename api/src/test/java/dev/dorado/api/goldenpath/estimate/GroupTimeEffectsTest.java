package dev.dorado.api.goldenpath.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.dorado.api.goldenpath.estimate.Design.Comparison;
import dev.dorado.api.goldenpath.estimate.Design.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Checked against the published effects of two data sets ({@link PublishedPanels}). */
class GroupTimeEffectsTest {

  private static final Design NEVER = new Design(0, 0, Comparison.NEVER_ADOPTED, Scale.DIFFERENCE);
  private static final Design NOT_YET =
      new Design(0, 0, Comparison.NOT_YET_ADOPTED, Scale.DIFFERENCE);

  private final Panel employment = PublishedPanels.employment();
  private final Panel homicides = PublishedPanels.homicides();

  @Test
  void eachEffectOfMpdtaIsThePublishedOne() {
    assertEffects(2004, 2004, 2003, -.0105032, -.0704232, -.1372587, -.1008114);
    assertEffects(2006, 2006, 2005, -.0045946, -.0412245);
    assertEffects(2007, 2007, 2006, -.0260544);
  }

  @Test
  void eachDifferenceOfMpdtaBeforeTheLawIsThePublishedOne() {
    assertThat(effect(2006, 2004, 2003)).isEqualTo(.0065, within(5e-5));
    assertThat(effect(2006, 2005, 2004)).isEqualTo(-.0028, within(5e-5));
    assertThat(effect(2007, 2004, 2003)).isEqualTo(.0305, within(5e-5));
    assertThat(effect(2007, 2005, 2004)).isEqualTo(-.0027, within(5e-5));
    assertThat(effect(2007, 2006, 2005)).isEqualTo(-.0311, within(5e-5));
  }

  @Test
  void theAggregatesOfMpdtaAreThePublishedOnes() {
    assertThat(group(employment, NEVER).effect()).isEqualTo(-.0310, within(5e-5));
    assertThat(cohort(2004).effect()).isEqualTo(-.0797, within(5e-5));
    assertThat(cohort(2006).effect()).isEqualTo(-.0229, within(5e-5));
    assertThat(cohort(2007).effect()).isEqualTo(-.0261, within(5e-5));
    assertThat(simple(employment, NEVER).effect()).isEqualTo(-.039951, within(2e-6));
    List<Double> events = events(NEVER);
    assertThat(events.get(0)).isEqualTo(-.0199, within(5e-5));
    assertThat(events.get(1)).isEqualTo(-.0510, within(5e-5));
    assertThat(events.get(2)).isEqualTo(-.1373, within(5e-5));
    assertThat(events.get(3)).isEqualTo(-.1008, within(5e-5));
    assertThat(dynamic(NEVER)).isEqualTo(-.0772, within(5e-5));
  }

  @Test
  void theAggregatesOfMpdtaAgainstThoseThatHaveNotAdoptedYetAreTheComputedOnes() {
    assertThat(simple(employment, NOT_YET).effect()).isEqualTo(-.039764, within(2e-6));
    assertThat(group(employment, NOT_YET).effect()).isEqualTo(-.030462, within(2e-6));
    assertThat(dynamic(NOT_YET)).isEqualTo(-.077399, within(2e-6));
  }

  @Test
  void theAggregatesOfCastleAndTheJackknifeAreTheComputedOnes() {
    assertThat(simple(homicides, NEVER).effect()).isEqualTo(.110383, within(2e-6));
    assertThat(group(homicides, NEVER).effect()).isEqualTo(.108447, within(2e-6));
    assertThat(group(homicides, NEVER).standardError()).isEqualTo(.037556, within(2e-6));
    assertThat(group(homicides, NOT_YET).effect()).isEqualTo(.107527, within(2e-6));
  }

  @Test
  void twoWayFixedEffectsGiveAnotherNumber() {
    assertThat(TwoWayFixedEffects.of(employment)).isEqualTo(-.036549, within(2e-6));
    assertThat(TwoWayFixedEffects.of(homicides)).isEqualTo(.081812, within(2e-6));
  }

  @Test
  void becauseTheyCompareAdoptersWithEarlierAdopters() {
    var parts = TwoWayFixedEffects.decomposed(homicides);

    assertThat(parts.earlierAgainstLater().weight()).isEqualTo(.060, within(5e-4));
    assertThat(parts.earlierAgainstLater().estimate()).isEqualTo(-.006, within(5e-4));
    assertThat(parts.laterAgainstEarlier().weight()).isEqualTo(.032, within(5e-4));
    assertThat(parts.laterAgainstEarlier().estimate()).isEqualTo(.070, within(5e-4));
    assertThat(parts.againstNever().weight()).isEqualTo(.908, within(5e-4));
    assertThat(parts.againstNever().estimate()).isEqualTo(.088, within(5e-4));
  }

  @Test
  void theEffectWithoutAClusterIsThatOfThePanelWithoutIt() {
    var design = new Design(1, 1, Comparison.NOT_YET_ADOPTED, Scale.PROPORTION);
    List<Unit> units = homicides.units();
    Aggregate all = group(homicides, design);
    for (int i = 0; i < units.size(); i += 7) {
      List<Unit> others = new ArrayList<>(units);
      others.remove(i);
      Aggregate without = group(new Panel(others, Panel.Clustering.SERVICE), design);
      assertThat(all.effect() + all.influence(i)).isEqualTo(without.effect(), within(1e-12));
    }
  }

  @Test
  void theEffectWithoutATeamThatAdoptsInPartIsThatOfThePanelWithoutIt() {
    List<Unit> units = new ArrayList<>();
    for (int i = 0; i < homicides.units().size(); i++) {
      Unit state = homicides.units().get(i);
      double[] values = new double[state.blocks()];
      for (int year = 0; year < values.length; year++) {
        values[year] = (i + year) % 9 == 0 ? Double.NaN : state.value(year);
      }
      units.add(
          Unit.named(state.name()).team("team " + i % 13).adopted(state.cohort()).values(values));
    }
    for (Scale scale : Scale.values()) {
      var design = new Design(1, 1, Comparison.NOT_YET_ADOPTED, scale);
      Aggregate all = group(new Panel(units, Panel.Clustering.TEAM), design);
      for (int team = 0; team < 13; team++) {
        String name = "team " + team;
        List<Unit> others = units.stream().filter(unit -> !unit.team().equals(name)).toList();
        Aggregate without = group(new Panel(others, Panel.Clustering.TEAM), design);
        assertThat(all.effect() + all.influence(team)).isEqualTo(without.effect(), within(1e-12));
      }
    }
  }

  @Test
  void aProportionIsTheClosedFormOfThePoissonRegression() {
    List<Unit> units =
        List.of(
            Unit.named("a").adopted(2).values(4, 0, 9),
            Unit.named("b").adopted(2).values(6, 0, 21),
            Unit.named("c").values(5, 0, 10),
            Unit.named("d").values(15, 0, 20));
    var design = new Design(1, 0, Comparison.NEVER_ADOPTED, Scale.PROPORTION);

    // 30 deployments; 10 · (30 ÷ 20) = 15 were to be expected.
    assertThat(group(new Panel(units, Panel.Clustering.SERVICE), design).effect())
        .isEqualTo(Math.log(30.0 / 15), within(1e-12));
  }

  private void assertEffects(int cohort, int from, int base, double... expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(effect(cohort, from + i, base)).isEqualTo(expected[i], within(2e-6));
    }
  }

  private double effect(int cohort, int year, int base) {
    int start = PublishedPanels.EMPLOYMENT_START;
    return new GroupTimeEffects(employment, NEVER)
        .effect(cohort - start, year - start, base - start);
  }

  private Aggregate cohort(int year) {
    int cohort = year - PublishedPanels.EMPLOYMENT_START;
    return aggregate(employment, NEVER, Weighting.group(0), cohort);
  }

  private List<Double> events(Design design) {
    return IntStream.range(0, 4)
        .mapToObj(event -> aggregate(employment, design, Weighting.event(event), -1).effect())
        .toList();
  }

  private double dynamic(Design design) {
    return events(design).stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  private static Aggregate group(Panel panel, Design design) {
    return aggregate(panel, design, Weighting.group(design.firstPost()), -1);
  }

  private static Aggregate simple(Panel panel, Design design) {
    return aggregate(panel, design, Weighting.simple(0), -1);
  }

  /** Of one cohort, or of all if it is −1. */
  private static Aggregate aggregate(Panel panel, Design design, Weighting weighting, int cohort) {
    int[] cohorts = panel.cohorts();
    boolean[] adopters = new boolean[cohorts.length];
    for (int i = 0; i < cohorts.length; i++) {
      adopters[i] = cohorts[i] != Unit.NEVER && (cohort < 0 || cohorts[i] == cohort);
    }
    return new GroupTimeEffects(panel, design).aggregate(cohorts, adopters, weighting);
  }
}
