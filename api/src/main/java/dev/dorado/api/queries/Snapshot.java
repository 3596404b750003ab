package dev.dorado.api.queries;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A snapshot of the newest rows of a table of facts, which ClickHouse takes every fifteen minutes
 * (migration 013), and the rows written since then. Together they are the rows that {@code FINAL}
 * gives of the table, without merging all of them.
 *
 * @param since seconds since 1970: every row that the snapshot may lack was written at or after
 *     this time, which is the start of a partition of the rows written since
 */
record Snapshot(long since) {

  /** The tables that have one. */
  private static final List<String> TABLES = List.of("changes", "deployments");

  /** More rows than this are better merged by ClickHouse than looked up one by one. */
  private static final int MOST_RECENT_ROWS = 1_000_000;

  /**
   * Asks for the snapshots that can be read, by table. One that is older than five hours cannot:
   * the rows written since are kept for eight. The ten minutes are for inserts that began before
   * the snapshot and ended after it.
   */
  static Map<String, Snapshot> ask(Database database) {
    Map<String, Snapshot> found = new HashMap<>();
    String sql =
        TABLES.stream()
            .map(
                table ->
                    """
                    SELECT '%2$s', toInt64(toUnixTimestamp(since)) FROM (
                      SELECT
                        (SELECT max(taken_at) FROM (
                          SELECT taken_at FROM %1$s.%2$s_snapshot LIMIT 1)) AS taken,
                        toStartOfFifteenMinutes(taken - INTERVAL 10 MINUTE) AS since)
                    WHERE taken > now() - INTERVAL 5 HOUR AND %3$d >= (
                      SELECT count() FROM %1$s.%2$s_recent WHERE written_at >= toStartOfFifteenMinutes(
                        (SELECT max(taken_at) FROM (
                          SELECT taken_at FROM %1$s.%2$s_snapshot LIMIT 1)) - INTERVAL 10 MINUTE))"""
                        .formatted(database.name(), table, MOST_RECENT_ROWS))
            .collect(Collectors.joining(" UNION ALL "));
    database.forEach(
        "snapshots", Sql.of(sql), row -> found.put(row.getString(1), new Snapshot(row.getLong(2))));
    return found;
  }
}
