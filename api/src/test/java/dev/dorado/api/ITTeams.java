package dev.dorado.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.ConfigFactory;
import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Migrations;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Readers who are restricted to teams. Payments owns {@value #OWN}, which was of search before;
 * search owns "search"; nobody owns "stray", and "gone" is no longer in the catalog. That no route
 * shows a service of others is in {@link ITOpenApi}.
 */
class ITTeams {

  /** A name that ends strings and starts parameters. */
  private static final String OWN = "che\\ck'out?é";

  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static TestApi api;

  @BeforeAll
  static void write() throws Exception {
    Connections connections = TestApi.clickHouse(clickHouse.jdbcUrl(), clickHouse.database());
    try (var connection = connections.clickHouse()) {
      new Migrations(connections.database()).apply(connection);
    }
    var rows = new TestRows(connections);
    rows.catalog(OWN, "2026-01-01T00:00:00Z", "search");
    rows.catalog(OWN, "2026-03-01T00:00:00Z", "Payments");
    rows.catalog("search", "2026-01-01T00:00:00Z", "search");
    rows.catalog("gone", "2026-01-01T00:00:00Z", "payments");
    rows.catalog("gone", "2026-02-01T00:00:00Z", "payments").with("removed", true);
    int number = 0;
    for (String service : new String[] {OWN, "search", "stray", "gone"}) {
      for (String day : new String[] {"2026-02-20", "2026-03-02", "2026-03-03"}) {
        rows.deployment(service, "d" + ++number, day + "T10:00:00Z");
      }
      rows.change(service, "github.com/acme/x#" + number, "2026-03-02T10:00:00Z", "d" + number);
      rows.incident(service, "i" + number, "2026-03-02T11:00:00Z");
      rows.correction(service, "c" + number, "2026-03-03T11:00:00Z", "exclude");
    }
    rows.insert();
    api =
        TestApi.start(
            connections,
            Instant.parse("2026-03-05T00:00:00Z"),
            ConfigFactory.parseString(
                    "dorado.access.proxy { addresses = \"127.0.0.1\", teams-header = X-Teams, administrators = boss }")
                .withFallback(ConfigFactory.load()),
            false);
  }

  @AfterAll
  static void close() {
    api.close();
  }

  @Test
  void numbersAreOfTheirServicesWithAllOfTheirHistory() {
    assertThat(deployments("payments")).isEqualTo(3);
    assertThat(deployments("search")).isEqualTo(3);
    assertThat(deployments("payments,search")).isEqualTo(6);
    assertThat(deployments("nobody")).isZero();
    assertThat(deployments("")).as("of no team").isZero();
  }

  @Test
  void listsHaveTheirServicesAlone() {
    assertThat(get("/api/v1/services", "payments").get("items").findValuesAsText("id"))
        .containsExactly(OWN);
    for (String list : new String[] {"deployments", "changes", "incidents", "corrections"}) {
      assertThat(get("/api/v1/" + list, "payments").get("items").findValuesAsText("service"))
          .as(list)
          .isNotEmpty()
          .containsOnly(OWN);
    }
    assertThat(get("/api/v1/services", "nobody").get("items")).isEmpty();
  }

  @Test
  void aServiceOfOthersIsNotThere() {
    for (String other : new String[] {"search", "stray", "gone"}) {
      assertThat(api.get("/api/v1/services/" + other, headers("payments")).statusCode())
          .as(other)
          .isEqualTo(404);
      assertThat(get("/api/v1/deployments?service=" + other, "payments").get("items"))
          .as(other)
          .isEmpty();
    }
    assertThat(api.get("/api/v1/deployments/d4", headers("payments")).statusCode()).isEqualTo(404);
    assertThat(
            api.get("/api/v1/services/" + TestApi.encoded(OWN), headers("payments")).statusCode())
        .isEqualTo(200);
  }

  @Test
  void whoMaySeeAllSeesAllAlsoAfterSomebodyWhoMayNot() {
    assertThat(deployments("payments")).isEqualTo(3);
    JsonNode all = api.body(api.get("/api/v1/summary", Map.of("X-Forwarded-User", "boss")), 200);
    assertThat(all.at("/groups/0/metrics/deployment_frequency/n").asInt()).isEqualTo(12);
  }

  @Test
  void whatIsAboutAllTeamsIsRefusedWithTheTeamsThatOneMaySee() {
    var refused = api.body(api.get("/api/v1/golden-path", headers("search,payments")), 403);
    assertThat(refused.get("detail").asText())
        .isEqualTo("this is about all teams, and you may see your own (payments, search)");
  }

  private static int deployments(String teams) {
    JsonNode groups = get("/api/v1/summary", teams).get("groups");
    return groups.at("/0/metrics/deployment_frequency/n").asInt();
  }

  private static JsonNode get(String path, String teams) {
    return api.body(api.get(path, headers(teams)), 200);
  }

  private static Map<String, String> headers(String teams) {
    return teams.isEmpty()
        ? Map.of("X-Forwarded-User", "ann")
        : Map.of("X-Forwarded-User", "ann", "X-Teams", teams);
  }
}
