package dev.dorado.backfill;

import static java.util.Objects.requireNonNull;

import dev.dorado.events.Commit;
import dev.dorado.events.Provenance;
import dev.dorado.events.PushEvent;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.EventId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * History as pushes: a push for each commit on a branch's first-parent line, and for each tag.
 * Their ids are those of live pushes without a time of the push. Immutable.
 *
 * @param provenance how the events came
 * @param repository {@code host/owner/name}
 * @param defaultBranch name of the default branch
 */
record ImportedPushes(Provenance provenance, String repository, String defaultBranch) {

  /** The characters of messages and paths that fit into every record on the way. */
  private static final int MOST_CHARACTERS = 8 * 1024 * 1024;

  ImportedPushes {
    requireNonNull(provenance);
    requireNonNull(repository);
    requireNonNull(defaultBranch);
  }

  /**
   * The push that brought a commit of the first-parent line.
   *
   * @param branch name of the branch
   * @param before its first parent; empty at the root
   * @param time the committer's, or what stands for it
   * @param commits what it brought, oldest first, the commit itself last
   */
  CanonicalEvent<PushEvent> branch(
      String branch, Optional<String> before, Instant time, List<Commit> commits) {
    String head = commits.get(commits.size() - 1).getSha();
    List<Commit> newest = newest(commits);
    return push("refs/heads/" + branch, before, head, head, time, newest, commits.size());
  }

  /**
   * The push of a tag.
   *
   * @param name name of the tag
   * @param object what it points to: a commit or, of an annotated tag, the tag's object
   * @param commit the commit that it names in the end
   * @param time the tagger's, else the committer's
   */
  CanonicalEvent<PushEvent> tag(String name, String object, String commit, Instant time) {
    return push("refs/tags/" + name, Optional.empty(), object, commit, time, List.of(), 0);
  }

  private CanonicalEvent<PushEvent> push(
      String ref,
      Optional<String> before,
      String after,
      String head,
      Instant time,
      List<Commit> commits,
      int total) {
    String id = EventId.of("push", repository + " " + ref, before.orElse("") + ".." + after, time);
    return CanonicalEvent.of(
        PushEvent.newBuilder()
            .setId(id)
            .setProvenance(provenance)
            .setOccurredAt(time)
            .setRepository(repository)
            .setRef(ref)
            .setDefaultBranch(defaultBranch)
            .setPushedAt(null)
            .setBefore(before.orElse(null))
            .setAfter(after)
            .setHead(head)
            .setForced(false)
            .setCommits(commits)
            .setTotalCommits(total)
            .build());
  }

  /** As many of the newest as fit into one record; {@code total_commits} says the truth. */
  private static List<Commit> newest(List<Commit> commits) {
    int room = MOST_CHARACTERS;
    int first = commits.size();
    while (first > 0) {
      room -= characters(commits.get(first - 1));
      if (room < 0 && first < commits.size()) {
        break;
      }
      first--;
    }
    return first == 0 ? commits : new ArrayList<>(commits.subList(first, commits.size()));
  }

  private static int characters(Commit commit) {
    int characters = 200 + commit.getMessage().length();
    if (commit.getFiles() != null) {
      for (String path : commit.getFiles()) {
        characters += path.length() + 2;
      }
    }
    return characters;
  }
}
