package dev.dorado.ingest.senders;

import static dev.dorado.ingest.senders.GitHubPayloads.SHA_1;
import static dev.dorado.ingest.senders.GitHubPayloads.SHA_2;
import static dev.dorado.ingest.senders.GitHubPayloads.SHA_3;
import static dev.dorado.ingest.senders.GitHubPayloads.ZERO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dorado.events.CiRunEvent;
import dev.dorado.events.Commit;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.events.PullRequestEvent;
import dev.dorado.events.PushEvent;
import dev.dorado.ingest.Payload;
import dev.dorado.ingest.auth.HmacAuthenticator;
import dev.dorado.ingest.delivery.MalformedDelivery;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GiteaSenderTest {

  private static final String REPOSITORY =
      """
      {"id": 61, "full_name": "Acme/shop", "html_url": "https://code.example.org/Acme/shop",
       "default_branch": "main", "updated_at": "2020-01-01T00:00:00Z"}
      """;

  private final GiteaSender gitea = new GiteaSender(Translated.SETTINGS);

  static Seeds seeds() {
    return Seeds.of(
        new GiteaSender(Translated.SETTINGS),
        push(),
        pullRequest("opened"),
        merged(),
        review("approved"),
        issue("closed"),
        release(),
        run("completed"),
        JobsTest.ofGitea("completed"),
        forgejoRun());
  }

  private static Payload push() {
    return of(
        "push",
        """
        {"ref": "refs/heads/main", "before": "%s", "after": "%s", "total_commits": 9,
         "commits": [
           {"id": "%s", "message": "fix: basket", "timestamp": "2026-03-01T11:00:00Z",
            "author": {"name": "Bob", "email": "bob@example.org", "username": ""},
            "added": null, "removed": null, "modified": ["a.go"]},
           {"id": "%s", "message": "feat: basket", "timestamp": "2026-03-01T10:00:00+01:00",
            "author": {"name": "Ann", "email": "ann@example.org", "username": "ann"},
            "added": ["a.go"], "removed": [], "modified": []}],
         "head_commit": {"id": "%s", "timestamp": "2026-03-01T11:00:00Z"},
         "repository": %s, "pusher": {"login": "ann"}, "sender": {"login": "ann"}}
        """
            .formatted(SHA_1, SHA_3, SHA_3, SHA_2, SHA_3, REPOSITORY));
  }

  private static Payload pullRequest(String action) {
    return of(
        "pull_request",
        """
        {"action": "%s", "number": 4,
         "pull_request": {"id": 473, "number": 4, "title": "Basket", "body": "A basket.",
           "user": {"login": "ann", "username": "ann"}, "labels": [{"name": "hotfix"}],
           "html_url": "https://code.example.org/Acme/shop/pulls/4", "merged": false,
           "merged_at": null, "merge_commit_sha": null,
           "head": {"ref": "basket", "sha": "%s",
             "repo": {"html_url": "https://code.example.org/ann/shop"}},
           "base": {"ref": "main", "sha": "%s"},
           "created_at": "2026-03-01T10:00:00Z", "updated_at": "2026-03-01T11:00:00Z",
           "closed_at": null},
         "repository": %s, "sender": {"login": "bob"}, "review": null}
        """
            .formatted(action, SHA_2, SHA_1, REPOSITORY));
  }

  private static Payload merged() {
    return pullRequest("closed")
        .with("pull_request.merged", true)
        .with("pull_request.merged_at", "2026-03-01T12:00:00Z")
        .with("pull_request.merge_commit_sha", SHA_3);
  }

  private static Payload review(String verdict) {
    return pullRequest("reviewed")
        .header("X-Gitea-Event", "pull_request_" + verdict)
        .with("review", Map.of("type", "pull_request_review_" + verdict, "content", "Fine"));
  }

  private static Payload issue(String action) {
    return of(
        "issues",
        """
        {"action": "%s", "number": 7,
         "issue": {"id": 700, "number": 7, "title": "Down", "body": "caused by: #4",
           "html_url": "https://code.example.org/Acme/shop/issues/7",
           "labels": [{"name": "incident"}, {"name": "service:shop"}, {"name": "sev2"}],
           "created_at": "2026-03-01T15:00:00Z", "updated_at": "2026-03-01T15:30:00Z",
           "closed_at": "2026-03-01T15:20:00Z"},
         "repository": %s}
        """
            .formatted(action, REPOSITORY));
  }

  private static Payload release() {
    return of(
        "release",
        """
        {"action": "published",
         "release": {"id": 3, "tag_name": "v2", "target_commitish": "main", "name": "Two",
           "prerelease": false, "draft": false, "published_at": "2026-03-01T16:00:00Z",
           "created_at": "2026-03-01T15:00:00Z",
           "html_url": "https://code.example.org/Acme/shop/releases/tag/v2"},
         "repository": %s}
        """
            .formatted(REPOSITORY));
  }

  private static Payload run(String action) {
    return of(
        "workflow_run",
        """
        {"action": "%s", "workflow": {"id": "ci.yml", "name": "ci"},
         "workflow_run": {"id": 12, "run_attempt": 2, "run_number": 9, "event": "push",
           "path": "ci.yml@refs/heads/main", "head_branch": "main", "head_sha": "%s",
           "status": "completed", "conclusion": "failure",
           "started_at": "2026-03-01T14:00:00Z", "completed_at": "2026-03-01T14:08:00Z",
           "html_url": "https://code.example.org/Acme/shop/actions/runs/9"},
         "repository": %s}
        """
            .formatted(action, SHA_3, REPOSITORY));
  }

  private static Payload forgejoRun() {
    return of(
        "action_run_failure",
        """
        {"action": "failure", "prior_status": "success",
         "run": {"id": 13, "title": "fix", "workflow_id": "ci.yml", "trigger_event": "push",
           "status": "failure", "prettyref": "main", "commit_sha": "%s",
           "created": "2026-03-01T13:59:00Z", "started": "2026-03-01T14:00:00Z",
           "stopped": "2026-03-01T14:08:00Z", "html_url": "https://code.example.org/r/13",
           "repository": %s}}
        """
            .formatted(SHA_3, REPOSITORY));
  }

  static Payload of(String kind, String json) {
    return Payload.of(json).header("X-Gitea-Event", kind).header("X-GitHub-Event", kind);
  }

  @Test
  void aPushesCommitsAreTurnedOldestFirst() {
    PushEvent event = event(push(), PushEvent.class);
    assertThat(event.getRepository()).isEqualTo("code.example.org/acme/shop");
    assertThat(event.getDefaultBranch()).isEqualTo("main");
    assertThat(event.getCommits()).extracting(Commit::getSha).containsExactly(SHA_2, SHA_3);
    assertThat(event.getCommits())
        .extracting(Commit::getAuthor)
        .containsExactly("ann", "bob@example.org");
    assertThat(event.getCommits().get(1).getFiles()).containsExactly("a.go");
    assertThat(event.getTotalCommits()).isEqualTo(9);
    assertThat(event.getHead()).isEqualTo(SHA_3);
    assertThat(event.getPushedAt()).isNull();
    assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T11:00:00Z");
  }

  @Test
  void gogsAndOldVersionsSayNeitherHowManyNorWhichIsTheHead() {
    PushEvent event =
        event(push().without("total_commits").without("head_commit"), PushEvent.class);
    assertThat(event.getTotalCommits()).isNull();
    assertThat(event.getHead()).isEqualTo(SHA_3);
    assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T11:00:00Z");
  }

  @Test
  void whatIsDeletedOrOnlyNamedIsIgnored() {
    assertThat(Translated.ignored(gitea, push().with("after", ZERO)))
        .isEqualTo("push: refs/heads/main was deleted; what it brought stays");
    assertThat(Translated.ignored(gitea, of("delete", "{\"ref\": \"x\", \"ref_type\": \"tag\"}")))
        .isEqualTo("delete: the push of the ref says the same");
  }

  @Test
  void anOpenedPullRequestSaysWhatItIs() {
    PullRequestEvent event = event(pullRequest("opened"), PullRequestEvent.class);
    assertThat(event.getTransition()).isEqualTo("opened");
    assertThat(event.getNumber()).isEqualTo(4);
    assertThat(event.getAuthor()).isEqualTo("ann");
    assertThat(event.getHeadRepository()).isEqualTo("code.example.org/ann/shop");
    assertThat(event.getHeadBranch()).isEqualTo("basket");
    assertThat(event.getBaseBranch()).isEqualTo("main");
    assertThat(event.getLabels()).containsExactly("hotfix");
    assertThat(event.getMerged()).isFalse();
    assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T10:00:00Z");
  }

  @Test
  void aDraftIsOneByItsFlagElseByItsTitle() {
    Payload opened = pullRequest("opened");
    assertThat(event(opened, PullRequestEvent.class).getDraft()).isFalse();
    assertThat(
            event(opened.with("pull_request.title", "[WIP] Basket"), PullRequestEvent.class)
                .getDraft())
        .isTrue();
    assertThat(event(opened.with("pull_request.draft", true), PullRequestEvent.class).getDraft())
        .isTrue();
  }

  @Test
  void aMergeHasItsCommitAndTime() {
    PullRequestEvent event = event(merged(), PullRequestEvent.class);
    assertThat(event.getTransition()).isEqualTo("merged");
    assertThat(event.getMerged()).isTrue();
    assertThat(event.getMergeCommitSha()).isEqualTo(SHA_3);
    assertThat(event.getMergedAt())
        .isEqualTo(event.getClosedAt())
        .isEqualTo(event.getOccurredAt())
        .isEqualTo("2026-03-01T12:00:00Z");
  }

  @ParameterizedTest
  @CsvSource({"approved, approved", "rejected, changes_requested", "comment,  commented"})
  void aReviewIsTheSendersAtTheTimeOfTheChange(String verdict, String state) {
    PullRequestEvent event = event(review(verdict), PullRequestEvent.class);
    assertThat(event.getTransition()).isEqualTo("reviewed");
    assertThat(event.getReview().getReviewer()).isEqualTo("bob");
    assertThat(event.getReview().getState()).isEqualTo(state);
    assertThat(event.getReview().getSubmittedAt()).isEqualTo("2026-03-01T11:00:00Z");
    assertThat(event.getMerged()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "synchronized,  updated",
    "edited,        updated",
    "label_updated, labeled",
    "label_cleared, labeled",
    "reopened,      reopened"
  })
  void otherActionsAreDoradosTransitions(String action, String transition) {
    assertThat(event(pullRequest(action), PullRequestEvent.class).getTransition())
        .isEqualTo(transition);
  }

  @Test
  void gogsHasNeitherTimesNorEnds() {
    Payload gogs =
        pullRequest("opened")
            .without("pull_request.head")
            .without("pull_request.base")
            .without("pull_request.created_at")
            .without("pull_request.updated_at")
            .with("pull_request.head_branch", "basket")
            .with("pull_request.base_branch", "main");
    PullRequestEvent event = event(gogs, PullRequestEvent.class);
    assertThat(event.getHeadBranch()).isEqualTo("basket");
    assertThat(event.getBaseBranch()).isEqualTo("main");
    assertThat(event.getOccurredAt()).isEqualTo(Payload.RECEIVED_AT);
    assertThat(event.getOpenedAt()).isNull();
  }

  @Test
  void anIssueWithTheLabelIsAnIncident() {
    IncidentEvent event = event(issue("closed"), IncidentEvent.class);
    assertThat(event.getIncident()).isEqualTo("gitea:code.example.org:issue:700");
    assertThat(event.getTransition()).isEqualTo("resolved");
    assertThat(event.getResolvedAt()).isEqualTo("2026-03-01T15:20:00Z");
    assertThat(event.getService()).isEqualTo("shop");
    assertThat(event.getSeverity()).isEqualTo("sev2");
    assertThat(event.getCausedBy()).containsExactly("#4");
    assertThat(event(issue("opened"), IncidentEvent.class).getOccurredAt())
        .isEqualTo("2026-03-01T15:00:00Z");
  }

  @Test
  void withoutTheLabelItIsNoneAndNoLongerOneIfItHadIt() {
    Payload plain = issue("label_updated").with("issue.labels", List.of());
    assertThat(Translated.ignored(gitea, plain)).contains("#7 has none of the labels");
    Payload taken =
        plain.with("changes", Map.of("removed_labels", List.of(Map.of("name", "incident"))));
    assertThat(event(taken, IncidentEvent.class).getTransition()).isEqualTo("withdrawn");
  }

  @Test
  void aReleaseIsADeploymentOfItsTag() {
    DeploymentEvent event = event(release(), DeploymentEvent.class);
    assertThat(event.getSource()).isEqualTo("release");
    assertThat(event.getDeployment()).isEqualTo("release:v2");
    assertThat(event.getRef()).isEqualTo("refs/tags/v2");
    assertThat(event.getSha()).isNull();
    assertThat(event.getFinishedAt()).isEqualTo("2026-03-01T16:00:00Z");
  }

  @Test
  void aRunOfGiteasActionsHasItsTimes() {
    CiRunEvent event = event(run("completed"), CiRunEvent.class);
    assertThat(event.getRun()).isEqualTo("gitea:code.example.org:run:12");
    assertThat(event.getAttempt()).isEqualTo(2);
    assertThat(event.getWorkflow()).isEqualTo("ci");
    assertThat(event.getOutcome()).isEqualTo("failure");
    assertThat(event.getStartedAt()).isEqualTo("2026-03-01T14:00:00Z");
    assertThat(event.getFinishedAt()).isEqualTo("2026-03-01T14:08:00Z");
    Payload requested =
        run("requested")
            .with("workflow_run.started_at", "0001-01-01T00:00:00Z")
            .without("workflow");
    CiRunEvent queued = event(requested, CiRunEvent.class);
    assertThat(queued.getStatus()).isEqualTo("queued");
    assertThat(queued.getWorkflow()).isEqualTo("ci.yml");
    assertThat(queued.getOccurredAt()).isEqualTo(Payload.RECEIVED_AT);
  }

  @Test
  void aRunOfForgejosActionsIsToldOnceItIsOver() {
    CiRunEvent event = event(forgejoRun(), CiRunEvent.class);
    assertThat(event.getRepository()).isEqualTo("code.example.org/acme/shop");
    assertThat(event.getWorkflow()).isEqualTo("ci.yml");
    assertThat(event.getSha()).isEqualTo(SHA_3);
    assertThat(event.getStatus()).isEqualTo("finished");
    assertThat(event.getOutcome()).isEqualTo("failure");
    assertThat(event.getQueuedAt()).isEqualTo("2026-03-01T13:59:00Z");
    assertThat(event.getFinishedAt()).isEqualTo("2026-03-01T14:08:00Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Gitea", "Forgejo", "Gogs"})
  void eachFlavourHasItsOwnHeaders(String flavour) {
    Payload payload =
        Payload.of(push().json().toString())
            .header("X-" + flavour + "-Event", "push")
            .header("X-" + flavour + "-Delivery", "d-1")
            .header("X-" + flavour + "-Signature", HmacAuthenticator.hex("s", push().bytes()));
    assertThat(gitea.deliveryId(payload.request())).isEqualTo("d-1");
    assertThat(gitea.authenticator().refusal(payload.request(), List.of("s"))).isEmpty();
    assertThat(gitea.authenticator().refusal(payload.request(), List.of("t"))).isPresent();
    assertThat(event(payload, PushEvent.class).getRef()).isEqualTo("refs/heads/main");
  }

  @Test
  void aHookWithoutASecretHasAnEmptySignature() {
    var refusal =
        gitea
            .authenticator()
            .refusal(push().header("X-Gitea-Signature", "").request(), List.of("s"));
    assertThat(refusal.orElseThrow().detail()).contains("DORADO_SECRETS_GITEA");
  }

  @Test
  void aFormIsReadLikeGitHubs() {
    var about = gitea.about(push().request());
    assertThat(about.kind()).contains("push");
    assertThat(about.repository()).contains("code.example.org/acme/shop");
  }

  @Test
  void withoutItsHeaderTheKindIsMissing() {
    assertThatThrownBy(
            () -> Translated.translate(gitea, Payload.of(push().json().toString()).request()))
        .isInstanceOf(MalformedDelivery.class)
        .hasMessageContaining("X-Gitea-Event");
  }

  private <V extends SpecificRecord> V event(Payload payload, Class<V> type) {
    return Translated.event(gitea, payload, type);
  }
}
