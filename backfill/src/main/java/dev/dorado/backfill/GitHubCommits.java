package dev.dorado.backfill;

import static dev.dorado.backfill.ApiJson.text;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.events.Commit;
import dev.dorado.events.PushEvent;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.SenderTime;
import dev.dorado.ingest.senders.SenderSettings;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Commits as GitHub's REST interface has them. Immutable.
 *
 * @param importedAt times later than this are left out (rule S2)
 */
record GitHubCommits(Instant importedAt) {

  GitHubCommits {
    requireNonNull(importedAt);
  }

  /** A commit of the list of commits. */
  Commit listed(JsonNode listed) {
    String login = text(listed.path("author"), "login");
    return commit(listed, listed.path("commit"), Optional.of(login).filter(l -> !l.isEmpty()));
  }

  /**
   * The push of a pull request's head branch, with the commits that its timeline names: so the
   * first of them is known, whatever was squashed later (rule L1). None for a branch of another
   * repository, or the default branch.
   */
  Optional<CanonicalEvent<PushEvent>> headPush(
      ImportedPushes pushes,
      String repository,
      JsonNode pullRequest,
      List<JsonNode> timeline,
      SenderSettings settings) {
    JsonNode head = pullRequest.path("head");
    boolean isOwn =
        settings
            .repositories()
            .normalise(text(head.path("repo"), "html_url"))
            .filter(repository::equals)
            .isPresent();
    List<Commit> commits =
        timeline.stream()
            .filter(event -> text(event, "event").equals("committed"))
            .map(event -> commit(event, event, Optional.empty()))
            .toList();
    if (!isOwn
        || commits.isEmpty()
        || text(head, "ref").equals(pushes.defaultBranch())
        || !commits.get(commits.size() - 1).getSha().equals(text(head, "sha"))) {
      return Optional.empty();
    }
    Instant opened = SenderTime.parse(text(pullRequest, "created_at")).orElse(Instant.EPOCH);
    Instant committed = commits.get(commits.size() - 1).getCommittedAt();
    return Optional.of(
        pushes.branch(
            text(head, "ref"),
            commits.get(0).getParents().stream().findFirst(),
            committed == null ? opened : committed,
            commits));
  }

  /** A commit whose SHA and parents stand in one object, and what git says of it in another. */
  private Commit commit(JsonNode graph, JsonNode git, Optional<String> login) {
    JsonNode author = git.path("author");
    return Commit.newBuilder()
        .setSha(text(graph, "sha").toLowerCase(Locale.ROOT))
        .setMessage(Fields.cut(text(git, "message").strip()))
        .setAuthor(
            login.orElseGet(() -> AuthorNames.of(text(author, "email"), text(author, "name"))))
        .setAuthoredAt(unlessLater(text(author, "date")))
        .setCommittedAt(unlessLater(text(git.path("committer"), "date")))
        .setFiles(null)
        .setParents(
            StreamSupport.stream(graph.path("parents").spliterator(), false)
                .map(parent -> text(parent, "sha").toLowerCase(Locale.ROOT))
                .toList())
        .setPullRequest(null)
        .build();
  }

  private Instant unlessLater(String time) {
    return SenderTime.parse(time).filter(t -> !t.isAfter(importedAt)).orElse(null);
  }
}
