package dev.dorado.api.metrics;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * DORA's quick check: a score from 0 to 10 for each of the five metrics, and their mean. DORA asks
 * people for one of six answers to the times and the frequency, and scores answer c (1 worst, 6
 * best) 2 (c − 1); a rate of p per cent scores 10 − p / 10. Here the answer is the one that the
 * measured number falls into. Stateless.
 */
public final class QuickCheck {

  /** Means of DORA's survey of 2025. */
  private static final Map<MetricName, Double> INDUSTRY =
      Map.of(
          MetricName.CHANGE_LEAD_TIME, 5.5,
          MetricName.DEPLOYMENT_FREQUENCY, 4.8,
          MetricName.FAILED_DEPLOYMENT_RECOVERY_TIME, 7.4,
          MetricName.CHANGE_FAIL_RATE, 8.1,
          MetricName.DEPLOYMENT_REWORK_RATE, 7.8);

  private static final double INDUSTRY_MEAN = 6.72;

  /** The metrics that are scored, in DORA's order. */
  public static final List<MetricName> METRICS =
      List.of(
          MetricName.CHANGE_LEAD_TIME,
          MetricName.DEPLOYMENT_FREQUENCY,
          MetricName.FAILED_DEPLOYMENT_RECOVERY_TIME,
          MetricName.CHANGE_FAIL_RATE,
          MetricName.DEPLOYMENT_REWORK_RATE);

  private static final double HOUR = 3600;
  private static final double DAY = 24 * HOUR;
  private static final double WEEK = 7 * DAY;
  private static final double DAYS_OF_MONTH = 365.25 / 12;
  private static final double MONTH = DAYS_OF_MONTH * DAY;
  private static final double[] SPANS = {HOUR, DAY, WEEK, MONTH, 6 * MONTH};
  private static final double[] PER_DAY = {1, 1 / 7.0, 1 / DAYS_OF_MONTH, 1 / (6 * DAYS_OF_MONTH)};
  private static final double DAYS_OF_WEEK_ON_DEMAND = 5;
  private static final int BEST = 6;

  private QuickCheck() {}

  /**
   * The JSON object: {@code value} (the mean, null unless all five are known), {@code metrics} (the
   * score of each, null if it is unknown), and the industry's {@code industry_value} and {@code
   * industry_metrics}.
   *
   * @param metrics the metrics of a group
   * @param daysPerWeek median of the days a week with deployments
   */
  public static Map<String, Object> json(
      Map<MetricName, Metric> metrics, Optional<Double> daysPerWeek) {
    Map<MetricName, Double> scores = new EnumMap<>(MetricName.class);
    for (MetricName name : METRICS) {
      metrics
          .get(name)
          .value()
          .ifPresent(value -> scores.put(name, score(name, value, daysPerWeek)));
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put(
        "value",
        scores.size() < METRICS.size()
            ? null
            : scores.values().stream().mapToDouble(score -> score).average().orElseThrow());
    json.put("metrics", byName(scores));
    json.put("industry_value", INDUSTRY_MEAN);
    json.put("industry_metrics", byName(INDUSTRY));
    return json;
  }

  static double score(MetricName name, double value, Optional<Double> daysPerWeek) {
    return switch (name) {
      case CHANGE_LEAD_TIME, FAILED_DEPLOYMENT_RECOVERY_TIME -> ofAnswer(answerOfTime(value));
      case DEPLOYMENT_FREQUENCY ->
          ofAnswer(
              daysPerWeek.filter(days -> days >= DAYS_OF_WEEK_ON_DEMAND).isPresent()
                  ? BEST
                  : answerOfFrequency(value));
      case CHANGE_FAIL_RATE, DEPLOYMENT_REWORK_RATE -> 10 - 10 * value;
      default -> throw new IllegalArgumentException("the quick check does not score " + name);
    };
  }

  private static double ofAnswer(int answer) {
    return 2.0 * (answer - 1);
  }

  private static int answerOfTime(double seconds) {
    int answer = BEST;
    for (double span : SPANS) {
      if (seconds < span) {
        return answer;
      }
      answer--;
    }
    return answer;
  }

  private static int answerOfFrequency(double perDay) {
    int answer = BEST - 1;
    for (double least : PER_DAY) {
      if (perDay >= least) {
        return answer;
      }
      answer--;
    }
    return answer;
  }

  private static Map<String, Object> byName(Map<MetricName, Double> scores) {
    Map<String, Object> json = new LinkedHashMap<>();
    METRICS.forEach(name -> json.put(name.json(), scores.get(name)));
    return json;
  }
}
