package dev.dorado.backfill;

import static dev.dorado.backfill.GitHubFixture.SHA_2;
import static dev.dorado.backfill.GitHubFixture.SHA_3;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dorado.events.CiRunEvent;
import dev.dorado.events.Commit;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.events.PullRequestEvent;
import dev.dorado.events.PushEvent;
import dev.dorado.ingest.EventSink;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.RepositoryName;
import dev.dorado.ingest.delivery.Translation;
import dev.dorado.ingest.senders.SenderSettings;
import dev.dorado.ingest.senders.Senders;
import dev.dorado.server.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitHubBackfillTest {

  private static final SenderSettings SENDERS =
      new SenderSettings(new RepositoryName("github.com"), List.of("incident"));

  @TempDir private Path folder;
  private final ManualClock clock = new ManualClock("2026-06-01T00:00:00Z");
  private final List<String> notes = new ArrayList<>();
  private SimulatedForge forge;

  @BeforeEach
  void start() throws IOException {
    forge = new SimulatedForge().object("repos/acme/shop", GitHubFixture.REPOSITORY);
  }

  @AfterEach
  void stop() {
    forge.close();
  }

  @Test
  void aPullRequestIsToldAgainWithTheIdsThatItsWebhooksHad() throws IOException {
    forge
        .list("repos/Acme/Shop/pulls", GitHubFixture.merged(12, 1))
        .list("repos/Acme/Shop/issues/12/timeline", GitHubFixture.timeline(1));

    RecordingSink sink = run(HistoryKind.PULL_REQUESTS);

    List<PullRequestEvent> events = sink.of(PullRequestEvent.class);
    assertThat(events)
        .extracting(PullRequestEvent::getTransition, e -> e.getOccurredAt().toString())
        .containsExactly(
            tuple("opened", "2026-03-01T09:00:00Z"),
            tuple("labeled", "2026-03-01T09:05:00Z"),
            tuple("reviewed", "2026-03-02T10:00:00Z"),
            tuple("merged", "2026-03-02T12:00:00Z"));
    assertThat(events).allMatch(e -> e.getProvenance().getOrigin().equals("backfill"));
    assertThat(events)
        .extracting(PullRequestEvent::getMerged)
        .containsExactly(false, null, null, true);
    PullRequestEvent merged = events.get(3);
    assertThat(merged.getMergeCommitSha()).isEqualTo(SHA_3);
    assertThat(merged.getCommitCount()).isEqualTo(1);
    assertThat(merged.getLabels()).containsExactly("bug");
    assertThat(events.get(2).getReview().getState()).isEqualTo("approved");
    assertThat(ids(events.get(0), events.get(1), events.get(2), merged))
        .containsExactly(
            live(
                "pull_request",
                pullRequest("opened", Map.of("updated_at", "2026-03-01T09:00:01Z"))),
            live(
                "pull_request",
                with(
                    pullRequest("labeled", Map.of("updated_at", "2026-03-01T09:05:00Z")),
                    "label",
                    "{\"name\": \"bug\"}")),
            live(
                "pull_request_review",
                with(pullRequest("submitted", Map.of()), "review", GitHubFixture.timeline(1)[2])),
            live("pull_request", merged(pullRequest("closed", Map.of()))));
  }

  @Test
  void theCommitsOfAHeadBranchAreAPushOfIt() throws IOException {
    forge
        .list("repos/Acme/Shop/pulls", GitHubFixture.merged(12, 1))
        .list("repos/Acme/Shop/issues/12/timeline", GitHubFixture.timeline(1));
    List<PushEvent> pushes = run(HistoryKind.PULL_REQUESTS).pushes("refs/heads/basket-12");
    assertThat(pushes)
        .singleElement()
        .satisfies(
            push -> {
              assertThat(push.getAfter()).isEqualTo(SHA_2);
              assertThat(push.getCommits())
                  .extracting(Commit::getAuthor, c -> c.getAuthoredAt().toString())
                  .containsExactly(tuple("ann", "2026-03-01T08:00:00Z"));
            });
  }

  @Test
  void aDraftIsToldAgainFromTheTimeline() throws IOException {
    forge
        .list("repos/Acme/Shop/pulls", GitHubFixture.open(12, 1))
        .list(
            "repos/Acme/Shop/issues/12/timeline",
            "{\"event\": \"ready_for_review\", \"created_at\": \"2026-03-02T10:00:00Z\"}",
            "{\"event\": \"convert_to_draft\", \"created_at\": \"2026-03-02T11:00:00Z\"}");
    List<PullRequestEvent> events = run(HistoryKind.PULL_REQUESTS).of(PullRequestEvent.class);
    assertThat(events).extracting(PullRequestEvent::getDraft).containsExactly(true, false, true);
    assertThat(events)
        .extracting(e -> e.getReadyAt() == null ? "" : e.getReadyAt().toString())
        .containsExactly("", "2026-03-02T10:00:00Z", "");
  }

  @Test
  void aReviewThatWasDismissedWasSubmittedBefore() throws IOException {
    forge
        .list("repos/Acme/Shop/pulls", GitHubFixture.open(12, 1))
        .list(
            "repos/Acme/Shop/issues/12/timeline",
            """
            {"event": "reviewed", "id": 99, "user": {"login": "bob"}, "state": "dismissed",
             "submitted_at": "2026-03-02T10:00:00Z"}
            """,
            """
            {"event": "review_dismissed", "created_at": "2026-03-02T11:00:00Z",
             "dismissed_review": {"state": "changes_requested", "review_id": 99}}
            """,
            "{\"event\": \"closed\", \"created_at\": \"2026-03-03T11:00:00Z\"}",
            "{\"event\": \"reopened\", \"created_at\": \"2026-03-03T12:00:00Z\"}");
    List<PullRequestEvent> events = run(HistoryKind.PULL_REQUESTS).of(PullRequestEvent.class);
    assertThat(events)
        .extracting(PullRequestEvent::getTransition)
        .containsExactly("opened", "reviewed", "reviewed", "closed", "reopened");
    assertThat(events.subList(1, 3))
        .extracting(e -> e.getReview().getState())
        .containsExactly("changes_requested", "dismissed");
    // Each has the time of what it tells, as the webhook's pull request has it as updated_at.
    assertThat(events.subList(1, 5))
        .extracting(e -> e.getOccurredAt().toString())
        .containsExactly(
            "2026-03-02T10:00:00Z",
            "2026-03-02T11:00:00Z",
            "2026-03-03T11:00:00Z",
            "2026-03-03T12:00:00Z");
  }

  @Test
  void deploymentsAndTheirStatusesHaveTheIdsOfTheirWebhooks() throws IOException {
    forge
        .list("repos/Acme/Shop/deployments", GitHubFixture.deployment(500, 3))
        .list(
            "repos/Acme/Shop/deployments/500/statuses",
            GitHubFixture.status(3, "inactive", 3, 9),
            GitHubFixture.status(2, "success", 3, 5),
            GitHubFixture.status(1, "in_progress", 3, 1));
    List<DeploymentEvent> events = run(HistoryKind.DEPLOYMENTS).of(DeploymentEvent.class);
    assertThat(events)
        .extracting(DeploymentEvent::getStatus)
        .containsExactly("queued", "inactive", "succeeded", "started");
    String body =
        """
        {"action": "created", "deployment": %s, "deployment_status": %s, "repository": %s}
        """
            .formatted(
                GitHubFixture.deployment(500, 3),
                GitHubFixture.status(2, "success", 3, 5),
                GitHubFixture.REPOSITORY);
    assertThat(events.get(2).getId()).isEqualTo(live("deployment_status", json(body)));
    assertThat(events.get(2).getDeployment()).isEqualTo("github:500");
  }

  @Test
  void aPublishedReleaseIsADeploymentByReleaseAndADraftIsNone() throws IOException {
    String release =
        """
        {"id": 5, "tag_name": "v1", "name": "One", "draft": false, "prerelease": false,
         "target_commitish": "main", "created_at": "2026-03-04T10:00:00Z",
         "published_at": "2026-03-04T11:00:00Z"}
        """;
    forge.list(
        "repos/Acme/Shop/releases",
        "{\"tag_name\": \"v2\", \"draft\": true, \"published_at\": null}",
        release);
    String body =
        "{\"action\": \"published\", \"release\": %s, \"repository\": %s}"
            .formatted(release, GitHubFixture.REPOSITORY);
    assertThat(run(HistoryKind.RELEASES).ids()).containsExactly(live("release", json(body)));
  }

  @Test
  void everyAttemptOfARunIsImported() throws IOException {
    forge
        .list(
            "repos/Acme/Shop/actions/runs",
            "workflow_runs",
            List.of(
                GitHubFixture.run(5, 1, "in_progress", 4), GitHubFixture.run(4, 2, "completed", 3)))
        .object(
            "repos/Acme/Shop/actions/runs/4/attempts/1", GitHubFixture.run(4, 1, "completed", 3));
    List<CiRunEvent> events = run(HistoryKind.RUNS).of(CiRunEvent.class);
    assertThat(events)
        .extracting(CiRunEvent::getRun, CiRunEvent::getAttempt, CiRunEvent::getStatus)
        .containsExactly(
            tuple("github:5", 1, "started"),
            tuple("github:4", 1, "finished"),
            tuple("github:4", 2, "finished"));
    String body =
        "{\"action\": \"completed\", \"workflow_run\": %s, \"repository\": %s}"
            .formatted(GitHubFixture.run(4, 1, "completed", 3), GitHubFixture.REPOSITORY);
    assertThat(events.get(1).getId()).isEqualTo(live("workflow_run", json(body)));
  }

  @Test
  void anIncidentIsToldAgainFromTheIssueAndItsTimeline() throws IOException {
    forge
        .list("repos/Acme/Shop/issues", GitHubFixture.incident(), "{\"pull_request\": {}}")
        .list("repos/Acme/Shop/issues/77/timeline", GitHubFixture.incidentTimeline());
    List<IncidentEvent> events = run(HistoryKind.INCIDENTS).of(IncidentEvent.class);
    assertThat(events)
        .extracting(IncidentEvent::getTransition, e -> e.getOccurredAt().toString())
        .containsExactly(
            tuple("opened", "2026-03-10T15:20:00Z"),
            tuple("resolved", "2026-03-10T16:00:00Z"),
            tuple("reopened", "2026-03-10T17:00:00Z"),
            tuple("resolved", "2026-03-10T18:00:00Z"));
    String body =
        "{\"action\": \"closed\", \"issue\": %s, \"repository\": %s}"
            .formatted(GitHubFixture.incident(), GitHubFixture.REPOSITORY);
    assertThat(events.get(3).getId()).isEqualTo(live("issues", json(body)));
    assertThat(events.get(3).getResolvedAt()).isEqualTo("2026-03-10T18:00:00Z");
    assertThat(events.get(0).getSeverity()).isEqualTo("sev1");
  }

  @Test
  void theDefaultBranchGivesTheSamePushesAsItsClone() throws IOException {
    try (var git = new GitFixture(folder.resolve("shop.git"))) {
      ObjectId root = git.root("2026-01-01T00:00:00Z", "a");
      ObjectId side1 = git.commit("side 1", "2026-01-02T00:00:00Z", root, "s");
      ObjectId line = git.commit("line", "2036-01-03T00:00:00Z", root, "l");
      ObjectId side2 = git.commit("side 2", "2026-01-04T00:00:00Z", side1, "s");
      ObjectId merge = git.merge("merge", "2026-01-05T00:00:00Z", line, side2);
      git.branch("main", merge);
      serveCommits(git, merge, merge, side2, line, side1, root);

      RecordingSink listed = run(HistoryKind.COMMITS);
      var cloned = new RecordingSink();
      try (var repository = git.open()) {
        GitBackfill.run(
            repository,
            GitSettings.of(git.folder),
            cloned,
            state("clone"),
            BackfillProgress.NONE,
            clock);
      }
      assertThat(listed.ids()).isEqualTo(cloned.ids()).hasSize(3);
      assertThat(listed.pushes("refs/heads/main").get(2).getCommits())
          .extracting(Commit::getSha)
          .containsExactly(side1.name(), side2.name(), merge.name());

      ObjectId next = git.commit("next", "2026-01-06T00:00:00Z", merge, "n");
      git.branch("main", next);
      serveCommits(git, next);
      forge.list("repos/Acme/Shop/compare/%s...%s".formatted(merge.name(), next.name()));
      forge.object(
          "repos/Acme/Shop/compare/%s...%s".formatted(merge.name(), next.name()),
          "{\"commits\": [%s]}".formatted(commit(git, next)));
      RecordingSink news = run(HistoryKind.COMMITS);
      assertThat(news.pushes("refs/heads/main"))
          .extracting(PushEvent::getAfter)
          .containsExactly(next.name());
      assertThat(run(HistoryKind.COMMITS).events).isEmpty();
    }
  }

  @Test
  void faultsOfTheServerChangeNothingButTheTime() throws IOException {
    serveFivePullRequests();
    List<String> untroubled = run(HistoryKind.PULL_REQUESTS, state("untroubled")).ids();
    forge.thenWrong(
        SimulatedForge.status(502, ""),
        SimulatedForge.cutOffJson(),
        SimulatedForge.status(429, "{}", "Retry-After", "7"),
        SimulatedForge.closedInTheMiddle(),
        SimulatedForge.status(
            403, "{\"message\": \"API rate limit exceeded\"}", "Retry-After", "9"));
    List<String> troubled = run(HistoryKind.PULL_REQUESTS, state("troubled")).ids();
    assertThat(troubled).isEqualTo(untroubled).hasSizeGreaterThan(5).doesNotHaveDuplicates();
    assertThat(clock.waits).contains(Duration.ofSeconds(7), Duration.ofSeconds(9));
  }

  @Test
  void anInterruptedImportGoesOnWithThePageWhereItStopped() throws IOException {
    serveFivePullRequests();
    List<String> whole = run(HistoryKind.PULL_REQUESTS, state("whole")).ids();
    forge.alwaysWrong("direction=desc&per_page=100&page=3", SimulatedForge.status(500, ""));
    var first = new RecordingSink();
    assertThatThrownBy(() -> run(first, state("shop"), HistoryKind.PULL_REQUESTS))
        .isInstanceOf(BackfillException.class);
    forge.alwaysWrong("", null);
    int before = forge.requests.size();
    RecordingSink second = run(HistoryKind.PULL_REQUESTS, state("shop"));
    assertThat(forge.requests.get(before + 1)).contains("&page=3");
    List<String> both = new ArrayList<>(first.ids());
    both.addAll(second.ids());
    assertThat(both).isEqualTo(whole);
  }

  @Test
  void theNextImportAsksForWhatHasChangedSince() throws IOException {
    serveFivePullRequests();
    run(HistoryKind.PULL_REQUESTS);
    assertThat(run(HistoryKind.PULL_REQUESTS).events).isEmpty();
    forge
        .list(
            "repos/Acme/Shop/pulls",
            GitHubFixture.open(16, 9).replace("2026-03-09", "2026-06-01"),
            GitHubFixture.merged(15, 8),
            GitHubFixture.merged(14, 7))
        .list("repos/Acme/Shop/issues/16/timeline");
    int before = forge.requests.size();
    assertThat(run(HistoryKind.PULL_REQUESTS).of(PullRequestEvent.class))
        .extracting(PullRequestEvent::getNumber)
        .containsExactly(16L);
    assertThat(forge.requests.size() - before).as("repository, first page, timeline").isEqualTo(3);
  }

  @Test
  void whatTheTokenMayNotSeeIsLeftOutAndSaid() throws IOException {
    forge.alwaysWrong(
        "deployments",
        SimulatedForge.status(403, "{\"message\": \"Resource not accessible by token\"}"));
    assertThat(run(HistoryKind.DEPLOYMENTS, state("shop")).events).isEmpty();
    assertThat(notes)
        .anyMatch(
            note ->
                note.startsWith("deployments are left out")
                    && note.contains("Resource not accessible by token"));
  }

  @Test
  void aRepositoryThatIsNotThereIsNamedWithTheVariableOfTheToken() {
    assertThatThrownBy(() -> run("acme/none", new RecordingSink(), state("none"), Set.of()))
        .isInstanceOf(BackfillException.class)
        .hasMessageContaining("no repository acme/none")
        .hasMessageContaining("DORADO_GITHUB_TOKEN");
    assertThatThrownBy(() -> run("none", new RecordingSink(), state("none"), Set.of()))
        .hasMessageContaining("'none' is no repository");
  }

  private void serveFivePullRequests() {
    List<String> pulls = new ArrayList<>();
    for (int number = 15; number > 10; number--) {
      pulls.add(GitHubFixture.merged(number, number - 7));
      forge.list(
          "repos/Acme/Shop/issues/%d/timeline".formatted(number),
          GitHubFixture.timeline(number - 7));
    }
    forge.list("repos/Acme/Shop/pulls", pulls.toArray(String[]::new));
  }

  private void serveCommits(GitFixture git, ObjectId head, ObjectId... commits) throws IOException {
    forge.object("repos/Acme/Shop/commits/main", "{\"sha\": \"%s\"}".formatted(head.name()));
    List<String> listed = new ArrayList<>();
    for (ObjectId id : commits) {
      listed.add(commit(git, id));
    }
    forge.list("repos/Acme/Shop/commits", listed.toArray(String[]::new));
  }

  /** A commit of a Git repository as GitHub lists it. */
  private static String commit(GitFixture git, ObjectId id) throws IOException {
    try (var repository = git.open();
        var reader = repository.repository().newObjectReader()) {
      var commit = RevCommit.parse(reader.open(id, Constants.OBJ_COMMIT).getCachedBytes());
      ObjectNode listed = Json.MAPPER.createObjectNode().put("sha", id.name());
      ObjectNode inner = listed.putObject("commit").put("message", commit.getFullMessage());
      inner
          .putObject("author")
          .put("email", commit.getAuthorIdent().getEmailAddress())
          .put("date", commit.getAuthorIdent().getWhenAsInstant().toString());
      inner
          .putObject("committer")
          .put("date", Instant.ofEpochSecond(commit.getCommitTime()).toString());
      var parents = listed.putArray("parents");
      for (var parent : commit.getParents()) {
        parents.addObject().put("sha", parent.name());
      }
      return listed.toString();
    }
  }

  private RecordingSink run(HistoryKind kind) {
    return run(kind, state("shop"));
  }

  private RecordingSink run(HistoryKind kind, BackfillState state) {
    var sink = new RecordingSink();
    run(sink, state, kind);
    return sink;
  }

  private void run(EventSink sink, BackfillState state, HistoryKind kind) {
    run("acme/shop", sink, state, EnumSet.of(kind));
  }

  private void run(String repository, EventSink sink, BackfillState state, Set<HistoryKind> kinds) {
    var settings = new ForgeSettings(forge.uri(), "t", "DORADO_GITHUB_TOKEN", SENDERS, kinds);
    var progress = new NotedProgress(notes);
    GitHubBackfill.run(
        GitHubBackfill.client(settings, clock, clock, progress),
        repository,
        settings,
        sink,
        name -> state,
        progress,
        clock);
  }

  private BackfillState state(String name) {
    return BackfillState.open(folder.resolve("state"), "github", "github.com/acme/" + name, "k");
  }

  /** The body of a webhook about pull request 12, as it is in the list but for some fields. */
  private static ObjectNode pullRequest(String action, Map<String, String> fields) {
    ObjectNode pullRequest = (ObjectNode) json(GitHubFixture.merged(12, 1));
    pullRequest.put("merged", false);
    fields.forEach(pullRequest::put);
    ObjectNode body = Json.MAPPER.createObjectNode().put("action", action);
    body.set("pull_request", pullRequest);
    body.set("repository", json(GitHubFixture.REPOSITORY));
    return body;
  }

  private static ObjectNode merged(ObjectNode body) {
    ((ObjectNode) body.path("pull_request")).put("merged", true);
    return body;
  }

  private static ObjectNode with(ObjectNode body, String field, String value) {
    body.set(field, json(value));
    return body;
  }

  private static List<String> ids(PullRequestEvent... events) {
    return Arrays.stream(events).map(PullRequestEvent::getId).toList();
  }

  /** The id that the event of a live webhook has. */
  private static String live(String kind, JsonNode body) throws IOException {
    var translation =
        Senders.all(SENDERS)
            .named("github")
            .orElseThrow()
            .translate(
                new DeliveryRequest(
                    Map.of("X-GitHub-Event", kind),
                    Json.MAPPER.writeValueAsBytes(body),
                    Instant.parse("2026-06-01T00:00:00Z")),
                new Provenance("github", "1", Instant.EPOCH, "live"));
    var event = ((Translation.Events) translation).events().get(0).value();
    return (String) event.get(event.getSchema().getField("id").pos());
  }

  private static JsonNode json(String text) {
    return DeliveryRequest.readJson(text.getBytes(UTF_8));
  }
}
