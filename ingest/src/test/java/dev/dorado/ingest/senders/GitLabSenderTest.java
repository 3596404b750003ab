package dev.dorado.ingest.senders;

import static dev.dorado.ingest.senders.GitHubPayloads.SHA_1;
import static dev.dorado.ingest.senders.GitHubPayloads.SHA_2;
import static dev.dorado.ingest.senders.GitHubPayloads.SHA_3;
import static dev.dorado.ingest.senders.GitHubPayloads.ZERO;
import static dev.dorado.ingest.senders.GitLabPayloads.deployment;
import static dev.dorado.ingest.senders.GitLabPayloads.incident;
import static dev.dorado.ingest.senders.GitLabPayloads.job;
import static dev.dorado.ingest.senders.GitLabPayloads.mergeRequest;
import static dev.dorado.ingest.senders.GitLabPayloads.note;
import static dev.dorado.ingest.senders.GitLabPayloads.pipeline;
import static dev.dorado.ingest.senders.GitLabPayloads.push;
import static dev.dorado.ingest.senders.GitLabPayloads.release;
import static dev.dorado.ingest.senders.GitLabPayloads.tag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dorado.events.CiRunEvent;
import dev.dorado.events.Commit;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.events.PullRequestEvent;
import dev.dorado.events.PushEvent;
import dev.dorado.ingest.Payload;
import dev.dorado.ingest.delivery.MalformedDelivery;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GitLabSenderTest {

  private static final String REPOSITORY = "git.example.org/acme/web/shop";

  private final GitLabSender gitlab = new GitLabSender(Translated.SETTINGS);

  static Seeds seeds() {
    return Seeds.of(
        new GitLabSender(Translated.SETTINGS),
        push(),
        tag(),
        mergeRequest("merge"),
        mergeRequest("update").with("changes", Map.of("labels", Map.of())),
        note(),
        pipeline("success"),
        job("success"),
        deployment("success"),
        release("create"),
        incident("close"));
  }

  @Nested
  class Pushes {

    @Test
    void aPushIsItsRefAndItsCommitsAtTheTimeOfItsHead() {
      PushEvent event = event(push(), PushEvent.class);
      assertThat(event.getRepository()).isEqualTo(REPOSITORY);
      assertThat(event.getRef()).isEqualTo("refs/heads/main");
      assertThat(event.getDefaultBranch()).isEqualTo("main");
      assertThat(event.getBefore()).isEqualTo(SHA_1);
      assertThat(event.getHead()).isEqualTo(event.getAfter()).isEqualTo(SHA_3);
      assertThat(event.getPushedAt()).isNull();
      assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T11:00:00Z");
      assertThat(event.getTotalCommits()).isEqualTo(25);
      assertThat(event.getCommits()).extracting(Commit::getSha).containsExactly(SHA_2, SHA_3);
      assertThat(event.getCommits().get(0).getFiles()).containsExactly("a.rb", "b.rb", "c.rb");
    }

    @Test
    void anAddressThatIsNotPublicIsNoAuthor() {
      assertThat(event(push(), PushEvent.class).getCommits())
          .extracting(Commit::getAuthor)
          .containsExactly("ann@example.org", "Bob");
    }

    @Test
    void thePushOfAMergeSaysWhichMergeRequestItsCommitsBelongTo() {
      Payload merge =
          push()
              .with("commits.1.message", "Merge branch 'x'\n\nSee merge request acme/web/shop!12");
      assertThat(event(merge, PushEvent.class).getCommits())
          .extracting(Commit::getPullRequest)
          .containsExactly(12L, 12L);
      Payload several = merge.with("commits.0.message", "Merge\n\nSee merge request !11\n");
      assertThat(event(several, PushEvent.class).getCommits())
          .extracting(Commit::getPullRequest)
          .containsOnlyNulls();
      assertThat(event(push(), PushEvent.class).getCommits())
          .extracting(Commit::getPullRequest)
          .containsOnlyNulls();
    }

    @Test
    void anAnnotatedTagPointsToTheCommitThatIsCheckedOut() {
      PushEvent event = event(tag(), PushEvent.class);
      assertThat(event.getRef()).isEqualTo("refs/tags/v1.0.0");
      assertThat(event.getBefore()).isNull();
      assertThat(event.getAfter()).isEqualTo(SHA_2);
      assertThat(event.getHead()).isEqualTo(SHA_3);
    }

    @Test
    void whatHasNoTimeAtAllHappenedWhenItCameAndOnlyOnce() {
      PushEvent event = event(tag(), PushEvent.class);
      assertThat(event.getOccurredAt()).isEqualTo(Payload.RECEIVED_AT);
      assertThat(event.getId()).isEqualTo(event(tag(), PushEvent.class).getId());
    }

    @Test
    void aDeletedBranchIsIgnored() {
      assertThat(Translated.ignored(gitlab, push().with("after", ZERO).with("checkout_sha", null)))
          .isEqualTo("push: refs/heads/main was deleted; what it brought stays");
    }

    @Test
    void anOldVersionNamesTheProjectInTheRepository() {
      Payload old =
          push()
              .without("project")
              .with(
                  "repository",
                  Map.of("name", "Shop", "url", "git@git.example.org:Acme/web/Shop.git"));
      assertThat(event(old, PushEvent.class).getRepository()).isEqualTo(REPOSITORY);
    }

    @ParameterizedTest
    @CsvSource({"project,              $.project", "ref,                  $.ref"})
    void whatAPushMustHaveIsNamedWhereItIsMissing(String field, String path) {
      assertThat(Translated.missing(gitlab, push().without(field)).path()).isEqualTo(path);
    }
  }

  @Nested
  class MergeRequests {

    @Test
    void anOpenedOneSaysWhatItIs() {
      PullRequestEvent event = event(mergeRequest("open"), PullRequestEvent.class);
      assertThat(event.getTransition()).isEqualTo("opened");
      assertThat(event.getRepository()).isEqualTo(REPOSITORY);
      assertThat(event.getNumber()).isEqualTo(12);
      assertThat(event.getTitle()).isEqualTo("Basket");
      assertThat(event.getDescription()).isEqualTo("A basket.");
      assertThat(event.getAuthor()).isEqualTo("ann");
      assertThat(event.getHeadRepository()).isEqualTo("git.example.org/ann/shop");
      assertThat(event.getHeadBranch()).isEqualTo("basket");
      assertThat(event.getHeadSha()).isEqualTo(SHA_2);
      assertThat(event.getCommits()).containsExactly(SHA_2);
      assertThat(event.getBaseBranch()).isEqualTo("main");
      assertThat(event.getLabels()).containsExactly("bug", "type::hotfix");
      assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T10:00:00Z");
      assertThat(event.getOpenedAt()).isEqualTo("2026-03-01T10:00:00Z");
      assertThat(event.getMerged()).isFalse();
      assertThat(event.getMergeCommitSha()).isNull();
      assertThat(event.getUrl()).endsWith("/-/merge_requests/12");
    }

    @Test
    void aDraftIsReadyWhenItsFlagOrTitleChanges() {
      var byFlag =
          event(
              mergeRequest("update")
                  .with("changes", Map.of("draft", Map.of("previous", true, "current", false)))
                  .with("object_attributes.draft", false),
              PullRequestEvent.class);
      assertThat(byFlag.getDraft()).isFalse();
      assertThat(byFlag.getReadyAt()).isEqualTo(byFlag.getOccurredAt());
      var byTitle =
          event(
              mergeRequest("update")
                  .with("object_attributes.title", "Basket")
                  .with(
                      "changes",
                      Map.of("title", Map.of("previous", "WIP: Basket", "current", "Basket"))),
              PullRequestEvent.class);
      assertThat(byTitle.getReadyAt()).isEqualTo(byTitle.getOccurredAt());
      var another =
          event(
              mergeRequest("update")
                  .with("changes", Map.of("title", Map.of("previous", "A", "current", "Basket"))),
              PullRequestEvent.class);
      assertThat(another.getReadyAt()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Draft: Basket", "[Draft] Basket", "(Draft) Basket", "WIP: Basket"})
    void theTitleOfADraftSaysSo(String title) {
      Payload payload = mergeRequest("open").with("object_attributes.title", title);
      assertThat(event(payload, PullRequestEvent.class).getDraft()).isTrue();
      Payload plain = mergeRequest("open").with("object_attributes.title", "Drafts of orders");
      assertThat(event(plain, PullRequestEvent.class).getDraft()).isFalse();
    }

    @Test
    void aMergeIsAtItsTimeElseAtTheLastChange() {
      PullRequestEvent old = event(mergeRequest("merge"), PullRequestEvent.class);
      assertThat(old.getTransition()).isEqualTo("merged");
      assertThat(old.getMerged()).isTrue();
      assertThat(old.getMergedAt()).isEqualTo("2026-03-01T12:00:00Z");
      assertThat(old.getClosedAt()).isEqualTo("2026-03-01T12:00:00Z");
      assertThat(old.getMergeCommitSha()).isEqualTo(SHA_3);
      Payload said =
          mergeRequest("merge").with("object_attributes.merged_at", "2026-03-01T11:59:58.123Z");
      assertThat(event(said, PullRequestEvent.class).getMergedAt())
          .isEqualTo("2026-03-01T11:59:58.123Z");
    }

    @Test
    void aFastForwardMovesTheHeadOntoTheBaseUnlessItIsSquashed() {
      Payload forward = mergeRequest("merge").with("object_attributes.merge_commit_sha", null);
      assertThat(event(forward, PullRequestEvent.class).getMergeCommitSha()).isEqualTo(SHA_2);
      Payload squashed = forward.with("object_attributes.squash", true);
      assertThat(event(squashed, PullRequestEvent.class).getMergeCommitSha()).isNull();
      Payload known = squashed.with("object_attributes.squash_commit_sha", SHA_1);
      assertThat(event(known, PullRequestEvent.class).getMergeCommitSha()).isEqualTo(SHA_1);
    }

    @Test
    void aSquashCommitBeforeAMergeCommitIsKept() {
      assertThat(event(mergeRequest("merge"), PullRequestEvent.class).getSquashCommitSha())
          .isNull();
      Payload squashed = mergeRequest("merge").with("object_attributes.squash_commit_sha", SHA_1);
      var event = event(squashed, PullRequestEvent.class);
      assertThat(event.getSquashCommitSha()).isEqualTo(SHA_1);
      assertThat(event.getMergeCommitSha()).isEqualTo(SHA_3);
    }

    @Test
    void theAuthorIsOnlyKnownWhereTheAuthorActs() {
      Payload byBob =
          mergeRequest("merge").with("user", Map.of("id", 8, "username", "bob", "name", "Bob"));
      assertThat(event(byBob, PullRequestEvent.class).getAuthor()).isNull();
      assertThat(event(mergeRequest("merge"), PullRequestEvent.class).getAuthor()).isEqualTo("ann");
    }

    @ParameterizedTest
    @CsvSource({
      "approved,   approved,  2026-03-01T12:00:00Z",
      "approval,   approved,  2026-03-01T12:00:00Z",
      "unapproved, dismissed,",
      "unapproval, dismissed,"
    })
    void anApprovalIsAReview(String action, String state, String submittedAt) {
      Payload payload =
          mergeRequest(action).with("user", Map.of("id", 8, "username", "bob", "name", "Bob"));
      var event = event(payload, PullRequestEvent.class);
      assertThat(event.getTransition()).isEqualTo("reviewed");
      assertThat(event.getReview().getId()).isEqualTo("approval:bob");
      assertThat(event.getReview().getReviewer()).isEqualTo("bob");
      assertThat(event.getReview().getState()).isEqualTo(state);
      assertThat(event.getReview().getSubmittedAt())
          .isEqualTo(submittedAt == null ? null : Instant.parse(submittedAt));
      assertThat(event.getMerged()).isNull();
    }

    @Test
    void aCommentIsAReview() {
      var event = event(note(), PullRequestEvent.class);
      assertThat(event.getNumber()).isEqualTo(12);
      assertThat(event.getReview().getReviewer()).isEqualTo("bob");
      assertThat(event.getReview().getState()).isEqualTo("commented");
      assertThat(event.getReview().getSubmittedAt()).isEqualTo("2026-03-01T10:30:00Z");
      assertThat(event.getMerged()).isNull();
    }

    @Test
    void commentsOnOtherThingsAndGitLabsOwnAreIgnored() {
      assertThat(
              Translated.ignored(gitlab, note().with("object_attributes.noteable_type", "Commit")))
          .isEqualTo("note: a comment on Commit says nothing that is measured");
      assertThat(Translated.ignored(gitlab, note().with("object_attributes.system", true)))
          .isEqualTo("note: GitLab wrote it itself");
    }

    @Test
    void aChangeOfLabelsIsToldApart() {
      Payload labels = mergeRequest("update").with("changes", Map.of("labels", Map.of()));
      Payload title = mergeRequest("update").with("changes", Map.of("title", Map.of()));
      var labeled = event(labels, PullRequestEvent.class);
      var updated = event(title, PullRequestEvent.class);
      assertThat(labeled.getTransition()).isEqualTo("labeled");
      assertThat(updated.getTransition()).isEqualTo("updated");
      assertThat(labeled.getId()).isNotEqualTo(updated.getId());
      assertThat(updated.getMerged()).isNull();
    }

    @Test
    void whatChangesNothingIsIgnored() {
      assertThat(Translated.ignored(gitlab, mergeRequest("mark_todo")))
          .isEqualTo("merge_request.mark_todo: this action changes nothing that is measured");
      assertThat(Translated.ignored(gitlab, mergeRequest("x").without("object_attributes.action")))
          .contains("button Test");
    }

    @ParameterizedTest
    @ValueSource(strings = "iid")
    void whatAMergeRequestMustHaveIsNamedWhereItIsMissing(String field) {
      Payload payload = mergeRequest("merge").without("object_attributes." + field);
      assertThat(Translated.missing(gitlab, payload).path())
          .isEqualTo("$.object_attributes." + field);
    }
  }

  @Nested
  class Pipelines {

    @Test
    void aFinishedOneHasItsTimesAndOutcome() {
      CiRunEvent event = event(pipeline("success"), CiRunEvent.class);
      assertThat(event.getRun()).isEqualTo("gitlab:git.example.org:pipeline:31");
      assertThat(event.getRepository()).isEqualTo(REPOSITORY);
      assertThat(event.getSha()).isEqualTo(SHA_3);
      assertThat(event.getBranch()).isEqualTo("main");
      assertThat(event.getTrigger()).isEqualTo("push");
      assertThat(event.getWorkflow()).isEqualTo("Release train");
      assertThat(event.getStatus()).isEqualTo("finished");
      assertThat(event.getOutcome()).isEqualTo("success");
      assertThat(event.getQueuedAt()).isEqualTo("2026-03-01T14:00:00Z");
      assertThat(event.getStartedAt()).isEqualTo("2026-03-01T14:00:30Z");
      assertThat(event.getFinishedAt())
          .isEqualTo(event.getOccurredAt())
          .isEqualTo("2026-03-01T14:08:00Z");
      assertThat(event.getUrl()).isEqualTo("https://git.example.org/Acme/web/Shop/-/pipelines/31");
    }

    @ParameterizedTest
    @CsvSource({
      "pending,  queued,",
      "running,  started,",
      "failed,   finished, failure",
      "canceled, finished, cancelled",
      "skipped,  finished, skipped"
    })
    void theStatesAreThoseOfARun(String state, String status, String outcome) {
      CiRunEvent event = event(pipeline(state), CiRunEvent.class);
      assertThat(event.getStatus()).isEqualTo(status);
      assertThat(event.getOutcome()).isEqualTo(outcome);
      assertThat(event.getStartedAt() == null).isEqualTo(status.equals("queued"));
    }

    @Test
    void withoutATimeInTheQueueTheFirstJobTellsTheStart() {
      CiRunEvent event =
          event(pipeline("success").without("object_attributes.queued_duration"), CiRunEvent.class);
      assertThat(event.getStartedAt()).isEqualTo("2026-03-01T14:01:00Z");
    }

    @Test
    void thatOfAMergeRequestOrATagIsSaidToBe() {
      CiRunEvent event =
          event(
              pipeline("running")
                  .with("object_attributes.source", "merge_request_event")
                  .with("object_attributes.tag", true),
              CiRunEvent.class);
      assertThat(event.getTrigger()).isEqualTo("pull_request");
      assertThat(event.getBranch()).isNull();
    }

    @Test
    void oneThatWaitsForAPersonIsIgnored() {
      assertThat(Translated.ignored(gitlab, pipeline("manual")))
          .isEqualTo("pipeline: the status 'manual' says nothing that is measured");
    }
  }

  @Nested
  class Deployments {

    @Test
    void oneThatSucceededHasTheWholeShaOfItsAddress() {
      DeploymentEvent event = event(deployment("success"), DeploymentEvent.class);
      assertThat(event.getDeployment()).isEqualTo("gitlab:git.example.org:job:796");
      assertThat(event.getRepository()).isEqualTo(REPOSITORY);
      assertThat(event.getSha()).isEqualTo(SHA_3);
      assertThat(event.getRef()).isEqualTo("main");
      assertThat(event.getEnvironment()).isEqualTo("eu-1");
      assertThat(event.getProduction()).isTrue();
      assertThat(event.getStatus()).isEqualTo("succeeded");
      assertThat(event.getStartedAt()).isNull();
      assertThat(event.getFinishedAt())
          .isEqualTo(event.getOccurredAt())
          .isEqualTo("2026-03-01T12:05:00Z");
      assertThat(event.getSource()).isEqualTo("deployment");
    }

    @ParameterizedTest
    @CsvSource({
      "created, queued",
      "blocked, waiting",
      "running, started",
      "failed, failed",
      "canceled, cancelled"
    })
    void theStatesAreThoseOfAnAttempt(String state, String status) {
      DeploymentEvent event = event(deployment(state), DeploymentEvent.class);
      assertThat(event.getStatus()).isEqualTo(status);
      assertThat(event.getStartedAt() != null).isEqualTo(status.equals("started"));
      assertThat(event.getFinishedAt() != null).isEqualTo(status.endsWith("led"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"staging", "testing", "development", "other"})
    void noOtherTierDecides(String tier) {
      Payload payload = deployment("success").with("environment_tier", tier);
      assertThat(event(payload, DeploymentEvent.class).getProduction()).isNull();
    }

    @Test
    void withoutTheAddressOfTheCommitItsShortShaStands() {
      Payload payload = deployment("success").with("commit_url", null);
      assertThat(event(payload, DeploymentEvent.class).getSha()).isEqualTo("33333333");
    }

    @Test
    void oneThatNoJobMadeHasItsOwnId() {
      Payload payload = deployment("success").with("deployable_id", null);
      assertThat(event(payload, DeploymentEvent.class).getDeployment())
          .isEqualTo("gitlab:git.example.org:deployment:15");
      assertThat(Translated.missing(gitlab, payload.without("deployment_id")).path())
          .isEqualTo("$.deployment_id");
    }

    @Test
    void anOldVersionThatDoesNotSayWhenIsTakenAtItsReceipt() {
      Payload old = deployment("success").without("status_changed_at").without("deployment_id");
      DeploymentEvent event = event(old, DeploymentEvent.class);
      assertThat(event.getFinishedAt()).isEqualTo(Payload.RECEIVED_AT);
    }

    @Test
    void aJobThatDeploysTellsOfTheSameAttempt() {
      var event = (DeploymentEvent) Translated.events(gitlab, job("success")).get(0).value();
      assertThat(event.getDeployment()).isEqualTo("gitlab:git.example.org:job:796");
      assertThat(event.getSha()).isEqualTo(SHA_3);
      assertThat(event.getEnvironment()).isEqualTo("eu-1");
      assertThat(event.getProduction()).isTrue();
      assertThat(event.getWorkflow()).isEqualTo("deploy");
      assertThat(event.getStartedAt()).isEqualTo("2026-03-01T12:00:00Z");
      assertThat(event.getFinishedAt()).isEqualTo("2026-03-01T12:05:01Z");
    }

    @Test
    void otherJobsAreIgnored() {
      assertThat(Translated.ignored(gitlab, job("pending").with("environment", null)))
          .startsWith("build: the job 'deploy' deploys to no environment");
      assertThat(Translated.ignored(gitlab, job("skipped")))
          .isEqualTo(
              "build: the status 'skipped' of the job 'deploy' says nothing that is measured");
    }

    @Test
    void aReleaseIsADeploymentOfItsTag() {
      DeploymentEvent event = event(release("create"), DeploymentEvent.class);
      assertThat(event.getSource()).isEqualTo("release");
      assertThat(event.getDeployment()).isEqualTo("release:v1.1");
      assertThat(event.getEnvironment()).isNull();
      assertThat(event.getVersion()).isEqualTo("v1.1");
      assertThat(event.getRef()).isEqualTo("refs/tags/v1.1");
      assertThat(event.getSha()).isEqualTo(SHA_3);
      assertThat(event.getStatus()).isEqualTo("succeeded");
      assertThat(event.getFinishedAt()).isEqualTo("2026-03-01T16:00:00Z");
      assertThat(Translated.ignored(gitlab, release("update")))
          .isEqualTo("release.update: only a release that is published is measured");
    }
  }

  @Nested
  class Incidents {

    @ParameterizedTest
    @ValueSource(strings = {"issue", "work_item"})
    void oneOfTheTypeIsOneWhicheverKindItComesAs(String kind) {
      IncidentEvent event = event(incident("open").with("object_kind", kind), IncidentEvent.class);
      assertThat(event.getIncident()).isEqualTo("gitlab:git.example.org:issue:301");
      assertThat(event.getKind()).isEqualTo("incident");
      assertThat(event.getTransition()).isEqualTo("opened");
      assertThat(event.getSeverity()).isEqualTo("high");
      assertThat(event.getService()).isEqualTo("checkout");
      assertThat(event.getRepository()).isEqualTo(REPOSITORY);
      assertThat(event.getCreatedAt())
          .isEqualTo(event.getOccurredAt())
          .isEqualTo("2026-03-01T15:00:00Z");
      assertThat(event.getNames()).contains("#23", "acme/web/shop#23");
    }

    @Test
    void itsCausesAreMergeRequestsAndCommits() {
      assertThat(event(incident("open"), IncidentEvent.class).getCausedBy())
          .containsExactly("#12", SHA_3);
    }

    @Test
    void itIsResolvedWhenItIsClosed() {
      IncidentEvent event = event(incident("close"), IncidentEvent.class);
      assertThat(event.getTransition()).isEqualTo("resolved");
      assertThat(event.getResolvedAt()).isEqualTo("2026-03-01T15:40:00Z");
      assertThat(event(incident("reopen"), IncidentEvent.class).getTransition())
          .isEqualTo("reopened");
    }

    @Test
    void itsEscalationMayBeAcknowledged() {
      Payload payload =
          incident("update")
              .with("changes", Map.of("escalation_status", Map.of("current", "acknowledged")));
      IncidentEvent event = event(payload, IncidentEvent.class);
      assertThat(event.getTransition()).isEqualTo("acknowledged");
      assertThat(event.getAcknowledgedAt()).isEqualTo("2026-03-01T15:41:00Z");
    }

    @Test
    void anIssueIsOneFromTheLabelOnAndNoLongerWithoutIt() {
      Payload issue = incident("update").with("object_attributes.type", "Issue");
      assertThat(Translated.ignored(gitlab, issue))
          .isEqualTo(
              "issue.update: #23 is neither of the type Incident nor has one of the labels that make an issue an incident (incident, outage)");
      var label = List.of(Map.of("title", "Outage"));
      Payload labelled =
          issue
              .with("labels", label)
              .with("changes", Map.of("labels", Map.of("previous", List.of(), "current", label)));
      assertThat(event(labelled, IncidentEvent.class).getTransition()).isEqualTo("opened");
      Payload unlabelled =
          issue.with("changes", Map.of("labels", Map.of("previous", label, "current", List.of())));
      assertThat(event(unlabelled, IncidentEvent.class).getTransition()).isEqualTo("withdrawn");
    }

    @Test
    void theSeverityOfAnIssueIsThatOfItsLabels() {
      Payload payload =
          incident("open")
              .with("object_attributes.severity", "unknown")
              .with("labels", List.of(Map.of("title", "severity::2")));
      assertThat(event(payload, IncidentEvent.class).getSeverity()).isEqualTo("2");
    }
  }

  @Test
  void aDeliveryIsKnownByItsIdempotencyKeyAndNotByGitLabsUuids() {
    var plain = push().header("X-Gitlab-Event-UUID", "u").header("X-Gitlab-Webhook-UUID", "w");
    assertThat(gitlab.deliveryId(plain.header("Idempotency-Key", "k").request())).isEqualTo("k");
    assertThat(gitlab.deliveryId(plain.request())).hasSize(64);
  }

  @Test
  void itSaysWhatADeliveryIsAbout() {
    var about = gitlab.about(deployment("success").request());
    assertThat(about.kind()).contains("deployment");
    assertThat(about.repository()).contains(REPOSITORY);
  }

  @Test
  void theTokenIsInItsOwnHeader() {
    var authenticator = gitlab.authenticator();
    assertThat(authenticator.refusal(push().header("X-Gitlab-Token", "s").request(), List.of("s")))
        .isEmpty();
    assertThat(authenticator.refusal(push().request(), List.of("s")).orElseThrow().detail())
        .contains("DORADO_SECRETS_GITLAB");
  }

  @Test
  void otherKindsAreIgnoredAndNoneIsMalformed() {
    assertThat(Translated.ignored(gitlab, push().with("object_kind", "wiki_page")))
        .isEqualTo("wiki_page: this kind of event says nothing that is measured");
    assertThatThrownBy(
            () ->
                Translated.translate(
                    gitlab, push().without("object_kind").without("event_name").request()))
        .isInstanceOf(MalformedDelivery.class)
        .hasMessageContaining("object_kind");
  }

  @Test
  void aHookThatFailsIsSwitchedOffSoItIsNotToldOfMissingFields() {
    assertThat(gitlab.disablesHookOnClientErrors()).isTrue();
  }

  private <V extends SpecificRecord> V event(Payload payload, Class<V> type) {
    return Translated.event(gitlab, payload, type);
  }
}
