package dev.dorado.ingest.senders;

import static dev.dorado.ingest.senders.OtlpBodies.child;
import static dev.dorado.ingest.senders.OtlpBodies.export;
import static dev.dorado.ingest.senders.OtlpBodies.root;
import static dev.dorado.ingest.senders.OtlpBodies.span;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.dorado.events.CiRunEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.ingest.Payload;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.MalformedDelivery;
import dev.dorado.ingest.delivery.Translation;
import dev.dorado.ingest.delivery.UntranslatableDelivery;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtlpSenderTest {

  private static final String SHA = "3f5b2c1a9d8e7f60112233445566778899aabbcc";

  /** What the conventions put on the resource of a run. */
  private static final Map<String, Object> RUN =
      Map.of(
          "cicd.pipeline.name", "Build and deploy",
          "cicd.pipeline.run.id", "120912",
          "cicd.pipeline.run.url.full", "https://ci.example.org/runs/120912",
          "service.name", "checkout",
          "service.version", "1.8.2",
          "vcs.repository.url.full", "https://git.example.org/acme/shop",
          "vcs.ref.head.name", "main",
          "vcs.ref.head.type", "branch",
          "vcs.ref.head.revision", SHA);

  private static final String RUN_SPAN =
      root("RUN Build and deploy", Map.of("cicd.pipeline.result", "success"));
  private static final String BUILD =
      child(
          "00f067aa0ba902b7",
          "Go Build",
          Map.of(
              "cicd.pipeline.task.name", "Go Build",
              "cicd.pipeline.task.run.id", "12096",
              "cicd.pipeline.task.run.result", "success",
              "cicd.pipeline.task.run.url.full", "https://ci.example.org/runs/120912/1",
              "cicd.pipeline.task.type", "build"));
  private static final String DEPLOY =
      child(
          "00f067aa0ba902b8",
          "deploy_binary",
          Map.of(
              "cicd.pipeline.task.name", "deploy_binary",
              "cicd.pipeline.task.run.id", "12097",
              "cicd.pipeline.task.run.result", "success",
              "cicd.pipeline.task.run.url.full", "https://ci.example.org/runs/120912/2",
              "cicd.pipeline.task.type", "deploy",
              "deployment.environment.name", "production"));
  private static final String HTTP_CALL =
      child("00f067aa0ba902b9", "GET", Map.of("http.request.method", "GET"));

  /** As by {@code otel-cli exec --service checkout --attrs …}: a client's span without a parent. */
  private static final Payload DEPLOYED_BY_SCRIPT =
      export(
          Map.of("service.name", "checkout", "service.version", "1.8.2"),
          span(
              "b7ad6b7169203331",
              "",
              "deploy",
              3,
              Map.of(
                  "deployment.id", "1208",
                  "deployment.name", "deploy checkout",
                  "deployment.status", "succeeded",
                  "deployment.environment.name", "production",
                  "vcs.ref.head.revision", SHA)));

  private final OtlpSender otlp = new OtlpSender(Translated.SETTINGS);

  static Seeds seeds() {
    return Seeds.of(
        new OtlpSender(Translated.SETTINGS),
        export(RUN, RUN_SPAN, BUILD, DEPLOY, HTTP_CALL),
        DEPLOYED_BY_SCRIPT,
        // Known by its trace alone.
        export(
            Map.of("service.name", "checkout"),
            root("deploy", Map.of("deployment.status", "failed"))),
        ofGitHub(),
        ofGitHubJob(),
        ofGitLab(),
        ofJenkins());
  }

  static List<Payload> bodies() {
    return seeds().payloads();
  }

  @Test
  void theSpanOfARunIsACiRun() {
    CiRunEvent run = event(export(RUN, RUN_SPAN), CiRunEvent.class);
    assertThat(run.getRun()).isEqualTo("otlp:git.example.org/acme/shop:run:120912");
    assertThat(run.getJob()).isNull();
    assertThat(run.getAttempt()).isOne();
    assertThat(run.getRepository()).isEqualTo("git.example.org/acme/shop");
    assertThat(run.getWorkflow()).isEqualTo("Build and deploy");
    assertThat(run.getNames()).containsExactly("otlp:Build and deploy");
    assertThat(run.getBranch()).isEqualTo("main");
    assertThat(run.getSha()).isEqualTo(SHA);
    assertThat(run.getStatus()).isEqualTo("finished");
    assertThat(run.getOutcome()).isEqualTo("success");
    assertThat(run.getStartedAt()).isEqualTo("2026-03-01T12:00:00Z");
    assertThat(run.getFinishedAt()).isEqualTo("2026-03-01T12:05:00.250Z");
    assertThat(run.getOccurredAt()).isEqualTo(run.getFinishedAt());
    assertThat(run.getUrl()).isEqualTo("https://ci.example.org/runs/120912");
  }

  @Test
  void aTaskIsAJobOfItsRun() {
    CiRunEvent job = event(export(RUN, BUILD), CiRunEvent.class);
    assertThat(job.getRun()).isEqualTo("otlp:git.example.org/acme/shop:task:120912/12096");
    assertThat(job.getJob()).isEqualTo("Go Build");
    assertThat(job.getWorkflow()).isEqualTo("Build and deploy");
    assertThat(job.getOutcome()).isEqualTo("success");
    assertThat(job.getUrl()).isEqualTo("https://ci.example.org/runs/120912/1");
  }

  @Test
  void aTaskOfTypeDeployIsADeploymentToo() {
    List<SpecificRecord> events = values(export(RUN, DEPLOY));
    assertThat(events).hasSize(2);
    assertThat(events.get(0)).isInstanceOf(CiRunEvent.class);
    var deployment = (DeploymentEvent) events.get(1);
    assertThat(deployment.getDeployment())
        .isEqualTo("otlp:git.example.org/acme/shop:task:120912/12097");
    assertThat(deployment.getRepository()).isEqualTo("git.example.org/acme/shop");
    assertThat(deployment.getService()).isEqualTo("checkout");
    assertThat(deployment.getVersion()).isEqualTo("1.8.2");
    assertThat(deployment.getEnvironment()).isEqualTo("production");
    assertThat(deployment.getSha()).isEqualTo(SHA);
    assertThat(deployment.getRef()).isEqualTo("main");
    assertThat(deployment.getStatus()).isEqualTo("succeeded");
    assertThat(deployment.getStartedAt()).isEqualTo("2026-03-01T12:00:00Z");
    assertThat(deployment.getFinishedAt()).isEqualTo("2026-03-01T12:05:00.250Z");
    assertThat(deployment.getWorkflow()).isEqualTo("Build and deploy");
  }

  @Test
  void aSpanWithAnIdOrStatusOfADeploymentIsOne() {
    DeploymentEvent deployment = event(DEPLOYED_BY_SCRIPT, DeploymentEvent.class);
    assertThat(deployment.getDeployment()).isEqualTo("otlp:checkout:production:1208");
    assertThat(deployment.getService()).isEqualTo("checkout");
    assertThat(deployment.getVersion()).isEqualTo("1.8.2");
    assertThat(deployment.getDescription()).isEqualTo("deploy checkout");
    assertThat(deployment.getStatus()).isEqualTo("succeeded");
    var failed = export(Map.of(), root("deploy", Map.of("deployment.status", "failed")));
    assertThat(event(failed, DeploymentEvent.class).getStatus()).isEqualTo("failed");
    assertThat(event(failed, DeploymentEvent.class).getDeployment())
        .isEqualTo("otlp:span:%s/eee19b7ec3c1b174".formatted(OtlpBodies.TRACE));
  }

  @Test
  void oneIdMayBeDeployedToSeveralEnvironments() {
    String attribute = "resourceSpans.0.scopeSpans.0.spans.0.attributes.0.value";
    assertThat(DEPLOYED_BY_SCRIPT.json().at("/" + attribute.replace('.', '/')).toString())
        .contains("production");
    var staging = DEPLOYED_BY_SCRIPT.with(attribute, Map.of("stringValue", "Staging"));
    assertThat(event(staging, DeploymentEvent.class).getDeployment())
        .isEqualTo("otlp:checkout:staging:1208");
  }

  @ParameterizedTest
  @CsvSource({
    "success, success, succeeded",
    "failure, failure, failed",
    "error, failure, failed",
    "timeout, failure, failed",
    "cancellation, cancelled, cancelled",
    "FAILED, failure, failed",
    "neutral, neutral, failed",
  })
  void aResultHasAWordOfOurs(String result, String outcome, String status) {
    var attributes = new HashMap<String, Object>();
    attributes.put("cicd.pipeline.task.name", "deploy");
    attributes.put("cicd.pipeline.task.run.id", "1");
    attributes.put("cicd.pipeline.task.type", "deploy");
    attributes.put("cicd.pipeline.task.run.result", result);
    List<SpecificRecord> events = values(export(RUN, child("00f067aa0ba902b8", "d", attributes)));
    assertThat(((CiRunEvent) events.get(0)).getOutcome()).isEqualTo(outcome);
    assertThat(((DeploymentEvent) events.get(1)).getStatus()).isEqualTo(status);
    var run = export(RUN, root("r", Map.of("cicd.pipeline.result", result)));
    assertThat(event(run, CiRunEvent.class).getOutcome()).isEqualTo(outcome);
  }

  @Test
  void aTaskThatWasSkippedDeployedNothing() {
    var skipped =
        child(
            "00f067aa0ba902b8",
            "deploy",
            Map.of(
                "cicd.pipeline.task.name", "deploy",
                "cicd.pipeline.task.run.id", "1",
                "cicd.pipeline.task.type", "deploy",
                "cicd.pipeline.task.run.result", "skip"));
    CiRunEvent job = event(export(RUN, skipped), CiRunEvent.class);
    assertThat(job.getOutcome()).isEqualTo("skipped");
  }

  @Test
  void withoutAResultTheStatusOfTheSpanCounts() {
    String span = root("deploy", Map.of("deployment.id", "7"));
    String unset = span.replace("{\"code\": 1}", "{}");
    String error = span.replace("{\"code\": 1}", "{\"code\": \"STATUS_CODE_ERROR\"}");
    assertThat(event(export(Map.of(), span), DeploymentEvent.class).getStatus())
        .isEqualTo("succeeded");
    assertThat(event(export(Map.of(), unset), DeploymentEvent.class).getStatus())
        .isEqualTo("succeeded");
    assertThat(event(export(Map.of(), error), DeploymentEvent.class).getStatus())
        .isEqualTo("failed");
    String run = root("r", Map.of()).replace("{\"code\": 1}", "{}");
    assertThat(event(export(RUN, run), CiRunEvent.class).getOutcome()).isNull();
  }

  @Test
  void namesOfEarlierReleasesAreRead() {
    var before =
        export(
            Map.of("service.name", "checkout", "deployment.environment", "staging"),
            root(
                "deploy",
                Map.of(
                    "deployment.id", "1208",
                    "vcs.repository.url.full", "https://github.com/acme/shop.git",
                    "vcs.repository.ref.name", "refs/tags/v1",
                    "vcs.repository.ref.type", "tag",
                    "vcs.repository.ref.revision", SHA.toUpperCase(Locale.ROOT))));
    DeploymentEvent deployment = event(before, DeploymentEvent.class);
    assertThat(deployment.getEnvironment()).isEqualTo("staging");
    assertThat(deployment.getRef()).isEqualTo("v1");
    assertThat(deployment.getSha()).isEqualTo(SHA);
    assertThat(deployment.getRepository()).isEqualTo("github.com/acme/shop");
  }

  @Test
  void theNewNameStandsOverTheOldAndTheSpanOverItsResource() {
    var both =
        export(
            Map.of("deployment.environment.name", "of-the-runner", "service.name", "ci"),
            root(
                "deploy",
                Map.of(
                    "deployment.id", "1",
                    "deployment.environment", "old",
                    "deployment.environment.name", "new",
                    "service.name", "Checkout")));
    DeploymentEvent deployment = event(both, DeploymentEvent.class);
    assertThat(deployment.getEnvironment()).isEqualTo("new");
    assertThat(deployment.getService()).isEqualTo("checkout");
  }

  @ParameterizedTest
  @ValueSource(strings = {"unknown_service:java", "jenkins", "acme/shop"})
  void theNameOfACiSystemOrItsProjectIsNoService(String name) {
    var deployed =
        export(
            Map.of("service.name", name, "service.version", "2.541"),
            root("deploy", Map.of("deployment.id", "1", "cicd.pipeline.name", "ship")));
    DeploymentEvent deployment = event(deployed, DeploymentEvent.class);
    assertThat(deployment.getService()).isNull();
    assertThat(deployment.getVersion()).isNull();
    assertThat(deployment.getNames()).containsExactly("otlp:ship");
  }

  @Test
  void aRevisionThatIsNoCommitIsNone() {
    var deployed =
        export(Map.of(), root("d", Map.of("deployment.id", "1", "vcs.ref.head.revision", "main")));
    assertThat(event(deployed, DeploymentEvent.class).getSha()).isNull();
  }

  // ---- what real exporters write --------------------------------------------------------------

  /** The collector's receiver for GitHub: all on the resource, the run as the root. */
  private static Payload ofGitHub() {
    var resource = new HashMap<String, Object>();
    resource.put("service.name", "shop");
    resource.put("vcs.repository.name", "shop");
    resource.put("vcs.provider.name", "github");
    resource.put("vcs.ref.head", "main");
    resource.put("vcs.ref.type", "branch");
    resource.put("vcs.ref.head.revision", SHA);
    resource.put("cicd.pipeline.name", "build");
    resource.put("cicd.pipeline.run.sender.login", "ada");
    resource.put(
        "cicd.pipeline.run.url.full", "https://github.com/Acme/Shop/actions/runs/14460881260");
    resource.put("cicd.pipeline.run.id", 14460881260L);
    resource.put("cicd.pipeline.run.status", "failure");
    resource.put(
        "cicd.pipeline.run.previous_attempt.url.full",
        "https://github.com/Acme/Shop/actions/runs/14460881260/attempts/2");
    return export(resource, root("build", Map.of()));
  }

  private static Payload ofGitHubJob() {
    var resource = new HashMap<String, Object>();
    resource.put("service.name", "shop");
    resource.put("vcs.provider.name", "github");
    resource.put("vcs.repository.name", "shop");
    resource.put("cicd.pipeline.name", "test (17)");
    resource.put("cicd.pipeline.worker.labels", List.of("ubuntu-latest"));
    resource.put(
        "cicd.pipeline.task.run.url.full",
        "https://github.com/Acme/Shop/actions/runs/14460881260/job/40685651258");
    resource.put("cicd.pipeline.task.run.id", 40685651258L);
    resource.put("cicd.pipeline.run.task.status", "cancellation");
    return export(
        resource,
        child("e68a36b3514c8634", "test (17)", Map.of()),
        child("d328504edfc4f5dc", "queue-test (17)", Map.of("cicd.pipeline.run.queue.duration", 5)),
        child(
            "103b52e85d34ae1c",
            "Set up job",
            Map.of(
                "cicd.pipeline.task.name", "Set up job",
                "cicd.pipeline.run.task.status", "success")));
  }

  @Test
  void aRunOfTheReceiverForGitHubIsTheOneThatItsWebhookReports() {
    CiRunEvent run = event(ofGitHub(), CiRunEvent.class);
    assertThat(run.getRun()).isEqualTo("github:14460881260");
    assertThat(run.getAttempt()).isEqualTo(3);
    assertThat(run.getRepository()).isEqualTo("github.com/acme/shop");
    assertThat(run.getOutcome()).isEqualTo("failure");
    assertThat(run.getBranch()).isEqualTo("main");
  }

  @Test
  void ofTheReceiverForGitHubOnlyTheJobIsATask() {
    CiRunEvent job = event(ofGitHubJob(), CiRunEvent.class);
    assertThat(job.getRun()).isEqualTo("github:job:40685651258");
    assertThat(job.getJob()).isEqualTo("test (17)");
    assertThat(job.getOutcome()).isEqualTo("cancelled");
    assertThat(translate(ofGitHubJob().request()).unmeasured()).isEqualTo(2);
  }

  /** The collector's receiver for GitLab: a pipeline, a stage of it and a job. */
  private static Payload ofGitLab() {
    var resource = new HashMap<String, Object>();
    resource.put("service.name", "acme/shop");
    resource.put("cicd.pipeline.name", "ship");
    resource.put("cicd.pipeline.result", "failed");
    resource.put("cicd.pipeline.run.id", 1701);
    resource.put("cicd.pipeline.run.url.full", "https://gitlab.com/acme/shop/-/pipelines/1701");
    resource.put("vcs.provider.name", "gitlab");
    resource.put("vcs.repository.name", "shop");
    resource.put("vcs.repository.url.full", "https://gitlab.com/acme/shop");
    resource.put("vcs.ref.head.name", "v1.8.2");
    resource.put("vcs.ref.head.type", "tag");
    resource.put("vcs.ref.head.revision", SHA);
    var job = new HashMap<String, Object>();
    job.put("cicd.pipeline.task.name", "deploy-prod");
    job.put("cicd.pipeline.task.run.id", 9);
    job.put("cicd.pipeline.task.run.result", "success");
    job.put("cicd.pipeline.task.run.url.full", "https://gitlab.com/acme/shop/-/jobs/9");
    job.put("cicd.pipeline.task.run.environment.name", "eu-1");
    job.put("gitlab.environment.action", "start");
    job.put("gitlab.environment.deployment_tier", "production");
    job.put("gitlab.job.allow_failure", false);
    return export(
        resource,
        root("ship", Map.of("gitlab.pipeline.source", "push")),
        span(
            "00f067aa0ba902b1",
            "eee19b7ec3c1b174",
            "deploy",
            2,
            Map.of(
                "cicd.pipeline.task.type", "deploy", "cicd.pipeline.task.type.status", "failed")),
        span("00f067aa0ba902b2", "00f067aa0ba902b1", "deploy-prod", 2, job));
  }

  @Test
  void aPipelineOfTheReceiverForGitLabIsARunAndAJobWithAnEnvironmentADeployment() {
    List<SpecificRecord> events = values(ofGitLab());
    assertThat(events).hasSize(3);
    var run = (CiRunEvent) events.get(0);
    assertThat(run.getRun()).isEqualTo("gitlab:pipeline:1701");
    assertThat(run.getOutcome()).isEqualTo("failure");
    assertThat(run.getBranch()).isNull();
    var job = (CiRunEvent) events.get(1);
    assertThat(job.getRun()).isEqualTo("gitlab:job:9");
    assertThat(job.getOutcome()).isEqualTo("success");
    var deployment = (DeploymentEvent) events.get(2);
    assertThat(deployment.getDeployment()).isEqualTo("gitlab:job:9");
    assertThat(deployment.getEnvironment()).isEqualTo("eu-1");
    assertThat(deployment.getProduction()).isTrue();
    assertThat(deployment.getService()).isNull();
    assertThat(deployment.getRepository()).isEqualTo("gitlab.com/acme/shop");
    assertThat(deployment.getRef()).isEqualTo("v1.8.2");
    assertThat(deployment.getStatus()).isEqualTo("succeeded");
  }

  @ParameterizedTest
  @ValueSource(strings = {"stop", "prepare", "access"})
  void aJobThatStopsAnEnvironmentDeploysNothing(String action) {
    String body = ofGitLab().json().toString().replace("\"start\"", "\"" + action + "\"");
    assertThat(values(Payload.of(body))).hasSize(2).allMatch(CiRunEvent.class::isInstance);
  }

  /** Jenkins' OpenTelemetry plugin, as it is after its installation. */
  private static Payload ofJenkins() {
    var build = new HashMap<String, Object>();
    build.put("type", "job");
    build.put("ci.pipeline.id", "acme/shop/main");
    build.put("ci.pipeline.name", "acme » shop » main");
    build.put("ci.pipeline.type", "workflow");
    build.put("ci.pipeline.run.number", 41);
    build.put("ci.pipeline.run.url", "https://jenkins.example.org/job/acme/job/shop/job/main/41/");
    build.put("ci.pipeline.run.result", "UNSTABLE");
    build.put("ci.pipeline.run.completed", true);
    build.put("ci.pipeline.run.durationMillis", 300250);
    build.put("ci.pipeline.parameter.name", List.of("TOKEN", "IMAGE_TAG"));
    build.put("ci.pipeline.parameter.value", List.of("", "1.8.2"));
    return export(
        Map.of("service.name", "jenkins", "service.namespace", "jenkins"),
        root("BUILD acme/shop", build),
        child("00f067aa0ba902c1", "Phase: Run", Map.of()),
        child(
            "00f067aa0ba902c2",
            "Stage: Deploy",
            Map.of("jenkins.pipeline.step.type", "stage", "jenkins.pipeline.step.name", "Deploy")));
  }

  @Test
  void aBuildOfJenkinsIsTheOneThatItsNotificationPluginReports() {
    CiRunEvent run = event(ofJenkins(), CiRunEvent.class);
    assertThat(run.getRun())
        .isEqualTo("jenkins:https://jenkins.example.org/job/acme/job/shop/job/main/41/");
    assertThat(run.getWorkflow()).isEqualTo("acme/shop/main");
    assertThat(run.getNames()).containsExactly("jenkins:acme/shop/main", "jenkins:acme/shop");
    assertThat(run.getOutcome()).isEqualTo("failure");
    assertThat(run.getVersion()).isEqualTo("1.8.2");
    assertThat(run.getRepository()).isNull();
    assertThat(run.getUrl()).startsWith("https://jenkins.example.org/");
  }

  /** Controllers of Tekton and Argo Workflows trace their own work, by names of their own. */
  @Test
  void spansOfControllersAndApplicationsAreCountedAndMeanNothing() {
    var others =
        export(
            Map.of("service.name", "pipelinerun-reconciler", "deployment.environment.name", "prod"),
            root("PipelineRun:Reconciler", Map.of("pipelinerun", "shop-x7k2p", "namespace", "ci")),
            child("00f067aa0ba902d1", "workflow", Map.of("workflow", "shop-x7k2p")),
            child("00f067aa0ba902d2", "POST /cart", Map.of("http.request.method", "POST")));
    Translation translation = translate(others.request());
    assertThat(translation.unmeasured()).isEqualTo(3);
    assertThat(Translated.ignored(otlp, others)).contains("none of 3 spans", "1.45.0");
    assertThat(Translated.ignored(otlp, Payload.of("{}"))).contains("none of 0 spans");
  }

  @Test
  void stepsThatKnowTheirRunByTheResourceAreNotTheRun() {
    var steps =
        export(
            RUN,
            span("b7ad6b7169203331", "", "make test", 3, Map.of()),
            root("pending", Map.of("cicd.pipeline.run.state", "pending")));
    assertThat(Translated.ignored(otlp, steps)).contains("none of 2 spans");
  }

  // ---- repetition and form --------------------------------------------------------------------

  @Test
  void aTraceMeansTheSameHoweverItIsDividedAndOrdered() {
    List<SpecificRecord> whole = values(export(RUN, RUN_SPAN, BUILD, DEPLOY, HTTP_CALL));
    List<SpecificRecord> parts =
        Stream.of(DEPLOY, HTTP_CALL, BUILD, RUN_SPAN, DEPLOY)
            .map(span -> export(RUN, span))
            .filter(body -> translate(body.request()) instanceof Translation.Events)
            .flatMap(body -> values(body).stream())
            .toList();
    assertThat(ids(parts)).hasSize(6);
    assertThat(ids(parts).stream().distinct()).containsExactlyInAnyOrderElementsOf(ids(whole));
  }

  @Test
  void theIdsOfEventsStayAsTheyAre() {
    assertThat(ids(values(export(RUN, RUN_SPAN, BUILD, DEPLOY))))
        .containsExactly(
            "b469249e1e6891251df9431e67093708",
            "b9f89f04d2722a90cb581a21ece0efcc",
            "153a9124ae537a3934b716cfb813b445",
            "18297ea5c930bdc848844b15e31ddb0e");
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void protobufMeansWhatJsonMeans(Payload body) {
    assertThat(ofRequest(OtlpBodies.inProtobuf(body)))
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("provenance")
        .isEqualTo(values(body));
    assertThat(translate(OtlpBodies.inProtobuf(body)).unmeasured())
        .isEqualTo(translate(body.request()).unmeasured());
  }

  @Test
  void numbersAndTimesMayBeNumbersOrTexts() {
    String json = export(RUN, RUN_SPAN).json().toString();
    String numbers =
        json.replace("\"" + OtlpBodies.START + "\"", OtlpBodies.START)
            .replace("\"" + OtlpBodies.END + "\"", OtlpBodies.END);
    assertThat(numbers).isNotEqualTo(json);
    assertThat(ids(values(Payload.of(numbers)))).isEqualTo(ids(values(export(RUN, RUN_SPAN))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "00000000000000000000000000000000", "abc", "W47/95gDgQPSabYzgT/GDA=="})
  void aSpanThatIsKnownByItsTraceNeedsAProperId(String id) {
    String span = root("deploy", Map.of("deployment.status", "failed"));
    var problem = Translated.missing(otlp, export(Map.of(), span.replace(OtlpBodies.TRACE, id)));
    assertThat(problem.path()).isEqualTo("$.resourceSpans[0].scopeSpans[0].spans[0].traceId");
    assertThat(problem).hasMessageContaining("32 hexadecimal digits");
  }

  @Test
  void aSpanThatCannotBeUsedDoesNotCostTheOthers() {
    String late = DEPLOY.replace(OtlpBodies.END, "1900000000000000000");
    var body = export(RUN, RUN_SPAN, late);
    assertThat(values(body)).hasSize(1);
    assertThat(Translated.skipped(otlp, body))
        .containsExactly("$.resourceSpans[0].scopeSpans[0].spans[1].endTimeUnixNano");
  }

  // ---- hostile bodies -------------------------------------------------------------------------

  @Test
  void bytesThatAreNoProtobufAreMalformed() {
    var random = new Random(1);
    byte[] whole = OtlpBodies.protobuf(export(RUN, RUN_SPAN, BUILD).json()).toByteArray();
    for (int i = 0; i < 5_000; i++) {
      byte[] body = i % 2 == 0 ? whole.clone() : new byte[random.nextInt(200)];
      if (i % 2 == 0) {
        for (int n = random.nextInt(4); n >= 0; n--) {
          body[random.nextInt(body.length)] = (byte) random.nextInt(256);
        }
      } else {
        random.nextBytes(body);
      }
      try {
        assertThat(translate(inProtobuf(body))).isNotNull();
      } catch (UntranslatableDelivery e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
    assertThatThrownBy(() -> translate(inProtobuf("{}".getBytes(UTF_8))))
        .isInstanceOf(MalformedDelivery.class)
        .hasMessageContaining("no ExportTraceServiceRequest in protobuf");
  }

  @Test
  void valuesThatAreNestedTooDeepAreMalformed() {
    var value = AnyValue.newBuilder().setStringValue("x").build();
    for (int i = 0; i < 60; i++) {
      value = AnyValue.newBuilder().setArrayValue(ArrayValue.newBuilder().addValues(value)).build();
    }
    var span = Span.newBuilder();
    span.addAttributesBuilder().setKey("deployment.id").setValue(value);
    assertThatThrownBy(() -> translate(inProtobuf(request(span).toByteArray())))
        .isInstanceOf(MalformedDelivery.class)
        .hasMessageContaining("100 deep");
  }

  @Test
  void millionsOfEmptySpansAreNotMade() {
    // Each takes two bytes in the body.
    var spans =
        UnknownFieldSet.newBuilder()
            .addField(
                2,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFrom(new byte[0]))
                    .build())
            .build()
            .toByteString();
    ByteString many = spans;
    for (int i = 0; i < 21; i++) {
      many = many.concat(many);
    }
    byte[] body =
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(
                ResourceSpans.newBuilder()
                    .setUnknownFields(
                        UnknownFieldSet.newBuilder()
                            .addField(
                                2,
                                UnknownFieldSet.Field.newBuilder().addLengthDelimited(many).build())
                            .build()))
            .build()
            .toByteArray();
    assertThatThrownBy(() -> translate(inProtobuf(body)))
        .isInstanceOf(MalformedDelivery.class)
        .hasMessageContaining("more than 1000000 elements");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/grpc", ""})
  void anotherTypeOfContentIsMalformed(String type) {
    byte[] body = OtlpBodies.protobuf(export(RUN, RUN_SPAN).json()).toByteArray();
    var request = new DeliveryRequest(Map.of("Content-Type", type), body, Payload.RECEIVED_AT);
    assertThatThrownBy(() -> translate(request))
        .isInstanceOf(MalformedDelivery.class)
        .hasMessageContaining("expected application/x-protobuf or application/json");
  }

  private static ExportTraceServiceRequest request(Span.Builder span) {
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder().addScopeSpans(ScopeSpans.newBuilder().addSpans(span)))
        .build();
  }

  private static DeliveryRequest inProtobuf(byte[] body) {
    return new DeliveryRequest(
        Map.of("Content-Type", "application/x-protobuf"), body, Payload.RECEIVED_AT);
  }

  private Translation translate(DeliveryRequest request) {
    return Translated.translate(otlp, request);
  }

  private <V extends SpecificRecord> V event(Payload body, Class<V> type) {
    return Translated.event(otlp, body, type);
  }

  private List<SpecificRecord> values(Payload body) {
    return ofRequest(body.request());
  }

  private List<SpecificRecord> ofRequest(DeliveryRequest request) {
    return Translated.events(otlp, request).stream()
        .<SpecificRecord>map(CanonicalEvent::value)
        .toList();
  }

  private static List<String> ids(List<SpecificRecord> events) {
    return events.stream()
        .map(event -> event.get(event.getSchema().getField("id").pos()).toString())
        .toList();
  }
}
