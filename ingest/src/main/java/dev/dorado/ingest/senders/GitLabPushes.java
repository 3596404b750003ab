package dev.dorado.ingest.senders;

import com.google.re2j.Pattern;
import dev.dorado.events.Commit;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.util.List;
import java.util.Optional;

/**
 * GitLab's {@code push} and {@code tag_push}. They list the newest 20 commits and say how many
 * there are; they have no time of their own, so that of the head commit stands.
 */
final class GitLabPushes {

  private static final Pattern MERGE_REQUEST =
      Pattern.compile("(?m)^See merge request \\S{0,300}!(\\d{1,18})\\s*$");

  private final SenderSettings settings;

  GitLabPushes(SenderSettings settings) {
    this.settings = settings;
  }

  Translation translate(Fields body, Provenance provenance) {
    String ref = body.text("ref", "a full ref, as refs/heads/main");
    if (!ForgePush.isBranchOrTag(ref)) {
      return Translation.ignored("push: %s is neither a branch nor a tag".formatted(ref));
    }
    Optional<String> before = Shas.maybe(body, "before");
    Optional<String> checkedOut = Shas.maybe(body, "checkout_sha");
    Optional<String> after = Shas.zeroable(body, "after", checkedOut);
    if (after.isEmpty()) {
      return Translation.ignored("push: %s was deleted; what it brought stays".formatted(ref));
    }
    // Of an annotated tag, after is the tag object and this its commit.
    Optional<String> head = checkedOut.or(() -> after);
    List<Commit> commits =
        ForgeCommits.oldestFirst(
            Fields.map(body.maybeObjects("commits"), ForgeCommits::commit), head);
    return Translation.of(
        new ForgePush(
                GitLabProject.in(body, settings),
                ref,
                before,
                after,
                head,
                Optional.empty(),
                Optional.empty(),
                false,
                ofMergeRequest(commits, head),
                body.maybeCount("total_commits_count"))
            .event(provenance));
  }

  /**
   * GitLab merges a merge request in a push of its own, and names it in the message of the merge
   * commit: the commits of that push are the request's, unless a commit names another.
   */
  private static List<Commit> ofMergeRequest(List<Commit> commits, Optional<String> head) {
    List<Optional<Long>> named = commits.stream().map(GitLabPushes::mergeRequest).toList();
    boolean byItsHead =
        !commits.isEmpty()
            && head.filter(commits.get(commits.size() - 1).getSha()::equals).isPresent()
            && named.get(named.size() - 1).isPresent();
    if (!byItsHead || named.stream().filter(Optional::isPresent).count() > 1) {
      return commits;
    }
    Long number = named.get(named.size() - 1).orElseThrow();
    return commits.stream()
        .map(commit -> Commit.newBuilder(commit).setPullRequest(number).build())
        .toList();
  }

  private static Optional<Long> mergeRequest(Commit commit) {
    var found = MERGE_REQUEST.matcher(commit.getMessage());
    return found.find() ? Optional.of(Long.parseLong(found.group(1))) : Optional.empty();
  }
}
