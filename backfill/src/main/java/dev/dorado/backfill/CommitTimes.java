package dev.dorado.backfill;

import java.io.IOException;
import java.time.Instant;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * Times of commits. {@link RevCommit#getCommitTime()} is an {@code int} of seconds, which wraps in
 * 2038: a commit of 2039 would be one of 1902. The commit's text has the whole number.
 */
final class CommitTimes {

  private CommitTimes() {}

  /**
   * The committer's time.
   *
   * @param walk reads the commit's body unless it is there already
   * @return 1970 if the commit names no committer
   * @throws IOException if the commit is missing or damaged
   */
  static Instant of(RevWalk walk, RevCommit commit) throws IOException {
    walk.parseBody(commit);
    PersonIdent committer = commit.getCommitterIdent();
    return committer == null ? Instant.EPOCH : committer.getWhenAsInstant();
  }

  /** Orders commits by their committers' times, rightly until 2106. Bodies are not needed. */
  static int compare(RevCommit one, RevCommit other) {
    return Integer.compareUnsigned(one.getCommitTime(), other.getCommitTime());
  }
}
