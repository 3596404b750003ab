package dev.dorado.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.schemas.Migrations;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the API answers of incidents whose start is unknown, and of what it makes unknown. */
class ITUnknownStarts {

  private static final String MAY = "from=2026-05-01&to=2026-06-01";

  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static TestApi api;

  @BeforeAll
  static void writeHistory() throws Exception {
    var connections = TestApi.clickHouse(clickHouse.jdbcUrl(), clickHouse.database());
    try (var connection = connections.clickHouse()) {
      new Migrations(connections.database()).apply(connection);
    }
    var rows = new TestRows(connections);
    rows.incident("shop", "end", "2026-05-02T12:00:00Z")
        .with("start_unknown", true)
        .with("resolved_at", Instant.parse("2026-05-02T12:00:00Z"));
    rows.incident("shop", "known", "2026-05-01T12:00:00Z");
    rows.deployment("shop", "d1", "2026-05-01T10:00:00Z")
        .with("failed", true)
        .with("failure_rule", "F2")
        .with("incidents", List.of("end"))
        .with("recovered_at", Instant.parse("2026-05-02T12:00:00Z"))
        .with("recovery_rule", "R1")
        .with("recovery_method", "incident")
        .with("mature_at", Instant.parse("2026-05-15T12:00:00Z"));
    rows.deployment("shop", "d2", "2026-05-10T10:00:00Z")
        .with("mature_at", Instant.parse("2026-05-10T12:00:00Z"));
    rows.insert();
    api = TestApi.start(connections, Instant.parse("2026-05-10T13:00:00Z"));
  }

  @AfterAll
  static void close() {
    api.close();
  }

  @Test
  void anIncidentWhoseEndAloneWasHeardHasNoStartButAPlaceInTheOrder() {
    JsonNode first = api.json("/api/v1/incidents?limit=1&" + MAY);
    JsonNode incident = first.at("/items/0");
    JsonNode next =
        api.json(
            "/api/v1/incidents?limit=1&%s&cursor=%s".formatted(MAY, first.get("next").asText()));

    assertThat(incident.get("id").asText()).isEqualTo("end");
    assertThat(incident.get("started_at").isNull()).isTrue();
    assertThat(incident.get("detected_at").isNull()).isTrue();
    assertThat(incident.get("start_unknown").asBoolean()).isTrue();
    assertThat(incident.get("heard_at").asText()).isEqualTo("2026-05-02T12:00:00Z");
    assertThat(next.at("/items/0/id").asText()).isEqualTo("known");
    assertThat(next.at("/items/0/started_at").asText()).isEqualTo("2026-05-01T12:00:00Z");
  }

  @Test
  void itsRecoveryTimeIsUnknownAndNotInTheMedian() {
    JsonNode metrics = api.json("/api/v1/summary?" + MAY).at("/groups/0/metrics");
    JsonNode recovery = metrics.get("failed_deployment_recovery_time");
    String story = api.json("/api/v1/deployments/d1").get("story").toString();

    assertThat(metrics.get("change_fail_rate").get("value").asDouble()).isEqualTo(0.5);
    assertThat(recovery.get("value").isNull()).isTrue();
    assertThat(recovery.get("n").asInt()).isZero();
    assertThat(story).contains("how long that took is unknown");
  }

  @Test
  void immatureIsWhatTheWindowOfItsServiceStillHolds() {
    JsonNode failRate = api.json("/api/v1/summary?" + MAY).at("/groups/0/metrics/change_fail_rate");

    assertThat(failRate.get("immature").asInt()).isEqualTo(1);
  }

  @Test
  void asCsvTheStartIsEmpty() {
    assertThat(api.get("/api/v1/incidents?format=csv&" + MAY).body())
        .contains(",,true,2026-05-02T12:00:00Z,");
  }
}
