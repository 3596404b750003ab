package dev.dorado.ingest.senders;

import static dev.dorado.ingest.senders.GitHubPayloads.SHA_1;
import static dev.dorado.ingest.senders.GitHubPayloads.SHA_2;
import static dev.dorado.ingest.senders.GitHubPayloads.SHA_3;
import static dev.dorado.ingest.senders.GitHubPayloads.ZERO;
import static dev.dorado.ingest.senders.GitHubPayloads.deployment;
import static dev.dorado.ingest.senders.GitHubPayloads.deploymentStatus;
import static dev.dorado.ingest.senders.GitHubPayloads.issue;
import static dev.dorado.ingest.senders.GitHubPayloads.mergedPullRequest;
import static dev.dorado.ingest.senders.GitHubPayloads.ping;
import static dev.dorado.ingest.senders.GitHubPayloads.pullRequest;
import static dev.dorado.ingest.senders.GitHubPayloads.push;
import static dev.dorado.ingest.senders.GitHubPayloads.release;
import static dev.dorado.ingest.senders.GitHubPayloads.review;
import static dev.dorado.ingest.senders.GitHubPayloads.workflowRun;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dorado.events.CiRunEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.events.PullRequestEvent;
import dev.dorado.events.PushEvent;
import dev.dorado.ingest.Payload;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.MalformedDelivery;
import dev.dorado.schemas.Topics;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GitHubSenderTest {

  private static final String REPOSITORY = "github.com/acme/shop";

  private final GitHubSender github = new GitHubSender(Translated.SETTINGS);

  static Seeds seeds() {
    return Seeds.of(
        new GitHubSender(Translated.SETTINGS),
        push(),
        pullRequest("labeled"),
        mergedPullRequest(),
        review("submitted", "approved"),
        deployment(),
        deploymentStatus("success"),
        workflowRun("completed"),
        JobsTest.ofGitHub("completed"),
        ApprovalsTest.review("rejected"),
        issue("opened"),
        release("published"));
  }

  @Nested
  class Pushes {

    @Test
    void aPushIsItsRefAndItsCommitsOldestFirst() {
      PushEvent event = event(push());
      assertThat(event.getRepository()).isEqualTo(REPOSITORY);
      assertThat(event.getRef()).isEqualTo("refs/heads/main");
      assertThat(event.getDefaultBranch()).isEqualTo("main");
      assertThat(event.getBefore()).isEqualTo(SHA_1);
      assertThat(event.getAfter()).isEqualTo(SHA_3);
      assertThat(event.getHead()).isEqualTo(SHA_3);
      assertThat(event.getForced()).isFalse();
      assertThat(event.getTotalCommits()).isEqualTo(2);
      assertThat(event.getCommits())
          .extracting(commit -> commit.getSha())
          .containsExactly(SHA_2, SHA_3);
      assertThat(event.getCommits())
          .extracting(commit -> commit.getAuthor())
          .containsExactly("ann", "bob@example.org");
      assertThat(event.getCommits().get(0).getFiles())
          .containsExactly("README.md", "basket/new.js", "basket/old.js");
      assertThat(event.getCommits().get(0).getAuthoredAt())
          .isEqualTo(event.getCommits().get(0).getCommittedAt())
          .isEqualTo("2026-03-01T09:00:00Z");
    }

    @Test
    void theTimeOfAPushIsGitHubsAsANumberOrAText() {
      PushEvent number = event(push());
      PushEvent text = event(push().with("repository.pushed_at", "2026-03-01T12:00:00Z"));
      assertThat(number.getPushedAt()).isEqualTo("2026-03-01T12:00:00Z");
      assertThat(text.getPushedAt()).isEqualTo(number.getPushedAt());
      assertThat(text.getId()).isEqualTo(number.getId());
    }

    @Test
    void withoutATimeOfThePushItsHeadCommitsTimeStands() {
      PushEvent event = event(push().without("repository.pushed_at"));
      assertThat(event.getPushedAt()).isNull();
      assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T11:00:00Z");
    }

    @Test
    void aPushIsKeyedByItsRepository() {
      var event = Translated.events(github, push()).get(0);
      assertThat(event.topic()).isEqualTo(Topics.PUSHES);
      assertThat(event.key()).isEqualTo(REPOSITORY);
    }

    @Test
    void aDeletedBranchPointsNowhere() {
      PushEvent event =
          event(
              push()
                  .with("after", ZERO)
                  .with("head_commit", null)
                  .with("commits", List.of())
                  .with("deleted", true));
      assertThat(event.getBefore()).isEqualTo(SHA_1);
      assertThat(event.getAfter()).isNull();
      assertThat(event.getHead()).isNull();
    }

    @Test
    void aNewBranchCameFromNowhere() {
      assertThat(event(push().with("before", ZERO)).getBefore()).isNull();
    }

    @Test
    void anAnnotatedTagsHeadIsItsCommit() {
      PushEvent event =
          event(push().with("ref", "refs/tags/v1").with("after", SHA_2).without("commits"));
      assertThat(event.getAfter()).isEqualTo(SHA_2);
      assertThat(event.getHead()).isEqualTo(SHA_3);
    }

    @Test
    void aCommitWithoutListsOfFilesHasUnknownFiles() {
      PushEvent event =
          event(
              push()
                  .without("commits.0.added")
                  .without("commits.0.removed")
                  .without("commits.0.modified"));
      assertThat(event.getCommits().get(0).getFiles()).isNull();
    }

    @Test
    void aPushThatGitHubCutShortDoesNotSayHowManyCommitsItBrought() {
      var commit = push().json().get("commits").get(0);
      PushEvent event = event(push().with("commits", Collections.nCopies(2048, commit)));
      assertThat(event.getTotalCommits()).isNull();
    }

    @Test
    void refsThatAreNeitherBranchNorTagAreIgnored() {
      assertThat(Translated.ignored(github, push().with("ref", "refs/notes/commits")))
          .isEqualTo("push: refs/notes/commits is neither a branch nor a tag");
    }

    @Test
    void aLongMessageIsCut() {
      PushEvent event = event(push().with("commits.0.message", "x".repeat(20_000)));
      assertThat(event.getCommits().get(0).getMessage()).hasSize(16_384);
    }

    @ParameterizedTest
    @CsvSource({
      "repository,           $.repository",
      "repository.full_name, $.repository.full_name",
      "ref,                  $.ref"
    })
    void whatAPushMustHaveIsNamedWhereItIsMissing(String field, String path) {
      Payload payload = push();
      if (field.equals("repository.full_name")) {
        payload = payload.without("repository.html_url");
      }
      assertThat(Translated.missing(github, payload.without(field)).path()).isEqualTo(path);
    }

    @Test
    void aShaThatIsNoneIsNamedWithItsValue() {
      var missing = Translated.missing(github, push().with("after", "main"));
      assertThat(missing)
          .hasMessage("$.after is 'main': expected a SHA: 7 to 64 hexadecimal digits");
    }

    private PushEvent event(Payload payload) {
      return Translated.event(github, payload, PushEvent.class);
    }
  }

  @Nested
  class PullRequests {

    @Test
    void anOpenedOneSaysWhatItIs() {
      PullRequestEvent event = event(pullRequest("opened"));
      assertThat(event.getTransition()).isEqualTo("opened");
      assertThat(event.getRepository()).isEqualTo(REPOSITORY);
      assertThat(event.getNumber()).isEqualTo(12);
      assertThat(event.getTitle()).isEqualTo("Basket");
      assertThat(event.getDescription()).isEqualTo("A basket.");
      assertThat(event.getAuthor()).isEqualTo("ann");
      assertThat(event.getHeadRepository()).isEqualTo("github.com/ann/shop");
      assertThat(event.getHeadBranch()).isEqualTo("basket");
      assertThat(event.getHeadSha()).isEqualTo(SHA_3);
      assertThat(event.getBaseBranch()).isEqualTo("main");
      assertThat(event.getLabels()).containsExactly("bug", "Hotfix");
      assertThat(event.getCommitCount()).isEqualTo(2);
      assertThat(event.getOccurredAt())
          .isEqualTo(event.getOpenedAt())
          .isEqualTo("2026-03-01T10:00:00Z");
    }

    @Test
    void theTestMergeOfAnUnmergedOneIsNoMergeCommit() {
      assertThat(event(pullRequest("opened")).getMergeCommitSha()).isNull();
    }

    @Test
    void aMergedOneHasItsMergeCommitAndTime() {
      PullRequestEvent event = event(mergedPullRequest());
      assertThat(event.getTransition()).isEqualTo("merged");
      assertThat(event.getMerged()).isTrue();
      assertThat(event.getMergeCommitSha()).isEqualTo(SHA_2);
      assertThat(event.getOccurredAt())
          .isEqualTo(event.getMergedAt())
          .isEqualTo("2026-03-01T12:00:00Z");
    }

    @Test
    void aClosedOneIsNotMerged() {
      PullRequestEvent event =
          event(pullRequest("closed").with("pull_request.closed_at", "2026-03-01T12:00:00Z"));
      assertThat(event.getTransition()).isEqualTo("closed");
      assertThat(event.getMerged()).isFalse();
      assertThat(event.getClosedAt()).isEqualTo("2026-03-01T12:00:00Z");
      assertThat(event.getMergeCommitSha()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
      "labeled, labeled",
      "unlabeled, updated",
      "synchronize, updated",
      "edited, updated",
      "ready_for_review, updated",
      "reopened, reopened"
    })
    void theOtherActionsHappenWhenItWasChanged(String action, String transition) {
      PullRequestEvent event = event(pullRequest(action).with("label", Map.of("name", "bug")));
      assertThat(event.getTransition()).isEqualTo(transition);
      assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T11:00:00Z");
    }

    @Test
    void aDraftSaysSoAndWhenItIsReady() {
      PullRequestEvent opened = event(pullRequest("opened").with("pull_request.draft", true));
      PullRequestEvent ready =
          event(pullRequest("ready_for_review").with("pull_request.draft", false));
      PullRequestEvent turned =
          event(pullRequest("converted_to_draft").with("pull_request.draft", true));
      assertThat(opened.getDraft()).isTrue();
      assertThat(opened.getReadyAt()).isNull();
      assertThat(ready.getDraft()).isFalse();
      assertThat(ready.getReadyAt()).isEqualTo("2026-03-01T11:00:00Z");
      assertThat(turned.getReadyAt()).isNull();
      assertThat(event(pullRequest("opened")).getDraft()).as("GitHub Enterprise 2").isNull();
    }

    @Test
    void anAppIsABotWhateverItIsCalled() {
      var author = Map.of("login", "Copilot", "type", "Bot");
      PullRequestEvent byApp = event(pullRequest("opened").with("pull_request.user", author));
      assertThat(byApp.getAuthorBot()).isTrue();
      PullRequestEvent reviewed =
          event(
              review("submitted", "COMMENTED")
                  .with("review.user", Map.of("login", "bob", "type", "User")));
      assertThat(reviewed.getReview().getBot()).isFalse();
    }

    @Test
    void twoLabelsInOneSecondAreTwoEvents() {
      PullRequestEvent bug = event(pullRequest("labeled").with("label", Map.of("name", "bug")));
      PullRequestEvent fix = event(pullRequest("labeled").with("label", Map.of("name", "Hotfix")));
      assertThat(bug.getId()).isNotEqualTo(fix.getId());
    }

    @Test
    void aLabelInTheSecondOfTheMergeDoesNotTakeTheMergeBack() {
      assertThat(event(pullRequest("labeled")).getMerged()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"review_requested", "assigned", "locked", "enqueued", "milestoned"})
    void actionsThatChangeNothingMeasuredAreIgnored(String action) {
      assertThat(Translated.ignored(github, pullRequest(action)))
          .isEqualTo("pull_request.%s: this action changes nothing that is measured", action);
    }

    @Test
    void aDeletedForkIsNoProblem() {
      assertThat(
              event(pullRequest("opened").with("pull_request.head.repo", null)).getHeadRepository())
          .isNull();
    }

    @Test
    void aReviewIsBySomebodyAtATime() {
      PullRequestEvent event = event(review("submitted", "APPROVED"));
      assertThat(event.getTransition()).isEqualTo("reviewed");
      assertThat(event.getReview().getId()).isEqualTo("99");
      assertThat(event.getReview().getReviewer()).isEqualTo("bob");
      assertThat(event.getReview().getState()).isEqualTo("approved");
      assertThat(event.getOccurredAt())
          .isEqualTo(event.getReview().getSubmittedAt())
          .isEqualTo("2026-03-01T10:30:00Z");
      assertThat(event.getMerged()).isNull();
    }

    @Test
    void aDismissedReviewIsDismissedWhenThePullRequestChanged() {
      PullRequestEvent event = event(review("dismissed", "approved"));
      assertThat(event.getReview().getState()).isEqualTo("dismissed");
      assertThat(event.getReview().getSubmittedAt()).isEqualTo("2026-03-01T10:30:00Z");
      assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T11:00:00Z");
    }

    @Test
    void anEditedReviewIsIgnored() {
      assertThat(Translated.ignored(github, review("edited", "approved")))
          .startsWith("pull_request_review.edited");
    }

    @Test
    void whatIsMissingIsNamed() {
      assertThat(
              Translated.missing(
                      github,
                      pullRequest("opened").without("pull_request.number").without("number"))
                  .path())
          .isEqualTo("$.number");
      assertThat(
              Translated.missing(github, review("submitted", "approved").without("review")).path())
          .isEqualTo("$.review");
    }

    private PullRequestEvent event(Payload payload) {
      return Translated.event(github, payload, PullRequestEvent.class);
    }
  }

  @Nested
  class Deployments {

    @Test
    void aDeploymentIsQueued() {
      DeploymentEvent event = event(deployment());
      assertThat(event.getDeployment()).isEqualTo("github:500");
      assertThat(event.getStatus()).isEqualTo("queued");
      assertThat(event.getRepository()).isEqualTo(REPOSITORY);
      assertThat(event.getEnvironment()).isEqualTo("production");
      assertThat(event.getProduction()).isTrue();
      assertThat(event.getSha()).isEqualTo(SHA_3);
      assertThat(event.getRef()).isEqualTo("main");
      assertThat(event.getStartedAt()).isNull();
      assertThat(event.getFinishedAt()).isNull();
      assertThat(event.getUrl()).isEqualTo("https://github.com/Acme/Shop/deployments");
    }

    @ParameterizedTest
    @CsvSource({
      "pending, queued, false",
      "queued, queued, false",
      "waiting, waiting, false",
      "in_progress, started, false",
      "success, succeeded, true",
      "SUCCESS, succeeded, true",
      "failure, failed, true",
      "error, failed, true",
      "inactive, inactive, false"
    })
    void aStatusIsOneOfDoradosAndEndsTheAttemptOrNot(String state, String status, boolean ends) {
      DeploymentEvent event = event(deploymentStatus(state));
      assertThat(event.getStatus()).isEqualTo(status);
      assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T13:05:00Z");
      assertThat(event.getStartedAt()).isNull();
      assertThat(event.getFinishedAt())
          .isEqualTo(ends ? Instant.parse("2026-03-01T13:05:00Z") : null);
      assertThat(event.getUrl()).isEqualTo("https://ci.example.org/1");
    }

    @Test
    void aStateNobodyKnowsIsIgnored() {
      assertThat(Translated.ignored(github, deploymentStatus("almost")))
          .isEqualTo("deployment_status: the state 'almost' says nothing that is measured");
    }

    @Test
    void gitHubsNoToProductionIsNotSaid() {
      assertThat(
              event(deployment().with("deployment.production_environment", false)).getProduction())
          .isNull();
    }

    @Test
    void thePayloadMaySayMoreAsAnObjectOrAsText() {
      var said =
          Map.of("service", "Checkout", "rollback", true, "rework", true, "incident", "INC-1");
      DeploymentEvent object = event(deployment().with("deployment.payload", said));
      DeploymentEvent text =
          event(
              deployment()
                  .with(
                      "deployment.payload",
                      "{\"service\":\"Checkout\",\"rollback\":true,\"rework\":true,\"incident\":\"INC-1\"}"));
      for (var event : List.of(object, text)) {
        assertThat(event.getService()).isEqualTo("checkout");
        assertThat(event.getDeclaredKind()).isEqualTo("rollback");
        assertThat(event.getRework()).isTrue();
        assertThat(event.getIncident()).isEqualTo("INC-1");
      }
    }

    @Test
    void aPayloadThatIsAnyTextSaysNothing() {
      assertThat(event(deployment().with("deployment.payload", "by hand {")).getService()).isNull();
      assertThat(event(deployment().with("deployment.payload", null)).getService()).isNull();
    }

    @Test
    void aTaskThatBeginsWithRollbackIsARollback() {
      assertThat(event(deployment().with("deployment.task", "rollback:v1")).getDeclaredKind())
          .isEqualTo("rollback");
      assertThat(event(deployment()).getDeclaredKind()).isNull();
    }

    @Test
    void onAnotherHostIdsNameTheHost() {
      DeploymentEvent event =
          event(deployment().with("repository.html_url", "https://git.example.org/Acme/Shop"));
      assertThat(event.getRepository()).isEqualTo("git.example.org/acme/shop");
      assertThat(event.getDeployment()).isEqualTo("github:git.example.org:500");
    }

    @ParameterizedTest
    @CsvSource({
      "deployment.id,                $.deployment.id",
      "deployment_status.state,      $.deployment_status.state",
      "deployment_status,            $.deployment_status"
    })
    void whatAStatusMustHaveIsNamedWhereItIsMissing(String field, String path) {
      assertThat(Translated.missing(github, deploymentStatus("success").without(field)).path())
          .isEqualTo(path);
    }

    private DeploymentEvent event(Payload payload) {
      return Translated.event(github, payload, DeploymentEvent.class);
    }
  }

  @Nested
  class Runs {

    @Test
    void aCompletedRunHasAnOutcomeAndItsTimes() {
      CiRunEvent event = event(workflowRun("completed"));
      assertThat(event.getRun()).isEqualTo("github:321");
      assertThat(event.getAttempt()).isEqualTo(1);
      assertThat(event.getStatus()).isEqualTo("finished");
      assertThat(event.getOutcome()).isEqualTo("success");
      assertThat(event.getQueuedAt()).isEqualTo("2026-03-01T13:59:00Z");
      assertThat(event.getStartedAt()).isEqualTo("2026-03-01T14:00:00Z");
      assertThat(event.getFinishedAt()).isEqualTo("2026-03-01T14:08:00Z");
      assertThat(event.getTrigger()).isEqualTo("push");
      assertThat(event.getBranch()).isEqualTo("main");
      assertThat(event.getSha()).isEqualTo(SHA_3);
    }

    @Test
    void aCompletedRunWithoutConclusionHasAnUnknownOutcome() {
      CiRunEvent event = event(workflowRun("completed").with("workflow_run.conclusion", null));
      assertThat(event.getStatus()).isEqualTo("finished");
      assertThat(event.getOutcome()).isNull();
    }

    @Test
    void aSecondAttemptIsAnotherRunAndWasNotQueuedWithTheFirst() {
      CiRunEvent second = event(workflowRun("completed").with("workflow_run.run_attempt", 2));
      assertThat(second.getAttempt()).isEqualTo(2);
      assertThat(second.getId()).isNotEqualTo(event(workflowRun("completed")).getId());
      assertThat(second.getQueuedAt()).isEqualTo("2026-03-01T14:00:00Z");
    }

    @Test
    void aRequestedRunHasNotStarted() {
      CiRunEvent event = event(workflowRun("requested"));
      assertThat(event.getStatus()).isEqualTo("queued");
      assertThat(event.getStartedAt()).isNull();
      assertThat(event.getFinishedAt()).isNull();
    }

    private CiRunEvent event(Payload payload) {
      return Translated.event(github, payload, CiRunEvent.class);
    }
  }

  @Nested
  class Incidents {

    @Test
    void anIssueWithAnIncidentLabelIsAnIncident() {
      IncidentEvent event = event(issue("opened"));
      assertThat(event.getIncident()).isEqualTo("github:issue:7700");
      assertThat(event.getTransition()).isEqualTo("opened");
      assertThat(event.getRepository()).isEqualTo(REPOSITORY);
      assertThat(event.getService()).isEqualTo("checkout");
      assertThat(event.getSeverity()).isEqualTo("sev1");
      assertThat(event.getCausedBy()).containsExactly("#12", SHA_3);
      assertThat(event.getNames())
          .containsExactly(
              "github:issue:7700", "#77", "acme/shop#77", "https://github.com/Acme/Shop/issues/77");
      assertThat(event.getCreatedAt())
          .isEqualTo(event.getOccurredAt())
          .isEqualTo("2026-03-01T15:00:00Z");
      assertThat(event.getResolvedAt()).isNull();
    }

    @Test
    void aClosedIssueIsResolvedWhenItWasClosed() {
      IncidentEvent event = event(issue("closed").with("issue.closed_at", "2026-03-01T16:00:00Z"));
      assertThat(event.getTransition()).isEqualTo("resolved");
      assertThat(event.getResolvedAt()).isEqualTo("2026-03-01T16:00:00Z");
    }

    @Test
    void aReopenedIssueIsNotResolvedThoughItKeepsItsTimeOfClosing() {
      IncidentEvent event =
          event(issue("reopened").with("issue.closed_at", "2026-03-01T15:05:00Z"));
      assertThat(event.getTransition()).isEqualTo("reopened");
      assertThat(event.getResolvedAt()).isNull();
    }

    @Test
    void anIssueBecomesAnIncidentByItsLabel() {
      IncidentEvent event = event(issue("labeled").with("label", Map.of("name", "incident")));
      assertThat(event.getTransition()).isEqualTo("opened");
      assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T15:10:00Z");
      assertThat(event.getCreatedAt()).isEqualTo("2026-03-01T15:00:00Z");
    }

    @Test
    void anotherLabelOfAnIncidentIsNews() {
      IncidentEvent event = event(issue("labeled").with("label", Map.of("name", "sev1")));
      assertThat(event.getTransition()).isEqualTo("updated");
    }

    @Test
    void anIssueThatLosesItsIncidentLabelIsWithdrawn() {
      Payload unlabeled =
          issue("unlabeled")
              .with("label", Map.of("name", "incident"))
              .with("issue.labels", List.of(Map.of("name", "bug")));
      assertThat(event(unlabeled).getTransition()).isEqualTo("withdrawn");
    }

    @Test
    void anIssueThatKeepsAnotherIncidentLabelStaysOne() {
      Payload unlabeled =
          issue("unlabeled")
              .with("label", Map.of("name", "incident"))
              .with("issue.labels", List.of(Map.of("name", "Outage")));
      assertThat(event(unlabeled).getTransition()).isEqualTo("updated");
    }

    @Test
    void aDeletedIncidentIsWithdrawn() {
      assertThat(event(issue("deleted")).getTransition()).isEqualTo("withdrawn");
    }

    @Test
    void anIssueWithoutTheLabelIsIgnored() {
      assertThat(Translated.ignored(github, issue("opened").with("issue.labels", List.of())))
          .isEqualTo(
              "issues.opened: #77 has none of the labels that make an issue an incident (incident,"
                  + " outage)");
    }

    @ParameterizedTest
    @CsvSource({
      "sev1, sev1",
      "SEV-2, sev-2",
      "severity:high, high",
      "severity: high, high",
      "P1, p1"
    })
    void severityIsALabel(String label, String severity) {
      Payload payload =
          issue("opened")
              .with("issue.labels", List.of(Map.of("name", "incident"), Map.of("name", label)));
      assertThat(event(payload).getSeverity()).isEqualTo(severity);
    }

    private IncidentEvent event(Payload payload) {
      return Translated.event(github, payload, IncidentEvent.class);
    }
  }

  @Test
  void aPingIsIgnored() {
    assertThat(Translated.ignored(github, ping())).isEqualTo("ping");
  }

  @Test
  void anyOtherKindIsIgnoredByItsNameAndAction() {
    Payload payload = Payload.of("{\"action\":\"created\"}").header("X-GitHub-Event", "star");
    assertThat(Translated.ignored(github, payload))
        .isEqualTo("star.created: this kind of event says nothing that is measured");
  }

  @Test
  void theFormEncodedOptionIsReadToo() {
    String form = "payload=" + URLEncoder.encode(new String(deployment().bytes(), UTF_8), UTF_8);
    var request =
        new DeliveryRequest(
            Map.of(
                "X-GitHub-Event", "deployment",
                "Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
            form.getBytes(UTF_8),
            Payload.RECEIVED_AT);
    var event = (DeploymentEvent) Translated.events(github, request).get(0).value();
    assertThat(event.getId())
        .isEqualTo(Translated.event(github, deployment(), DeploymentEvent.class).getId());
    assertThat(github.about(request).repository()).contains(REPOSITORY);
  }

  @Test
  void aRedeliveryGivesTheSameEventIdWhateverItsDelivery() {
    var once = Translated.event(github, push().header("X-GitHub-Delivery", "a"), PushEvent.class);
    var again =
        Translated.event(
            github,
            push().header("X-GitHub-Delivery", "b").header("X-Dorado-Origin", "backfill"),
            PushEvent.class);
    assertThat(again.getId()).isEqualTo(once.getId());
    assertThat(again.getProvenance().getDelivery()).isEqualTo("b");
    assertThat(again.getProvenance().getOrigin()).isEqualTo("backfill");
  }

  @Test
  void theDeliveryIsNamedByGitHubElseByItsBody() {
    assertThat(github.deliveryId(push().header("x-github-delivery", "abc").request()))
        .isEqualTo("abc");
    assertThat(github.deliveryId(push().request())).matches("[0-9a-f]{64}");
  }

  @Test
  void aDeliveryWithoutItsKindIsMalformed() {
    var request = new DeliveryRequest(Map.of(), push().bytes(), Payload.RECEIVED_AT);
    assertThatThrownBy(() -> Translated.translate(github, request))
        .isInstanceOf(MalformedDelivery.class)
        .hasMessageContaining("X-GitHub-Event");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "1", "null", "{}{}", "\uFFFF"})
  void aBodyThatIsNoJsonObjectIsMalformed(String body) {
    var request =
        new DeliveryRequest(
            Map.of("X-GitHub-Event", "push"), body.getBytes(UTF_8), Payload.RECEIVED_AT);
    assertThatThrownBy(() -> Translated.translate(github, request))
        .isInstanceOf(MalformedDelivery.class);
    assertThat(github.about(request).kind()).contains("push");
  }

  @Nested
  class Releases {

    @Test
    void aPublishedOneIsADeploymentOfItsTag() {
      DeploymentEvent event = event(release("published"));
      assertThat(event.getSource()).isEqualTo("release");
      assertThat(event.getDeployment()).isEqualTo("release:v2");
      assertThat(event.getRepository()).isEqualTo(REPOSITORY);
      assertThat(event.getEnvironment()).isNull();
      assertThat(event.getStatus()).isEqualTo("succeeded");
      assertThat(event.getVersion()).isEqualTo("v2");
      assertThat(event.getRef()).isEqualTo("refs/tags/v2");
      assertThat(event.getSha()).isNull();
      assertThat(event.getFinishedAt())
          .isEqualTo(event.getOccurredAt())
          .isEqualTo("2026-03-01T16:00:00Z");
      assertThat(event.getUrl()).endsWith("/releases/tag/v2");
    }

    @Test
    void itsTargetIsItsCommitIfItIsAWholeSha() {
      Payload payload = release("published").with("release.target_commitish", SHA_3);
      assertThat(event(payload).getSha()).isEqualTo(SHA_3);
    }

    @Test
    void bothActionsOfOneReleaseAreOneEvent() {
      assertThat(event(release("released")).getId()).isEqualTo(event(release("published")).getId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"created", "edited", "deleted", "prereleased", "unpublished"})
    void otherActionsAreIgnored(String action) {
      assertThat(Translated.ignored(github, release(action)))
          .isEqualTo("release.%s: only a release that is published is measured".formatted(action));
    }

    @Test
    void aPreReleaseIsIgnored() {
      assertThat(Translated.ignored(github, release("published").with("release.prerelease", true)))
          .isEqualTo("release.published: v2 is a pre-release, which is not for production");
    }

    @ParameterizedTest
    @ValueSource(strings = {"release", "release.tag_name", "repository"})
    void whatAReleaseMustHaveIsNamedWhereItIsMissing(String field) {
      assertThat(Translated.missing(github, release("published").without(field)).path())
          .isEqualTo("$." + field);
    }

    private DeploymentEvent event(Payload payload) {
      return Translated.event(github, payload, DeploymentEvent.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"create", "delete"})
  void aRefThatIsMadeOrDeletedIsSaidByItsPush(String kind) {
    Payload payload = GitHubPayloads.of(kind, "{\"ref\": \"v1\", \"ref_type\": \"tag\"}");
    assertThat(Translated.ignored(github, payload))
        .isEqualTo(kind + ": the push of the ref says the same");
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Gitea-Event", "X-Forgejo-Event", "X-Gogs-Event"})
  void aDeliveryOfGiteaIsToldWhereItBelongs(String header) {
    assertThatThrownBy(() -> Translated.translate(github, push().header(header, "push").request()))
        .isInstanceOf(MalformedDelivery.class)
        .hasMessage(
            "by its headers the delivery is from gitea, but it came to /webhooks/github: enter /webhooks/gitea as the address instead");
    assertThat(github.keptHeaders()).contains(header);
  }
}
