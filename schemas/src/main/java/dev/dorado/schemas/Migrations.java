package dev.dorado.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * ClickHouse's tables as numbered, forward-only migrations. A migration that was released is never
 * changed: a further one follows it. Each statement can be repeated, so that one that was cut off
 * half-way runs again.
 */
public final class Migrations {

  private static final List<String> NAMES = List.of("001_facts", "002_deliveries", "003_reasons");

  private final String database;

  /** Migrations of {@code database}. */
  public Migrations(String database) {
    this.database = database;
  }

  /**
   * Applies what is missing.
   *
   * @return how many migrations were applied
   */
  public int apply(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE IF NOT EXISTS " + database);
      statement.execute(
          "CREATE TABLE IF NOT EXISTS "
              + database
              + ".migrations (name String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))"
              + " ENGINE = MergeTree ORDER BY name");
      Set<String> done = applied(statement);
      int applied = 0;
      for (String name : NAMES) {
        if (!done.contains(name)) {
          for (String sql : statements(name)) {
            statement.execute(sql);
          }
          statement.execute(
              "INSERT INTO " + database + ".migrations (name) VALUES ('" + name + "')");
          applied++;
        }
      }
      return applied;
    }
  }

  /**
   * What {@link #apply} would apply, changing nothing.
   *
   * @return names of migrations, in their order; empty if all is set up
   */
  public List<String> missing(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      try (var rows =
          statement.executeQuery(
              "SELECT count() FROM system.tables WHERE name = 'migrations' AND database = '"
                  + database
                  + "'")) {
        rows.next();
        if (rows.getLong(1) == 0) {
          return NAMES;
        }
      }
      Set<String> done = applied(statement);
      return NAMES.stream().filter(name -> !done.contains(name)).toList();
    }
  }

  private Set<String> applied(Statement statement) throws SQLException {
    Set<String> done = new HashSet<>();
    try (var rows = statement.executeQuery("SELECT name FROM " + database + ".migrations")) {
      while (rows.next()) {
        done.add(rows.getString(1));
      }
    }
    return done;
  }

  private List<String> statements(String name) {
    try (var in = Migrations.class.getResourceAsStream("/clickhouse/" + name + ".sql")) {
      String text = new String(in.readAllBytes(), UTF_8).replace("${database}", database);
      return Arrays.stream(text.split(";\\s*\\R|;\\s*$"))
          .map(String::strip)
          .filter(sql -> !sql.isEmpty())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
