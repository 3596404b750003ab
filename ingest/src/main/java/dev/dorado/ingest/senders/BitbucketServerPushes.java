package dev.dorado.ingest.senders;

import dev.dorado.events.Commit;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Bitbucket Data Center's {@code repo:refs_changed}, which tells of several refs. New versions list
 * the newest commits (five, if nobody has set another limit), old ones none.
 */
final class BitbucketServerPushes {

  private final SenderSettings settings;

  BitbucketServerPushes(SenderSettings settings) {
    this.settings = settings;
  }

  Translation translate(Fields body, Provenance provenance) {
    var repository = BitbucketServerSender.repository(body.object("repository"), settings);
    Optional<Instant> pushedAt = body.maybeTime("date");
    List<Commit> listed = Fields.map(body.maybeObjects("commits"), BitbucketServerPushes::commit);
    List<CanonicalEvent<?>> events = new ArrayList<>();
    var problem =
        Fields.each(
            body.objects("changes"),
            change -> {
              Optional<String> id = change.maybeObject("ref").flatMap(ref -> ref.maybeText("id"));
              String ref =
                  id.orElseGet(() -> change.text("refId", "a full ref, as refs/heads/main"));
              if (ForgePush.isBranchOrTag(ref)) {
                events.add(event(repository, ref, change, listed, pushedAt, provenance));
              }
            });
    if (events.isEmpty() && problem.isPresent()) {
      throw problem.get();
    }
    return events.isEmpty()
        ? Translation.ignored("repo:refs_changed: neither a branch nor a tag was moved")
        : Translation.of(events.toArray(CanonicalEvent<?>[]::new));
  }

  private static CanonicalEvent<?> event(
      ForgeRepository repository,
      String ref,
      Fields change,
      List<Commit> listed,
      Optional<Instant> pushedAt,
      Provenance provenance) {
    Optional<String> before = Shas.maybe(change, "fromHash");
    Optional<String> after = Shas.zeroable(change, "toHash");
    List<Commit> commits =
        after
            .map(head -> ForgeCommits.leadingTo(head, listed))
            .map(list -> ForgeCommits.oldestFirst(list, after))
            .orElse(List.of());
    return new ForgePush(
            repository,
            ref,
            before,
            after,
            after,
            pushedAt,
            Optional.empty(),
            false,
            commits,
            total(commits, before))
        .event(provenance);
  }

  /** The list is whole where it goes back to what the ref pointed to. */
  private static Optional<Integer> total(List<Commit> commits, Optional<String> before) {
    boolean whole =
        !commits.isEmpty()
            && before
                .filter(
                    sha ->
                        commits.get(0).getParents() != null
                            && commits.get(0).getParents().contains(sha))
                .isPresent();
    return whole ? Optional.of(commits.size()) : Optional.empty();
  }

  private static Commit commit(Fields commit) {
    Optional<Instant> authoredAt = commit.maybePastTime("authorTimestamp");
    Optional<Instant> committedAt = commit.maybePastTime("committerTimestamp").or(() -> authoredAt);
    return Commit.newBuilder()
        .setSha(Shas.required(commit, "id"))
        .setMessage(commit.maybeLongText("message").orElse(""))
        .setAuthor(commit.maybeObject("author").flatMap(BitbucketServerPushes::author).orElse(null))
        .setAuthoredAt(authoredAt.or(() -> committedAt).orElse(null))
        .setCommittedAt(committedAt.orElse(null))
        .setFiles(null)
        .setParents(
            commit.maybeNode("parents").isEmpty()
                ? null
                : commit.maybeObjects("parents").stream()
                    .flatMap(parent -> Shas.maybe(parent, "id").stream())
                    .toList())
        .setPullRequest(null)
        .build();
  }

  /** Whom Bitbucket knows has a login, others a name and an address. */
  private static Optional<String> author(Fields author) {
    return author.maybeText("slug").isPresent()
        ? BitbucketServerSender.person(author)
        : author.maybeText("emailAddress").or(() -> author.maybeText("name"));
  }
}
