package dev.dorado.api.metrics;

import static java.util.Objects.requireNonNull;

import dev.dorado.api.statistics.ConfidenceInterval;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A number with what it takes to read it.
 *
 * @param name which metric
 * @param value the value; empty if it is unknown
 * @param n how many rows it is over
 * @param bounds what bounds it with 95 %; empty if there are too few rows
 * @param beside what is said beside it; values may be null
 */
public record Metric(
    MetricName name,
    Optional<Double> value,
    long n,
    Optional<ConfidenceInterval> bounds,
    Map<String, Object> beside) {

  public Metric {
    requireNonNull(name);
    requireNonNull(value);
    requireNonNull(bounds);
    if (!beside.keySet().equals(name.beside().keySet())) {
      throw new IllegalArgumentException(
          "%s has %s beside it, not %s".formatted(name, name.beside().keySet(), beside.keySet()));
    }
  }

  /** The JSON object, with the tier, the benchmark, and the period before. */
  public Map<String, Object> json(
      Rating rating, Optional<Benchmark> benchmark, Metric before, MetricChange change) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("value", value.orElse(null));
    json.put("unit", name.unit());
    json.put("n", n);
    json.put("low", bounds.map(ConfidenceInterval::low).orElse(null));
    json.put("high", bounds.map(ConfidenceInterval::high).orElse(null));
    json.put("tier", rating.tier().map(Tier::json).orElse(null));
    json.put("tiers", rating.tiers().stream().map(Tier::json).toList());
    json.put("tier_reason", rating.reason().orElse(null));
    json.put("benchmark", benchmark.map(Benchmark::json).orElse(null));
    json.put("previous", before.value().orElse(null));
    json.put("previous_n", before.n());
    json.put("change", change.json());
    json.putAll(new TreeMap<>(beside));
    return json;
  }
}
