package dev.dorado.api.statistics;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * The counts of each day of a period, and the comparison of their rate with that of another period.
 * Immutable.
 *
 * @param days every day of the period, also those without a count, oldest first
 */
public record DailyCounts(List<Day> days) {

  private static final int DAYS_OF_A_WEEK = 7;

  /** Fewest whole weeks of each period for which weeks are compared, not days. */
  private static final int FEWEST_WEEKS = 4;

  /** Below as many events in both periods, the exact test has to agree with the interval. */
  private static final int FEW_EVENTS = 40;

  /**
   * A day.
   *
   * @param date its date
   * @param part how much of it is in the period, above 0 and at most 1
   * @param count how many events it had
   */
  public record Day(LocalDate date, double part, long count) {}

  public DailyCounts {
    days = List.copyOf(days);
  }

  /**
   * Compares the events a day with those of the period before. Events cluster, so they are no
   * Poisson counts: the variance is φ times the mean (quasi-Poisson; McCullagh and Nelder 1989,
   * Generalized Linear Models, 6.2.3), where
   *
   * <pre>φ = Σ (x − r·e)² ÷ (r·e) ÷ (blocks − 2), at least 1</pre>
   *
   * over the blocks of both periods with x events in e days at the period's rate r. Blocks are ISO
   * weeks if both periods have 28 days or more, whose days are weighted by how many events their
   * weekday has in both periods together; else days, unweighted, so that weekends add to φ. Each
   * rate has the score interval of x/φ events with Student's quantile for (blocks of the period
   * with fewer) − 1 degrees of freedom (the normal one if φ is 1); {@link SquareAndAdd} combines
   * the two. The answer spans the intervals by calendar days and by weighted days, since one
   * weekend more makes no difference. Below 40 events, the exact conditional test (binomial;
   * Przyborowski and Wilenski 1940) of the events divided by φ must exclude chance too.
   */
  public TwoSample comparedWith(DailyCounts before) {
    double[] weights = weights(before);
    boolean ofWeeks = Math.min(length(), before.length()) >= FEWEST_WEEKS * DAYS_OF_A_WEEK;
    List<Block> blocks = ofWeeks ? weeks(weights) : singleDays();
    List<Block> blocksBefore = ofWeeks ? before.weeks(weights) : before.singleDays();
    // A period without events says nothing of how much they vary.
    long informative =
        (count() > 0 ? blocks.size() - 1 : 0) + (before.count() > 0 ? blocksBefore.size() - 1 : 0);
    double sum = sum(blocks, blocksBefore);
    double inflation = SquareAndAdd.inflation(sum, Math.max(1, informative));
    double critical =
        SquareAndAdd.criticalValue(inflation, Math.min(blocks.size(), blocksBefore.size()) - 1);
    double raw = length() / weighted(weights);
    double rawBefore = before.length() / before.weighted(weights);
    ConfidenceInterval calendar = difference(before, inflation, critical, 1, 1);
    ConfidenceInterval weighted = difference(before, inflation, critical, raw, rawBefore);
    ConfidenceInterval bounds =
        new ConfidenceInterval(
            Math.min(calendar.low(), weighted.low()), Math.max(calendar.high(), weighted.high()));
    if (length() < DAYS_OF_A_WEEK || before.length() < DAYS_OF_A_WEEK) {
      return TwoSample.weak(
          Optional.of(bounds), "a period of less than a week: at least 7 days are needed in each");
    }
    long all = count() + before.count();
    if (all < TwoSample.FEWEST_ROWS) {
      return TwoSample.weak(
          Optional.of(bounds),
          "%d in both periods together: at least %d are needed"
              .formatted(all, TwoSample.FEWEST_ROWS));
    }
    if (all / inflation < FEW_EVENTS) {
      double p =
          binomial(
              Math.round(count() / inflation),
              Math.round(before.count() / inflation),
              weighted(weights) / (weighted(weights) + before.weighted(weights)));
      if (p > 2 * ConfidenceInterval.TAIL) {
        return TwoSample.weak(
            Optional.of(bounds), "the exact test of the counts gives p = %.2f".formatted(p));
      }
    }
    return TwoSample.of(bounds);
  }

  /** The exact conditional test of two counts, two-sided: twice the smaller tail, at most 1. */
  static double binomial(long events, long eventsBefore, double share) {
    var distribution = BinomialDistribution.of((int) (events + eventsBefore), share);
    double lower = distribution.cumulativeProbability((int) events);
    double upper = distribution.survivalProbability((int) events - 1);
    return Math.min(1, 2 * Math.min(lower, upper));
  }

  /** Sums the squared residuals of all blocks, each by its expectation. */
  private static double sum(List<Block> blocks, List<Block> blocksBefore) {
    double sum = 0;
    for (List<Block> ofPeriod : List.of(blocks, blocksBefore)) {
      double exposure = ofPeriod.stream().mapToDouble(Block::exposure).sum();
      double rate = ofPeriod.stream().mapToLong(Block::count).sum() / exposure;
      for (Block block : ofPeriod) {
        double expected = rate * block.exposure();
        double residual = block.count() - expected;
        sum += expected > 0 ? residual * residual / expected : 0;
      }
    }
    return sum;
  }

  private ConfidenceInterval difference(
      DailyCounts before, double inflation, double critical, double scale, double scaleBefore) {
    return SquareAndAdd.difference(
        rate(scale),
        score(inflation, critical, scale),
        before.rate(scaleBefore),
        before.score(inflation, critical, scaleBefore));
  }

  private double rate(double scale) {
    return count() * scale / length();
  }

  /** Rao's score interval of a Poisson mean of count ÷ inflation events, as a rate. */
  private ConfidenceInterval score(double inflation, double critical, double scale) {
    double events = count() / inflation;
    double square = critical * critical;
    double half = critical * Math.sqrt(events + square / 4);
    double unit = inflation * scale / length();
    return new ConfidenceInterval(
        events == 0 ? 0 : (events + square / 2 - half) * unit, (events + square / 2 + half) * unit);
  }

  private long count() {
    return days.stream().mapToLong(Day::count).sum();
  }

  private double length() {
    return days.stream().mapToDouble(Day::part).sum();
  }

  private double weighted(double[] weights) {
    return days.stream().mapToDouble(day -> day.part() * weights[weekday(day)]).sum();
  }

  /** How many events a weekday has, relative to the mean of all seven; 1 where all is unknown. */
  private double[] weights(DailyCounts before) {
    double[] events = new double[DAYS_OF_A_WEEK];
    double[] length = new double[DAYS_OF_A_WEEK];
    for (DailyCounts period : List.of(this, before)) {
      for (Day day : period.days) {
        events[weekday(day)] += day.count();
        length[weekday(day)] += day.part();
      }
    }
    double all = 0;
    int known = 0;
    for (int weekday = 0; weekday < DAYS_OF_A_WEEK; weekday++) {
      all += length[weekday] > 0 ? events[weekday] / length[weekday] : 0;
      known += length[weekday] > 0 ? 1 : 0;
    }
    double[] weights = new double[DAYS_OF_A_WEEK];
    for (int weekday = 0; weekday < DAYS_OF_A_WEEK; weekday++) {
      // A weekday on which nothing ever happens still has a little: its first event is possible.
      weights[weekday] =
          all == 0 || length[weekday] == 0
              ? 1
              : Math.max(0.01, events[weekday] / length[weekday] * known / all);
    }
    return weights;
  }

  private List<Block> singleDays() {
    return days.stream().map(day -> new Block(day.count(), day.part())).toList();
  }

  private List<Block> weeks(double[] weights) {
    List<Block> weeks = new ArrayList<>();
    long count = 0;
    double exposure = 0;
    for (int i = 0; i < days.size(); i++) {
      Day day = days.get(i);
      count += day.count();
      exposure += day.part() * weights[weekday(day)];
      if (weekday(day) == DAYS_OF_A_WEEK - 1 || i == days.size() - 1) {
        weeks.add(new Block(count, exposure));
        count = 0;
        exposure = 0;
      }
    }
    return weeks;
  }

  private static int weekday(Day day) {
    return day.date().getDayOfWeek().getValue() - 1;
  }

  private record Block(long count, double exposure) {}
}
