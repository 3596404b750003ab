package dev.dorado.api.queries;

import dev.dorado.api.Dimension;
import dev.dorado.api.Query;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How much was deployed, by service, team or environment.
 *
 * @param deployments deployments of the period (rule K2)
 * @param lastDeploymentAt when the last one before the end of the period finished; null without one
 * @param lastDeploymentId its id, or null
 * @param services how many services did so
 * @param environments names of the environments
 */
record Activity(
    long deployments,
    Instant lastDeploymentAt,
    String lastDeploymentId,
    long services,
    List<String> environments) {

  static final Activity NONE = new Activity(0, null, null, 0, List.of());

  /** By the values of {@code dimension}; null stands for none. */
  static Map<String, Activity> by(Dimension dimension, Database database, Query query) {
    Map<String, Activity> found = new LinkedHashMap<>();
    String column = dimension.column();
    long end = query.period().to().toEpochMilli();
    String millis = Column.millis("finished_at");
    database.forEach(
        "activity-by-" + column,
        Sql.of(
                """
                SELECT %1$s,
                  countIf(counted AND %2$s >= ?),
                  toUnixTimestamp64Milli(maxIf(finished_at, counted)),
                  argMaxIf(id, finished_at, counted),
                  uniqExactIf(service, counted AND %2$s >= ?),
                  arraySort(groupUniqArrayArray(environments))"""
                    .formatted(column, millis),
                query.period().from().toEpochMilli(),
                query.period().from().toEpochMilli())
            .then(
                FactTable.DEPLOYMENTS.from(
                    database,
                    query.filter(),
                    List.of(dimension),
                    List.of("id", "finished_at", "counted", "environments"),
                    FactTable.times(Long.MIN_VALUE, end),
                    Sql.of(millis + " < ?", end)))
            .then("GROUP BY " + column),
        row -> {
          Instant last = Column.time(row, 3);
          String id = row.getString(4);
          found.put(
              row.getString(1),
              new Activity(
                  row.getLong(2),
                  id == null || id.isEmpty() ? null : last,
                  id == null || id.isEmpty() ? null : id,
                  row.getLong(5),
                  Column.texts(row, 6)));
        });
    return found;
  }
}
