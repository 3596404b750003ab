package dev.dorado.schemas;

import com.typesafe.config.Config;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * How long revisions of facts are kept (migration 014): the api names what was corrected since a
 * date no further back.
 *
 * @param duration whole days, at least one
 */
public record RevisionRetention(Duration duration) {

  private static final String SETTING = "dorado.revisions.retention";
  private static final Duration SHORTEST = Duration.ofDays(1);

  public RevisionRetention {
    if (duration.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException(
          "%s is %s: expected 1d or more".formatted(SETTING, duration));
    }
  }

  /** From the setting in {@code reference.conf}. */
  public static RevisionRetention from(Config config) {
    return new RevisionRetention(config.getDuration(SETTING));
  }

  /**
   * Sets the retention of the table in {@code database}; does nothing if it is that already.
   *
   * @throws SQLException if ClickHouse is away or the table is not there
   */
  void apply(Connection connection, String database) throws SQLException {
    new TableLifetime("revisions", "seen_at", duration).apply(connection, database);
  }
}
