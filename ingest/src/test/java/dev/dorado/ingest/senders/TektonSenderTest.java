package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.CiRunEvent;
import dev.dorado.ingest.Payload;
import dev.dorado.ingest.delivery.DeliveryRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TektonSenderTest {

  private static final String SHA = "4f9c2d1e4f9c2d1e4f9c2d1e4f9c2d1e4f9c2d1e";

  private final TektonSender tekton = new TektonSender(Translated.SETTINGS);

  static Seeds seeds() {
    return Seeds.of(
        new TektonSender(Translated.SETTINGS),
        run("started"),
        run("successful"),
        run("failed"),
        ofPipelinesAsCode());
  }

  static Payload run(String transition) {
    String type = "dev.tekton.event.pipelinerun." + transition + ".v1";
    return Payload.of(
            """
            {"pipelineRun": {
              "metadata": {"name": "shop-build-x7k2p", "generateName": "shop-build-",
                "namespace": "ci", "uid": "u-1", "creationTimestamp": "2026-03-01T12:00:00Z",
                "labels": {"tekton.dev/pipeline": "shop-build"}, "annotations": {}},
              "spec": {"pipelineRef": {"name": "shop-build"}, "params": [
                {"name": "repo-url", "value": "https://github.com/Acme/Shop"},
                {"name": "git-revision", "value": "%s"},
                {"name": "branch", "value": "refs/heads/main"},
                {"name": "targets", "value": ["a", "b"]}]},
              "status": {"startTime": "2026-03-01T12:00:05Z",
                "completionTime": "2026-03-01T12:04:00Z",
                "conditions": [{"type": "Succeeded", "status": "True", "reason": "Succeeded",
                  "lastTransitionTime": "2026-03-01T12:04:00Z", "message": "Tasks Completed: 3"}],
                "results": [{"name": "image", "value": "ghcr.io/acme/shop:1"}]}}}
            """
                .formatted(SHA))
        .header("Ce-Id", "e-1")
        .header("Ce-Type", type)
        .header("Ce-Source", "/apis/tekton.dev/v1/namespaces/ci/pipelineruns/shop-build-x7k2p")
        .header("Ce-Specversion", "1.0")
        .header("Ce-Time", "2026-03-01T12:04:01.157819Z");
  }

  /** A run that Pipelines-as-Code has made. */
  static Payload ofPipelinesAsCode() {
    return run("successful")
        .with("pipelineRun.spec", Map.of())
        .with("pipelineRun.metadata.labels", Map.of("tekton.dev/pipeline", "shop-build-x7k2p"))
        .with(
            "pipelineRun.metadata.annotations",
            Map.of(
                "pipelinesascode.tekton.dev/sha", SHA,
                "pipelinesascode.tekton.dev/repo-url", "https://gitlab.example.org/acme/shop",
                "pipelinesascode.tekton.dev/source-branch", "basket",
                "pipelinesascode.tekton.dev/event-type", "pull_request",
                "pipelinesascode.tekton.dev/original-prname", "on-pull-request",
                "pipelinesascode.tekton.dev/log-url", "https://tekton.example.org/x"));
  }

  @Test
  void aPipelineRunThatSucceededIsAFinishedRun() {
    CiRunEvent event = event(run("successful"));
    assertThat(event.getRun()).isEqualTo("tekton:u-1");
    assertThat(event.getRepository()).isEqualTo("github.com/acme/shop");
    assertThat(event.getWorkflow()).isEqualTo("shop-build");
    assertThat(event.getBranch()).isEqualTo("main");
    assertThat(event.getSha()).isEqualTo(SHA);
    assertThat(event.getStatus()).isEqualTo("finished");
    assertThat(event.getOutcome()).isEqualTo("success");
    assertThat(event.getQueuedAt()).isEqualTo("2026-03-01T12:00:00Z");
    assertThat(event.getStartedAt()).isEqualTo("2026-03-01T12:00:05Z");
    assertThat(event.getFinishedAt())
        .isEqualTo(event.getOccurredAt())
        .isEqualTo("2026-03-01T12:04:00Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"started", "running"})
  void aPipelineRunThatRunsIsStarted(String transition) {
    CiRunEvent event = event(run(transition).without("pipelineRun.status.completionTime"));
    assertThat(event.getStatus()).isEqualTo("started");
    assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T12:00:05Z");
    assertThat(event.getOutcome()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "Failed, failure",
    "PipelineRunTimeout, failure",
    "Cancelled, cancelled",
    "PipelineRunStopping, cancelled"
  })
  void theReasonTellsWhatWasCancelledFromWhatFailed(String reason, String outcome) {
    Payload failed =
        run("failed")
            .with(
                "pipelineRun.status.conditions",
                List.of(Map.of("type", "Succeeded", "status", "False", "reason", reason)));
    assertThat(event(failed).getOutcome()).isEqualTo(outcome);
  }

  @Test
  void pipelinesAsCodeSaysWhatARunIsFor() {
    CiRunEvent event = event(ofPipelinesAsCode());
    assertThat(event.getRepository()).isEqualTo("gitlab.example.org/acme/shop");
    assertThat(event.getSha()).isEqualTo(SHA);
    assertThat(event.getBranch()).isEqualTo("basket");
    assertThat(event.getTrigger()).isEqualTo("pull_request");
    assertThat(event.getWorkflow()).isEqualTo("on-pull-request");
    assertThat(event.getUrl()).isEqualTo("https://tekton.example.org/x");
  }

  @Test
  void resultsAndAnnotationsOfDoradoNameTheCommitToo() {
    Payload byResult =
        run("successful")
            .without("pipelineRun.spec")
            .with(
                "pipelineRun.status.results",
                List.of(
                    Map.of("name", "CHAINS-GIT_COMMIT", "value", SHA),
                    Map.of("name", "CHAINS-GIT_URL", "value", "https://github.com/acme/shop")));
    assertThat(event(byResult).getSha()).isEqualTo(SHA);
    assertThat(event(byResult).getRepository()).isEqualTo("github.com/acme/shop");
    Payload stated =
        run("successful")
            .with(
                "pipelineRun.metadata.annotations",
                Map.of("dorado.dev/repository", "acme/other", "dorado.dev/sha", "abcdef1"));
    assertThat(event(stated).getSha()).isEqualTo("abcdef1");
    assertThat(event(stated).getRepository()).isEqualTo("github.com/acme/other");
  }

  @Test
  void aRunForNothingKnownIsARunAllTheSame() {
    CiRunEvent event =
        event(
            run("failed")
                .without("pipelineRun.status")
                .without("pipelineRun.spec")
                .with("pipelineRun.metadata.labels", null));
    assertThat(event.getRepository()).isNull();
    assertThat(event.getOutcome()).isEqualTo("failure");
    assertThat(event.getWorkflow()).isEqualTo("shop-build");
    assertThat(event.getFinishedAt()).isEqualTo("2026-03-01T12:04:01.157Z");
  }

  @Test
  void aCloudEventInItsStructuredFormIsTheSame() {
    var structured =
        Payload.of("{\"specversion\": \"1.0\", \"id\": \"e-1\", \"source\": \"s\"}")
            .with("type", "dev.tekton.event.pipelinerun.successful.v1")
            .with("data", run("successful").json());
    assertThat(event(structured).getId()).isEqualTo(event(run("successful")).getId());
    assertThat(tekton.deliveryId(structured.request())).isEqualTo("s e-1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dev.tekton.event.pipelinerun.unknown.v1",
        "dev.tekton.event.taskrun.successful.v1",
        "dev.tekton.event.customrun.failed.v1",
        "com.example.other"
      })
  void whatElseHappensIsIgnored(String type) {
    assertThat(Translated.ignored(tekton, run("successful").header("Ce-Type", type))).isNotBlank();
  }

  @Test
  void aDuplicateGivesTheSameEvent() {
    Payload again =
        run("successful").header("Ce-Id", "e-2").header("Ce-Time", "2026-03-01T13:00:00Z");
    assertThat(event(again).getId()).isEqualTo(event(run("successful")).getId());
  }

  @Test
  void theTypeMayNotBeMissing() {
    var bare = new DeliveryRequest(Map.of(), run("successful").bytes(), Payload.RECEIVED_AT);
    assertThat(Translated.problem(tekton, bare).path()).isEqualTo("$.type");
  }

  @Test
  void theSecretMayStandInTheAddressOfTheSink() {
    assertThat(tekton.authenticator().instruction()).contains("?token=");
  }

  private CiRunEvent event(Payload payload) {
    return Translated.event(tekton, payload, CiRunEvent.class);
  }
}
