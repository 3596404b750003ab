package dev.dorado.api.queries;

import static dev.dorado.api.queries.Column.millis;
import static dev.dorado.api.queries.Column.number;
import static dev.dorado.api.queries.Column.time;

import dev.dorado.api.Dimension;
import dev.dorado.api.Filter;
import dev.dorado.api.metrics.Fact;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * The facts that the metrics of a time are made of, each with the group that it belongs to: what
 * finished, was shipped or began in it, failures that ended in it, and failures from before that
 * are open at its end.
 */
final class MetricFactsQuery {

  private final Database database;

  MetricFactsQuery(Database database) {
    this.database = database;
  }

  void forEach(
      Instant from,
      Instant to,
      Filter filter,
      List<Dimension> grouping,
      BiConsumer<Group, Fact> consumer) {
    long first = from.toEpochMilli();
    long end = to.toEpochMilli();
    database.forEach(
        "metric-deployments",
        select(
                """
                toUnixTimestamp64Milli(finished_at), status = 'succeeded', counted, failed,
                toUnixTimestamp64Milli(impact_started_at), toUnixTimestamp64Milli(recovered_at),
                rework, rework_probable, toUnixTimestamp64Milli(mature_at)""",
                grouping)
            .then(
                FactTable.DEPLOYMENTS.from(
                    database.name(),
                    filter,
                    Sql.of(
                        """
                        NOT excluded AND (%1$s >= ? AND %1$s < ?
                          OR failed AND %2$s >= ?
                          OR failed AND recovered_at IS NULL AND %1$s < ?)"""
                            .formatted(millis("finished_at"), millis("recovered_at")),
                        first,
                        end,
                        first,
                        end))),
        row ->
            consumer.accept(
                group(row, 10, grouping),
                new Fact.Deployment(
                    time(row, 1),
                    row.getBoolean(2),
                    row.getBoolean(3),
                    row.getBoolean(4),
                    time(row, 5),
                    time(row, 6),
                    row.getBoolean(7),
                    row.getBoolean(8),
                    time(row, 9))));
    database.forEach(
        "metric-changes",
        select(
                """
                toUnixTimestamp64Milli(deployed_at), bot, lead_time, coding, pickup, review,
                deploy, reactive""",
                grouping)
            .then(
                FactTable.CHANGES.from(
                    database.name(), filter, between("deployed_at", first, end))),
        row ->
            consumer.accept(
                group(row, 9, grouping),
                new Fact.Change(
                    time(row, 1),
                    row.getBoolean(2),
                    number(row, 3),
                    number(row, 4),
                    number(row, 5),
                    number(row, 6),
                    number(row, 7),
                    row.getBoolean(8))));
    database.forEach(
        "metric-incidents",
        select("toUnixTimestamp64Milli(started_at), link_rule IS NOT NULL", grouping)
            .then(
                FactTable.INCIDENTS.from(
                    database.name(), filter, between("started_at", first, end))),
        row ->
            consumer.accept(
                group(row, 3, grouping), new Fact.Incident(time(row, 1), row.getBoolean(2))));
  }

  static Sql between(String column, long first, long end) {
    return Sql.of("%1$s >= ? AND %1$s < ?".formatted(millis(column)), first, end);
  }

  private static Sql select(String columns, List<Dimension> grouping) {
    String groups =
        grouping.stream().map(dimension -> ", " + dimension.column()).collect(Collectors.joining());
    return Sql.of("SELECT " + columns + groups);
  }

  private static Group group(ResultSet row, int first, List<Dimension> grouping)
      throws SQLException {
    List<String> values = new ArrayList<>(grouping.size());
    for (int i = 0; i < grouping.size(); i++) {
      values.add(row.getString(first + i));
    }
    return new Group(values);
  }
}
