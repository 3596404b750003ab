package dev.dorado.streams.reference;

import dev.dorado.streams.reference.Changes.Change;
import java.time.Duration;
import java.time.Instant;

/** Rules L1 and L2, with E2: seconds from the first commit to the deployment, and its stages. */
final class LeadTime {

  final Instant start;
  final Double total;
  Double coding;
  Double pickup;
  Double review;
  Double deploy;

  private final Duration tolerance;

  LeadTime(Change change, Instant deployed, Duration tolerance) {
    this.tolerance = tolerance;
    boolean lone = change.pullRequest == null;
    Instant[] story =
        lone
            ? inOrder(change.firstCommitAt, deployed)
            : inOrder(
                change.firstCommitAt,
                change.openedAt,
                change.firstReviewAt,
                change.mergedAt,
                deployed);
    // L1: from the first commit; if none is known, from the opening.
    start = lone || story[0] != null ? story[0] : story[1];
    total = seconds(start, deployed);
    if (lone) {
      deploy = total;
    } else {
      // L2: without a review, pickup is unknown and review runs from opened to merged.
      coding = seconds(story[0], story[1]);
      pickup = seconds(story[1], story[2]);
      review = seconds(story[2] == null ? story[1] : story[2], story[3]);
      deploy = seconds(story[3], story[4]);
    }
  }

  /**
   * E2: where two boundaries cross by up to the tolerance, the later one is moved to the earlier.
   */
  private Instant[] inOrder(Instant... boundaries) {
    Instant next = null;
    for (int i = boundaries.length - 1; i >= 0; i--) {
      Instant at = boundaries[i];
      if (at != null) {
        boolean crosses = next != null && at.isAfter(next) && !at.isAfter(next.plus(tolerance));
        boundaries[i] = crosses ? next : at;
        next = boundaries[i];
      }
    }
    return boundaries;
  }

  /** E2: a span that is inverted by more is unknown. */
  private Double seconds(Instant from, Instant to) {
    if (from == null || to == null || from.isAfter(to.plus(tolerance))) {
      return null;
    }
    return Math.max(0, Duration.between(from, to).toMillis() / 1000.0);
  }
}
