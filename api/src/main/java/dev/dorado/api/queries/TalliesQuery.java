package dev.dorado.api.queries;

import static dev.dorado.api.queries.Column.millis;
import static dev.dorado.api.queries.Column.time;
import static java.util.Objects.requireNonNull;

import dev.dorado.api.Dimension;
import dev.dorado.api.Interval;
import dev.dorado.api.Period;
import dev.dorado.api.Query;
import dev.dorado.api.metrics.Fact;
import dev.dorado.api.metrics.Tally;
import dev.dorado.api.statistics.DailySamples;
import dev.dorado.api.statistics.Samples;
import dev.dorado.api.statistics.Samples.Window;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The tallies of each group in each of several periods, which ClickHouse counts: only numbers leave
 * it, and of the lead times those that quantiles and intervals are made of. The tallies answer as
 * if each fact had been added to them.
 *
 * <p>Facts are counted by cell: a day of a period, or a period as a whole where days do not matter.
 * The limits of the cells are times that the calendar of the asked zone gives, so that nothing
 * depends on ClickHouse's knowledge of zones.
 */
final class TalliesQuery {

  /** Cells of one query at most: its text names the start of each. */
  private static final int MOST_CELLS = 4000;

  /** Below as many lead times, all of them are read. */
  private static final int FEW = 1000;

  /**
   * Levels of the lead times between which values are read: around the median, a pair of which is
   * chosen by the number of values, and around p75 and p90.
   */
  private static final String LEVELS =
      "0.34, 0.42, 0.46, 0.48, 0.49, 0.51, 0.52, 0.54, 0.58, 0.66, 0.745, 0.755, 0.895, 0.905";

  private final Database database;
  private final Duration proximityWindow;
  private final List<Period> periods;
  private final boolean byDay;

  /**
   * The query.
   *
   * @param proximityWindow for how long a deployment is immature
   * @param periods disjoint, oldest first
   * @param byDay whether the tallies will be compared with each other, which takes their days
   */
  TalliesQuery(Database database, Duration proximityWindow, List<Period> periods, boolean byDay) {
    this.database = requireNonNull(database);
    this.proximityWindow = requireNonNull(proximityWindow);
    this.periods = List.copyOf(periods);
    this.byDay = byDay;
  }

  /**
   * Fills the tallies.
   *
   * @param tallies gives those of a group, one for each period
   * @param allTimes whether to read every lead time; else only those around the quantiles, which do
   *     for all but the most clustered
   */
  void fill(Query query, boolean allTimes, Tallies tallies) {
    for (Cells cells : cells()) {
      addDeployments(query, cells, tallies);
      addChanges(query, cells, allTimes, tallies);
      addIncidents(query, cells, tallies);
    }
    addFailures(query, tallies);
  }

  private void addDeployments(Query query, Cells cells, Tallies tallies) {
    List<Dimension> grouping = query.grouping();
    String groups = names(grouping);
    int first = grouping.size() + 1;
    database.forEach(
        "metric-deployments",
        Sql.of(
                """
                SELECT %1$sgroupArray(cell), groupArray(finished), groupArray(successes),
                  groupArray(deployed), groupArray(failures), groupArray(young),
                  groupArray(reworks), groupArray(probables)
                FROM (
                  SELECT %1$s%2$s AS cell,
                    toInt64(count()) AS finished,
                    toInt64(countIf(status = 'succeeded')) AS successes,
                    toInt64(countIf(counted)) AS deployed,
                    toInt64(countIf(counted AND failed)) AS failures,
                    toInt64(countIf(counted AND ifNull(%3$s, %4$s + ?) >= ?)) AS young,
                    toInt64(countIf(counted AND rework)) AS reworks,
                    toInt64(countIf(counted AND rework_probable AND NOT rework)) AS probables"""
                    .formatted(
                        groups,
                        cells.of("finished_at"),
                        millis("mature_at"),
                        millis("finished_at")),
                proximityWindow.toMillis(),
                millisAtOrAfter(query.now()))
            .then(
                FactTable.DEPLOYMENTS.from(
                    database,
                    query.filter(),
                    grouping,
                    List.of(
                        "finished_at",
                        "status",
                        "counted",
                        "failed",
                        "mature_at",
                        "rework",
                        "rework_probable"),
                    cells.times(),
                    Sql.of("NOT excluded"),
                    cells.contain("finished_at")))
            .then("GROUP BY %scell)".formatted(groups))
            .then(groupBy(grouping)),
        row -> {
          long[] starts = Column.longs(row, first);
          if (starts.length == 0) {
            return;
          }
          long[][] counts = new long[7][];
          for (int i = 0; i < counts.length; i++) {
            counts[i] = Column.longs(row, first + 1 + i);
          }
          List<Tally> ofGroup = tallies.of(group(row, grouping));
          for (int i = 0; i < starts.length; i++) {
            Cell cell = cells.at(starts[i]);
            ofGroup
                .get(cell.period())
                .addFinished(
                    cell.date(),
                    (int) counts[0][i],
                    (int) counts[1][i],
                    (int) counts[2][i],
                    (int) counts[3][i],
                    (int) counts[4][i],
                    (int) counts[5][i],
                    (int) counts[6][i]);
          }
        });
  }

  private void addChanges(Query query, Cells cells, boolean allTimes, Tallies tallies) {
    List<Dimension> grouping = query.grouping();
    String groups = names(grouping);
    int first = grouping.size() + 1;
    database.forEach(
        "metric-changes",
        Sql.of(
                """
                SELECT %1$speriod, cells, shipped, reacting, ofBots, unknown, known,
                  arrayMap(xs -> toInt64(arrayCount(x -> x < low, xs)), times),
                  arrayMap(xs -> toInt64(arrayCount(x -> x > high, xs)), times),
                  arrayFlatten(
                    arrayMap(xs -> arrayFilter(x -> x >= low AND x <= high, xs), times)),
                  %5$s,
                  coding, pickup, review, deploy
                FROM (
                  SELECT *,
                    %4$s AS isAll,
                    multiIf(
                      width <= 0.01, 5, width <= 0.02, 4, width <= 0.04, 3, width <= 0.08, 2, 1)
                      AS level,
                    if(isAll, -inf, levels[level]) AS low,
                    if(isAll, inf, levels[11 - level]) AS high,
                    if(isAll, inf, levels[11]) AS low75,
                    levels[12] AS high75,
                    if(isAll, inf, levels[13]) AS low90,
                    levels[14] AS high90
                FROM (
                  SELECT %1$s%3$s AS period,
                    groupArray(cell) AS cells,
                    groupArray(ofCell) AS shipped,
                    groupArray(reactiveOfCell) AS reacting,
                    groupArray(botsOfCell) AS ofBots,
                    groupArray(unknownOfCell) AS unknown,
                    groupArray(toInt64(length(timesOfCell))) AS known,
                    groupArray(timesOfCell) AS times,
                    quantilesExactInclusiveArray(%6$s)(timesOfCell) AS levels,
                    sum(length(timesOfCell)) AS size,
                    4 / sqrt(size) + 0.005 AS width,
                    quantileExactInclusiveMerge(0.5)(codingOfCell) AS coding,
                    quantileExactInclusiveMerge(0.5)(pickupOfCell) AS pickup,
                    quantileExactInclusiveMerge(0.5)(reviewOfCell) AS review,
                    quantileExactInclusiveMerge(0.5)(deployOfCell) AS deploy
                  FROM (
                    SELECT %1$s%2$s AS cell,
                      toInt64(count()) AS ofCell,
                      toInt64(countIf(reactive)) AS reactiveOfCell,
                      toInt64(countIf(bot)) AS botsOfCell,
                      toInt64(countIf(NOT bot AND lead_time IS NULL)) AS unknownOfCell,
                      groupArrayIf(assumeNotNull(lead_time), NOT bot AND lead_time IS NOT NULL)
                        AS timesOfCell,
                      %7$s"""
                    .formatted(
                        groups,
                        cells.of("deployed_at"),
                        roundedDown("cell", cells.periodStarts()),
                        allTimes ? "true" : "size < " + FEW,
                        upperWindows(),
                        LEVELS,
                        stages()))
            .then(
                FactTable.CHANGES.from(
                    database,
                    query.filter(),
                    grouping,
                    List.of(
                        "deployed_at",
                        "reactive",
                        "bot",
                        "lead_time",
                        "coding",
                        "pickup",
                        "review",
                        "deploy"),
                    cells.times(),
                    cells.contain("deployed_at")))
            .then("GROUP BY %scell)\nGROUP BY %speriod))".formatted(groups, groups)),
        row -> {
          Tally tally = tallies.of(group(row, grouping)).get(cells.at(row.getLong(first)).period());
          addShipped(row, first + 1, cells, tally);
        });
  }

  /** SELECT list of what is known of the lead times around p75 and p90. */
  private static String upperWindows() {
    return """
        arrayFlatten(arrayMap(xs -> arrayFilter(x -> x >= low75 AND x <= high75, xs), times)),
        arraySum(arrayMap(xs -> arrayCount(x -> x < low75, xs), times)),
        arrayFlatten(arrayMap(xs -> arrayFilter(x -> x >= low90 AND x <= high90, xs), times)),
        arraySum(arrayMap(xs -> arrayCount(x -> x < low90, xs), times))""";
  }

  /**
   * The stages of each cell. Only the last period of a comparison shows their medians, and a series
   * none.
   */
  private String stages() {
    String isShown =
        byDay
            ? "%s >= %d"
                .formatted(
                    millisOf("deployed_at"),
                    millisAtOrAfter(periods.get(periods.size() - 1).from()))
            : "false";
    return List.of("coding", "pickup", "review", "deploy").stream()
        .map(
            stage ->
                """
                quantileExactInclusiveStateIf(0.5)(assumeNotNull(%1$s),
                  %2$s AND NOT bot AND lead_time IS NOT NULL AND %1$s IS NOT NULL) AS %1$sOfCell"""
                    .formatted(stage, isShown))
        .collect(Collectors.joining(",\n"));
  }

  /** Adds the changes of a group and period, whose columns begin at {@code first}. */
  private static void addShipped(ResultSet row, int first, Cells cells, Tally tally)
      throws SQLException {
    long[] starts = Column.longs(row, first);
    long[] shipped = Column.longs(row, first + 1);
    long[] reacting = Column.longs(row, first + 2);
    long[] ofBots = Column.longs(row, first + 3);
    long[] unknown = Column.longs(row, first + 4);
    long[] known = Column.longs(row, first + 5);
    long[] below = Column.longs(row, first + 6);
    long[] above = Column.longs(row, first + 7);
    double[] values = Column.doubles(row, first + 8);
    List<Window> windows = new ArrayList<>();
    windows.add(Window.of((int) Arrays.stream(below).sum(), values));
    for (int i = first + 9; i < first + 13; i += 2) {
      windows.add(Window.of((int) row.getLong(i + 1), Column.doubles(row, i)));
    }
    var times = new DailySamples(Samples.ofWindows((int) Arrays.stream(known).sum(), windows));
    int next = 0;
    for (int i = 0; i < starts.length; i++) {
      LocalDate date = cells.at(starts[i]).date();
      tally.addShipped(
          date, (int) shipped[i], (int) reacting[i], (int) ofBots[i], (int) unknown[i]);
      if (known[i] > 0) {
        int end = next + (int) (known[i] - below[i] - above[i]);
        times.addDay(date.toEpochDay(), below[i], above[i], Arrays.copyOfRange(values, next, end));
        next = end;
      }
    }
    tally.setLeadTimes(
        times,
        median(row, first + 13),
        median(row, first + 14),
        median(row, first + 15),
        median(row, first + 16));
  }

  /** ClickHouse's median; its NaN is that of no values. */
  private static Double median(ResultSet row, int index) throws SQLException {
    double median = row.getDouble(index);
    return Double.isNaN(median) ? null : median;
  }

  private void addIncidents(Query query, Cells cells, Tallies tallies) {
    List<Dimension> grouping = query.grouping();
    String groups = names(grouping);
    int first = grouping.size() + 1;
    database.forEach(
        "metric-incidents",
        Sql.of(
                "SELECT %s%s AS period, toInt64(count()), toInt64(countIf(link_rule IS NULL))"
                    .formatted(groups, roundedDown(millisOf("started_at"), cells.periodStarts())))
            .then(
                FactTable.INCIDENTS.from(
                    database,
                    query.filter(),
                    grouping,
                    List.of("started_at", "link_rule"),
                    cells.times(),
                    cells.contain("started_at")))
            .then("GROUP BY %speriod".formatted(groups)),
        row ->
            tallies
                .of(group(row, grouping))
                .get(cells.at(row.getLong(first)).period())
                .addIncidents((int) row.getLong(first + 1), (int) row.getLong(first + 2)));
  }

  /** Failures are few, and may be of two periods: they are counted one by one. */
  private void addFailures(Query query, Tallies tallies) {
    List<Dimension> grouping = query.grouping();
    int first = grouping.size() + 1;
    long start = millisAtOrAfter(periods.get(0).from());
    long end = millisAtOrAfter(periods.get(periods.size() - 1).to());
    database.forEach(
        "metric-failures",
        Sql.of(
                "SELECT %s%s, %s, %s"
                    .formatted(
                        names(grouping),
                        millis("finished_at"),
                        millis("impact_started_at"),
                        millis("recovered_at")))
            .then(
                FactTable.DEPLOYMENTS.from(
                    database,
                    query.filter(),
                    grouping,
                    List.of("finished_at", "impact_started_at", "recovered_at"),
                    FactTable.anyTime(),
                    Sql.of(
                        """
                        failed AND NOT excluded AND (%1$s >= ? AND %1$s < ?
                          OR %2$s >= ?
                          OR recovered_at IS NULL AND %1$s < ?)"""
                            .formatted(millis("finished_at"), millis("recovered_at")),
                        start,
                        end,
                        start,
                        end))),
        row -> {
          Instant finished = time(row, first);
          Instant recovered = time(row, first + 2);
          var failure =
              new Fact.Deployment(
                  finished, true, true, true, time(row, first + 1), recovered, false, false, null);
          tallies.addFailure(group(row, grouping), failure);
        });
  }

  /** The cells, in lots that a query can name. */
  private List<Cells> cells() {
    List<Cells> lots = new ArrayList<>();
    NavigableMap<Long, Cell> cells = new TreeMap<>();
    List<Long> periodStarts = new ArrayList<>();
    int firstOfLot = 0;
    for (int i = 0; i < periods.size(); i++) {
      Period period = periods.get(i);
      periodStarts.add(millisAtOrAfter(period.from()));
      if (byDay) {
        for (Period.Bucket day : period.buckets(Interval.DAY, period.to())) {
          Instant from = day.inside().from();
          cells.put(millisAtOrAfter(from), new Cell(i, period.day(from)));
        }
      } else {
        cells.put(millisAtOrAfter(period.from()), new Cell(i, period.day(period.from())));
      }
      if (cells.size() >= MOST_CELLS || i == periods.size() - 1) {
        lots.add(new Cells(cells, periodStarts, periods.subList(firstOfLot, i + 1)));
        cells = new TreeMap<>();
        periodStarts = new ArrayList<>();
        firstOfLot = i + 1;
      }
    }
    return lots;
  }

  /** Condition that a time is at or after {@code first} and before {@code end}, in milliseconds. */
  static Sql between(String column, long first, long end) {
    return Sql.of("%1$s >= ? AND %1$s < ?".formatted(millis(column)), first, end);
  }

  /** The first whole millisecond that is not before {@code time}: times of facts are whole. */
  private static long millisAtOrAfter(Instant time) {
    long millis = time.toEpochMilli();
    return Instant.ofEpochMilli(millis).isBefore(time) ? millis + 1 : millis;
  }

  private static String millisOf(String column) {
    return "assumeNotNull(" + millis(column) + ")";
  }

  private static String roundedDown(String number, List<Long> limits) {
    return limits.stream()
        .map(String::valueOf)
        .collect(Collectors.joining(", ", "toInt64(roundDown(" + number + ", [", "]))"));
  }

  /** The dimensions, each with a comma behind it. */
  private static String names(List<Dimension> grouping) {
    return grouping.stream()
        .map(dimension -> dimension.column() + ", ")
        .collect(Collectors.joining());
  }

  private static String groupBy(List<Dimension> grouping) {
    return grouping.isEmpty()
        ? ""
        : grouping.stream()
            .map(Dimension::column)
            .collect(Collectors.joining(", ", "GROUP BY ", ""));
  }

  private static Group group(ResultSet row, List<Dimension> grouping) throws SQLException {
    List<String> values = new ArrayList<>(grouping.size());
    for (int i = 0; i < grouping.size(); i++) {
      values.add(row.getString(1 + i));
    }
    return new Group(values);
  }

  /** Where what was counted goes. */
  interface Tallies {
    /** The tallies of a group of which there is a fact, one for each period. */
    List<Tally> of(Group group);

    /** Adds a failure to the tallies that it concerns. */
    void addFailure(Group group, Fact.Deployment failure);
  }

  /** A day of a period, or all of it: its index, and its first day. */
  private record Cell(int period, LocalDate date) {}

  /** Cells by their first millisecond. */
  private record Cells(Map<Long, Cell> byStart, List<Long> periodStarts, List<Period> periods) {

    /** SQL of the start of the cell that a time is in. */
    String of(String column) {
      return roundedDown(millisOf(column), List.copyOf(byStart.keySet()));
    }

    /** Condition that a time is in any of them. */
    Sql contain(String column) {
      List<Sql> stretches = new ArrayList<>();
      int i = 0;
      while (i < periods.size()) {
        long from = millisAtOrAfter(periods.get(i).from());
        long to = millisAtOrAfter(periods.get(i).to());
        i++;
        while (i < periods.size() && millisAtOrAfter(periods.get(i).from()) == to) {
          to = millisAtOrAfter(periods.get(i).to());
          i++;
        }
        stretches.add(between(column, from, to));
      }
      return Sql.any(stretches);
    }

    /** Limits of the times of all facts that are in any of them. */
    Sql times() {
      return FactTable.times(
          millisAtOrAfter(periods.get(0).from()),
          millisAtOrAfter(periods.get(periods.size() - 1).to()));
    }

    Cell at(long start) {
      return byStart.get(start);
    }
  }
}
