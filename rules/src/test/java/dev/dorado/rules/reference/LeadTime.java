package dev.dorado.rules.reference;

import dev.dorado.rules.reference.Changes.Change;
import java.time.Duration;
import java.time.Instant;

/** Rules L1 and L2, with E2: seconds from the first commit to the deployment, and its stages. */
final class LeadTime {

  Instant start;
  Double total;
  Double coding;
  Double pickup;
  Double review;
  Double deploy;

  private final Duration tolerance;
  private final Instant deployed;

  LeadTime(Change change, Instant deployed, Duration tolerance) {
    this.tolerance = tolerance;
    this.deployed = deployed;
    if (change.pullRequest == null) {
      boolean inverted = isAfter(change.firstCommitAt, deployed);
      start = inverted ? change.firstCommitAt : earlier(change.firstCommitAt, deployed);
      total = seconds(start, deployed);
      deploy = total;
    } else {
      measure(change);
    }
  }

  private void measure(Change change) {
    Instant merged = change.mergedAt;
    // What should have been before something else, and was after it, is not believed.
    Instant opened = isAfter(change.openedAt, merged) ? null : change.openedAt;
    Instant ready = change.readyAt == null ? opened : change.readyAt;
    boolean byCommit =
        change.firstCommitAt != null
            && !isAfter(change.firstCommitAt, merged)
            && !isAfter(change.firstCommitAt, opened == null ? ready : opened);
    Instant began = byCommit ? change.firstCommitAt : opened;
    Instant reviewed = change.firstReviewAt;
    if (isAfter(reviewed, merged) || isAfter(ready == null ? began : ready, reviewed)) {
      reviewed = null;
    }

    // E2: what crosses a later boundary is moved to it.
    Instant end = earlier(merged, deployed);
    Instant pickedUp = earlier(reviewed, end);
    Instant waiting = earlier(ready, pickedUp == null ? end : pickedUp);
    Instant first = waiting == null ? pickedUp : waiting;
    start = earlier(began, first == null ? end : first);

    // L2: without a review, pickup is unknown and review runs from ready to merged. What had not
    // begun when it was deployed is no part of the lead time.
    total = seconds(start, deployed);
    if (byCommit || change.readyAt != null) {
      coding = isAfter(began, deployed) ? null : seconds(start, waiting);
    }
    pickup = isAfter(ready, deployed) ? null : seconds(waiting, pickedUp);
    boolean isReviewed = reviewed != null;
    if (!isAfter(isReviewed ? reviewed : ready, deployed)) {
      review = seconds(isReviewed ? pickedUp : waiting, end);
    }
    deploy = isAfter(merged, deployed) ? null : seconds(end, deployed);
    // A change that was deployed before it began: nothing of it is moved.
    start = isAfter(began, deployed) ? began : start;
    total = isAfter(began, deployed) ? null : total;
  }

  /** The time, or what comes after it if that was earlier; null if the time is not known. */
  private static Instant earlier(Instant time, Instant next) {
    return time != null && next != null && time.isAfter(next) ? next : time;
  }

  /** E2: whether a boundary comes after the next by more than the tolerance. */
  private boolean isAfter(Instant time, Instant next) {
    return time != null && next != null && time.isAfter(next.plus(tolerance));
  }

  /** E2: a span that is inverted by more is unknown. */
  private Double seconds(Instant from, Instant to) {
    if (from == null || to == null || from.isAfter(to.plus(tolerance))) {
      return null;
    }
    return Math.max(0, Duration.between(from, to).toMillis() / 1000.0);
  }
}
