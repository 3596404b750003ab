package dev.dorado.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Migrations;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Practices by team and month beside failures and rework, and measurements: six teams over eight
 * months, in which older branches go with more failures; and the service shop, of which everything
 * is counted by hand.
 */
class ITPractices {

  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static final LocalDate FIRST = LocalDate.parse("2025-05-01");
  private static final String BY_HAND = "from=2025-01-01&to=2025-02-01&service=shop";
  private static final String MONTHS =
      "/api/v1/practices?part=months&from=2025-05-01&to=2026-01-01&group_by=team";

  private static TestApi api;
  private static TestRows rows;
  private static final List<Double> AGES = new ArrayList<>();

  @BeforeAll
  static void writeHistory() throws Exception {
    Connections connections = TestApi.clickHouse(clickHouse.jdbcUrl(), clickHouse.database());
    try (var connection = connections.clickHouse()) {
      new Migrations(connections.database()).apply(connection);
    }
    rows = new TestRows(connections);
    writeShop();
    writeTeams();
    writeMeasurements();
    rows.insert();
    api = TestApi.start(connections, Instant.parse("2026-01-10T00:00:00Z"));
  }

  @AfterAll
  static void close() {
    api.close();
  }

  private static void writeShop() {
    rows.catalog("shop", "1970-01-01T00:00:00Z", "payments")
        .with("aliases", List.of("launchdarkly:web"));
    String repository = "github.com/acme/shop";
    // Red before the first, green again before the second, unknown for the third.
    rows.run("shop", "1", "2025-01-02T09:00:00Z", "a".repeat(40), "failure");
    rows.run("shop", "2", "2025-01-03T09:00:00Z", "b".repeat(40), "failure");
    rows.run("shop", "3", "2025-01-03T09:30:00Z", "b".repeat(40), "success");
    rows.run("shop", "4", "2025-01-03T11:00:00Z", "b".repeat(40), "failure");
    rows.deployment("shop", "d1", "2025-01-02T10:00:00Z")
        .with("repository", repository)
        .with("sha", "a".repeat(40))
        .with("strategy", "canary");
    rows.deployment("shop", "d2", "2025-01-03T10:00:00Z")
        .with("repository", repository)
        .with("sha", "b".repeat(40))
        .with("strategy", "blue-green");
    rows.deployment("shop", "d3", "2025-01-04T10:00:00Z")
        .with("repository", repository)
        .with("sha", "c".repeat(40));
    rows.row("flags")
        .with("id", "on")
        .with("occurred_at", Instant.parse("2025-01-05T10:00:00Z"))
        .with("flag", "basket")
        .with("project", "web")
        .with("environments", List.of("production"))
        .with("action", "turned-on");
    rows.row("flags")
        .with("id", "elsewhere")
        .with("occurred_at", Instant.parse("2025-01-05T10:00:00Z"))
        .with("flag", "basket")
        .with("project", "web")
        .with("environments", List.of("test"))
        .with("action", "turned-on");
    rows.row("flags")
        .with("id", "off")
        .with("occurred_at", Instant.parse("2025-01-06T10:00:00Z"))
        .with("flag", "basket")
        .with("project", "web")
        .with("action", "turned-off");
    for (int i = 0; i < 8; i++) {
      Instant merged = Instant.parse("2025-01-10T12:00:00Z").plus(Duration.ofDays(i));
      var change =
          rows.change("shop", repository + "#" + i, merged.plusSeconds(600).toString(), "d1")
              .with("started_at", merged.minus(Duration.ofHours(i + 1)))
              .with("start_method", "commit")
              .with("pull_request", i);
      if (i % 2 == 0) {
        change.with("pickup", 60.0 * (i + 1)).with("review", 600.0 * (i + 1));
      }
    }
    // A change of two services, and of two environments, is merged once.
    for (String service : List.of("cart", "till")) {
      for (String environment : List.of("production", "staging")) {
        rows.change(service, "github.com/acme/mono#1", "2025-01-10T12:00:00Z", "d1")
            .with("environment", environment)
            .with("pull_request", 1);
      }
    }
    rows.change("shop", repository + "#99", "2025-01-10T12:00:00Z", "d1").with("bot", true);
  }

  private static void writeTeams() {
    var random = new SplittableRandom(9);
    for (int team = 0; team < 6; team++) {
      String service = "service-" + team;
      rows.catalog(service, "1970-01-01T00:00:00Z", "team-" + team);
      for (int month = 0; month < 8; month++) {
        int days = 1 + random.nextInt(9);
        AGES.add(days * 86_400.0);
        Instant start = FIRST.plusMonths(month).plusDays(2).atTime(12, 0).toInstant(ZoneOffset.UTC);
        for (int i = 0; i < 10; i++) {
          Instant time = start.plus(Duration.ofDays(i));
          String id = "%s-%d-%d".formatted(service, month, i);
          rows.deployment(service, id, time.toString())
              .with("failed", i < days)
              .with("changes", 1 + random.nextInt(5));
          rows.change(
                  service,
                  "github.com/acme/" + service + "#" + month * 100 + i,
                  time.toString(),
                  id)
              .with("pull_request", month * 100 + i)
              .with("merged_at", time.minusSeconds(600))
              .with("started_at", time.minusSeconds(600).minus(Duration.ofDays(days)))
              .with("start_method", "commit");
        }
      }
    }
  }

  private static void writeMeasurements() {
    rows.catalog("kiosk", "1970-01-01T00:00:00Z", "old");
    rows.catalog("kiosk", "2025-02-01T00:00:00Z", "payments")
        .with("golden_path", "java")
        .with("golden_path_since", Instant.parse("2025-02-15T00:00:00Z"));
    rows.run("kiosk", "before", "2025-01-31T23:59:59.999Z", "d".repeat(40), "success");
    rows.run("kiosk", "moved", "2025-02-01T00:00:00Z", "e".repeat(40), "success");
    rows.run("kiosk", "on the path", "2025-02-15T00:00:00Z", "f".repeat(40), "failure");
    rows.run("kiosk", "later", "2025-02-16T00:00:00Z", "f".repeat(40), "failure");
    rows.measurement("kiosk", "time_to_provision", "2025-01-10T00:00:00Z", 100);
    rows.measurement("kiosk", "time_to_provision", "2025-02-10T00:00:00Z", 60);
    rows.measurement("shop", "time_to_provision", "2025-02-20T00:00:00Z", 20);
    rows.measurement("kiosk", "time_to_provision", "2025-02-25T00:00:00Z", 10);
    rows.measurement("kiosk", "time_to_provision", "2025-02-26T00:00:00Z", 1000);
    rows.measurement("kiosk", "time_to_provision", "2025-02-26T00:00:00Z", 1000).retracted();
    for (int i = 0; i < 2; i++) {
      rows.row("measurements")
          .with("id", "survey " + i)
          .with("occurred_at", Instant.parse("2025-02-0%dT00:00:00Z".formatted(i + 1)))
          .with("name", "satisfaction")
          .with("unit", "score")
          .with("value", i == 0 ? 3.0 : 4.0)
          .with("team", "payments")
          .with("answers", i == 0 ? 5 : 15);
    }
  }

  @Test
  void practicesOfOneServiceAreThoseThatAreCountedByHand() {
    JsonNode practices = api.json("/api/v1/practices?" + BY_HAND).at("/groups/0/practices");

    assertThat(practices.at("/deployed_on_failed_ci/value").asDouble()).isEqualTo(0.5);
    assertThat(practices.at("/deployed_on_failed_ci/n").asInt()).isEqualTo(2);
    // Of three deployments and one flag, a canary and the flag.
    assertThat(practices.at("/progressive_delivery/value").asDouble()).isEqualTo(0.5);
    assertThat(practices.at("/progressive_delivery/n").asInt()).isEqualTo(4);
    assertThat(practices.at("/progressive_delivery/canaries").asInt()).isEqualTo(1);
    assertThat(practices.at("/progressive_delivery/flags").asInt()).isEqualTo(1);
    assertThat(practices.at("/merges_per_day/value").asDouble()).isCloseTo(8 / 31.0, within(1e-12));
    assertThat(practices.at("/branch_age/value").asDouble()).isEqualTo(4.5 * 3600);
    assertThat(practices.at("/branch_age/p75").asDouble()).isEqualTo(6.25 * 3600);
    assertThat(practices.at("/branch_age/low").asDouble()).isEqualTo(3600);
    assertThat(practices.at("/review_pickup/value").asDouble()).isEqualTo(60 * 4);
    assertThat(practices.at("/review_pickup/n").asInt()).isEqualTo(4);
    assertThat(practices.at("/review_time/value").asDouble()).isEqualTo(600 * 4);
  }

  @Test
  void medianAndIntervalOfManyAreThoseOfAllValues() {
    List<Double> ages = new ArrayList<>();
    AGES.forEach(age -> ages.addAll(Collections.nCopies(10, age)));
    Collections.sort(ages);
    JsonNode age =
        api.json("/api/v1/practices?from=2025-05-01&to=2026-01-01")
            .at("/groups/0/practices/branch_age");

    assertThat(age.get("n").asInt()).isEqualTo(480);
    assertThat(age.get("value").asDouble()).isEqualTo((ages.get(239) + ages.get(240)) / 2);
    assertThat(age.get("p75").asDouble())
        .isCloseTo(ages.get(359) + 0.25 * (ages.get(360) - ages.get(359)), within(1e-6));
    // The ranks of a binomial with 480 and a half: 219 and 262, counted from 1.
    assertThat(age.get("low").asDouble()).isEqualTo(ages.get(218));
    assertThat(age.get("high").asDouble()).isEqualTo(ages.get(261));
  }

  @Test
  void aMonthOfATeamIsThePeriodOfThatMonthAskedForAlone() {
    JsonNode answer = api.json(MONTHS);
    assertThat(answer.get("groups").isNull()).isTrue();
    JsonNode month =
        StreamSupport.stream(answer.get("months").spliterator(), false)
            .filter(row -> row.get("team").asText().equals("team-3"))
            .filter(row -> row.get("time").asText().startsWith("2025-07-01"))
            .findFirst()
            .orElseThrow();
    JsonNode alone =
        api.json("/api/v1/practices?team=team-3&from=2025-07-01&to=2025-08-01")
            .at("/groups/0/practices");
    JsonNode metrics =
        api.json("/api/v1/summary?team=team-3&from=2025-07-01&to=2025-08-01")
            .at("/groups/0/metrics");

    assertThat(month.get("incomplete").asBoolean()).isFalse();
    for (String practice : List.of("branch_age", "batch_size", "merges_per_day")) {
      assertThat(month.get(practice)).isEqualTo(alone.get(practice).get("value"));
      assertThat(month.get(practice + "_n")).isEqualTo(alone.get(practice).get("n"));
    }
    assertThat(month.get("change_fail_rate")).isEqualTo(metrics.at("/change_fail_rate/value"));
    assertThat(month.get("deployments").asInt()).isEqualTo(10);
  }

  @Test
  void whatGoesTogetherIsFoundOverTeamMonthsAndSaidInWords() {
    JsonNode correlations = api.json(MONTHS).get("correlations");
    JsonNode found =
        StreamSupport.stream(correlations.spliterator(), false)
            .filter(row -> row.get("practice").asText().equals("branch_age"))
            .filter(row -> row.get("outcome").asText().equals("change_fail_rate"))
            .findFirst()
            .orElseThrow();

    assertThat(found.get("n").asInt()).isEqualTo(48);
    assertThat(found.get("status").asText()).isEqualTo("goes_together");
    assertThat(found.get("correlation").asDouble()).isGreaterThan(0.95);
    assertThat(found.get("text").asText())
        .startsWith("Older branches go together with a higher change fail rate")
        .contains("n = 48 team-months of 6 teams");
    assertThat(api.json(MONTHS + "&service=service-1").at("/correlations/0/status").asText())
        .isEqualTo("too_few");
  }

  @Test
  void aChangeOfSeveralServicesAndEnvironmentsIsMergedOnce() {
    for (String environments : List.of("production", "production,staging")) {
      assertThat(
              api.json(
                      "/api/v1/practices?from=2025-01-01&to=2025-02-01&environment=" + environments)
                  .at("/groups/0/practices/merges_per_day/n")
                  .asInt())
          .isEqualTo(8 + 1);
    }
  }

  @Test
  void aRunIsOfTheTeamAndPathAtItsEnd() {
    List<String> found = new ArrayList<>();
    api.json(
            "/api/v1/practices?service=kiosk&from=2025-01-30&to=2025-03-01&group_by=team,golden_path")
        .get("groups")
        .forEach(
            group ->
                found.add(
                    "%s %s %s"
                        .formatted(
                            group.at("/group/team").asText(),
                            group.at("/group/golden_path").asText(),
                            group.at("/practices/ci_success_default_branch/n").asInt())));
    assertThat(found).containsExactlyInAnyOrder("old null 1", "payments null 1", "payments java 2");
  }

  @Test
  void eachPartIsCsv() {
    String months = api.get(MONTHS + "&format=csv").body();
    assertThat(months).startsWith("time,end,incomplete,team,deployments,changes,change_fail_rate,");
    assertThat(months.lines().filter(line -> line.contains(",team-3,"))).hasSize(8);
    String correlations = api.get(MONTHS.replace("months", "correlations") + "&format=csv").body();
    assertThat(correlations).startsWith("practice,outcome,status,correlation,low,high,p_value,");
    assertThat(correlations.lines()).hasSize(1 + 10 * 3);
    String measured =
        api.get("/api/v1/measurements?format=csv&from=2025-01-01&group_by=team").body();
    assertThat(measured).startsWith("time,end,incomplete,name,unit,team,median,mean,n,answers");
    assertThat(api.get("/api/v1/measurements?format=csv&part=adoption&from=2025-01-01").body())
        .startsWith("time,end,services,services_on_path,share");
  }

  @Test
  void measurementsAreGivenOverTimeWithMedianMeanAndCount() {
    JsonNode answer = measured("");
    JsonNode january = answer.get("series").get(0);
    assertThat(january.get("name").asText()).isEqualTo("satisfaction");
    assertThat(january.get("n").asInt()).isZero();
    assertThat(january.get("median").isNull()).isTrue();
    JsonNode survey = answer.get("series").get(2);
    assertThat(survey.get("median").asDouble()).isEqualTo(3.5);
    assertThat(survey.get("mean").asDouble()).isEqualTo(3.75);
    assertThat(survey.get("n").asInt()).isEqualTo(2);
    assertThat(survey.get("answers").asInt()).isEqualTo(20);
    JsonNode provision = answer.get("series").get(3);
    assertThat(provision.get("median").asDouble()).isEqualTo(20);
    assertThat(provision.get("mean").asDouble()).isEqualTo(30);
    assertThat(provision.get("n").asInt()).isEqualTo(3);
    assertThat(provision.get("answers").isNull()).isTrue();
    assertThat(provision.get("unit").asText()).isEqualTo("seconds");
  }

  @Test
  void aMeasurementOfAServiceIsOfItsTeamAndPathAtThatTime() {
    assertThat(medians("&group_by=team")).containsExactly("old 100.0", "payments 20.0");
    assertThat(medians("&group_by=golden_path"))
        .containsExactly("null 100.0", "java 10.0", "null 40.0");
    assertThat(medians("&team=payments&group_by=service"))
        .containsExactly("kiosk 35.0", "shop 20.0");
    assertThat(medians("&golden_path=true&group_by=service")).containsExactly("kiosk 10.0");
    assertThat(medians("&service=shop&group_by=service")).containsExactly("shop 20.0");
    assertThat(measured("&team=payments&name=satisfaction").get("series")).hasSize(2);
  }

  @Test
  void adoptionStandsBesideMeasurements() {
    JsonNode adoption = measured("&team=payments,old").get("adoption");
    assertThat(adoption).hasSize(2);
    assertThat(adoption.get(0).get("share").asDouble()).isZero();
    assertThat(adoption.get(1).get("services").asInt()).isEqualTo(2);
    assertThat(adoption.get(1).get("services_on_path").asInt()).isEqualTo(1);
  }

  private static JsonNode measured(String more) {
    return api.json("/api/v1/measurements?from=2025-01-01&to=2025-03-01&interval=month" + more);
  }

  /** Group and median of the times to provision, of the buckets that have some. */
  private static List<String> medians(String more) {
    String by = more.replaceFirst(".*group_by=", "");
    List<String> found = new ArrayList<>();
    measured("&name=time_to_provision" + more)
        .get("series")
        .forEach(
            row -> {
              if (!row.get("median").isNull()) {
                found.add(row.get(by).asText() + " " + row.get("median").asDouble());
              }
            });
    return found;
  }
}
