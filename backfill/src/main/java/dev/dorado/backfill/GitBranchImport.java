package dev.dorado.backfill;

import dev.dorado.ingest.delivery.CanonicalEvent;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * One branch of a Git repository: its first-parent line above the commits that are left out, and
 * what each commit of the line brought. Not thread-safe.
 */
final class GitBranchImport {

  private static final Comparator<RevCommit> OLDEST_FIRST =
      ((Comparator<RevCommit>) CommitTimes::compare).thenComparing(AnyObjectId::compareTo);

  private final Instant importedAt;
  private final List<Dated> line = new ArrayList<>();
  private final Mainline<RevCommit> mainline;
  private final int size;
  private final boolean continues;
  private Instant time;
  private int next;

  /** A commit of the line, and its committer's time, which its headers do not tell beyond 2038. */
  private record Dated(RevCommit commit, Instant time) {}

  /**
   * Reads the graph of the branch.
   *
   * @param head its newest commit
   * @param imported its newest commit that is imported already, if any; where the branch has left
   *     it by a force-push, everything counts as new
   * @param end the commit at which the line ends, which is not in it; empty if it goes to its root
   * @param importedAt times later than this are left out (rule S2)
   */
  GitBranchImport(
      Repository repository,
      ObjectId head,
      Optional<ObjectId> imported,
      Optional<ObjectId> end,
      Instant importedAt)
      throws IOException {
    this.importedAt = importedAt;
    try (var walk = new RevWalk(repository)) {
      RevCommit tip = walk.parseCommit(head);
      RevCommit known = null;
      RevCommit commit = tip;
      while (commit != null) {
        walk.parseHeaders(commit);
        if (imported.isPresent() && commit.equals(imported.get())) {
          known = commit;
          break;
        }
        if (end.isPresent() && commit.equals(end.get())) {
          break;
        }
        line.add(new Dated(commit, CommitTimes.of(walk, commit)));
        commit.disposeBody();
        commit = firstParent(commit);
      }
      this.continues = known != null;
      RevCommit below = known;
      if (known == null && !line.isEmpty()) {
        below = firstParent(line.get(line.size() - 1).commit());
      }
      this.time = timeOfNewestUpTo(walk, below);
      Collections.reverse(line);
      walk.setRetainBody(false);
      Set<RevCommit> fresh = fresh(walk, tip, below);
      this.size = fresh.size();
      this.mainline = new Mainline<>(c -> Arrays.asList(c.getParents()), OLDEST_FIRST, fresh);
    }
  }

  /** How many commits there are to import, those off the line among them. */
  int size() {
    return size;
  }

  /** Whether the commit that was said to be imported is on the line. */
  boolean continues() {
    return continues;
  }

  /** The next step of the line, oldest first; null after the last. */
  Step next() {
    if (next == line.size()) {
      return null;
    }
    Dated dated = line.get(next++);
    RevCommit commit = dated.commit();
    List<ObjectId> commits = new ArrayList<>(mainline.broughtBy(commit));
    commits.add(commit);
    // A time that lies after the import is nobody's: its parent's stands for it.
    time = dated.time().isAfter(importedAt) ? time : dated.time();
    return new Step(Optional.ofNullable(firstParent(commit)), commits, time);
  }

  /** Everything reachable from {@code tip} and not from {@code below}. */
  private static Set<RevCommit> fresh(RevWalk walk, RevCommit tip, RevCommit below)
      throws IOException {
    walk.markStart(tip);
    if (below != null) {
      walk.markUninteresting(below);
    }
    Set<RevCommit> fresh = new HashSet<>();
    for (RevCommit commit = walk.next(); commit != null; commit = walk.next()) {
      fresh.add(commit);
    }
    return fresh;
  }

  /** The time of the newest commit with one, from {@code commit} down the first parents. */
  private Instant timeOfNewestUpTo(RevWalk walk, RevCommit commit) throws IOException {
    for (RevCommit c = commit; c != null; c = firstParent(c)) {
      Instant committed;
      try {
        walk.parseHeaders(c);
        committed = CommitTimes.of(walk, c);
        c.disposeBody();
      } catch (MissingObjectException e) {
        // The end of a shallow clone.
        return Instant.EPOCH;
      }
      if (!committed.isAfter(importedAt)) {
        return committed;
      }
    }
    return Instant.EPOCH;
  }

  private static RevCommit firstParent(RevCommit commit) {
    return commit.getParentCount() == 0 ? null : commit.getParent(0);
  }

  /**
   * A commit of the line.
   *
   * @param before its first parent; empty at the root
   * @param commits what it brought, oldest first, itself last
   * @param time its committer's time, or what stands for it
   */
  record Step(Optional<ObjectId> before, List<ObjectId> commits, Instant time) {
    ObjectId commit() {
      return commits.get(commits.size() - 1);
    }
  }

  /** What a step of the line became: its events, and how many commits they tell of. */
  record Imported(ObjectId commit, int commits, List<CanonicalEvent<?>> events) {}
}
