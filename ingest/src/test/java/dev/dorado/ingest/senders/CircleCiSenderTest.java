package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.CiRunEvent;
import dev.dorado.ingest.Payload;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CircleCiSenderTest {

  private static final String SHA = "4f9c2d1e4f9c2d1e4f9c2d1e4f9c2d1e4f9c2d1e";

  private final CircleCiSender circleci = new CircleCiSender(Translated.SETTINGS);

  static Seeds seeds() {
    return Seeds.of(
        new CircleCiSender(Translated.SETTINGS), ofOAuth(), ofApp(), JobsTest.ofCircleCi());
  }

  /** A project of GitHub's OAuth app or of Bitbucket Cloud. */
  static Payload ofOAuth() {
    return workflow(
        """
        {"id": "p-1", "number": 7, "created_at": "2026-03-01T11:59:58Z", "trigger": {"type": "webhook"},
         "vcs": {"provider_name": "github", "revision": "%s", "branch": "main",
                 "origin_repository_url": "https://github.com/Fork/Shop",
                 "target_repository_url": "https://github.com/Acme/Shop"}}
        """
            .formatted(SHA));
  }

  /** A project of the GitHub App, GitLab or Bitbucket Data Center. */
  static Payload ofApp() {
    return workflow(
        """
        {"id": "p-1", "number": 7, "trigger": {"type": "gitlab"},
         "trigger_parameters": {
           "circleci": {"event_type": "push", "trigger_type": "gitlab"},
           "gitlab": {"web_url": "https://gitlab.com/acme/shop", "branch": "main"},
           "git": {"checkout_sha": "%s", "checkout_url": "git@gitlab.com:acme/shop.git",
                   "branch": "main", "tag": ""}}}
        """
            .formatted(SHA));
  }

  private static Payload workflow(String pipeline) {
    return Payload.of(
            """
            {"id": "e-1", "type": "workflow-completed", "happened_at": "2026-03-01T12:05:01.5Z",
             "webhook": {"id": "w", "name": "Dorado"}, "organization": {"id": "o", "name": "acme"},
             "project": {"id": "j", "name": "shop", "slug": "github/acme/shop"},
             "workflow": {"id": "wf-1", "name": "build-and-test", "status": "success",
                "created_at": "2026-03-01T12:00:00.616Z", "stopped_at": "2026-03-01T12:05:00.170Z",
                "url": "https://app.circleci.com/pipelines/github/acme/shop/7/workflows/wf-1"},
             "pipeline": %s}
            """
                .formatted(pipeline))
        .header("circleci-event-type", "workflow-completed");
  }

  @Test
  void aWorkflowThatCompletedIsAFinishedRun() {
    CiRunEvent event = event(ofOAuth());
    assertThat(event.getRun()).isEqualTo("circleci:wf-1");
    assertThat(event.getRepository()).isEqualTo("github.com/acme/shop");
    assertThat(event.getWorkflow()).isEqualTo("build-and-test");
    assertThat(event.getTrigger()).isEqualTo("push");
    assertThat(event.getBranch()).isEqualTo("main");
    assertThat(event.getSha()).isEqualTo(SHA);
    assertThat(event.getStatus()).isEqualTo("finished");
    assertThat(event.getOutcome()).isEqualTo("success");
    assertThat(event.getQueuedAt()).isEqualTo("2026-03-01T12:00:00.616Z");
    assertThat(event.getStartedAt()).isEqualTo("2026-03-01T12:00:00.616Z");
    assertThat(event.getFinishedAt())
        .isEqualTo(event.getOccurredAt())
        .isEqualTo("2026-03-01T12:05:00.170Z");
    assertThat(event.getUrl()).endsWith("/workflows/wf-1");
  }

  @Test
  void aProjectOfTheAppHasItsCommitInTheParametersOfTheTrigger() {
    CiRunEvent event = event(ofApp());
    assertThat(event.getRepository()).isEqualTo("gitlab.com/acme/shop");
    assertThat(event.getSha()).isEqualTo(SHA);
    assertThat(event.getBranch()).isEqualTo("main");
    assertThat(event.getTrigger()).isEqualTo("push");
  }

  @ParameterizedTest
  @CsvSource({
    "success, success",
    "failed, failure",
    "error, failure",
    "unauthorized, failure",
    "canceled, cancelled",
    "not_run, skipped"
  })
  void eachStatusIsAnOutcome(String status, String outcome) {
    assertThat(event(ofOAuth().with("workflow.status", status)).getOutcome()).isEqualTo(outcome);
  }

  @Test
  void withoutAnAddressTheSlugNamesTheRepository() {
    assertThat(event(ofOAuth().without("pipeline.vcs")).getRepository())
        .isEqualTo("github.com/acme/shop");
    assertThat(
            event(ofOAuth().without("pipeline.vcs").with("project.slug", "bb/acme/shop"))
                .getRepository())
        .isEqualTo("bitbucket.org/acme/shop");
    assertThat(
            event(ofOAuth().without("pipeline").with("project.slug", "circleci/9vY/6EkD"))
                .getRepository())
        .isNull();
  }

  @Test
  void aFieldThatMayBeAbsentMayBeNullToo() {
    CiRunEvent event =
        event(
            ofOAuth()
                .with("workflow.status", null)
                .with("workflow.stopped_at", null)
                .with("pipeline.vcs", null));
    assertThat(event.getOutcome()).isNull();
    assertThat(event.getFinishedAt()).isEqualTo("2026-03-01T12:05:01.5Z");
    assertThat(event.getSha()).isNull();
  }

  @Test
  void aJobIsOneEvenWhereItCallsItselfAWorkflow() {
    Payload job = ofOAuth().with("job", Map.of("id", "j-1", "name", "deploy"));
    assertThat(event(job).getJob()).isEqualTo("deploy");
    assertThat(Translated.ignored(circleci, ofOAuth().with("type", "pipeline-paused")))
        .startsWith("pipeline-paused");
  }

  @Test
  void aWorkflowWithoutItsIdIsNamed() {
    assertThat(Translated.missing(circleci, ofOAuth().without("workflow.id")).path())
        .isEqualTo("$.workflow.id");
  }

  @Test
  void aDuplicateIsOneDeliveryAndOneEvent() {
    Payload again = ofOAuth().with("happened_at", "2026-03-01T12:06:00Z");
    assertThat(circleci.deliveryId(again.request()))
        .isEqualTo("e-1")
        .isEqualTo(circleci.deliveryId(ofOAuth().request()));
    assertThat(event(again).getId()).isEqualTo(event(ofOAuth()).getId());
  }

  private CiRunEvent event(Payload payload) {
    return Translated.event(circleci, payload, CiRunEvent.class);
  }
}
