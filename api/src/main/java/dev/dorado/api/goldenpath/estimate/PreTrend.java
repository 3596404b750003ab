package dev.dorado.api.goldenpath.estimate;

import java.util.List;
import java.util.Optional;
import org.apache.commons.statistics.distribution.FDistribution;
import org.apache.commons.statistics.distribution.TDistribution;
import org.hipparchus.analysis.solvers.BrentSolver;
import org.hipparchus.exception.MathRuntimeException;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.RealMatrix;

/**
 * Whether adopters already differed before adoption, and what difference would have been seen. A
 * test that finds nothing does not show parallel trends: read it with its power.
 *
 * @param pValue of the Wald test that all leads are 0
 * @param detectableSlope the linear difference in trends, per block, that the leads would have
 *     shown with a probability of 80 %; on the scale of the effect
 */
public record PreTrend(double pValue, double detectableSlope) {

  private static final double UPPER = 0.975;
  private static final double POWER = 0.8;
  private static final double PRECISION = 1e-5;
  private static final int MOST_EVALUATIONS = 100;

  /**
   * The test over some leads.
   *
   * @param leads effects in blocks before the base
   * @param distances blocks from the base to each lead, below 0
   * @param freedom degrees of freedom of the variance: one less than the clusters on the smaller
   *     side
   * @return empty if the leads have no covariance that can be inverted
   */
  static Optional<PreTrend> of(List<Aggregate> leads, double[] distances, int freedom) {
    int size = leads.size();
    double[][] covariance = new double[size][size];
    double[] effects = new double[size];
    for (int i = 0; i < size; i++) {
      effects[i] = leads.get(i).effect();
      for (int j = 0; j < size; j++) {
        covariance[i][j] = leads.get(i).covariance(leads.get(j));
      }
    }
    if (size == 0 || freedom < size || !isFinite(effects, covariance)) {
      return Optional.empty();
    }
    double critical = TDistribution.of(freedom).inverseCumulativeProbability(UPPER);
    try {
      var matrix = new Array2DRowRealMatrix(covariance);
      return Optional.of(
          new PreTrend(
              waldPValue(effects, matrix, freedom),
              detectableSlope(matrix, distances, critical, POWER)));
    } catch (MathRuntimeException e) {
      // Leads that vary alike, or not at all.
      return Optional.empty();
    }
  }

  /**
   * W = β′Σ⁻¹β, referred to Hotelling's distribution since Σ is estimated: W · (ν − K + 1) ÷ (ν ·
   * K) is F with K and ν − K + 1 degrees of freedom.
   */
  static double waldPValue(double[] effects, RealMatrix covariance, int freedom) {
    int size = effects.length;
    var vector = new ArrayRealVector(effects);
    double wald =
        vector.dotProduct(new CholeskyDecomposition(covariance).getSolver().solve(vector));
    int rest = freedom - size + 1;
    return FDistribution.of(size, rest)
        .survivalProbability(wald * rest / ((double) freedom * size));
  }

  /**
   * The slope whose pre-test has the given power (Roth 2022, "Pretest with caution"; the package
   * pretrends, slope_for_power): the probability that any lead is significant,
   *
   * <pre>1 − P(|β_j| ≤ c · σ_j for all j),  β ~ N(slope · distance, Σ)</pre>
   */
  static double detectableSlope(
      RealMatrix covariance, double[] distances, double critical, double power) {
    double high = 0;
    for (int i = 0; i < distances.length; i++) {
      // A slope at which a single lead is all but always significant.
      double enough = (critical + 5) * Math.sqrt(covariance.getEntry(i, i)) / -distances[i];
      high = i == 0 ? enough : Math.min(high, enough);
    }
    return new BrentSolver(high * PRECISION)
        .solve(
            MOST_EVALUATIONS,
            slope -> power(covariance, distances, critical, slope) - power,
            0,
            high);
  }

  private static double power(
      RealMatrix covariance, double[] distances, double critical, double slope) {
    double[] from = new double[distances.length];
    double[] to = new double[distances.length];
    for (int i = 0; i < distances.length; i++) {
      double bound = critical * Math.sqrt(covariance.getEntry(i, i));
      from[i] = -bound - slope * distances[i];
      to[i] = bound - slope * distances[i];
    }
    return 1 - NormalBox.probability(covariance, from, to);
  }

  private static boolean isFinite(double[] effects, double[][] covariance) {
    for (int i = 0; i < effects.length; i++) {
      if (!Double.isFinite(effects[i]) || !(covariance[i][i] > 0)) {
        return false;
      }
    }
    return true;
  }
}
