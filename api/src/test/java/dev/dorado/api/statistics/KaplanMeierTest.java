package dev.dorado.api.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Checked against Freireich's trial of 1963, the classic example: weeks in remission. */
class KaplanMeierTest {

  private static final double[] PLACEBO = {
    1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23
  };
  private static final double[] TREATED = {6, 6, 6, 7, 10, 13, 16, 22, 23};
  private static final double[] TREATED_CENSORED = {6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35};

  @Test
  void withoutCensoredTimesItIsTheOrdinaryMedian() {
    var times = new KaplanMeier();
    for (double time : PLACEBO) {
      times.add(time);
    }
    assertThat(times.size()).isEqualTo(21);
    assertThat(times.censored()).isZero();
    assertThat(times.median()).hasValue(8.0);
    assertThat(times.medianBounds()).hasValue(new ConfidenceInterval(4, 11));
  }

  @Test
  void censoredTimesPushTheMedianUp() {
    var times = new KaplanMeier();
    for (double time : TREATED) {
      times.add(time);
    }
    assertThat(times.median()).hasValue(10.0);
    for (double time : TREATED_CENSORED) {
      times.addCensored(time);
    }
    assertThat(times.size()).isEqualTo(21);
    assertThat(times.censored()).isEqualTo(12);
    assertThat(times.median()).hasValue(23.0);
    // Survival is 0.857 after week 6, 0.753 after week 10, 0.690 after week 13.
    assertThat(times.quantile(0.2)).hasValue(10.0);
    assertThat(times.quantile(0.25)).hasValue(13.0);
    // The lower bound is week 13; the upper is not known yet.
    assertThat(times.medianBounds()).isEmpty();
  }

  @Test
  void whatHasNotHappenedToHalfHasNoMedian() {
    var times = new KaplanMeier();
    assertThat(times.median()).isEmpty();
    assertThat(times.medianBounds()).isEmpty();
    times.add(1);
    times.addCensored(2);
    times.addCensored(3);
    assertThat(times.median()).isEmpty();
    assertThat(times.quantile(0.3)).hasValue(1.0);
  }

  @Test
  void whereTheCurveLiesOnAHalfTheMedianIsTheMiddle() {
    var times = new KaplanMeier();
    times.add(1);
    times.add(2);
    times.add(4);
    times.add(8);
    assertThat(times.median()).hasValue(3.0);
  }

  @Test
  void censoringAtTheTimeOfAnEventComesAfterIt() {
    var times = new KaplanMeier();
    times.add(5);
    times.addCensored(5);
    times.add(7);
    // Of three at risk one: 2/3; then the last one.
    assertThat(times.quantile(0.3)).hasValue(5.0);
    assertThat(times.median()).hasValue(7.0);
  }

  /** Leukaemia, weeks in remission (Miller 1981), as in the R package survival: aml. */
  private static KaplanMeier maintained() {
    return times(new double[] {9, 13, 18, 23, 31, 34, 48}, new double[] {13, 28, 45, 161});
  }

  private static KaplanMeier notMaintained() {
    return times(new double[] {5, 5, 8, 8, 12, 23, 27, 30, 33, 43, 45}, new double[] {16});
  }

  @Test
  void theCurvesOfAmlAreThePublishedOnes() {
    assertCurve(
        maintained(),
        new double[] {9, 13, 18, 23, 31, 34, 48},
        new double[] {.909, .818, .716, .614, .491, .368, .184},
        5e-4);
    assertThat(maintained().median()).hasValue(31.0);
    assertCurve(
        notMaintained(),
        new double[] {5, 8, 12, 23, 27, 30, 33, 43},
        new double[] {.8333, .6667, .5833, .4861, .3889, .2917, .1944, .0972},
        5e-5);
    assertThat(notMaintained().median()).hasValue(23.0);
  }

  @Test
  void theLogRankTestOfAmlIsThePublishedOne() {
    assertThat(maintained().logRank(notMaintained()).orElseThrow())
        .isEqualTo(3.39639, within(1e-5));
    assertThat(maintained().logRankPValue(notMaintained()).orElseThrow())
        .isEqualTo(.06534, within(1e-5));
    assertThat(notMaintained().logRank(maintained()))
        .isEqualTo(maintained().logRank(notMaintained()));
  }

  @Test
  void withoutEventsWhileBothAreLookedAtThereIsNoLogRankTest() {
    assertThat(new KaplanMeier().logRankPValue(maintained())).isEmpty();
    assertThat(times(new double[0], new double[] {1, 2}).logRankPValue(maintained())).isEmpty();
  }

  @Test
  void thePointsOfACurveHaveBoundsAndWhoIsAtRisk() {
    var points = maintained().points();

    assertThat(points.get(2).atRisk()).isEqualTo(8);
    assertThat(points)
        .allSatisfy(point -> assertThat(point.share()).isBetween(point.low(), point.high()));
  }

  private static void assertCurve(
      KaplanMeier times, double[] at, double[] shares, double tolerance) {
    var points = times.points();
    for (int i = 0; i < at.length; i++) {
      assertThat(points.get(i).time()).isEqualTo(at[i]);
      assertThat(points.get(i).share()).isEqualTo(shares[i], within(tolerance));
    }
  }

  private static KaplanMeier times(double[] events, double[] censored) {
    var times = new KaplanMeier();
    for (double time : events) {
      times.add(time);
    }
    for (double time : censored) {
      times.addCensored(time);
    }
    return times;
  }

  @Test
  void theOrderInWhichTheyComeDecidesNothingAndItAgreesWithSamples() {
    long seed = 20_260_301;
    var random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      var times = new KaplanMeier();
      var samples = new Samples();
      int n = 1 + random.nextInt(40);
      for (int i = 0; i < n; i++) {
        double time = random.nextInt(30);
        times.add(time);
        samples.add(time);
      }
      assertThat(times.median()).as("seed %d, round %d", seed, round).isEqualTo(samples.median());
    }
  }

  @Test
  void aTimeThatIsNoneIsRefused() {
    assertThatThrownBy(() -> new KaplanMeier().add(-1)).hasMessageContaining("-1.0 is no time");
    assertThatThrownBy(() -> new KaplanMeier().addCensored(Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> new KaplanMeier().quantile(1)).hasMessageContaining("1.0");
  }
}
