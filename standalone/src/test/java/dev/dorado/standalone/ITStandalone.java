package dev.dorado.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.server.Json;
import dev.dorado.standalone.demo.DeliveryClient;
import dev.dorado.standalone.demo.DemoDelivery;
import dev.dorado.standalone.demo.GitHubHistory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Signed deliveries in by HTTP, numbers that were worked out by hand out by HTTP, with all parts
 * between them as {@code dorado up} runs them. The tests tell one story, in their order.
 *
 * <p>The history of acme/widget, all in January 2026, UTC. Day 5: c1, written at 7:00, is pushed
 * and deployed at 9:10. Day 6: a pull request (first commit 10:00, opened 11:00, approved 12:00,
 * merged 13:00 as c2) is deployed at 14:10; an incident from 15:00 to 16:30; c1 again at 16:10. Day
 * 7: c3, written at 9:00, is deployed at 10:20. Day 8: a roll-out of c3 fails. So there are four
 * deployments, of which c2's failed (F3: the rollback says so) and recovered after 90 minutes (R1),
 * and the rollback is rework (W1); lead times are 7,800, 15,000 and 4,800 seconds.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ITStandalone {

  private static final String SECRET = "a secret of the test";
  private static final String WEEK = "from=2026-01-05&to=2026-01-12";
  private static final String C1 = "c1".repeat(20);
  private static final String C2 = "c2".repeat(20);
  private static final String C3 = "c3".repeat(20);
  private static final String LEDGER = "1ed9e4".repeat(7).substring(0, 40);
  private static final String PAGER = "9a9e4".repeat(8);

  @TempDir private static Path data;

  private static Standalone dorado;

  @BeforeAll
  static void start() {
    dorado =
        Standalone.start(
            data,
            "127.0.0.1",
            0,
            true,
            Map.of("dorado.ingest.secrets.github", "an older one," + SECRET),
            line -> {});
  }

  @AfterAll
  static void stop() {
    if (dorado != null) {
      dorado.close();
    }
  }

  @Test
  @Order(1)
  void itIsReadyAndSaysOfWhat() throws Exception {
    var response = client().get("/health/ready");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(json(response.body()).path("roles"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrder("streams", "ingest", "api");
  }

  @Test
  @Order(2)
  void withoutAnyDeliveryThereIsNoDataWhichIsNotZero() throws Exception {
    JsonNode metrics = ask("/api/v1/summary?" + WEEK).path("groups").path(0).path("metrics");
    assertThat(metrics.path("change_fail_rate").path("value").isNull()).isTrue();
    assertThat(metrics.path("change_lead_time").path("value").isNull()).isTrue();
  }

  @Test
  @Order(3)
  void deliveriesAreAcceptedFromThreeSenders() throws Exception {
    assertThat(client().putCatalog(pagerInTheCatalog()).statusCode()).isBetween(200, 299);
    for (DemoDelivery delivery : deliveries()) {
      var response = client().post(delivery);
      assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    }
  }

  @Test
  @Order(4)
  void theNumbersAreThoseThatWereWorkedOutByHand() {
    awaitNumbers();
  }

  @Test
  @Order(5)
  void aRowSaysWhichRuleDecidedIt() throws Exception {
    List<JsonNode> deployments = rows("/api/v1/deployments?service=acme/widget&" + WEEK);
    assertThat(deployments).extracting(row -> row.path("sha").asText()).contains(C1, C2, C3);

    JsonNode failed = one(deployments, row -> row.path("failed").asBoolean());
    assertThat(failed.path("sha").asText()).isEqualTo(C2);
    assertThat(failed.path("kind").asText()).isEqualTo("forward");
    assertThat(failed.path("failure_rule").asText()).isEqualTo("F3");
    assertThat(failed.path("recovered_at").asText()).startsWith("2026-01-06T16:30:00");
    assertThat(failed.path("incidents")).hasSize(1);

    JsonNode rework = one(deployments, row -> row.path("rework").asBoolean());
    assertThat(rework.path("sha").asText()).isEqualTo(C1);
    assertThat(rework.path("kind").asText()).isEqualTo("rollback");
    assertThat(rework.path("rework_rule").asText()).isEqualTo("W1");
    assertThat(rework.path("changes").asInt()).isZero();
  }

  @Test
  @Order(6)
  void aChangeShowsItsStagesWhichAddUp() throws Exception {
    List<JsonNode> changes = rows("/api/v1/changes?service=acme/widget&" + WEEK);
    assertThat(changes).hasSize(3);
    JsonNode pull = one(changes, row -> row.path("pull_request").asInt() == 1);
    assertThat(pull.path("sha").asText()).isEqualTo(C2);
    assertThat(pull.path("lead_time").asDouble()).isEqualTo(15_000);
    JsonNode stages = pull.path("stages");
    assertThat(stages.path("coding").asDouble()).isEqualTo(3_600);
    assertThat(stages.path("pickup").asDouble()).isEqualTo(3_600);
    assertThat(stages.path("review").asDouble()).isEqualTo(3_600);
    assertThat(stages.path("deploy").asDouble()).isEqualTo(4_200);
  }

  @Test
  @Order(7)
  void redeliveriesInAnotherOrderChangeNothing() throws Exception {
    List<DemoDelivery> again = new ArrayList<>(deliveries());
    again.addAll(deliveries());
    Collections.shuffle(again, new Random(7));
    for (DemoDelivery delivery : again) {
      assertThat(client().post(delivery).statusCode()).isEqualTo(202);
    }
    // Something that comes after them, so that they are known to have passed through.
    client().post(generic(deploymentOf("marker", "2026-01-09T10:00:00Z")));
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(rows("/api/v1/deployments?service=marker&" + WEEK)).hasSize(1));
    awaitNumbers();
  }

  @Test
  @Order(8)
  void aWrongSignatureIsRefusedAndShownWithItsReason() throws Exception {
    var forger = new DeliveryClient(dorado.url(), "no secret of ours");
    var response = forger.post(deliveries().get(0));
    assertThat(response.statusCode()).isEqualTo(401);
    await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(
            () -> {
              JsonNode gitHub = sender("github");
              assertThat(gitHub.path("refused").asInt()).isEqualTo(1);
              assertThat(gitHub.path("refused_reasons")).isNotEmpty();
            });
    assertThat(sender("github").path("accepted").asInt()).isPositive();
    assertThat(sender("cdevents").path("accepted").asInt()).isEqualTo(3);
  }

  @Test
  @Order(9)
  void theCommandsShowWhatCouldNotBeTranslatedAndReplayingWhatWasChangesNothing() throws Exception {
    String dead = generic("{\"kind\":\"deployment\"}").body();
    assertThat(
            client()
                .post(
                    new DemoDelivery(
                        Instant.EPOCH, "generic", Map.of("Content-Type", "application/json"), dead))
                .statusCode())
        .isEqualTo(422);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(command(0, "dead-letters", "list")).contains("generic/"));
    String id =
        command(0, "dead-letters", "list")
            .lines()
            .filter(line -> line.contains("generic/"))
            .map(line -> line.replaceFirst(".*(generic/\\S+).*", "$1"))
            .findFirst()
            .orElseThrow();
    assertThat(command(0, "dead-letters", "show", id)).contains("is missing", "\"deployment\"");
    assertThat(command(1, "dead-letters", "retry", "--sender", "generic"))
        .contains("1 deliveries: 0 accepted, 0 ignored, 1 still dead");
    Path export = data.resolveSibling("export.jsonl");
    command(0, "deliveries", "export", "--outcome", "accepted", "-o", export.toString());
    assertThat(command(0, "replay", export.toString())).contains(" accepted, 0 ignored, 0 still");
    Path catalog =
        Files.writeString(
            data.resolveSibling("catalog-info.yaml"),
            """
            kind: Component
            metadata: {name: catalogued}
            spec: {owner: user:ann}
            ---
            kind: User
            metadata: {name: ann}
            spec: {memberOf: [team-a]}
            """);
    assertThat(command(0, "catalog", "apply", catalog.toString()))
        .contains("1 service is in the catalog");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(ask("/api/v1/services/catalogued").path("team").asText())
                    .isEqualTo("team-a"));
    assertThat(command(1, "doctor", "--days", "3650"))
        .contains("kafka", "acme/widget", "deployment, production", "dead-letters list")
        .contains("github.com/acme/widget");
    awaitNumbers();
  }

  @Test
  @Order(10)
  void afterARestartOnTheSameDataTheNumbersAreTheSame() throws Exception {
    dorado.close();
    start();
    awaitNumbers();
    for (DemoDelivery delivery : deliveries()) {
      assertThat(client().post(delivery).statusCode()).isEqualTo(202);
    }
    client().post(generic(deploymentOf("second-marker", "2026-01-09T11:00:00Z")));
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(rows("/api/v1/deployments?service=second-marker&" + WEEK)).hasSize(1));
    awaitNumbers();
  }

  private static String command(int exitCode, String... arguments) {
    var out = new StringWriter();
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--url", dorado.url()));
    int code =
        Dorado.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(out, true))
            .execute(all.toArray(String[]::new));
    assertThat(code).as(out.toString()).isEqualTo(exitCode);
    return out.toString();
  }

  private static List<DemoDelivery> deliveries() {
    List<DemoDelivery> all =
        new ArrayList<>(
            GitHubHistory.of("acme", "widget")
                .push("2026-01-05T08:00:00Z", C1, "2026-01-05T07:00:00Z")
                .deploy("2026-01-05T09:00:00Z", "2026-01-05T09:10:00Z", C1)
                .open(
                    "2026-01-06T10:30:00Z",
                    "2026-01-06T11:00:00Z",
                    "f1".repeat(20),
                    "2026-01-06T10:00:00Z")
                .approve("2026-01-06T12:00:00Z")
                .squash("2026-01-06T13:00:00Z", C2)
                .deploy("2026-01-06T14:00:00Z", "2026-01-06T14:10:00Z", C2)
                .incident("2026-01-06T15:00:00Z")
                .deploy("2026-01-06T16:00:00Z", "2026-01-06T16:10:00Z", C1)
                .resolve("2026-01-06T16:30:00Z")
                .push("2026-01-07T09:30:00Z", C3, "2026-01-07T09:00:00Z")
                .deploy("2026-01-07T10:00:00Z", "2026-01-07T10:20:00Z", C3)
                .failToDeploy("2026-01-08T10:00:00Z", "2026-01-08T10:05:00Z", C3)
                .deliveries());
    all.add(
        generic(
            """
            {"kind":"change","repository":"acme/ledger","branch":"main","sha":"%1$s",
             "committed_at":"2026-01-06T08:00:00Z","files":["a"]},
            {"kind":"deployment","repository":"acme/ledger","environment":"production","sha":"%1$s",
             "status":"succeeded","started_at":"2026-01-06T09:00:00Z",
             "finished_at":"2026-01-06T09:30:00Z"}
            """
                .formatted(LEDGER)));
    all.add(
        cdEvent(
            "change.merged",
            "2026-01-06T08:00:00Z",
            PAGER,
            "{\"repository\":{\"id\":\"acme/pager\",\"source\":\"https://github.com\"}}"));
    all.add(
        cdEvent(
            "artifact.packaged",
            "2026-01-06T08:10:00Z",
            "pkg:oci/pager@sha256%3Aabc",
            "{\"change\":{\"id\":\"%s\",\"source\":\"github.com/acme/pager\"}}".formatted(PAGER)));
    all.add(
        cdEvent(
            "service.deployed",
            "2026-01-06T08:45:00Z",
            "pager",
            "{\"environment\":{\"id\":\"production\"},\"artifactId\":\"pkg:oci/pager@sha256%3Aabc\"}"));
    return all;
  }

  /** Waits until every service has what was worked out by hand. */
  private static void awaitNumbers() {
    await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(250))
        .untilAsserted(ITStandalone::checkNumbers);
  }

  private static void checkNumbers() throws Exception {
    JsonNode widget = metrics("acme/widget");
    assertMetric(widget, "deployment_frequency", 4 / 7.0, 4);
    assertMetric(widget, "change_lead_time", 7_800, 3);
    assertMetric(widget, "change_fail_rate", 1 / 4.0, 4);
    assertMetric(widget, "failed_deployment_recovery_time", 5_400, 1);
    assertMetric(widget, "deployment_rework_rate", 1 / 4.0, 4);
    assertMetric(widget, "change_rework_rate", 0, 3);
    assertMetric(widget, "rollout_success_rate", 4 / 5.0, 5);

    JsonNode ledger = metrics("acme/ledger");
    assertMetric(ledger, "deployment_frequency", 1 / 7.0, 1);
    assertMetric(ledger, "change_lead_time", 5_400, 1);

    JsonNode pager = metrics("pager");
    assertMetric(pager, "deployment_frequency", 1 / 7.0, 1);
    assertMetric(pager, "change_lead_time", 2_700, 1);
  }

  private static void assertMetric(JsonNode metrics, String name, double value, int n) {
    JsonNode metric = metrics.path(name);
    assertThat(metric.path("value").asDouble(Double.NaN))
        .as("%s is %s", name, metric)
        .isCloseTo(value, within(1e-9));
    assertThat(metric.path("n").asInt()).as(name).isEqualTo(n);
  }

  private static JsonNode metrics(String service) throws Exception {
    return ask("/api/v1/summary?group_by=service&service=" + encoded(service) + "&" + WEEK)
        .path("groups")
        .path(0)
        .path("metrics");
  }

  private static JsonNode sender(String name) throws Exception {
    Instant now = Instant.now();
    JsonNode senders =
        ask("/api/v1/ingest?from=%s&to=%s".formatted(now.minusSeconds(3600), now.plusSeconds(3600)))
            .path("senders");
    for (JsonNode sender : senders) {
      if (sender.path("sender").asText().equals(name)) {
        return sender;
      }
    }
    return Json.MAPPER.createObjectNode();
  }

  private static List<JsonNode> rows(String pathAndQuery) throws Exception {
    List<JsonNode> rows = new ArrayList<>();
    ask(pathAndQuery).path("items").forEach(rows::add);
    return rows;
  }

  private static JsonNode one(List<JsonNode> rows, java.util.function.Predicate<JsonNode> which) {
    List<JsonNode> found = rows.stream().filter(which).toList();
    assertThat(found).as("one of %s", rows).hasSize(1);
    return found.get(0);
  }

  private static JsonNode ask(String pathAndQuery) throws Exception {
    var response = client().get(pathAndQuery);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return json(response.body());
  }

  private static DemoDelivery generic(String events) {
    return new DemoDelivery(
        Instant.EPOCH,
        "generic",
        Map.of("Content-Type", "application/json"),
        "{\"events\":[" + events + "]}");
  }

  private static String deploymentOf(String service, String at) {
    return """
        {"kind":"deployment","service":"%s","environment":"production","sha":"%s",
         "status":"succeeded","started_at":"%s","finished_at":"%s"}
        """
        .formatted(service, "ab".repeat(20), at, at);
  }

  private static DemoDelivery cdEvent(String kind, String time, String subject, String content) {
    String body =
        """
        {"specversion":"1.0","id":"%1$s","source":"/ci","type":"dev.cdevents.%1$s.0.3.0",
         "datacontenttype":"application/json","data":{
          "context":{"specversion":"0.5.1","id":"%1$s","source":"/ci","timestamp":"%2$s",
                     "type":"dev.cdevents.%1$s.0.3.0"},
          "subject":{"id":"%3$s","source":"/ci","content":%4$s}}}
        """
            .formatted(kind, time, subject, content);
    return new DemoDelivery(
        Instant.parse(time),
        "cdevents",
        Map.of("Content-Type", "application/cloudevents+json"),
        body);
  }

  private static String pagerInTheCatalog() {
    return """
        apiVersion: backstage.io/v1alpha1
        kind: Component
        metadata:
          name: pager
          annotations:
            github.com/project-slug: acme/pager
        spec:
          type: service
          lifecycle: production
          owner: team-pager
        """;
  }

  private static DeliveryClient client() {
    return new DeliveryClient(dorado.url(), SECRET);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static JsonNode json(String text) throws IOException {
    return Json.MAPPER.readTree(text);
  }
}
