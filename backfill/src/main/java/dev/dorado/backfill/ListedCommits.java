package dev.dorado.backfill;

import dev.dorado.events.Commit;
import dev.dorado.events.PushEvent;
import dev.dorado.ingest.delivery.CanonicalEvent;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The commits of a branch, as a forge lists them, made into the pushes that {@link GitBackfill}
 * makes of the same branch, but without file lists: that would be a request for each commit.
 */
final class ListedCommits {

  private static final Comparator<Commit> OLDEST_FIRST =
      Comparator.comparing(
              Commit::getCommittedAt, Comparator.nullsFirst(Comparator.<Instant>naturalOrder()))
          .thenComparing(Commit::getSha);

  private ListedCommits() {}

  /**
   * The pushes of a branch, oldest first.
   *
   * @param head its newest commit
   * @param listed its commits, or its newest, each with its parents
   */
  static List<CanonicalEvent<PushEvent>> pushes(
      ImportedPushes pushes, String branch, String head, List<Commit> listed) {
    Map<String, Commit> bySha = new HashMap<>();
    listed.forEach(commit -> bySha.put(commit.getSha(), commit));
    Deque<Commit> line = new ArrayDeque<>();
    for (Commit commit = bySha.get(head); commit != null; ) {
      line.push(commit);
      commit = firstParent(commit).map(bySha::get).orElse(null);
    }
    var mainline =
        new Mainline<String>(
            sha -> bySha.containsKey(sha) ? bySha.get(sha).getParents() : List.of(),
            Comparator.comparing(bySha::get, OLDEST_FIRST),
            new HashSet<>(bySha.keySet()));
    List<CanonicalEvent<PushEvent>> events = new ArrayList<>(line.size());
    Instant time = Instant.EPOCH;
    for (Commit commit : line) {
      List<Commit> commits = new ArrayList<>();
      mainline.broughtBy(commit.getSha()).forEach(sha -> commits.add(bySha.get(sha)));
      commits.add(commit);
      // A time that lies after the import is nobody's: its parent's stands for it.
      time = commit.getCommittedAt() == null ? time : commit.getCommittedAt();
      events.add(pushes.branch(branch, firstParent(commit), time, commits));
    }
    return events;
  }

  private static Optional<String> firstParent(Commit commit) {
    return commit.getParents().stream().findFirst();
  }
}
