package dev.dorado.ingest.senders;

import static dev.dorado.ingest.senders.GitHubPayloads.SHA_1;
import static dev.dorado.ingest.senders.GitHubPayloads.SHA_2;
import static dev.dorado.ingest.senders.GitHubPayloads.SHA_3;
import static dev.dorado.ingest.senders.GitHubPayloads.ZERO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dorado.events.Commit;
import dev.dorado.events.PullRequestEvent;
import dev.dorado.events.PushEvent;
import dev.dorado.ingest.Payload;
import dev.dorado.ingest.auth.HmacAuthenticator;
import dev.dorado.ingest.delivery.MalformedDelivery;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BitbucketServerSenderTest {

  private static final String REPOSITORY =
      """
      {"slug": "shop", "id": 84, "name": "Shop", "project": {"key": "WEB", "id": 8},
       "links": {"clone": [{"href": "https://git.example.org/scm/web/shop.git", "name": "http"}],
         "self": [{"href": "https://git.example.org/projects/WEB/repos/shop/browse"}]}}
      """;

  private final BitbucketServerSender bitbucket = new BitbucketServerSender(Translated.SETTINGS);

  static Seeds seeds() {
    return Seeds.of(
        new BitbucketServerSender(Translated.SETTINGS),
        push(),
        pullRequest("pr:opened"),
        pullRequest("pr:merged"),
        pullRequest("pr:reviewer:approved"),
        pullRequest("pr:comment:added"));
  }

  /** Main was moved by two commits, old deleted. */
  private static Payload push() {
    return Payload.of(
        """
        {"eventKey": "repo:refs_changed", "date": "2026-03-01T13:00:00+0100",
         "actor": {"name": "ann"}, "repository": %s,
         "changes": [
           {"ref": {"id": "refs/heads/main", "displayId": "main", "type": "BRANCH"},
            "refId": "refs/heads/main", "fromHash": "%s", "toHash": "%s", "type": "UPDATE"},
           {"ref": {"id": "refs/heads/old", "displayId": "old", "type": "BRANCH"},
            "refId": "refs/heads/old", "fromHash": "%s", "toHash": "%s", "type": "DELETE"}],
         "commits": [
           {"id": "%s", "message": "fix: basket", "authorTimestamp": 1772362700000,
            "committerTimestamp": 1772362800000,
            "author": {"name": "Bob", "emailAddress": "bob@example.org"},
            "parents": [{"id": "%s"}]},
           {"id": "%s", "message": "feat: basket", "authorTimestamp": 1772355600000,
            "committerTimestamp": 1772355600000,
            "author": {"name": "ann", "emailAddress": "a@example.org", "slug": "ann"},
            "parents": [{"id": "%s"}]}]}
        """
            .formatted(REPOSITORY, SHA_1, SHA_3, SHA_1, ZERO, SHA_3, SHA_2, SHA_2, SHA_1));
  }

  private static Payload pullRequest(String key) {
    return Payload.of(
            """
            {"eventKey": "%s", "date": "2026-03-01T11:30:00+0100", "actor": {"name": "bob"},
             "participant": {"user": {"name": "bob", "slug": "bob"}, "status": "APPROVED"},
             "comment": {"id": 62, "author": {"name": "bob"}, "createdDate": 1772361000000},
             "pullRequest": {"id": 9, "version": 2, "title": "Basket", "description": "A basket.",
               "state": "OPEN", "createdDate": 1772359200000, "updatedDate": 1772366400000,
               "closedDate": 1772366400000,
               "fromRef": {"id": "refs/heads/feature/basket", "displayId": "basket",
                 "latestCommit": "%s", "repository": %s},
               "toRef": {"id": "refs/heads/main", "displayId": "main", "latestCommit": "%s",
                 "repository": %s},
               "author": {"user": {"name": "ann", "slug": "ann"}, "role": "AUTHOR"},
               "properties": {"mergeCommit": {"id": "%s", "displayId": "33333333333"}},
               "links": {"self": [{"href":
                 "https://git.example.org/projects/WEB/repos/shop/pull-requests/9"}]}}}
            """
                .formatted(key, SHA_2, REPOSITORY, SHA_1, REPOSITORY, SHA_3))
        .header("X-Event-Key", key);
  }

  @Test
  void aPushMovesSeveralRefsAtTheTimeItTells() {
    var events = Translated.events(bitbucket, push());
    assertThat(events).hasSize(2);
    PushEvent main = (PushEvent) events.get(0).value();
    assertThat(main.getRepository()).isEqualTo("git.example.org/web/shop");
    assertThat(main.getRef()).isEqualTo("refs/heads/main");
    assertThat(main.getBefore()).isEqualTo(SHA_1);
    assertThat(main.getHead()).isEqualTo(SHA_3);
    assertThat(main.getPushedAt())
        .isEqualTo(main.getOccurredAt())
        .isEqualTo("2026-03-01T12:00:00Z");
    PushEvent old = (PushEvent) events.get(1).value();
    assertThat(old.getAfter()).isNull();
    assertThat(old.getCommits()).isEmpty();
  }

  @Test
  void commitsBelongToTheRefThatTheyLeadTo() {
    PushEvent event = (PushEvent) Translated.events(bitbucket, push()).get(0).value();
    assertThat(event.getCommits()).extracting(Commit::getSha).containsExactly(SHA_2, SHA_3);
    assertThat(event.getCommits())
        .extracting(Commit::getAuthor)
        .containsExactly("ann", "bob@example.org");
    assertThat(event.getCommits().get(1).getAuthoredAt()).isEqualTo("2026-03-01T10:58:20Z");
    assertThat(event.getCommits().get(1).getCommittedAt()).isEqualTo("2026-03-01T11:00:00Z");
    assertThat(event.getTotalCommits()).isEqualTo(2);
  }

  @Test
  void aListThatDoesNotReachBackIsCutShort() {
    Payload cut = push().with("commits.1.parents", List.of(Map.of("id", "4".repeat(40))));
    assertThat(((PushEvent) Translated.events(bitbucket, cut).get(0).value()).getTotalCommits())
        .isNull();
  }

  @Test
  void anOldVersionListsNoCommitsAndHasNoAddresses() {
    Payload old = push().without("commits").without("repository.links");
    PushEvent event = (PushEvent) Translated.events(bitbucket, old).get(0).value();
    assertThat(event.getRepository()).isEqualTo("github.com/web/shop");
    assertThat(event.getCommits()).isEmpty();
    assertThat(event.getTotalCommits()).isNull();
    assertThat(event.getHead()).isEqualTo(SHA_3);
  }

  @Test
  void anOpenedPullRequestSaysWhatItIs() {
    PullRequestEvent event = event(pullRequest("pr:opened"));
    assertThat(event.getTransition()).isEqualTo("opened");
    assertThat(event.getRepository()).isEqualTo("git.example.org/web/shop");
    assertThat(event.getNumber()).isEqualTo(9);
    assertThat(event.getAuthor()).isEqualTo("ann");
    assertThat(event.getHeadBranch()).isEqualTo("feature/basket");
    assertThat(event.getHeadSha()).isEqualTo(SHA_2);
    assertThat(event.getBaseBranch()).isEqualTo("main");
    assertThat(event.getOpenedAt()).isEqualTo("2026-03-01T10:00:00Z");
    assertThat(event.getMerged()).isFalse();
    assertThat(event.getUrl()).endsWith("/pull-requests/9");
  }

  @Test
  void aDraftIsReadyWhenItWasOneBefore() {
    PullRequestEvent draft = event(pullRequest("pr:opened").with("pullRequest.draft", true));
    PullRequestEvent ready =
        event(
            pullRequest("pr:modified")
                .with("pullRequest.draft", false)
                .with("previousDraft", true));
    assertThat(draft.getDraft()).isTrue();
    assertThat(draft.getReadyAt()).isNull();
    assertThat(ready.getReadyAt()).isEqualTo(ready.getOccurredAt());
  }

  @Test
  void aServicesAccountIsABot() {
    Payload opened = pullRequest("pr:opened").with("pullRequest.author.user.type", "SERVICE");
    assertThat(event(opened).getAuthorBot()).isTrue();
    Payload review = pullRequest("pr:reviewer:approved").with("participant.user.type", "NORMAL");
    assertThat(event(review).getReview().getBot()).isFalse();
  }

  @Test
  void anAddressMayBeNullInItsList() {
    Payload payload = pullRequest("pr:opened").with("pullRequest.links.self.0", null);
    assertThat(event(payload).getUrl()).isNull();
  }

  @Test
  void aMergeHasItsCommitAndTime() {
    PullRequestEvent event = event(pullRequest("pr:merged"));
    assertThat(event.getTransition()).isEqualTo("merged");
    assertThat(event.getMergeCommitSha()).isEqualTo(SHA_3);
    assertThat(event.getMergedAt())
        .isEqualTo(event.getClosedAt())
        .isEqualTo("2026-03-01T12:00:00Z");
  }

  @Test
  void aHeadThatWasPushedOntoTheBaseIsTheMerge() {
    PullRequestEvent event = event(pullRequest("pr:merged").without("pullRequest.properties"));
    assertThat(event.getMergeCommitSha()).isEqualTo(SHA_2);
  }

  @ParameterizedTest
  @CsvSource({
    "pr:reviewer:approved,          approved",
    "pr:reviewer:needs_work,        changes_requested",
    "pr:reviewer:changes_requested, changes_requested",
    "pr:reviewer:unapproved,        dismissed",
    "pr:comment:added,              commented"
  })
  void reviewsAndCommentsAreReviews(String key, String state) {
    PullRequestEvent event = event(pullRequest(key));
    assertThat(event.getTransition()).isEqualTo("reviewed");
    assertThat(event.getReview().getReviewer()).isEqualTo("bob");
    assertThat(event.getReview().getState()).isEqualTo(state);
    assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T10:30:00Z");
  }

  @ParameterizedTest
  @CsvSource({
    "pr:declined, closed",
    "pr:deleted, closed",
    "pr:modified, updated",
    "pr:from_ref_updated, updated"
  })
  void otherEventsAreDoradosTransitions(String key, String transition) {
    assertThat(event(pullRequest(key)).getTransition()).isEqualTo(transition);
  }

  @Test
  void theTestOfTheConnectionIsAPing() {
    assertThat(Translated.ignored(bitbucket, Payload.of("{\"test\": true}"))).isEqualTo("ping");
  }

  @Test
  void itIsSignedOrHasAPassword() {
    Payload signed =
        push().header("X-Hub-Signature", "sha256=" + HmacAuthenticator.hex("s", push().bytes()));
    Payload basic = push().header("Authorization", "Basic YW5uOnM=");
    assertThat(bitbucket.authenticator().refusal(signed.request(), List.of("s"))).isEmpty();
    assertThat(bitbucket.authenticator().refusal(basic.request(), List.of("s"))).isEmpty();
    assertThat(bitbucket.authenticator().refusal(push().request(), List.of("s"))).isPresent();
  }

  @Test
  void aDeliveryIsKnownByItsRequest() {
    assertThat(bitbucket.deliveryId(push().header("X-Request-Id", "r").request())).isEqualTo("r");
    var about = bitbucket.about(pullRequest("pr:merged").request());
    assertThat(about.kind()).contains("pr:merged");
    assertThat(about.repository()).contains("git.example.org/web/shop");
  }

  @Test
  void aDeliveryOfTheCloudIsToldWhereItBelongs() {
    assertThatThrownBy(
            () ->
                Translated.translate(
                    bitbucket, push().header("X-Event-Key", "repo:push").request()))
        .isInstanceOf(MalformedDelivery.class)
        .hasMessageContaining("/webhooks/bitbucket-cloud");
  }

  private PullRequestEvent event(Payload payload) {
    return Translated.event(bitbucket, payload, PullRequestEvent.class);
  }
}
