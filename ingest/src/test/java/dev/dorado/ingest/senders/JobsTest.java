package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.CiRunEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.ingest.Payload;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jobs of all senders that report them: one job of a run may be the deployment (rule E4). */
class JobsTest {

  private static final String SHA = "4f9c2d1e4f9c2d1e4f9c2d1e4f9c2d1e4f9c2d1e";

  static Payload ofGitHub(String action) {
    return GitHubPayloads.of(
        "workflow_job",
        """
        {"action": "%s", "workflow_job": {"id": 21, "run_id": 700, "run_attempt": 2,
           "workflow_name": "CI", "name": "deploy", "head_branch": "main", "head_sha": "%s",
           "status": "completed", "conclusion": "success", "created_at": "2026-03-01T12:00:00Z",
           "started_at": "2026-03-01T12:30:00Z", "completed_at": "2026-03-01T12:35:00Z",
           "html_url": "https://github.com/Acme/Shop/actions/runs/700/job/21"},
         "repository": {"full_name": "Acme/Shop", "html_url": "https://github.com/Acme/Shop"}}
        """
            .formatted(action, SHA));
  }

  static Payload ofGitea(String action) {
    return GiteaSenderTest.of(
        "workflow_job",
        """
        {"action": "%s", "workflow_job": {"id": 21, "run_id": 12, "name": "deploy",
           "workflow_name": "CI", "head_branch": "main", "head_sha": "%s", "conclusion": "success",
           "created_at": "2026-03-01T12:00:00Z", "started_at": "2026-03-01T12:30:00Z",
           "completed_at": "2026-03-01T12:35:00Z"},
         "repository": {"full_name": "Acme/Shop", "html_url": "https://code.example.org/Acme/Shop"}}
        """
            .formatted(action, SHA));
  }

  static Payload ofAzure(String state) {
    return AzureDevOpsSenderTest.stage("inProgress")
        .with("eventType", "ms.vss-pipelines.job-state-changed-event")
        .with(
            "resource.job",
            Map.of(
                "name", "deploy",
                "state", state,
                "result", "succeeded",
                "startTime", "2026-03-01T12:30:00Z",
                "finishTime", "2026-03-01T12:35:00Z"));
  }

  static Payload ofBuildkite(String event) {
    return BuildkiteSenderTest.build(event)
        .with(
            "job",
            Map.of(
                "id", "j-1",
                "type", "script",
                "name", "deploy",
                "state", "passed",
                "started_at", "2026-03-01 12:30:00 UTC",
                "finished_at", "2026-03-01 12:35:00 UTC"));
  }

  static Payload ofCircleCi() {
    return CircleCiSenderTest.ofOAuth()
        .with("type", "job-completed")
        .with(
            "job",
            Map.of(
                "id", "j-1",
                "name", "deploy",
                "status", "success",
                "started_at", "2026-03-01T12:30:00Z",
                "stopped_at", "2026-03-01T12:35:00Z"));
  }

  @Test
  void aJobHasItsNameItsWorkflowAndItsOwnTimes() {
    isDeploy(new GitHubSender(Translated.SETTINGS), ofGitHub("completed"), "CI", "github:job:21");
    isDeploy(
        new GiteaSender(Translated.SETTINGS),
        ofGitea("completed"),
        "CI",
        "gitea:code.example.org:job:21");
    isDeploy(
        new AzureDevOpsSender(Translated.SETTINGS),
        ofAzure("completed"),
        "Shop CI",
        "azure-devops:acme:run:11/job:Production/deploy");
    isDeploy(
        new BuildkiteSender(Translated.SETTINGS),
        ofBuildkite("job.finished"),
        "shop-deploy",
        "buildkite:job:j-1");
    isDeploy(
        new CircleCiSender(Translated.SETTINGS),
        ofCircleCi(),
        "build-and-test",
        "circleci:job:j-1");
  }

  private static void isDeploy(Sender sender, Payload payload, String workflow, String id) {
    CiRunEvent event = Translated.event(sender, payload, CiRunEvent.class);
    assertThat(event.getRun()).isEqualTo(id);
    assertThat(event.getJob()).isEqualTo("deploy");
    assertThat(event.getWorkflow()).isEqualTo(workflow);
    assertThat(event.getRepository()).endsWith("/shop");
    assertThat(event.getBranch()).isEqualTo("main");
    assertThat(event.getSha()).hasSize(40);
    assertThat(event.getOutcome()).isEqualTo("success");
    assertThat(event.getStartedAt()).isEqualTo("2026-03-01T12:30:00Z");
    assertThat(event.getFinishedAt())
        .isEqualTo(event.getOccurredAt())
        .isEqualTo("2026-03-01T12:35:00Z");
  }

  @Test
  void aJobOfGitLabThatDeploysIsAnAttemptAndAJob() {
    var gitlab = new GitLabSender(Translated.SETTINGS);
    var events = Translated.events(gitlab, GitLabPayloads.job("success"));
    assertThat(events).hasSize(2);
    assertThat(events.get(0).value()).isInstanceOf(DeploymentEvent.class);
    var job = (CiRunEvent) events.get(1).value();
    assertThat(job.getRun()).isEqualTo("gitlab:git.example.org:job:796");
    assertThat(job.getJob()).isEqualTo("deploy");
    assertThat(job.getWorkflow()).isEqualTo("deploy");
    assertThat(job.getOutcome()).isEqualTo("success");
    assertThat(job.getStartedAt()).isEqualTo("2026-03-01T12:00:00Z");

    Payload other = GitLabPayloads.job("failed").with("environment", null);
    CiRunEvent ofNoEnvironment = Translated.event(gitlab, other, CiRunEvent.class);
    assertThat(ofNoEnvironment.getOutcome()).isEqualTo("failure");
  }

  @ParameterizedTest
  @CsvSource({
    "queued, queued, 2026-03-01T12:00:00Z",
    "waiting, waiting, 2026-03-01T12:00:00Z",
    "in_progress, started, 2026-03-01T12:30:00Z"
  })
  void aJobThatWaitsHasNotStarted(String action, String status, String time) {
    CiRunEvent event =
        Translated.event(new GitHubSender(Translated.SETTINGS), ofGitHub(action), CiRunEvent.class);
    assertThat(event.getStatus()).isEqualTo(status);
    assertThat(event.getOccurredAt()).isEqualTo(time);
    assertThat(event.getStartedAt() != null).isEqualTo(status.equals("started"));
    assertThat(event.getOutcome()).isNull();
  }

  @Test
  void whatWaitsForARunnerOfGiteaIsQueued() {
    var gitea = new GiteaSender(Translated.SETTINGS);
    assertThat(Translated.event(gitea, ofGitea("waiting"), CiRunEvent.class).getStatus())
        .isEqualTo("queued");
  }

  @Test
  void aStepThatRunsNothingIsNoJob() {
    var buildkite = new BuildkiteSender(Translated.SETTINGS);
    assertThat(
            Translated.ignored(buildkite, ofBuildkite("job.finished").with("job.type", "manual")))
        .startsWith("job:");
    assertThat(buildkite.deliveryId(ofBuildkite("job.finished").request()))
        .isNotEqualTo(
            buildkite.deliveryId(ofBuildkite("job.finished").with("job.id", "j-2").request()));
  }
}
