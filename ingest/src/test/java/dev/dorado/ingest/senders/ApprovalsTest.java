package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.CiRunEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.ingest.Payload;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What waits for a person or a gate, and what is refused there, at all senders (rule E6). */
class ApprovalsTest {

  private final GitHubSender github = new GitHubSender(Translated.SETTINGS);
  private final GitLabSender gitlab = new GitLabSender(Translated.SETTINGS);
  private final AzureDevOpsSender azure = new AzureDevOpsSender(Translated.SETTINGS);
  private final GenericSender generic = new GenericSender(Translated.SETTINGS);

  static Payload review(String action) {
    return GitHubPayloads.of(
        "deployment_review",
        """
        {"action": "%s", "environment": "production", "since": "2026-03-01T12:10:00Z",
         "workflow_run": {"id": 700, "run_attempt": 2, "name": "Deploy", "head_branch": "main",
           "updated_at": "2026-03-01T12:10:01Z"},
         "repository": {"full_name": "Acme/Shop", "html_url": "https://github.com/Acme/Shop"}}
        """
            .formatted(action));
  }

  static Payload ofAzure(String what, String status) {
    return AzureDevOpsSenderTest.event(
        "ms.vss-release.deployment-approval-" + what + "-event",
        """
        {"approval": {"id": 1, "approvalType": "preDeploy", "status": "%s", "attempt": 2,
           "releaseEnvironment": {"id": 5, "name": "Production"}},
         "release": {"id": 4, "name": "Release-4"}, "project": {"name": "Web"}}
        """
            .formatted(status));
  }

  @Test
  void aReviewOfGitHubSaysThatARunWaitsOrWasRefused() {
    CiRunEvent requested = Translated.event(github, review("requested"), CiRunEvent.class);
    assertThat(requested.getRun()).isEqualTo("github:700");
    assertThat(requested.getAttempt()).isEqualTo(2);
    assertThat(requested.getStatus()).isEqualTo("waiting");
    assertThat(requested.getJob()).isNull();
    CiRunEvent rejected = Translated.event(github, review("rejected"), CiRunEvent.class);
    assertThat(rejected.getStatus()).isEqualTo("refused");
    assertThat(Translated.ignored(github, review("approved"))).startsWith("deployment_review");
  }

  @Test
  void aProtectionRuleOfGitHubHoldsADeploymentBack() {
    Payload rule =
        GitHubPayloads.deployment()
            .header("X-GitHub-Event", "deployment_protection_rule")
            .with("action", "requested");
    DeploymentEvent event = Translated.event(github, rule, DeploymentEvent.class);
    assertThat(event.getDeployment()).isEqualTo("github:500");
    assertThat(event.getStatus()).isEqualTo("waiting");
    assertThat(event.getStartedAt()).isNull();
  }

  @Test
  void aManualJobOfGitLabWaits() {
    var events = Translated.events(gitlab, GitLabPayloads.job("manual"));
    var deployment = (DeploymentEvent) events.get(0).value();
    var job = (CiRunEvent) events.get(1).value();
    assertThat(List.of(deployment.getStatus(), job.getStatus())).containsOnly("waiting");
    assertThat(deployment.getFinishedAt()).isNull();
    assertThat(job.getStartedAt()).isNull();
  }

  @Test
  void aDeploymentOfGitLabThatIsBeingCancelledStatesNoNewStart() {
    DeploymentEvent event =
        Translated.event(gitlab, GitLabPayloads.deployment("canceling"), DeploymentEvent.class);
    assertThat(event.getStatus()).isEqualTo("started");
    assertThat(event.getStartedAt()).isNull();
  }

  @Test
  void anApprovalOfAReleaseIsWaitedForOrRefused() {
    DeploymentEvent pending =
        Translated.event(azure, ofAzure("pending", "pending"), DeploymentEvent.class);
    assertThat(pending.getDeployment()).isEqualTo("azure-devops:acme:deployment:5/2");
    assertThat(pending.getStatus()).isEqualTo("waiting");
    assertThat(pending.getEnvironment()).isEqualTo("Production");
    DeploymentEvent rejected =
        Translated.event(azure, ofAzure("completed", "rejected"), DeploymentEvent.class);
    assertThat(rejected.getStatus()).isEqualTo("refused");
    assertThat(rejected.getFinishedAt()).isEqualTo(rejected.getOccurredAt());
    assertThat(Translated.ignored(azure, ofAzure("completed", "approved")))
        .startsWith("deployment-approval");
    assertThat(
            Translated.ignored(
                azure,
                ofAzure("completed", "rejected")
                    .with("resource.approval.approvalType", "postDeploy")))
        .startsWith("deployment-approval");
  }

  @Test
  void aReleaseThatWasRejectedBeforeItWasDeployedIsRefusedUnderTheIdOfAFailure() {
    Payload failed = AzureDevOpsSenderTest.deployment("completed", "rejected");
    for (Payload refused :
        List.of(
            failed.with(
                "resource.environment.preDeployApprovals", List.of(Map.of("status", "rejected"))),
            failed.with("resource.deployment.deploymentStatus", "notDeployed"))) {
      DeploymentEvent event = Translated.event(azure, refused, DeploymentEvent.class);
      assertThat(event.getStatus()).isEqualTo("refused");
      assertThat(event.getId())
          .isEqualTo(Translated.event(azure, failed, DeploymentEvent.class).getId());
    }
    Payload never = failed.with("resource.deployment.startedOn", "0001-01-01T00:00:00");
    assertThat(Translated.event(azure, never, DeploymentEvent.class).getStartedAt()).isNull();
  }

  @Test
  void aStageThatWaitsKeepsTheIdThatItHadAsQueued() {
    CiRunEvent waiting =
        Translated.event(azure, AzureDevOpsSenderTest.stage("waiting"), CiRunEvent.class);
    CiRunEvent queued =
        Translated.event(azure, AzureDevOpsSenderTest.stage("notStarted"), CiRunEvent.class);
    assertThat(waiting.getStatus()).isEqualTo("waiting");
    assertThat(queued.getStatus()).isEqualTo("queued");
    assertThat(waiting.getId()).isEqualTo(queued.getId());
    Payload rejected =
        AzureDevOpsSenderTest.stage("completed").with("resource.stage.result", "rejected");
    assertThat(Translated.event(azure, rejected, CiRunEvent.class).getOutcome())
        .isEqualTo("refused");
  }

  @ParameterizedTest
  @ValueSource(strings = {"queued", "waiting"})
  void aScriptMaySayThatItWaits(String status) {
    DeploymentEvent event =
        Translated.event(
            generic,
            scripted(status, "\"queued_at\": \"2026-03-01T12:00:00Z\""),
            DeploymentEvent.class);
    assertThat(event.getStatus()).isEqualTo(status);
    assertThat(event.getFinishedAt()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"refused", "cancelled"})
  void aScriptMaySayThatItWasNotLetRun(String status) {
    Payload payload = scripted(status, "\"finished_at\": \"2026-03-01T12:00:00Z\"");
    DeploymentEvent event = Translated.event(generic, payload, DeploymentEvent.class);
    assertThat(event.getStatus()).isEqualTo(status);
    assertThat(event.getFinishedAt()).isEqualTo("2026-03-01T12:00:00Z");
    Payload nameless = Payload.of(payload.json().toString().replace("\"id\":\"d1\",", ""));
    assertThat(Translated.missing(generic, nameless).path()).isEqualTo("$.events[0].id");
  }

  private static Payload scripted(String status, String time) {
    return Payload.of(
        "{\"events\":[{\"kind\":\"deployment\",\"id\":\"d1\",\"service\":\"shop\","
            + "\"version\":\"1\",\"status\":\"%s\",%s}]}".formatted(status, time));
  }
}
