package dev.dorado.api.queries;

import static java.util.Objects.requireNonNull;

import dev.dorado.api.Dimension;
import dev.dorado.api.Interval;
import dev.dorado.api.Period;
import dev.dorado.api.Query;
import dev.dorado.api.metrics.MetricName;
import dev.dorado.api.metrics.Practice;
import dev.dorado.api.metrics.PracticeCorrelations;
import dev.dorado.api.metrics.PracticeTally;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The practices that go with good numbers, how long who and what is new takes to the first
 * deployment, and which practices go together with failures and rework (rules P1 and P2).
 */
public final class PracticesQuery {

  private final Database database;
  private final int fewestContributors;

  /**
   * The query.
   *
   * @param fewestContributors with fewer contributors, nothing is said of them
   */
  public PracticesQuery(Database database, int fewestContributors) {
    this.database = requireNonNull(database);
    this.fewestContributors = fewestContributors;
  }

  /** The practices of the period for each group, as a JSON object. */
  public Map<String, Object> answer(Query query) {
    Map<Group, List<PracticeTally>> tallies =
        new PracticeTallies(database, fewestContributors, query, List.of(query.period())).all(true);
    List<Object> groups = new ArrayList<>();
    tallies.forEach(
        (group, tally) -> {
          Map<String, Object> json = new LinkedHashMap<>();
          json.put("group", group.json(query.grouping()));
          json.put("practices", tally.get(0).json());
          groups.add(json);
        });
    return answer(query, groups, null, null);
  }

  /**
   * The practices of each month beside failures and rework, by team or what else is grouped by, and
   * which of them go together; as a JSON object.
   *
   * @param metrics gives the metrics of a query over time
   */
  public Map<String, Object> months(Query asked, SeriesQuery metrics) {
    List<Dimension> grouping =
        asked.grouping().isEmpty() ? List.of(Dimension.TEAM) : asked.grouping();
    Query query = asked.withGrouping(grouping).withInterval(Interval.MONTH);
    List<Map<String, Object>> rows = metrics.answer(query);
    List<Period.Bucket> buckets = query.period().buckets(Interval.MONTH, query.now());
    Map<Group, List<PracticeTally>> tallies =
        new PracticeTallies(
                database,
                fewestContributors,
                query,
                buckets.stream().map(Period.Bucket::inside).toList())
            .all(false);
    Map<Instant, Integer> at = new TreeMap<>();
    for (int i = 0; i < buckets.size(); i++) {
      at.put(buckets.get(i).start(), i);
    }
    List<Map<String, Object>> months = new ArrayList<>();
    for (Map<String, Object> row : rows) {
      Group group = group(row, grouping);
      Optional<PracticeTally> tally =
          Optional.ofNullable(tallies.get(group)).map(all -> all.get(at.get(row.get("time"))));
      months.add(month(row, grouping, tally));
    }
    return answer(
        asked,
        null,
        months,
        grouping.size() == 1
            ? PracticeCorrelations.json(months, grouping.get(0).column())
            : List.of());
  }

  private static Map<String, Object> month(
      Map<String, Object> row, List<Dimension> grouping, Optional<PracticeTally> tally) {
    Map<String, Object> month = new LinkedHashMap<>();
    List.of("time", "end", "incomplete").forEach(name -> month.put(name, row.get(name)));
    grouping.forEach(dimension -> month.put(dimension.column(), row.get(dimension.column())));
    List.of("deployments", "changes").forEach(name -> month.put(name, row.get(name)));
    for (MetricName outcome : PracticeCorrelations.outcomes()) {
      month.put(outcome.json(), row.get(outcome.json()));
      month.put(outcome.json() + "_n", row.get(outcome.json() + "_n"));
    }
    for (Practice practice : PracticeCorrelations.practices()) {
      Map<String, Object> json = tally.map(it -> it.json(practice)).orElse(Map.of());
      month.put(practice.json(), json.get("value"));
      month.put(practice.json() + "_n", json.getOrDefault("n", 0L));
    }
    return month;
  }

  private static Group group(Map<String, Object> row, List<Dimension> grouping) {
    List<String> values = new ArrayList<>();
    grouping.forEach(dimension -> values.add((String) row.get(dimension.column())));
    return new Group(values);
  }

  private static Map<String, Object> answer(
      Query query, List<?> groups, List<?> months, List<?> correlations) {
    Period period = query.period();
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("from", period.from());
    answer.put("to", period.to());
    answer.put("tz", period.zone().getId());
    answer.put("days", period.days());
    answer.put("groups", groups);
    answer.put("months", months);
    answer.put("correlations", correlations);
    return answer;
  }
}
