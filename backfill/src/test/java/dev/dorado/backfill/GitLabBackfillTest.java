package dev.dorado.backfill;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.dorado.events.CiRunEvent;
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
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitLabBackfillTest {

  private static final SenderSettings SENDERS =
      new SenderSettings(new RepositoryName("gitlab.com"), List.of("outage"));
  private static final String SHA_1 = "1".repeat(40);
  private static final String SHA_2 = "2".repeat(40);
  private static final String SHA_3 = "3".repeat(40);
  private static final String PROJECT =
      """
      {"id": 7, "name": "Shop", "path_with_namespace": "acme/web/shop",
       "web_url": "https://gitlab.com/acme/web/shop", "default_branch": "main"}
      """;
  private static final String MERGE_REQUEST =
      """
      {"id": 912, "iid": 12, "title": "Basket", "description": "A basket.", "state": "merged",
       "created_at": "2026-03-01T09:00:00.123Z", "updated_at": "2026-03-02T12:00:03.456Z",
       "merged_at": "2026-03-02T12:00:00.789Z", "closed_at": null, "labels": ["bug"],
       "source_branch": "basket", "target_branch": "main", "source_project_id": 7,
       "target_project_id": 7, "author": {"id": 3, "username": "ann"}, "sha": "%s",
       "merge_commit_sha": "%s", "squash_commit_sha": null, "squash": false,
       "web_url": "https://gitlab.com/acme/web/shop/-/merge_requests/12"}
      """
          .formatted(SHA_2, SHA_3);

  @TempDir private Path folder;
  private final ManualClock clock = new ManualClock("2026-06-01T00:00:00Z");
  private final List<String> notes = new ArrayList<>();
  private SimulatedForge forge;

  @BeforeEach
  void start() throws IOException {
    forge = new SimulatedForge().object("projects/acme%2Fweb%2Fshop", PROJECT);
  }

  @AfterEach
  void stop() {
    forge.close();
  }

  @Test
  void aMergeRequestIsToldAgainWithTheIdsThatItsWebhooksHad() {
    serveTheMergeRequest();

    RecordingSink sink = run(HistoryKind.PULL_REQUESTS);

    List<PullRequestEvent> events = sink.of(PullRequestEvent.class);
    assertThat(events)
        .extracting(PullRequestEvent::getTransition, e -> e.getOccurredAt().toString())
        .containsExactly(
            tuple("opened", "2026-03-01T09:00:00Z"),
            tuple("reviewed", "2026-03-01T10:00:00Z"),
            tuple("reviewed", "2026-03-01T11:00:00Z"),
            tuple("closed", "2026-03-01T12:00:00Z"),
            tuple("reopened", "2026-03-01T13:00:00Z"),
            tuple("merged", "2026-03-02T12:00:00Z"));
    assertThat(events.subList(1, 3))
        .extracting(e -> e.getReview().getState(), e -> e.getReview().getReviewer())
        .containsExactly(tuple("commented", "bob"), tuple("approved", "bob"));
    PullRequestEvent merged = events.get(5);
    assertThat(merged.getMergeCommitSha()).isEqualTo(SHA_3);
    assertThat(merged.getRepository()).isEqualTo("gitlab.com/acme/web/shop");
    assertThat(merged.getAuthor()).isEqualTo("ann");
    assertThat(merged.getLabels()).containsExactly("bug");
    assertThat(events.get(0).getMergeCommitSha()).isNull();
    assertThat(merged.getId())
        .isEqualTo(
            live(
                """
                {"object_kind": "merge_request", "project": %s, "user": {"username": "bob"},
                 "object_attributes": {"iid": 12, "action": "merge",
                   "created_at": "2026-03-01 09:00:00 UTC", "updated_at": "2026-03-02 12:00:03 UTC",
                   "merged_at": "2026-03-02 12:00:00 UTC"}}
                """
                    .formatted(PROJECT)));
    assertThat(sink.pushes("refs/heads/basket"))
        .singleElement()
        .satisfies(push -> assertThat(push.getCommits()).hasSize(2));
    assertThat(forge.tokens).containsOnly("t");
  }

  @Test
  void aDraftIsToldAgainFromTheNotes() {
    serveTheMergeRequest();
    forge.list(
        "projects/7/merge_requests/12/notes",
        note(1, false, "Nice", "2026-03-01T10:00:00.5Z"),
        note(2, true, "marked this merge request as **ready**", "2026-03-01T11:00:00.5Z"));

    List<PullRequestEvent> events = run(HistoryKind.PULL_REQUESTS).of(PullRequestEvent.class);

    assertThat(events)
        .extracting(
            PullRequestEvent::getTransition,
            PullRequestEvent::getDraft,
            e -> e.getReadyAt() == null ? "" : e.getReadyAt().toString())
        .containsExactly(
            tuple("opened", true, ""),
            tuple("reviewed", true, ""),
            tuple("updated", false, "2026-03-01T11:00:00Z"),
            tuple("closed", false, ""),
            tuple("reopened", false, ""),
            tuple("merged", false, ""));
  }

  @Test
  void deploymentsHaveTheIdsOfTheirWebhooks() {
    forge.list(
        "projects/7/deployments",
        """
        {"id": 41, "iid": 1, "ref": "main", "sha": "%s", "status": "success",
         "created_at": "2026-03-03T13:00:00.1Z", "updated_at": "2026-03-03T13:05:09.9Z",
         "environment": {"id": 1, "name": "live", "tier": "production"},
         "deployable": {"id": 664, "started_at": "2026-03-03T13:01:00.5Z",
           "finished_at": "2026-03-03T13:05:00.5Z", "commit": {"title": "Basket"}}}
        """
            .formatted(SHA_3));
    List<DeploymentEvent> events = run(HistoryKind.DEPLOYMENTS).of(DeploymentEvent.class);
    assertThat(events)
        .extracting(DeploymentEvent::getStatus, e -> e.getOccurredAt().toString())
        .containsExactly(
            tuple("started", "2026-03-03T13:01:00Z"), tuple("succeeded", "2026-03-03T13:05:00Z"));
    assertThat(events.get(1).getProduction()).isTrue();
    assertThat(events.get(1).getSha()).isEqualTo(SHA_3);
    assertThat(events.get(1).getId())
        .isEqualTo(
            live(
                """
                {"object_kind": "deployment", "project": %s, "status": "success",
                 "status_changed_at": "2026-03-03 13:05:00 +0000", "deployment_id": 41,
                 "deployable_id": 664, "environment": "live"}
                """
                    .formatted(PROJECT)));
  }

  @Test
  void aPipelineHasTheIdOfItsWebhook() {
    forge
        .list("projects/7/pipelines", "{\"id\": 31, \"updated_at\": \"2026-03-03T12:00:00.000Z\"}")
        .object(
            "projects/7/pipelines/31",
            """
            {"id": 31, "status": "success", "source": "push", "ref": "main", "sha": "%s",
             "tag": false, "created_at": "2026-03-03T11:00:00.1Z",
             "started_at": "2026-03-03T11:00:30.2Z", "finished_at": "2026-03-03T11:09:00.3Z",
             "web_url": "https://gitlab.com/acme/web/shop/-/pipelines/31"}
            """
                .formatted(SHA_3));
    assertThat(run(HistoryKind.RUNS).of(CiRunEvent.class))
        .singleElement()
        .satisfies(
            run -> {
              assertThat(run.getStartedAt()).isEqualTo("2026-03-03T11:00:30Z");
              assertThat(run.getFinishedAt()).isEqualTo("2026-03-03T11:09:00Z");
              assertThat(run.getId())
                  .isEqualTo(
                      live(
                          """
                          {"object_kind": "pipeline", "project": %s,
                           "object_attributes": {"id": 31, "status": "success",
                             "created_at": "2026-03-03 11:00:00 UTC",
                             "finished_at": "2026-03-03 11:09:00 UTC"}}
                          """
                              .formatted(PROJECT)));
            });
  }

  @Test
  void aReleaseIsADeploymentByRelease() {
    forge.list(
        "projects/7/releases",
        """
        {"tag_name": "v2", "name": "Two", "released_at": "2027-01-01T00:00:00.000Z"}
        """,
        """
        {"tag_name": "v1", "name": "One", "created_at": "2026-03-04T10:00:00.000Z",
         "released_at": "2026-03-04T10:00:00.500Z", "commit": {"id": "%s"},
         "_links": {"self": "https://gitlab.com/acme/web/shop/-/releases/v1"}}
        """
            .formatted(SHA_3));
    assertThat(run(HistoryKind.RELEASES).of(DeploymentEvent.class))
        .singleElement()
        .satisfies(
            release -> {
              assertThat(release.getSource()).isEqualTo("release");
              assertThat(release.getVersion()).isEqualTo("v1");
              assertThat(release.getSha()).isEqualTo(SHA_3);
              assertThat(release.getFinishedAt()).isEqualTo("2026-03-04T10:00:00Z");
            });
  }

  @Test
  void anIncidentThatWasReopenedIsToldAgain() {
    forge
        .list(
            "projects/7/issues",
            """
            {"id": 770, "iid": 77, "title": "Down", "description": "caused by: !12",
             "state": "closed", "issue_type": "incident", "severity": "HIGH", "labels": ["outage"],
             "created_at": "2026-03-10T15:00:00.5Z", "updated_at": "2026-03-10T18:00:00.5Z",
             "closed_at": "2026-03-10T18:00:00.5Z",
             "web_url": "https://gitlab.com/acme/web/shop/-/issues/77"}
            """)
        .list(
            "projects/7/issues/77/resource_state_events",
            "{\"state\": \"closed\", \"created_at\": \"2026-03-10T16:00:00.5Z\"}",
            "{\"state\": \"reopened\", \"created_at\": \"2026-03-10T17:00:00.5Z\"}",
            "{\"state\": \"closed\", \"created_at\": \"2026-03-10T18:00:01.1Z\"}");
    RecordingSink sink = run(HistoryKind.INCIDENTS);
    // The list of incidents and that of the label have it both.
    assertThat(sink.of(IncidentEvent.class).stream().distinct())
        .extracting(IncidentEvent::getTransition, e -> e.getOccurredAt().toString())
        .containsExactly(
            tuple("opened", "2026-03-10T15:00:00Z"),
            tuple("resolved", "2026-03-10T16:00:00Z"),
            tuple("reopened", "2026-03-10T17:00:00Z"),
            tuple("resolved", "2026-03-10T18:00:00Z"));
    assertThat(sink.of(IncidentEvent.class).get(0).getSeverity()).isEqualTo("high");
    String live =
        """
        {"object_kind": "issue", "project": %s,
         "object_attributes": {"id": 770, "iid": 77, "type": "Incident", "severity": "high",
           "action": "%s", "created_at": "2026-03-10 15:00:00 UTC",
           "updated_at": "2026-03-10 %s UTC", "closed_at": %s},
         "changes": {"updated_at": {"previous": null, "current": "2026-03-10 %s UTC"}}}
        """;
    assertThat(sink.of(IncidentEvent.class).stream().distinct())
        .extracting(IncidentEvent::getId)
        .containsExactly(
            live(live.formatted(PROJECT, "open", "15:00:00", "null", "15:00:00")),
            live(
                live.formatted(
                    PROJECT, "close", "16:00:00", "\"2026-03-10 16:00:00 UTC\"", "16:00:00")),
            live(live.formatted(PROJECT, "reopen", "17:00:00", "null", "17:00:00")),
            live(
                live.formatted(
                    PROJECT, "close", "18:00:02", "\"2026-03-10 18:00:00 UTC\"", "18:00:02")));
  }

  @Test
  void theDefaultBranchIsImportedAndThenWhatIsNew() {
    forge
        .object("projects/7/repository/commits/main", commit(SHA_2, SHA_1))
        .list("projects/7/repository/commits", commit(SHA_2, SHA_1), commit(SHA_1, ""));
    assertThat(run(HistoryKind.COMMITS).pushes("refs/heads/main"))
        .extracting(PushEvent::getBefore, PushEvent::getAfter)
        .containsExactly(tuple(null, SHA_1), tuple(SHA_1, SHA_2));
    forge
        .object("projects/7/repository/commits/main", commit(SHA_3, SHA_2))
        .list("projects/7/repository/commits", commit(SHA_3, SHA_2));
    assertThat(run(HistoryKind.COMMITS).pushes("refs/heads/main"))
        .extracting(PushEvent::getAfter)
        .containsExactly(SHA_3);
    assertThat(forge.requests)
        .last()
        .asString()
        .contains("ref_name=%s..%s".formatted(SHA_2, SHA_3));
  }

  @Test
  void aRateLimitAndACutOffAnswerChangeNothing() {
    serveTheMergeRequest();
    List<String> untroubled = run(HistoryKind.PULL_REQUESTS).ids();
    String reset = Long.toString(clock.instant().getEpochSecond() + 42);
    forge.thenWrong(
        SimulatedForge.status(
            429, "Retry later", "RateLimit-Remaining", "0", "RateLimit-Reset", reset),
        SimulatedForge.cutOffJson(),
        SimulatedForge.status(502, "<html>"));
    var sink = new RecordingSink();
    run(sink, "again", HistoryKind.PULL_REQUESTS);
    assertThat(sink.ids()).isEqualTo(untroubled);
    assertThat(clock.waits)
        .containsExactly(Duration.ofSeconds(43), Duration.ofSeconds(1), Duration.ofSeconds(2));
  }

  @Test
  void aProjectThatIsNotThereIsNamedWithTheVariableOfTheToken() {
    forge.alwaysWrong("shop", SimulatedForge.status(404, "{\"message\": \"404 Not found\"}"));
    assertThatThrownBy(() -> run(HistoryKind.COMMITS))
        .isInstanceOf(BackfillException.class)
        .hasMessageContaining("no project acme/web/shop")
        .hasMessageContaining("DORADO_GITLAB_TOKEN");
  }

  private void serveTheMergeRequest() {
    forge
        .list("projects/7/merge_requests", MERGE_REQUEST)
        .list(
            "projects/7/merge_requests/12/resource_state_events",
            "{\"state\": \"closed\", \"created_at\": \"2026-03-01T12:00:00.5Z\"}",
            "{\"state\": \"reopened\", \"created_at\": \"2026-03-01T13:00:00.5Z\"}",
            "{\"state\": \"merged\", \"created_at\": \"2026-03-02T12:00:00.8Z\"}")
        .list(
            "projects/7/merge_requests/12/notes",
            note(1, false, "Nice", "2026-03-01T10:00:00.5Z"),
            note(2, true, "approved this merge request", "2026-03-01T11:00:00.5Z"),
            note(3, true, "changed the description", "2026-03-01T11:30:00.5Z"))
        .list("projects/7/merge_requests/12/commits", commit(SHA_2, SHA_1), commit(SHA_1, ""));
  }

  private static String note(int id, boolean system, String body, String time) {
    return """
        {"id": %d, "system": %b, "body": "%s", "author": {"username": "bob"}, "created_at": "%s"}
        """
        .formatted(id, system, body, time);
  }

  /** A commit of the hour that its SHA begins with. */
  private static String commit(String sha, String parent) {
    String time = "2026-03-01T0%s:00:00.000+00:00".formatted(sha.charAt(0));
    return """
        {"id": "%s", "parent_ids": [%s], "message": "Basket", "author_name": "Ann",
         "author_email": "ann@example.org", "authored_date": "%s", "committed_date": "%s"}
        """
        .formatted(sha, parent.isEmpty() ? "" : "\"" + parent + "\"", time, time);
  }

  private RecordingSink run(HistoryKind kind) {
    var sink = new RecordingSink();
    run(sink, "shop", kind);
    return sink;
  }

  private void run(EventSink sink, String state, HistoryKind kind) {
    var settings =
        new ForgeSettings(forge.uri(), "t", "DORADO_GITLAB_TOKEN", SENDERS, EnumSet.of(kind));
    var progress = new NotedProgress(notes);
    GitLabBackfill.run(
        GitLabBackfill.client(settings, clock, clock, progress),
        "acme/web/shop",
        settings,
        sink,
        name -> BackfillState.open(folder, "gitlab", "gitlab.com/acme/" + state, "k"),
        progress,
        clock);
  }

  /** The id that the event of a live webhook has. */
  private static String live(String body) {
    var translation =
        Senders.all(SENDERS)
            .named("gitlab")
            .orElseThrow()
            .translate(
                new DeliveryRequest(
                    Map.of(), body.getBytes(UTF_8), Instant.parse("2026-06-01T00:00:00Z")),
                new Provenance("gitlab", "1", Instant.EPOCH, "live"));
    var event = ((Translation.Events) translation).events().get(0).value();
    return (String) event.get(event.getSchema().getField("id").pos());
  }
}
