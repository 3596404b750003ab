package dev.dorado.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.server.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that copies metrics to Port and Cortex, against servers that stand for them. */
class ScorecardsScriptTest {

  private static final Path SCRIPT = ScriptRun.INTEGRATIONS.resolve("scorecards/dorado-scorecards");
  private static final String SUMMARY =
      """
      {"from":"2026-01-01T00:00:00Z","to":"2026-04-01T00:00:00Z","tz":"UTC","groups":[
        {"group":{"service":"acme/shop"},"metrics":{
          "change_fail_rate":{"value":0.125,"unit":"ratio","n":8,"tier":"high"},
          "change_lead_time":{"value":null,"unit":"seconds","n":0,"tier":null}}},
        {"group":{"service":"checkout"},"metrics":{
          "change_fail_rate":{"value":0,"unit":"ratio","n":3,"tier":"elite"}}}]}
      """;

  @TempDir private Path home;
  private final AnsweringDorado server = new AnsweringDorado();

  @BeforeEach
  void needJq() {
    assumeTrue(ScriptRun.isInstalled("jq"), "jq is not installed: skipped");
    server.on("GET /api/v1/summary", 200, SUMMARY);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void shellcheckFindsNothing() throws Exception {
    assumeTrue(ScriptRun.isInstalled("shellcheck"), "shellcheck is not installed: skipped");
    ScriptRun result = ScriptRun.of(home, Map.of(), List.of("shellcheck", SCRIPT.toString()));
    assertThat(result.code()).as(result.text()).isZero();
  }

  @Test
  void eachEntityOfPortGetsItsMetricsAndWhatIsNotInPortIsSkipped() throws Exception {
    server
        .on("POST /v1/auth/access_token", 200, "{\"ok\":true,\"accessToken\":\"port-token\"}")
        .on("PATCH /v1/blueprints/service/entities/acme/shop", 404, "{\"ok\":false}")
        .on("PATCH /v1/blueprints/service/entities/checkout", 200, "{\"ok\":true}");

    ScriptRun result = run("port");

    assertThat(result.code()).as(result.text()).isZero();
    assertThat(result.text()).isEqualTo("acme/shop is not in Port: skipped\n");
    assertThat(server.asked)
        .extracting(AnsweringDorado.Asked::what)
        .containsExactly(
            "GET /api/v1/summary",
            "POST /v1/auth/access_token",
            "PATCH /v1/blueprints/service/entities/acme/shop",
            "PATCH /v1/blueprints/service/entities/checkout");
    assertThat(server.asked.get(0).authorization()).isEqualTo("Bearer dorado-token");
    assertThat(server.asked.get(0).query()).isEqualTo("group_by=service&environment=staging");
    assertThat(json(server.asked.get(1).body()))
        .isEqualTo(json("{\"clientId\":\"id\",\"clientSecret\":\"port-secret\"}"));
    assertThat(server.asked.get(3).authorization()).isEqualTo("Bearer port-token");
    assertThat(json(server.asked.get(3).body()))
        .isEqualTo(
            json(
                """
                {"properties":{"dorado_change_fail_rate":0,"dorado_change_fail_rate_n":3,
                  "dorado_change_fail_rate_tier":"elite"}}
                """));
    assertThat(json(server.asked.get(2).body()).at("/properties/dorado_change_lead_time").isNull())
        .isTrue();
  }

  @Test
  void aPortThatGivesNoTokenIsNamedAndNothingIsSent() throws Exception {
    server.on("POST /v1/auth/access_token", 401, "{\"ok\":false}");

    ScriptRun result = run("port");

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.text()).contains("Port gives no token: check PORT_CLIENT_ID");
    assertThat(server.asked).hasSize(2);
  }

  @Test
  void aCortexThatRefusesFailsTheRun() throws Exception {
    server.on("PUT /api/v1/catalog/custom-data", 403, "{}");

    assertThat(run("cortex").code()).isEqualTo(1);
    assertThat(run("cortex").text()).contains("Cortex refuses the custom data");
  }

  @Test
  void whatPortRefusesIsSaidAndFailsTheRunButNotTheOthers() throws Exception {
    server
        .on("POST /v1/auth/access_token", 200, "{\"accessToken\":\"port-token\"}")
        .on("PATCH /v1/blueprints/service/entities/acme/shop", 422, "no such property")
        .on("PATCH /v1/blueprints/service/entities/checkout", 200, "{}");

    ScriptRun result = run("port");

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.text()).isEqualTo("acme/shop: Port answers 422: no such property\n");
    assertThat(server.asked).hasSize(4);
  }

  @Test
  void allEntitiesOfCortexGetTheirMetricsInOneRequest() throws Exception {
    server.on("PUT /api/v1/catalog/custom-data", 200, "{}");

    ScriptRun result = run("cortex");

    assertThat(result.code()).as(result.text()).isZero();
    assertThat(server.asked.get(1).authorization()).isEqualTo("Bearer cortex-token");
    assertThat(json(server.asked.get(1).body()))
        .isEqualTo(
            json(
                """
                {"values":{
                  "acme/shop":[{"key":"dorado_change_fail_rate","value":0.125},
                    {"key":"dorado_change_fail_rate_n","value":8},
                    {"key":"dorado_change_fail_rate_tier","value":"high"},
                    {"key":"dorado_change_lead_time_n","value":0}],
                  "checkout":[{"key":"dorado_change_fail_rate","value":0},
                    {"key":"dorado_change_fail_rate_n","value":3},
                    {"key":"dorado_change_fail_rate_tier","value":"elite"}]}}
                """));
  }

  @Test
  void aDryRunSendsNothing() throws Exception {
    assertThat(run("port", "--dry-run").text()).startsWith("acme/shop {\"properties\":{");
    assertThat(run("cortex", "--dry-run").text()).startsWith("{\"values\":{\"acme/shop\":[");
    assertThat(server.asked)
        .extracting(AnsweringDorado.Asked::what)
        .containsOnly("GET /api/v1/summary");
  }

  @Test
  void aDoradoThatDoesNotAnswerAndUnknownArgumentsAreNamed() throws Exception {
    server.close();
    assertThat(run("port")).satisfies(run -> assertThat(run.code()).isEqualTo(1));
    assertThat(run("port").text()).contains("does not answer with a summary");
    assertThat(run("grafana").code()).isEqualTo(2);
    assertThat(run("grafana").text()).contains("usage: dorado-scorecards port|cortex");
  }

  private ScriptRun run(String... arguments) throws Exception {
    Map<String, String> variables = new HashMap<>();
    variables.put("DORADO_URL", server.url() + "/");
    variables.put("DORADO_TOKEN", "dorado-token");
    variables.put("DORADO_QUERY", "environment=staging");
    variables.put("PORT_URL", server.url());
    variables.put("PORT_CLIENT_ID", "id");
    variables.put("PORT_CLIENT_SECRET", "port-secret");
    variables.put("CORTEX_URL", server.url());
    variables.put("CORTEX_TOKEN", "cortex-token");
    List<String> command = new ArrayList<>(List.of("sh", SCRIPT.toString()));
    command.addAll(List.of(arguments));
    return ScriptRun.of(home, variables, command);
  }

  private static JsonNode json(String text) throws Exception {
    return Json.MAPPER.readTree(text);
  }
}
