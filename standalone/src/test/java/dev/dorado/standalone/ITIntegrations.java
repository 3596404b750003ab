package dev.dorado.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.dorado.server.Json;
import dev.dorado.standalone.demo.DeliveryClient;
import groovy.lang.Binding;
import groovy.lang.GroovyShell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What users paste into their CI, run as their CI runs it, against a live Dorado that wants a
 * secret. Each test has services of its own.
 */
class ITIntegrations {

  private static final String SECRET = "a \"secret\" of the test";
  private static final String SHA = "c1".repeat(20);
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Pattern EXPRESSION = Pattern.compile("\\$\\{\\{ (.+?) }}");

  @TempDir private static Path data;

  private static Standalone dorado;

  @TempDir private Path home;

  @BeforeAll
  static void start() {
    dorado =
        Standalone.start(
            data,
            "127.0.0.1",
            0,
            true,
            Map.of("dorado.ingest.secrets.generic", SECRET),
            line -> {});
  }

  @AfterAll
  static void stop() {
    if (dorado != null) {
      dorado.close();
    }
  }

  @Test
  void theScriptReportsADeploymentAndTheIncidentThatItCaused() throws Exception {
    notify(
        "start --service cli --sha %s --id build-12 --started 2026-01-05T09:00:00Z".formatted(SHA));
    notify(
        "end --service cli --sha %s --id build-12 --status succeeded --finished 2026-01-05T09:10:00Z"
            .formatted(SHA));
    notify(
        "incident open --id INC-1 --service cli --title Down --severity high --caused-by build-12"
            + " --started 2026-01-05T10:00:00Z");
    notify("incident resolve --id INC-1 --service cli --resolved 2026-01-05T11:30:00Z");

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              JsonNode deployment = deployment("cli");
              assertThat(deployment.path("status").asText()).isEqualTo("succeeded");
              assertThat(deployment.path("sha").asText()).isEqualTo(SHA);
              assertThat(deployment.path("environments").path(0).asText()).isEqualTo("production");
              assertThat(deployment.path("started_at").asText()).startsWith("2026-01-05T09:00:00");
              assertThat(deployment.path("finished_at").asText()).startsWith("2026-01-05T09:10:00");
              assertThat(deployment.path("failed").asBoolean()).isTrue();
              assertThat(deployment.path("recovered_at").asText())
                  .startsWith("2026-01-05T11:30:00");
            });
  }

  @Test
  void doradosAnswerIsWhatTheScriptWarnsOf() throws Exception {
    ScriptRun wrong =
        script(
            home,
            Map.of("DORADO_URL", dorado.url(), "DORADO_SECRET", SECRET),
            "start --service cli --sha main");
    assertThat(wrong.text()).contains("warning: ", "$.events[0].sha").doesNotContain("reported to");
    ScriptRun unknown =
        script(
            home,
            Map.of("DORADO_URL", dorado.url(), "DORADO_SECRET", "x"),
            "start --service cli --sha " + SHA);
    assertThat(unknown.text()).contains("warning: ", "HTTP 401", "DORADO_SECRETS_GENERIC");
    assertThat(List.of(wrong.code(), unknown.code())).containsOnly(0);
  }

  @Test
  void theScorecardsScriptReadsTheMetricsThatItsPageNames() throws Exception {
    assumeTrue(ScriptRun.isInstalled("jq"), "jq is not installed: skipped");
    notify(
        "end --service scores --sha %s --id 1 --status succeeded --finished 2026-01-05T09:10:00Z"
            .formatted(SHA));
    String page = Files.readString(ScriptRun.INTEGRATIONS.resolve("../docs/portals.md"));
    int begin = page.indexOf("{\n  \"dorado_");
    JsonNode blueprint = Json.MAPPER.readTree(page.substring(begin, page.indexOf("```", begin)));

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              JsonNode sent = Json.MAPPER.readTree(scorecards("port", "scores "));
              assertThat(sent.at("/properties/dorado_deployment_frequency_n").asInt()).isOne();
              assertThat(sent.path("properties").fieldNames())
                  .toIterable()
                  .containsExactlyInAnyOrderElementsOf(blueprint::fieldNames);
              assertThat(Json.MAPPER.readTree(scorecards("cortex", "")).at("/values/scores"))
                  .contains(
                      Json.MAPPER.readTree(
                          "{\"key\":\"dorado_deployment_frequency_n\",\"value\":1}"));
            });
  }

  /** What the script would send, after {@code prefix}. */
  private String scorecards(String portal, String prefix) throws Exception {
    ScriptRun run =
        ScriptRun.of(
            home,
            Map.of("DORADO_URL", dorado.url(), "DORADO_QUERY", "from=2026-01-01&to=2026-02-01"),
            List.of(
                "sh",
                ScriptRun.INTEGRATIONS.resolve("scorecards/dorado-scorecards").toString(),
                portal,
                "--dry-run"));
    assertThat(run.code()).as(run.text()).isZero();
    return run.text()
        .lines()
        .filter(line -> line.startsWith(prefix))
        .map(line -> line.substring(prefix.length()))
        .findFirst()
        .orElse("{}");
  }

  @Test
  void ingestListsTheRepositoriesThatReport() throws Exception {
    notify("start --repository acme/listed --service listed --sha " + SHA);
    await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(
            () ->
                assertThat(ask("/api/v1/ingest").path("senders").path(0).path("repositories"))
                    .extracting(repository -> repository.path("repository").asText())
                    .contains("github.com/acme/listed"));
  }

  /** The steps of action.yml, each by the shell that it names. */
  @ParameterizedTest
  @CsvSource({"Linux, success, succeeded", "Windows, failure, failed", "macOS, cancelled, failed"})
  void theActionReportsTheJobsOutcome(String os, String jobStatus, String outcome)
      throws Exception {
    String service = "action-" + os.toLowerCase(Locale.ROOT);
    Map<String, String> inputs = Map.of("service", service, "environment", "prod-eu");
    gitHubAction(os, "success", "start", inputs);
    gitHubAction(os, jobStatus, "end", inputs);
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              JsonNode deployment = deployment(service);
              assertThat(deployment.path("status").asText()).isEqualTo(outcome);
              assertThat(deployment.path("sha").asText()).isEqualTo(SHA);
              assertThat(deployment.path("ref").asText()).isEqualTo("refs/heads/main");
              assertThat(deployment.path("environments").path(0).asText()).isEqualTo("prod-eu");
              assertThat(deployment.path("repository").asText()).isEqualTo("github.com/acme/shop");
              assertThat(deployment.path("url").asText())
                  .isEqualTo("https://github.com/acme/shop/actions/runs/77");
            });
  }

  @Test
  void theActionReportsNoEndOfAJobThatFailedBeforeItsStart() throws Exception {
    assertThat(gitHubAction("Linux", "failure", "end", Map.of("service", "never")).text())
        .contains("no start of this deployment was reported here");
  }

  @Test
  void theStepsOfTheActionDifferOnlyInTheirShell() throws Exception {
    JsonNode steps = action().path("runs").path("steps");
    assertThat(steps).hasSize(2);
    assertThat(steps.path(0).path("env")).isEqualTo(steps.path(1).path("env"));
    assertThat(steps.path(0).path("run")).isEqualTo(steps.path(1).path("run"));
    for (JsonNode step : steps) {
      assertThat(step.path("continue-on-error").asBoolean()).isTrue();
    }
  }

  /** The script of a job, as GitLab's runner makes it: before_script and script in one shell. */
  @ParameterizedTest
  @CsvSource({"sh, success", "bash, failed"})
  void theTemplateOfGitLabReportsTheJobsOutcome(String shell, String jobStatus) throws Exception {
    JsonNode template =
        YAML.readTree(
            Files.readString(ScriptRun.INTEGRATIONS.resolve("gitlab/dorado.gitlab-ci.yml")));
    Map<String, String> variables = new HashMap<>();
    variables.putAll(
        Map.of(
            "DORADO_URL", dorado.url(),
            "DORADO_SECRET", SECRET,
            "DORADO_SERVICE", "gitlab-" + shell,
            "GITLAB_CI", "true",
            "CI_PROJECT_URL", "https://gitlab.example.org/acme/shop",
            "CI_COMMIT_SHA", SHA,
            "CI_JOB_ID", "99",
            "CI_JOB_STARTED_AT", "2026-01-05T09:00:00Z",
            "CI_JOB_STATUS", "running"));
    String exit = jobStatus.equals("success") ? "0" : "1";
    ScriptRun job =
        ScriptRun.of(
            home,
            variables,
            List.of(shell, "-ec", gitLab(template, "before_script") + "\nexit " + exit));
    assertThat(job.code()).as(job.text()).isEqualTo(Integer.parseInt(exit));
    variables.put("CI_JOB_STATUS", jobStatus);
    ScriptRun after =
        ScriptRun.of(home, variables, List.of(shell, "-ec", gitLab(template, "after_script")));
    assertThat(job.text() + after.text()).contains("reported to").doesNotContain("warning");
    String outcome = jobStatus.equals("success") ? "succeeded" : "failed";
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              JsonNode deployment = deployment("gitlab-" + shell);
              assertThat(deployment.path("status").asText()).isEqualTo(outcome);
              assertThat(deployment.path("started_at").asText()).startsWith("2026-01-05T09:00:00");
              assertThat(deployment.path("repository").asText())
                  .isEqualTo("gitlab.example.org/acme/shop");
            });
  }

  @Test
  void theStepOfJenkinsReportsWhatTheBodyDoes() throws Exception {
    List<String> log = new ArrayList<>();
    jenkins(log, "doradoDeployment(service: 'jenkins-ok') { sh 'echo deploying' }");
    assertThatThrownBy(
            () -> jenkins(log, "doradoDeployment(service: 'jenkins-failed') { sh 'exit 3' }"))
        .hasMessage("script returned exit code 3");
    assertThatThrownBy(
            () -> jenkins(log, "doradoDeployment(service: 'jenkins-aborted') { abort() }"))
        .hasMessage(null);
    jenkins(
        log,
        "doradoDeployment(service: 'jenkins-unstable') { currentBuild.currentResult = 'UNSTABLE' }");
    assertThat(log).isEmpty();
    Map<String, String> outcomes =
        Map.of(
            "jenkins-ok", "succeeded",
            "jenkins-failed", "failed",
            "jenkins-aborted", "failed",
            "jenkins-unstable", "failed");
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              for (String service : outcomes.keySet()) {
                JsonNode deployment = deployment(service);
                assertThat(deployment.path("status").asText())
                    .as(service)
                    .isEqualTo(outcomes.get(service));
                assertThat(deployment.path("ref").asText()).isEqualTo("main");
                assertThat(deployment.path("sha").asText()).isEqualTo(SHA);
              }
            });
  }

  @Test
  void theStepOfJenkinsNeverFailsTheBuildItself() throws Exception {
    List<String> log = new ArrayList<>();
    Path marker = home.resolve("deployed");
    jenkins(
        log,
        "doradoDeployment(credentialsId: 'another', enviroment: 'x') { sh 'touch %s' }"
            .formatted(marker));
    assertThat(marker).exists();
    assertThat(log)
        .anySatisfy(line -> assertThat(line).contains("'enviroment' is no option"))
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains(
                        "the start of the deployment was not reported: no credential another"));
  }

  /** As Jenkins' page of the declarative pipeline has it, without the shared library. */
  @ParameterizedTest
  @ValueSource(strings = {"SUCCESS", "FAILURE"})
  void thePlainFormOfJenkinsHandsItsOwnWordsOver(String result) throws Exception {
    String service = "plain-" + result.toLowerCase(Locale.ROOT);
    Map<String, String> build = new HashMap<>(jenkinsBuild());
    build.put("DORADO_SECRET", SECRET);
    script(home, build, "start --service " + service);
    script(home, build, "end --if-started --service " + service + " --status " + result);
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(deployment(service).path("status").asText())
                    .isEqualTo(result.equals("SUCCESS") ? "succeeded" : "failed"));
  }

  private void notify(String arguments) throws Exception {
    ScriptRun result =
        script(home, Map.of("DORADO_URL", dorado.url(), "DORADO_SECRET", SECRET), arguments);
    assertThat(result.text()).contains("reported to " + dorado.url()).doesNotContain("warning");
  }

  private static ScriptRun script(Path home, Map<String, String> variables, String arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", ScriptRun.NOTIFY.toString()));
    command.addAll(List.of(arguments.split(" ")));
    return ScriptRun.of(home, variables, command);
  }

  private static JsonNode action() throws IOException {
    return YAML.readTree(
        Files.readString(ScriptRun.INTEGRATIONS.resolve("github-action/action.yml")));
  }

  /** Runs the steps of the action whose condition holds for the runner's system. */
  private ScriptRun gitHubAction(
      String os, String jobStatus, String phase, Map<String, String> given) throws Exception {
    Map<String, String> job =
        Map.of("DORADO_URL", dorado.url(), "DORADO_SECRET", SECRET, "DORADO_PHASE", "of the job");
    JsonNode action = action();
    Map<String, String> context = new HashMap<>();
    job.forEach((name, value) -> context.put("env." + name, value));
    context.put("job.status", jobStatus);
    action
        .path("inputs")
        .fields()
        .forEachRemaining(
            input ->
                context.put(
                    "inputs." + input.getKey(),
                    evaluate(input.getValue().path("default").asText(""), context)));
    assertThat(context.keySet())
        .containsAll(given.keySet().stream().map("inputs."::concat).toList());
    given.forEach((name, value) -> context.put("inputs." + name, value));
    context.put("inputs.phase", phase);
    List<JsonNode> steps = new ArrayList<>();
    for (JsonNode step : action.path("runs").path("steps")) {
      String condition = step.path("if").asText();
      assertThat(Set.of("runner.os == 'Windows'", "runner.os != 'Windows'")).contains(condition);
      if (condition.contains("==") == os.equals("Windows")) {
        steps.add(step);
      }
    }
    assertThat(steps).hasSize(1);
    Map<String, String> variables = new HashMap<>(job);
    variables.putAll(
        Map.of(
            "GITHUB_ACTIONS", "true",
            "GITHUB_SERVER_URL", "https://github.com",
            "GITHUB_REPOSITORY", "acme/shop",
            "GITHUB_SHA", SHA,
            "GITHUB_REF", "refs/heads/main",
            "GITHUB_REF_TYPE", "branch",
            "GITHUB_RUN_ID", "77",
            "GITHUB_JOB", "deploy"));
    String folder = ScriptRun.INTEGRATIONS.resolve("github-action").toString();
    // A runner on Windows writes its paths with backslashes.
    variables.put("GITHUB_ACTION_PATH", os.equals("Windows") ? folder.replace('/', '\\') : folder);
    steps
        .get(0)
        .path("env")
        .fields()
        .forEachRemaining(
            variable ->
                variables.put(variable.getKey(), evaluate(variable.getValue().asText(), context)));
    ScriptRun result =
        ScriptRun.of(
            home,
            variables,
            List.of(steps.get(0).path("shell").asText(), "-ec", steps.get(0).path("run").asText()));
    assertThat(result.code()).as(result.text()).isZero();
    assertThat(result.text()).doesNotContain("::warning");
    return result;
  }

  /** An expression of GitHub, of names that are joined by {@code ||}. */
  private static String evaluate(String text, Map<String, String> context) {
    return EXPRESSION
        .matcher(text)
        .replaceAll(
            match -> {
              for (String name : match.group(1).split(" \\|\\| ")) {
                String value = context.getOrDefault(name, "");
                if (!value.isEmpty()) {
                  return Matcher.quoteReplacement(value);
                }
              }
              return "";
            });
  }

  /** The lines of a job that extends the template, with what {@code !reference} names. */
  private static String gitLab(JsonNode template, String part) {
    List<String> lines = new ArrayList<>();
    for (JsonNode line : template.path(".dorado-deployment").path(part)) {
      if (line.isArray()) {
        JsonNode referenced = template.path(line.path(0).asText()).path(line.path(1).asText());
        assertThat(referenced).isNotEmpty();
        referenced.forEach(inner -> lines.add(inner.asText()));
      } else {
        lines.add(line.asText());
      }
    }
    return String.join("\n", lines);
  }

  private static Map<String, String> jenkinsBuild() {
    return Map.of(
        "DORADO_URL", dorado.url(),
        "JENKINS_URL", "https://ci.example.org/",
        "GIT_URL", "https://github.com/acme/shop.git",
        "GIT_BRANCH", "origin/main",
        "GIT_COMMIT", SHA,
        "BUILD_TAG", "jenkins-shop-18");
  }

  /** Runs a pipeline with the shared library; its agent runs scripts by their first line. */
  private void jenkins(List<String> log, String pipeline) throws Exception {
    BiFunction<String, Map<String, String>, Integer> agent =
        (text, variables) -> {
          try {
            Path script = Files.createTempFile(home, "step", ".sh");
            Files.writeString(script, text);
            List<String> command =
                text.startsWith("#!/bin/sh\n")
                    ? List.of("sh", script.toString())
                    : List.of("sh", "-xe", script.toString());
            ScriptRun result = ScriptRun.of(home, variables, command);
            assertThat(result.text()).doesNotContain(SECRET, "warning");
            return result.code();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    var binding = new Binding();
    binding.setVariable("agent", agent);
    binding.setVariable("library", ScriptRun.INTEGRATIONS.resolve("jenkins").toFile());
    binding.setVariable("variables", jenkinsBuild());
    binding.setVariable("credentials", Map.of("dorado-secret", SECRET));
    binding.setVariable("log", log);
    binding.setVariable("currentBuild", new HashMap<>(Map.of("currentResult", "SUCCESS")));
    binding.setVariable("deploy", pipeline);
    try (var in = requireNonNull(getClass().getResourceAsStream("pipeline.groovy"))) {
      new GroovyShell(binding).evaluate(new String(in.readAllBytes(), UTF_8));
    }
  }

  /** The one attempt of a service. */
  private static JsonNode deployment(String service) throws Exception {
    JsonNode items =
        ask("/api/v1/deployments?status=all&from=2026-01-01&to=2100-01-01&service="
                + URLEncoder.encode(service, UTF_8))
            .path("items");
    assertThat(items).as(service).hasSize(1);
    return items.path(0);
  }

  private static JsonNode ask(String pathAndQuery) throws Exception {
    var response = new DeliveryClient(dorado.url(), SECRET).get(pathAndQuery);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return Json.MAPPER.readTree(response.body());
  }
}
