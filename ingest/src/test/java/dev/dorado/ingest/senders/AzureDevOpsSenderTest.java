package dev.dorado.ingest.senders;

import static dev.dorado.ingest.senders.GitHubPayloads.SHA_1;
import static dev.dorado.ingest.senders.GitHubPayloads.SHA_2;
import static dev.dorado.ingest.senders.GitHubPayloads.SHA_3;
import static dev.dorado.ingest.senders.GitHubPayloads.ZERO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.CiRunEvent;
import dev.dorado.events.Commit;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.events.PullRequestEvent;
import dev.dorado.events.PushEvent;
import dev.dorado.ingest.Payload;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AzureDevOpsSenderTest {

  private static final String REPOSITORY = "dev.azure.com/acme/web/shop";
  private static final String REPOSITORY_JSON =
      """
      {"id": "278d5cd2", "name": "Shop", "project": {"name": "Web"},
       "defaultBranch": "refs/heads/main",
       "remoteUrl": "https://acme@dev.azure.com/acme/Web/_git/Shop"}
      """;

  private final AzureDevOpsSender azure = new AzureDevOpsSender(Translated.SETTINGS);

  static Seeds seeds() {
    return Seeds.of(
        new AzureDevOpsSender(Translated.SETTINGS),
        push(),
        pullRequest("updated", "active"),
        pullRequest("merged", "completed"),
        comment(),
        build(),
        run("completed"),
        stage("completed"),
        deployment("completed", "succeeded"),
        JobsTest.ofAzure("completed"),
        ApprovalsTest.ofAzure("completed", "rejected"),
        workItem("updated"));
  }

  private static Payload push() {
    return event(
        "git.push",
        """
        {"commits": [
           {"commitId": "%s", "comment": "fix: basket",
            "author": {"name": "Bob", "email": "bob@example.org", "date": "2026-03-01T10:59:00Z"},
            "committer": {"name": "Bob", "date": "2026-03-01T11:00:00Z"}},
           {"commitId": "%s", "comment": "feat: basket",
            "author": {"name": "Ann", "email": "ann@example.org", "date": "2026-03-01T09:00:00Z"},
            "committer": {"name": "Ann", "date": "2026-03-01T09:00:00Z"}}],
         "refUpdates": [{"name": "refs/heads/main", "oldObjectId": "%s", "newObjectId": "%s"},
                        {"name": "refs/heads/old", "oldObjectId": "%s", "newObjectId": "%s"}],
         "repository": %s, "pushId": 14, "date": "2026-03-01T12:00:00.1234567Z"}
        """
            .formatted(SHA_3, SHA_2, SHA_1, SHA_3, SHA_1, ZERO, REPOSITORY_JSON));
  }

  private static String pullRequestJson(String status) {
    return """
        {"repository": %s, "pullRequestId": 21, "status": "%s", "title": "Basket",
         "description": "A basket.", "createdBy": {"uniqueName": "ann@example.org"},
         "creationDate": "2026-03-01T10:00:00.589889Z", "closedDate": "2026-03-01T12:00:00.3660573Z",
         "sourceRefName": "refs/heads/topic/basket", "targetRefName": "refs/heads/main",
         "mergeStatus": "succeeded", "lastMergeSourceCommit": {"commitId": "%s"},
         "lastMergeCommit": {"commitId": "%s"}, "labels": [{"name": "hotfix", "active": true}],
         "commits": [{"commitId": "%s"}],
         "reviewers": [
           {"vote": 10, "uniqueName": "bob@example.org"}, {"vote": 0, "uniqueName": "cyd@example.org"},
           {"vote": -10, "uniqueName": "dee@example.org"},
           {"vote": 10, "uniqueName": "vstfs:///Team", "isContainer": true}]}
        """
        .formatted(REPOSITORY_JSON, status, SHA_2, SHA_3, SHA_2);
  }

  private static Payload pullRequest(String kind, String status) {
    return event("git.pullrequest." + kind, pullRequestJson(status));
  }

  private static Payload comment() {
    return event(
        "ms.vss-code.git-pullrequest-comment-event",
        """
        {"comment": {"id": 1, "commentType": "text", "content": "Why?",
           "author": {"uniqueName": "bob@example.org"}, "publishedDate": "2026-03-01T10:30:00Z"},
         "pullRequest": %s}
        """
            .formatted(pullRequestJson("active")));
  }

  static Payload build() {
    return event(
        "build.complete",
        """
        {"id": 11, "buildNumber": "20260301.1", "status": "completed", "result": "succeeded",
         "queueTime": "2026-03-01T13:59:00.7367977Z", "startTime": "2026-03-01T14:00:00Z",
         "finishTime": "2026-03-01T14:08:00Z", "definition": {"id": 1, "name": "Shop CI"},
         "project": {"name": "Web"}, "reason": "individualCI",
         "sourceBranch": "refs/heads/main", "sourceVersion": "%s",
         "repository": {"id": "278d5cd2", "type": "TfsGit", "name": "Shop",
           "url": "https://dev.azure.com/acme/_apis/git/repositories/278d5cd2"},
         "_links": {"web": {"href": "https://dev.azure.com/acme/Web/_build/results?buildId=11"}}}
        """
            .formatted(SHA_3));
  }

  static Payload run(String state) {
    return event(
        "ms.vss-pipelines.run-state-changed-event",
        """
        {"run": {"id": 11, "name": "20260301.1", "state": "%s", "result": "failed",
           "createdDate": "2026-03-01T13:59:00Z", "finishedDate": "2026-03-01T14:08:00Z",
           "pipeline": {"id": 1, "name": "Shop CI"},
           "resources": {"repositories": {"self": {"refName": "refs/heads/main", "version": "%s"}}},
           "_links": {"web": {"href": "https://dev.azure.com/acme/Web/_build/results?buildId=11"}}},
         "repositories": [{"type": "Git",
           "url": "https://acme@dev.azure.com/acme/Web/_git/Shop", "change": {"message": "x"}}]}
        """
            .formatted(state, SHA_3));
  }

  static Payload stage(String state) {
    return run("inProgress")
        .with("eventType", "ms.vss-pipelines.stage-state-changed-event")
        .with(
            "resource.stage",
            Map.of(
                "name", "prod",
                "displayName", "Production",
                "state", state,
                "result", "succeeded",
                "startTime", "2026-03-01T14:05:00Z",
                "finishTime", "2026-03-01T14:07:00Z"));
  }

  static Payload deployment(String kind, String status) {
    return event(
        "ms.vss-release.deployment-" + kind + "-event",
        """
        {"environment": {"id": 5, "name": "Production", "status": "%s",
           "release": {"id": 4, "name": "Release-4", "_links": {"web": {"href":
             "https://dev.azure.com/acme/Web/_release?releaseId=4"}}},
           "releaseDefinition": {"id": 1, "name": "Shop CD"}},
         "deployment": {"id": 77, "attempt": 2, "startedOn": "2026-03-01T15:00:00Z",
           "completedOn": "2026-03-01T15:05:00Z",
           "release": {"artifacts": [
             {"type": "Build", "alias": "docs", "isPrimary": false, "definitionReference": {}},
             {"type": "Build", "alias": "shop", "isPrimary": true, "definitionReference": {
               "branch": {"id": "refs/heads/main"}, "Project": {"name": "Web"},
               "repository": {"id": "278d5cd2", "name": "Shop"},
               "repository.provider": {"id": "TfsGit"}, "version": {"id": "11"},
               "sourceVersion": {"id": "%s"}}}]}},
         "project": {"name": "Web"}}
        """
            .formatted(status, SHA_3));
  }

  /** It was closed. */
  private static Payload workItem(String kind) {
    return event(
        "workitem." + kind,
        """
        {"id": 2, "workItemId": 7, "rev": 3, "url": "https://dev.azure.com/acme/_apis/wit/7",
         "fields": {"System.State": {"oldValue": "Active", "newValue": "Closed"}},
         "revision": {"id": 7, "rev": 3, "fields": {
           "System.WorkItemType": "Bug", "System.Title": "Basket is empty", "System.State": "Closed",
           "System.Tags": "Incident; service:Checkout", "System.TeamProject": "Web",
           "System.AreaPath": "Web\\\\Shop", "System.CreatedDate": "2026-03-01T16:00:00Z",
           "System.ChangedDate": "2026-03-01T16:30:00Z",
           "System.Description": "<div>Since four.</div><div>Root cause: %s</div>",
           "Microsoft.VSTS.Common.Severity": "2 - High"}}}
        """
            .formatted(SHA_3));
  }

  static Payload event(String type, String resource) {
    return Payload.of(
        """
        {"subscriptionId": "s", "notificationId": 3, "id": "e-1", "eventType": "%s",
         "publisherId": "tfs", "message": {"text": "Something happened"}, "resource": %s,
         "resourceContainers": {"collection": {"id": "c12d0eb8"},
           "account": {"id": "f844ec47", "baseUrl": "https://dev.azure.com/acme/"}},
         "createdDate": "2026-03-01T12:30:00.1234567Z"}
        """
            .formatted(type, resource));
  }

  @Nested
  class Code {

    @Test
    void aPushMovesSeveralRefsAndItsCommitsBelongToTheOneThatTheyLeadTo() {
      var events = Translated.events(azure, push());
      assertThat(events).hasSize(2);
      PushEvent main = (PushEvent) events.get(0).value();
      assertThat(main.getRepository()).isEqualTo(REPOSITORY);
      assertThat(main.getDefaultBranch()).isEqualTo("main");
      assertThat(main.getBefore()).isEqualTo(SHA_1);
      assertThat(main.getPushedAt()).isEqualTo("2026-03-01T12:00:00.123Z");
      assertThat(main.getTotalCommits()).isNull();
      assertThat(main.getCommits()).extracting(Commit::getSha).containsExactly(SHA_2, SHA_3);
      assertThat(main.getCommits().get(1).getAuthor()).isEqualTo("bob@example.org");
      assertThat(main.getCommits().get(1).getAuthoredAt()).isEqualTo("2026-03-01T10:59:00Z");
      assertThat(main.getCommits().get(1).getCommittedAt()).isEqualTo("2026-03-01T11:00:00Z");
      PushEvent old = (PushEvent) events.get(1).value();
      assertThat(old.getAfter()).isNull();
      assertThat(old.getCommits()).isEmpty();
    }

    @Test
    void ofTwoBranchesThatWereMovedOnlyTheHeadsAreKnown() {
      Payload both = push().with("resource.refUpdates.1.newObjectId", SHA_2);
      var events = Translated.events(azure, both);
      assertThat(((PushEvent) events.get(0).value()).getCommits())
          .extracting(Commit::getSha)
          .containsExactly(SHA_3);
      assertThat(((PushEvent) events.get(1).value()).getCommits())
          .extracting(Commit::getSha)
          .containsExactly(SHA_2);
    }

    @Test
    void aRepositoryWithoutAnAddressIsNamedByItsOrganisationAndProject() {
      Payload plain = push().without("resource.repository.remoteUrl");
      assertThat(Translated.events(azure, plain).get(0).repository()).contains(REPOSITORY);
    }

    @Test
    void aSubscriptionThatSendsLittleIsToldToSendAll() {
      Payload minimal = push().with("resource", Map.of("pushId", 14, "url", "https://x"));
      assertThat(Translated.missing(azure, minimal))
          .hasMessageContaining("$.resource.refUpdates")
          .hasMessageContaining("Resource details to send");
      assertThat(Translated.missing(azure, push().with("resource", null)))
          .hasMessageContaining("Resource details to send");
      assertThat(
              Translated.missing(
                  azure, pullRequest("merged", "x").with("resource", Map.of("pullRequestId", 1))))
          .hasMessageContaining("Resource details to send");
    }

    @Test
    void anOpenedPullRequestSaysWhatItIs() {
      PullRequestEvent event = event(pullRequest("created", "active"), PullRequestEvent.class);
      assertThat(event.getTransition()).isEqualTo("opened");
      assertThat(event.getRepository()).isEqualTo(REPOSITORY);
      assertThat(event.getNumber()).isEqualTo(21);
      assertThat(event.getAuthor()).isEqualTo("ann@example.org");
      assertThat(event.getHeadBranch()).isEqualTo("topic/basket");
      assertThat(event.getHeadSha()).isEqualTo(SHA_2);
      assertThat(event.getBaseBranch()).isEqualTo("main");
      assertThat(event.getLabels()).containsExactly("hotfix");
      assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T10:00:00.589Z");
      assertThat(event.getMergeCommitSha()).isNull();
      assertThat(event.getClosedAt()).isNull();
    }

    @Test
    void aDraftSaysSoAndABuildServiceIsABot() {
      Payload opened =
          pullRequest("created", "active")
              .with("resource.isDraft", true)
              .with("resource.createdBy.displayName", "Shop Build Service (acme)");
      PullRequestEvent event = event(opened, PullRequestEvent.class);
      assertThat(event.getDraft()).isTrue();
      assertThat(event.getAuthorBot()).isTrue();
      assertThat(event(pullRequest("created", "active"), PullRequestEvent.class).getAuthorBot())
          .isFalse();
    }

    @Test
    void aMergeOnTrialIsNone() {
      assertThat(Translated.ignored(azure, pullRequest("merged", "active")))
          .isEqualTo(
              "git.pullrequest.merged: a merge was tried, not made (status active, mergeStatus succeeded)");
      assertThat(
              Translated.ignored(
                  azure,
                  pullRequest("merged", "completed").with("resource.mergeStatus", "conflicts")))
          .contains("mergeStatus conflicts");
    }

    @Test
    void bothDeliveriesOfAMergeAreOneEvent() {
      PullRequestEvent merged = event(pullRequest("merged", "completed"), PullRequestEvent.class);
      assertThat(merged.getTransition()).isEqualTo("merged");
      assertThat(merged.getMerged()).isTrue();
      assertThat(merged.getMergeCommitSha()).isEqualTo(SHA_3);
      assertThat(merged.getMergedAt()).isEqualTo("2026-03-01T12:00:00.366Z");
      assertThat(merged.getCommits()).containsExactly(SHA_2);
      PullRequestEvent updated = event(pullRequest("updated", "completed"), PullRequestEvent.class);
      assertThat(updated.getId()).isEqualTo(merged.getId());
    }

    @Test
    void votesOfPeopleAreReviews() {
      var events = Translated.events(azure, pullRequest("updated", "active"));
      assertThat(events)
          .extracting(event -> ((PullRequestEvent) event.value()).getTransition())
          .containsExactly("updated", "reviewed", "reviewed");
      assertThat(events.subList(1, 3))
          .extracting(event -> ((PullRequestEvent) event.value()).getReview())
          .extracting(review -> review.getReviewer() + " " + review.getState())
          .containsExactly("bob@example.org approved", "dee@example.org changes_requested");
    }

    @Test
    void anAbandonedOneIsClosed() {
      PullRequestEvent event = event(pullRequest("updated", "abandoned"), PullRequestEvent.class);
      assertThat(event.getTransition()).isEqualTo("closed");
      assertThat(event.getMerged()).isFalse();
      assertThat(event.getMergeCommitSha()).isNull();
    }

    @Test
    void aCommentIsAReviewUnlessAzureWroteIt() {
      PullRequestEvent event = event(comment(), PullRequestEvent.class);
      assertThat(event.getReview().getReviewer()).isEqualTo("bob@example.org");
      assertThat(event.getReview().getSubmittedAt()).isEqualTo("2026-03-01T10:30:00Z");
      assertThat(
              Translated.ignored(azure, comment().with("resource.comment.commentType", "system")))
          .contains("Azure wrote it itself");
    }
  }

  @Nested
  class Runs {

    @Test
    void aBuildHasItsTimesAndCommit() {
      CiRunEvent event = event(build(), CiRunEvent.class);
      assertThat(event.getRun()).isEqualTo("azure-devops:acme:run:11");
      assertThat(event.getRepository()).isEqualTo(REPOSITORY);
      assertThat(event.getWorkflow()).isEqualTo("Shop CI");
      assertThat(event.getTrigger()).isEqualTo("push");
      assertThat(event.getBranch()).isEqualTo("main");
      assertThat(event.getSha()).isEqualTo(SHA_3);
      assertThat(event.getOutcome()).isEqualTo("success");
      assertThat(event.getQueuedAt()).isEqualTo("2026-03-01T13:59:00.736Z");
      assertThat(event.getStartedAt()).isEqualTo("2026-03-01T14:00:00Z");
      assertThat(event.getFinishedAt())
          .isEqualTo(event.getOccurredAt())
          .isEqualTo("2026-03-01T14:08:00Z");
    }

    @Test
    void anOldBuildHasBranchAndCommitInOneFieldAndItsResultAsStatus() {
      Payload old =
          build()
              .without("resource.result")
              .with("resource.status", "partiallySucceeded")
              .without("resource.sourceBranch")
              .without("resource.sourceVersion")
              .with("resource.sourceGetVersion", "LG:refs/heads/release/1:" + SHA_2);
      CiRunEvent event = event(old, CiRunEvent.class);
      assertThat(event.getBranch()).isEqualTo("release/1");
      assertThat(event.getSha()).isEqualTo(SHA_2);
      assertThat(event.getOutcome()).isEqualTo("success");
    }

    @Test
    void aBuildOfGitHubsOrAnotherVersionControlIsRead() {
      Payload github =
          build().with("resource.repository", Map.of("type", "GitHub", "id", "Acme/Shop"));
      assertThat(event(github, CiRunEvent.class).getRepository()).isEqualTo("github.com/acme/shop");
      Payload tfvc = build().with("resource.sourceVersion", "C123");
      assertThat(event(tfvc, CiRunEvent.class).getSha()).isNull();
    }

    @Test
    void aRunIsTheSameAsItsBuild() {
      CiRunEvent finished = event(run("completed"), CiRunEvent.class);
      assertThat(finished.getRun()).isEqualTo("azure-devops:acme:run:11");
      assertThat(finished.getRepository()).isEqualTo(REPOSITORY);
      assertThat(finished.getSha()).isEqualTo(SHA_3);
      assertThat(finished.getStatus()).isEqualTo("finished");
      assertThat(finished.getOutcome()).isEqualTo("failure");
      assertThat(finished.getFinishedAt()).isEqualTo("2026-03-01T14:08:00Z");
      CiRunEvent started = event(run("inProgress"), CiRunEvent.class);
      assertThat(started.getStatus()).isEqualTo("started");
      assertThat(started.getOutcome()).isNull();
      assertThat(started.getStartedAt()).isEqualTo("2026-03-01T12:30:00.123Z");
    }

    @Test
    void aStageIsAJobOfItsPipeline() {
      CiRunEvent event = event(stage("completed"), CiRunEvent.class);
      assertThat(event.getRun()).isEqualTo("azure-devops:acme:run:11/Production");
      assertThat(event.getWorkflow()).isEqualTo("Shop CI");
      assertThat(event.getJob()).isEqualTo("Production");
      assertThat(event.getOutcome()).isEqualTo("success");
      assertThat(event.getStartedAt()).isEqualTo("2026-03-01T14:05:00Z");
      assertThat(event.getFinishedAt()).isEqualTo("2026-03-01T14:07:00Z");
    }
  }

  @Nested
  class Releases {

    @Test
    void aDeploymentHasTheCommitOfItsPrimaryArtifact() {
      DeploymentEvent event = event(deployment("completed", "succeeded"), DeploymentEvent.class);
      assertThat(event.getDeployment()).isEqualTo("azure-devops:acme:deployment:5/2");
      assertThat(event.getRepository()).isEqualTo(REPOSITORY);
      assertThat(event.getSha()).isEqualTo(SHA_3);
      assertThat(event.getRef()).isEqualTo("refs/heads/main");
      assertThat(event.getVersion()).isEqualTo("Release-4");
      assertThat(event.getEnvironment()).isEqualTo("Production");
      assertThat(event.getWorkflow()).isEqualTo("Shop CD");
      assertThat(event.getStatus()).isEqualTo("succeeded");
      assertThat(event.getStartedAt()).isEqualTo("2026-03-01T15:00:00Z");
      assertThat(event.getFinishedAt()).isEqualTo("2026-03-01T15:05:00Z");
      assertThat(event.getUrl()).endsWith("releaseId=4");
    }

    @ParameterizedTest
    @CsvSource({"partiallySucceeded, succeeded", "rejected, failed", "canceled, cancelled"})
    void theStatesAreThoseOfAnAttempt(String state, String status) {
      assertThat(event(deployment("completed", state), DeploymentEvent.class).getStatus())
          .isEqualTo(status);
    }

    @Test
    void itsStartTellsOfTheSameAttempt() {
      DeploymentEvent started = event(deployment("started", "queued"), DeploymentEvent.class);
      assertThat(started.getDeployment()).isEqualTo("azure-devops:acme:deployment:5/2");
      assertThat(started.getStatus()).isEqualTo("started");
      assertThat(started.getFinishedAt()).isNull();
    }

    @Test
    void oneOfARepositoryHasItsVersion() {
      Payload git =
          deployment("completed", "succeeded")
              .with(
                  "resource.deployment.release.artifacts",
                  List.of(
                      Map.of(
                          "type",
                          "GitHub",
                          "definitionReference",
                          Map.of(
                              "definition", Map.of("id", "Acme/Shop"),
                              "version", Map.of("id", SHA_2)))));
      DeploymentEvent event = event(git, DeploymentEvent.class);
      assertThat(event.getRepository()).isEqualTo("github.com/acme/shop");
      assertThat(event.getSha()).isEqualTo(SHA_2);
    }

    @Test
    void oneThatSaysLittleIsTakenAtItsTimeWithoutACommit() {
      Payload little = deployment("completed", "succeeded").without("resource.deployment");
      DeploymentEvent event = event(little, DeploymentEvent.class);
      assertThat(event.getDeployment()).isEqualTo("azure-devops:acme:deployment:5/1");
      assertThat(event.getRepository()).isNull();
      assertThat(event.getSha()).isNull();
      assertThat(event.getFinishedAt()).isEqualTo("2026-03-01T12:30:00.123Z");
    }
  }

  @Nested
  class WorkItems {

    @Test
    void oneWithTheTagIsAnIncident() {
      IncidentEvent event = event(workItem("updated"), IncidentEvent.class);
      assertThat(event.getIncident()).isEqualTo("azure-devops:acme:workitem:7");
      assertThat(event.getTransition()).isEqualTo("resolved");
      assertThat(event.getResolvedAt()).isEqualTo("2026-03-01T16:30:00Z");
      assertThat(event.getCreatedAt()).isEqualTo("2026-03-01T16:00:00Z");
      assertThat(event.getService()).isEqualTo("checkout");
      assertThat(event.getAliases()).containsExactly("azure-devops:checkout");
      assertThat(event.getSeverity()).isEqualTo("2 - High");
      assertThat(event.getCausedBy()).containsExactly(SHA_3);
      assertThat(event.getNames()).contains("AB#7");
    }

    @Test
    void withoutATagItsAreaIsAnotherNameOfTheService() {
      Map<String, String> fields = new HashMap<>(untaggedFields());
      fields.put("System.Tags", "incident");
      fields.put("System.AreaPath", "Web\\Shop");
      fields.put("System.TeamProject", "Web");
      IncidentEvent event =
          event(workItem("updated").with("resource.revision.fields", fields), IncidentEvent.class);
      assertThat(event.getService()).isNull();
      assertThat(event.getAliases()).containsExactly("azure-devops:Web\\Shop", "azure-devops:Web");
    }

    @Test
    void itMayBeReopenedOrStopBeingOne() {
      Payload reopened =
          workItem("updated")
              .with(
                  "resource.fields",
                  Map.of("System.State", Map.of("oldValue", "Closed", "newValue", "Active")));
      assertThat(event(reopened, IncidentEvent.class).getTransition()).isEqualTo("reopened");
      Payload untagged =
          workItem("updated")
              .with("resource.revision.fields", untaggedFields())
              .with("resource.fields", Map.of("System.Tags", Map.of("oldValue", "incident")));
      assertThat(event(untagged, IncidentEvent.class).getTransition()).isEqualTo("withdrawn");
      Payload never = untagged.with("resource.fields", Map.of());
      assertThat(Translated.ignored(azure, never)).startsWith("workitem.updated: #7 is neither");
    }

    private Map<String, String> untaggedFields() {
      return Map.of(
          "System.WorkItemType", "Bug",
          "System.CreatedDate", "2026-03-01T16:00:00Z",
          "System.ChangedDate", "2026-03-01T16:30:00Z");
    }
  }

  @Test
  void aDeliveryIsKnownByItsEventAndNotification() {
    assertThat(azure.deliveryId(push().request())).isEqualTo("e-1/s/3");
    assertThat(azure.deliveryId(push().without("id").request())).hasSize(64);
    var about = azure.about(push().request());
    assertThat(about.kind()).contains("git.push");
    assertThat(about.repository()).contains(REPOSITORY);
  }

  @Test
  void theSecretIsAPassword() {
    Payload basic = push().header("Authorization", "Basic eDpz");
    assertThat(azure.authenticator().refusal(basic.request(), List.of("s"))).isEmpty();
  }

  @Test
  void otherKindsAreIgnored() {
    assertThat(Translated.ignored(azure, push().with("eventType", "tfvc.checkin")))
        .isEqualTo("tfvc.checkin: this kind of event says nothing that is measured");
  }

  private <V extends SpecificRecord> V event(Payload payload, Class<V> type) {
    return Translated.event(azure, payload, type);
  }
}
