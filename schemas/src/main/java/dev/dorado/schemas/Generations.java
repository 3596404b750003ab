package dev.dorado.schemas;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The table of generations, which says what generations there are and which one answers queries.
 * Its row is all that a switch changes: the api and the views follow it. Thread-safe.
 */
public final class Generations {

  /** Name of the table. */
  public static final String TABLE = "generations";

  /** Name of the view that has the row of the generation that answers queries. */
  public static final String CURRENT = "current_generation";

  private final Connections connections;

  /** The generations of the database that {@code connections} names. */
  public Generations(Connections connections) {
    this.connections = requireNonNull(connections);
  }

  /**
   * All there are, by number; those that were dropped too.
   *
   * @throws SQLException if ClickHouse is away or not set up
   */
  public List<Generation> all() throws SQLException {
    try (var connection = connections.clickHouse()) {
      return all(connection, connections.database());
    }
  }

  static List<Generation> all(Connection connection, String database) throws SQLException {
    List<Generation> all = new ArrayList<>();
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                """
                SELECT number, settings, code, rules, preview,
                  toUnixTimestamp64Milli(created_at), toUnixTimestamp64Milli(switched_at),
                  toUnixTimestamp64Milli(ready_at), toUnixTimestamp64Milli(dropped_at)
                FROM %s.%s FINAL
                ORDER BY number"""
                    .formatted(database, TABLE))) {
      while (rows.next()) {
        all.add(
            new Generation(
                rows.getInt(1),
                rows.getString(2),
                rows.getString(3),
                rows.getInt(4),
                rows.getBoolean(5),
                Instant.ofEpochMilli(rows.getLong(6)),
                time(rows, 7),
                time(rows, 8),
                time(rows, 9)));
      }
    }
    return all;
  }

  /**
   * Writes down a new generation. Its topics and tables must be there before, so that whoever reads
   * the row finds them. Two that ask at once for the same get the same.
   *
   * @param rules version of the rules that compute it
   * @param preview whether queries are never to be switched to it
   */
  public Generation begin(int number, String settings, String code, int rules, boolean preview)
      throws SQLException {
    var generation =
        new Generation(
            number,
            settings,
            code,
            rules,
            preview,
            now(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    write(generation);
    return generation;
  }

  /** Writes down what computes a generation of which it is not known. */
  public Generation adopt(Generation unknown, String settings, String code, int rules)
      throws SQLException {
    var known =
        new Generation(
            unknown.number(),
            settings,
            code,
            rules,
            unknown.preview(),
            unknown.createdAt(),
            unknown.switchedAt(),
            unknown.readyAt(),
            unknown.droppedAt());
    write(known);
    return known;
  }

  /** Writes down that a preview has caught up: it can be compared now. */
  public Generation readyToCompare(Generation preview) throws SQLException {
    requireNotDropped(preview.number(), all());
    var ready =
        new Generation(
            preview.number(),
            preview.settings(),
            preview.code(),
            preview.rules(),
            true,
            preview.createdAt(),
            Optional.empty(),
            Optional.of(now()),
            Optional.empty());
    write(ready);
    return ready;
  }

  /** Switches queries to {@code next}: one row, written at once. Does nothing if it was before. */
  public Generation switchTo(Generation next) throws SQLException {
    List<Generation> all = all();
    Generation written = requireNotDropped(next.number(), all);
    if (written.switchedAt().isPresent()) {
      return written;
    }
    // Later than all before it, even where the clock was set back.
    Instant latest =
        all.stream()
            .flatMap(one -> one.switchedAt().stream())
            .max(Instant::compareTo)
            .orElse(Instant.EPOCH);
    Instant now = now();
    var switched =
        new Generation(
            next.number(),
            next.settings(),
            next.code(),
            next.rules(),
            next.preview(),
            next.createdAt(),
            Optional.of(now.isAfter(latest) ? now : latest.plusMillis(1)),
            Optional.empty(),
            Optional.empty());
    write(switched);
    return switched;
  }

  /**
   * Writes down that a generation is to be deleted: whoever computes it stops.
   *
   * @throws IllegalStateException if it answers queries
   */
  public Generation drop(Generation generation) throws SQLException {
    requireDroppable(generation, all());
    var dropped =
        new Generation(
            generation.number(),
            generation.settings(),
            generation.code(),
            generation.rules(),
            generation.preview(),
            generation.createdAt(),
            generation.switchedAt(),
            generation.readyAt(),
            Optional.of(now()));
    write(dropped);
    return dropped;
  }

  /**
   * @throws IllegalStateException if it answers queries
   */
  public static void requireDroppable(Generation generation, List<Generation> all) {
    if (generation.state(all) == Generation.State.CURRENT) {
      throw new IllegalStateException(
          "generation %d answers queries: only another can be dropped"
              .formatted(generation.number()));
    }
  }

  private static Generation requireNotDropped(int number, List<Generation> all) {
    return all.stream()
        .filter(one -> one.number() == number && one.droppedAt().isEmpty())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "generation %d has been dropped: queries can't be switched to it"
                        .formatted(number)));
  }

  private void write(Generation generation) throws SQLException {
    try (var connection = connections.clickHouse();
        var insert =
            connection.prepareStatement(
                """
                INSERT INTO %s.%s (number, settings, code, rules, preview, created_at, switched_at,
                  ready_at, dropped_at, row_version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
                    .formatted(connections.database(), TABLE))) {
      insert.setInt(1, generation.number());
      insert.setString(2, generation.settings());
      insert.setString(3, generation.code());
      insert.setInt(4, generation.rules());
      insert.setBoolean(5, generation.preview());
      insert.setObject(6, generation.createdAt().atZone(ZoneOffset.UTC));
      insert.setObject(7, zoned(generation.switchedAt()));
      insert.setObject(8, zoned(generation.readyAt()));
      insert.setObject(9, zoned(generation.droppedAt()));
      insert.setLong(10, version(generation));
      insert.executeUpdate();
    }
  }

  /** What happens to a generation happens in this order, whatever the clocks say. */
  private static long version(Generation generation) {
    return 1L
        + (generation.isKnown() ? 1 : 0)
        + (generation.switchedAt().isPresent() || generation.readyAt().isPresent() ? 2 : 0)
        + (generation.droppedAt().isPresent() ? 4 : 0);
  }

  private static Object zoned(Optional<Instant> time) {
    return time.map(instant -> instant.atZone(ZoneOffset.UTC)).orElse(null);
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  private static Optional<Instant> time(ResultSet rows, int column) throws SQLException {
    long millis = rows.getLong(column);
    return rows.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }
}
