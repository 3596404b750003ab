package dev.dorado.api;

import static dev.dorado.api.TestApi.encoded;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.ConfigFactory;
import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Migrations;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Walks the OpenAPI document against the routes that are served. */
class ITOpenApi {

  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static final String SERVICE = "acme/shop";
  private static final Map<String, String> IDS =
      Map.of(
          "deployments", "d/1#a",
          "changes", "github.com/acme/shop#1",
          "incidents", "i:1",
          "services", SERVICE,
          "teams", "payments",
          "environments", "production");

  /** What no answer may hold for somebody who may not see the service. */
  private static final List<String> OF_THE_SERVICE =
      List.of(
          SERVICE, "payments", "github.com/acme/shop", "d/1#a", "d/2", "i:1", "time_to_provision");

  private static TestApi api;

  /** The same for people who are restricted to teams, by the header of a proxy. */
  private static TestApi restricted;

  @BeforeAll
  static void writeOneOfEach() throws Exception {
    Connections connections = TestApi.clickHouse(clickHouse.jdbcUrl(), clickHouse.database());
    try (var connection = connections.clickHouse()) {
      new Migrations(connections.database()).apply(connection);
    }
    var rows = new TestRows(connections);
    String time = "2026-03-02T10:00:00Z";
    rows.catalog(SERVICE, "1970-01-01T00:00:00Z", "payments").with("golden_path", "java");
    rows.deployment(SERVICE, "d/0", "2026-03-01T10:00:00Z");
    rows.deployment(SERVICE, IDS.get("deployments"), time)
        .with("previous_deployment", "d/0")
        .with("failed", true);
    rows.deployment(SERVICE, "d/2", time).with("changes", null);
    rows.change(SERVICE, IDS.get("changes"), time, IDS.get("deployments")).with("lead_time", 1.0);
    rows.incident(SERVICE, IDS.get("incidents"), time)
        .with("deployment_id", IDS.get("deployments"));
    rows.row("corrections")
        .with("service", SERVICE)
        .with("id", "c1")
        .with("made_at", Instant.parse(time))
        .with("action", "link")
        .with("deployment_id", IDS.get("deployments"))
        .with("incident_id", IDS.get("incidents"))
        .with("reason", "the log says so")
        .with("effect", "in force");
    rows.row("deliveries")
        .with("sender", "github")
        .with("id", "1")
        .with("received_at", Instant.parse(time))
        .with("outcome", "dead")
        .with("reason", "no sha")
        .with("kind", "push")
        .with("repository", "github.com/acme/shop")
        .with("events", 0)
        .with("occurred_at", Instant.parse("2026-03-02T10:02:00Z"));
    rows.row("deliveries")
        .with("sender", "github")
        .with("id", "partly")
        .with("received_at", Instant.parse(time))
        .with("outcome", "accepted")
        .with("reason", "no sha")
        .with("kind", "push")
        .with("repository", "github.com/acme/shop")
        .with("events", 0)
        .with("occurred_at", Instant.parse("2026-03-02T10:02:00Z"));
    rows.row("candidates")
        .with("service", SERVICE)
        .with("id", "workflow 1")
        .with("source", "workflow")
        .with("chosen_source", "deployment")
        .with("name", "Deploy")
        .with("environment", "production")
        .with("sha", "a")
        .with("status", "succeeded")
        .with("finished_at", Instant.parse(time));
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
        .with("occurred_at", Instant.parse("2026-03-02T10:02:00Z"))
        .with("other_sender", "github")
        .with("other_status", "succeeded")
        .with("other_occurred_at", Instant.parse("2026-03-02T10:02:00Z"));
    rows.measurement(SERVICE, "time_to_provision", time, 60.0);
    rows.row("flags")
        .with("id", "f1")
        .with("occurred_at", Instant.parse(time))
        .with("flag", "basket")
        .with("project", SERVICE)
        .with("action", "turned-on");
    rows.row("refusals")
        .with("sender", "github")
        .with("minute", Instant.parse(time))
        .with("reason", "signature")
        .with("count", 1);
    rows.row("audit")
        .with("id", "a1")
        .with("occurred_at", Instant.parse(time))
        .with("actor", "the token 'ann' (1f2e3d4c)")
        .with("role", "correct")
        .with("action", "correct")
        .with("subject", SERVICE)
        .with("outcome", "allowed")
        .with("address", "10.0.0.1")
        .with("reference", "c0ffee")
        .with("count", 1)
        .with("detail", "");
    rows.row("rejected")
        .with("id", "a1")
        .with("place", "step")
        .with("name", "route")
        .with("key", "github.com/acme/shop")
        .with("generation", 1)
        .with("error", "IllegalStateException")
        .with("reason", "no such thing")
        .with("rejected_at", Instant.parse(time))
        .with("status", "rejected");
    rows.row("rejected")
        .with("id", "a2")
        .with("place", "step")
        .with("name", "route")
        .with("key", "github.com/acme/shop")
        .with("generation", 1)
        .with("error", "SlowDerivation")
        .with("reason", "took 2.0 s with 3 inputs of the key")
        .with("rejected_at", Instant.parse(time))
        .with("status", "slow");
    rows.insert();
    TestSnapshots.recordRevisions(connections);
    rows.deployment(SERVICE, "d/2", time)
        .with("row_version", 2)
        .with("failed", true)
        .with("corrections", List.of("c1"));
    rows.insert();
    TestSnapshots.recordRevisions(connections);
    Instant now = Instant.parse("2026-03-05T00:00:00Z");
    api = TestApi.start(connections, now);
    restricted =
        TestApi.start(
            connections,
            now,
            ConfigFactory.parseString(
                    "dorado.access.proxy { addresses = \"127.0.0.1\", teams-header = X-Teams }")
                .withFallback(ConfigFactory.load()),
            false);
  }

  @AfterAll
  static void close() {
    api.close();
    restricted.close();
  }

  @Test
  void everyRouteOfTheContractIsInTheDocument() {
    JsonNode document = api.json("/openapi.json");
    assertThat(document.get("openapi").asText()).isEqualTo("3.1.0");
    assertThat(names(document.get("paths")))
        .containsExactlyInAnyOrder(
            "/api/v1/summary",
            "/api/v1/series",
            "/api/v1/practices",
            "/api/v1/measurements",
            "/api/v1/golden-path",
            "/api/v1/deployments",
            "/api/v1/deployments/{id}",
            "/api/v1/changes",
            "/api/v1/changes/{id}",
            "/api/v1/incidents",
            "/api/v1/incidents/{id}",
            "/api/v1/corrections",
            "/api/v1/revisions",
            "/api/v1/digest",
            "/api/v1/services",
            "/api/v1/services/{id}",
            "/api/v1/teams",
            "/api/v1/teams/{id}",
            "/api/v1/environments",
            "/api/v1/environments/{id}",
            "/api/v1/ingest",
            "/api/v1/dead-letters",
            "/api/v1/rejected",
            "/api/v1/rejected/retry",
            "/api/v1/rejected/dismiss",
            "/api/v1/doctor",
            "/api/v1/audit");
  }

  @Test
  void theDocumentSaysHowToCorrect() {
    JsonNode post = api.json("/openapi.json").get("paths").get("/api/v1/corrections").get("post");
    JsonNode body = post.at("/requestBody/content/application~1json/schema");
    assertThat(names(body.get("properties")))
        .containsExactly(
            "action",
            "service",
            "deployment",
            "incident",
            "as",
            "correction",
            "reason",
            "author",
            "at");
    assertThat(names(post.get("responses")))
        .containsExactly("202", "400", "401", "403", "422", "503");
  }

  @Test
  void theDocumentSaysHowToRetryWhatWasSetAside() {
    JsonNode post = api.json("/openapi.json").at("/paths/~1api~1v1~1rejected~1retry/post");
    assertThat(names(post.at("/requestBody/content/application~1json/schema/properties")))
        .containsExactly("ids", "all");
    assertThat(names(post.get("responses"))).containsExactly("200", "400", "401", "403", "503");
  }

  @Test
  void theDocumentSaysHowToDismissWhatWasSetAside() {
    JsonNode post = api.json("/openapi.json").at("/paths/~1api~1v1~1rejected~1dismiss/post");
    assertThat(names(post.at("/requestBody/content/application~1json/schema/properties")))
        .containsExactly("ids", "all", "reason");
    assertThat(names(post.get("responses"))).containsExactly("200", "400", "401", "403", "503");
  }

  @TestFactory
  Stream<DynamicTest> everyAnswerHasTheShapeThatTheDocumentSays() {
    return operations(
        (path, operation) -> {
          JsonNode schema = operation.at("/responses/200/content/application~1json/schema");
          assertThat(schema.isMissingNode()).isFalse();
          assertShape(path, schema, api.json(path));
        });
  }

  @TestFactory
  Stream<DynamicTest> whoIsOfAnotherTeamLearnsNothingOfTheService() {
    return operations(
        (path, operation) -> {
          for (String question : questions(path, operation)) {
            var answer = restricted.get(question, ofTeam("search"));
            assertThat(answer.statusCode()).as(question).isIn(200, 400, 403, 404);
            // What was asked for may be named in the answer that it is not there.
            String said = answer.statusCode() == 200 ? answer.body() : "";
            assertThat(OF_THE_SERVICE).as(question).noneMatch(said::contains);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> whoIsOfTheTeamGetsAllOfItOrIsToldThatItIsAboutAllTeams() {
    return operations(
        (path, operation) -> {
          Audience audience =
              new Endpoints(ApiSettings.from(ConfigFactory.load()))
                  .all().stream()
                      .filter(endpoint -> real(Endpoint.ROOT + endpoint.path()).equals(path))
                      .findFirst()
                      .orElseThrow()
                      .audience();
          for (String question : questions(path, operation)) {
            var answer = restricted.get(question, ofTeam("Payments"));
            var whole = api.get(question);
            if (audience == Audience.READERS) {
              assertThat(answer.statusCode()).as(question).isEqualTo(whole.statusCode());
              assertThat(answer.body()).as(question).isEqualTo(whole.body());
            } else {
              assertThat(answer.statusCode()).as(question).isEqualTo(403);
            }
          }
        });
  }

  @Test
  void gaugesAreOfAllTeams() {
    assertThat(restricted.get("/metrics/dora", ofTeam("payments")).statusCode()).isEqualTo(403);
  }

  private static Map<String, String> ofTeam(String team) {
    return Map.of("X-Forwarded-User", "ann", "X-Teams", team);
  }

  /** The route alone, grouped and filtered in each way that it takes, and as CSV. */
  private static List<String> questions(String path, JsonNode operation) {
    List<String> questions = new ArrayList<>(List.of(path));
    for (JsonNode parameter : operation.get("parameters")) {
      if (parameter.get("in").asText().equals("query")) {
        for (String value : valuesOf(parameter)) {
          questions.add(path + "?" + parameter.get("name").asText() + "=" + encoded(value));
        }
      }
    }
    return questions;
  }

  @Test
  void theMonthsOfPracticesHaveTheShapeThatTheDocumentSays() {
    String path = "/api/v1/practices";
    JsonNode schema =
        api.json("/openapi.json")
            .get("paths")
            .get(path)
            .at("/get/responses/200/content/application~1json/schema");
    JsonNode answer = api.json(path + "?part=months");
    assertThat(answer.get("months")).isNotEmpty();
    assertThat(answer.get("correlations")).isNotEmpty();
    assertShape(path, schema, answer);
  }

  @TestFactory
  Stream<DynamicTest> everyParameterThatTheDocumentNamesIsTaken() {
    return operations(
        (path, operation) -> {
          for (JsonNode parameter : operation.get("parameters")) {
            if (parameter.get("in").asText().equals("query")) {
              for (String value : valuesOf(parameter)) {
                var response =
                    api.get(path + "?" + parameter.get("name").asText() + "=" + encoded(value));
                // An id that the filter leaves out is not found: the parameter was taken.
                assertThat(response.statusCode())
                    .as("%s=%s: %s", parameter.get("name"), value, response.body())
                    .isIn(200, 404);
              }
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> everyParameterWithBoundsRefusesWhatIsOutside() {
    return operations(
        (path, operation) -> {
          for (JsonNode parameter : operation.get("parameters")) {
            JsonNode schema = parameter.get("schema");
            boolean isBounded =
                schema.has("enum") || schema.at("/items/enum").isArray() || schema.has("maximum");
            if (isBounded) {
              String name = parameter.get("name").asText();
              JsonNode problem = api.problem(path + "?" + name + "=nonsense", 400);
              assertThat(problem.get("parameter").asText()).isEqualTo(name);
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> everyRouteRefusesWhatItDoesNotKnow() {
    return operations(
        (path, operation) ->
            assertThat(api.problem(path + "?colour=red", 400).get("parameter").asText())
                .isEqualTo("colour"));
  }

  @TestFactory
  Stream<DynamicTest> whatIsNotThereIsNotFound() {
    return operations((path, operation) -> {})
        .filter(test -> test.getDisplayName().endsWith("{id}"))
        .map(
            test ->
                DynamicTest.dynamicTest(
                    test.getDisplayName(),
                    () -> {
                      String path = test.getDisplayName().replace("{id}", "no-such-thing");
                      assertThat(api.problem(path, 404).get("detail").asText())
                          .contains("no-such-thing");
                    }));
  }

  private static Stream<DynamicTest> operations(Walk walk) {
    JsonNode paths = api.json("/openapi.json").get("paths");
    return names(paths).stream()
        .filter(path -> paths.get(path).has("get"))
        .map(
            path ->
                DynamicTest.dynamicTest(
                    path, () -> walk.visit(real(path), paths.get(path).get("get"))));
  }

  private static String real(String path) {
    String collection = path.split("/", -1)[3];
    return path.endsWith("{id}") ? path.replace("{id}", encoded(IDS.get(collection))) : path;
  }

  private static List<String> valuesOf(JsonNode parameter) {
    JsonNode schema = parameter.get("schema");
    JsonNode all = schema.has("enum") ? schema.get("enum") : schema.at("/items/enum");
    List<String> values = new ArrayList<>();
    all.forEach(value -> values.add(value.asText()));
    if (values.isEmpty() && parameter.has("example")) {
      values.add(parameter.get("example").asText());
    }
    return values;
  }

  /** Every member is one that the schema names, of its type, and none that it requires lacks. */
  static void assertShape(String where, JsonNode schema, JsonNode value) {
    assertThat(types(schema)).as("%s is %s", where, value).contains(typeOf(value));
    if (value.isObject()) {
      assertThat(names(schema.get("properties"))).as(where).containsAll(names(value));
      List<String> required = new ArrayList<>();
      if (schema.has("required")) {
        schema.get("required").forEach(name -> required.add(name.asText()));
      }
      assertThat(names(value)).as(where).containsAll(required);
      for (String name : names(value)) {
        assertShape(where + "/" + name, schema.get("properties").get(name), value.get(name));
      }
    } else if (value.isArray()) {
      // A list of objects that is empty would say nothing of their shape.
      assertThat(schema.at("/items/properties").isObject() && value.isEmpty() && isFilled(where))
          .as("%s is empty", where)
          .isFalse();
      value.forEach(item -> assertShape(where + "[]", schema.get("items"), item));
    }
  }

  private static boolean isFilled(String where) {
    // A golden path needs many services for an estimate: ITGoldenPath looks at that.
    return !where.endsWith("ignored_reasons")
        && !where.endsWith("/bands")
        && !where.endsWith("/cohorts")
        && !where.endsWith("/event_study")
        && !where.endsWith("/points");
  }

  private static List<String> types(JsonNode schema) {
    List<String> types = new ArrayList<>();
    if (schema.get("type").isArray()) {
      schema.get("type").forEach(type -> types.add(type.asText()));
    } else {
      types.add(schema.get("type").asText());
    }
    if (types.contains("number")) {
      types.add("integer");
    }
    return types;
  }

  private static String typeOf(JsonNode value) {
    return switch (value.getNodeType()) {
      case NULL -> "null";
      case OBJECT -> "object";
      case ARRAY -> "array";
      case BOOLEAN -> "boolean";
      case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
      default -> "string";
    };
  }

  private static List<String> names(JsonNode object) {
    return StreamSupport.stream(((Iterable<String>) object::fieldNames).spliterator(), false)
        .toList();
  }

  private interface Walk {
    void visit(String path, JsonNode operation);
  }
}
