package dev.dorado.ingest.senders;

import dev.dorado.events.Commit;
import dev.dorado.events.Provenance;
import dev.dorado.events.PushEvent;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.SenderTime;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** GitHub's {@code push}: a branch or tag was moved. */
final class GitHubPushes {

  /** GitHub names no more commits than this in one push. */
  private static final int MOST_COMMITS = 2048;

  private final SenderSettings settings;

  GitHubPushes(SenderSettings settings) {
    this.settings = settings;
  }

  Translation translate(Fields body, Provenance provenance) {
    var repository = GitHubRepository.of(body.object("repository"), settings);
    String ref = body.text("ref", "a full ref, as refs/heads/main");
    if (!ref.startsWith("refs/heads/") && !ref.startsWith("refs/tags/")) {
      return Translation.ignored("push: %s is neither a branch nor a tag".formatted(ref));
    }
    Optional<String> before = Shas.zeroable(body, "before");
    Optional<String> after = Shas.zeroable(body, "after");
    Optional<Fields> head = body.maybeObject("head_commit");
    boolean hasCommits = after.isPresent() && ref.startsWith("refs/heads/");
    List<Commit> commits =
        (hasCommits ? body.objects("commits") : body.maybeObjects("commits"))
            .stream().map(GitHubPushes::commit).toList();
    Optional<Instant> pushedAt = body.object("repository").maybeTime("pushed_at");
    Instant occurredAt =
        pushedAt
            .or(() -> head.flatMap(commit -> commit.maybeTime("timestamp")))
            .orElseThrow(() -> body.object("repository").absent("pushed_at", SenderTime.EXPECTED));
    String headSha =
        after.isEmpty() ? null : head.flatMap(c -> Shas.maybe(c, "id")).orElse(after.get());
    var event =
        PushEvent.newBuilder()
            .setId(
                EventId.of(
                    "push",
                    repository.name() + " " + ref,
                    before.orElse("") + ".." + after.orElse(""),
                    occurredAt))
            .setProvenance(provenance)
            .setOccurredAt(occurredAt)
            .setRepository(repository.name())
            .setRef(ref)
            .setDefaultBranch(repository.defaultBranch().orElse(null))
            .setPushedAt(pushedAt.orElse(null))
            .setBefore(before.orElse(null))
            .setAfter(after.orElse(null))
            .setHead(headSha)
            .setForced(body.maybeFlag("forced").orElse(false))
            .setCommits(commits)
            .setTotalCommits(commits.size() < MOST_COMMITS ? commits.size() : null)
            .build();
    return Translation.of(CanonicalEvent.of(event));
  }

  /** A commit of a push: one timestamp stands for the author's and the committer's time. */
  private static Commit commit(Fields commit) {
    Instant time = commit.time("timestamp");
    return Commit.newBuilder()
        .setSha(Shas.required(commit, "id"))
        .setMessage(commit.maybeLongText("message").orElse(""))
        .setAuthor(
            commit
                .maybeObject("author")
                .flatMap(author -> author.maybeText("username").or(() -> author.maybeText("email")))
                .orElse(null))
        .setAuthoredAt(time)
        .setCommittedAt(time)
        .setFiles(files(commit))
        .setParents(null)
        .setPullRequest(null)
        .build();
  }

  /** The paths that it touches; null if the payload has no list of them. */
  private static List<String> files(Fields commit) {
    var files = new TreeSet<String>();
    boolean known = false;
    for (String list : List.of("added", "removed", "modified")) {
      Optional<List<String>> paths = commit.maybeTexts(list);
      known |= paths.isPresent();
      paths.ifPresent(files::addAll);
    }
    return known ? List.copyOf(files) : null;
  }
}
