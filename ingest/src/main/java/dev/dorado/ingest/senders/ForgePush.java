package dev.dorado.ingest.senders;

import dev.dorado.events.Commit;
import dev.dorado.events.Provenance;
import dev.dorado.events.PushEvent;
import dev.dorado.ingest.delivery.CanonicalEvent;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A branch or tag that was moved, as a forge tells it.
 *
 * @param ref full ref, {@code refs/heads/...} or {@code refs/tags/...}
 * @param before SHA that it pointed to
 * @param after SHA that it points to; none if it was deleted
 * @param head SHA of the commit that it points to, where {@code after} is an annotated tag's
 * @param pushedAt the sender's time of the push
 * @param headTime time of the head commit, where the sender tells it outside of {@code commits}
 * @param commits oldest first
 * @param totalCommits how many there are, if that is known
 */
record ForgePush(
    ForgeRepository repository,
    String ref,
    Optional<String> before,
    Optional<String> after,
    Optional<String> head,
    Optional<Instant> pushedAt,
    Optional<Instant> headTime,
    boolean forced,
    List<Commit> commits,
    Optional<Integer> totalCommits) {

  static final String BRANCHES = "refs/heads/";
  static final String TAGS = "refs/tags/";

  /** Whether {@code ref} is a branch or a tag: nothing else is measured. */
  static boolean isBranchOrTag(String ref) {
    return ref.startsWith(BRANCHES) || ref.startsWith(TAGS);
  }

  /** The name of the branch that {@code ref} is; none if it is something else. */
  static Optional<String> branchOf(String ref) {
    return ref.startsWith(BRANCHES) && ref.length() > BRANCHES.length()
        ? Optional.of(ref.substring(BRANCHES.length()))
        : Optional.empty();
  }

  /** The event. Its time is the push's, else the head commit's, else that of receipt. */
  CanonicalEvent<PushEvent> event(Provenance provenance) {
    Optional<String> headSha = after.isEmpty() ? Optional.empty() : head.or(() -> after);
    Optional<Instant> time = pushedAt.or(() -> headTime).or(() -> timeOf(headSha));
    var moment = Moment.of(time, provenance);
    var event =
        PushEvent.newBuilder()
            .setId(
                moment.idOf(
                    "push",
                    repository.name() + " " + ref,
                    before.orElse("") + ".." + after.orElse("")))
            .setProvenance(provenance)
            .setOccurredAt(moment.at())
            .setRepository(repository.name())
            .setRef(ref)
            .setDefaultBranch(repository.defaultBranch().orElse(null))
            .setPushedAt(pushedAt.orElse(null))
            .setBefore(before.orElse(null))
            .setAfter(after.orElse(null))
            .setHead(headSha.orElse(null))
            .setForced(forced)
            .setCommits(dated(headSha, moment))
            .setTotalCommits(totalCommits.orElse(null))
            .build();
    return CanonicalEvent.of(event);
  }

  private Optional<Instant> timeOf(Optional<String> sha) {
    return commits.stream()
        .filter(commit -> sha.filter(commit.getSha()::equals).isPresent())
        .flatMap(commit -> Stream.of(commit.getCommittedAt(), commit.getAuthoredAt()))
        .filter(Objects::nonNull)
        .findFirst();
  }

  /**
   * The commits; one without a time that can be believed has that of the head, else of the push,
   * else of the receipt (rule E2).
   */
  private List<Commit> dated(Optional<String> headSha, Moment moment) {
    Optional<Instant> ofHead = headTime.or(() -> timeOf(headSha));
    Instant time = ofHead.or(() -> pushedAt).orElse(moment.at());
    String origin = ofHead.isPresent() ? "head" : pushedAt.isPresent() ? "push" : "receipt";
    return commits.stream()
        .map(
            commit ->
                commit.getCommittedAt() != null || commit.getAuthoredAt() != null
                    ? commit
                    : Commit.newBuilder(commit)
                        .setAuthoredAt(time)
                        .setCommittedAt(time)
                        .setTimeFrom(origin)
                        .build())
        .toList();
  }
}
