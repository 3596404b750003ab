package dev.dorado.api.statistics;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.statistics.distribution.HypergeometricDistribution;

/**
 * A ratio of rows, collected by day, and its comparison with that of another period. Rows of one
 * day are one cluster: the changes of a deployment share its fate, and so do deployments that
 * follow each other. Not thread-safe.
 */
public final class DailyRatio {

  /** Expected counts below this call for an exact test beside the interval (Cochran 1954). */
  private static final double FEWEST_EXPECTED = 5;

  private final Map<Long, long[]> days = new TreeMap<>();
  private long part;
  private long whole;

  /**
   * Adds a row.
   *
   * @param day its day, in days since 1970
   * @param counts whether it is of the part
   */
  public void add(long day, boolean counts) {
    add(day, counts ? 1 : 0, 1);
  }

  /**
   * Adds rows of a day.
   *
   * @param day its day, in days since 1970
   * @param ofPart how many of them are of the part
   * @param rows how many there are; a day without rows is no cluster
   */
  public void add(long day, long ofPart, long rows) {
    if (rows == 0) {
      return;
    }
    long[] ofDay = days.computeIfAbsent(day, added -> new long[2]);
    ofDay[0] += ofPart;
    ofDay[1] += rows;
    part += ofPart;
    whole += rows;
  }

  /**
   * Compares this period's ratio with the one before by Newcombe's hybrid score interval (method
   * 10, see {@link SquareAndAdd}) of Wilson's intervals. Clusters are accounted for as in Rao and
   * Scott 1992 (Biometrics 48:577–585): counts are divided by the design effect
   *
   * <pre>D = Σ k/(k − 1) Σ (x − p·n)² ÷ Σ N·p·(1 − p)</pre>
   *
   * over both periods (outer sums) and their k days with x of n rows, and at least 1. If D is above
   * 1, Student's quantile with (days of the period with fewer) − 1 degrees of freedom replaces the
   * normal one. Where a cell is expected to hold fewer than 5 rows, Fisher's exact test (twice the
   * smaller tail) must exclude chance as well.
   */
  public TwoSample comparedWith(DailyRatio before) {
    if (whole == 0 || before.whole == 0) {
      return TwoSample.weak(Optional.empty(), "no rows in one of the periods");
    }
    double inflation = inflation(before);
    double critical =
        SquareAndAdd.criticalValue(inflation, Math.min(days.size(), before.days.size()) - 1);
    ConfidenceInterval bounds =
        SquareAndAdd.difference(
            ratio(),
            Ratio.wilson(part / inflation, whole / inflation, critical),
            before.ratio(),
            Ratio.wilson(before.part / inflation, before.whole / inflation, critical));
    Optional<String> tooFew =
        TwoSample.tooFew(whole, before.whole, days.size(), before.days.size());
    if (tooFew.isPresent()) {
      return TwoSample.weak(Optional.of(bounds), tooFew.get());
    }
    if (isSmall(before, inflation)) {
      double p =
          fisher(
              Math.round(part / inflation),
              Math.round(whole / inflation),
              Math.round(before.part / inflation),
              Math.round(before.whole / inflation));
      if (p > 2 * ConfidenceInterval.TAIL) {
        return TwoSample.weak(
            Optional.of(bounds), "Fisher's exact test gives p = %.2f".formatted(p));
      }
    }
    return TwoSample.of(bounds);
  }

  /** Fisher's exact test of a/n against b/m, two-sided: twice the smaller tail, at most 1. */
  static double fisher(long a, long n, long b, long m) {
    var distribution = HypergeometricDistribution.of((int) (n + m), (int) (a + b), (int) n);
    double lower = distribution.cumulativeProbability((int) a);
    double upper = distribution.survivalProbability((int) a - 1);
    return Math.min(1, 2 * Math.min(lower, upper));
  }

  private double ratio() {
    return (double) part / whole;
  }

  private double inflation(DailyRatio before) {
    return SquareAndAdd.inflation(spread() + before.spread(), variance() + before.variance());
  }

  private double variance() {
    return whole * ratio() * (1 - ratio());
  }

  private double spread() {
    double sum = 0;
    for (long[] day : days.values()) {
      double residual = day[0] - ratio() * day[1];
      sum += residual * residual;
    }
    // One row a day is no cluster: then the spread is that of independent rows, without correction.
    return days.size() == whole || days.size() == 1 ? sum : sum * days.size() / (days.size() - 1);
  }

  private boolean isSmall(DailyRatio before, double inflation) {
    double share = (double) (part + before.part) / (whole + before.whole);
    double fewest = Math.min(whole, before.whole) / inflation;
    return fewest * Math.min(share, 1 - share) < FEWEST_EXPECTED;
  }
}
