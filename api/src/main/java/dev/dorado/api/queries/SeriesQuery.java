package dev.dorado.api.queries;

import static java.util.Objects.requireNonNull;

import dev.dorado.api.Period;
import dev.dorado.api.Query;
import dev.dorado.api.metrics.Fact;
import dev.dorado.api.metrics.Metric;
import dev.dorado.api.metrics.MetricName;
import dev.dorado.api.metrics.Metrics;
import dev.dorado.api.metrics.Tally;
import dev.dorado.server.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.AbstractList;
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
  private final int mostCells;

  /**
   * The query.
   *
   * @param proximityWindow for how long a deployment is immature
   * @param mostCells buckets times groups at most
   */
  public SeriesQuery(Database database, Duration proximityWindow, int mostCells) {
    this.database = requireNonNull(database);
    this.proximityWindow = requireNonNull(proximityWindow);
    this.mostCells = mostCells;
  }

  /**
   * The rows, by time and then by group. Each is made when it is asked for.
   *
   * @throws Problem 400 if there are more than the bound
   */
  public List<Map<String, Object>> answer(Query query) {
    requireFewCells(query.interval().fewestBuckets(query.period()), 1, query);
    List<Period.Bucket> buckets = query.period().buckets(query.interval(), query.now());
    Set<Group> known =
        KnownServices.load(database).groups(query.period(), query.filter(), query.grouping());
    requireFewCells(buckets.size(), known.size(), query);
    Map<Group, List<Tally>> tallies = new TreeMap<>(Group.ORDER);
    known.forEach(group -> tallies.put(group, newTallies(buckets, query)));
    if (query.grouping().isEmpty()) {
      tallies.computeIfAbsent(new Group(List.of()), group -> newTallies(buckets, query));
    }
    List<Period> periods =
        buckets.stream().map(bucket -> bucket.inside().elapsed(query.now())).toList();
    new TalliesQuery(database, proximityWindow, periods, false)
        .fill(
            query,
            false,
            new TalliesQuery.Tallies() {
              @Override
              public List<Tally> of(Group group) {
                return tallies.computeIfAbsent(
                    group,
                    unknown -> {
                      requireFewCells(buckets.size(), tallies.size() + 1, query);
                      return newTallies(buckets, query);
                    });
              }

              @Override
              public void addFailure(Group group, Fact.Deployment failure) {
                int bucket = bucketOf(buckets, failure.recoveredAt());
                if (bucket >= 0) {
                  of(group).get(bucket).addFailure(failure);
                }
              }
            });
    List<Map.Entry<Group, List<Tally>>> groups = List.copyOf(tallies.entrySet());
    return new AbstractList<>() {
      @Override
      public Map<String, Object> get(int index) {
        int i = index / groups.size();
        Group group = groups.get(index % groups.size()).getKey();
        return row(
            buckets.get(i),
            group.json(query.grouping()),
            groups.get(index % groups.size()).getValue().get(i),
            // What has not begun is unknown, not zero.
            known.contains(group) && buckets.get(i).start().isBefore(query.now()));
      }

      @Override
      public int size() {
        return buckets.size() * groups.size();
      }
    };
  }

  private void requireFewCells(long buckets, long groups, Query query) {
    long cells = buckets * groups;
    if (cells > mostCells) {
      String interval = query.interval().parameter();
      throw new Problem(
              400,
              "Too many cells",
              "%d or more buckets (interval=%s) of %d or more groups are %d cells: expected at most %d (dorado.api.series-cells). Take a longer interval, a shorter period, or filter by team or service"
                  .formatted(buckets, interval, groups, cells, mostCells))
          .with("interval", interval)
          .with("groups", groups)
          .with("limit", mostCells);
    }
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
