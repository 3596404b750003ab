package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dorado.events.ArtifactEvent;
import dev.dorado.events.CiRunEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.events.PullRequestEvent;
import dev.dorado.events.PushEvent;
import dev.dorado.ingest.Payload;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.Translation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What becomes of examples that others published. They lie beside the repository, not in it: where
 * they don't, these tests are skipped. {@code -Ddorado.payloads=FOLDER} finds them elsewhere.
 */
class SharedPayloadsTest {

  private static final String NOT_AN_INCIDENT =
      ": #1 has none of the labels that make an issue an incident (incident, outage)";
  private static final String SAID_BY_PUSH = ": the push of the ref says the same";

  @Test
  void everyExampleOfGitHubIsAcceptedOrIgnoredWithAReason() throws IOException {
    assertThat(translated("github", new GitHubSender(Translated.SETTINGS)))
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("create.1.json", "ignored: create" + SAID_BY_PUSH),
                Map.entry("create.2.json", "ignored: create" + SAID_BY_PUSH),
                Map.entry("delete.1.json", "ignored: delete" + SAID_BY_PUSH),
                Map.entry("delete.2.json", "ignored: delete" + SAID_BY_PUSH),
                Map.entry(
                    "deployment.created.1.json",
                    "deployment github:145988746 of f95f852 to production queued"),
                Map.entry(
                    "deployment.created.2.json",
                    "deployment github:145988746 of f95f852 to github-pages queued"),
                Map.entry(
                    "deployment_status.created.1.json",
                    "deployment github:145988746 of f95f852 to production succeeded"),
                Map.entry(
                    "deployment_status.created.2.json",
                    "deployment github:145988746 of f95f852 to github-pages started"),
                Map.entry("issues.labeled.1.json", "ignored: issues.labeled" + NOT_AN_INCIDENT),
                Map.entry("issues.labeled.2.json", "ignored: issues.labeled" + NOT_AN_INCIDENT),
                Map.entry("issues.opened.1.json", "ignored: issues.opened" + NOT_AN_INCIDENT),
                Map.entry("issues.opened.2.json", "ignored: issues.opened" + NOT_AN_INCIDENT),
                Map.entry("issues.reopened.1.json", "ignored: issues.reopened" + NOT_AN_INCIDENT),
                Map.entry("ping.1.json", "ignored: ping"),
                Map.entry("ping.2.json", "ignored: ping"),
                Map.entry("pull_request.closed.1.json", "pull request 2 closed, merged: false"),
                Map.entry("pull_request.closed.2.json", "pull request 2 closed, merged: false"),
                Map.entry("pull_request.labeled.1.json", "pull request 2 labeled, merged: null"),
                Map.entry("pull_request.labeled.2.json", "pull request 2 labeled, merged: null"),
                Map.entry("pull_request.opened.1.json", "pull request 2 opened, merged: false"),
                Map.entry("pull_request.opened.2.json", "pull request 2 opened, merged: false"),
                Map.entry(
                    "pull_request.synchronize.1.json", "pull request 2 updated, merged: null"),
                Map.entry(
                    "pull_request_review.dismissed.1.json",
                    "pull request 2 reviewed: dismissed, merged: null"),
                Map.entry(
                    "pull_request_review.submitted.1.json",
                    "pull request 2 reviewed: commented, merged: null"),
                Map.entry(
                    "pull_request_review.submitted.2.json",
                    "pull request 2 reviewed: commented, merged: null"),
                Map.entry("push.1.json", "push to refs/tags/simple-tag, 0 commits, head 6113728"),
                Map.entry("push.2.json", "push to refs/tags/simple-tag, 0 commits, head null"),
                Map.entry(
                    "release.published.1.json",
                    "deployment release:0.0.1 of refs/tags/0.0.1 to null succeeded"),
                Map.entry(
                    "release.published.2.json",
                    "deployment release:0.0.1 of refs/tags/0.0.1 to null succeeded"),
                Map.entry(
                    "workflow_run.completed.1.json", "run github:1589141559/1 finished: null"),
                Map.entry(
                    "workflow_run.completed.2.json", "run github:289782451/1 finished: success"),
                Map.entry("workflow_run.requested.1.json", "run github:289782451/1 queued: null"),
                Map.entry("workflow_run.requested.2.json", "run github:289782451/1 queued: null")));
  }

  @Test
  void everyExampleOfCdEventsIsAcceptedOrIgnoredWithAReason() throws IOException {
    String purl =
        "pkg:oci/myapp@sha256%3A0b31b1c02ff458ad9b7b81cbdf8f028bd54699fa151f221d1e8de6817db93427";
    String deployment =
        "deployment cdevents:/event/source/123:271069a8-fc18-44f1-b38f-9d70a1695819 of "
            + purl
            + " to test123 succeeded";
    String lacksNumber =
        ": the subject's id 'mySubject123' is neither the number of a pull request nor the whole"
            + " SHA of a merged commit, and customData has no sha";
    String incident = "incident cdevents:/monitoring/prod1:incident-123 of myapp ";
    assertThat(translated("cdevents", new CdEventsSender(Translated.SETTINGS)))
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry(
                    "artifact_packaged.json",
                    "artifact pkg:golang/mygit.com/myorg/myapp@234fd47e07d1004f0aed9c from"
                        + " my-git.example/an-org/a-repo"),
                Map.entry("change_created.json", "ignored: change.created" + lacksNumber),
                Map.entry("change_merged.json", "ignored: change.merged" + lacksNumber),
                Map.entry("incident_detected.json", incident + "opened"),
                Map.entry("incident_reported.json", incident + "opened"),
                Map.entry("incident_resolved.json", incident + "resolved"),
                Map.entry(
                    "pipelinerun_finished.json",
                    "run cdevents:/event/source/123:mySubject123/1 finished: failure"),
                Map.entry("service_deployed.json", deployment),
                Map.entry("service_rolledback.json", deployment + ", declared rollback"),
                Map.entry("service_upgraded.json", deployment),
                Map.entry(
                    "testsuiterun_finished.json",
                    "ignored: testsuiterun.finished: this type of event says nothing that is"
                        + " measured")));
  }

  @Test
  void everyExampleOfGitLabIsAcceptedOrIgnoredWithAReason() throws IOException {
    String notAnIncident =
        ": #1 is neither of the type Incident nor has one of the labels that make an issue an"
            + " incident (incident, outage)";
    assertThat(translated("gitlab", new GitLabSender(Translated.SETTINGS)))
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry(
                    "branch_delete.json",
                    "ignored: push: refs/heads/feature was deleted; what it brought stays"),
                Map.entry("issue_closed.json", "ignored: issue.close" + notAnIncident),
                Map.entry("issue_create.json", "ignored: issue.open" + notAnIncident),
                Map.entry("pull_request_create.json", "pull request 1 opened, merged: false"),
                Map.entry("pull_request_merge.json", "pull request 1 merged, merged: true"),
                Map.entry("push.json", "push to refs/heads/master, 1 commits, head 2adc946"),
                Map.entry("push_merge.json", "push to refs/heads/master, 2 commits, head 78a76ee"),
                Map.entry("tag_create.json", "push to refs/tags/v1.0.0, 1 commits, head 2adc946")));
  }

  @Test
  void everyExampleOfBitbucketCloudIsAcceptedOrIgnoredWithAReason() throws IOException {
    assertThat(translated("bitbucket-cloud", new BitbucketCloudSender(Translated.SETTINGS)))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "pr_created.json", "pull request 1 opened, merged: false",
                "pr_fulfilled.json", "pull request 1 merged, merged: true",
                "push.json", "push to refs/heads/master, 1 commits, head 141977f",
                "push_branch_create.json", "push to refs/heads/develop, 2 commits, head 141977f",
                "push_branch_delete.json",
                    "ignored: push: develop was deleted; what it brought stays"));
  }

  @Test
  void everyExampleOfBitbucketServerIsAcceptedOrIgnoredWithAReason() throws IOException {
    assertThat(translated("bitbucket-server", new BitbucketServerSender(Translated.SETTINGS)))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "pr_approved.json", "pull request 1 reviewed: approved, merged: null",
                "pr_merged.json", "pull request 3 merged, merged: true",
                "pr_open.json", "pull request 2 opened, merged: false",
                "push.json", "push to refs/heads/master, 0 commits, head 823b223",
                "push_branch_delete.json", "push to refs/heads/develop, 0 commits, head null"));
  }

  @Test
  void everyExampleOfGiteaIsAcceptedOrIgnoredWithAReason() throws IOException {
    assertThat(translated("gitea", new GiteaSender(Translated.SETTINGS)))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "branch_delete.json", "ignored: delete" + SAID_BY_PUSH,
                "pull_request_merged.json", "pull request 1 merged, merged: true",
                "pull_request_opened.json", "pull request 1 opened, merged: false",
                "push.json", "push to refs/heads/master, 1 commits, head 4522cbc",
                "review_approved.json", "pull request 1 reviewed: approved, merged: null"));
  }

  private static Map<String, String> translated(String folder, Sender sender) throws IOException {
    Path payloads =
        Path.of("")
            .toAbsolutePath()
            .resolve(System.getProperty("dorado.payloads", "../../shared/payloads"))
            .normalize();
    assumeTrue(
        Files.isDirectory(payloads.resolve(folder)),
        () -> "skipped: there are no examples in ../shared/payloads/" + folder);
    Map<String, String> translated = new TreeMap<>();
    try (var files = Files.list(payloads.resolve(folder))) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        var request =
            new DeliveryRequest(
                kindHeader(folder, name), Files.readAllBytes(file), Payload.RECEIVED_AT);
        String words = inWords(Translated.translate(sender, request));
        assertThat(request.leftOut().problems()).as(name).isEmpty();
        translated.put(name, words);
      }
    }
    return translated;
  }

  /** The header that names the kind of event, where the body doesn't. */
  private static Map<String, String> kindHeader(String folder, String file) {
    String name = file.substring(0, file.indexOf('.'));
    return switch (folder) {
      case "github" -> Map.of("X-GitHub-Event", name);
      case "bitbucket-cloud" ->
          Map.of(
              "X-Event-Key",
              name.startsWith("pr_") ? "pullrequest:" + name.substring(3) : "repo:push");
      case "gitea" ->
          Map.of(
              "X-Gitea-Event",
              switch (name) {
                case "branch_delete" -> "delete";
                case "push" -> "push";
                case "review_approved" -> "pull_request_approved";
                default -> "pull_request";
              });
      default -> Map.of();
    };
  }

  private static String inWords(Translation translation) {
    if (translation instanceof Translation.Ignored ignored) {
      return "ignored: " + ignored.reason();
    }
    return ((Translation.Events) translation)
        .events().stream().map(SharedPayloadsTest::inWords).collect(Collectors.joining("; "));
  }

  private static String inWords(CanonicalEvent<?> event) {
    if (event.value() instanceof PushEvent push) {
      String head = push.getHead() == null ? null : push.getHead().substring(0, 7);
      return "push to %s, %d commits, head %s"
          .formatted(push.getRef(), push.getCommits().size(), head);
    }
    if (event.value() instanceof PullRequestEvent pull) {
      return "pull request %d %s%s, merged: %s"
          .formatted(
              pull.getNumber(),
              pull.getTransition(),
              pull.getReview() == null ? "" : ": " + pull.getReview().getState(),
              pull.getMerged());
    }
    if (event.value() instanceof CiRunEvent run) {
      return "run %s/%d %s: %s"
          .formatted(run.getRun(), run.getAttempt(), run.getStatus(), run.getOutcome());
    }
    if (event.value() instanceof ArtifactEvent artifact) {
      return "artifact %s from %s".formatted(artifact.getArtifact(), artifact.getRepository());
    }
    if (event.value() instanceof IncidentEvent incident) {
      return "incident %s of %s %s"
          .formatted(incident.getIncident(), incident.getService(), incident.getTransition());
    }
    var deployment = (DeploymentEvent) event.value();
    return "deployment %s of %s to %s %s%s"
        .formatted(
            deployment.getDeployment(),
            deployment.getSha() != null
                ? deployment.getSha().substring(0, 7)
                : deployment.getArtifact() != null ? deployment.getArtifact() : deployment.getRef(),
            deployment.getEnvironment(),
            deployment.getStatus(),
            deployment.getDeclaredKind() == null
                ? ""
                : ", declared " + deployment.getDeclaredKind());
  }
}
