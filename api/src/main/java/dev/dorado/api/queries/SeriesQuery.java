package dev.dorado.api.queries;

import static java.util.Objects.requireNonNull;

import dev.dorado.api.Period;
import dev.dorado.api.Query;
import dev.dorado.api.metrics.Fact;
import dev.dorado.api.metrics.Metric;
import dev.dorado.api.metrics.MetricName;
import dev.dorado.api.metrics.Metrics;
import dev.dorado.api.metrics.Tally;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The metrics over time: a flat row for each bucket and group, none left out (rule G1). */
public final class SeriesQuery {

  private final Database database;
  private final Duration proximityWindow;

  /**
   * The query.
   *
   * @param proximityWindow for how long a deployment is immature
   */
  public SeriesQuery(Database database, Duration proximityWindow) {
    this.database = requireNonNull(database);
    this.proximityWindow = requireNonNull(proximityWindow);
  }

  /** The rows, by time and then by group. */
  public List<Map<String, Object>> answer(Query query) {
    List<Period.Bucket> buckets = query.period().buckets(query.interval(), query.now());
    Set<Group> known =
        KnownServices.load(database).groups(query.period(), query.filter(), query.grouping());
    Map<Group, List<Tally>> tallies = new TreeMap<>(Group.ORDER);
    known.forEach(group -> tallies.put(group, newTallies(buckets, query)));
    if (query.grouping().isEmpty()) {
      tallies.computeIfAbsent(new Group(List.of()), group -> newTallies(buckets, query));
    }
    new MetricFactsQuery(database)
        .forEach(
            query.period().from(),
            query.period().to(),
            query.filter(),
            query.grouping(),
            (group, fact) -> {
              int first = bucketOf(buckets, when(fact));
              int second = bucketOf(buckets, recovered(fact));
              if (first >= 0 || second >= 0) {
                List<Tally> ofGroup =
                    tallies.computeIfAbsent(group, unknown -> newTallies(buckets, query));
                if (first >= 0) {
                  ofGroup.get(first).add(fact);
                }
                if (second >= 0 && second != first) {
                  ofGroup.get(second).add(fact);
                }
              }
            });
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < buckets.size(); i++) {
      for (var entry : tallies.entrySet()) {
        rows.add(
            row(
                buckets.get(i),
                entry.getKey().json(query.grouping()),
                entry.getValue().get(i),
                // What has not begun is unknown, not zero.
                known.contains(entry.getKey()) && buckets.get(i).start().isBefore(query.now())));
      }
    }
    return rows;
  }

  private static Map<String, Object> row(
      Period.Bucket bucket, Map<String, Object> group, Tally tally, boolean known) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("time", bucket.start());
    row.put("end", bucket.end());
    row.put("incomplete", bucket.incomplete());
    row.putAll(group);
    row.put("deployments", tally.deployments());
    row.put("changes", tally.changes());
    for (MetricName name : MetricName.values()) {
      Metric metric = Metrics.of(name, tally, known);
      row.put(name.json(), metric.value().orElse(null));
      row.put(name.json() + "_n", metric.n());
    }
    return row;
  }

  private List<Tally> newTallies(List<Period.Bucket> buckets, Query query) {
    List<Tally> tallies = new ArrayList<>(buckets.size());
    for (var bucket : buckets) {
      tallies.add(new Tally(bucket.inside().elapsed(query.now()), query.now(), proximityWindow));
    }
    return tallies;
  }

  private static Instant when(Fact fact) {
    if (fact instanceof Fact.Deployment deployment) {
      return deployment.finishedAt();
    }
    return fact instanceof Fact.Change change
        ? change.deployedAt()
        : ((Fact.Incident) fact).startedAt();
  }

  private static Instant recovered(Fact fact) {
    return fact instanceof Fact.Deployment deployment && deployment.failed()
        ? deployment.recoveredAt()
        : null;
  }

  /** Index of the bucket that {@code time} is in, or -1. */
  private static int bucketOf(List<Period.Bucket> buckets, Instant time) {
    if (time == null) {
      return -1;
    }
    int low = 0;
    int high = buckets.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Period inside = buckets.get(middle).inside();
      if (time.isBefore(inside.from())) {
        high = middle - 1;
      } else if (time.isBefore(inside.to())) {
        return middle;
      } else {
        low = middle + 1;
      }
    }
    return -1;
  }
}
