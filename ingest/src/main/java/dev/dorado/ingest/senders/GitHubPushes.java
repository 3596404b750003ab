package dev.dorado.ingest.senders;

import dev.dorado.events.Commit;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** GitHub's {@code push}: a branch or tag was moved. */
final class GitHubPushes {

  /** GitHub names no more commits than this in one push. */
  private static final int MOST_COMMITS = 2048;

  private final SenderSettings settings;

  GitHubPushes(SenderSettings settings) {
    this.settings = settings;
  }

  Translation translate(Fields body, Provenance provenance) {
    var repository = ForgeRepository.likeGitHub(body.object("repository"), settings);
    String ref = body.text("ref", "a full ref, as refs/heads/main");
    if (!ForgePush.isBranchOrTag(ref)) {
      return Translation.ignored("push: %s is neither a branch nor a tag".formatted(ref));
    }
    Optional<String> before = Shas.maybe(body, "before");
    Optional<Fields> head = body.maybeObject("head_commit");
    Optional<String> headSha = head.flatMap(commit -> Shas.maybe(commit, "id"));
    Optional<String> after = Shas.zeroable(body, "after", headSha);
    List<Commit> commits = Fields.map(body.maybeObjects("commits"), ForgeCommits::commit);
    Optional<Instant> pushedAt = body.object("repository").maybeTime("pushed_at");
    Optional<Instant> headTime = head.flatMap(commit -> commit.maybePastTime("timestamp"));
    return Translation.of(
        new ForgePush(
                repository,
                ref,
                before,
                after,
                headSha,
                pushedAt,
                headTime,
                body.maybeFlag("forced").orElse(false),
                commits,
                Optional.of(commits.size()).filter(size -> size < MOST_COMMITS))
            .event(provenance));
  }
}
