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
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Azure's {@code git.push}, which may move several refs and has one list of commits for all, newest
 * first, without parents and paths.
 */
final class AzurePushes {

  private final SenderSettings settings;

  AzurePushes(SenderSettings settings) {
    this.settings = settings;
  }

  Translation translate(Fields body, Provenance provenance) {
    Fields resource = AzureDevOpsSender.resource(body);
    if (resource.maybeNode("refUpdates").isEmpty()) {
      throw resource.absent("refUpdates", "the refs that were moved" + AzureDevOpsSender.FULL);
    }
    List<Fields> updates = resource.objects("refUpdates");
    List<Commit> listed = Fields.map(resource.maybeObjects("commits"), AzurePushes::commit);
    var repository = AzureRepository.of(resource.object("repository"), body, settings);
    Optional<Instant> pushedAt = resource.maybeTime("date").or(() -> body.maybeTime("createdDate"));
    boolean isOfOne = headsIn(updates, listed).size() <= 1;
    List<CanonicalEvent<?>> events = new ArrayList<>();
    var problem =
        Fields.each(
            updates,
            update -> {
              String ref = update.text("name", "a full ref, as refs/heads/main");
              if (ForgePush.isBranchOrTag(ref)) {
                Optional<String> after = Shas.zeroable(update, "newObjectId");
                events.add(
                    new ForgePush(
                            repository,
                            ref,
                            Shas.maybe(update, "oldObjectId"),
                            after,
                            after,
                            pushedAt,
                            Optional.empty(),
                            false,
                            after
                                .map(head -> commits(ref, head, listed, isOfOne))
                                .orElse(List.of()),
                            Optional.empty())
                        .event(provenance));
              }
            });
    if (events.isEmpty() && problem.isPresent()) {
      throw problem.get();
    }
    return events.isEmpty()
        ? Translation.ignored("git.push: neither a branch nor a tag was moved")
        : Translation.of(events.toArray(CanonicalEvent<?>[]::new));
  }

  /**
   * The branches' heads among the commits. If there are several, nothing tells which of the other
   * commits led to which.
   */
  private static Set<String> headsIn(List<Fields> updates, List<Commit> listed) {
    Set<String> shas = listed.stream().map(Commit::getSha).collect(Collectors.toSet());
    return updates.stream()
        .filter(update -> update.maybeText("name").flatMap(ForgePush::branchOf).isPresent())
        .flatMap(update -> Shas.maybe(update, "newObjectId").stream())
        .filter(shas::contains)
        .collect(Collectors.toSet());
  }

  private static List<Commit> commits(
      String ref, String head, List<Commit> listed, boolean isOfOne) {
    if (ForgePush.branchOf(ref).isEmpty()) {
      return List.of();
    }
    boolean isThere = listed.stream().anyMatch(commit -> commit.getSha().equals(head));
    return isOfOne && isThere
        ? ForgeCommits.oldestFirst(listed, Optional.of(head))
        : ForgeCommits.leadingTo(head, listed);
  }

  private static Commit commit(Fields commit) {
    Optional<Fields> author = commit.maybeObject("author");
    Optional<Instant> authoredAt = author.flatMap(a -> a.maybePastTime("date"));
    Optional<Instant> committedAt =
        commit
            .maybeObject("committer")
            .flatMap(committer -> committer.maybePastTime("date"))
            .or(() -> authoredAt);
    return Commit.newBuilder()
        .setSha(Shas.required(commit, "commitId"))
        .setMessage(commit.maybeLongText("comment").orElse(""))
        .setAuthor(
            author.flatMap(a -> a.maybeText("email").or(() -> a.maybeText("name"))).orElse(null))
        .setAuthoredAt(authoredAt.or(() -> committedAt).orElse(null))
        .setCommittedAt(committedAt.orElse(null))
        .setFiles(null)
        .setParents(null)
        .setPullRequest(null)
        .build();
  }
}
