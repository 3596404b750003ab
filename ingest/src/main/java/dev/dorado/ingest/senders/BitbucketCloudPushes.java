package dev.dorado.ingest.senders;

import com.google.re2j.Pattern;
import dev.dorado.events.Commit;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Bitbucket Cloud's {@code repo:push}, which tells of several refs, and lists at most five commits
 * of each, newest first and without their files. It has no time but those of the commits.
 */
final class BitbucketCloudPushes {

  private static final Pattern ADDRESS = Pattern.compile("<([^<>]{1,300})>");

  private final SenderSettings settings;

  BitbucketCloudPushes(SenderSettings settings) {
    this.settings = settings;
  }

  Translation translate(Fields body, Provenance provenance) {
    var repository = BitbucketCloudSender.repository(body.object("repository"), settings);
    List<CanonicalEvent<?>> events = new ArrayList<>();
    List<String> ignored = new ArrayList<>();
    var problem =
        Fields.each(
            body.object("push").objects("changes"),
            change -> {
              Optional<Fields> now = change.maybeObject("new");
              if (now.isEmpty()) {
                String name =
                    change.maybeObject("old").flatMap(old -> old.maybeText("name")).orElse("?");
                ignored.add("%s was deleted; what it brought stays".formatted(name));
                return;
              }
              String type = now.get().maybeText("type").orElse("branch");
              String name = now.get().text("name", "the name of a branch or tag");
              switch (type) {
                case "branch", "named_branch" ->
                    events.add(
                        event(
                            repository, ForgePush.BRANCHES + name, change, now.get(), provenance));
                case "tag", "annotated_tag" ->
                    events.add(
                        event(repository, ForgePush.TAGS + name, change, now.get(), provenance));
                default ->
                    ignored.add("%s is a %s, neither a branch nor a tag".formatted(name, type));
              }
            });
    if (events.isEmpty() && problem.isPresent()) {
      throw problem.get();
    }
    if (events.isEmpty()) {
      return Translation.ignored(
          "push: " + (ignored.isEmpty() ? "nothing was changed" : String.join("; ", ignored)));
    }
    return Translation.of(events.toArray(CanonicalEvent<?>[]::new));
  }

  private static CanonicalEvent<?> event(
      ForgeRepository repository, String ref, Fields change, Fields now, Provenance provenance) {
    Fields target = now.object("target");
    Optional<String> head = Optional.of(Shas.required(target, "hash"));
    Optional<String> before =
        change
            .maybeObject("old")
            .flatMap(old -> old.maybeObject("target"))
            .flatMap(old -> Shas.maybe(old, "hash"));
    List<Commit> commits =
        ForgeCommits.oldestFirst(
            Fields.map(change.maybeObjects("commits"), BitbucketCloudPushes::commit), head);
    boolean truncated = change.maybeFlag("truncated").orElse(false);
    return new ForgePush(
            repository,
            ref,
            before,
            head,
            head,
            Optional.empty(),
            target.maybePastTime("date"),
            change.maybeFlag("forced").orElse(false),
            commits,
            truncated ? Optional.empty() : Optional.of(commits.size()))
        .event(provenance);
  }

  private static Commit commit(Fields commit) {
    var time = commit.maybePastTime("date").orElse(null);
    Optional<Fields> author = commit.maybeObject("author");
    return Commit.newBuilder()
        .setSha(Shas.required(commit, "hash"))
        .setMessage(commit.maybeLongText("message").orElse(""))
        .setAuthor(
            author
                .flatMap(a -> a.maybeObject("user"))
                .flatMap(BitbucketCloudSender::person)
                .or(
                    () ->
                        author.flatMap(a -> a.maybeText("raw")).map(BitbucketCloudPushes::address))
                .orElse(null))
        .setAuthoredAt(time)
        .setCommittedAt(time)
        .setFiles(null)
        .setParents(
            commit.maybeNode("parents").isEmpty()
                ? null
                : commit.maybeObjects("parents").stream()
                    .flatMap(parent -> Shas.maybe(parent, "hash").stream())
                    .toList())
        .setPullRequest(null)
        .build();
  }

  /** {@code ann@example.org} of {@code Ann <ann@example.org>}. */
  private static String address(String raw) {
    var found = ADDRESS.matcher(raw);
    return found.find() ? found.group(1) : raw;
  }
}
