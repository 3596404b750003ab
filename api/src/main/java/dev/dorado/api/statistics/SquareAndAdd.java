package dev.dorado.api.statistics;

import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * The interval of a difference from the intervals of its two terms, "square and add", also called
 * MOVER (Newcombe 1998, Statistics in Medicine 17:873–890, method 10; Zou and Donner 2008,
 * Statistics in Medicine 27:1693–1702). With estimates a and b, and their intervals (l, u) and (m,
 * v), the interval of a − b is
 *
 * <pre>a − b − √((a − l)² + (v − b)²)  to  a − b + √((u − a)² + (b − m)²)</pre>
 *
 * It keeps the skew of both intervals, so nothing is assumed to be symmetric.
 */
final class SquareAndAdd {

  /** The standard normal's 97.5 % point. */
  static final double Z =
      NormalDistribution.of(0, 1).inverseSurvivalProbability(ConfidenceInterval.TAIL);

  private static final double ROUNDING = 1e-9;

  private SquareAndAdd() {}

  static ConfidenceInterval difference(
      double a, ConfidenceInterval ofA, double b, ConfidenceInterval ofB) {
    double down = Math.hypot(a - ofA.low(), ofB.high() - b);
    double up = Math.hypot(ofA.high() - a, b - ofB.low());
    return new ConfidenceInterval(a - b - down, a - b + up);
  }

  /**
   * By how much the variance exceeds that of independent rows: observed ÷ expected, at least 1. An
   * excess that rounding explains is none, since it would call for Student's quantile.
   */
  static double inflation(double observed, double expected) {
    double ratio = expected == 0 ? 1 : observed / expected;
    return ratio > 1 + ROUNDING ? ratio : 1;
  }

  /**
   * The critical value: the normal's where the spread is known, Student's where it was estimated.
   *
   * @param inflation by how much the variance exceeds that of independent rows, 1 or more
   * @param degreesOfFreedom of the estimate of {@code inflation} in the smaller sample: Welch's
   *     lower bound, so the level holds where one period varies more
   */
  static double criticalValue(double inflation, int degreesOfFreedom) {
    return inflation > 1
        ? TDistribution.of(Math.max(1, degreesOfFreedom))
            .inverseSurvivalProbability(ConfidenceInterval.TAIL)
        : Z;
  }
}
