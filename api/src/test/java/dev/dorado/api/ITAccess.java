package dev.dorado.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Migrations;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Who may read, what is said while ClickHouse is not ready, and what strange values do: nothing.
 */
class ITAccess {

  private static final Instant NOW = Instant.parse("2026-03-05T00:00:00Z");

  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  @Test
  void aTokenReadsAndNoneOrAWrongOneDoesNot() throws Exception {
    Config config =
        ConfigFactory.parseString("dorado.api.tokens = \"one,two\"")
            .withFallback(ConfigFactory.load());
    try (var api = TestApi.start(migrated(), NOW, config, true)) {
      for (String path : List.of("/api/v1/summary", "/metrics/dora")) {
        assertThat(api.get(path, Map.of("Authorization", "Bearer two")).statusCode())
            .as(path)
            .isEqualTo(200);
        assertThat(api.problem(path, 401).get("detail").asText()).contains("Bearer");
        assertThat(api.get(path, Map.of("Authorization", "Bearer no")).statusCode())
            .as(path)
            .isEqualTo(401);
      }
      assertThat(api.get("/openapi.json").statusCode()).isEqualTo(200);
      assertThat(api.get("/").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void withoutTokensOnlyOpenModeReads() throws Exception {
    try (var api = TestApi.start(migrated(), NOW, ConfigFactory.load(), false)) {
      assertThat(api.problem("/api/v1/deployments", 403).get("detail").asText())
          .contains("DORADO_API_TOKENS");
    }
    try (var api = TestApi.start(migrated(), NOW)) {
      assertThat(api.get("/api/v1/deployments").statusCode()).isEqualTo(200);
      assertThat(api.get("/api/v1/deployments", Map.of("X-Forwarded-For", "10.0.0.1")).statusCode())
          .isEqualTo(403);
    }
  }

  @Test
  void nothingIsKnownOfAnEmptyDatabase() throws Exception {
    try (var api = TestApi.start(migrated(), NOW)) {
      JsonNode groups = api.json("/api/v1/summary").get("groups");
      assertThat(groups).hasSize(1);
      groups
          .get(0)
          .get("metrics")
          .forEach(metric -> assertThat(metric.get("value").isNull()).isTrue());
      assertThat(api.json("/api/v1/summary?group_by=service").get("groups")).isEmpty();
      assertThat(api.json("/api/v1/series?from=2026-03-01&interval=day")).hasSize(4);
      assertThat(api.json("/api/v1/ingest").get("senders")).isEmpty();
      assertThat(api.json("/health/ready").get("status").asText()).isEqualTo("UP");
    }
  }

  @Test
  void aSeriesOfMoreCellsThanTheBoundIsRefusedWithWhatToDo() throws Exception {
    Config config =
        ConfigFactory.parseString("dorado.api.series-cells = 30")
            .withFallback(ConfigFactory.load());
    try (var api = TestApi.start(migrated(), NOW, config, true)) {
      JsonNode problem =
          api.problem("/api/v1/series?interval=day&from=2026-01-01&to=2026-02-01", 400);
      assertThat(problem.get("detail").asText())
          .contains("31 or more buckets (interval=day)", "at most 30", "dorado.api.series-cells")
          .contains("Take a longer interval");
      assertThat(api.json("/api/v1/series?interval=day&from=2026-01-01&to=2026-01-31")).hasSize(30);
      assertThat(
              api.problem("/api/v1/series?from=1990-01-01&to=2090-01-01", 400).get("limit").asInt())
          .isEqualTo(30);
    }
  }

  @Test
  void thePageHasItsOwnPolicyAndEveryAnswerTheSecurityHeaders() throws Exception {
    try (var api = TestApi.start(migrated(), NOW)) {
      var page = api.get("/").headers();
      assertThat(page.allValues("Content-Security-Policy")).hasSize(1);
      assertThat(page.firstValue("Content-Security-Policy").orElseThrow())
          .contains("default-src 'self'");
      for (String path : new String[] {"/", "/api/v1/summary", "/api/v1/series?format=csv"}) {
        var headers = api.get(path).headers();
        assertThat(headers.allValues("X-Content-Type-Options")).containsExactly("nosniff");
        assertThat(headers.allValues("Cross-Origin-Resource-Policy"))
            .containsExactly("same-origin");
        assertThat(headers.allValues("Referrer-Policy")).hasSize(1);
        assertThat(headers.allValues("Cache-Control")).hasSize(1);
      }
    }
  }

  @Test
  void valuesAreNeverSql() throws Exception {
    try (var api = TestApi.start(migrated(), NOW)) {
      String strange = TestApi.encoded("o'br?ien\\' OR 1=1 -- `\"{x}%");
      for (String name : new String[] {"service", "team", "repository", "environment"}) {
        assertThat(api.json("/api/v1/deployments?status=all&" + name + "=" + strange).get("items"))
            .isEmpty();
      }
      assertThat(api.problem("/api/v1/deployments/" + strange, 404).get("detail").asText())
          .contains("o'br?ien\\' OR 1=1");
    }
  }

  @Test
  void tablesThatAreNotThereAreNamedWithWhatToDo() {
    var connections = TestApi.clickHouse(clickHouse.jdbcUrl(), clickHouse.database() + "_none");
    try (var api = TestApi.start(connections, NOW)) {
      assertThat(api.problem("/api/v1/summary", 503).get("detail").asText())
          .contains("./dorado migrate");
      JsonNode check = api.problem("/health/ready", 503).get("checks").get(0);
      assertThat(check.get("name").asText()).isEqualTo("clickhouse");
      assertThat(check.get("problem").asText())
          .contains("deployments", connections.database(), "./dorado migrate");
    }
  }

  @Test
  void aClickHouseThatIsAwayIsNamedWithItsAddress() {
    String nobody = "jdbc:clickhouse://127.0.0.1:1";
    Config config =
        ConfigFactory.parseString("dorado.api.connect-timeout = 1s")
            .withFallback(ConfigFactory.load());
    try (var api = TestApi.start(TestApi.clickHouse(nobody, "dorado"), NOW, config, true)) {
      assertThat(api.problem("/api/v1/summary", 503).get("detail").asText()).contains(nobody);
      assertThat(api.problem("/health/ready", 503).get("checks").get(0).get("problem").asText())
          .contains(nobody);
    }
  }

  @Test
  void aHundredThousandChangesAreOneSummary() throws Exception {
    Connections connections =
        TestApi.clickHouse(clickHouse.jdbcUrl(), clickHouse.database() + "_large");
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement()) {
      new Migrations(connections.database()).apply(connection);
      statement.execute(
          """
          INSERT INTO %s.changes
            (service, id, environment, repository, sha, deployed_at, lead_time, row_version,
             row_deleted)
          SELECT concat('service-', toString(number %% 50)), toString(number), 'production',
            'github.com/acme/shop', '', toDateTime64('2026-01-01 00:00:00', 3, 'UTC')
              + toIntervalSecond(number * 50), number, 1, 0
          FROM numbers(100000)"""
              .formatted(connections.database(1)));
    }
    try (var api = TestApi.start(connections, NOW)) {
      JsonNode leadTime =
          api.json("/api/v1/summary?from=2026-01-01&to=2026-03-01")
              .at("/groups/0/metrics/change_lead_time");
      assertThat(leadTime.get("n").asInt()).isEqualTo(100_000);
      assertThat(leadTime.get("value").asDouble()).isEqualTo(49_999.5);
      assertThat(
              api.json("/api/v1/summary?from=2026-01-01&to=2026-03-01&group_by=service")
                  .get("groups"))
          .hasSize(50);
    } finally {
      drop(connections);
    }
  }

  private static Connections migrated() throws SQLException {
    Connections connections = TestApi.clickHouse(clickHouse.jdbcUrl(), clickHouse.database());
    try (var connection = connections.clickHouse()) {
      new Migrations(connections.database()).apply(connection);
    }
    return connections;
  }

  private static void drop(Connections connections) throws SQLException {
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement()) {
      statement.execute("DROP DATABASE " + connections.database());
      statement.execute("DROP DATABASE " + connections.database(1));
    }
  }
}
