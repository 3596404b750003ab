package dev.dorado.api.queries;

import static java.util.Objects.requireNonNull;

import dev.dorado.api.Dimension;
import dev.dorado.api.Period;
import dev.dorado.api.Query;
import dev.dorado.api.metrics.Benchmarks;
import dev.dorado.api.metrics.Metric;
import dev.dorado.api.metrics.MetricName;
import dev.dorado.api.metrics.Metrics;
import dev.dorado.api.metrics.Tally;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The metrics of a period and of the one before it, for each group. Every number is computed over
 * the rows of its group, never from other numbers (rule G4).
 */
public final class SummaryQuery {

  private final Database database;
  private final Duration proximityWindow;

  /**
   * The query.
   *
   * @param proximityWindow for how long a deployment is immature
   */
  public SummaryQuery(Database database, Duration proximityWindow) {
    this.database = requireNonNull(database);
    this.proximityWindow = requireNonNull(proximityWindow);
  }

  /** The answer as a JSON object. */
  public Map<String, Object> answer(Query query, Benchmarks benchmarks) {
    Period period = query.period();
    Period before = period.previous();
    Set<Group> known =
        KnownServices.load(database).groups(period, query.filter(), query.grouping());
    Map<Group, Pair> tallies = new TreeMap<>(Group.ORDER);
    for (Group group : known) {
      tallies.put(group, newPair(query, before));
    }
    if (query.grouping().isEmpty()) {
      tallies.computeIfAbsent(new Group(List.of()), group -> newPair(query, before));
    }
    new MetricFactsQuery(database)
        .forEach(
            before.from(),
            period.to(),
            query.filter(),
            query.grouping(),
            (group, fact) -> {
              Pair pair = tallies.computeIfAbsent(group, unknown -> newPair(query, before));
              pair.current().add(fact);
              pair.before().add(fact);
            });
    List<Object> groups = new ArrayList<>();
    tallies.forEach(
        (group, pair) -> {
          boolean isAsked = query.grouping().isEmpty() || known.contains(group);
          if (isAsked || !pair.current().isEmpty()) {
            groups.add(group(query.grouping(), group, pair, known.contains(group), benchmarks));
          }
        });
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("from", period.from());
    answer.put("to", period.to());
    answer.put("tz", period.zone().getId());
    answer.put("days", period.days());
    Map<String, Object> previous = new LinkedHashMap<>();
    previous.put("from", before.from());
    previous.put("to", before.to());
    answer.put("previous", previous);
    answer.put("groups", groups);
    return answer;
  }

  private Pair newPair(Query query, Period before) {
    return new Pair(
        new Tally(query.period(), query.now(), proximityWindow),
        new Tally(before, query.now(), proximityWindow));
  }

  private static Map<String, Object> group(
      List<Dimension> grouping, Group group, Pair pair, boolean known, Benchmarks benchmarks) {
    Map<String, Object> metrics = new LinkedHashMap<>();
    for (MetricName name : MetricName.values()) {
      Metric metric = Metrics.of(name, pair.current(), known);
      metrics.put(
          name.json(),
          metric.json(
              Metrics.tier(metric, pair.current(), benchmarks),
              Metrics.tiers(metric, pair.current(), benchmarks),
              benchmarks.of(name),
              Metrics.of(name, pair.before(), known)));
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("group", group.json(grouping));
    json.put("metrics", metrics);
    return json;
  }

  /** The period, and the one before. */
  private record Pair(Tally current, Tally before) {}
}
