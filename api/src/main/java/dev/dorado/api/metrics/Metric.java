package dev.dorado.api.metrics;

import static java.util.Objects.requireNonNull;

import dev.dorado.api.statistics.Bounds;
import java.util.LinkedHashMap;
import java.util.List;
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
    Optional<Bounds> bounds,
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

  /**
   * The JSON object, with the tier, the tiers that its interval reaches over, the benchmark and the
   * value of the period before.
   */
  public Map<String, Object> json(
      Optional<Tier> tier, List<Tier> tiers, Optional<Benchmark> benchmark, Metric before) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("value", value.orElse(null));
    json.put("unit", name.unit());
    json.put("n", n);
    json.put("low", bounds.map(Bounds::low).orElse(null));
    json.put("high", bounds.map(Bounds::high).orElse(null));
    json.put("tier", tier.orElse(null));
    json.put("tiers", tiers);
    json.put("benchmark", benchmark.orElse(null));
    json.put("previous", before.value().orElse(null));
    json.put("previous_n", before.n());
    json.putAll(new TreeMap<>(beside));
    return json;
  }
}
