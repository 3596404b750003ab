package dev.dorado.streams.rejected;

import static java.util.Objects.requireNonNull;

import dev.dorado.schemas.Connections;
import java.sql.SQLException;
import java.util.Collection;
import java.util.stream.Collectors;

/** How many records are set aside, as their table in ClickHouse says. Thread-safe. */
public final class RejectedCount {

  private final Connections connections;

  /** Those of the database that {@code connections} names. */
  public RejectedCount(Connections connections) {
    this.connections = requireNonNull(connections);
  }

  /**
   * What is set aside, for people; null if nothing is. It tells nothing of the records themselves,
   * since health needs no token.
   *
   * @param generations the generations of facts that count, beside what all have in common
   * @throws SQLException if ClickHouse is away or not set up
   */
  public String problem(Collection<Integer> generations) throws SQLException {
    String counted =
        generations.isEmpty()
            ? ""
            : " OR generation IN (%s)"
                .formatted(
                    generations.stream().map(String::valueOf).collect(Collectors.joining(", ")));
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                """
                SELECT count(), argMax(place, rejected_at), argMax(name, rejected_at)
                FROM %s.rejected FINAL
                WHERE status = 'rejected' AND (generation IS NULL%s)"""
                    .formatted(connections.database(), counted))) {
      rows.next();
      long count = rows.getLong(1);
      return count == 0
          ? null
          : "%,d %s could not be processed and %s set aside, the latest at %s %s; everything else goes on, and /api/v1/ingest says why and what to do"
              .formatted(
                  count,
                  count == 1 ? "record" : "records",
                  count == 1 ? "is" : "are",
                  rows.getString(2),
                  rows.getString(3));
    }
  }
}
