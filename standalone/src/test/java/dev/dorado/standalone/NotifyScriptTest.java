package dev.dorado.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.server.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * integrations/cli/dorado-notify, as a program of its own, against a server that it can't trust.
 */
class NotifyScriptTest {

  private static final String POST = "POST /webhooks/generic";
  private static final String ACCEPTED = "{\"accepted\":1}";
  private static final String SECRET = "a \"secret\" \\ of the test";
  private static final String SHA = "c1".repeat(20);
  private static final String NOWHERE = "http://127.0.0.1:1";

  @TempDir private Path home;

  private final AnsweringDorado dorado = new AnsweringDorado();
  private final Map<String, String> variables = new HashMap<>();

  @AfterEach
  void stop() {
    dorado.close();
  }

  @Test
  void itIsCorrectForTheStrictestShellThatIsInstalled() throws Exception {
    String shell = ScriptRun.isInstalled("dash") ? "dash" : "sh";
    for (String script : List.of("cli/dorado-notify", "embed")) {
      String path = ScriptRun.INTEGRATIONS.resolve(script).toString();
      assertThat(ScriptRun.of(home, Map.of(), List.of(shell, "-n", path)))
          .isEqualTo(new ScriptRun(0, ""));
    }
  }

  @Test
  void shellcheckFindsNothing() throws Exception {
    assumeTrue(ScriptRun.isInstalled("shellcheck"), "shellcheck is not installed: skipped");
    var result =
        ScriptRun.of(
            home,
            Map.of(),
            List.of(
                "shellcheck",
                "--shell=sh",
                ScriptRun.NOTIFY.toString(),
                ScriptRun.INTEGRATIONS.resolve("embed").toString()));
    assertThat(result.text()).isEmpty();
  }

  /** Else run integrations/embed. */
  @Test
  void whatGitLabAndJenkinsLoadIsThisVeryScript() throws Exception {
    String script = Files.readString(ScriptRun.NOTIFY);
    assertThat(
            ScriptRun.INTEGRATIONS.resolve("jenkins/resources/dev/dorado/dorado-notify").toFile())
        .hasContent(script);
    String template =
        Files.readString(ScriptRun.INTEGRATIONS.resolve("gitlab/dorado.gitlab-ci.yml"));
    String embedded =
        template
            .replaceFirst("(?s).*<<'DORADO_NOTIFY'\n", "")
            .replaceFirst("(?s)\n *DORADO_NOTIFY.*", "");
    assertThat(embedded.replaceAll("(?m)^ {6}", "") + "\n").isEqualTo(script);
  }

  @Test
  void helpNamesEveryOptionAndVariable() throws Exception {
    String script = Files.readString(ScriptRun.NOTIFY);
    String code = script.substring(script.indexOf("\nEND\n"));
    var result = ScriptRun.of(home, Map.of(), List.of("sh", ScriptRun.NOTIFY.toString(), "--help"));
    assertThat(result.code()).isZero();
    var read = new TreeSet<String>();
    Pattern.compile("^ +(--[a-z-]+)(?= \\||\\))", Pattern.MULTILINE)
        .matcher(code)
        .results()
        .forEach(match -> read.add(match.group(1)));
    Pattern.compile("\\{(DORADO_[A-Z_]+):-")
        .matcher(code)
        .results()
        .forEach(match -> read.add(match.group(1)));
    read.remove("--help");
    assertThat(read).contains("--service", "--caused-by", "DORADO_DIR").hasSizeGreaterThan(30);
    assertThat(read).allSatisfy(name -> assertThat(result.text()).contains(name));
  }

  @Test
  void anyTextBecomesCorrectJsonInAscii() throws Exception {
    String body =
        shellDryRun(
            "\"$(printf 'quote \" backslash \\\\ slash / percent %%s dollar $x\\ttab\\r\\nline \\001\\037\\177')"
                + "$(printf ' \\303\\251 \\342\\202\\254 \\360\\237\\230\\200')\"");
    assertThat(body).matches("\\p{ASCII}*");
    assertThat(event(body).path("description").asText())
        .isEqualTo(
            "quote \" backslash \\ slash / percent %s dollar $x\ttab\r\nline \u0001\u001f\u007f"
                + " \u00e9 \u20ac \ud83d\ude00");
  }

  @Test
  void bytesThatAreNoUtf8BecomeTheReplacementCharacter() throws Exception {
    // Latin-1, an overlong form, a surrogate, beyond Unicode, and one that is cut off.
    String body =
        shellDryRun(
            "\"$(printf 'a\\351b \\300\\257 \\355\\240\\200 \\364\\220\\200\\200 \\342\\202')\"");
    assertThat(event(body).path("description").asText())
        .isEqualTo(
            "a\ufffdb \ufffd\ufffd \ufffd\ufffd\ufffd \ufffd\ufffd\ufffd\ufffd \ufffd\ufffd");
  }

  @Test
  void theRequestIsWhatTheGenericSenderReads() throws Exception {
    dorado.on(POST, 202, ACCEPTED);
    variables.put("DORADO_SECRET", SECRET + "\r\n");
    variables.put("DORADO_URL", dorado.url() + "/");
    var result =
        run(
            "end",
            "--service=checkout",
            "--environment",
            "staging",
            "--sha",
            SHA,
            "--id",
            "b-1",
            "--status",
            "Success",
            "--started",
            "2026-01-05T09:00:00Z",
            "--finished",
            "2026-01-05T09:10:00Z",
            "--link",
            "https://ci/1",
            "--rework",
            "--incident",
            "INC-1",
            "--repository",
            "https://user:pass@git.example.org/acme/shop");
    assertThat(result.text()).contains("reported to " + dorado.url());
    assertThat(dorado.asked).hasSize(1);
    assertThat(dorado.asked.get(0).authorization()).isEqualTo("Bearer " + SECRET);
    assertThat(event(dorado.asked.get(0).body()))
        .isEqualTo(
            Json.MAPPER.readTree(
                """
                {"kind":"deployment","service":"checkout","environment":"staging","sha":"%s",
                 "id":"b-1","status":"succeeded","started_at":"2026-01-05T09:00:00Z",
                 "finished_at":"2026-01-05T09:10:00Z","url":"https://ci/1","rework":true,
                 "incident":"INC-1","repository":"https://git.example.org/acme/shop"}
                """
                    .formatted(SHA)));
  }

  @Test
  void anIncidentIsOpenedAndResolvedUnderOneId() throws Exception {
    JsonNode open =
        dryRun(
            "incident",
            "open",
            "--id",
            "INC-1",
            "--service",
            "checkout",
            "--title",
            "Down",
            "--severity",
            "high",
            "--caused-by",
            "b-1",
            "--caused-by",
            "#12",
            "--started",
            "2026-01-05T10:00:00Z");
    assertThat(open)
        .isEqualTo(
            Json.MAPPER.readTree(
                """
                {"kind":"incident","id":"INC-1","service":"checkout","title":"Down",
                 "severity":"high","caused_by":["b-1","#12"],"started_at":"2026-01-05T10:00:00Z"}
                """));
    JsonNode resolved =
        dryRun(
            "incident",
            "resolve",
            "--id",
            "INC-1",
            "--service",
            "checkout",
            "--resolved",
            "2026-01-05T11:00:00Z");
    assertThat(resolved)
        .isEqualTo(
            Json.MAPPER.readTree(
                """
                {"kind":"incident","id":"INC-1","service":"checkout",
                 "resolved_at":"2026-01-05T11:00:00Z"}
                """));
  }

  @Test
  void gitHubSaysWhatIsDeployed() throws Exception {
    gitHub();
    JsonNode start = dryRun("start", "--service", "checkout");
    assertThat(start.path("repository").asText()).isEqualTo("https://github.com/acme/shop");
    assertThat(start.path("sha").asText()).isEqualTo(SHA);
    assertThat(start.path("ref").asText()).isEqualTo("refs/tags/v1.2.0");
    assertThat(start.path("version").asText()).isEqualTo("v1.2.0");
    assertThat(start.path("url").asText())
        .isEqualTo("https://github.com/acme/shop/actions/runs/77");
    assertThat(start.path("id").asText()).isEqualTo("production/github-77-1-deploy");
  }

  @Test
  void gitLabSaysWhatIsDeployedAndWhatBecameOfIt() throws Exception {
    variables.putAll(
        Map.of(
            "GITLAB_CI", "true",
            "CI_PROJECT_URL", "https://gitlab.com/acme/shop",
            "CI_COMMIT_SHA", SHA,
            "CI_COMMIT_REF_NAME", "main",
            "CI_ENVIRONMENT_NAME", "prod-eu",
            "CI_JOB_ID", "99",
            "CI_JOB_URL", "https://gitlab.com/acme/shop/-/jobs/99",
            "CI_JOB_STARTED_AT", "2026-01-05T09:00:00Z",
            "CI_JOB_STATUS", "canceled"));
    assertThat(dryRun("end", "--finished", "2026-01-05T09:10:00Z"))
        .isEqualTo(
            Json.MAPPER.readTree(
                """
                {"kind":"deployment","repository":"https://gitlab.com/acme/shop","sha":"%s",
                 "ref":"main","environment":"prod-eu","id":"prod-eu/gitlab-99",
                 "url":"https://gitlab.com/acme/shop/-/jobs/99","status":"cancelled",
                 "started_at":"2026-01-05T09:00:00Z","finished_at":"2026-01-05T09:10:00Z"}
                """
                    .formatted(SHA)));
  }

  @Test
  void jenkinsSaysWhatIsDeployedWithoutItsCredentials() throws Exception {
    variables.putAll(
        Map.of(
            "JENKINS_URL", "https://ci.example.org/",
            "GIT_URL", "https://robot:token@git.example.org:8443/scm/acme/shop.git",
            "GIT_COMMIT", SHA,
            "GIT_BRANCH", "origin/main",
            "BUILD_TAG", "jenkins-shop-main-18",
            "BUILD_URL", "https://ci.example.org/job/shop/18/"));
    JsonNode end = dryRun("end", "--status", "UNSTABLE");
    assertThat(end.path("repository").asText())
        .isEqualTo("https://git.example.org:8443/scm/acme/shop.git");
    assertThat(end.path("ref").asText()).isEqualTo("main");
    assertThat(end.path("status").asText()).isEqualTo("failed");
    assertThat(end.path("id").asText()).isEqualTo("production/jenkins-shop-main-18");
    assertThat(end.path("url").asText()).isEqualTo("https://ci.example.org/job/shop/18/");
  }

  @Test
  void otherCisAreKnownToo() throws Exception {
    Map<Map<String, String>, String> ids =
        Map.of(
            Map.of("CIRCLECI", "true", "CIRCLE_SHA1", SHA, "CIRCLE_WORKFLOW_JOB_ID", "j-1"),
            "production/circleci-j-1",
            Map.of("BUILDKITE", "true", "BUILDKITE_COMMIT", SHA, "BUILDKITE_JOB_ID", "j-1"),
            "production/buildkite-j-1",
            Map.of("TF_BUILD", "True", "BUILD_SOURCEVERSION", SHA, "BUILD_BUILDID", "5"),
            "production/azure-5--1",
            Map.of("BITBUCKET_BUILD_NUMBER", "5", "BITBUCKET_COMMIT", SHA),
            "production/bitbucket-5--1");
    for (var entry : ids.entrySet()) {
      variables.clear();
      variables.putAll(entry.getKey());
      JsonNode start = dryRun("start", "--service", "checkout");
      assertThat(start.path("id").asText()).isEqualTo(entry.getValue());
      assertThat(start.path("sha").asText()).isEqualTo(SHA);
    }
  }

  @Test
  void theCommitOfTheCiIsNotThatOfAVersionOrRepositoryThatIsNamed() throws Exception {
    gitHub();
    JsonNode version = dryRun("start", "--version", "1.1.0");
    assertThat(version.has("sha")).isFalse();
    assertThat(version.has("ref")).isFalse();
    var result = run("start", "--repository", "acme/other", "--url", NOWHERE);
    assertThat(result.text()).contains("pass --sha or --version");
    assertThat(dryRun("start", "--repository", "acme/shop").path("sha").asText()).isEqualTo(SHA);
  }

  @Test
  void aStartIsTheSameWhenItsStepIsTriedAgainAndAnotherOnceTheJobIsRerun() throws Exception {
    dorado.on(POST, 202, ACCEPTED);
    gitHub();
    variables.put("DORADO_URL", dorado.url());
    run("start", "--service", "checkout", "--started", "2026-01-05T09:00:00Z");
    run("start", "--service", "checkout");
    run("end", "--service", "checkout", "--status", "succeeded");
    variables.put("GITHUB_RUN_ATTEMPT", "2");
    run("start", "--service", "checkout");
    List<JsonNode> events = new ArrayList<>();
    for (var asked : dorado.asked) {
      events.add(event(asked.body()));
    }
    assertThat(events.get(1)).isEqualTo(events.get(0));
    assertThat(events.get(2).path("id")).isEqualTo(events.get(0).path("id"));
    assertThat(events.get(2).path("started_at").asText()).isEqualTo("2026-01-05T09:00:00Z");
    assertThat(events.get(3).path("id")).isNotEqualTo(events.get(0).path("id"));
    assertThat(events.get(3).path("started_at").asText()).isNotEqualTo("2026-01-05T09:00:00Z");
  }

  @Test
  void outsideOfACiAnEndHasTheTimeOfItsStart() throws Exception {
    dorado.on(POST, 202, ACCEPTED);
    variables.put("DORADO_URL", dorado.url());
    run("start", "--service", "a", "--version", "1", "--started", "2026-01-05T09:00:00Z");
    run("end", "--service", "a", "--version", "1", "--status", "failed");
    run("start", "--service", "a", "--version", "1", "--started", "2026-01-06T09:00:00Z");
    assertThat(event(dorado.asked.get(1).body()).path("started_at").asText())
        .isEqualTo("2026-01-05T09:00:00Z");
    assertThat(event(dorado.asked.get(2).body()).path("started_at").asText())
        .isEqualTo("2026-01-06T09:00:00Z");
  }

  @Test
  void whatNeverStartedHasNoEnd() throws Exception {
    gitHub();
    variables.put("DORADO_URL", dorado.url());
    var result = run("end", "--service", "checkout", "--status", "failed", "--if-started");
    assertThat(result.text()).contains("no start of this deployment was reported here");
    assertThat(dorado.asked).isEmpty();
  }

  @Test
  void anOverloadedDoradoIsAskedAgain() throws Exception {
    Map<String, String> atOnce = Map.of("Retry-After", "0");
    dorado
        .on(POST, 503, "{\"detail\":\"Kafka is away\"}", atOnce)
        .on(POST, 429, "{\"detail\":\"too much\"}", atOnce)
        .on(POST, 502, "<html>a proxy</html>")
        .on(POST, 202, ACCEPTED);
    var result = run(start(dorado.url()));
    assertThat(dorado.asked).hasSize(4);
    assertThat(dorado.asked).extracting(AnsweringDorado.Asked::body).containsOnly(body(0));
    assertThat(result.text())
        .contains("HTTP 503: Kafka is away; retry 1 of 3 in 0 s", "HTTP 502; retry 3 of 3");
    assertThat(unsent()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 400, 401, 403, 404, 409, 413, 422})
  void whatIsRefusedIsNotSentAgainAndTheReasonIsShown(int status) throws Exception {
    dorado.on(POST, status, "{\"status\":1,\"detail\":\"$.events[0].sha \\\"x\\\" is no SHA\"}");
    var result = run(start(dorado.url()));
    assertThat(dorado.asked).hasSize(1);
    assertThat(result.text())
        .contains("warning: ", "HTTP " + status + ": $.events[0].sha \"x\" is no SHA");
    assertThat(result.code()).isZero();
    assertThat(unsent()).isEmpty();
  }

  @Test
  void whatIsSkippedIsWarnedOf() throws Exception {
    dorado.on(
        POST, 202, "{\"accepted\":0,\"skipped\":[{\"field\":\"f\",\"detail\":\"too late\"}]}");
    assertThat(run(start(dorado.url())).text()).contains("was skipped: too late");
  }

  @Test
  void whatCouldNotBeSentIsKeptForTheUserAloneAndSentFirstByTheNextRun() throws Exception {
    variables.put("DORADO_SECRET", SECRET);
    dorado.on(POST, 503, "{}").on(POST, 202, ACCEPTED);
    var result = run(start(dorado.url(), "--retries", "0"));
    assertThat(result.code()).isZero();
    Path kept = unsent().get(0);
    assertThat(result.text()).contains("kept in " + kept);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept.getParent())))
        .isEqualTo("rwx------");
    assertThat(Files.readString(kept)).contains(SHA).doesNotContain("secret");

    run("end", "--service", "a", "--sha", SHA, "--status", "ok", "--url", dorado.url());
    assertThat(dorado.asked).hasSize(3);
    assertThat(body(1)).isEqualTo(body(0));
    assertThat(event(body(2)).path("status").asText()).isEqualTo("succeeded");
    assertThat(unsent()).isEmpty();
  }

  @Test
  void whatIsKeptGoesOnlyToTheAddressThatItWasFor() throws Exception {
    dorado.on(POST, 202, ACCEPTED);
    var result = run(start(NOWHERE, "--retries", "0"));
    assertThat(result.text()).contains("not sent to " + NOWHERE);
    run(start(dorado.url()));
    assertThat(dorado.asked).hasSize(1);
    assertThat(unsent()).hasSize(1);
  }

  @Test
  void whatIsKeptIsGivenUpIfItIsWrongButNotIfTheSecretIs() throws Exception {
    dorado
        .on(POST, 503, "{}")
        .on(POST, 401, "{}")
        .on(POST, 202, ACCEPTED)
        .on(POST, 422, "{\"detail\":\"it is wrong\"}")
        .on(POST, 202, ACCEPTED);
    run(start(dorado.url(), "--retries", "0"));
    run(start(dorado.url()));
    assertThat(unsent()).hasSize(1);
    assertThat(run(start(dorado.url())).text()).contains("refused (HTTP 422: it is wrong)");
    assertThat(unsent()).isEmpty();
  }

  @Test
  void aLongRetryAfterIsNotWaitedFor() throws Exception {
    dorado.on(POST, 503, "{}", Map.of("Retry-After", "3600"));
    run(start(dorado.url()));
    assertThat(dorado.asked).hasSize(1);
    assertThat(unsent()).hasSize(1);
  }

  @Test
  void onlyStrictFailsTheBuild() throws Exception {
    dorado.on(POST, 422, "{}").on(POST, 422, "{}").on(POST, 202, ACCEPTED);
    assertThat(run(start(dorado.url())).code()).isZero();
    assertThat(run(start(dorado.url(), "--strict")).code()).isEqualTo(1);
    assertThat(run(start(dorado.url(), "--strict")).code()).isZero();
    assertThat(run(start(NOWHERE, "--strict", "--retries", "0")).code()).isEqualTo(1);
    Map<List<String>, String> wrong =
        Map.of(
            List.of(), "'' is no command",
            List.of("incident", "close"), "'incident close' is no command",
            List.of("start"), "set DORADO_URL or --url",
            List.of("start", "--url", "dorado.example.org"), "the url 'dorado.example.org'",
            List.of("start", "--url", NOWHERE), "the service is unknown",
            List.of("start", "--enviroment", "x"), "'--enviroment' is no option",
            List.of("start", "--sha"), "--sha has no value",
            List.of("start", "--url", NOWHERE, "--retries", "x"), "number of retries is 'x'",
            List.of("end", "--url", NOWHERE, "--service", "a", "--sha", SHA), "status is unknown",
            List.of("incident", "open", "--url", NOWHERE, "--service", "a"), "id is unknown");
    for (var entry : wrong.entrySet()) {
      var result = run(entry.getKey());
      assertThat(result.text()).contains("warning: ").contains(entry.getValue());
      assertThat(result.code()).isZero();
      List<String> strict = new ArrayList<>(entry.getKey());
      strict.add("--strict");
      if (!entry.getKey().isEmpty() && !entry.getKey().contains("--sha")) {
        assertThat(run(strict).code()).as(entry.getValue()).isEqualTo(2);
      }
    }
  }

  @Test
  void theSecretIsNoArgumentOfAnyProgramAndNotPrinted() throws Exception {
    Path bin = Files.createDirectories(home.resolve("bin"));
    Path curl = bin.resolve("curl");
    Files.writeString(
        curl, "#!/bin/sh\nprintf '%s\\n' \"$@\"\ncat >/dev/null\necho http_code=202\n");
    assertThat(curl.toFile().setExecutable(true)).isTrue();
    variables.put("PATH", bin + ":" + System.getenv("PATH"));
    variables.put("DORADO_SECRET", SECRET);
    var result = run(start("https://dorado.example.org"));
    assertThat(result.text()).contains("reported to").doesNotContain("secret");
    List<String> dry = new ArrayList<>(start("https://dorado.example.org"));
    dry.add("--dry-run");
    assertThat(run(dry).text()).contains("Bearer ***").doesNotContain("secret");
  }

  @Test
  void anAnswerCannotSpeakToTheCi() throws Exception {
    gitHub();
    dorado.on(
        POST,
        422,
        "{\"detail\":\"50 %\\n::set-env name=PATH::/evil\u001b[2J\"}\n::stop-commands::x");
    var result = run(start(dorado.url()));
    assertThat(result.text().lines())
        .hasSize(1)
        .allSatisfy(line -> assertThat(line).startsWith("::warning title=dorado-notify::"));
    assertThat(result.text()).contains("50 %25 ::set-env").doesNotContain("\u001b");
  }

  @Test
  void aProgramThatIsMissingIsNamed() throws Exception {
    Path bin = Files.createDirectories(home.resolve("bin"));
    variables.put("PATH", bin + ":" + System.getenv("PATH"));
    programThatIsNotFound(bin.resolve("curl"));
    assertThat(run(start(dorado.url())).text()).contains("curl is not installed");
    assertThat(unsent()).hasSize(1);
    programThatIsNotFound(bin.resolve("awk"));
    assertThat(run(start(dorado.url())).text()).contains("awk or od does not work here");
    assertThat(unsent()).hasSize(1);
  }

  @Test
  void aStartWhoseJobNeverEndedIsForgottenAfterAWeek() throws Exception {
    dorado.on(POST, 202, ACCEPTED);
    run(start(dorado.url(), "--environment", "staging"));
    try (Stream<Path> files = Files.list(home.resolve(".local/state/dorado-notify"))) {
      Files.setLastModifiedTime(files.findFirst().orElseThrow(), FileTime.fromMillis(0));
    }
    run(start(dorado.url()));
    List<String> end = List.of("end", "--service", "a", "--sha", SHA, "--status", "ok");
    List<String> staging = new ArrayList<>(end);
    staging.addAll(List.of("--environment", "staging", "--if-started", "--url", dorado.url()));
    assertThat(run(staging).text()).contains("no start of this deployment");
    List<String> production = new ArrayList<>(end);
    production.addAll(List.of("--if-started", "--url", dorado.url()));
    assertThat(run(production).text()).contains("reported to");
  }

  private static void programThatIsNotFound(Path path) throws IOException {
    Files.writeString(path, "#!/bin/sh\nexit 127\n");
    assertThat(path.toFile().setExecutable(true)).isTrue();
  }

  private void gitHub() {
    variables.putAll(
        Map.of(
            "GITHUB_ACTIONS", "true",
            "GITHUB_SERVER_URL", "https://github.com",
            "GITHUB_REPOSITORY", "acme/shop",
            "GITHUB_SHA", SHA,
            "GITHUB_REF", "refs/tags/v1.2.0",
            "GITHUB_REF_TYPE", "tag",
            "GITHUB_REF_NAME", "v1.2.0",
            "GITHUB_RUN_ID", "77",
            "GITHUB_RUN_ATTEMPT", "1",
            "GITHUB_JOB", "deploy"));
  }

  private static List<String> start(String url, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("start", "--service", "a", "--sha", SHA, "--url", url));
    arguments.addAll(List.of(more));
    return arguments;
  }

  private ScriptRun run(String... arguments) throws IOException, InterruptedException {
    return run(List.of(arguments));
  }

  private ScriptRun run(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sh", ScriptRun.NOTIFY.toString()));
    command.addAll(arguments);
    Map<String, String> all = new HashMap<>(Map.of("DORADO_BACKOFF", "0"));
    all.putAll(variables);
    var result = ScriptRun.of(home, all, command);
    if (!arguments.contains("--strict")) {
      assertThat(result.code()).as(result.text()).isZero();
    }
    return result;
  }

  private JsonNode dryRun(String... arguments) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--dry-run", "--url", NOWHERE));
    return event(lastLine(run(all)));
  }

  /** What is sent of a deployment whose description is a word of the shell. */
  private String shellDryRun(String word) throws IOException, InterruptedException {
    String line =
        "sh '%s' start --dry-run --url %s --service a --version 1 --description %s"
            .formatted(ScriptRun.NOTIFY, NOWHERE, word);
    return lastLine(ScriptRun.of(home, Map.of(), List.of("sh", "-c", line)));
  }

  private static String lastLine(ScriptRun result) {
    return result.text().strip().replaceFirst("(?s).*\n", "");
  }

  private String body(int request) {
    return dorado.asked.get(request).body();
  }

  private static JsonNode event(String body) throws IOException {
    JsonNode events = Json.MAPPER.readTree(body).path("events");
    assertThat(events).as(body).hasSize(1);
    return events.get(0);
  }

  private List<Path> unsent() throws IOException {
    Path folder = home.resolve(".local/state/dorado-notify");
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().startsWith("unsent-")).toList();
    }
  }
}
