package dev.dorado.api.queries;

import static java.util.Objects.requireNonNull;

import dev.dorado.api.Dimension;
import dev.dorado.api.Period;
import dev.dorado.api.Query;
import dev.dorado.api.metrics.DoraBenchmarks;
import dev.dorado.api.metrics.Evidence;
import dev.dorado.api.metrics.Fact;
import dev.dorado.api.metrics.Metric;
import dev.dorado.api.metrics.MetricName;
import dev.dorado.api.metrics.Metrics;
import dev.dorado.api.metrics.QuickCheck;
import dev.dorado.api.metrics.Tally;
import dev.dorado.api.statistics.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
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
  public Map<String, Object> answer(Query query, DoraBenchmarks benchmarks) {
    Period period = query.period().elapsed(query.now());
    Period before = query.period().previous(query.now());
    KnownServices services = KnownServices.load(database);
    Set<Group> known = services.groups(query.period(), query.filter(), query.grouping());
    EvidenceQuery evidence = EvidenceQuery.load(database, services, query);
    List<Object> groups;
    try {
      groups = groups(query, known, tallies(query, known, false), benchmarks, evidence);
    } catch (Samples.UnknownRankException e) {
      // Rare: lead times vary so much from day to day that the interval is wider than what was
      // read.
      groups = groups(query, known, tallies(query, known, true), benchmarks, evidence);
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("from", query.period().from());
    answer.put("to", query.period().to());
    answer.put("tz", period.zone().getId());
    answer.put("days", period.days());
    answer.put("unfinished", query.period().isUnfinished(query.now()));
    Map<String, Object> previous = new LinkedHashMap<>();
    previous.put("from", before.from());
    previous.put("to", before.to());
    previous.put("basis", query.period().basis().json());
    answer.put("previous", previous);
    answer.put("rules", rules());
    answer.put("groups", groups);
    return answer;
  }

  private static List<Object> groups(
      Query query,
      Set<Group> known,
      Map<Group, Pair> tallies,
      DoraBenchmarks benchmarks,
      EvidenceQuery evidence) {
    List<Object> groups = new ArrayList<>();
    tallies.forEach(
        (group, pair) -> {
          boolean isAsked = query.grouping().isEmpty() || known.contains(group);
          if (isAsked || !pair.current().isEmpty()) {
            groups.add(
                group(
                    query.grouping(),
                    group,
                    pair,
                    known.contains(group),
                    benchmarks,
                    evidence.of(group)));
          }
        });
    return groups;
  }

  /** The tallies of all groups that are known or have facts. */
  private Map<Group, Pair> tallies(Query query, Set<Group> known, boolean allTimes) {
    Period period = query.period().elapsed(query.now());
    Period before = query.period().previous(query.now());
    Map<Group, Pair> tallies = new TreeMap<>(Group.ORDER);
    known.forEach(group -> tallies.put(group, newPair(query, before)));
    if (query.grouping().isEmpty()) {
      tallies.computeIfAbsent(new Group(List.of()), group -> newPair(query, before));
    }
    new TalliesQuery(database, proximityWindow, List.of(before, period), true)
        .fill(
            query,
            allTimes,
            new TalliesQuery.Tallies() {
              @Override
              public List<Tally> of(Group group) {
                Pair pair = tallies.computeIfAbsent(group, unknown -> newPair(query, before));
                return List.of(pair.before(), pair.current());
              }

              @Override
              public void addFailure(Group group, Fact.Deployment failure) {
                of(group).forEach(tally -> tally.addFailure(failure));
              }
            });
    return tallies;
  }

  private Pair newPair(Query query, Period before) {
    return new Pair(
        new Tally(query.period().elapsed(query.now()), query.now(), proximityWindow),
        new Tally(before, query.now(), proximityWindow));
  }

  /** The windows of the rules under which the facts were computed, in seconds. */
  private Map<String, Object> rules() {
    Map<String, Object> rules = new LinkedHashMap<>();
    rules.put("proximity_window", proximityWindow.toSeconds());
    rules.put("reopen_window", window("reopen-window"));
    rules.put("rework_window", window("rework-window"));
    return rules;
  }

  private Long window(String setting) {
    return database.window(setting).map(Duration::toSeconds).orElse(null);
  }

  static Map<String, Object> group(
      List<Dimension> grouping,
      Group group,
      Pair pair,
      boolean known,
      DoraBenchmarks benchmarks,
      Evidence evidence) {
    Map<String, Object> metrics = new LinkedHashMap<>();
    Map<MetricName, Metric> current = new EnumMap<>(MetricName.class);
    for (MetricName name : MetricName.values()) {
      Metric metric = Metrics.of(name, pair.current(), known);
      current.put(name, metric);
      Metric before = Metrics.of(name, pair.before(), known);
      metrics.put(
          name.json(),
          metric.json(
              Metrics.rating(metric, pair.current(), benchmarks, evidence),
              benchmarks.of(name),
              before,
              Metrics.change(metric, pair.current(), before, pair.before(), evidence)));
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("group", group.json(grouping));
    json.put("metrics", metrics);
    json.put("quick_check", QuickCheck.json(current, pair.current().daysPerWeek()));
    return json;
  }

  /** The period, and the one before. */
  record Pair(Tally current, Tally before) {}
}
