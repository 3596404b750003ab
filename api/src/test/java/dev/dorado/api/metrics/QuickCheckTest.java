package dev.dorado.api.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuickCheckTest {

  private static final double HOUR = 3600;
  private static final double DAY = 24 * HOUR;

  @ParameterizedTest
  @CsvSource({
    "0, 10",
    "3599, 10",
    "3600, 8",
    "86399, 8",
    "86400, 6",
    "604800, 4",
    "2629800, 2",
    "15778800, 0",
    "99999999, 0"
  })
  void aTimeScoresByTheAnswerThatItFallsInto(double seconds, double score) {
    assertThat(score(MetricName.CHANGE_LEAD_TIME, seconds)).isEqualTo(score);
    assertThat(score(MetricName.FAILED_DEPLOYMENT_RECOVERY_TIME, seconds)).isEqualTo(score);
  }

  @ParameterizedTest
  @CsvSource({"3, 8", "1, 8", "0.99, 6", "0.1428, 4", "0.033, 4", "0.0328, 2", "0.0054, 0", "0, 0"})
  void aFrequencyScoresByTheAnswerThatItFallsInto(double perDay, double score) {
    assertThat(score(MetricName.DEPLOYMENT_FREQUENCY, perDay)).isEqualTo(score);
  }

  @Test
  void onDemandIsDeployingOnFiveDaysAWeek() {
    assertThat(QuickCheck.score(MetricName.DEPLOYMENT_FREQUENCY, 0.8, Optional.of(5.0)))
        .isEqualTo(10);
    assertThat(QuickCheck.score(MetricName.DEPLOYMENT_FREQUENCY, 0.8, Optional.of(4.9)))
        .isEqualTo(6);
  }

  @Test
  void aRateOfPPerCentScoresTenMinusATenthOfP() {
    assertThat(score(MetricName.CHANGE_FAIL_RATE, 0.19)).isCloseTo(8.1, within(1e-9));
    assertThat(score(MetricName.DEPLOYMENT_REWORK_RATE, 0.22)).isCloseTo(7.8, within(1e-9));
  }

  @Test
  void theScoreIsTheMeanOfFive() {
    Map<MetricName, Metric> metrics = metrics(DAY - 1, 1, HOUR - 1, 0.1, 0.2);

    // 8, 8, 10, 9 and 8.
    assertThat((Double) QuickCheck.json(metrics, Optional.empty()).get("value"))
        .isCloseTo(8.6, within(1e-9));
  }

  @Test
  void whereOneIsUnknownThereIsNoMean() {
    Map<MetricName, Metric> metrics = metrics(DAY, 1, HOUR, 0.1, 0.2);
    metrics.put(
        MetricName.FAILED_DEPLOYMENT_RECOVERY_TIME,
        metric(MetricName.FAILED_DEPLOYMENT_RECOVERY_TIME, Optional.empty()));

    Map<String, Object> json = QuickCheck.json(metrics, Optional.empty());

    assertThat(json.get("value")).isNull();
    assertThat((Map<?, ?>) json.get("metrics"))
        .extracting(scores -> scores.get("failed_deployment_recovery_time"))
        .isNull();
  }

  private static double score(MetricName name, double value) {
    return QuickCheck.score(name, value, Optional.empty());
  }

  private static Map<MetricName, Metric> metrics(double... values) {
    Map<MetricName, Metric> metrics = new EnumMap<>(MetricName.class);
    for (int i = 0; i < values.length; i++) {
      MetricName name = QuickCheck.METRICS.get(i);
      metrics.put(name, metric(name, Optional.of(values[i])));
    }
    return metrics;
  }

  private static Metric metric(MetricName name, Optional<Double> value) {
    Map<String, Object> beside = new TreeMap<>();
    name.beside().keySet().forEach(member -> beside.put(member, null));
    return new Metric(name, value, 10, Optional.empty(), beside);
  }
}
