package dev.dorado.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.api.queries.AuditTable;
import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Migrations;
import dev.dorado.server.AuditEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The audit trail as the api writes and shows it. */
class ITAudit {

  private static final Instant NOW = Instant.parse("2026-03-05T00:00:00Z");
  private static final Map<String, String> ADMIN = Map.of("Authorization", "Bearer admin");

  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  @Test
  void administratorsAloneSeeIt() throws Exception {
    try (var api = TestApi.start(migrated("seen"), NOW, config(), false)) {
      assertThat(api.get("/api/v1/audit", ADMIN).statusCode()).isEqualTo(200);
      assertThat(api.get("/api/v1/audit", Map.of("Authorization", "Bearer reader")).statusCode())
          .isEqualTo(401);
      assertThat(api.get("/api/v1/audit").statusCode()).isEqualTo(401);
    }
  }

  @Test
  void whoWasRefusedByTheApiIsInItWithTheirCount() throws Exception {
    var connections = migrated("refused");
    try (var api = TestApi.start(connections, NOW, config(), false)) {
      for (int i = 0; i < 20; i++) {
        api.get("/api/v1/summary", Map.of("Authorization", "Bearer wrong"));
      }
      api.get("/api/v1/deployments/a%2Fb", Map.of("Authorization", "Bearer wrong"));
    }

    try (var api = TestApi.start(connections, Instant.now().plusSeconds(60), config(), false)) {
      var items = api.body(api.get("/api/v1/audit?outcome=refused", ADMIN), 200).get("items");
      assertThat(items.findValuesAsText("action"))
          .containsExactlyInAnyOrder("GET /api/v1/summary", "GET /api/v1/deployments/<id>");
      items.forEach(
          item -> {
            assertThat(item.get("address").asText()).isEqualTo("127.0.0.1");
            assertThat(item.get("detail").asText()).startsWith("401: the token is none of");
          });
      assertThat(items.findValues("count").stream().mapToInt(count -> count.asInt()).max())
          .hasValue(20);
      assertThat(items.toString()).doesNotContain("wrong");
    }
  }

  @Test
  void pagesGoOnWhereTheLastOneEndedAndAnyTextIsKeptAsItIs() throws Exception {
    var connections = migrated("pages");
    String strange = "it's \\ a 'test'; -- \n 中 ?";
    try (var table =
        ApiSettings.from(config()).clickHouse(connections, new SimpleMeterRegistry())) {
      var trail = new AuditTable(table);
      for (int i = 0; i < 5; i++) {
        trail
            .keep(
                new AuditEvent(
                    "id " + i,
                    NOW.minusSeconds(60L * i),
                    strange,
                    "administer",
                    "catalog",
                    strange,
                    AuditEvent.ALLOWED,
                    "10.0.0.1",
                    i == 0 ? Optional.of(strange) : Optional.empty(),
                    1,
                    ""))
            .join();
      }
    }
    try (var api = TestApi.start(connections, NOW.plusSeconds(1), config(), false)) {
      var first = api.body(api.get("/api/v1/audit?limit=2", ADMIN), 200);
      assertThat(first.get("items").findValuesAsText("id")).containsExactly("id 0", "id 1");
      assertThat(first.at("/items/0/actor").asText()).isEqualTo(strange);
      assertThat(first.at("/items/0/reference").asText()).isEqualTo(strange);
      assertThat(first.at("/items/1/reference").isNull()).isTrue();
      var next =
          api.body(
              api.get(
                  "/api/v1/audit?limit=4&cursor=" + TestApi.encoded(first.get("next").asText()),
                  ADMIN),
              200);
      assertThat(next.get("items").findValuesAsText("id")).containsExactly("id 2", "id 3", "id 4");
      assertThat(api.get("/api/v1/audit?format=csv", ADMIN).body())
          .startsWith("id,occurred_at,actor");
    }
  }

  private static Config config() {
    return ConfigFactory.parseString("dorado.api.tokens = reader, dorado.admin.tokens = admin")
        .withFallback(ConfigFactory.load());
  }

  private static Connections migrated(String database) throws SQLException {
    var connections = TestApi.clickHouse(clickHouse.jdbcUrl(), "audit_" + database);
    try (var connection = connections.clickHouse()) {
      new Migrations(connections.database()).apply(connection);
    }
    return connections;
  }
}
