package dev.dorado.api;

import dev.dorado.schemas.Connections;
import java.sql.SQLException;
import java.util.List;

/** Takes the snapshots that ClickHouse takes every fifteen minutes. */
public final class TestSnapshots {

  private TestSnapshots() {}

  /** From now on none is taken, until {@link #take}. */
  public static void stop(Connections connections) throws SQLException {
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement()) {
      for (String table : tables(connections)) {
        statement.execute("SYSTEM STOP VIEW %s_snapshot_refresh".formatted(table));
      }
    }
  }

  /** Takes those of the first generation, as if all its rows had been written long ago. */
  public static void take(Connections connections) throws SQLException {
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement()) {
      for (String name : tables(connections)) {
        statement.execute("SYSTEM START VIEW %s_snapshot_refresh".formatted(name));
        // One that runs already may have begun before the rows were written.
        statement.execute("SYSTEM WAIT VIEW %s_snapshot_refresh".formatted(name));
        statement.execute("TRUNCATE TABLE %s_recent".formatted(name));
        statement.execute("SYSTEM REFRESH VIEW %s_snapshot_refresh".formatted(name));
        statement.execute("SYSTEM WAIT VIEW %s_snapshot_refresh".formatted(name));
      }
    }
  }

  /** There are none until they are taken again: all is read from the tables themselves. */
  public static void drop(Connections connections) throws SQLException {
    stop(connections);
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement()) {
      for (String name : tables(connections)) {
        statement.execute("TRUNCATE TABLE %s_snapshot".formatted(name));
      }
    }
  }

  private static List<String> tables(Connections connections) {
    String facts = connections.database(1);
    return List.of(
        facts + ".changes",
        facts + ".deployments",
        facts + ".ci_runs",
        connections.database() + ".deliveries");
  }

  /** Has ClickHouse look for revisions, as it does every hour. */
  public static void recordRevisions(Connections connections) throws SQLException {
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement()) {
      String view = connections.database() + ".revisions_refresh";
      // One that runs already may have begun before the rows were written.
      statement.execute("SYSTEM WAIT VIEW " + view);
      statement.execute("SYSTEM REFRESH VIEW " + view);
      statement.execute("SYSTEM WAIT VIEW " + view);
    }
  }
}
