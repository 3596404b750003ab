package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.CiRunEvent;
import dev.dorado.ingest.Payload;
import dev.dorado.ingest.delivery.DeliveryRequest;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JenkinsSenderTest {

  private static final String SHA = "4f9c2d1e4f9c2d1e4f9c2d1e4f9c2d1e4f9c2d1e";
  private static final long NOON = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();

  private final JenkinsSender jenkins = new JenkinsSender(Translated.SETTINGS);

  static Seeds seeds() {
    return Seeds.of(
        new JenkinsSender(Translated.SETTINGS),
        build("QUEUED"),
        build("STARTED"),
        build("COMPLETED"),
        build("FINALIZED"));
  }

  static Payload build(String phase) {
    return Payload.of(
        """
        {"name": "main", "display_name": "main", "url": "job/acme/job/shop/job/main/",
         "build": {"full_url": "https://ci.example.org/job/acme/job/shop/job/main/18/",
           "number": 18, "queue_id": 7, "phase": "%s", "timestamp": %d, "duration": 60000,
           "status": "SUCCESS", "url": "job/acme/job/shop/job/main/18/",
           "scm": {"url": "https://github.com/Acme/Shop.git", "branch": "origin/main",
             "commit": "%s", "changes": [], "culprits": []},
           "parameters": {"BRANCH": "main"}, "log": "", "notes": "", "artifacts": {}}}
        """
            .formatted(phase, NOON, SHA));
  }

  @Test
  void aBuildThatCompletedIsAFinishedRunAndItsDurationTellsItsStart() {
    CiRunEvent event = event(build("COMPLETED"));
    assertThat(event.getRun())
        .isEqualTo("jenkins:https://ci.example.org/job/acme/job/shop/job/main/18/");
    assertThat(event.getRepository()).isEqualTo("github.com/acme/shop");
    assertThat(event.getWorkflow()).isEqualTo("acme/shop/main");
    assertThat(event.getBranch()).isEqualTo("main");
    assertThat(event.getSha()).isEqualTo(SHA);
    assertThat(event.getStatus()).isEqualTo("finished");
    assertThat(event.getOutcome()).isEqualTo("success");
    assertThat(event.getStartedAt()).isEqualTo("2026-03-01T11:59:00Z");
    assertThat(event.getFinishedAt()).isEqualTo("2026-03-01T12:00:00Z");
    assertThat(event.getUrl()).isEqualTo("https://ci.example.org/job/acme/job/shop/job/main/18/");
  }

  @Test
  void theTimestampMeansAnotherInstantInEachPhase() {
    CiRunEvent queued = event(build("QUEUED"));
    assertThat(queued.getStatus()).isEqualTo("queued");
    assertThat(queued.getQueuedAt()).isEqualTo("2026-03-01T12:00:00Z");
    assertThat(queued.getStartedAt()).isNull();
    CiRunEvent started = event(build("STARTED"));
    assertThat(started.getStatus()).isEqualTo("started");
    assertThat(started.getStartedAt()).isEqualTo("2026-03-01T12:00:00Z");
    assertThat(started.getOutcome()).isNull();
    CiRunEvent finalized = event(build("FINALIZED"));
    assertThat(finalized.getStatus()).isEqualTo("finished");
    assertThat(finalized.getFinishedAt()).isEqualTo("2026-03-01T12:00:00Z");
  }

  @Test
  void aTimeInTheQueueThatIsNotKnownIsIgnored() {
    assertThat(Translated.ignored(jenkins, build("QUEUED").with("build.timestamp", 0)))
        .startsWith("QUEUED");
  }

  @ParameterizedTest
  @CsvSource({
    "SUCCESS, success",
    "FAILURE, failure",
    "UNSTABLE, failure",
    "ABORTED, cancelled",
    "NOT_BUILT, skipped"
  })
  void eachStatusIsAnOutcome(String status, String outcome) {
    assertThat(event(build("COMPLETED").with("build.status", status)).getOutcome())
        .isEqualTo(outcome);
  }

  @Test
  void whatAPipelineDoesNotKnowMayBeNull() {
    CiRunEvent event =
        event(
            build("COMPLETED")
                .with("build.status", null)
                .with("build.duration", null)
                .with("build.scm", Map.of())
                .without("url"));
    assertThat(event.getOutcome()).isNull();
    assertThat(event.getStartedAt()).isNull();
    assertThat(event.getSha()).isNull();
    assertThat(event.getRepository()).isNull();
    assertThat(event.getWorkflow()).isEqualTo("main");
    assertThat(event(build("COMPLETED").with("build.scm", null)).getBranch()).isNull();
    assertThat(event(build("STARTED").with("build.duration", 0)).getStartedAt())
        .isEqualTo("2026-03-01T12:00:00Z");
  }

  @ParameterizedTest
  @CsvSource({
    "origin/feature/basket, feature/basket",
    "refs/remotes/origin/main, main",
    "refs/heads/main, main",
    "main, main",
    "detached,"
  })
  void aBranchIsNamedWithoutItsRemote(String named, String branch) {
    assertThat(event(build("STARTED").with("build.scm.branch", named)).getBranch())
        .isEqualTo(branch);
  }

  @Test
  void aJobIsNamedWithItsFolders() {
    assertThat(event(build("STARTED").with("url", "job/deploy%20prod/")).getWorkflow())
        .isEqualTo("deploy prod");
    assertThat(event(build("STARTED").with("url", "job/100%/")).getWorkflow()).isEqualTo("100%");
  }

  @Test
  void aBuildWithoutItsAddressIsNamed() {
    Payload lacking = build("STARTED").without("build.full_url").without("build.url");
    assertThat(Translated.missing(jenkins, lacking).path()).isEqualTo("$.build.url");
    assertThat(Translated.missing(jenkins, build("STARTED").without("build.phase")).path())
        .isEqualTo("$.build.phase");
  }

  @Test
  void anOldPluginThatTellsNoTimeIsTakenAtItsArrival() {
    Payload old = build("COMPLETED").without("build.timestamp").without("build.duration");
    assertThat(event(old).getFinishedAt()).isEqualTo(Payload.RECEIVED_AT);
    assertThat(event(old).getStartedAt()).isNull();
    var later = new DeliveryRequest(old.headers(), old.bytes(), Payload.RECEIVED_AT.plusSeconds(9));
    assertThat(((CiRunEvent) Translated.events(jenkins, later).get(0).value()).getId())
        .isEqualTo(event(old).getId());
  }

  @Test
  void aDeliveryIsItsBuildAndPhase() {
    assertThat(jenkins.deliveryId(build("COMPLETED").request()))
        .isEqualTo("https://ci.example.org/job/acme/job/shop/job/main/18/ COMPLETED");
    assertThat(Translated.ignored(jenkins, build("NONE"))).startsWith("NONE");
  }

  private CiRunEvent event(Payload payload) {
    return Translated.event(jenkins, payload, CiRunEvent.class);
  }
}
