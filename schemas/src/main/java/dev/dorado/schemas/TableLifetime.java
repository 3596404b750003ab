package dev.dorado.schemas;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * How long the rows of a table of ClickHouse are kept. Immutable.
 *
 * @param table the table
 * @param column the time from which on a row is kept
 * @param duration whole days, at least one
 */
record TableLifetime(String table, String column, Duration duration) {

  /** ClickHouse's DateTime ends in 2106; a sum beyond that would be a time that is long past. */
  private static final long MOST_DAYS = 50 * 365;

  private long days() {
    return Math.min(duration.toDays(), MOST_DAYS);
  }

  /**
   * Sets it for the table in {@code database}; does nothing if it is that already.
   *
   * @throws SQLException if ClickHouse is away or the table is not there
   */
  void apply(Connection connection, String database) throws SQLException {
    String ttl = "toDateTime(%s) + toIntervalDay(%d)".formatted(column, days());
    try (var statement = connection.createStatement()) {
      try (var rows =
          statement.executeQuery(
              "SELECT position(create_table_query, '%s') FROM system.tables WHERE database = '%s' AND name = '%s'"
                  .formatted(ttl, database, table))) {
        if (rows.next() && rows.getLong(1) > 0) {
          return;
        }
      }
      statement.execute("ALTER TABLE %s.%s MODIFY TTL %s".formatted(database, table, ttl));
    }
  }
}
