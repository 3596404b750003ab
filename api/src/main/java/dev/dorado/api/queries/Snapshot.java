package dev.dorado.api.queries;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A snapshot of the newest rows of a table, which ClickHouse takes every fifteen minutes
 * (migrations 013, 016 and 017), and the rows written since then. Together they are the rows that
 * {@code FINAL} gives of the table, without merging all of them.
 *
 * @param since seconds since 1970: every row that the snapshot may lack was written at or after
 *     this time, which is the start of a partition of the rows written since
 */
record Snapshot(long since) {

  /** The tables of facts that have one. */
  private static final List<String> FACTS = List.of("changes", "deployments", "ci_runs");

  private static final String DELIVERIES = "deliveries";

  /** Seconds. */
  private static final long LONGEST_AGE = Duration.ofHours(5).toSeconds();

  private static final long LONGEST_INSERT = Duration.ofMinutes(10).toSeconds();
  private static final long QUARTER_OF_AN_HOUR = Duration.ofMinutes(15).toSeconds();

  /** More rows than this are better merged by ClickHouse than looked up one by one. */
  private static final int MOST_RECENT_ROWS = 1_000_000;

  /**
   * The snapshots that can be read, by table. One that is older than five hours cannot: the rows
   * written since are kept for eight. The ten minutes are for inserts that began before the
   * snapshot and ended after it.
   */
  static Map<String, Snapshot> ask(Database database) {
    Map<String, Snapshot> found = new HashMap<>();
    FACTS.forEach(table -> addTo(found, database, database.name(), table));
    addTo(found, database, database.common(), DELIVERIES);
    return Map.copyOf(found);
  }

  private static void addTo(
      Map<String, Snapshot> found, Database database, String of, String table) {
    String name = of + "." + table;
    Optional<String> state = database.states().of(List.of(name + "_snapshot"));
    if (state.isEmpty()) {
      return;
    }
    long taken = database.remember("snapshot of " + name, state.get(), () -> taken(database, name));
    if (taken <= database.states().now() - LONGEST_AGE) {
      return;
    }
    long since = (taken - LONGEST_INSERT) / QUARTER_OF_AN_HOUR * QUARTER_OF_AN_HOUR;
    boolean isSmall =
        database.states().rows(name + "_recent").orElse(0) <= MOST_RECENT_ROWS
            || recentRows(database, name, since) <= MOST_RECENT_ROWS;
    if (isSmall) {
      found.put(table, new Snapshot(since));
    }
  }

  private static long taken(Database database, String table) {
    return database
        .rows(
            "snapshots",
            Sql.of(
                "SELECT toInt64(toUnixTimestamp(taken_at)) FROM %s_snapshot LIMIT 1"
                    .formatted(table)),
            row -> row.getLong(1))
        .stream()
        .findFirst()
        .orElse(0L);
  }

  private static long recentRows(Database database, String table, long since) {
    return database
        .rows(
            "snapshots",
            Sql.of(
                "SELECT count() FROM %s_recent WHERE written_at >= toDateTime(?)".formatted(table),
                since),
            row -> row.getLong(1))
        .get(0);
  }
}
