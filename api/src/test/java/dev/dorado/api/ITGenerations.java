package dev.dorado.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Generation;
import dev.dorado.schemas.Generations;
import dev.dorado.schemas.Migrations;
import java.sql.SQLException;
import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The api answers from one generation of facts, and follows the row that says which. */
final class ITGenerations {

  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static final Instant NOW = Instant.parse("2026-03-10T00:00:00Z");
  private static final String SUMMARY = "/api/v1/summary?from=2026-03-01&to=2026-03-10";

  private static Connections connections;
  private static Generation second;

  @BeforeAll
  static void twoGenerations() throws SQLException {
    connections = TestApi.clickHouse(clickHouse.jdbcUrl(), clickHouse.database());
    var migrations = new Migrations(connections.database());
    var generations = new Generations(connections);
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement()) {
      migrations.apply(connection);
      migrations.apply(connection, 2);
      generations.adopt(generations.all().get(0), "{\"proximity-window\":\"24h\"}", "one", 4);
      second = generations.begin(2, "{\"proximity-window\":\"20d\"}", "two", 5, false);
      var rows = new TestRows(connections);
      rows.deployment("shop", "d1", "2026-03-02T10:00:00Z").with("failed", true);
      rows.deployment("shop", "d2", "2026-03-03T10:00:00Z");
      rows.insert();
      statement.execute(
          "INSERT INTO %s.deployments SELECT * REPLACE (false AS failed) FROM %s.deployments FINAL"
              .formatted(connections.database(2), connections.database(1)));
    }
  }

  @Test
  void aSwitchChangesTheAnswersAtOnceAndWhole() throws SQLException {
    try (var api = TestApi.start(connections, NOW)) {
      JsonNode before = metric(api, "change_fail_rate");
      assertThat(before.get("value").asDouble()).isEqualTo(0.5);
      assertThat(before.get("immature").asInt()).isZero();

      new Generations(connections).switchTo(second);

      JsonNode after = metric(api, "change_fail_rate");
      assertThat(after.get("value").asDouble()).isZero();
      assertThat(after.get("immature").asInt())
          .as("by the proximity window of the generation")
          .isEqualTo(2);
      assertThat(api.json("/health/ready").get("status").asText()).isEqualTo("UP");
    }
  }

  private static JsonNode metric(TestApi api, String name) {
    return api.json(SUMMARY).at("/groups/0/metrics/" + name);
  }
}
