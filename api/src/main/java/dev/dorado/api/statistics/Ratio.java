package dev.dorado.api.statistics;

import java.util.Optional;
import org.apache.commons.statistics.distribution.NormalDistribution;

/** Ratios of counts (rule G2). */
public final class Ratio {

  private static final double Z =
      NormalDistribution.of(0, 1).inverseSurvivalProbability(Bounds.TAIL);

  private Ratio() {}

  /** {@code part ÷ whole}; empty if the whole is 0. */
  public static Optional<Double> of(long part, long whole) {
    check(part, whole);
    return whole == 0 ? Optional.empty() : Optional.of((double) part / whole);
  }

  /**
   * Wilson's score interval (Wilson 1927), which stays within 0 and 1 and is of use for small n;
   * empty if the whole is 0.
   */
  public static Optional<Bounds> wilson(long part, long whole) {
    check(part, whole);
    if (whole == 0) {
      return Optional.empty();
    }
    double n = whole;
    double p = part / n;
    double scale = 1 / (1 + Z * Z / n);
    double centre = scale * (p + Z * Z / (2 * n));
    double half = scale * Z * Math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
    // At the ends the formula gives exactly 0 and 1, but for rounding.
    double low = part == 0 ? 0 : Math.max(0, centre - half);
    double high = part == whole ? 1 : Math.min(1, centre + half);
    return Optional.of(new Bounds(low, high));
  }

  private static void check(long part, long whole) {
    if (part < 0 || part > whole) {
      throw new IllegalArgumentException("%d of %d is no ratio".formatted(part, whole));
    }
  }
}
