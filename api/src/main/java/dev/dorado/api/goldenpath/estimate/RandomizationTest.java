package dev.dorado.api.goldenpath.estimate;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * How often a statistic would be as large as the observed one if treatments had been assigned
 * otherwise (Fisher 1935). Exact for "no effect at all" if each assignment was equally likely.
 */
final class RandomizationTest {

  /** Up to as many assignments, all are looked at. */
  static final int MOST_ENUMERATED = 10_000;

  static final int DRAWS = 9_999;

  /** Statistics that differ by less are equal: sums in another order round otherwise. */
  private static final double ROUNDING = 1e-9;

  private RandomizationTest() {}

  /**
   * The two-sided p-value of the observed assignment of labels: over all distinct assignments if
   * there are few, else (1 + #) ÷ (1 + B) over B draws (Phipson and Smyth 2010).
   *
   * @param labels the label of each cluster, from 0
   * @param draws B
   * @param statistic of an assignment of the same labels; one that is NaN counts as extreme
   */
  static double pValue(int[] labels, int draws, long seed, ToDoubleFunction<int[]> statistic) {
    double observed = Math.abs(statistic.applyAsDouble(labels));
    if (assignments(labels) <= MOST_ENUMERATED) {
      int[] assignment = labels.clone();
      Arrays.sort(assignment);
      long all = 0;
      long extreme = 0;
      do {
        all++;
        extreme += isExtreme(statistic.applyAsDouble(assignment), observed) ? 1 : 0;
      } while (next(assignment));
      return (double) extreme / all;
    }
    var random = new SplittableRandom(seed);
    int[] assignment = labels.clone();
    long extreme = 0;
    for (int draw = 0; draw < draws; draw++) {
      shuffle(assignment, random);
      extreme += isExtreme(statistic.applyAsDouble(assignment), observed) ? 1 : 0;
    }
    return (1.0 + extreme) / (1.0 + draws);
  }

  /** The number of distinct assignments, N! ÷ Π n_l!; infinite if it is beyond all counting. */
  static double assignments(int[] labels) {
    int[] sorted = labels.clone();
    Arrays.sort(sorted);
    double assignments = 1;
    int same = 0;
    for (int i = 0; i < sorted.length; i++) {
      same = i > 0 && sorted[i] == sorted[i - 1] ? same + 1 : 1;
      assignments *= (i + 1.0) / same;
    }
    return Math.rint(assignments);
  }

  static boolean isExtreme(double statistic, double observed) {
    return Double.isNaN(statistic) || Math.abs(statistic) >= observed * (1 - ROUNDING);
  }

  /** The next arrangement in lexicographic order (Narayana); false after the last. */
  private static boolean next(int[] labels) {
    int pivot = labels.length - 2;
    while (pivot >= 0 && labels[pivot] >= labels[pivot + 1]) {
      pivot--;
    }
    if (pivot < 0) {
      return false;
    }
    int larger = labels.length - 1;
    while (labels[larger] <= labels[pivot]) {
      larger--;
    }
    swap(labels, pivot, larger);
    for (int low = pivot + 1, high = labels.length - 1; low < high; low++, high--) {
      swap(labels, low, high);
    }
    return true;
  }

  private static void shuffle(int[] labels, SplittableRandom random) {
    for (int i = labels.length - 1; i > 0; i--) {
      swap(labels, i, random.nextInt(i + 1));
    }
  }

  private static void swap(int[] labels, int one, int other) {
    int label = labels[one];
    labels[one] = labels[other];
    labels[other] = label;
  }
}
