package dev.dorado.ingest.senders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.CiRunEvent;
import dev.dorado.ingest.Payload;
import dev.dorado.ingest.auth.HmacAuthenticator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuildkiteSenderTest {

  private static final String SHA = "4f9c2d1e4f9c2d1e4f9c2d1e4f9c2d1e4f9c2d1e";

  private final BuildkiteSender buildkite = new BuildkiteSender(Translated.SETTINGS);

  static Seeds seeds() {
    return Seeds.of(
        new BuildkiteSender(Translated.SETTINGS),
        build("build.scheduled"),
        build("build.running"),
        build("build.finished"),
        JobsTest.ofBuildkite("job.finished"));
  }

  static Payload build(String event) {
    return Payload.of(
            """
            {"event": "%s",
             "build": {"id": "b-1", "number": 41, "state": "passed", "blocked": false,
               "web_url": "https://buildkite.com/acme/shop-deploy/builds/41",
               "message": "Basket", "commit": "%s", "branch": "main", "tag": null,
               "source": "webhook", "pull_request": null,
               "created_at": "2026-03-01 12:00:00 UTC", "scheduled_at": "2026-03-01 12:00:01 UTC",
               "started_at": "2026-03-01 12:00:30 UTC", "finished_at": "2026-03-01 12:07:00 UTC"},
             "pipeline": {"id": "p-1", "name": "Shop: deploy", "slug": "shop-deploy",
               "repository": "git@github.com:Acme/Shop.git"},
             "sender": {"id": "s-1", "name": "Ann"}}
            """
                .formatted(event, SHA))
        .header("X-Buildkite-Event", event);
  }

  @Test
  void aBuildThatFinishedIsAFinishedRun() {
    CiRunEvent event = event(build("build.finished"));
    assertThat(event.getRun()).isEqualTo("buildkite:b-1");
    assertThat(event.getRepository()).isEqualTo("github.com/acme/shop");
    assertThat(event.getWorkflow()).isEqualTo("shop-deploy");
    assertThat(event.getTrigger()).isEqualTo("push");
    assertThat(event.getBranch()).isEqualTo("main");
    assertThat(event.getSha()).isEqualTo(SHA);
    assertThat(event.getStatus()).isEqualTo("finished");
    assertThat(event.getOutcome()).isEqualTo("success");
    assertThat(event.getQueuedAt()).isEqualTo("2026-03-01T12:00:00Z");
    assertThat(event.getStartedAt()).isEqualTo("2026-03-01T12:00:30Z");
    assertThat(event.getFinishedAt())
        .isEqualTo(event.getOccurredAt())
        .isEqualTo("2026-03-01T12:07:00Z");
  }

  @Test
  void aBuildIsQueuedAndStarted() {
    CiRunEvent queued =
        event(
            build("build.scheduled")
                .with("build.state", "scheduled")
                .with("build.commit", "HEAD")
                .with("build.started_at", null)
                .with("build.finished_at", null));
    assertThat(queued.getStatus()).isEqualTo("queued");
    assertThat(queued.getOccurredAt()).isEqualTo("2026-03-01T12:00:00Z");
    assertThat(queued.getSha()).isNull();
    assertThat(queued.getOutcome()).isNull();
    CiRunEvent started =
        event(build("build.running").with("build.state", "running").without("build.finished_at"));
    assertThat(started.getStatus()).isEqualTo("started");
    assertThat(started.getOccurredAt()).isEqualTo("2026-03-01T12:00:30Z");
    assertThat(started.getFinishedAt()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "passed, success",
    "failed, failure",
    "canceled, cancelled",
    "skipped, skipped",
    "not_run, skipped"
  })
  void eachStateIsAnOutcome(String state, String outcome) {
    assertThat(event(build("build.finished").with("build.state", state)).getOutcome())
        .isEqualTo(outcome);
  }

  @Test
  void aBuildThatWaitsAtABlockStepIsNotFinished() {
    assertThat(Translated.ignored(buildkite, build("build.finished").with("build.blocked", true)))
        .contains("waits at a block step");
    assertThat(
            Translated.ignored(buildkite, build("build.finished").with("build.state", "blocked")))
        .contains("waits at a block step");
  }

  @Test
  void aBuildThatWasSkippedHasNotRun() {
    CiRunEvent event =
        event(
            build("build.skipped")
                .with("build.state", "skipped")
                .with("build.started_at", null)
                .with("build.finished_at", null));
    assertThat(event.getOutcome()).isEqualTo("skipped");
    assertThat(event.getStartedAt()).isNull();
    assertThat(event.getFinishedAt()).isEqualTo("2026-03-01T12:00:00Z");
  }

  @Test
  void aBuildOfAPullRequestSaysSo() {
    assertThat(
            event(build("build.finished").with("build.pull_request", Map.of("id", "12")))
                .getTrigger())
        .isEqualTo("pull_request");
    assertThat(event(build("build.finished").with("build.source", "schedule")).getTrigger())
        .isEqualTo("schedule");
  }

  @Test
  void aBuildThatWasTriedAgainEndsOnceMore() {
    Payload again = build("build.finished").with("build.finished_at", "2026-03-01 12:20:00 UTC");
    assertThat(event(again).getId()).isNotEqualTo(event(build("build.finished")).getId());
    assertThat(buildkite.deliveryId(again.request()))
        .isNotEqualTo(buildkite.deliveryId(build("build.finished").request()));
  }

  @ParameterizedTest
  @CsvSource({"ping", "build.failing", "job.activated", "agent.connected"})
  void whatElseHappensIsIgnored(String event) {
    assertThat(Translated.ignored(buildkite, build(event).with("event", event))).startsWith(event);
  }

  @Test
  void aBuildWithoutItsIdIsNamed() {
    assertThat(Translated.missing(buildkite, build("build.finished").without("build.id")).path())
        .isEqualTo("$.build.id");
  }

  @Test
  void aSignatureOrTheTokenProvesADelivery() {
    var authenticator = buildkite.authenticator();
    Payload finished = build("build.finished");
    String time = Long.toString(Payload.RECEIVED_AT.getEpochSecond());
    String signed = time + "." + new String(finished.bytes(), UTF_8);
    String header =
        "timestamp=%s,signature=%s"
            .formatted(time, HmacAuthenticator.hex("token", signed.getBytes(UTF_8)));
    List<String> secrets = List.of("token");
    assertThat(
            authenticator.refusal(
                finished.header("X-Buildkite-Signature", header).request(), secrets))
        .isEmpty();
    assertThat(
            authenticator.refusal(finished.header("X-Buildkite-Token", "token").request(), secrets))
        .isEmpty();
    assertThat(
            authenticator.refusal(finished.header("X-Buildkite-Token", "other").request(), secrets))
        .isPresent();
    assertThat(authenticator.refusal(finished.request(), secrets)).isPresent();
  }

  private CiRunEvent event(Payload payload) {
    return Translated.event(buildkite, payload, CiRunEvent.class);
  }
}
