package dev.dorado.backfill;

import static dev.dorado.backfill.ApiJson.body;
import static dev.dorado.backfill.ApiJson.text;
import static dev.dorado.backfill.ApiJson.with;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dorado.backfill.Crawl.Listing;
import dev.dorado.backfill.WebhookShapes.Webhook;
import dev.dorado.ingest.EventSink;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.RepositoryName;
import dev.dorado.ingest.senders.SenderSettings;
import dev.dorado.ingest.senders.Senders;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The history of a repository on GitHub, by its REST interface. What the interface tells is put
 * into the shape of GitHub's webhooks and translated like them, so that what also came live has the
 * same id. Not thread-safe.
 */
public final class GitHubBackfill {

  private static final String KIND_HEADER = "X-GitHub-Event";

  /** A deployment may wait so long for its approval. */
  private static final Duration LONGEST_DEPLOYMENT = Duration.ofDays(30);

  /** A run ends within this time, but for those on people's own machines. */
  private static final Duration LONGEST_RUN = Duration.ofDays(2);

  private final ApiClient api;
  private final String path;
  private final ObjectNode repository;
  private final String name;
  private final WebhookShapes shapes;
  private final ImportedPushes pushes;
  private final GitHubCommits commits;
  private final Crawl crawl;
  private final BackfillState state;
  private final BackfillProgress progress;
  private final SenderSettings settings;

  private GitHubBackfill(
      ApiClient api,
      JsonNode repository,
      String name,
      SenderSettings settings,
      EventSink sink,
      BackfillState state,
      BackfillProgress progress,
      Clock clock) {
    Instant importedAt = clock.instant();
    this.api = api;
    this.path = "repos/" + text(repository, "full_name");
    // But for the time of the last push.
    this.repository =
        ApiJson.only(repository, "id", "name", "full_name", "html_url", "default_branch");
    this.name = name;
    this.settings = settings;
    this.state = state;
    this.progress = progress;
    this.shapes =
        new WebhookShapes(
            Senders.all(settings).named("github").orElseThrow(),
            KIND_HEADER,
            importedAt,
            settings.futureTolerance(),
            progress);
    this.pushes = new ImportedPushes(shapes.provenance(), name, text(repository, "default_branch"));
    this.commits = new GitHubCommits(importedAt);
    this.crawl = new Crawl(api, sink, state, progress, clock);
  }

  /** How to ask GitHub: the client that the other methods take. */
  public static ApiClient client(
      ForgeSettings settings, Clock clock, Sleeper sleeper, BackfillProgress progress) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Accept", "application/vnd.github+json");
    headers.put("X-GitHub-Api-Version", "2022-11-28");
    headers.put("User-Agent", "dorado");
    if (!settings.token().isEmpty()) {
      headers.put("Authorization", "Bearer " + settings.token());
    }
    return new ApiClient(settings.api(), headers, clock, sleeper, progress::note);
  }

  /**
   * Imports what has not been imported yet of one repository.
   *
   * @param repository {@code owner/name} or its URL
   * @param settings how GitHub is asked, and for what
   * @param sink where the events go
   * @param states the state of a repository, by its {@code host/owner/name}
   * @return how many events were written
   * @throws BackfillException if it can't go on
   */
  public static long run(
      ApiClient api,
      String repository,
      ForgeSettings settings,
      EventSink sink,
      ForgeStates states,
      BackfillProgress progress,
      Clock clock) {
    JsonNode found = repository(api, repository, settings);
    String name = nameOf(found, settings);
    var backfill =
        new GitHubBackfill(
            api, found, name, settings.senders(), sink, states.of(name), progress, clock);
    return backfill.run(settings.kinds());
  }

  /** The repository as GitHub has it, by its name or URL. */
  static JsonNode repository(ApiClient api, String repository, ForgeSettings settings) {
    String name =
        settings
            .senders()
            .repositories()
            .normalise(repository)
            .orElseThrow(
                () ->
                    new BackfillException(
                        "'%s' is no repository: expected %s"
                            .formatted(repository, RepositoryName.EXPECTED)));
    String path = name.substring(name.indexOf('/') + 1);
    try {
      return api.get("repos/" + path).json();
    } catch (ApiRefusal e) {
      throw new BackfillException(
          "%s has no repository %s that this token may see (%s): see that the name is right and that %s is a token that may read it."
              .formatted(api.host(), path, e.getMessage(), settings.variable()),
          e);
    }
  }

  /** {@code host/owner/name} of a repository, as its webhooks give it. */
  static String nameOf(JsonNode repository, ForgeSettings settings) {
    return settings
        .senders()
        .repositories()
        .normalise(text(repository, "html_url"))
        .orElseThrow(
            () ->
                new BackfillException(
                    "GitHub gives a repository the address '%s', which is none"
                        .formatted(text(repository, "html_url"))));
  }

  private long run(Set<HistoryKind> kinds) {
    for (HistoryKind kind : HistoryKind.values()) {
      if (kinds.contains(kind)) {
        switch (kind) {
          case COMMITS -> importCommits();
          case PULL_REQUESTS -> importPullRequests();
          case DEPLOYMENTS -> importDeployments();
          case RUNS -> importRuns();
          case RELEASES -> importReleases();
          case INCIDENTS -> importIncidents();
        }
      }
    }
    return crawl.written();
  }

  private void importCommits() {
    new ListedBranch(
            path + "/commits/" + ApiClient.encode(pushes.defaultBranch()),
            "sha",
            head -> "%s/commits?sha=%s&per_page=100".formatted(path, head),
            (before, head) -> "%s/compare/%s...%s?per_page=100".formatted(path, before, head),
            commits::listed)
        .go(api, pushes, crawl, state, progress);
  }

  private void importPullRequests() {
    crawl.go(
        HistoryKind.PULL_REQUESTS.label(),
        Listing.byChange(
            path + "/pulls?state=all&sort=updated&direction=desc&per_page=100", "updated_at"),
        pullRequest -> {
          List<JsonNode> timeline = timeline(text(pullRequest, "number"));
          List<CanonicalEvent<?>> events =
              new ArrayList<>(
                  shapes.events(
                      GitHubPullRequestHistory.webhooks(pullRequest, timeline, repository)));
          commits.headPush(pushes, name, pullRequest, timeline, settings).ifPresent(events::add);
          return events;
        });
  }

  private void importDeployments() {
    crawl.go(
        HistoryKind.DEPLOYMENTS.label(),
        new Listing(
            path + "/deployments?per_page=100",
            page -> page,
            "created_at",
            "updated_at",
            LONGEST_DEPLOYMENT),
        deployment -> {
          List<Webhook> webhooks = new ArrayList<>();
          webhooks.add(
              new Webhook("deployment", body("created", "deployment", deployment, repository)));
          String statuses =
              "%s/deployments/%s/statuses?per_page=100".formatted(path, text(deployment, "id"));
          for (JsonNode status : api.all(statuses)) {
            ObjectNode body = body("created", "deployment", deployment, repository);
            body.set("deployment_status", status);
            webhooks.add(new Webhook("deployment_status", body));
          }
          return shapes.events(webhooks);
        });
  }

  private void importRuns() {
    crawl.go(
        HistoryKind.RUNS.label(),
        new Listing(
            path + "/actions/runs?per_page=100",
            page -> page.path("workflow_runs"),
            "created_at",
            "updated_at",
            LONGEST_RUN),
        run -> {
          List<Webhook> webhooks = new ArrayList<>();
          for (int attempt = 1; attempt < run.path("run_attempt").asInt(1); attempt++) {
            earlierAttempt(text(run, "id"), attempt).ifPresent(webhooks::add);
          }
          webhooks.add(asWebhook(run));
          return shapes.events(webhooks);
        });
  }

  private Optional<Webhook> earlierAttempt(String run, int attempt) {
    try {
      String address = "%s/actions/runs/%s/attempts/%d".formatted(path, run, attempt);
      return Optional.of(asWebhook(api.get(address).json()));
    } catch (ApiRefusal e) {
      if (!e.isOfThisThing()) {
        throw e;
      }
      progress.note("an attempt of a run is left out: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** The last thing that was told of a run. */
  private Webhook asWebhook(JsonNode run) {
    String started = text(run, "run_started_at");
    return switch (text(run, "status")) {
      case "completed" ->
          new Webhook("workflow_run", body("completed", "workflow_run", run, repository));
      case "in_progress" ->
          new Webhook(
              "workflow_run",
              body(
                  "in_progress",
                  "workflow_run",
                  with(run, Map.of("updated_at", started), List.of()),
                  repository));
      default ->
          new Webhook(
              "workflow_run",
              body(
                  "requested",
                  "workflow_run",
                  with(run, Map.of("updated_at", text(run, "created_at")), List.of()),
                  repository));
    };
  }

  private void importReleases() {
    crawl.go(
        HistoryKind.RELEASES.label(),
        new Listing(
            path + "/releases?per_page=100",
            page -> page,
            "created_at",
            "published_at",
            LONGEST_DEPLOYMENT),
        release ->
            text(release, "published_at").isEmpty()
                ? List.of()
                : shapes.events(
                    List.of(
                        new Webhook(
                            "release", body("published", "release", release, repository)))));
  }

  private void importIncidents() {
    for (String label : settings.incidentLabels()) {
      crawl.go(
          "issues with the label " + label,
          Listing.byChange(
              "%s/issues?labels=%s&state=all&sort=updated&direction=desc&per_page=100"
                  .formatted(path, ApiClient.encode(label)),
              "updated_at"),
          issue ->
              // GitHub lists pull requests among the issues.
              issue.has("pull_request")
                  ? List.of()
                  : shapes.events(
                      GitHubIssueHistory.webhooks(
                          issue, timeline(text(issue, "number")), repository)));
    }
  }

  /** What happened to an issue or pull request, oldest first; empty if it can't be had. */
  private List<JsonNode> timeline(String number) {
    return api.allOrNone("%s/issues/%s/timeline?per_page=100".formatted(path, number));
  }
}
