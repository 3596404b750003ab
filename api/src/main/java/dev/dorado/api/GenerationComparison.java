package dev.dorado.api;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import dev.dorado.api.metrics.DoraBenchmarks;
import dev.dorado.api.metrics.MetricName;
import dev.dorado.api.queries.ClickHouse;
import dev.dorado.api.queries.Database;
import dev.dorado.schemas.Connections;
import dev.dorado.server.Json;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares the metrics of two generations of facts, as the summary answers them. Thread-safe. */
public final class GenerationComparison implements AutoCloseable {

  private static final int LIMIT = 1000;

  private final ApiSettings settings;
  private final ClickHouse clickHouse;

  /**
   * @param config settings at {@code dorado.api}
   * @param connections where ClickHouse is
   */
  public GenerationComparison(Config config, Connections connections) {
    this.settings = ApiSettings.from(config);
    this.clickHouse = settings.clickHouse(requireNonNull(connections), new SimpleMeterRegistry());
  }

  /**
   * A metric of a group whose value or count differs.
   *
   * @param group a service or a team; empty for facts without one
   * @param metric its name
   * @param unit its unit
   * @param before its value in the one generation; empty if unknown
   * @param nBefore rows that it is over there
   * @param after its value in the other one; empty if unknown
   * @param nAfter rows that it is over there
   */
  public record Difference(
      Optional<String> group,
      String metric,
      String unit,
      OptionalDouble before,
      long nBefore,
      OptionalDouble after,
      long nAfter) {}

  /**
   * What differs in the class production, by group and then in the order of the metrics.
   *
   * @param one number of the generation to compare with
   * @param other number of the generation that is compared
   * @param period which facts
   * @param dimension service or team
   * @param now the present
   */
  public List<Difference> differences(
      int one, int other, Period period, Dimension dimension, Instant now) {
    var query =
        new Query(
            period,
            now,
            Interval.MONTH,
            new Filter(List.of("production"), List.of(), List.of(), List.of(), List.of()),
            List.of(dimension),
            LIMIT,
            null);
    Map<String, JsonNode> before = metrics(one, query, dimension);
    Map<String, JsonNode> after = metrics(other, query, dimension);
    var groups = new TreeSet<>(before.keySet());
    groups.addAll(after.keySet());
    List<Difference> differences = new ArrayList<>();
    for (String group : groups) {
      for (MetricName metric : MetricName.values()) {
        JsonNode here = metric(before, group, metric);
        JsonNode there = metric(after, group, metric);
        var difference =
            new Difference(
                Optional.of(group).filter(name -> !name.isEmpty()),
                metric.json(),
                metric.unit(),
                value(here),
                here.path("n").asLong(),
                value(there),
                there.path("n").asLong());
        if (!difference.before().equals(difference.after())
            || difference.nBefore() != difference.nAfter()) {
          differences.add(difference);
        }
      }
    }
    return differences;
  }

  @Override
  public void close() {
    clickHouse.close();
  }

  /** The metrics of each group; the name of those without one is empty. */
  private Map<String, JsonNode> metrics(int generation, Query query, Dimension dimension) {
    Database database = clickHouse.generation(generation);
    JsonNode answer =
        Json.MAPPER.valueToTree(settings.summary(database).answer(query, DoraBenchmarks.DEFAULT));
    Map<String, JsonNode> metrics = new TreeMap<>();
    for (JsonNode group : answer.path("groups")) {
      JsonNode name = group.path("group").path(dimension.column());
      metrics.put(name.isNull() ? "" : name.asText(), group.path("metrics"));
    }
    return metrics;
  }

  private static JsonNode metric(Map<String, JsonNode> groups, String group, MetricName metric) {
    JsonNode metrics = groups.getOrDefault(group, Json.MAPPER.createObjectNode());
    return metrics.path(metric.json());
  }

  private static OptionalDouble value(JsonNode metric) {
    JsonNode value = metric.path("value");
    return value.isNumber() ? OptionalDouble.of(value.asDouble()) : OptionalDouble.empty();
  }
}
