package dev.dorado.api.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How often the comparisons find a difference, over many pairs of simulated periods. Where there is
 * none, 5 % at most; where there is one, most often. {@code -Ddorado.simulations=20000} makes more
 * pairs.
 */
class TwoSampleSimulationTest {

  private static final long SEED = 20261129;
  private static final int PAIRS = Integer.getInteger("dorado.simulations", 600);
  private static final double LEVEL = 0.05;

  /** Monday. */
  private static final LocalDate FIRST = LocalDate.of(2026, 3, 2);

  @ParameterizedTest(name = "{0} rows on {1} days, {2} and {3}, correlation in a day {4}")
  @CsvSource({
    // rows, days, ratio before, ratio, share of the variance that a day's rows have in common
    "12, 6, 0.05, 0.05, 0",
    "12, 10, 0.3, 0.3, 0",
    "30, 20, 0.1, 0.1, 0",
    "60, 60, 0.05, 0.05, 0",
    "200, 60, 0.02, 0.02, 0",
    "400, 65, 0.15, 0.15, 0",
    "30, 6, 0.5, 0.5, 0.3",
    "60, 10, 0.2, 0.2, 0.2",
    "100, 20, 0.1, 0.1, 0.1",
    "300, 60, 0.1, 0.1, 0.2",
    "300, 20, 0.3, 0.3, 0.4",
  })
  void ratiosWithoutADifferenceSeldomDiffer(
      int rows, int days, double before, double now, double correlation) {
    assertThat(ratios(rows, days, before, now, correlation)).isLessThanOrEqualTo(highest());
  }

  @ParameterizedTest
  @CsvSource({
    "300, 60, 0.2, 0.08, 0, 0.85",
    "300, 60, 0.25, 0.08, 0.1, 0.85",
    "30, 20, 0.6, 0.1, 0, 0.85"
  })
  void ratiosThatDifferAreFound(
      int rows, int days, double before, double now, double correlation, double power) {
    assertThat(ratios(rows, days, before, now, correlation)).isGreaterThan(power);
  }

  @ParameterizedTest
  @CsvSource({
    // deployments, changes of each at most, days, share of the log's variance in common, rounding
    // to hours
    "10, 1, 10, 0, 0",
    "12, 1, 40, 0, 0",
    "30, 1, 30, 0, 24",
    "60, 1, 30, 0, 0",
    "12, 4, 12, 0.5, 0",
    "20, 8, 20, 0.6, 0",
    "60, 5, 40, 0.4, 0",
    "60, 5, 20, 0.4, 24",
    "15, 10, 6, 0.8, 0",
    "8, 10, 8, 0.8, 0",
  })
  void mediansWithoutADifferenceSeldomDiffer(
      int deployments, int changes, int days, double common, double rounding) {
    assertThat(medians(deployments, changes, days, common, rounding, 1))
        .isLessThanOrEqualTo(highest());
  }

  @ParameterizedTest
  @CsvSource({"60, 1, 30, 0, 0, 2.2, 0.7", "60, 5, 40, 0.3, 0, 2, 0.8", "20, 1, 20, 0, 0, 5, 0.75"})
  void mediansThatDifferAreFound(
      int deployments,
      int changes,
      int days,
      double common,
      double rounding,
      double factor,
      double power) {
    assertThat(medians(deployments, changes, days, common, rounding, factor)).isGreaterThan(power);
  }

  @ParameterizedTest
  @CsvSource({
    // days, events of a weekday, spread of a day's mean, spread of a week's mean
    "7, 3, 0, 0",
    "7, 3, 1, 0",
    "14, 1, 0.5, 0",
    "30, 0.2, 0, 0",
    "30, 4, 0, 0",
    "30, 4, 0.5, 0.2",
    "31, 2, 1, 0.3",
    "90, 0.3, 0.5, 0",
    "90, 4, 0, 0",
    "90, 4, 1, 0.3",
    "90, 1, 2, 0.5",
    "365, 2, 0.5, 0.3",
  })
  void ratesWithoutADifferenceSeldomDiffer(int days, double events, double ofDays, double ofWeeks) {
    assertThat(rates(days, events, 1, ofDays, ofWeeks)).isLessThanOrEqualTo(highest());
  }

  @ParameterizedTest
  @CsvSource({"90, 2, 1.5, 0, 0, 0.85", "30, 4, 2, 0.3, 0, 0.6", "7, 4, 3, 0, 0, 0.35"})
  void ratesThatDifferAreFound(
      int days, double events, double factor, double ofDays, double ofWeeks, double power) {
    assertThat(rates(days, events, factor, ofDays, ofWeeks)).isGreaterThan(power);
  }

  /** The level, and three standard errors of the simulation. */
  private static double highest() {
    return LEVEL + 3 * Math.sqrt(LEVEL * (1 - LEVEL) / PAIRS);
  }

  private static double ratios(int rows, int days, double before, double now, double correlation) {
    return share(
        random ->
            ratio(random, rows, days, now, correlation)
                .comparedWith(ratio(random, rows, days, before, correlation)));
  }

  /** Days have a mean of their own (beta) with the given correlation of the rows of a day. */
  private static DailyRatio ratio(
      SplittableRandom random, int rows, int days, double ratio, double correlation) {
    double[] means = new double[days];
    for (int day = 0; day < days; day++) {
      double scale = correlation == 0 ? 0 : (1 - correlation) / correlation;
      means[day] = correlation == 0 ? ratio : beta(random, ratio * scale, (1 - ratio) * scale);
    }
    var sample = new DailyRatio();
    for (int row = 0; row < rows; row++) {
      int day = random.nextInt(days);
      sample.add(day, random.nextDouble() < means[day]);
    }
    return sample;
  }

  private static double medians(
      int deployments, int changes, int days, double common, double rounding, double factor) {
    return share(
        random ->
            samples(random, deployments, changes, days, common, rounding, factor)
                .comparedWith(samples(random, deployments, changes, days, common, rounding, 1)));
  }

  /** Log-normal hours, very skewed; a deployment's changes have a part in common. */
  private static DailySamples samples(
      SplittableRandom random,
      int deployments,
      int changes,
      int days,
      double common,
      double rounding,
      double factor) {
    var sample = new DailySamples();
    for (int deployment = 0; deployment < deployments; deployment++) {
      int day = random.nextInt(days);
      double ofDeployment = Math.sqrt(common) * gaussian(random);
      int ships = 1 + random.nextInt(changes);
      for (int change = 0; change < ships; change++) {
        double log = ofDeployment + Math.sqrt(1 - common) * gaussian(random);
        double hours = factor * 30 * Math.exp(1.2 * log);
        sample.add(day, rounding == 0 ? hours : Math.ceil(hours / rounding) * rounding);
      }
    }
    return sample;
  }

  private static double rates(
      int days, double events, double factor, double ofDays, double ofWeeks) {
    return share(
        random ->
            counts(random, FIRST.plusDays(days), days, events * factor, ofDays, ofWeeks)
                .comparedWith(counts(random, FIRST, days, events, ofDays, ofWeeks)));
  }

  /** Nothing at weekends; the mean of a day and that of a week vary (gamma). */
  private static DailyCounts counts(
      SplittableRandom random,
      LocalDate first,
      int days,
      double events,
      double ofDays,
      double ofWeeks) {
    List<DailyCounts.Day> sample = new ArrayList<>();
    double week = 1;
    for (int i = 0; i < days; i++) {
      LocalDate date = first.plusDays(i);
      int weekday = date.getDayOfWeek().getValue();
      if (weekday == 1 || i == 0) {
        week = ofWeeks == 0 ? 1 : gamma(random, 1 / ofWeeks) * ofWeeks;
      }
      double day = ofDays == 0 ? 1 : gamma(random, 1 / ofDays) * ofDays;
      double mean = weekday > 5 ? 0.03 * events : events * day * week;
      sample.add(new DailyCounts.Day(date, 1, poisson(random, mean)));
    }
    return new DailyCounts(sample);
  }

  private static double share(Function<SplittableRandom, TwoSample> pair) {
    System.out.printf("seed %d, %d pairs: ", SEED, PAIRS);
    var random = new SplittableRandom(SEED);
    int different = 0;
    for (int i = 0; i < PAIRS; i++) {
      different += pair.apply(random).isDifferent() ? 1 : 0;
    }
    System.out.printf("%.1f %% differ%n", 100.0 * different / PAIRS);
    return (double) different / PAIRS;
  }

  private static double gaussian(SplittableRandom random) {
    return Math.sqrt(-2 * Math.log(1 - random.nextDouble()))
        * Math.cos(2 * Math.PI * random.nextDouble());
  }

  /** Marsaglia and Tsang 2000. */
  private static double gamma(SplittableRandom random, double shape) {
    if (shape < 1) {
      return gamma(random, shape + 1) * Math.pow(1 - random.nextDouble(), 1 / shape);
    }
    double d = shape - 1.0 / 3;
    while (true) {
      double x = gaussian(random);
      double v = Math.pow(1 + x / Math.sqrt(9 * d), 3);
      if (v > 0 && Math.log(1 - random.nextDouble()) < x * x / 2 + d - d * v + d * Math.log(v)) {
        return d * v;
      }
    }
  }

  private static double beta(SplittableRandom random, double a, double b) {
    double one = gamma(random, a);
    return one / (one + gamma(random, b));
  }

  private static int poisson(SplittableRandom random, double mean) {
    double product = random.nextDouble();
    int events = 0;
    for (double limit = Math.exp(-mean); product > limit; events++) {
      product *= random.nextDouble();
    }
    return events;
  }
}
