package dev.dorado.api.statistics;

import java.util.Optional;

/** Ratios of counts (rule G2). */
public final class Ratio {

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
  public static Optional<ConfidenceInterval> wilson(long part, long whole) {
    check(part, whole);
    if (whole == 0) {
      return Optional.empty();
    }
    return Optional.of(wilson(part, whole, SquareAndAdd.Z));
  }

  /** The same for counts that need not be whole, above 0, and another critical value. */
  static ConfidenceInterval wilson(double part, double whole, double critical) {
    double p = part / whole;
    double square = critical * critical;
    double scale = 1 / (1 + square / whole);
    double centre = scale * (p + square / (2 * whole));
    double half = scale * critical * Math.sqrt(p * (1 - p) / whole + square / (4 * whole * whole));
    // At the ends the formula gives exactly 0 and 1, but for rounding.
    double low = part == 0 ? 0 : Math.max(0, centre - half);
    double high = part == whole ? 1 : Math.min(1, centre + half);
    return new ConfidenceInterval(low, high);
  }

  private static void check(long part, long whole) {
    if (part < 0 || part > whole) {
      throw new IllegalArgumentException("%d of %d is no ratio".formatted(part, whole));
    }
  }
}
