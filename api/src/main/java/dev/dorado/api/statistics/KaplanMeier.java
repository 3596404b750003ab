package dev.dorado.api.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Times until something happens, of which some are censored: it had not happened when last looked
 * at. Leaving these out would make everything look quick; the estimator of Kaplan and Meier (1958)
 * hears what they say, that it took at least so long. Not thread-safe.
 */
public final class KaplanMeier {

  private static final double Z =
      NormalDistribution.of(0, 1).inverseSurvivalProbability(ConfidenceInterval.TAIL);

  /** So near to a half, a product of fractions is a half. */
  private static final double ROUNDING = 1e-12;

  private final Map<Double, Counts> times = new TreeMap<>();
  private int size;
  private int censored;

  /** It happened after {@code time}, which is finite and 0 or more. */
  public void add(double time) {
    at(time).events++;
    size++;
  }

  /** It had not happened by {@code time}, which is finite and 0 or more. */
  public void addCensored(double time) {
    at(time).censored++;
    size++;
    censored++;
  }

  /** How many times there are, the censored among them. */
  public int size() {
    return size;
  }

  /** How many of them are censored. */
  public int censored() {
    return censored;
  }

  /**
   * The time by which it has happened to half; between two such times their middle. Empty if it has
   * not happened to half yet, or without times.
   */
  public Optional<Double> median() {
    return quantile(0.5);
  }

  /**
   * The time by which it has happened to the share {@code p}; empty if it has not (yet).
   *
   * @param p above 0 and below 1
   */
  public Optional<Double> quantile(double p) {
    if (!(p > 0 && p < 1)) {
      throw new IllegalArgumentException("%s is no share".formatted(p));
    }
    return firstAtOrBelow(1 - p, Curve.ESTIMATE);
  }

  /**
   * The interval that holds the median with 95 % (Brookmeyer and Crowley 1982), by Greenwood's
   * variance of the log-log survival, which keeps within 0 and 1. Empty unless both ends are known.
   */
  public Optional<ConfidenceInterval> medianBounds() {
    Optional<Double> low = firstAtOrBelow(0.5, Curve.LOWER);
    Optional<Double> high = firstAtOrBelow(0.5, Curve.UPPER);
    return low.isPresent() && high.isPresent()
        ? Optional.of(new ConfidenceInterval(low.get(), high.get()))
        : Optional.empty();
  }

  /**
   * The curve: a point for each time at which it happened. The bounds hold 95 % at that time alone,
   * by Greenwood's variance of the log-log survival.
   */
  public List<Point> points() {
    List<Point> points = new ArrayList<>();
    double survival = 1;
    double greenwood = 0;
    int atRisk = size;
    for (var entry : times.entrySet()) {
      Counts counts = entry.getValue();
      if (counts.events > 0) {
        survival *= 1 - (double) counts.events / atRisk;
        greenwood += counts.events / ((double) atRisk * (atRisk - counts.events));
        points.add(
            new Point(
                entry.getKey(),
                survival,
                Curve.LOWER.of(survival, greenwood),
                Curve.UPPER.of(survival, greenwood),
                atRisk));
      }
      atRisk -= counts.events + counts.censored;
    }
    return points;
  }

  /**
   * The p-value of the log-rank test that two curves are the same (Mantel 1966): the events of this
   * one against those to be expected of its share of those at risk, with the hypergeometric
   * variance,
   *
   * <pre>χ² = (Σ (d₁ − d·n₁ ÷ n))² ÷ Σ d · (n₁ ÷ n)(n₂ ÷ n)(n − d) ÷ (n − 1)</pre>
   *
   * Empty if nothing happened while both had some at risk.
   */
  public Optional<Double> logRankPValue(KaplanMeier other) {
    return logRank(other)
        .map(statistic -> ChiSquaredDistribution.of(1).survivalProbability(statistic));
  }

  /** χ² of {@link #logRankPValue}. */
  Optional<Double> logRank(KaplanMeier other) {
    TreeSet<Double> all = new TreeSet<>(times.keySet());
    all.addAll(other.times.keySet());
    double difference = 0;
    double variance = 0;
    double own = size;
    double others = other.size;
    for (double time : all) {
      Counts one = times.getOrDefault(time, new Counts());
      Counts two = other.times.getOrDefault(time, new Counts());
      double atRisk = own + others;
      double events = one.events + two.events;
      if (events > 0 && atRisk > 1) {
        difference += one.events - events * own / atRisk;
        variance += events * (own / atRisk) * (others / atRisk) * (atRisk - events) / (atRisk - 1);
      }
      own -= one.events + one.censored;
      others -= two.events + two.censored;
    }
    return variance > 0 ? Optional.of(difference * difference / variance) : Optional.empty();
  }

  private Optional<Double> firstAtOrBelow(double share, Curve curve) {
    double survival = 1;
    double greenwood = 0;
    int atRisk = size;
    Double flatSince = null;
    for (var entry : times.entrySet()) {
      Counts counts = entry.getValue();
      if (counts.events > 0) {
        if (flatSince != null) {
          // The curve lay on the share from there to here: every time between is a quantile.
          return Optional.of((flatSince + entry.getKey()) / 2);
        }
        survival *= 1 - (double) counts.events / atRisk;
        greenwood += counts.events / ((double) atRisk * (atRisk - counts.events));
        double value = curve.of(survival, greenwood);
        if (value < share - ROUNDING) {
          return Optional.of(entry.getKey());
        }
        if (value <= share + ROUNDING) {
          flatSince = entry.getKey();
        }
      }
      atRisk -= counts.events + counts.censored;
    }
    return Optional.ofNullable(flatSince);
  }

  private Counts at(double time) {
    if (!Double.isFinite(time) || time < 0) {
      throw new IllegalArgumentException("%s is no time until something".formatted(time));
    }
    return times.computeIfAbsent(time, first -> new Counts());
  }

  /** The survival, or what bounds it. */
  private enum Curve {
    ESTIMATE(0),
    LOWER(1),
    UPPER(-1);

    private final int sign;

    Curve(int sign) {
      this.sign = sign;
    }

    double of(double survival, double greenwood) {
      if (sign == 0 || survival <= 0) {
        return survival;
      }
      double log = Math.log(survival);
      return Math.exp(log * Math.exp(sign * Z * Math.sqrt(greenwood) / -log));
    }
  }

  /**
   * The curve just after a time.
   *
   * @param time when it happened to some
   * @param share the share to which it has not happened
   * @param low lower bound of the share
   * @param high upper bound
   * @param atRisk to how many it had not happened just before, and who were still looked at
   */
  public record Point(double time, double share, double low, double high, int atRisk) {}

  /** What happened at a time. */
  private static final class Counts {
    private int events;
    private int censored;
  }
}
