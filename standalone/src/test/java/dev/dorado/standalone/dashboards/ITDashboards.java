package dev.dorado.standalone.dashboards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.dorado.server.Json;
import dev.dorado.standalone.Standalone;
import dev.dorado.standalone.demo.DeliveryClient;
import dev.dorado.standalone.demo.DemoDelivery;
import dev.dorado.standalone.demo.PlantedAdoption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every query of every panel, asked of a running Dorado as Grafana would ask it.
 *
 * <p>What was sent: a service of team payments with two changes in January 2026, each deployed; the
 * second failed, says an incident; the first was rolled back to, which repaired it. A change of
 * another repository waits. And half a year up to now in which it was deployed every third day,
 * sometimes with an incident. Until January, the demo's planted adoption of a golden path.
 */
class ITDashboards {

  private static final String SECRET = "a secret of the dashboards";
  private static final Path RULES = Path.of("..", "dashboards", "prometheus", "rules.yml");

  /** What Prometheus adds by itself. */
  private static final Set<String> OWN_METRICS = Set.of("up", "ALERTS");

  private static final Set<String> OWN_LABELS = Set.of("job", "instance");

  /** An outcome that needs Kafka to be away. */
  private static final String NOT_PROVOKED = "unacknowledged";

  private static final Pattern SAMPLE = Pattern.compile("(?<name>\\w+)(\\{(?<labels>.*)})? \\S+");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private static final PlantedAdoption ADOPTION =
      PlantedAdoption.before(LocalDate.parse("2026-01-01"), 20);
  private static final Map<String, List<String>> JANUARY =
      Map.of(
          "__from",
          List.of("2026-01-01T00:00:00.000Z"),
          "__to",
          List.of("2026-02-01T00:00:00.000Z"));
  private static final Map<String, List<String>> YEARS =
      Map.of(
          "__from",
          List.of("2024-01-01T00:00:00.000Z"),
          "__to",
          List.of("2026-01-01T00:00:00.000Z"));

  @TempDir private static Path data;

  private static Standalone dorado;
  private static DeliveryClient client;

  @BeforeAll
  static void startAndFeed() throws Exception {
    dorado =
        Standalone.start(
            data,
            "127.0.0.1",
            0,
            true,
            Map.of(
                "dorado.ingest.secrets.generic", SECRET,
                "dorado.streams.metrics-interval", "1s",
                // Its metrics are there once it is set; nobody listens at this port.
                "dorado.cdevents.sink", "http://127.0.0.1:9/"),
            line -> {});
    client = new DeliveryClient(dorado.url(), SECRET);
    assertThat(client.putCatalog(catalog() + ADOPTION.catalog()).statusCode()).isBetween(200, 299);
    assertThat(client.post(generic(history())).statusCode()).isEqualTo(202);
    assertThat(client.post(generic(upToNow())).statusCode()).isEqualTo(202);
    assertThat(client.post(generic("{\"kind\":\"deployment\"}")).statusCode()).isEqualTo(422);
    for (DemoDelivery delivery : ADOPTION.deliveries()) {
      assertThat(client.post(delivery).statusCode()).isEqualTo(202);
    }
    var stranger = new DeliveryClient(dorado.url(), "no secret of ours");
    assertThat(stranger.post(generic(history())).statusCode()).isEqualTo(401);
    await()
        .atMost(Duration.ofSeconds(180))
        .untilAsserted(
            () -> {
              assertThat(deployments()).containsAllEntriesOf(ADOPTION.deployments());
              String deployments = client.get("/api/v1/deployments?from=2026-01-01").body();
              assertThat(deployments).contains("\"rework\":true", "\"failed\":true");
              // Until the catalog is there too, the repository is a service of its own.
              assertThat(client.get("/api/v1/services").body()).doesNotContain("\"acme/checkout\"");
              assertThat(ask("/api/v1/changes?from=2026-01-01&to=2026-02-01").path("items"))
                  .hasSize(2);
              assertThat(client.get("/api/v1/deployments").body()).contains("\"failed\":true");
            });
  }

  @AfterAll
  static void stop() {
    if (dorado != null) {
      dorado.close();
    }
  }

  @Test
  void everyColumnThatAPanelSelectsIsDescribedAndThere() throws Exception {
    JsonNode openApi = ask("/openapi.json");
    for (Dashboard dashboard : Dashboard.all()) {
      Variables variables = everything(dashboard);
      for (var target : dashboard.targets(Dashboard.API)) {
        var query = new InfinityQuery(target.query());
        List<JsonNode> rows = query.rows(ask(query.address(variables)));
        assertThat(rows).as("rows of %s", target).isNotEmpty();
        for (JsonNode column : query.columns()) {
          assertThat(type(query.described(openApi, column)))
              .as("%s: the type of %s by the OpenAPI document", target, column)
              .isEqualTo(column.path("type").asText());
          assertThat(rows)
              .as("%s: the column %s is in every row", target, column)
              .noneMatch(row -> InfinityQuery.value(row, column).isMissingNode());
          assertThat(rows.stream().map(row -> InfinityQuery.value(row, column)))
              .as("%s: the type of %s", target, column)
              .allMatch(value -> value.isNull() || isOf(column.path("type").asText(), value));
        }
      }
    }
  }

  /** Of a schema, as Infinity calls it. */
  private static String type(JsonNode schema) {
    String type =
        schema.path("type").isArray()
            ? schema.path("type").path(0).asText()
            : schema.path("type").asText();
    return switch (type) {
      case "integer" -> "number";
      case "string" -> schema.path("format").asText().equals("date-time") ? "timestamp" : "string";
      default -> type;
    };
  }

  @Test
  void aVariableOffersWhatWasSent() throws Exception {
    Dashboard overview = Dashboard.named("overview.json");
    Variables variables = everything(overview);
    assertThat(offered(overview, "team", variables)).contains("payments").hasSize(1 + 6);
    assertThat(offered(overview, "service", variables))
        .contains("checkout", "acme/billing")
        .hasSize(2 + 34);
    assertThat(offered(overview, "service", with(variables, "team", "payments")))
        .containsExactly("checkout");
    assertThat(offered(overview, "environment", variables)).containsExactly("production");
    assertThat(offered(overview, "service", with(variables, "team", "nobody"))).isEmpty();
  }

  @Test
  void choosingIsNarrowingAndAllIsEverything() throws Exception {
    Dashboard overview = Dashboard.named("overview.json");
    var query = new InfinityQuery(target(overview, "Deployments").query());
    Variables everything = everything(overview);
    assertThat(query.rows(ask(query.address(everything)))).hasSize(3);
    for (String variable : List.of("team", "service")) {
      String chosen = variable.equals("team") ? "payments" : "checkout";
      assertThat(query.rows(ask(query.address(with(everything, variable, chosen, "other")))))
          .as("%s %s or another", variable, chosen)
          .hasSize(3);
      assertThat(query.rows(ask(query.address(with(everything, variable, "other")))))
          .as("another %s", variable)
          .isEmpty();
    }
    assertThat(query.rows(ask(query.address(with(everything, "environment", "staging")))))
        .isEmpty();
  }

  @Test
  void whatIsUnknownIsNoDataAndNotZero() throws Exception {
    Dashboard overview = Dashboard.named("overview.json");
    var query = new InfinityQuery(target(overview, "Deployments per day").query());
    List<JsonNode> rows =
        query.rows(ask(query.address(with(everything(overview), "service", "nobody"))));
    assertThat(rows).hasSize(1);
    for (JsonNode column : query.columns()) {
      if (column.path("selector").asText().endsWith(".value")) {
        assertThat(InfinityQuery.value(rows.get(0), column).isNull()).as("%s", column).isTrue();
      }
    }
  }

  @Test
  void everyIntervalThatCanBeChosenIsOneOfTheApi() throws Exception {
    Dashboard overview = Dashboard.named("overview.json");
    var query = new InfinityQuery(target(overview, "Deployments per day, over time").query());
    for (String interval : variable(overview, "interval").path("query").asText().split(",", -1)) {
      assertThat(ask(query.address(with(everything(overview), "interval", interval))))
          .as(interval)
          .isNotEmpty();
    }
  }

  @Test
  void everyMetricAndLabelOfAnExpressionIsMeasured() {
    Map<String, String> expressions = expressions();
    assertThat(expressions).hasSizeGreaterThan(20);
    await()
        .atMost(Duration.ofSeconds(100))
        .pollInterval(Duration.ofSeconds(2))
        .untilAsserted(
            () -> {
              // Pauses are measured once there has been one.
              System.gc();
              Map<String, List<Map<String, String>>> measured = measured();
              expressions.forEach(
                  (where, text) -> check(where, new PrometheusExpression(text), measured));
            });
  }

  private static void check(
      String where,
      PrometheusExpression expression,
      Map<String, List<Map<String, String>>> measured) {
    assertThat(expression.metrics()).as("metrics of %s: %s", where, expression.text()).isNotEmpty();
    expression
        .metrics()
        .forEach(
            (metric, matchers) -> {
              if (OWN_METRICS.contains(metric)) {
                return;
              }
              assertThat(measured).as(where).containsKey(metric);
              Map<String, String> wanted = new LinkedHashMap<>(matchers);
              expression.grouping().forEach(label -> wanted.putIfAbsent(label, null));
              wanted.keySet().removeAll(OWN_LABELS);
              wanted.values().removeIf(NOT_PROVOKED::equals);
              assertThat(measured.get(metric))
                  .as("%s: series of %s with %s", where, metric, wanted)
                  .anyMatch(labels -> fits(labels, wanted));
            });
  }

  private static boolean fits(Map<String, String> labels, Map<String, String> wanted) {
    return wanted.entrySet().stream()
        .allMatch(
            label ->
                label.getValue() == null
                    ? labels.containsKey(label.getKey())
                    : label.getValue().equals(labels.get(label.getKey())));
  }

  /** All expressions of dashboards and alerts, by where they stand. */
  private static Map<String, String> expressions() {
    Map<String, String> expressions = new LinkedHashMap<>();
    for (Dashboard dashboard : Dashboard.all()) {
      for (var target : dashboard.targets(Dashboard.PROMETHEUS)) {
        expressions.put(dashboard + ": " + target, target.query().path("expr").asText());
      }
    }
    try {
      for (JsonNode group : new YAMLMapper().readTree(RULES.toFile()).path("groups")) {
        for (JsonNode rule : group.path("rules")) {
          expressions.put(rule.path("alert").asText(), rule.path("expr").asText());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return expressions;
  }

  /** What is scraped: by name of the metric, the labels of each of its series. */
  private static Map<String, List<Map<String, String>>> measured() throws Exception {
    Map<String, List<Map<String, String>>> measured = new HashMap<>();
    String scraped = client.get("/metrics").body() + client.get("/metrics/dora").body();
    for (String line : scraped.split("\n", -1)) {
      Matcher sample = SAMPLE.matcher(line);
      if (!line.startsWith("#") && sample.matches()) {
        Map<String, String> labels = new HashMap<>();
        if (sample.group("labels") != null) {
          Matcher label = LABEL.matcher(sample.group("labels"));
          while (label.find()) {
            labels.put(label.group(1), label.group(2));
          }
        }
        measured.computeIfAbsent(sample.group("name"), name -> new ArrayList<>()).add(labels);
      }
    }
    return measured;
  }

  @Test
  void theEffectThatTheDemoPlantsIsFoundAndWhatItLeavesAloneCannotBeTold() throws Exception {
    Dashboard goldenPath = Dashboard.named("golden-path.json");
    var query = new InfinityQuery(target(goldenPath, "Estimates").query());
    Map<String, JsonNode> effects = new HashMap<>();
    query
        .rows(ask(query.address(everything(goldenPath))))
        .forEach(row -> effects.put(row.path("outcome").asText(), row));

    JsonNode leadTime = effects.get("change_lead_time");
    double planted = -PlantedAdoption.LEAD_TIME_PERCENT / 100.0;
    assertThat(leadTime.path("status").asText()).isEqualTo("estimated");
    assertThat(leadTime.path("n_adopting").asInt()).isBetween(10, 12);
    assertThat(leadTime.path("low").asDouble()).isLessThan(planted);
    assertThat(leadTime.path("high").asDouble()).isBetween(planted, -0.1);
    assertThat(leadTime.path("p_value").asDouble()).isLessThan(0.01);
    assertThat(leadTime.path("verdict").asText())
        .startsWith("After adoption, the change lead time fell by")
        .doesNotContain("do not read this");
    JsonNode deployments = effects.get("deployment_frequency");
    assertThat(deployments.path("low").asDouble()).isNegative();
    assertThat(deployments.path("high").asDouble()).isPositive();
    assertThat(deployments.path("verdict").asText()).startsWith("Cannot tell whether");
    assertThat(effects.get("change_fail_rate").path("verdict").asText())
        .startsWith("Cannot tell whether");
  }

  @Test
  void onlyTheServicesThatThePlantedAdoptionBeginsAreNew() throws Exception {
    Dashboard goldenPath = Dashboard.named("golden-path.json");
    var query = new InfinityQuery(target(goldenPath, "Estimates").query());
    JsonNode services = ask(query.address(everything(goldenPath))).at("/first_deployment/services");

    assertThat(services.at("/on/n").asInt()).isEqualTo(5);
    // acme/billing is new, too.
    assertThat(services.at("/off/n").asInt()).isEqualTo(5 + 1);
    // Planted are 5 to 20 days on the path, and 15 to 55 off it.
    assertThat(services.at("/on/median_days").asDouble())
        .isLessThan(services.at("/off/median_days").asDouble());
  }

  @Test
  void aPathThatIsNotThereIsNamedInTheProblem() throws Exception {
    Dashboard goldenPath = Dashboard.named("golden-path.json");
    var query = new InfinityQuery(target(goldenPath, "Estimates").query());
    String address = query.address(with(everything(goldenPath), "path", "nowhere"));

    var response = client.get(address);

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).contains("nowhere", PlantedAdoption.PATH);
  }

  /** Deployments of each service up to January 2026. */
  private static Map<String, Integer> deployments() throws Exception {
    Map<String, Integer> deployments = new HashMap<>();
    for (JsonNode group :
        ask("/api/v1/summary?from=2024-01-01&to=2026-01-02&group_by=service").path("groups")) {
      deployments.put(
          group.at("/group/service").asText(), group.at("/metrics/deployment_frequency/n").asInt());
    }
    return deployments;
  }

  /**
   * The variables when a dashboard is opened: All, production, weeks. On January 2026, on the years
   * before for a dashboard that shows years, or on the last days for one of what arrives.
   */
  private static Variables everything(Dashboard dashboard) {
    Map<String, List<String>> values =
        new HashMap<>(
            switch (dashboard.json().at("/time/from").asText()) {
              case "now-728d" -> YEARS;
              case "now-7d" -> Map.of("__from", List.of(ago(7)), "__to", List.of(ago(-1)));
              default -> JANUARY;
            });
    for (JsonNode variable : dashboard.variables()) {
      JsonNode current = variable.path("current").path("value");
      List<String> chosen = new ArrayList<>();
      if (current.isArray()) {
        current.forEach(value -> chosen.add(value.asText()));
      } else if (variable.path("type").asText().equals("constant")) {
        chosen.add(variable.path("query").asText());
      } else {
        chosen.add(current.asText());
      }
      chosen.replaceAll(
          value -> value.equals("$__all") ? variable.path("allValue").asText() : value);
      values.put(variable.path("name").asText(), chosen);
    }
    return new Variables(values);
  }

  private static Variables with(Variables variables, String name, String... chosen) {
    Map<String, List<String>> values = new HashMap<>(variables.values());
    values.put(name, List.of(chosen));
    return new Variables(values);
  }

  private static Set<String> offered(Dashboard dashboard, String name, Variables variables)
      throws Exception {
    var query = new InfinityQuery(variable(dashboard, name).path("query").path("infinityQuery"));
    Set<String> offered = new LinkedHashSet<>();
    for (JsonNode row : query.rows(ask(query.address(variables)))) {
      for (JsonNode column : query.columns()) {
        offered.add(InfinityQuery.value(row, column).asText());
      }
    }
    return offered;
  }

  private static JsonNode variable(Dashboard dashboard, String name) {
    return dashboard.variables().stream()
        .filter(variable -> variable.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Dashboard.Target target(Dashboard dashboard, String panel) {
    return dashboard.targets(Dashboard.API).stream()
        .filter(target -> target.panel().equals(panel))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isOf(String type, JsonNode value) {
    return switch (type) {
      case "number" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      case "string" -> value.isTextual();
      case "timestamp" -> value.isTextual() && Instant.parse(value.asText()) != null;
      default -> throw new IllegalArgumentException("there is no type '%s'".formatted(type));
    };
  }

  private static JsonNode ask(String address) throws Exception {
    var response = client.get(address);
    assertThat(response.statusCode()).as("%s: %s", address, response.body()).isEqualTo(200);
    return Json.MAPPER.readTree(response.body());
  }

  private static DemoDelivery generic(String events) {
    return new DemoDelivery(
        Instant.EPOCH,
        "generic",
        Map.of("Content-Type", "application/json"),
        "{\"events\":[" + events + "]}");
  }

  private static String history() {
    String first = "c1".repeat(20);
    String second = "c2".repeat(20);
    return """
        {"kind":"change","repository":"acme/checkout","branch":"main","sha":"%1$s",
         "committed_at":"2026-01-05T08:00:00Z","files":["a"]},
        {"kind":"deployment","id":"d1","repository":"acme/checkout","environment":"production",
         "sha":"%1$s","status":"succeeded",
         "started_at":"2026-01-05T10:00:00Z","finished_at":"2026-01-05T10:10:00Z"},
        {"kind":"change","repository":"acme/checkout","branch":"main","sha":"%2$s",
         "committed_at":"2026-01-06T08:00:00Z","files":["b"]},
        {"kind":"deployment","id":"d2","repository":"acme/checkout","environment":"production",
         "sha":"%2$s","status":"succeeded",
         "started_at":"2026-01-06T10:00:00Z","finished_at":"2026-01-06T10:10:00Z"},
        {"kind":"incident","id":"i1","service":"checkout","severity":"high","caused_by":"d2",
         "started_at":"2026-01-06T11:00:00Z","detected_at":"2026-01-06T11:05:00Z",
         "resolved_at":"2026-01-06T12:30:00Z"},
        {"kind":"deployment","id":"d3","repository":"acme/checkout","environment":"production",
         "sha":"%1$s","status":"succeeded",
         "started_at":"2026-01-06T12:00:00Z","finished_at":"2026-01-06T12:10:00Z"},
        {"kind":"change","repository":"acme/billing","branch":"main","sha":"%3$s",
         "committed_at":"2025-12-01T08:00:00Z","files":["a"]},
        {"kind":"deployment","id":"b1","repository":"acme/billing","environment":"production",
         "sha":"%3$s","status":"succeeded","finished_at":"2025-12-01T09:00:00Z"},
        {"kind":"change","repository":"acme/billing","branch":"main","sha":"%4$s",
         "committed_at":"2026-01-08T08:00:00Z","files":["a"]},
        {"kind":"incident","id":"i2","service":"checkout","severity":"low",
         "started_at":"2026-01-20T11:00:00Z","resolved_at":"2026-01-20T12:30:00Z"}
        """
        .formatted(first, second, "b1".repeat(20), "b2".repeat(20));
  }

  private static String upToNow() {
    List<String> events = new ArrayList<>();
    for (int day = 178; day > 3; day -= 3) {
      String sha = "%040x".formatted(day);
      events.add(
          """
          {"kind":"change","repository":"acme/checkout","branch":"main","sha":"%s",
           "committed_at":"%s","files":["a"]},
          {"kind":"deployment","id":"r%d","repository":"acme/checkout","environment":"production",
           "sha":"%s","version":"1.%d","status":"succeeded","finished_at":"%s","rework":%s}
          """
              .formatted(sha, ago(day + 1), day, sha, day, ago(day), day % 4 == 0));
      if (day % 5 == 0) {
        events.add(incident("caused" + day, ago(day - 1), "\"caused_by\":\"r" + day + "\","));
      }
      if (day % 7 == 0) {
        events.add(incident("unlinked" + day, ago(day - 2), ""));
      }
    }
    return String.join(",", events);
  }

  /** It is resolved, but for one that is still open. */
  private static String incident(String id, String started, String cause) {
    return "{\"kind\":\"incident\",\"id\":\"%s\",\"service\":\"checkout\",%s%s\"started_at\":\"%s\"}"
        .formatted(
            id,
            cause,
            id.equals("caused10")
                ? ""
                : "\"resolved_at\":\"%s\",".formatted(Instant.parse(started).plusSeconds(3600)),
            started);
  }

  private static String ago(int days) {
    return NOW.minus(Duration.ofDays(days)).toString();
  }

  private static String catalog() {
    return """
        apiVersion: backstage.io/v1alpha1
        kind: Component
        metadata:
          name: checkout
          annotations:
            github.com/project-slug: acme/checkout
        spec:
          type: service
          lifecycle: production
          owner: payments
        """;
  }
}
