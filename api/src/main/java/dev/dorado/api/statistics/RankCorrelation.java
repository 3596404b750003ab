package dev.dorado.api.statistics;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Spearman's rank correlation of pairs that come in clusters: the months of one team are alike, so
 * that they tell less than as many months of different teams.
 *
 * <p>The interval is that of Fisher's z = artanh ρ, transformed back. Its standard error is the
 * larger of two: that of independent pairs, √((1 + ρ²/2) ÷ (n − 3)) (Bonett and Wright 2000,
 * Psychometrika 65:23–28), and the jackknife over the clusters, √((G − 1)/G · Σ(z₍₋g₎ − z)²). The
 * quantile is Student's with G − 1 degrees of freedom for G clusters.
 *
 * @param rho the correlation, −1 to 1
 * @param bounds its 95 % interval
 * @param pValue of the test that there is none
 * @param size pairs
 * @param clusters clusters
 */
public record RankCorrelation(
    double rho, ConfidenceInterval bounds, double pValue, int size, int clusters) {

  /** Beyond this, artanh would be infinite. */
  private static final double MOST = 1 - 1e-9;

  /** With fewer pairs there is no standard error. */
  private static final int FEWEST = 4;

  public RankCorrelation {
    requireNonNull(bounds);
  }

  /**
   * A pair of values.
   *
   * @param cluster what it belongs to
   */
  public record Pair(String cluster, double x, double y) {
    public Pair {
      requireNonNull(cluster);
    }
  }

  /**
   * The correlation of {@code pairs}. Empty if one of the two does not vary, if there are fewer
   * than 4 pairs or 2 clusters, or if it can't be computed without one of the clusters.
   */
  public static Optional<RankCorrelation> of(List<Pair> pairs) {
    List<String> clusters = pairs.stream().map(Pair::cluster).distinct().toList();
    if (pairs.size() < FEWEST || clusters.size() < 2) {
      return Optional.empty();
    }
    Optional<Double> rho = coefficient(pairs);
    List<Double> without =
        clusters.stream()
            .map(
                cluster ->
                    coefficient(
                            pairs.stream().filter(pair -> !pair.cluster().equals(cluster)).toList())
                        .map(RankCorrelation::z)
                        .orElse(null))
            .toList();
    if (rho.isEmpty() || without.stream().anyMatch(Objects::isNull)) {
      return Optional.empty();
    }
    double z = z(rho.get());
    int count = clusters.size();
    double squares = without.stream().mapToDouble(other -> (other - z) * (other - z)).sum();
    double jackknife = Math.sqrt(squares * (count - 1) / count);
    double independent = Math.sqrt((1 + rho.get() * rho.get() / 2) / (pairs.size() - 3));
    double error = Math.max(jackknife, independent);
    TDistribution student = TDistribution.of(count - 1);
    double half = student.inverseSurvivalProbability(ConfidenceInterval.TAIL) * error;
    return Optional.of(
        new RankCorrelation(
            rho.get(),
            new ConfidenceInterval(Math.tanh(z - half), Math.tanh(z + half)),
            Math.min(1, 2 * student.survivalProbability(Math.abs(z) / error)),
            pairs.size(),
            count));
  }

  /** Pearson's correlation of the ranks; of equal values each has their mean rank. */
  private static Optional<Double> coefficient(List<Pair> pairs) {
    double[] x = ranks(pairs.stream().mapToDouble(Pair::x).toArray());
    double[] y = ranks(pairs.stream().mapToDouble(Pair::y).toArray());
    double mean = (pairs.size() + 1) / 2.0;
    double both = 0;
    double ofX = 0;
    double ofY = 0;
    for (int i = 0; i < x.length; i++) {
      both += (x[i] - mean) * (y[i] - mean);
      ofX += (x[i] - mean) * (x[i] - mean);
      ofY += (y[i] - mean) * (y[i] - mean);
    }
    return ofX == 0 || ofY == 0 ? Optional.empty() : Optional.of(both / Math.sqrt(ofX * ofY));
  }

  private static double[] ranks(double[] values) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, values.length).boxed().toList());
    order.sort(Comparator.comparingDouble(i -> values[i]));
    double[] ranks = new double[values.length];
    int from = 0;
    while (from < values.length) {
      int to = from;
      while (to < values.length && values[order.get(to)] == values[order.get(from)]) {
        to++;
      }
      double rank = (from + 1 + to) / 2.0;
      order.subList(from, to).forEach(i -> ranks[i] = rank);
      from = to;
    }
    return ranks;
  }

  private static double z(double rho) {
    double within = Math.max(-MOST, Math.min(MOST, rho));
    return Math.log((1 + within) / (1 - within)) / 2;
  }
}
