package dev.dorado.ingest.senders;

import dev.dorado.events.Commit;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
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
    var pushedAt = Optional.of(body.time("date"));
    List<Commit> listed =
        body.maybeObjects("commits").stream().map(BitbucketServerPushes::commit).toList();
    List<CanonicalEvent<?>> events = new ArrayList<>();
    for (var change : body.objects("changes")) {
      Optional<String> id = change.maybeObject("ref").flatMap(ref -> ref.maybeText("id"));
      String ref = id.orElseGet(() -> change.text("refId", "a full ref, as refs/heads/main"));
      if (!ForgePush.isBranchOrTag(ref)) {
        continue;
      }
      Optional<String> before = Shas.zeroable(change, "fromHash");
      Optional<String> after = Shas.zeroable(change, "toHash");
      List<Commit> commits =
          after
              .map(head -> ForgeCommits.leadingTo(head, listed))
              .map(list -> ForgeCommits.oldestFirst(list, after))
              .orElse(List.of());
      events.add(
          new ForgePush(
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
              .event(provenance));
    }
    return events.isEmpty()
        ? Translation.ignored("repo:refs_changed: neither a branch nor a tag was moved")
        : Translation.of(events.toArray(CanonicalEvent<?>[]::new));
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
    var committedAt =
        commit.maybeTime("committerTimestamp").orElseGet(() -> commit.time("authorTimestamp"));
    return Commit.newBuilder()
        .setSha(Shas.required(commit, "id"))
        .setMessage(commit.maybeLongText("message").orElse(""))
        .setAuthor(commit.maybeObject("author").flatMap(BitbucketServerPushes::author).orElse(null))
        .setAuthoredAt(commit.maybeTime("authorTimestamp").orElse(committedAt))
        .setCommittedAt(committedAt)
        .setFiles(null)
        .setParents(
            commit.maybeNode("parents").isEmpty()
                ? null
                : commit.objects("parents").stream()
                    .map(parent -> Shas.required(parent, "id"))
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
