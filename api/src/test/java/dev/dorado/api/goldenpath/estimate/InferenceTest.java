package dev.dorado.api.goldenpath.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.junit.jupiter.api.Test;

/** Tests of significance, and what they could have found. */
class InferenceTest {

  /** He and Wang 2017, as in the R package pretrends. */
  private static final double[][] HE_AND_WANG = {
    {.00890657, .00448831, .00145870},
    {.00448831, .00593692, .00275008},
    {.00145870, .00275008, .00303862}
  };

  private static final double[] LEADS = {-3, -2, -1};

  /** Differences of height of pairs of maize plants (Darwin 1876; Fisher 1935, § 21). */
  private static final int[] MAIZE = {49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48};

  @Test
  void theDetectableSlopeIsThatOfThePackagePretrends() {
    var covariance = new Array2DRowRealMatrix(HE_AND_WANG);

    assertThat(PreTrend.detectableSlope(covariance, LEADS, 1.959964, 0.5))
        .isEqualTo(.0521, within(5e-5));
    assertThat(PreTrend.detectableSlope(covariance, LEADS, 1.959964, 0.8))
        .isEqualTo(.0791, within(5e-5));
  }

  @Test
  void aBoxOfIndependentNormalsIsTheProductOfItsSides() {
    var identity = new Array2DRowRealMatrix(new double[][] {{1, 0, 0}, {0, 4, 0}, {0, 0, 9}});

    assertThat(NormalBox.probability(identity, new double[] {-1, -2, -3}, new double[] {1, 2, 3}))
        .isEqualTo(Math.pow(.682689492, 3), within(1e-6));
  }

  @Test
  void theSignsOfDarwinsMaizeAreFishersNumber() {
    double observed = sum(0);
    int extreme = 0;
    for (int flips = 0; flips < 1 << MAIZE.length; flips++) {
      extreme += RandomizationTest.isExtreme(sum(flips), observed) ? 1 : 0;
    }

    assertThat(extreme).isEqualTo(1726);
    assertThat(1 << MAIZE.length).isEqualTo(32768);
  }

  @Test
  void fewAssignmentsAreAllLookedAt() {
    List<List<Integer>> seen = new ArrayList<>();
    double[] values = {5, 4, 3, 1};
    double p =
        RandomizationTest.pValue(
            new int[] {1, 1, 0, 0},
            RandomizationTest.DRAWS,
            1,
            labels -> {
              seen.add(java.util.Arrays.stream(labels).boxed().toList());
              return labels[0] * values[0]
                  + labels[1] * values[1]
                  + labels[2] * values[2]
                  + labels[3] * values[3];
            });

    assertThat(RandomizationTest.assignments(new int[] {1, 1, 0, 0})).isEqualTo(6);
    assertThat(List.copyOf(java.util.Set.copyOf(seen))).hasSize(6);
    assertThat(p).isEqualTo(1.0 / 6);
  }

  @Test
  void manyAssignmentsAreDrawnAlikeEachTime() {
    int[] labels = new int[40];
    for (int i = 0; i < 20; i++) {
      labels[i] = 1;
    }
    double p = draw(labels);

    assertThat(p).isEqualTo(draw(labels)).isEqualTo(1.0 / 10_000);
  }

  @Test
  void holmsValuesNeverFallAndNeverExceedOne() {
    assertThat(Holm.adjusted(List.of(.01, .04, .03, .005)))
        .usingComparatorForType(
            (one, other) -> Math.abs(one - other) < 1e-12 ? 0 : Double.compare(one, other),
            Double.class)
        .containsExactly(.03, .06, .06, .02);
    assertThat(Holm.adjusted(List.of(.9, .8))).containsExactly(1.0, 1.0);
    assertThat(Holm.adjusted(List.of())).isEmpty();
  }

  private static double draw(int[] labels) {
    return RandomizationTest.pValue(
        labels,
        RandomizationTest.DRAWS,
        7,
        assignment -> {
          double sum = 0;
          for (int i = 0; i < assignment.length; i++) {
            sum += assignment[i] * (i < 20 ? 1 : -1);
          }
          return sum;
        });
  }

  private static double sum(int flips) {
    double sum = 0;
    for (int i = 0; i < MAIZE.length; i++) {
      sum += (flips >> i & 1) == 1 ? -MAIZE[i] : MAIZE[i];
    }
    return sum;
  }
}
