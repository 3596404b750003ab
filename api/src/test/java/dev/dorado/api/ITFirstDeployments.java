package dev.dorado.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Migrations;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * New services on the path and off it take as long to their first deployment as the patients of the
 * trial aml without treatment and with it stayed in remission, in days for weeks.
 */
class ITFirstDeployments {

  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
  private static final Instant ADOPTED = Instant.parse("2026-01-01T00:00:00Z");

  /** The earliest change of the data. */
  private static final Instant FIRST_OF_ALL = ADOPTED.minus(Duration.ofDays(800));

  private static final String QUESTION = "/api/v1/golden-path?path=java&to=2026-06-01";

  private static TestApi api;
  private static TestRows rows;
  private static JsonNode first;

  @BeforeAll
  static void writeHistory() throws Exception {
    Connections connections = TestApi.clickHouse(clickHouse.jdbcUrl(), clickHouse.database());
    try (var connection = connections.clickHouse()) {
      new Migrations(connections.database()).apply(connection);
    }
    rows = new TestRows(connections);
    int[] on = {5, 5, 8, 8, 12, -16, 23, 27, 30, 33, 43, 45};
    int[] off = {9, 13, -13, 18, 23, -28, 31, 34, -45, 48, -161};
    for (int i = 0; i < on.length; i++) {
      onPath("on-" + i, "1970-01-01T00:00:00Z", "java", Instant.parse("2025-01-01T00:00:00Z"));
      service("on-" + i, on[i]);
    }
    for (int i = 0; i < off.length; i++) {
      service("off-" + i, off[i]);
    }
    onPath("elsewhere", "1970-01-01T00:00:00Z", "go", Instant.parse("2025-01-01T00:00:00Z"));
    service("elsewhere", 1);
    onPath("adopter", "1970-01-01T00:00:00Z", "java", ADOPTED);
    contributor("adopter", "there-from-the-start", FIRST_OF_ALL, 1);
    contributor("adopter", "there-from-the-start", ADOPTED.plus(Duration.ofDays(9)), 1);
    for (int i = 0; i < 6; i++) {
      contributor("adopter", "before-" + i, ADOPTED.minus(Duration.ofDays(60 + i)), 40 + i);
      contributor("adopter", "after-" + i, ADOPTED.plus(Duration.ofDays(i)), 3 + i);
    }
    // Four, and a service that adopts a path of its own.
    onPath("small", "1970-01-01T00:00:00Z", "go", ADOPTED);
    contributor("small", "first", FIRST_OF_ALL, 1);
    for (int i = 0; i < 4; i++) {
      contributor("small", "few-" + i, ADOPTED.plus(Duration.ofDays(1)), 10);
    }
    for (String service : List.of("at-the-start", "after-the-start")) {
      int days = service.equals("at-the-start") ? 89 : 91;
      serviceOfRust(service, service, FIRST_OF_ALL.plus(Duration.ofDays(days)));
    }
    serviceOfRust("shared-1", "mono", FIRST_OF_ALL.plus(Duration.ofDays(200)));
    serviceOfRust("shared-2", "mono", FIRST_OF_ALL.plus(Duration.ofDays(289)));
    serviceOfRust("shared-3", "mono", FIRST_OF_ALL.plus(Duration.ofDays(291)));
    serviceOfRust("old", "old", FIRST_OF_ALL.plus(Duration.ofDays(200))).with("pull_request", 11);
    serviceOfRust("late", "old", FIRST_OF_ALL.plus(Duration.ofDays(291))).with("pull_request", 12);
    serviceOfRust("new", "new", FIRST_OF_ALL.plus(Duration.ofDays(200))).with("pull_request", 10);
    serviceOfRust("moved", "alone", FIRST_OF_ALL.plus(Duration.ofDays(300)));
    serviceOfRust("moved", "mono", FIRST_OF_ALL.plus(Duration.ofDays(310)));
    rows.insert();
    api = TestApi.start(connections, NOW);
    first = api.json(QUESTION).get("first_deployment");
  }

  @AfterAll
  static void close() {
    api.close();
  }

  private static void onPath(String service, String said, String path, Instant since) {
    rows.catalog(service, said, "platform")
        .with("golden_path", path)
        .with("golden_path_since", since);
  }

  /**
   * A service deployed some days after its first commit; below 0, not in as many days up to now.
   */
  private static void service(String service, int days) {
    Instant start =
        days > 0
            ? Instant.parse("2025-11-03T10:00:00Z")
            : NOW.minus(Duration.ofDays(Math.abs(days)));
    rows.row("changes")
        .with("service", service)
        .with("id", "github.com/acme/" + service + "#1")
        .with("environment", "production")
        .with("repository", "github.com/acme/" + service)
        .with("sha", "0".repeat(40))
        .with("started_at", start);
    if (days > 0) {
      rows.deployment(service, service + "-1", start.plus(Duration.ofDays(days)).toString());
    }
  }

  /** A service that is deployed three days after its first commit; its change. */
  private static TestRows.Row serviceOfRust(String service, String repository, Instant start) {
    onPath(service, "1970-01-01T00:00:00Z", "rust", Instant.EPOCH);
    rows.deployment(service, service + "-1", start.plus(Duration.ofDays(3)).toString());
    return rows.row("changes")
        .with("service", service)
        .with("id", "github.com/acme/" + repository + "#" + service)
        .with("environment", "production")
        .with("repository", "github.com/acme/" + repository)
        .with("sha", "0".repeat(40))
        .with("started_at", start);
  }

  private static void contributor(String service, String name, Instant start, int days) {
    String deployed = start.plus(Duration.ofDays(days)).toString();
    rows.change(service, "github.com/acme/" + service + "#" + name + start, deployed, "d")
        .with("repository", "github.com/acme/" + service)
        .with("started_at", start)
        .with("contributor", name);
  }

  @Test
  void newServicesAreFollowedToTheirFirstDeploymentOrToTheEnd() {
    JsonNode on = first.at("/services/on");
    JsonNode off = first.at("/services/off");

    assertThat(on.get("n").asInt()).isEqualTo(12);
    assertThat(on.get("events").asInt()).isEqualTo(11);
    assertThat(on.get("median_days").asDouble()).isEqualTo(23);
    assertThat(on.at("/points/0/days").asDouble()).isEqualTo(5);
    assertThat(on.at("/points/0/share").asDouble()).isEqualTo(.8333, within(5e-5));
    assertThat(on.at("/points/0/at_risk").asInt()).isEqualTo(12);
    assertThat(off.get("n").asInt()).isEqualTo(11);
    assertThat(off.get("median_days").asDouble()).isEqualTo(31);
    assertThat(first.at("/services/log_rank_p").asDouble()).isEqualTo(.06534, within(1e-5));
  }

  @Test
  void aServiceThatIsSeenInTheFirstDaysOfTheDataIsNotNew() {
    JsonNode on =
        api.json("/api/v1/golden-path?path=rust&from=2023-10-01&to=2026-06-01")
            .at("/first_deployment/services/on");

    // Neither is one that a repository begins with, beside others or with its pull request 11.
    assertThat(on.get("n").asInt()).as("after-the-start, shared-3, late, new, moved").isEqualTo(5);
    assertThat(on.get("median_days").asDouble()).isEqualTo(3);
  }

  @Test
  void contributorsOfAdoptersAreComparedBeforeAndAfterAdoption() {
    JsonNode contributors = first.get("contributors");

    assertThat(contributors.at("/before/n").asInt()).isEqualTo(6);
    assertThat(contributors.at("/before/median_days").asDouble()).isEqualTo(42.5);
    assertThat(contributors.at("/after/n").asInt()).isEqualTo(6);
    assertThat(contributors.at("/after/median_days").asDouble()).isEqualTo(5.5);
    assertThat(contributors.get("log_rank_p").asDouble()).isLessThan(0.01);
  }

  @Test
  void noPseudonymIsInTheAnswer() {
    assertThat(api.json(QUESTION).toString())
        .doesNotContain("before-0", "after-0", "there-from-the-start");
  }

  @Test
  void ofFewContributorsNothingIsSaid() {
    JsonNode contributors =
        api.json("/api/v1/golden-path?path=go&to=2026-06-01").at("/first_deployment/contributors");

    assertThat(contributors.at("/after/n").isNull()).isTrue();
    assertThat(contributors.at("/after/points")).isEmpty();
    assertThat(contributors.get("log_rank_p").isNull()).isTrue();
  }

  @Test
  void theCurvesAreCsv() {
    String csv = api.get(QUESTION + "&format=csv&part=first_deployment").body();

    assertThat(csv).startsWith("of,group,days,share,low,high,at_risk\r\nservices,on,5.0,0.83");
    assertThat(csv).contains("services,off,", "contributors,before,", "contributors,after,");
  }
}
