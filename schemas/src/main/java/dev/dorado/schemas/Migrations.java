package dev.dorado.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * ClickHouse's tables as numbered, forward-only migrations. A migration that was released is never
 * changed: a further one follows it. Each statement can be repeated, so that one that was cut off
 * half-way runs again.
 *
 * <p>The tables of facts are in a database of each generation; what all generations have in common
 * is in the database itself, with views named like the tables of facts, which show the generation
 * that answers queries.
 */
public final class Migrations {

  /** What is common. The tables of facts were here too, until they became the first generation. */
  private static final List<String> COMMON =
      List.of(
          "001_facts",
          "002_deliveries",
          "003_reasons",
          "004_generations",
          "010_rejected",
          "011_observations",
          "015_previews",
          "017_delivery_snapshots",
          "019_audit");

  /** What is common and reads the views of the facts, so that it comes after them. */
  private static final List<String> OVER_FACTS = List.of("014_revisions");

  /** The tables of facts, of every generation. What is to come of them goes here alone. */
  private static final List<String> OF_A_GENERATION =
      List.of(
          "001_facts",
          "003_reasons",
          "006_failures",
          "007_ready_at",
          "009_conflicts",
          "012_strategy",
          "013_snapshots",
          "016_wider_snapshots");

  /** The tables of facts, each of which has a view. */
  private static final List<String> FACTS =
      List.of(
          "deployments",
          "changes",
          "incidents",
          "ci_runs",
          "catalog",
          "corrections",
          "candidates",
          "conflicts");

  private final String database;

  /** Migrations of {@code database} and of the databases of its generations. */
  public Migrations(String database) {
    this.database = database;
  }

  /**
   * Applies what is missing, to what is common and to every generation that was not dropped.
   *
   * @return how many migrations were applied
   */
  public int apply(Connection connection) throws SQLException {
    int applied = apply(connection, database, COMMON);
    for (var generation : Generations.all(connection, database)) {
      if (generation.droppedAt().isEmpty()) {
        applied += apply(connection, generation.number());
      }
    }
    createViews(connection);
    return applied + apply(connection, database, OVER_FACTS);
  }

  /**
   * Applies what is missing of a generation, whose database is made where it is missing.
   *
   * @return how many migrations were applied
   */
  public int apply(Connection connection, int generation) throws SQLException {
    return apply(connection, Connections.database(database, generation), OF_A_GENERATION);
  }

  private static int apply(Connection connection, String to, List<String> names)
      throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE IF NOT EXISTS " + to);
      statement.execute(
          "CREATE TABLE IF NOT EXISTS "
              + to
              + ".migrations (name String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))"
              + " ENGINE = MergeTree ORDER BY name");
      Set<String> done = applied(statement, to);
      int applied = 0;
      for (String migration : names) {
        if (!done.contains(migration)) {
          for (String sql : statements(migration, to)) {
            statement.execute(sql);
          }
          statement.execute(
              "INSERT INTO " + to + ".migrations (name) VALUES ('" + migration + "')");
          applied++;
        }
      }
      return applied;
    }
  }

  /**
   * Each time anew, since a view has the columns that its table had when it was made. Which
   * generation it shows, it asks the table of generations with every query: a switch changes no
   * view.
   */
  private void createViews(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE OR REPLACE VIEW %1$s.%2$s AS
          SELECT *, concat('%1$s_g', toString(number)) AS facts_database FROM %1$s.%3$s FINAL
          WHERE switched_at IS NOT NULL AND dropped_at IS NULL
          ORDER BY switched_at DESC, number DESC LIMIT 1"""
              .formatted(database, Generations.CURRENT, Generations.TABLE));
      for (String table : FACTS) {
        statement.execute(
            """
            CREATE OR REPLACE VIEW %1$s.%2$s AS
            SELECT * FROM merge(REGEXP('^%1$s_g[0-9]+$'), '^%2$s$') FINAL
            WHERE _database = (SELECT facts_database FROM %1$s.%3$s)"""
                .formatted(database, table, Generations.CURRENT));
      }
    }
  }

  /**
   * Migrations that were applied and that this program does not have: a newer one set the tables
   * up.
   *
   * @return names of migrations, in their order; empty if there is none
   */
  public List<String> unknown(Connection connection) throws SQLException {
    List<String> unknown = new ArrayList<>(unknown(connection, database, ofDatabase()));
    if (missing(connection).isEmpty()) {
      for (var generation : Generations.all(connection, database)) {
        if (generation.droppedAt().isEmpty()) {
          String facts = Connections.database(database, generation.number());
          unknown.addAll(unknown(connection, facts, OF_A_GENERATION));
        }
      }
    }
    return unknown.stream().distinct().sorted().toList();
  }

  /**
   * What {@link #apply(Connection)} would apply to what is common, changing nothing.
   *
   * @return names of migrations, in their order; empty if all is set up
   */
  public List<String> missing(Connection connection) throws SQLException {
    return missing(connection, database, ofDatabase());
  }

  private static List<String> ofDatabase() {
    return Stream.concat(COMMON.stream(), OVER_FACTS.stream()).toList();
  }

  /** What {@link #apply(Connection, int)} would apply, changing nothing. */
  public List<String> missing(Connection connection, int generation) throws SQLException {
    return missing(connection, Connections.database(database, generation), OF_A_GENERATION);
  }

  private static List<String> missing(Connection connection, String from, List<String> names)
      throws SQLException {
    Set<String> done = applied(connection, from);
    return names.stream().filter(name -> !done.contains(name)).toList();
  }

  private static List<String> unknown(Connection connection, String in, List<String> names)
      throws SQLException {
    return applied(connection, in).stream().filter(name -> !names.contains(name)).toList();
  }

  /** What was applied to a database, which may not be there yet. */
  private static Set<String> applied(Connection connection, String from) throws SQLException {
    try (var statement = connection.createStatement()) {
      try (var rows =
          statement.executeQuery(
              "SELECT count() FROM system.tables WHERE name = 'migrations' AND database = '"
                  + from
                  + "'")) {
        rows.next();
        if (rows.getLong(1) == 0) {
          return Set.of();
        }
      }
      return applied(statement, from);
    }
  }

  private static Set<String> applied(Statement statement, String from) throws SQLException {
    Set<String> done = new HashSet<>();
    try (var rows = statement.executeQuery("SELECT name FROM " + from + ".migrations")) {
      while (rows.next()) {
        done.add(rows.getString(1));
      }
    }
    return done;
  }

  /** The statements of a migration, with the name of the database in its place. */
  static List<String> statements(String name, String database) {
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
