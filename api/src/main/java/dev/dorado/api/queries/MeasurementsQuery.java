package dev.dorado.api.queries;

import static dev.dorado.api.queries.Column.millis;
import static java.util.Objects.requireNonNull;

import dev.dorado.api.Dimension;
import dev.dorado.api.Filter;
import dev.dorado.api.Period;
import dev.dorado.api.Query;
import dev.dorado.server.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Measurements over time (rule P4): a flat row for each bucket of each name and unit, none left
 * out, and adoption of the golden path beside them. A measurement of a service is of the team and
 * the golden path that the catalog names at its time.
 */
public final class MeasurementsQuery {

  private final Database database;
  private final int mostCells;

  /**
   * The query.
   *
   * @param mostCells buckets times series at most
   */
  public MeasurementsQuery(Database database, int mostCells) {
    this.database = requireNonNull(database);
    this.mostCells = mostCells;
  }

  /**
   * The answer as a JSON object.
   *
   * @param names of measurements; none for all
   * @throws Problem 400 if there are more cells than the bound
   */
  public Map<String, Object> answer(Query query, List<String> names) {
    List<Period.Bucket> buckets = query.period().buckets(query.interval(), query.now());
    Map<Series, Map<Long, Cell>> series = new TreeMap<>(Series.ORDER);
    int groups = query.grouping().size();
    database.forEach(
        "measurements",
        sql(query, names, buckets),
        row -> {
          List<String> group = new ArrayList<>();
          for (int i = 0; i < groups; i++) {
            group.add(row.getString(3 + i));
          }
          long answers = row.getLong(groups + 7);
          series
              .computeIfAbsent(
                  new Series(row.getString(1), row.getString(2), new Group(group)),
                  added -> new HashMap<>())
              .put(
                  row.getLong(groups + 3),
                  new Cell(
                      row.getDouble(groups + 4),
                      row.getDouble(groups + 5),
                      row.getLong(groups + 6),
                      answers == 0 ? null : answers));
        });
    requireFewCells(buckets.size(), series.size(), query);
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Period.Bucket bucket : buckets) {
      series.forEach(
          (of, cells) ->
              rows.add(
                  row(
                      bucket,
                      of,
                      query.grouping(),
                      cells.getOrDefault(bucket.inside().from().toEpochMilli(), Cell.NOTHING))));
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("from", query.period().from());
    answer.put("to", query.period().to());
    answer.put("tz", query.period().zone().getId());
    answer.put("interval", query.interval().parameter());
    answer.put("series", rows);
    answer.put("adoption", adoption(query, buckets));
    return answer;
  }

  /** The values by name, unit, group and bucket. */
  private Sql sql(Query query, List<String> names, List<Period.Bucket> buckets) {
    Filter filter = query.filter();
    List<Sql> ofEvent = new ArrayList<>();
    ofEvent.add(
        TalliesQuery.between(
            "occurred_at",
            query.period().from().toEpochMilli(),
            query.period().to().toEpochMilli()));
    if (!names.isEmpty()) {
      ofEvent.add(Sql.in("name", names));
    }
    if (!filter.services().isEmpty()) {
      ofEvent.add(Sql.in("service", filter.services()));
    }
    String groups =
        query.grouping().stream()
            .map(dimension -> dimension.column() + ", ")
            .collect(Collectors.joining());
    String starts =
        buckets.stream()
            .map(bucket -> Long.toString(bucket.inside().from().toEpochMilli()))
            .collect(Collectors.joining(", "));
    return Sql.of(
            """
            SELECT name, unit, %1$stoInt64(roundDown(%2$s, [%3$s])) AS bucket,
              quantileExactInclusive(0.5)(value) AS middle,
              sum(value * ifNull(answers, 1)) / sum(ifNull(answers, 1)) AS average,
              toInt64(count()) AS values, toInt64(sum(ifNull(answers, 0))) AS answered
            FROM (
              SELECT fact.name AS name, fact.unit AS unit, fact.service AS service,
                fact.value AS value, fact.answers AS answers, fact.occurred_at AS occurred_at,
                if(fact.service IS NULL, fact.team, entry.owner) AS team,
                if(entry.golden_path_from <= fact.occurred_at, entry.path, NULL) AS golden_path
              FROM (
                SELECT *, ifNull(service, '') AS of_service FROM %4$s.measurements FINAL
                WHERE"""
                .formatted(groups, millis("occurred_at"), starts, database.common()))
        .then(Sql.all(ofEvent))
        .then(
            """
              ) AS fact
              ASOF LEFT JOIN (
                SELECT
                  service AS entry_service,
                  valid_from,
                  if(removed, NULL, catalog.owner) AS owner,
                  if(removed, NULL, catalog.golden_path) AS path,
                  coalesce(golden_path_since, valid_from) AS golden_path_from
                FROM %s.catalog AS catalog FINAL
              ) AS entry
              ON fact.of_service = entry.entry_service AND fact.occurred_at >= entry.valid_from
            )
            WHERE"""
                .formatted(database.name()))
        .then(Sql.all(FactTable.ofCatalog(filter)))
        .then("GROUP BY name, unit, %sbucket".formatted(groups));
  }

  private static Map<String, Object> row(
      Period.Bucket bucket, Series series, List<Dimension> grouping, Cell cell) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("time", bucket.start());
    row.put("end", bucket.end());
    row.put("incomplete", bucket.incomplete());
    row.put("name", series.name());
    row.put("unit", series.unit());
    row.putAll(series.group().json(grouping));
    row.put("median", cell.median());
    row.put("mean", cell.mean());
    row.put("n", cell.size());
    row.put("answers", cell.answers());
    return row;
  }

  /** Adoption at the end of each bucket, of the services that the filter wants. */
  private List<Map<String, Object>> adoption(Query query, List<Period.Bucket> buckets) {
    Catalog catalog = KnownServices.load(database).catalog();
    Filter filter = query.filter();
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Period.Bucket bucket : buckets) {
      if (bucket.start().isAfter(query.now())) {
        break;
      }
      Instant end = bucket.end().isAfter(query.asOf()) ? query.asOf() : bucket.end();
      long services = 0;
      long onPath = 0;
      for (String service : catalog.services()) {
        Optional<Catalog.Entry> entry = catalog.at(service, end);
        if (entry.isPresent()
            && filter.wantsService(service)
            && filter.wantsTeam(entry.get().owner())) {
          services++;
          onPath += entry.get().goldenPathAt(end) == null ? 0 : 1;
        }
      }
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("time", bucket.start());
      row.put("end", bucket.end());
      row.put("services", services);
      row.put("services_on_path", onPath);
      row.put("share", services == 0 ? null : (Double) ((double) onPath / services));
      rows.add(row);
    }
    return rows;
  }

  private void requireFewCells(long buckets, long series, Query query) {
    long cells = buckets * series;
    if (cells > mostCells) {
      String interval = query.interval().parameter();
      throw new Problem(
              400,
              "Too many cells",
              "%d buckets (interval=%s) of %d series are %d cells: expected at most %d (dorado.api.series-cells). Take a longer interval or a shorter period, or ask for some names, teams or services"
                  .formatted(buckets, interval, series, cells, mostCells))
          .with("interval", interval)
          .with("limit", mostCells);
    }
  }

  /** What has values over time. */
  private record Series(String name, String unit, Group group) {
    static final Comparator<Series> ORDER =
        Comparator.comparing(Series::name)
            .thenComparing(Series::unit)
            .thenComparing(Series::group, Group.ORDER);
  }

  /**
   * The values in a bucket.
   *
   * @param answers null of what is no survey
   */
  private record Cell(Double median, Double mean, long size, Long answers) {
    static final Cell NOTHING = new Cell(null, null, 0, null);
  }
}
