package dev.dorado.api.statistics;

import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/** Counts of events that come independently (rule G3). */
public final class Counts {

  private Counts() {}

  /** The exact interval of a Poisson mean of which {@code n} events were seen (Garwood 1936). */
  public static ConfidenceInterval poisson(long n) {
    if (n < 0) {
      throw new IllegalArgumentException("%d is no count".formatted(n));
    }
    double low =
        n == 0
            ? 0
            : ChiSquaredDistribution.of(2.0 * n)
                    .inverseCumulativeProbability(ConfidenceInterval.TAIL)
                / 2;
    double high =
        ChiSquaredDistribution.of(2.0 * n + 2).inverseSurvivalProbability(ConfidenceInterval.TAIL)
            / 2;
    return new ConfidenceInterval(low, high);
  }
}
