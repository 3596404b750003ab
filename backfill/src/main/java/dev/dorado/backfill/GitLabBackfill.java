package dev.dorado.backfill;

import static dev.dorado.backfill.ApiJson.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.backfill.Crawl.Listing;
import dev.dorado.events.Commit;
import dev.dorado.events.PushEvent;
import dev.dorado.ingest.EventSink;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.RepositoryName;
import dev.dorado.ingest.delivery.SenderTime;
import dev.dorado.ingest.senders.SenderSettings;
import dev.dorado.ingest.senders.Senders;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The history of a project on GitLab, by its REST interface, told again as its webhooks tell it and
 * translated like them. Not thread-safe.
 */
public final class GitLabBackfill {

  /** A release may be announced for a later day, and be changed until then. */
  private static final Duration LONGEST_RELEASE = Duration.ofDays(30);

  private final ApiClient api;
  private final String path;
  private final GitLabHistory history;
  private final WebhookShapes shapes;
  private final ImportedPushes pushes;
  private final Crawl crawl;
  private final BackfillState state;
  private final BackfillProgress progress;
  private final SenderSettings settings;
  private final Instant importedAt;

  private GitLabBackfill(
      ApiClient api,
      JsonNode project,
      String name,
      SenderSettings settings,
      EventSink sink,
      BackfillState state,
      BackfillProgress progress,
      Clock clock) {
    this.api = api;
    this.path = "projects/" + text(project, "id");
    this.history =
        new GitLabHistory(
            ApiJson.only(
                project, "id", "name", "path_with_namespace", "web_url", "default_branch"));
    this.settings = settings;
    this.state = state;
    this.progress = progress;
    this.importedAt = clock.instant();
    this.shapes =
        new WebhookShapes(
            Senders.all(settings).named("gitlab").orElseThrow(),
            "X-Gitlab-Event",
            importedAt,
            settings.futureTolerance(),
            progress);
    this.pushes = new ImportedPushes(shapes.provenance(), name, text(project, "default_branch"));
    this.crawl = new Crawl(api, sink, state, progress, clock);
  }

  /** How to ask GitLab: the client that {@link #run} takes. */
  public static ApiClient client(
      ForgeSettings settings, Clock clock, Sleeper sleeper, BackfillProgress progress) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Accept", "application/json");
    headers.put("User-Agent", "dorado");
    if (!settings.token().isEmpty()) {
      headers.put("PRIVATE-TOKEN", settings.token());
    }
    return new ApiClient(settings.api(), headers, clock, sleeper, progress::note);
  }

  /**
   * Imports what has not been imported yet of one project.
   *
   * @param project {@code group/project} or its URL
   * @param settings how GitLab is asked, and for what
   * @param sink where the events go
   * @param states the state of a repository, by its {@code host/owner/name}
   * @return how many events were written
   * @throws BackfillException if it can't go on
   */
  public static long run(
      ApiClient api,
      String project,
      ForgeSettings settings,
      EventSink sink,
      ForgeStates states,
      BackfillProgress progress,
      Clock clock) {
    JsonNode found = project(api, project, settings);
    String url = text(found, "web_url");
    String name =
        settings
            .senders()
            .repositories()
            .normalise(url)
            .orElseThrow(
                () ->
                    new BackfillException(
                        "GitLab gives a project the address '%s', which is none".formatted(url)));
    return new GitLabBackfill(
            api, found, name, settings.senders(), sink, states.of(name), progress, clock)
        .run(settings.kinds());
  }

  private static JsonNode project(ApiClient api, String project, ForgeSettings settings) {
    String name =
        settings
            .senders()
            .repositories()
            .normalise(project)
            .orElseThrow(
                () ->
                    new BackfillException(
                        "'%s' is no project: expected %s"
                            .formatted(project, RepositoryName.EXPECTED)));
    String path = name.substring(name.indexOf('/') + 1);
    try {
      return api.get("projects/" + ApiClient.encode(path)).json();
    } catch (ApiRefusal e) {
      throw new BackfillException(
          "%s has no project %s that this token may see (%s): see that the name is right and that %s is a token with the scope read_api."
              .formatted(api.host(), path, e.getMessage(), settings.variable()),
          e);
    }
  }

  private long run(Set<HistoryKind> kinds) {
    for (HistoryKind kind : HistoryKind.values()) {
      if (kinds.contains(kind)) {
        switch (kind) {
          case COMMITS -> importCommits();
          case PULL_REQUESTS -> importMergeRequests();
          case DEPLOYMENTS ->
              crawl.go(
                  kind.label(),
                  Listing.byChange(newest("deployments", ""), "updated_at"),
                  deployment -> shapes.events(history.deployment(deployment)));
          case RUNS ->
              crawl.go(
                  kind.label(),
                  Listing.byChange(newest("pipelines", ""), "updated_at"),
                  pipeline -> {
                    String address = "%s/pipelines/%s".formatted(path, text(pipeline, "id"));
                    return shapes.events(history.pipeline(api.get(address).json()));
                  });
          case RELEASES -> importReleases();
          case INCIDENTS -> importIncidents();
        }
      }
    }
    return crawl.written();
  }

  /** A list, what was changed last first. */
  private String newest(String list, String filter) {
    return "%s/%s?order_by=updated_at&sort=desc&per_page=100%s".formatted(path, list, filter);
  }

  private void importCommits() {
    String commits = path + "/repository/commits";
    new ListedBranch(
            commits + "/" + ApiClient.encode(pushes.defaultBranch()),
            "id",
            head -> "%s?ref_name=%s&per_page=100".formatted(commits, head),
            (before, head) -> "%s?ref_name=%s..%s&per_page=100".formatted(commits, before, head),
            this::commit)
        .go(api, pushes, crawl, state, progress);
  }

  private Commit commit(JsonNode commit) {
    List<String> parents = new ArrayList<>();
    commit.path("parent_ids").forEach(parent -> parents.add(lower(parent.asText())));
    return Commit.newBuilder()
        .setSha(lower(text(commit, "id")))
        .setMessage(Fields.cut(text(commit, "message").strip()))
        .setAuthor(AuthorNames.of(text(commit, "author_email"), text(commit, "author_name")))
        .setAuthoredAt(unlessLater(text(commit, "authored_date")))
        .setCommittedAt(unlessLater(text(commit, "committed_date")))
        .setFiles(null)
        .setParents(parents)
        .setPullRequest(null)
        .build();
  }

  private void importMergeRequests() {
    crawl.go(
        HistoryKind.PULL_REQUESTS.label(),
        Listing.byChange(newest("merge_requests", "&state=all&scope=all"), "updated_at"),
        request -> {
          String own = "%s/merge_requests/%s".formatted(path, text(request, "iid"));
          boolean isOwn =
              text(request, "source_project_id").equals(text(request, "target_project_id"));
          List<CanonicalEvent<?>> events =
              new ArrayList<>(
                  shapes.events(
                      history.mergeRequest(
                          request,
                          isOwn,
                          api.allOrNone(own + "/resource_state_events?per_page=100"),
                          api.allOrNone(
                              own + "/notes?sort=asc&order_by=created_at&per_page=100"))));
          if (isOwn) {
            headPush(request, api.allOrNone(own + "/commits?per_page=100")).ifPresent(events::add);
          }
          return events;
        });
  }

  /** The push of the branch of a merge request: so its first commit is known (rule L1). */
  private Optional<CanonicalEvent<PushEvent>> headPush(JsonNode request, List<JsonNode> listed) {
    List<Commit> commits =
        listed.stream()
            .map(this::commit)
            .sorted(
                Comparator.comparing(
                    Commit::getCommittedAt,
                    Comparator.nullsFirst(Comparator.<Instant>naturalOrder())))
            .toList();
    String branch = text(request, "source_branch");
    if (commits.isEmpty()
        || branch.equals(pushes.defaultBranch())
        || !commits.get(commits.size() - 1).getSha().equals(text(request, "sha"))) {
      return Optional.empty();
    }
    Instant opened = SenderTime.parse(text(request, "created_at")).orElse(Instant.EPOCH);
    Instant committed = commits.get(commits.size() - 1).getCommittedAt();
    return Optional.of(
        pushes.branch(
            branch,
            commits.get(0).getParents().stream().findFirst(),
            committed == null ? opened : committed,
            commits));
  }

  private void importReleases() {
    crawl.go(
        HistoryKind.RELEASES.label(),
        new Listing(
            path + "/releases?order_by=released_at&sort=desc&per_page=100",
            page -> page,
            "released_at",
            "released_at",
            LONGEST_RELEASE),
        release ->
            unlessLater(text(release, "released_at")) == null
                ? List.of()
                : shapes.events(history.release(release)));
  }

  private void importIncidents() {
    importIssues("incidents", "&scope=all&issue_type=incident");
    for (String label : settings.incidentLabels()) {
      importIssues(
          "issues with the label " + label, "&scope=all&labels=" + ApiClient.encode(label));
    }
  }

  private void importIssues(String kind, String filter) {
    crawl.go(
        kind,
        Listing.byChange(newest("issues", filter), "updated_at"),
        issue -> {
          String own = "%s/issues/%s".formatted(path, text(issue, "iid"));
          return shapes.events(
              history.issue(issue, api.allOrNone(own + "/resource_state_events?per_page=100")));
        });
  }

  private Instant unlessLater(String time) {
    return SenderTime.parse(time).filter(t -> !t.isAfter(importedAt)).orElse(null);
  }

  private static String lower(String sha) {
    return sha.toLowerCase(Locale.ROOT);
  }
}
