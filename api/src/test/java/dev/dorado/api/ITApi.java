package dev.dorado.api;

import static dev.dorado.api.TestApi.encoded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Migrations;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The api over a small history of March 2026, whose numbers were worked out by hand. The period is
 * four ISO weeks, 2 to 29 March: checkout (of the team payments, from 16 March of platform), search
 * and idle (of discovery), and acme/legacy, which the catalog does not know.
 */
class ITApi {

  private static final String MARCH = "from=2026-03-02&to=2026-03-30";
  private static final double DAYS = 28;

  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static Connections connections;
  private static TestApi api;

  @BeforeAll
  static void writeHistory() throws Exception {
    connections = TestApi.clickHouse(clickHouse.jdbcUrl(), clickHouse.database());
    try (var connection = connections.clickHouse()) {
      new Migrations(connections.database()).apply(connection);
    }
    var rows = new TestRows(connections);
    writeCatalog(rows);
    writeDeployments(rows);
    writeChanges(rows);
    writeIncidents(rows);
    writeDeliveries(rows);
    writeCorrections(rows);
    writeTheYearBefore(rows);
    writeSharedRepositories(rows);
    rows.insert();
    api = TestApi.start(connections, Instant.parse("2026-04-15T12:00:00Z"));
  }

  @AfterAll
  static void close() {
    api.close();
  }

  private static void writeCatalog(TestRows rows) {
    rows.catalog("checkout", "1970-01-01T00:00:00Z", "payments")
        .with("tier", "1")
        .with("repository", "github.com/acme/shop");
    rows.catalog("checkout", "2026-03-16T00:00:00Z", "platform")
        .with("tier", "1")
        .with("repository", "github.com/acme/shop")
        .with("golden_path", "java")
        .with("golden_path_since", Instant.parse("2026-03-01T00:00:00Z"));
    rows.catalog("search", "1970-01-01T00:00:00Z", "discovery")
        .with("repository", "github.com/acme/search")
        .with("golden_path", "java")
        .with("golden_path_since", Instant.parse("2026-03-09T00:00:00Z"));
    rows.catalog("idle", "1970-01-01T00:00:00Z", "discovery")
        .with("repository", "github.com/acme/idle");
  }

  private static void writeDeployments(TestRows rows) {
    String shop = "github.com/acme/shop";
    rows.deployment("checkout", "d0", "2026-02-10T10:00:00Z").with("repository", shop);
    rows.deployment("checkout", "d00", "2026-02-24T10:00:00Z")
        .with("repository", shop)
        .with("failed", true)
        .with("impact_started_at", Instant.parse("2026-03-02T10:00:00Z"))
        .with("recovered_at", Instant.parse("2026-03-02T12:00:00Z"));
    rows.deployment("checkout", "d1", "2026-03-02T10:00:00Z").with("repository", shop);
    rows.deployment("checkout", "github.com/acme/shop!deployment/2#a:b", "2026-03-03T10:00:00Z")
        .with("repository", shop)
        .with("previous_deployment", "d1")
        .with("failed", true)
        .with("failure_rule", "F6")
        .with("incidents", List.of("i1"))
        .with("impact_started_at", Instant.parse("2026-03-03T10:30:00Z"))
        .with("recovered_at", Instant.parse("2026-03-03T11:30:00Z"));
    rows.deployment("checkout", "d3", "2026-03-03T11:20:00Z")
        .with("repository", shop)
        .with("kind", "rollback")
        .with("rework", true)
        .with("rework_rule", "W1");
    rows.deployment("checkout", "d4", "2026-03-17T10:00:00Z").with("repository", shop);
    rows.deployment("checkout", "d5", "2026-03-18T10:00:00Z")
        .with("repository", shop)
        .with("kind", "redeploy")
        .with("counted", false);
    rows.deployment("checkout", "d6", "2026-03-19T10:00:00Z")
        .with("repository", shop)
        .with("status", "failed")
        .with("counted", false);
    rows.deployment("checkout", "d7", "2026-03-20T10:00:00Z")
        .with("repository", shop)
        .with("failed", true)
        .with("impact_started_at", Instant.parse("2026-03-20T10:10:00Z"));
    rows.deployment("checkout", "s1", "2026-03-05T10:00:00Z")
        .with("environment", "staging")
        .with("environments", List.of("qa"));
    rows.deployment("checkout", "taken-back", "2026-03-06T10:00:00Z");
    rows.deployment("checkout", "taken-back", "2026-03-06T10:00:00Z").retracted();
    rows.deployment("search", "e1", "2026-03-10T10:00:00Z")
        .with("repository", "github.com/acme/search");
    rows.deployment("search", "e2", "2026-03-11T10:00:00Z")
        .with("repository", "github.com/acme/search")
        .with("environments", List.of("eu-prod", "us-prod"));
    rows.deployment("acme/legacy", "l1", "2026-03-12T10:00:00Z")
        .with("repository", "github.com/acme/legacy")
        .with("changes", null);
  }

  private static void writeChanges(TestRows rows) {
    rows.change("checkout", "github.com/acme/shop#1", "2026-03-02T10:00:00Z", "d1")
        .with("lead_time", 3600.0)
        .with("title", "=HYPERLINK(\"http://example.org\")")
        .with("coding", 600.0)
        .with("review", 1200.0)
        .with("deploy", 1800.0);
    rows.change(
            "checkout",
            "github.com/acme/shop#2",
            "2026-03-03T10:00:00Z",
            "github.com/acme/shop!deployment/2#a:b")
        .with("lead_time", 7200.0);
    rows.change("checkout", "github.com/acme/shop#3", "2026-03-17T10:00:00Z", "d4")
        .with("lead_time", 36000.0)
        .with("reactive", true)
        .with("reactive_rule", "W2");
    rows.change("checkout", "github.com/acme/shop#4", "2026-03-17T10:00:00Z", "d4")
        .with("lead_time", 10.0)
        .with("bot", true);
    rows.change("checkout", "github.com/acme/shop#5", "2026-03-17T10:00:00Z", "d4");
    rows.change("checkout", "github.com/acme/shop#9", "2026-03-05T10:00:00Z", "s1")
        .with("environment", "staging");
    rows.change("search", "github.com/acme/search#6", "2026-03-10T10:00:00Z", "e1")
        .with("lead_time", 14400.0);
    rows.change("acme/legacy", "github.com/acme/search#6", "2026-03-12T10:00:00Z", "l1")
        .with("lead_time", 21600.0);
    rows.change("checkout", "github.com/acme/shop#7", "2026-03-21T10:00:00Z", "")
        .with("deployed_at", null)
        .with("deployment_id", null)
        .with("shipping_rule", null);
    rows.change("checkout", "github.com/acme/shop#8", "2026-03-04T10:00:00Z", "")
        .with("deployed_at", null)
        .with("deployment_id", null)
        .with("shipping_rule", "S5");
  }

  private static void writeIncidents(TestRows rows) {
    rows.incident("checkout", "i1", "2026-03-03T10:30:00Z")
        .with("deployment_id", "github.com/acme/shop!deployment/2#a:b")
        .with("link_rule", "F6")
        .with("resolved_at", Instant.parse("2026-03-03T11:30:00Z"));
    rows.incident("search", "i2", "2026-03-12T10:30:00Z");
  }

  private static void writeDeliveries(TestRows rows) {
    for (int i = 0; i < 3; i++) {
      rows.row("deliveries")
          .with("sender", "github")
          .with("id", "delivery-" + i)
          .with("received_at", Instant.parse("2026-04-1" + i + "T10:00:02Z"))
          .with("occurred_at", Instant.parse("2026-04-1" + i + "T10:00:00Z"))
          .with("outcome", i == 0 ? "ignored" : "accepted")
          .with("reason", i == 0 ? "a ping" : null)
          .with("kind", i == 0 ? "ping" : "push")
          .with("repository", "github.com/acme/shop")
          .with("events", i == 0 ? 0 : 1);
    }
    for (int i = 0; i < 3; i++) {
      rows.row("deliveries")
          .with("sender", "github")
          .with("id", "dead-" + i)
          .with("received_at", Instant.parse("2025-01-0" + (i + 1) + "T10:00:00Z"))
          .with("occurred_at", Instant.parse("2025-01-0" + (i + 1) + "T10:0" + i + ":30Z"))
          .with("outcome", "dead")
          .with("reason", i == 0 ? "no ref" : "no sha")
          .with("kind", "push")
          .with("events", 0)
          .with("bytes", 10 + i)
          .with("row_version", 100 + i);
    }
    rows.row("deliveries")
        .with("sender", "github")
        .with("id", "partly")
        .with("received_at", Instant.parse("2025-02-05T10:00:00Z"))
        .with("occurred_at", Instant.parse("2025-02-05T10:00:00Z"))
        .with("outcome", "accepted")
        .with("reason", "skipped: $.commits[3].id is missing")
        .with("kind", "push")
        .with("events", 1);
    for (String sha : List.of("0".repeat(40), "f".repeat(40))) {
      rows.row("candidates")
          .with("service", "checkout")
          .with("id", "workflow " + sha)
          .with("source", "workflow")
          .with("chosen_source", "deployment")
          .with("name", "Deploy")
          .with("environment", "production")
          .with("sha", sha)
          .with("status", "succeeded")
          .with("finished_at", Instant.parse("2026-03-10T10:00:00Z"));
    }
    rows.row("conflicts")
        .with("kind", "deployment")
        .with("key", "github.com/acme/shop  42")
        .with("id", "42")
        .with("repository", "github.com/acme/shop")
        .with("aspects", List.of("commit"))
        .with("standing", List.of("bbbb"))
        .with("other", List.of("aaaa"))
        .with("events", 1)
        .with("sender", "github")
        .with("status", "succeeded")
        .with("occurred_at", Instant.parse("2026-03-09T10:00:00Z"))
        .with("other_sender", "github")
        .with("other_status", "succeeded")
        .with("other_occurred_at", Instant.parse("2026-04-11T10:00:00Z"));
    rows.row("refusals")
        .with("sender", "gitlab")
        .with("minute", Instant.parse("2026-04-15T11:59:00Z"))
        .with("reason", "secret")
        .with("instance", "one")
        .with("count", 4)
        .with("detail", "the token is none of DORADO_SECRETS_GITLAB");
    writeRejected(rows, "sink", "deliveries", null, "rejected");
    writeRejected(rows, "step", "route", 1, "rejected");
    writeRejected(rows, "step", "attribute", 2, "rejected");
    writeRejected(rows, "topology", "dorado.pushes", 1, "retried");
    writeRejected(rows, "sink", "changes", 1, "superseded");
    writeRejected(rows, "step", "merge", 1, "slow");
    writeRejected(rows, "step", "catalog", 1, "dismissed");
  }

  private static void writeRejected(
      TestRows rows, String place, String name, Integer generation, String status) {
    rows.row("rejected")
        .with("id", place + name)
        .with("place", place)
        .with("name", name)
        .with("generation", generation)
        .with("error", "IllegalStateException")
        .with("reason", "no such thing")
        .with("topic", place.equals("step") ? "dorado-route-repartition" : null)
        .with("rejected_at", Instant.parse("2026-04-15T11:00:00Z"))
        .with("status", status);
  }

  private static void writeCorrections(TestRows rows) {
    String failed = "github.com/acme/shop!deployment/2#a:b";
    rows.correction("checkout", "c1", "2026-03-04T10:00:00Z", "link")
        .with("deployment_id", failed)
        .with("incident_id", "i1")
        .with("effect", "revoked")
        .with("effect_reason", "c2 takes it back");
    rows.correction("checkout", "c2", "2026-03-05T10:00:00Z", "revoke")
        .with("revokes", "c1")
        .with("author", "ada");
    rows.correction("checkout", "c3", "2026-03-06T10:00:00Z", "exclude")
        .with("deployment_id", "rehearsal");
    rows.correction("search", "c4", "2026-03-07T10:00:00Z", "mark")
        .with("deployment_id", "nothing-known")
        .with("mark", "failed")
        .with("effect", "void")
        .with("effect_reason", "no deployment nothing-known is known");
    rows.correction("checkout", "c5", "2026-01-08T10:00:00Z", "mark")
        .with("deployment_id", "another attempt of the rehearsal's rollout")
        .with("mark", "planned");
    rows.deployment("checkout", "rehearsal", "2026-01-06T09:00:00Z")
        .with("counted", false)
        .with("excluded", true)
        .with("excluded_reason", "seen in the log")
        .with("corrections", List.of("c3", "c5"));
  }

  /** 2025, when search began: its founder, then five people who came later, and what CI did. */
  private static void writeTheYearBefore(TestRows rows) {
    String repository = "github.com/acme/search";
    rows.row("changes")
        .with("service", "acme/legacy")
        .with("id", "github.com/acme/legacy#1")
        .with("environment", "staging")
        .with("repository", "github.com/acme/legacy")
        .with("sha", "0".repeat(40))
        .with("started_at", Instant.parse("2024-09-01T00:00:00Z"));
    rows.change("search", repository + "#101", "2025-01-02T00:00:00Z", "p0")
        .with("started_at", Instant.parse("2025-01-01T00:00:00Z"))
        .with("contributor", "founder");
    for (int i = 1; i <= 4; i++) {
      rows.change("search", repository + "#20" + i, "2025-06-0%dT00:00:00Z".formatted(1 + i), "p1")
          .with("started_at", Instant.parse("2025-06-01T00:00:00Z"))
          .with("start_method", "commit")
          .with("pull_request", 200 + i)
          .with("contributor", "newcomer-" + i);
    }
    rows.change("search", repository + "#205", "2025-06-09T00:00:00Z", "")
        .with("started_at", Instant.parse("2025-06-08T00:00:00Z"))
        .with("contributor", "newcomer-5")
        .with("deployed_at", null)
        .with("deployment_id", null)
        .with("shipping_rule", null);
    rows.change("idle", repository + "#206", "2025-06-09T00:00:00Z", "")
        .with("started_at", Instant.parse("2025-06-08T00:00:00Z"))
        .with("contributor", "one-of-before")
        .with("deployed_at", null)
        .with("deployment_id", null)
        .with("shipping_rule", "S5");
    rows.deployment("search", "p1", "2025-06-10T00:00:00Z").with("changes", 4);
    rows.deployment("search", "p2", "2025-06-11T00:00:00Z").with("changes", 2);
    rows.deployment("search", "p3", "2025-06-12T00:00:00Z")
        .with("kind", "rollback")
        .with("changes", 0);
    ciRun(rows, "r1", "push", "success", 300);
    ciRun(rows, "r2", "push", "failure", 900);
    ciRun(rows, "r3", "push", "cancelled", 5);
    // From the main branch of a fork.
    ciRun(rows, "r4", "pull_request", "success", 120);
    ciRun(rows, "r5", "schedule", "success", 1).with("default_branch", false);
  }

  /** In 2024: a repository of two services of one team, and one of two teams. */
  private static void writeSharedRepositories(TestRows rows) {
    Map.of("truck", "logistics", "ship", "logistics", "one", "shared", "two", "shared")
        .forEach(
            (service, repository) -> {
              String owner = service.equals("two") ? "discovery" : "logistics";
              rows.catalog(service, "2024-01-01T00:00:00Z", owner)
                  .with("repository", "github.com/acme/" + repository);
              rows.catalog(service, "2024-12-31T00:00:00Z", owner).with("removed", true);
            });
    for (String repository : List.of("logistics", "shared")) {
      ciRun(rows, "run of " + repository, "push", "success", 60)
          .with("service", "acme/" + repository)
          .with("repository", "github.com/acme/" + repository)
          .with("finished_at", Instant.parse("2024-06-10T00:00:00Z"));
    }
  }

  private static TestRows.Row ciRun(
      TestRows rows, String id, String trigger, String outcome, double duration) {
    return rows.row("ci_runs")
        .with("service", "search")
        .with("id", id)
        .with("repository", "github.com/acme/search")
        .with("trigger", trigger)
        .with("default_branch", true)
        .with("finished_at", Instant.parse("2025-06-10T00:00:00Z"))
        .with("outcome", outcome)
        .with("duration", duration);
  }

  @Test
  void theGaugesAreTheNumbersOfTheSummaryAndTheUnknownHasNone() {
    JsonNode team =
        StreamSupport.stream(
                api.json("/api/v1/summary?group_by=team").path("groups").spliterator(), false)
            .filter(group -> group.path("group").path("team").asText().equals("discovery"))
            .findFirst()
            .orElseThrow()
            .path("metrics");
    List<String> gauges = List.of(api.get("/metrics/dora").body().split("\n"));

    String labels = "{by=\"team\",service=\"\",team=\"discovery\"} ";
    for (String metric : List.of("deployment_frequency", "change_fail_rate")) {
      for (String number : List.of("value", "n", "low", "high", "previous")) {
        JsonNode expected = team.path(metric).path(number);
        String name = "dorado_" + metric + (number.equals("value") ? "" : "_" + number);
        if (expected.isNull()) {
          assertThat(gauges).as(name).noneMatch(line -> line.startsWith(name + labels));
        } else {
          assertThat(gauges).contains(name + labels + expected.asDouble());
        }
      }
    }
    assertThat(gauges)
        .noneMatch(line -> line.startsWith("dorado_failed_deployment_recovery_time" + labels))
        .anyMatch(
            line ->
                line.startsWith(
                    "dorado_last_deployment_timestamp_seconds{service=\"search\",team=\"discovery\"} 1.7732"))
        .anyMatch(line -> line.startsWith("dorado_deployment_frequency{by=\"organisation\""));
  }

  @Test
  void theGaugesAreOfThoseWithTheMostDeployments() {
    var one =
        ConfigFactory.parseString("dorado.api.dora-gauges-groups = 1")
            .withFallback(ConfigFactory.load());
    try (var few = TestApi.start(connections, Instant.parse("2026-04-15T12:00:00Z"), one, true)) {
      assertThat(few.get("/metrics/dora").body())
          .contains("by=\"service\",service=\"checkout\"")
          .doesNotContain("search", "idle");
    }
  }

  @Test
  void theSummaryHasTheNumbersThatWereWorkedOutByHand() {
    JsonNode summary = api.json("/api/v1/summary?" + MARCH);
    assertThat(summary.get("from").asText()).isEqualTo("2026-03-02T00:00:00Z");
    assertThat(summary.get("to").asText()).isEqualTo("2026-03-30T00:00:00Z");
    assertThat(summary.get("previous").get("from").asText()).isEqualTo("2026-02-02T00:00:00Z");
    assertThat(summary.get("groups")).hasSize(1);
    assertThat(summary.get("groups").get(0).get("group")).isEmpty();
    JsonNode metrics = summary.get("groups").get(0).get("metrics");

    JsonNode frequency = metrics.get("deployment_frequency");
    assertThat(frequency.get("value").asDouble()).isEqualTo(8 / DAYS);
    assertThat(frequency.get("n").asInt()).isEqualTo(8);
    assertThat(frequency.get("previous").asDouble()).isEqualTo(2 / DAYS);
    assertThat(frequency.get("days_per_week").asDouble()).isEqualTo(2);
    assertThat(frequency.get("tier").asText()).isEqualTo("high");
    assertThat(frequency.get("benchmark").get("year").asInt()).isEqualTo(2023);
    // Exact Poisson interval of 8 events: 3.4538 to 15.7632.
    assertThat(frequency.get("low").asDouble()).isCloseTo(3.4538 / DAYS, within(1e-5));
    assertThat(frequency.get("high").asDouble()).isCloseTo(15.7632 / DAYS, within(1e-5));

    JsonNode leadTime = metrics.get("change_lead_time");
    assertThat(leadTime.get("value").asDouble()).isEqualTo(14400);
    assertThat(leadTime.get("n").asInt()).isEqualTo(5);
    assertThat(leadTime.get("p75").asDouble()).isEqualTo(21600);
    assertThat(leadTime.get("p90").asDouble()).isCloseTo(30240, within(1e-6));
    assertThat(leadTime.get("low").isNull()).isTrue();
    assertThat(leadTime.get("bots").asInt()).isEqualTo(1);
    assertThat(leadTime.get("unknown").asInt()).isEqualTo(1);
    assertThat(leadTime.get("stages").get("coding").asDouble()).isEqualTo(600);
    assertThat(leadTime.get("stages").get("pickup").isNull()).isTrue();
    assertThat(leadTime.get("tier").asText()).isEqualTo("elite");
    assertThat(leadTime.get("tiers")).as("5 are too few for an interval").isEmpty();
    assertThat(leadTime.get("previous").isNull()).isTrue();

    JsonNode failRate = metrics.get("change_fail_rate");
    assertThat(failRate.get("value").asDouble()).isEqualTo(0.25);
    assertThat(failRate.get("n").asInt()).isEqualTo(8);
    assertThat(failRate.get("failed").asInt()).isEqualTo(2);
    assertThat(failRate.get("previous").asDouble()).isEqualTo(0.5);
    assertThat(failRate.get("unlinked_incidents_share").asDouble()).isEqualTo(0.5);
    // Wilson's interval of 2 in 8.
    assertThat(failRate.get("low").asDouble()).isCloseTo(0.0715, within(1e-4));
    assertThat(failRate.get("high").asDouble()).isCloseTo(0.5907, within(1e-4));
    assertThat(failRate.get("tier").asText()).isEqualTo("low");
    assertThat(failRate.get("tiers"))
        .extracting(JsonNode::asText)
        .containsExactly("high", "medium", "low");

    JsonNode recovery = metrics.get("failed_deployment_recovery_time");
    assertThat(recovery.get("value").asDouble()).isEqualTo(5400);
    assertThat(recovery.get("n").asInt()).isEqualTo(2);
    assertThat(recovery.get("open").asInt()).isEqualTo(1);
    assertThat(recovery.get("oldest_open").asDouble()).isEqualTo(827400);

    assertThat(metrics.get("deployment_rework_rate").get("value").asDouble()).isEqualTo(1 / 8.0);
    assertThat(metrics.get("change_rework_rate").get("value").asDouble()).isEqualTo(1 / 7.0);
    assertThat(metrics.get("change_rework_rate").get("n").asInt()).isEqualTo(7);
    assertThat(metrics.get("rollout_success_rate").get("value").asDouble()).isEqualTo(0.9);
    assertThat(metrics.get("rollout_success_rate").get("n").asInt()).isEqualTo(10);
  }

  @Test
  void everyMetricIsComparedWithThePeriodBefore() {
    JsonNode summary = api.json("/api/v1/summary?" + MARCH);
    assertThat(summary.at("/previous/basis").asText()).isEqualTo("days");
    assertThat(summary.get("unfinished").asBoolean()).isFalse();
    JsonNode metrics = summary.at("/groups/0/metrics");
    JsonNode failRate = metrics.at("/change_fail_rate/change");
    assertThat(failRate.get("difference").asDouble()).isEqualTo(-0.25);
    assertThat(failRate.get("low").asDouble()).isLessThan(-0.25);
    assertThat(failRate.get("verdict").asText()).isEqualTo("could_be_chance");
    assertThat(failRate.get("method").asText()).isEqualTo("proportions");
    assertThat(failRate.get("reason").asText())
        .isEqualTo("8 and 2 rows: at least 10 are needed in each period");
    assertThat(metrics.at("/deployment_frequency/change/difference").asDouble())
        .isEqualTo(6 / DAYS);
    assertThat(metrics.at("/change_lead_time/change/verdict").asText()).isEqualTo("no_data");
    assertThat(summary.at("/rules/proximity_window").asInt()).isEqualTo(86400);
  }

  @Test
  void anUnfinishedMonthIsComparedWithTheSamePartOfTheOneBefore() {
    JsonNode summary = api.json("/api/v1/summary?from=2026-04-01&to=2026-05-01");
    assertThat(summary.get("to").asText()).isEqualTo("2026-05-01T00:00:00Z");
    assertThat(summary.get("unfinished").asBoolean()).isTrue();
    assertThat(summary.get("days").asDouble()).isEqualTo(14.5);
    assertThat(summary.at("/previous/from").asText()).isEqualTo("2026-03-01T00:00:00Z");
    assertThat(summary.at("/previous/to").asText()).isEqualTo("2026-03-15T12:00:00Z");
    assertThat(summary.at("/previous/basis").asText()).isEqualTo("months");
    JsonNode frequency = summary.at("/groups/0/metrics/deployment_frequency");
    assertThat(frequency.get("previous_n").asInt()).isEqualTo(6);
    JsonNode series = api.json("/api/v1/series?interval=week&from=2026-04-01&to=2026-05-01");
    assertThat(series).hasSize(5);
    assertThat(series.get(4).get("deployment_frequency").isNull())
        .as("a week that has not begun is unknown")
        .isTrue();
  }

  @Test
  void thereIsNoTierWithoutAnIncidentSourceOrOutsideProduction() {
    JsonNode legacy =
        api.json("/api/v1/summary?service=acme/legacy&" + MARCH)
            .at("/groups/0/metrics/change_fail_rate");
    assertThat(legacy.get("value").asDouble()).isZero();
    assertThat(legacy.get("tier").isNull()).isTrue();
    assertThat(legacy.get("tier_reason").asText()).startsWith("no incident source is known");
    JsonNode search =
        api.json("/api/v1/summary?service=search&" + MARCH)
            .at("/groups/0/metrics/change_fail_rate");
    assertThat(search.get("tier").asText()).isEqualTo("elite");
    assertThat(search.get("tier_reason").isNull()).isTrue();

    for (String environment : List.of("staging", "qa", "production,staging")) {
      JsonNode metrics =
          api.json("/api/v1/summary?" + MARCH + "&environment=" + environment)
              .at("/groups/0/metrics");
      assertThat(metrics.at("/change_fail_rate/tier").isNull()).as(environment).isTrue();
      assertThat(metrics.at("/deployment_frequency/tier_reason").asText())
          .isEqualTo("the tiers are defined for production only");
    }
    assertThat(
            api.json("/api/v1/summary?" + MARCH + "&environment=eu-prod")
                .at("/groups/0/metrics/deployment_frequency/tier_reason")
                .isNull())
        .as("a name of production's")
        .isTrue();
    JsonNode groups =
        api.json("/api/v1/summary?group_by=environment&environment=production,staging&" + MARCH)
            .get("groups");
    assertThat(groups.get(0).at("/metrics/deployment_frequency/tier").isNull()).isFalse();
    assertThat(groups.get(1).at("/metrics/deployment_frequency/tier").isNull()).isTrue();
  }

  @Test
  void aServiceThatNobodyHeardDeployHasAFrequencyAndNoTier() {
    JsonNode frequency =
        api.json("/api/v1/summary?service=idle&from=2026-01-01&to=2026-04-01")
            .at("/groups/0/metrics/deployment_frequency");
    assertThat(frequency.get("value").asDouble()).isZero();
    assertThat(frequency.get("tier").isNull()).isTrue();
    assertThat(frequency.get("tier_reason").asText()).startsWith("no deployment is known yet");
  }

  @Test
  void aReorganisationCountsFromItsDateAndTheTeamsAddUpToTheWhole() {
    Map<String, JsonNode> teams = groups("group_by=team", "team");
    assertThat(teams.keySet()).containsExactly("discovery", "payments", "platform", "null");
    assertThat(n(teams.get("payments"), "deployment_frequency")).isEqualTo(3);
    assertThat(n(teams.get("platform"), "deployment_frequency")).isEqualTo(2);
    assertThat(n(teams.get("discovery"), "deployment_frequency")).isEqualTo(2);
    assertThat(n(teams.get("null"), "deployment_frequency")).isEqualTo(1);
    assertThat(value(teams.get("payments"), "change_fail_rate")).isEqualTo(1 / 3.0);
    assertThat(value(teams.get("platform"), "change_fail_rate")).isEqualTo(1 / 2.0);
    assertThat(value(teams.get("payments"), "failed_deployment_recovery_time")).isEqualTo(5400);
    assertThat(value(teams.get("platform"), "failed_deployment_recovery_time")).isNull();
    assertThat(value(groups("team=platform", "").get("{}"), "deployment_frequency"))
        .isEqualTo(2 / DAYS);
  }

  @Test
  void theGoldenPathAppliesFromItsDate() {
    Map<String, JsonNode> paths = groups("group_by=golden_path", "golden_path");
    assertThat(paths.keySet()).containsExactly("java", "null");
    assertThat(n(paths.get("java"), "deployment_frequency")).isEqualTo(4);
    assertThat(n(paths.get("null"), "deployment_frequency")).isEqualTo(4);
    assertThat(n(groups("golden_path=true", "").get("{}"), "deployment_frequency")).isEqualTo(4);
    assertThat(n(groups("golden_path=java", "").get("{}"), "deployment_frequency")).isEqualTo(4);
    assertThat(n(groups("golden_path=false", "").get("{}"), "deployment_frequency")).isEqualTo(4);
    assertThat(n(groups("golden_path=node", "").get("{}"), "deployment_frequency")).isEqualTo(0);
  }

  @Test
  void aServiceThatNeverDeployedIsZeroAndOneThatNobodyKnowsIsUnknown() {
    Map<String, JsonNode> services = groups("group_by=service", "service");
    assertThat(services.keySet()).containsExactly("acme/legacy", "checkout", "idle", "search");
    assertThat(value(services.get("idle"), "deployment_frequency")).isEqualTo(0.0);
    assertThat(value(services.get("idle"), "change_fail_rate")).isNull();
    assertThat(value(services.get("idle"), "change_lead_time")).isNull();

    JsonNode nobody = groups("service=nobody", "").get("{}");
    assertThat(value(nobody, "deployment_frequency")).isNull();
    assertThat(groups("service=nobody&group_by=service", "service")).isEmpty();
    assertThat(api.json("/api/v1/deployments?service=nobody&" + MARCH).get("items")).isEmpty();
  }

  @Test
  void repositoriesAreFoundWithAndWithoutHostAndSeveralValuesMeanAnyOfThem() {
    assertThat(n(groups("repository=acme/shop", "").get("{}"), "deployment_frequency"))
        .isEqualTo(5);
    assertThat(n(groups("repository=github.com/acme/Shop", "").get("{}"), "deployment_frequency"))
        .isEqualTo(5);
    assertThat(n(groups("service=checkout,search", "").get("{}"), "deployment_frequency"))
        .isEqualTo(7);
    assertThat(n(groups("service=checkout&service=search", "").get("{}"), "deployment_frequency"))
        .isEqualTo(7);
    assertThat(n(groups("service=", "").get("{}"), "deployment_frequency")).isEqualTo(8);
  }

  @Test
  void anEnvironmentIsAClassOrAName() {
    assertThat(ids("/deployments?environment=staging&" + MARCH)).containsExactly("s1");
    assertThat(ids("/deployments?environment=qa&" + MARCH)).containsExactly("s1");
    assertThat(ids("/changes?environment=staging&" + MARCH))
        .containsExactly("github.com/acme/shop#9");
    assertThat(ids("/changes?environment=qa&" + MARCH)).containsExactly("github.com/acme/shop#9");
    assertThat(ids("/changes?environment=eu-prod&" + MARCH)).isEmpty();
    assertThat(ids("/deployments?environment=eu-prod&" + MARCH)).containsExactly("e2");
    assertThat(groups("group_by=environment", "environment").keySet())
        .containsExactly("production");
    assertThat(
            groups("group_by=environment&environment=production,staging", "environment").keySet())
        .containsExactly("production", "staging");
  }

  @Test
  void aServiceIsKnownAsSoonAsAFactNamesItAndNoLongerOnceThatIsTakenBack() throws Exception {
    String question = "/api/v1/summary?group_by=service&from=2024-01-01&to=2024-02-01";
    int before = api.json(question).get("groups").size();
    var rows = new TestRows(connections);
    rows.deployment("passing", "x1", "2024-01-06T10:00:00Z");
    rows.insert();
    assertThat(api.json(question).get("groups")).hasSize(before + 1);
    assertThat(api.json(question).get("groups")).hasSize(before + 1);
    rows.deployment("passing", "x1", "2024-01-06T10:00:00Z").retracted();
    rows.insert();
    assertThat(api.json(question).get("groups")).hasSize(before);
  }

  @Test
  void rowsThatWereTakenBackAreGone() {
    assertThat(ids("/deployments?status=all&limit=1000&" + MARCH)).doesNotContain("taken-back");
    api.problem("/api/v1/deployments/taken-back", 404);
  }

  @Test
  void deploymentsAreListedNewestFirstWithTheirRedeploysAndWithoutAttemptsThatFailed() {
    assertThat(ids("/deployments?service=checkout&" + MARCH))
        .containsExactly("d7", "d5", "d4", "d3", "github.com/acme/shop!deployment/2#a:b", "d1");
    assertThat(ids("/deployments?service=checkout&status=failed&" + MARCH)).containsExactly("d6");
    assertThat(ids("/deployments?status=all&service=checkout&" + MARCH)).hasSize(7);
    assertThat(ids("/deployments?by=recovered_at&" + MARCH))
        .containsExactly("github.com/acme/shop!deployment/2#a:b", "d00");
  }

  @Test
  void pagesHoldEveryRowOnce() {
    List<String> found = new ArrayList<>();
    String cursor = "";
    int pages = 0;
    do {
      JsonNode page = api.json("/api/v1/deployments?status=all&limit=3&" + MARCH + cursor);
      page.get("items").forEach(item -> found.add(item.get("id").asText()));
      cursor = page.get("next").isNull() ? "" : "&cursor=" + page.get("next").asText();
      pages++;
    } while (!cursor.isEmpty());
    assertThat(pages).isEqualTo(4);
    assertThat(found).hasSize(10).doesNotHaveDuplicates();

    JsonNode first = api.json("/api/v1/services?limit=3");
    assertThat(first.get("items")).hasSize(3);
    JsonNode second = api.json("/api/v1/services?limit=3&cursor=" + first.get("next").asText());
    assertThat(second.get("items").get(0).get("id").asText()).isEqualTo("search");
    assertThat(second.get("next").isNull()).isTrue();
  }

  @Test
  void aDeploymentIsGivenWithWhatItShippedAndItsIncidents() {
    String id = "github.com/acme/shop!deployment/2#a:b";
    JsonNode deployment = api.json("/api/v1/deployments/" + encoded(id));
    assertThat(deployment.get("id").asText()).isEqualTo(id);
    assertThat(deployment.get("team").asText()).isEqualTo("payments");
    assertThat(deployment.get("tier").asText()).isEqualTo("1");
    assertThat(deployment.get("failure_rule").asText()).isEqualTo("F6");
    assertThat(deployment.get("recovered_at").asText()).isEqualTo("2026-03-03T11:30:00Z");
    assertThat(deployment.get("changes_shipped").get(0).get("id").asText())
        .isEqualTo("github.com/acme/shop#2");
    assertThat(deployment.get("incidents_linked").get(0).get("id").asText()).isEqualTo("i1");
    assertThat(deployment.get("previous").get("id").asText()).isEqualTo("d1");
    // Slashes may stand as they are; # can't.
    assertThat(api.json("/api/v1/deployments/github.com/acme/shop!deployment/2%23a:b").get("id"))
        .isEqualTo(deployment.get("id"));
  }

  @Test
  void aDeploymentTellsItsStoryInOrder() {
    JsonNode deployment =
        api.json("/api/v1/deployments/" + encoded("github.com/acme/shop!deployment/2#a:b"));
    JsonNode story = deployment.get("story");
    assertThat(values(story, "step"))
        .containsExactly(
            "kind", "shipping", "rework", "failure", "recovery", "corrections", "corrections");
    assertThat(story.get(1).get("text").asText())
        .contains("It shipped 1 change, compared with d1", "finished on 2026-03-02 10:00 UTC.");
    assertThat(values(story, "rule")).startsWith("K1", "S4", "W1", "F6").contains("F2");
    assertThat(values(deployment.get("corrections_made"), "id")).containsExactly("c1", "c2");
    assertThat(story.get(5).get("text").asText()).contains("revoked: c2 takes it back");
    assertThat(api.json("/api/v1/incidents/i1").get("corrections_made")).hasSize(2);
    assertThat(values(api.json("/api/v1/incidents/i2").get("story"), "step"))
        .containsExactly("impact", "link", "resolution");
    assertThat(
            values(
                api.json("/api/v1/changes/" + encoded("github.com/acme/shop#1")).get("story"),
                "step"))
        .containsExactly("start", "reactive", "shipping", "lead-time");
  }

  @Test
  void anExcludedDeploymentIsListedAndCountsNowhere() {
    String only = "service=checkout&from=2026-01-01&to=2026-02-01";
    assertThat(ids("/deployments?" + only)).containsExactly("rehearsal");
    JsonNode metrics = api.json("/api/v1/summary?" + only).at("/groups/0/metrics");
    assertThat(n(metrics, "rollout_success_rate")).isZero();
    assertThat(api.json("/api/v1/deployments/rehearsal").at("/story/1/text").asText())
        .contains("It ships nothing, as it is excluded: seen in the log");
  }

  @Test
  void whatIsSaidOfAnotherAttemptOfItsRolloutStandsInADeploymentsStory() {
    assertThat(values(api.json("/api/v1/deployments/rehearsal").get("corrections_made"), "id"))
        .containsExactly("c5", "c3");
  }

  @Test
  void correctionsAreListedWithWhatBecameOfThem() {
    assertThat(ids("/corrections?" + MARCH)).containsExactly("c4", "c3", "c2", "c1");
    assertThat(ids("/corrections?service=checkout&effect=in%20force,revoked&" + MARCH))
        .containsExactly("c3", "c2", "c1");
    assertThat(ids("/corrections?incident=i1&" + MARCH)).containsExactly("c1");
    assertThat(ids("/corrections?deployment=rehearsal&" + MARCH)).containsExactly("c3");
    JsonNode first = api.json("/api/v1/corrections?limit=1&" + MARCH);
    assertThat(first.at("/items/0/effect_reason").asText()).contains("nothing-known");
    assertThat(ids("/corrections?limit=1&" + MARCH + "&cursor=" + first.get("next").asText()))
        .containsExactly("c3");
  }

  @Test
  void deploymentsAreFilteredByFailureReworkAndKind() {
    assertThat(ids("/deployments?failed=true&" + MARCH))
        .containsExactly("d7", "github.com/acme/shop!deployment/2#a:b");
    assertThat(ids("/deployments?failed=false&service=checkout&" + MARCH))
        .containsExactly("d5", "d4", "d3", "d1");
    assertThat(ids("/deployments?rework=true&" + MARCH)).containsExactly("d3");
    assertThat(ids("/deployments?kind=rollback,redeploy&" + MARCH)).containsExactly("d5", "d3");
    assertThat(ids("/deployments?kind=rollback&failed=true&" + MARCH)).isEmpty();
  }

  @Test
  void botsCountInDeploymentsAndFailuresButNotInTheLeadTime() {
    // The bot's change #4 took 10 s, and was shipped with #3 and #5 by d4 (rule E5).
    String only = "service=checkout&from=2026-03-17&to=2026-03-18";
    JsonNode metrics = api.json("/api/v1/summary?" + only).at("/groups/0/metrics");
    assertThat(value(metrics, "change_lead_time")).isEqualTo(36000);
    assertThat(n(metrics, "change_lead_time")).isEqualTo(1);
    assertThat(metrics.at("/change_lead_time/bots").asInt()).isEqualTo(1);
    assertThat(n(metrics, "change_rework_rate")).isEqualTo(3);
    assertThat(n(metrics, "deployment_frequency")).isEqualTo(1);
    JsonNode day = api.json("/api/v1/series?" + only).get(0);
    assertThat(day.get("change_lead_time").asDouble()).isEqualTo(36000);
    assertThat(day.get("changes").asInt()).isEqualTo(3);
  }

  @Test
  void changesAreListedByWhenTheyWereShipped() {
    assertThat(ids("/changes?service=checkout&" + MARCH)).hasSize(5);
    assertThat(ids("/changes?shipped=false&" + MARCH)).containsExactly("github.com/acme/shop#7");
    assertThat(ids("/changes?shipped=all&" + MARCH))
        .hasSize(9)
        .contains("github.com/acme/shop#7", "github.com/acme/shop#8");
    JsonNode change = api.json("/api/v1/changes/" + encoded("github.com/acme/shop#1"));
    assertThat(change.get("stages").get("review").asDouble()).isEqualTo(1200);
    assertThat(change.has("coding")).isFalse();
    assertThat(api.json("/api/v1/changes/" + encoded("github.com/acme/search#6")).get("items"))
        .hasSize(2);
  }

  @Test
  void incidentsAreListedByWhenTheyBegan() {
    assertThat(ids("/incidents?" + MARCH)).containsExactly("i2", "i1");
    JsonNode incident = api.json("/api/v1/incidents/i1");
    assertThat(incident.get("deployment").get("id").asText())
        .isEqualTo("github.com/acme/shop!deployment/2#a:b");
    assertThat(api.json("/api/v1/incidents/i2").get("deployment").isNull()).isTrue();
  }

  @Test
  void practicesAreThoseOfTheRunsBranchesAndBatchesOfThePeriod() {
    JsonNode practices = practices("from=2025-06-01&to=2025-07-01");
    assertThat(value(practices, "ci_duration_default_branch")).isEqualTo(600);
    assertThat(practices.at("/ci_duration_default_branch/p75").asDouble()).isEqualTo(750);
    assertThat(value(practices, "ci_success_default_branch")).isEqualTo(0.5);
    assertThat(practices.at("/ci_success_default_branch/other").asInt()).isEqualTo(1);
    assertThat(value(practices, "ci_duration_pull_requests")).isEqualTo(120);
    assertThat(value(practices, "ci_success_pull_requests")).isEqualTo(1);
    assertThat(value(practices, "ci_under_10_minutes")).isEqualTo(2 / 3.0);
    assertThat(n(practices, "ci_under_10_minutes")).isEqualTo(3);
    // Merged 10 min before each of 2 to 5 June.
    assertThat(value(practices, "branch_age")).isEqualTo(2.5 * 86400 - 600);
    assertThat(n(practices, "branch_age")).isEqualTo(4);
    assertThat(value(practices, "batch_size")).isEqualTo(3);
    assertThat(n(practices, "batch_size")).isEqualTo(2);
  }

  @Test
  void whoIsNewCountsAlsoIfNothingOfThemWasDeployedYet() {
    JsonNode newcomers =
        practices("from=2025-06-01&to=2025-07-01").get("contributor_first_deployment");
    assertThat(newcomers.get("n").asInt()).isEqualTo(5);
    assertThat(newcomers.get("censored").asInt()).isEqualTo(1);
    assertThat(newcomers.get("left_out").asInt()).isEqualTo(1);
    // After 1, 2, 3 and 4 days, and of one not yet.
    assertThat(newcomers.get("value").asDouble()).isEqualTo(3 * 86400);
    assertThat(
            practices("from=2025-06-01&to=2025-07-01&team=discovery")
                .get("contributor_first_deployment"))
        .isEqualTo(newcomers);
  }

  @Test
  void nothingIsSaidOfAFewPeople() {
    JsonNode few = practices("from=2025-06-01&to=2025-06-02").get("contributor_first_deployment");
    for (String name : List.of("value", "n", "low", "high", "censored", "left_out")) {
      assertThat(few.get(name).isNull()).as(name).isTrue();
    }
    String all =
        api.get("/api/v1/practices?group_by=service,repository,team&from=2025-01-01").body();
    assertThat(all + api.get("/api/v1/changes?from=2025-01-01&shipped=all").body())
        .doesNotContain("newcomer-", "founder");
  }

  @Test
  void aServiceIsNewFromItsFirstCommit() {
    JsonNode search = practices("from=2025-01-01&to=2025-02-01").get("service_first_deployment");
    assertThat(search.get("n").asInt()).isEqualTo(1);
    assertThat(search.get("value").asDouble()).isEqualTo(160 * 86400);
    assertThat(search.get("censored").asInt()).isZero();
  }

  @Test
  void aServiceOfTheFirstDaysOfTheDataIsNotNew() {
    JsonNode legacy =
        practices("from=2024-09-01&to=2024-09-02&environment=staging")
            .get("service_first_deployment");
    assertThat(legacy.get("n").asInt()).isZero();
    assertThat(legacy.get("left_out").asInt()).isEqualTo(1);
  }

  @Test
  void practicesAreGroupedAndUnknownWhereThereIsNoData() {
    JsonNode groups =
        api.json("/api/v1/practices?group_by=service&from=2025-06-01&to=2025-07-01").get("groups");
    assertThat(groups).hasSize(4);
    JsonNode checkout = groups.get(1);
    assertThat(checkout.at("/group/service").asText()).isEqualTo("checkout");
    checkout
        .get("practices")
        .forEach(practice -> assertThat(practice.get("value").isNull()).isTrue());
    assertThat(groups.get(3).at("/practices/batch_size/value").asDouble()).isEqualTo(3);
    assertThat(api.get("/api/v1/practices?format=csv&group_by=team").body())
        .startsWith("team,ci_duration_default_branch_value,");
  }

  @Test
  void ciRunsOfARepositoryThatOneTeamOwnsWholeAreOfThatTeam() {
    String period = "from=2024-06-01&to=2024-07-01";
    var runs = new HashMap<String, Integer>();
    api.json("/api/v1/practices?group_by=team&" + period)
        .get("groups")
        .forEach(
            group ->
                runs.put(
                    group.at("/group/team").asText(),
                    group.at("/practices/ci_success_default_branch/n").asInt()));
    assertThat(runs)
        .containsEntry("logistics", 1)
        .containsEntry("discovery", 0)
        .containsEntry("null", 1);
    assertThat(n(practices(period + "&team=logistics"), "ci_success_default_branch")).isEqualTo(1);
    assertThat(n(practices(period), "ci_success_default_branch")).isEqualTo(2);
  }

  @Test
  void changesThatWaitSinceLongAgoAreStale() {
    assertThat(ids("/changes?stale=true")).containsExactly("github.com/acme/search#205");
    JsonNode waiting = api.json("/api/v1/changes?shipped=false&" + MARCH).get("items");
    assertThat(values(waiting, "stale")).containsExactly("false");
    assertThat(ids("/changes?shipped=false&stale=false&from=2025-01-01"))
        .containsExactly("github.com/acme/shop#7");
    assertThat(api.json("/api/v1/changes/" + encoded("github.com/acme/search#205")).get("stale"))
        .isEqualTo(BooleanNode.TRUE);
  }

  @Test
  void aSeriesHasEveryBucket() {
    JsonNode series = api.json("/api/v1/series?interval=week&" + MARCH);
    assertThat(series).hasSize(4);
    assertThat(values(series, "time"))
        .containsExactly(
            "2026-03-02T00:00:00Z",
            "2026-03-09T00:00:00Z",
            "2026-03-16T00:00:00Z",
            "2026-03-23T00:00:00Z");
    assertThat(values(series, "deployments")).containsExactly("3", "3", "2", "0");
    assertThat(values(series, "changes")).containsExactly("2", "2", "3", "0");
    assertThat(values(series, "change_fail_rate"))
        .containsExactly(String.valueOf(1 / 3.0), "0.0", "0.5", "null");
    assertThat(values(series, "failed_deployment_recovery_time"))
        .containsExactly("5400.0", "null", "null", "null");
    assertThat(series.get(3).get("deployment_frequency").asDouble()).isEqualTo(0);
    assertThat(values(series, "incomplete")).containsOnly("false");
  }

  @Test
  void aSeriesHasARowForEachBucketAndGroupAndMarksTheEdges() {
    JsonNode series =
        api.json(
            "/api/v1/series?interval=month&group_by=team,service&from=2026-02-15&to=2026-05-01");
    // checkout for each of its teams, search, idle and acme/legacy, in three months.
    assertThat(series).hasSize(15);
    assertThat(new TreeSet<>(values(series, "incomplete"))).containsExactly("false", "true");
    assertThat(series.get(0).get("time").asText()).isEqualTo("2026-02-01T00:00:00Z");
    assertThat(series.get(0).get("incomplete").asBoolean()).isTrue();
    assertThat(series.get(5).get("incomplete").asBoolean()).isFalse();
    assertThat(series.get(10).get("incomplete").asBoolean()).isTrue();
    assertThat(series.get(0).has("team")).isTrue();
  }

  @Test
  void aSeriesWithMoreBucketsTimesGroupsThanTheBoundNamesBoth() {
    Config config =
        ConfigFactory.parseString("dorado.api.series-cells = 14")
            .withFallback(ConfigFactory.load());
    try (var bounded =
        TestApi.start(connections, Instant.parse("2026-04-15T12:00:00Z"), config, true)) {
      JsonNode problem =
          bounded.problem(
              "/api/v1/series?interval=month&group_by=team,service&from=2026-02-15&to=2026-05-01",
              400);
      assertThat(problem.get("groups").asInt()).isEqualTo(5);
      assertThat(problem.get("interval").asText()).isEqualTo("month");
      assertThat(problem.get("limit").asInt()).isEqualTo(14);
    }
  }

  @Test
  void bucketsFollowTheClocksOfTheZone() {
    JsonNode series =
        api.json("/api/v1/series?tz=Europe/Vienna&interval=day&from=2026-03-28&to=2026-03-31");
    assertThat(values(series, "time"))
        .containsExactly("2026-03-27T23:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z");
  }

  @Test
  void servicesAreGivenWithTheirPresentOwner() {
    JsonNode services = api.json("/api/v1/services?" + MARCH);
    Map<String, JsonNode> byId = byId(services);
    assertThat(byId.keySet()).containsExactly("acme/legacy", "checkout", "idle", "search");
    assertThat(byId.get("checkout").get("team").asText()).isEqualTo("platform");
    assertThat(byId.get("checkout").get("deployments").asInt()).isEqualTo(5);
    assertThat(byId.get("checkout").get("last_deployment_id").asText()).isEqualTo("d7");
    assertThat(byId.get("idle").get("last_deployment_at").isNull()).isTrue();
    assertThat(byId.get("acme/legacy").get("in_catalog").asBoolean()).isFalse();
    assertThat(byId.get("acme/legacy").get("repository").asText())
        .isEqualTo("github.com/acme/legacy");
    assertThat(ids("/services?team=discovery")).containsExactly("idle", "search");
    assertThat(api.json("/api/v1/services/checkout").get("catalog")).hasSize(2);
    assertThat(api.json("/api/v1/services/acme/legacy").get("catalog")).isEmpty();
    api.problem("/api/v1/services/nobody", 404);
  }

  @Test
  void teamsAndEnvironmentsAreGivenWithWhatTheyDeployed() {
    Map<String, JsonNode> teams = byId(api.json("/api/v1/teams?" + MARCH));
    assertThat(teams.keySet()).containsExactly("discovery", "payments", "platform");
    assertThat(teams.get("payments").get("deployments").asInt()).isEqualTo(3);
    assertThat(teams.get("discovery").get("services")).hasSize(2);
    Map<String, JsonNode> environments = byId(api.json("/api/v1/environments?" + MARCH));
    assertThat(environments.keySet()).containsExactly("production", "staging");
    assertThat(environments.get("production").get("deployments").asInt()).isEqualTo(8);
    assertThat(environments.get("production").get("services").asInt()).isEqualTo(3);
    assertThat(api.json("/api/v1/environments/qa?" + MARCH).get("id").asText())
        .isEqualTo("staging");
  }

  @Test
  void ingestSaysWhatArrivedWhatWasRefusedAndWhatIsNotLinked() {
    JsonNode ingest = api.json("/api/v1/ingest");
    assertThat(ingest.get("senders")).hasSize(2);
    JsonNode github = ingest.get("senders").get(0);
    assertThat(github.get("sender").asText()).isEqualTo("github");
    assertThat(github.get("last_delivery_at").asText()).isEqualTo("2026-04-12T10:00:02Z");
    assertThat(github.get("accepted").asInt()).isEqualTo(2);
    assertThat(github.get("ignored").asInt()).isEqualTo(1);
    assertThat(github.get("lag_seconds").asDouble()).isEqualTo(2);
    assertThat(github.get("ignored_reasons").get(0).get("reason").asText()).isEqualTo("a ping");
    JsonNode gitlab = ingest.get("senders").get(1);
    assertThat(gitlab.get("last_delivery_at").isNull()).isTrue();
    assertThat(gitlab.get("refused").asInt()).isEqualTo(4);
    assertThat(gitlab.get("refused_last_minute").asInt()).isEqualTo(4);
    assertThat(gitlab.get("refused_reasons").get(0).get("detail").asText())
        .contains("DORADO_SECRETS_GITLAB");
    assertThat(gitlab.get("skew_seconds").isNull()).isTrue();
    JsonNode shop = github.at("/repositories/0");
    assertThat(shop.get("repository").asText()).isEqualTo("github.com/acme/shop");
    assertThat(shop.get("accepted").asInt()).isEqualTo(2);
    assertThat(shop.get("ignored").asInt()).isEqualTo(1);
    assertThat(shop.get("dead").asInt()).isZero();
    assertThat(shop.get("lag_seconds").asDouble()).isEqualTo(2);
    assertThat(shop.get("skew_seconds").asDouble()).isZero();
    assertThat(shop.at("/ignored_reasons/0/reason").asText()).isEqualTo("a ping");
    assertThat(ingest.at("/advice/0/level").asText()).isEqualTo("error");
    assertThat(ingest.at("/advice/3/sender").asText()).isEqualTo("gitlab");
    assertThat(ingest.at("/advice/3/remedy").asText()).contains("DORADO_SECRETS_GITLAB");
    JsonNode march = api.json("/api/v1/ingest?" + MARCH);
    assertThat(values(march.at("/unlinked/repositories"), "repository"))
        .containsExactly("null", "github.com/acme/legacy");
    assertThat(march.get("unlinked").get("deployment_examples").get(0).asText()).isEqualTo("l1");
    assertThat(march.get("unlinked").get("incidents").asInt()).isEqualTo(1);
    assertThat(march.get("senders").get(0).get("accepted").asInt()).isZero();
    assertThat(march.get("not_in_catalog").get(0).asText()).isEqualTo("acme/legacy");
  }

  @Test
  void ingestSaysWhatIsSetAsideOfTheFactsThatAnswer() {
    JsonNode ingest = api.json("/api/v1/ingest");
    assertThat(values(ingest.get("rejected"), "name")).containsExactly("deliveries", "route");
    assertThat(ingest.at("/rejected/0/reason").asText()).isEqualTo("no such thing");
    assertThat(values(ingest.get("advice"), "subject")).startsWith("sink deliveries", "step route");
    assertThat(values(ingest.get("advice"), "remedy").subList(0, 2))
        .satisfiesExactly(
            deliveries -> assertThat(deliveries).contains("its bytes are not kept"),
            route -> assertThat(route).contains("dead-letters retry --rejected steproute"));
  }

  @Test
  void ingestNamesTheKeysWhoseDerivationTookLongInThePeriod() {
    JsonNode slow = api.json("/api/v1/ingest").get("slow");
    assertThat(values(slow, "step")).containsExactly("merge");
    assertThat(slow.at("/0/last_at").asText()).isEqualTo("2026-04-15T11:00:00Z");
    assertThat(api.json("/api/v1/ingest?" + MARCH).get("slow")).isEmpty();
  }

  @Test
  void whatIsSetAsideIsListedWithWhatStandsInTheWayOfARetry() {
    JsonNode first = api.json("/api/v1/rejected?limit=1");
    JsonNode second = api.json("/api/v1/rejected?limit=1&cursor=" + first.get("next").asText());
    assertThat(first.at("/items/0/id").asText()).isEqualTo("steproute");
    assertThat(first.at("/items/0/obstacle").isNull()).isTrue();
    assertThat(first.at("/items/0/generation").asInt()).isEqualTo(1);
    assertThat(second.at("/items/0/id").asText()).isEqualTo("sinkdeliveries");
    assertThat(second.at("/items/0/obstacle").asText()).contains("its bytes are not kept");
    assertThat(second.at("/items/0/generation").isNull()).isTrue();
    assertThat(second.get("next").isNull()).isTrue();
    assertThat(api.json("/api/v1/rejected?dismissed=false").get("items")).hasSize(2);
  }

  @Test
  void whatWasDismissedIsListedApartAndCountsNowhere() {
    assertThat(values(api.json("/api/v1/rejected?dismissed=true").get("items"), "id"))
        .containsExactly("stepcatalog");
    assertThat(values(api.json("/api/v1/ingest").get("rejected"), "name"))
        .doesNotContain("catalog");
  }

  @Test
  void ingestSaysWhichIdsAreUsedForMoreThanOneThingAndByWhichDeliveries() {
    JsonNode conflicts = api.json("/api/v1/ingest").at("/senders/0/conflicts");
    assertThat(conflicts.get("count").asInt()).isEqualTo(1);
    JsonNode conflict = conflicts.at("/items/0");
    assertThat(conflict.get("id").asText()).isEqualTo("42");
    assertThat(conflict.at("/differences/0/aspect").asText()).isEqualTo("commit");
    assertThat(conflict.at("/differences/0/standing").asText()).isEqualTo("bbbb");
    assertThat(conflict.at("/differences/0/other").asText()).isEqualTo("aaaa");
    assertThat(conflict.at("/standing/occurred_at").asText()).isEqualTo("2026-03-09T10:00:00Z");
    assertThat(conflict.at("/standing/deliveries")).isEmpty();
    assertThat(conflict.at("/other/deliveries/0/id").asText()).isNotEmpty();
    assertThat(conflict.at("/other/deliveries/0/received_at").asText()).startsWith("2026-04-11");
    assertThat(api.json("/api/v1/ingest?" + MARCH).at("/senders/0/conflicts/count").asInt())
        .as("by the time of the event that stands")
        .isEqualTo(1);
    assertThat(
            api.json("/api/v1/ingest?from=2025-01-01&to=2025-02-01")
                .at("/senders/0/conflicts/count")
                .asInt())
        .isZero();
  }

  @Test
  void aDeliveryThatWasAcceptedInPartIsFoundByWhatWasSkipped() {
    String february = "from=2025-02-01&to=2025-03-01";
    JsonNode github = api.json("/api/v1/ingest?" + february).at("/senders/0");
    assertThat(github.get("accepted").asInt()).isEqualTo(1);
    assertThat(github.get("dead").asInt()).isZero();
    assertThat(github.at("/skipped_reasons/0/reason").asText()).contains("$.commits[3].id");
    JsonNode dead = api.json("/api/v1/dead-letters?" + february);
    assertThat(dead.at("/items/0/id").asText()).isEqualTo("partly");
    assertThat(dead.at("/items/0/outcome").asText()).isEqualTo("accepted");
    assertThat(dead.at("/items/0/events").asInt()).isEqualTo(1);
  }

  @Test
  void deadLettersAreCountedByReasonAndListedNewestFirstWithTheirPlace() {
    String period = "from=2025-01-01&to=2025-02-01&sender=github";
    JsonNode dead = api.json("/api/v1/dead-letters?limit=2&" + period);
    assertThat(dead.get("reasons")).hasSize(2);
    assertThat(dead.at("/reasons/0/reason").asText()).isEqualTo("no sha");
    assertThat(dead.at("/reasons/0/count").asInt()).isEqualTo(2);
    assertThat(dead.at("/reasons/0/first_at").asText()).isEqualTo("2025-01-02T10:00:00Z");
    assertThat(dead.at("/items/0/id").asText()).isEqualTo("dead-2");
    assertThat(dead.at("/items/0/offset").asLong()).isEqualTo(102);
    JsonNode rest =
        api.json("/api/v1/dead-letters?limit=2&cursor=" + dead.get("next").asText() + "&" + period);
    assertThat(rest.get("items")).hasSize(1);
    assertThat(rest.at("/items/0/id").asText()).isEqualTo("dead-0");
    assertThat(rest.get("next").isNull()).isTrue();
    assertThat(api.json("/api/v1/dead-letters?" + MARCH).get("items")).isEmpty();
    assertThat(
            api.problem("/api/v1/dead-letters?cursor=" + new Cursor(List.of("x")).encoded(), 400)
                .get("parameter")
                .asText())
        .isEqualTo("cursor");
  }

  @Test
  void theDoctorSaysWhatDeploymentsAreMadeOfAndWhatOtherSourcesWouldHaveGiven() {
    JsonNode doctor = api.json("/api/v1/doctor?" + MARCH);
    JsonNode checkout =
        StreamSupport.stream(doctor.get("services").spliterator(), false)
            .filter(service -> service.get("id").asText().equals("checkout"))
            .findFirst()
            .orElseThrow();
    assertThat(checkout.get("in_catalog").asBoolean()).isTrue();
    assertThat(checkout.at("/sources/0/source").asText()).isEqualTo("deployment");
    assertThat(checkout.at("/sources/0/environment").asText()).isEqualTo("production");
    assertThat(checkout.at("/sources/0/deployments").asInt()).isPositive();
    assertThat(checkout.at("/candidates/0/source").asText()).isEqualTo("workflow");
    assertThat(checkout.at("/candidates/0/chosen_source").asText()).isEqualTo("deployment");
    assertThat(checkout.at("/candidates/0/count").asInt()).isEqualTo(2);
    assertThat(checkout.at("/candidates/0/missing").asInt()).isEqualTo(2);
    assertThat(doctor.get("clocks")).isEmpty();
    JsonNode clocks = api.json("/api/v1/doctor?from=2025-01-01&to=2025-02-01").get("clocks");
    assertThat(clocks.at("/0/sender").asText()).isEqualTo("github");
    assertThat(clocks.at("/0/deliveries").asInt()).isEqualTo(2);
    assertThat(clocks.at("/0/ahead_seconds").asInt()).isEqualTo(150);
  }

  @Test
  void csvHasALineForEachRowAndNoFormulas() {
    var response = api.get("/api/v1/changes?format=csv&limit=2&service=checkout&" + MARCH);
    assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/csv");
    assertThat(response.headers().firstValue("X-Next-Cursor")).isPresent();
    List<String> lines = response.body().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).startsWith("id,service,team,").contains("stages_coding,stages_pickup");

    String all = api.get("/api/v1/changes?format=csv&service=checkout&" + MARCH).body();
    assertThat(all).contains("\"'=HYPERLINK(\"\"http://example.org\"\")\"");

    String summary = api.get("/api/v1/summary?format=csv&group_by=team&" + MARCH).body();
    assertThat(summary.lines()).hasSize(5);
    assertThat(summary)
        .startsWith("team,deployment_frequency_value,deployment_frequency_unit,")
        .contains("change_lead_time_stages_review");
    String series = api.get("/api/v1/series?format=csv&group_by=team&" + MARCH).body();
    assertThat(series).startsWith("time,end,incomplete,team,deployments,");
    assertThat(api.get("/api/v1/deployments?format=csv&service=nobody").body().lines()).hasSize(1);
  }

  @Test
  void badParametersAreNamed() {
    JsonNode zone = api.problem("/api/v1/summary?tz=Mars/Olympus", 400);
    assertThat(zone.get("parameter").asText()).isEqualTo("tz");
    assertThat(zone.get("value").asText()).isEqualTo("Mars/Olympus");
    assertThat(zone.get("detail").asText()).contains("IANA");
    assertThat(api.problem("/api/v1/series?interval=year", 400).get("expected").asText())
        .contains("day, week, month");
    assertThat(api.problem("/api/v1/summary?colour=red", 400).get("parameter").asText())
        .isEqualTo("colour");
    JsonNode empty = api.problem("/api/v1/summary?from=2026-03-02&to=2026-03-02", 400);
    assertThat(empty.get("detail").asText()).contains("before 'to'").contains("empty");
    api.problem("/api/v1/deployments?limit=0", 400);
    api.problem("/api/v1/deployments?cursor=nonsense", 400);
    String ofServices = api.json("/api/v1/services?limit=1").get("next").asText();
    api.problem("/api/v1/deployments?cursor=" + ofServices, 400);
    assertThat(
            api.get("/api/v1/summary?tz=Mars").headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/problem+json");
  }

  @Test
  void healthKnowsClickHouse() {
    JsonNode health = api.json("/health/ready");
    assertThat(health.get("checks").get(0).get("name").asText()).isEqualTo("clickhouse");
  }

  @Test
  void thePageAndTheChartLibraryAreServed() {
    var page = api.get("/");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Security-Policy")).isPresent();
    assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-cache");
    assertThat(
            page.headers().firstValue("ETag").or(() -> page.headers().firstValue("Last-Modified")))
        .isPresent();
    var charts = api.get("/webjars/echarts/dist/echarts.min.js");
    assertThat(charts.statusCode()).isEqualTo(200);
    assertThat(charts.headers().firstValue("Cache-Control").orElseThrow()).contains("max-age");
  }

  private static JsonNode practices(String parameters) {
    return api.json("/api/v1/practices?" + parameters).at("/groups/0/practices");
  }

  private static Map<String, JsonNode> groups(String parameters, String dimension) {
    JsonNode groups = api.json("/api/v1/summary?" + MARCH + "&" + parameters).get("groups");
    Map<String, JsonNode> found = new LinkedHashMap<>();
    groups.forEach(
        group ->
            found.put(
                dimension.isEmpty()
                    ? group.get("group").toString()
                    : group.get("group").get(dimension).asText(),
                group.get("metrics")));
    return found;
  }

  private static int n(JsonNode metrics, String name) {
    return metrics.get(name).get("n").asInt();
  }

  private static Double value(JsonNode metrics, String name) {
    JsonNode value = metrics.get(name).get("value");
    return value.isNull() ? null : (Double) value.asDouble();
  }

  private static List<String> ids(String path) {
    return values(api.json("/api/v1" + path).get("items"), "id");
  }

  private static List<String> values(JsonNode rows, String name) {
    return StreamSupport.stream(rows.spliterator(), false)
        .map(row -> row.get(name).asText())
        .toList();
  }

  private static Map<String, JsonNode> byId(JsonNode page) {
    Map<String, JsonNode> found = new LinkedHashMap<>();
    page.get("items").forEach(item -> found.put(item.get("id").asText(), item));
    return found;
  }
}
