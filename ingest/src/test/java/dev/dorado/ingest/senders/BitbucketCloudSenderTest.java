package dev.dorado.ingest.senders;

import static dev.dorado.ingest.senders.GitHubPayloads.SHA_1;
import static dev.dorado.ingest.senders.GitHubPayloads.SHA_2;
import static dev.dorado.ingest.senders.GitHubPayloads.SHA_3;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dorado.events.CiRunEvent;
import dev.dorado.events.Commit;
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

class BitbucketCloudSenderTest {

  private static final String REPOSITORY =
      """
      {"type": "repository", "full_name": "Acme/shop", "uuid": "{1}",
       "links": {"html": {"href": "https://bitbucket.org/Acme/shop"}}}
      """;

  private final BitbucketCloudSender bitbucket = new BitbucketCloudSender(Translated.SETTINGS);

  static Seeds seeds() {
    return Seeds.of(
        new BitbucketCloudSender(Translated.SETTINGS),
        push(),
        pullRequest("created"),
        pullRequest("fulfilled"),
        pullRequest("approved"),
        pullRequest("comment_created"),
        commitStatus("SUCCESSFUL"));
  }

  /** Main was moved by two commits, tag v1 made, branch old deleted. */
  private static Payload push() {
    return of(
        "repo:push",
        """
        {"actor": {"nickname": "ann"}, "repository": %s,
         "push": {"changes": [
           {"forced": true, "created": false, "closed": false, "truncated": false,
            "old": {"type": "branch", "name": "main", "target": {"hash": "%s"}},
            "new": {"type": "branch", "name": "main",
              "target": {"hash": "%s", "date": "2026-03-01T11:00:00+00:00"}},
            "commits": [
              {"hash": "%s", "message": "fix: basket", "date": "2026-03-01T11:00:00+00:00",
               "author": {"raw": "Bob <bob@example.org>"}, "parents": [{"hash": "%s"}]},
              {"hash": "%s", "message": "feat: basket", "date": "2026-03-01T09:00:00+00:00",
               "author": {"raw": "Ann <a@example.org>", "user": {"nickname": "ann"}},
               "parents": [{"hash": "%s"}]}]},
           {"old": null, "new": {"type": "tag", "name": "v1",
             "target": {"hash": "%s", "date": "2026-03-01T11:00:00+00:00"}}},
           {"old": {"type": "branch", "name": "old", "target": {"hash": "%s"}}, "new": null}]}}
        """
            .formatted(REPOSITORY, SHA_1, SHA_3, SHA_3, SHA_2, SHA_2, SHA_1, SHA_3, SHA_1));
  }

  private static Payload pullRequest(String action) {
    return of(
        "pullrequest:" + action,
        """
        {"actor": {"nickname": "bob"}, "repository": %s,
         "approval": {"date": "2026-03-01T10:30:00+00:00", "user": {"nickname": "bob"}},
         "changes_request": {"date": "2026-03-01T10:30:00+00:00", "user": {"nickname": "bob"}},
         "comment": {"id": 17, "created_on": "2026-03-01T10:30:00+00:00",
           "user": {"nickname": "bob"}},
         "pullrequest": {"id": 5, "title": "Basket", "description": "A basket.", "state": "OPEN",
           "author": {"nickname": "ann", "account_id": "557058:1"},
           "source": {"branch": {"name": "basket"}, "commit": {"hash": "222222222222"},
             "repository": {"full_name": "ann/shop"}},
           "destination": {"branch": {"name": "main"}, "commit": {"hash": "111111111111"},
             "repository": {"full_name": "Acme/shop"}},
           "merge_commit": {"hash": "333333333333"},
           "links": {"html": {"href": "https://bitbucket.org/Acme/shop/pull-requests/5"}},
           "created_on": "2026-03-01T10:00:00.492248+00:00",
           "updated_on": "2026-03-01T12:00:00.903251+00:00"}}
        """
            .formatted(REPOSITORY));
  }

  private static Payload commitStatus(String state) {
    return of(
        "repo:commit_status_updated",
        """
        {"repository": %s,
         "commit_status": {"type": "build", "key": "-1234", "name": "Pipeline #12 for main",
           "state": "%s", "refname": "main", "url": "https://bitbucket.org/Acme/shop/results/12",
           "created_on": "2026-03-01T14:00:00.000000+00:00",
           "updated_on": "2026-03-01T14:08:00.000000+00:00",
           "links": {"commit": {"href":
             "https://api.bitbucket.org/2.0/repositories/Acme/shop/commit/%s"}}}}
        """
            .formatted(REPOSITORY, state, SHA_3));
  }

  private static Payload of(String key, String json) {
    return Payload.of(json).header("X-Event-Key", key);
  }

  @Test
  void aPushMovesSeveralRefsEachAnEventOfItsOwn() {
    var events = Translated.events(bitbucket, push());
    assertThat(events)
        .extracting(event -> ((PushEvent) event.value()).getRef())
        .containsExactly("refs/heads/main", "refs/tags/v1");
    assertThat(events)
        .extracting(event -> ((PushEvent) event.value()).getId())
        .doesNotHaveDuplicates();
    assertThat(events).extracting(event -> event.key()).containsOnly("bitbucket.org/acme/shop");
  }

  @Test
  void aBranchsCommitsAreTurnedOldestFirstAndHaveParentsAndNoFiles() {
    PushEvent event = (PushEvent) Translated.events(bitbucket, push()).get(0).value();
    assertThat(event.getBefore()).isEqualTo(SHA_1);
    assertThat(event.getAfter()).isEqualTo(event.getHead()).isEqualTo(SHA_3);
    assertThat(event.getForced()).isTrue();
    assertThat(event.getTotalCommits()).isEqualTo(2);
    assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T11:00:00Z");
    assertThat(event.getPushedAt()).isNull();
    assertThat(event.getCommits()).extracting(Commit::getSha).containsExactly(SHA_2, SHA_3);
    assertThat(event.getCommits())
        .extracting(Commit::getAuthor)
        .containsExactly("ann", "bob@example.org");
    assertThat(event.getCommits().get(1).getParents()).containsExactly(SHA_2);
    assertThat(event.getCommits().get(1).getFiles()).isNull();
  }

  @Test
  void aTruncatedListDoesNotSayHowManyCommitsThereAre() {
    Payload truncated = push().with("push.changes.0.truncated", true);
    assertThat(
            ((PushEvent) Translated.events(bitbucket, truncated).get(0).value()).getTotalCommits())
        .isNull();
  }

  @Test
  void aDeletionAloneIsIgnored() {
    Payload deletion = push().with("push.changes", List.of(Map.of("old", Map.of("name", "old"))));
    assertThat(Translated.ignored(bitbucket, deletion))
        .isEqualTo("push: old was deleted; what it brought stays");
  }

  @Test
  void aRepositoryWithoutLinksIsOnBitbucketsHost() {
    Payload plain = push().with("repository", Map.of("full_name", "Acme/shop"));
    assertThat(Translated.events(bitbucket, plain).get(0).repository())
        .contains("bitbucket.org/acme/shop");
  }

  @Test
  void anOpenedPullRequestSaysWhatItIs() {
    PullRequestEvent event = event(pullRequest("created"), PullRequestEvent.class);
    assertThat(event.getTransition()).isEqualTo("opened");
    assertThat(event.getRepository()).isEqualTo("bitbucket.org/acme/shop");
    assertThat(event.getNumber()).isEqualTo(5);
    assertThat(event.getAuthor()).isEqualTo("ann");
    assertThat(event.getHeadRepository()).isEqualTo("bitbucket.org/ann/shop");
    assertThat(event.getHeadBranch()).isEqualTo("basket");
    assertThat(event.getHeadSha()).isEqualTo("222222222222");
    assertThat(event.getBaseBranch()).isEqualTo("main");
    assertThat(event.getOpenedAt()).isEqualTo("2026-03-01T10:00:00.492Z");
    assertThat(event.getMerged()).isFalse();
    assertThat(event.getMergeCommitSha()).isNull();
  }

  @Test
  void aDraftAndAnAppAreSaidToBeOne() {
    Payload opened = pullRequest("created");
    assertThat(event(opened, PullRequestEvent.class).getDraft()).isNull();
    assertThat(event(opened.with("pullrequest.draft", true), PullRequestEvent.class).getDraft())
        .isTrue();
    Payload byApp = opened.with("pullrequest.author.type", "AppUser");
    assertThat(event(byApp, PullRequestEvent.class).getAuthorBot()).isTrue();
  }

  @Test
  void aMergeHasTheBeginningOfItsCommitsSha() {
    PullRequestEvent event = event(pullRequest("fulfilled"), PullRequestEvent.class);
    assertThat(event.getTransition()).isEqualTo("merged");
    assertThat(event.getMergeCommitSha()).isEqualTo("333333333333");
    assertThat(event.getMergedAt())
        .isEqualTo(event.getClosedAt())
        .isEqualTo("2026-03-01T12:00:00.903Z");
  }

  @Test
  void aFastForwardMovesTheHeadOntoTheBase() {
    Payload forward = pullRequest("fulfilled").with("pullrequest.merge_commit", null);
    assertThat(event(forward, PullRequestEvent.class).getMergeCommitSha())
        .isEqualTo("222222222222");
  }

  @ParameterizedTest
  @CsvSource({
    "approved,                approved,          true",
    "unapproved,              dismissed,         false",
    "changes_request_created, changes_requested, true",
    "changes_request_removed, dismissed,         false",
    "comment_created,         commented,         true"
  })
  void reviewsAndCommentsAreReviews(String action, String state, boolean given) {
    PullRequestEvent event = event(pullRequest(action), PullRequestEvent.class);
    assertThat(event.getTransition()).isEqualTo("reviewed");
    assertThat(event.getReview().getReviewer()).isEqualTo("bob");
    assertThat(event.getReview().getState()).isEqualTo(state);
    assertThat(event.getReview().getSubmittedAt() != null).isEqualTo(given);
    assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T10:30:00Z");
  }

  @Test
  void aDeletedForkIsNoRepository() {
    Payload payload = pullRequest("rejected").with("pullrequest.source.repository", null);
    PullRequestEvent event = event(payload, PullRequestEvent.class);
    assertThat(event.getTransition()).isEqualTo("closed");
    assertThat(event.getHeadRepository()).isNull();
    assertThat(event.getMerged()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "INPROGRESS, started,",
    "SUCCESSFUL, finished, success",
    "FAILED,     finished, failure",
    "STOPPED,    finished, cancelled"
  })
  void aBuildStatusIsARun(String state, String status, String outcome) {
    CiRunEvent event = event(commitStatus(state), CiRunEvent.class);
    assertThat(event.getStatus()).isEqualTo(status);
    assertThat(event.getOutcome()).isEqualTo(outcome);
    assertThat(event.getSha()).isEqualTo(SHA_3);
    assertThat(event.getBranch()).isEqualTo("main");
    assertThat(event.getWorkflow()).isEqualTo("Pipeline for main");
    assertThat(event.getStartedAt()).isEqualTo("2026-03-01T14:00:00Z");
    assertThat(event.getFinishedAt() != null).isEqualTo(status.equals("finished"));
    assertThat(event.getRun())
        .isEqualTo(event(commitStatus("INPROGRESS"), CiRunEvent.class).getRun());
  }

  @Test
  void itIsSignedWithSha256InSpiteOfTheHeadersName() {
    Payload signed =
        push().header("X-Hub-Signature", "sha256=" + HmacAuthenticator.hex("s", push().bytes()));
    assertThat(bitbucket.authenticator().refusal(signed.request(), List.of("s"))).isEmpty();
  }

  @Test
  void aDeliveryIsKnownByItsRequest() {
    assertThat(bitbucket.deliveryId(push().header("X-Request-UUID", "u").request())).isEqualTo("u");
    assertThat(bitbucket.about(push().request()).repository()).contains("bitbucket.org/acme/shop");
  }

  @ParameterizedTest
  @ValueSource(strings = {"repo:refs_changed", "pr:merged", "diagnostics:ping"})
  void aDeliveryOfDataCenterIsToldWhereItBelongs(String key) {
    assertThatThrownBy(
            () -> Translated.translate(bitbucket, push().header("X-Event-Key", key).request()))
        .isInstanceOf(MalformedDelivery.class)
        .hasMessageContaining("/webhooks/bitbucket-server");
  }

  @Test
  void otherKindsAreIgnored() {
    assertThat(Translated.ignored(bitbucket, push().header("X-Event-Key", "repo:fork")))
        .isEqualTo("repo:fork: this kind of event says nothing that is measured");
    assertThat(Translated.ignored(bitbucket, pullRequest("comment_deleted")))
        .isEqualTo("pullrequest:comment_deleted: this changes nothing that is measured");
  }

  private <V extends SpecificRecord> V event(Payload payload, Class<V> type) {
    return Translated.event(bitbucket, payload, type);
  }
}
