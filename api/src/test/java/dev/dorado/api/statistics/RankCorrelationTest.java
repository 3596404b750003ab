package dev.dorado.api.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.dorado.api.statistics.RankCorrelation.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RankCorrelationTest {

  private static final int TEAMS = 8;
  private static final int MONTHS = 12;

  /** IQ and hours of television (Wikipedia, Spearman's rank correlation coefficient): -29/165. */
  @Test
  void aPublishedExampleIsFound() {
    double[] iq = {106, 100, 86, 101, 99, 103, 97, 113, 112, 110};
    double[] hours = {7, 27, 2, 50, 28, 29, 20, 12, 6, 17};
    assertThat(RankCorrelation.of(ownClusters(iq, hours)).orElseThrow().rho())
        .isCloseTo(-29.0 / 165, within(1e-12));
  }

  /** Equal values have their mean rank: the same as Pearson's correlation of 1.5 1.5 3 4. */
  @Test
  void equalValuesShareTheirRank() {
    double[] x = {1, 1, 2, 3};
    double[] y = {1, 2, 3, 4};
    assertThat(RankCorrelation.of(ownClusters(x, y)).orElseThrow().rho())
        .isCloseTo(4.5 / Math.sqrt(4.5 * 5), within(1e-12));
  }

  @Test
  void anOrderAlikeIsOneAndTheIntervalStaysWithin() {
    var found =
        RankCorrelation.of(
            ownClusters(new double[] {1, 2, 3, 4, 5}, new double[] {2, 4, 8, 16, 32}));
    assertThat(found.orElseThrow().rho()).isEqualTo(1);
    assertThat(found.orElseThrow().bounds().high()).isLessThanOrEqualTo(1);
    assertThat(found.orElseThrow().bounds().low()).isLessThan(1);
  }

  @Test
  void whatDoesNotVaryHasNone() {
    double[] same = {3, 3, 3, 3, 3};
    assertThat(RankCorrelation.of(ownClusters(same, new double[] {1, 2, 3, 4, 5}))).isEmpty();
    assertThat(RankCorrelation.of(ownClusters(new double[] {1, 2}, new double[] {1, 2}))).isEmpty();
  }

  @Test
  void monthsOfOneTeamTellLessThanThoseOfSeveral() {
    List<Pair> together = new ArrayList<>();
    List<Pair> apart = new ArrayList<>();
    var random = new SplittableRandom(5);
    for (int i = 0; i < 40; i++) {
      // Four levels of a team each; within a team there is nothing.
      double x = i % 4 + random.nextDouble() / 10;
      double y = i % 4 + random.nextDouble() / 10;
      together.add(new Pair("team " + i % 4, x, y));
      apart.add(new Pair("team " + i, x, y));
    }
    var few = RankCorrelation.of(together).orElseThrow();
    var many = RankCorrelation.of(apart).orElseThrow();
    assertThat(few.rho()).isEqualTo(many.rho());
    assertThat(few.bounds().low()).isLessThan(many.bounds().low());
    assertThat(few.pValue()).isGreaterThan(many.pValue());
  }

  /** Teams differ in both for reasons of their own, and so do their months. */
  @Test
  void withoutACorrelationFewAreCalledOne() {
    var random = new SplittableRandom(20);
    int found = 0;
    int runs = 400;
    for (int run = 0; run < runs; run++) {
      List<Pair> pairs = new ArrayList<>();
      for (int team = 0; team < TEAMS; team++) {
        double x = gaussian(random);
        double y = gaussian(random);
        for (int month = 0; month < MONTHS; month++) {
          pairs.add(new Pair("team " + team, x + gaussian(random), y + gaussian(random)));
        }
      }
      var bounds = RankCorrelation.of(pairs).orElseThrow().bounds();
      found += bounds.low() > 0 || bounds.high() < 0 ? 1 : 0;
    }
    // 5 % of 400 are 20; more than 34 are as good as impossible at that rate.
    assertThat(found).isLessThanOrEqualTo(34);
  }

  private static double gaussian(SplittableRandom random) {
    double sum = 0;
    for (int i = 0; i < 12; i++) {
      sum += random.nextDouble();
    }
    return sum - 6;
  }

  private static List<Pair> ownClusters(double[] x, double[] y) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < x.length; i++) {
      pairs.add(new Pair("team " + i, x[i], y[i]));
    }
    return pairs;
  }
}
