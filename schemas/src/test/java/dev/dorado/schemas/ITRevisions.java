package dev.dorado.schemas;

import static dev.dorado.schemas.Statements.execute;
import static dev.dorado.schemas.Statements.texts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.embedded.ClickHouseExtension;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What ClickHouse keeps of the revisions of facts that count (migration 014). */
final class ITRevisions {

  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static final String NEWEST =
      "SELECT concat(id, ' ', extract(state_before, '\"failed\":(\\w+)'), '>',"
          + " extract(state, '\"failed\":(\\w+)'), ' ', toString(generation_before), '>',"
          + " toString(generation)) FROM %1$s.revisions"
          + " WHERE seen_at = (SELECT max(seen_at) FROM %1$s.revisions) ORDER BY id";

  @Test
  void aFactThatIsWrittenAgainWithTheSameValuesIsNoRevision() throws SQLException {
    try (var connection = database("same")) {
      insert(connection, "same_g1", "('shop', 'd1', false, 1, 0), ('shop', 'd2', true, 1, 0)");
      refresh(connection, "same");
      assertThat(texts(connection, NEWEST.formatted("same")))
          .containsExactly("d1 >false 0>1", "d2 >true 0>1");

      insert(connection, "same_g1", "('shop', 'd1', true, 2, 0), ('shop', 'd1', false, 3, 0)");
      insert(connection, "same_g1", "('shop', 'd2', true, 4, 0)");
      refresh(connection, "same");

      assertThat(texts(connection, "SELECT toString(count()) FROM same.revisions"))
          .containsExactly("2");
    }
  }

  @Test
  void aFactThatChangedIsARevisionWithTheValuesBefore() throws SQLException {
    try (var connection = database("changed")) {
      insert(connection, "changed_g1", "('shop', 'd1', false, 1, 0), ('shop', 'd2', true, 1, 0)");
      refresh(connection, "changed");
      insert(connection, "changed_g1", "('shop', 'd1', true, 2, 0), ('shop', 'd3', false, 1, 0)");
      insert(connection, "changed_g1", "('shop', 'd2', true, 2, 1)");
      refresh(connection, "changed");

      assertThat(texts(connection, NEWEST.formatted("changed")))
          .as("revised, retracted and added")
          .containsExactly("d1 false>true 1>1", "d2 true> 1>0", "d3 >false 0>1");

      insert(connection, "changed_g1", "('shop', 'd2', true, 3, 0)");
      refresh(connection, "changed");
      assertThat(texts(connection, NEWEST.formatted("changed"))).containsExactly("d2 >true 0>1");
    }
  }

  @Test
  void anotherGenerationIsARevisionWhereItDiffers() throws SQLException {
    try (var connection = database("again")) {
      new Migrations("again").apply(connection, 2);
      insert(connection, "again_g1", "('shop', 'd1', false, 1, 0), ('shop', 'd2', true, 1, 0)");
      refresh(connection, "again");
      insert(connection, "again_g2", "('shop', 'd1', false, 7, 0), ('shop', 'd2', false, 8, 0)");
      refresh(connection, "again");
      assertThat(texts(connection, "SELECT toString(count()) FROM again.revisions"))
          .as("it does not answer queries yet")
          .containsExactly("2");

      var generations = new Generations(connections("again"));
      generations.switchTo(generations.begin(2, "{}", "two", 5, false));
      refresh(connection, "again");

      assertThat(texts(connection, NEWEST.formatted("again"))).containsExactly("d2 true>false 1>2");
    }
  }

  @Test
  void theSettingDecidesHowLongRevisionsAreKept() throws SQLException {
    try (var connection = database("kept")) {
      var retention = new RevisionRetention(Duration.ofDays(30));
      retention.apply(connection, "kept");
      retention.apply(connection, "kept");

      assertThat(
              texts(
                  connection,
                  "SELECT extract(create_table_query, 'TTL .*Day\\((\\d+)\\)') FROM system.tables"
                      + " WHERE database = 'kept' AND name = 'revisions'"))
          .containsExactly("30");
    }
  }

  private static void insert(Connection connection, String database, String rows)
      throws SQLException {
    execute(
        connection,
        "INSERT INTO "
            + database
            + ".deployments (service, id, failed, row_version, row_deleted, environment, status,"
            + " counted, finished_at) SELECT *, 'production', 'succeeded', true,"
            + " '2026-03-01 10:00:00' FROM VALUES('service String, id String, failed Bool,"
            + " version UInt64, deleted UInt8', "
            + rows
            + ")");
  }

  private static void refresh(Connection connection, String database) throws SQLException {
    String view = database + ".revisions_refresh";
    // One that runs already may have begun before the rows were written.
    execute(connection, "SYSTEM WAIT VIEW " + view);
    execute(connection, "SYSTEM REFRESH VIEW " + view);
    execute(connection, "SYSTEM WAIT VIEW " + view);
  }

  private static Connections connections(String database) {
    return new Connections("", 1, (short) 1, "", clickHouse.jdbcUrl(), "default", "", database);
  }

  private static Connection database(String name) throws SQLException {
    Connection connection = connections(name).clickHouse();
    new Migrations(name).apply(connection);
    return connection;
  }
}
