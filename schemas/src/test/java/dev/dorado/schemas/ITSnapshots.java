package dev.dorado.schemas;

import static dev.dorado.schemas.Statements.execute;
import static dev.dorado.schemas.Statements.texts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.embedded.ClickHouseExtension;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The snapshots of the newest rows, and the rows written since (migrations 013 and 016). */
final class ITSnapshots {

  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static final List<String> BEFORE =
      List.of("001_facts", "003_reasons", "006_failures", "007_ready_at", "009_conflicts");

  private static final List<String> WITH_NARROW_SNAPSHOTS =
      Stream.concat(BEFORE.stream(), Stream.of("012_strategy", "013_snapshots")).toList();

  @Test
  void factsOfAnEarlierVersionAreInTheFirstSnapshot() throws SQLException {
    try (var connection = connection("earlier")) {
      setUpAsBefore(connection, "earlier", BEFORE);
      insertVersions(connection, "earlier");

      assertThat(new Migrations("earlier").missing(connection, 1)).contains("013_snapshots");
      new Migrations("earlier").apply(connection);
      waitForSnapshots(connection, "earlier");

      assertThat(snapshot(connection, "earlier"))
          .containsExactly("changes a main#2 2026-02-03 7.5", "deployments a d1 2026-01-02 1");
      assertThat(texts(connection, "SELECT toString(count()) FROM earlier_g1.changes_recent"))
          .containsExactly("0");
    }
  }

  @Test
  void anEarlierSnapshotIsReplacedByOneWithAllColumns() throws SQLException {
    try (var connection = connection("narrow")) {
      setUpAsBefore(connection, "narrow", WITH_NARROW_SNAPSHOTS);
      insertVersions(connection, "narrow");
      for (String table : List.of("changes", "deployments")) {
        waitForSnapshot(connection, "narrow", table);
      }
      assertThat(texts(connection, "SELECT toString(count()) FROM narrow_g1.changes_recent FINAL"))
          .as("of rows without the new columns")
          .isNotEqualTo(List.of("0"));

      new Migrations("narrow").apply(connection);
      waitForSnapshots(connection, "narrow");

      assertThat(texts(connection, "SELECT toString(count()) FROM narrow_g1.changes_recent"))
          .containsExactly("0");
      assertThat(
              texts(
                  connection,
                  "SELECT concat(id, ' ', toString(merged_at), ' ', toString(seen_at))"
                      + " FROM narrow_g1.changes_snapshot"))
          .containsExactly("main#2 2026-01-31 00:00:00.000 2026-01-31 00:00:00.000");
    }
  }

  @Test
  void everyVersionThatIsWrittenLaterIsInTheRowsWrittenSince() throws SQLException {
    try (var connection = connection("later")) {
      new Migrations("later").apply(connection);
      insertVersions(connection, "later");

      assertThat(
              texts(
                  connection,
                  "SELECT concat(toString(row_version), ' ', toString(row_deleted))"
                      + " FROM later_g1.changes_recent FINAL"
                      + " WHERE row_key = reinterpretAsUInt128(sipHash128('a', 'production', 'main#2'))"))
          .containsExactly("2 0");
      assertThat(
              texts(
                  connection,
                  "SELECT id FROM later_g1.deployments_recent FINAL"
                      + " WHERE written_at > now() - INTERVAL 1 HOUR"))
          .containsExactly("d1");
    }
  }

  @Test
  void aSnapshotReplacesTheOneBefore() throws SQLException {
    try (var connection = connection("again")) {
      new Migrations("again").apply(connection);
      insertVersions(connection, "again");
      waitForSnapshots(connection, "again");
      execute(
          connection,
          "INSERT INTO again_g1.changes (service, environment, id, row_version, row_deleted)"
              + " VALUES ('a', 'production', 'main#2', 9, 1)");
      waitForSnapshots(connection, "again");

      assertThat(snapshot(connection, "again")).containsExactly("deployments a d1 2026-01-02 1");
    }
  }

  @Test
  void aGenerationIsDroppedWithItsSnapshots() throws SQLException {
    try (var connection = connection("dropped")) {
      new Migrations("dropped").apply(connection);
      waitForSnapshots(connection, "dropped");

      execute(connection, "DROP DATABASE dropped_g1 SYNC");

      assertThat(
              texts(
                  connection,
                  "SELECT view FROM system.view_refreshes WHERE database = 'dropped_g1'"))
          .isEmpty();
    }
  }

  private static void setUpAsBefore(Connection connection, String database, List<String> migrations)
      throws SQLException {
    new Migrations(database).apply(connection);
    execute(connection, "DROP DATABASE %s_g1 SYNC".formatted(database));
    execute(connection, "CREATE DATABASE %s_g1".formatted(database));
    execute(
        connection,
        "CREATE TABLE %s_g1.migrations (name String) ENGINE = MergeTree ORDER BY name"
            .formatted(database));
    for (String migration : migrations) {
      for (String sql : Migrations.statements(migration, database + "_g1")) {
        execute(connection, sql);
      }
      execute(
          connection,
          "INSERT INTO %s_g1.migrations (name) VALUES ('%s')".formatted(database, migration));
    }
  }

  /** A change that is shipped later, one that is retracted, and a deployment. */
  private static void insertVersions(Connection connection, String database) throws SQLException {
    String changes =
        "INSERT INTO %s_g1.changes (service, environment, id, merged_at, deployed_at, lead_time,"
            + " row_version, row_deleted) VALUES ";
    for (String rows :
        List.of(
            "('a', 'production', 'main#1', '2026-01-01 00:00:00', NULL, NULL, 1, 0),"
                + " ('a', 'production', 'main#2', '2026-01-31 00:00:00', NULL, NULL, 1, 0)",
            "('a', 'production', 'main#2', '2026-01-31 00:00:00', '2026-02-03 00:00:00', 7.5, 2, 0)",
            "('a', 'production', 'main#1', '2026-01-01 00:00:00', NULL, NULL, 3, 1)")) {
      execute(connection, changes.formatted(database) + rows);
    }
    execute(
        connection,
        "INSERT INTO %s_g1.deployments (service, id, environment, finished_at, counted,"
                .formatted(database)
            + " row_version, row_deleted) VALUES ('a', 'd1', 'production', '2026-01-02 00:00:00',"
            + " true, 1, 0)");
  }

  private static void waitForSnapshots(Connection connection, String database) throws SQLException {
    for (String table : List.of("changes", "deployments", "ci_runs")) {
      waitForSnapshot(connection, database, table);
    }
  }

  private static void waitForSnapshot(Connection connection, String database, String table)
      throws SQLException {
    String view = "%s_g1.%s_snapshot_refresh".formatted(database, table);
    // One that runs already may have begun before the rows were written.
    execute(connection, "SYSTEM WAIT VIEW " + view);
    execute(connection, "SYSTEM REFRESH VIEW " + view);
    execute(connection, "SYSTEM WAIT VIEW " + view);
  }

  private static List<String> snapshot(Connection connection, String database) throws SQLException {
    List<String> rows = new ArrayList<>();
    rows.addAll(
        texts(
            connection,
            """
            SELECT concat('changes ', service, ' main#2 ', toString(toDate(fact_time)), ' ',
              toString(lead_time))
            FROM %s_g1.changes_snapshot
            WHERE row_key = reinterpretAsUInt128(sipHash128(service, environment, 'main#2'))"""
                .formatted(database)));
    rows.addAll(
        texts(
            connection,
            """
            SELECT concat('deployments ', service, ' ', id, ' ', toString(toDate(fact_time)), ' ',
              toString(toUInt8(counted)))
            FROM %s_g1.deployments_snapshot"""
                .formatted(database)));
    return rows;
  }

  private static Connection connection(String database) throws SQLException {
    var connection =
        new Connections("", 1, (short) 1, "", clickHouse.jdbcUrl(), "default", "", database)
            .clickHouse();
    execute(connection, "CREATE DATABASE IF NOT EXISTS " + database);
    return connection;
  }
}
