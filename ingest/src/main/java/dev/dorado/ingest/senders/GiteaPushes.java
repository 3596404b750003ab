package dev.dorado.ingest.senders;

import dev.dorado.events.Commit;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.util.List;
import java.util.Optional;

/**
 * Gitea's {@code push}. It has no time of its own, lists the newest commit first, and not all of
 * them; Gogs and old versions do not say how many there are.
 */
final class GiteaPushes {

  private final SenderSettings settings;

  GiteaPushes(SenderSettings settings) {
    this.settings = settings;
  }

  Translation translate(Fields body, Provenance provenance) {
    String ref = body.text("ref", "a full ref, as refs/heads/main");
    if (!ForgePush.isBranchOrTag(ref)) {
      return Translation.ignored("push: %s is neither a branch nor a tag".formatted(ref));
    }
    Optional<String> before = Shas.maybe(body, "before");
    Optional<Fields> headCommit = body.maybeObject("head_commit");
    Optional<String> head = headCommit.flatMap(commit -> Shas.maybe(commit, "id"));
    Optional<String> after = Shas.zeroable(body, "after", head);
    if (after.isEmpty()) {
      return Translation.ignored("push: %s was deleted; what it brought stays".formatted(ref));
    }
    List<Commit> commits =
        ForgeCommits.oldestFirst(
            Fields.map(body.maybeObjects("commits"), ForgeCommits::commit), head.or(() -> after));
    return Translation.of(
        new ForgePush(
                ForgeRepository.likeGitHub(body.object("repository"), settings),
                ref,
                before,
                after,
                head,
                Optional.empty(),
                headCommit.flatMap(commit -> commit.maybePastTime("timestamp")),
                false,
                commits,
                body.maybeCount("total_commits"))
            .event(provenance));
  }
}
