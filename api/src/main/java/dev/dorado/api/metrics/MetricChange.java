package dev.dorado.api.metrics;

import static java.util.Objects.requireNonNull;

import dev.dorado.api.statistics.ConfidenceInterval;
import dev.dorado.api.statistics.TwoSample;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How a metric changed from the period before.
 *
 * @param difference value − value before, in the metric's unit; empty if either is unknown
 * @param bounds 95 % interval of the difference; empty if there are too few rows
 * @param verdict what may be said of it
 * @param method how the periods were compared
 * @param reason why nothing better or worse is said, for people; empty if the interval says it
 */
public record MetricChange(
    Optional<Double> difference,
    Optional<ConfidenceInterval> bounds,
    Verdict verdict,
    Method method,
    Optional<String> reason) {

  /** What may be said of a difference. */
  public enum Verdict {
    /** The 95 % interval lies on the good side of 0. */
    BETTER,
    /** The 95 % interval lies on the bad side of 0. */
    WORSE,
    /** The difference may be chance, or there is none. */
    COULD_BE_CHANCE,
    /** One of the periods has no value. */
    NO_DATA;

    /** The name in answers. */
    public String json() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How two periods are compared. */
  public enum Method {
    /** {@link dev.dorado.api.statistics.DailyCounts}. */
    RATES,
    /** {@link dev.dorado.api.statistics.DailySamples}. */
    MEDIANS,
    /** {@link dev.dorado.api.statistics.DailyRatio}. */
    PROPORTIONS;

    /** The name in answers. */
    public String json() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public MetricChange {
    requireNonNull(difference);
    requireNonNull(bounds);
    requireNonNull(verdict);
    requireNonNull(method);
    requireNonNull(reason);
  }

  static MetricChange unknown(Method method, String reason) {
    return new MetricChange(
        Optional.empty(), Optional.empty(), Verdict.NO_DATA, method, Optional.of(reason));
  }

  /** The change between two known values. */
  static MetricChange of(MetricName name, Method method, double difference, TwoSample samples) {
    Verdict verdict = Verdict.COULD_BE_CHANCE;
    if (samples.isDifferent()) {
      boolean isMore = samples.bounds().orElseThrow().low() > 0;
      verdict = isMore == name.isMoreBetter() ? Verdict.BETTER : Verdict.WORSE;
    }
    return new MetricChange(
        Optional.of(difference), samples.bounds(), verdict, method, samples.weakness());
  }

  /** The JSON object. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("difference", difference.orElse(null));
    json.put("low", bounds.map(ConfidenceInterval::low).orElse(null));
    json.put("high", bounds.map(ConfidenceInterval::high).orElse(null));
    json.put("verdict", verdict.json());
    json.put("method", method.json());
    json.put("reason", reason.orElse(null));
    return json;
  }
}
