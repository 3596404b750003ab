package dev.dorado.api.goldenpath.estimate;

import org.apache.commons.statistics.distribution.NormalDistribution;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.RealMatrix;

/**
 * The probability that a multivariate normal vector is in a box: Genz's transformation (1992,
 * "Numerical computation of multivariate normal probabilities") with a fixed Richtmyer lattice, so
 * the same box always has the same probability. Accurate to about 1e-4.
 */
final class NormalBox {

  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
  private static final int POINTS = 2048;
  private static final int[] PRIMES = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53};
  private static final double SMALLEST = 1e-15;

  /** The most dimensions that a box may have. */
  static final int MOST_DIMENSIONS = PRIMES.length + 1;

  private NormalBox() {}

  /** P(low ≤ X ≤ high) for X of mean 0. */
  static double probability(RealMatrix covariance, double[] low, double[] high) {
    int dimensions = low.length;
    RealMatrix root = new CholeskyDecomposition(covariance).getL();
    double sum = 0;
    double[] normal = new double[dimensions];
    for (int point = 1; point <= POINTS; point++) {
      double product = 1;
      for (int i = 0; i < dimensions && product > 0; i++) {
        double mean = 0;
        for (int j = 0; j < i; j++) {
          mean += root.getEntry(i, j) * normal[j];
        }
        double from = NORMAL.cumulativeProbability((low[i] - mean) / root.getEntry(i, i));
        double to = NORMAL.cumulativeProbability((high[i] - mean) / root.getEntry(i, i));
        product *= to - from;
        if (i < dimensions - 1) {
          double share = from + lattice(point, i) * (to - from);
          normal[i] =
              NORMAL.inverseCumulativeProbability(
                  Math.min(1 - SMALLEST, Math.max(SMALLEST, share)));
        }
      }
      sum += product;
    }
    return sum / POINTS;
  }

  /** A coordinate of a point, folded so that the integrand is periodic. */
  private static double lattice(int point, int dimension) {
    double position = point * Math.sqrt(PRIMES[dimension]);
    return Math.abs(2 * (position - Math.floor(position)) - 1);
  }
}
