package dev.dorado.api.queries;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The state of all tables before a request reads them: as long as the state of a table is the same,
 * so are its rows. A part of a MergeTree never changes, so that the same parts hold the same rows.
 * Immutable.
 *
 * @param tables what is known of each table that has rows, by database and table; empty if the
 *     parts may not be seen
 * @param now seconds since 1970 by ClickHouse's clock
 */
record TableStates(Map<String, TableState> tables, long now) {

  TableStates {
    tables = Map.copyOf(tables);
  }

  /** Asks for the states of what is common, and of the facts of all generations. */
  static TableStates ask(ClickHouse clickHouse) {
    Map<String, TableState> tables = new HashMap<>();
    long[] now = new long[1];
    clickHouse.forEach(
        "parts",
        Sql.of(
            """
            SELECT concat(database, '.', table), sum(rows),
              concat(toString(count()), ' ',
                toString(groupBitXor(sipHash64(name, hash_of_all_files)))),
              toInt64(toUnixTimestamp(now()))
            FROM system.parts
            WHERE active AND (database = ? OR startsWith(database, ?))
            GROUP BY database, table""",
            clickHouse.common(),
            clickHouse.common() + "_g"),
        row -> {
          tables.put(row.getString(1), new TableState(row.getLong(2), row.getString(3)));
          now[0] = row.getLong(4);
        });
    return new TableStates(tables, now[0]);
  }

  /**
   * Stands for the rows of some tables; empty if none of them has rows, or if their parts may not
   * be seen.
   *
   * @param names databases and tables
   */
  Optional<String> of(List<String> names) {
    return names.stream().anyMatch(tables::containsKey)
        ? Optional.of(
            names.stream()
                .map(name -> name + " " + (tables.containsKey(name) ? tables.get(name).parts() : 0))
                .collect(Collectors.joining(", ")))
        : Optional.empty();
  }

  /** Stands for the rows of all tables whose names are wanted. */
  Optional<String> ofAll(Predicate<String> isWanted) {
    return of(tables.keySet().stream().filter(isWanted).sorted().toList());
  }

  /** Rows of a table, in all versions; empty if the parts may not be seen. */
  OptionalLong rows(String name) {
    if (tables.isEmpty()) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(tables.containsKey(name) ? tables.get(name).rows() : 0);
  }

  /**
   * What is known of a table.
   *
   * @param rows in all versions
   * @param parts stands for its parts
   */
  record TableState(long rows, String parts) {}
}
