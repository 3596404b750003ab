package dev.dorado.streams.attribute;

import dev.dorado.steps.RoutedChange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Rules L1 and L2: the lead time of a change and its stages, in seconds. Null: unknown.
 *
 * @param start from when it is measured
 * @param method commit or opened: what the start is; null if there is none
 * @param total start to deployed
 * @param coding first commit to opened
 * @param pickup opened to first review by another person
 * @param review first review, else opened, to merged
 * @param deploy merged to deployed; of a lone commit the whole
 * @param marks what a reader should know
 */
record LeadTime(
    Instant start,
    String method,
    Double total,
    Double coding,
    Double pickup,
    Double review,
    Double deploy,
    List<String> marks) {

  /**
   * The lead time of {@code change}.
   *
   * @param deployed finish of the deployment that shipped it, or null
   */
  static LeadTime of(RoutedChange change, Instant deployed, Duration tolerance) {
    Instant committed = change.getFirstCommitAt();
    Instant opened = change.getOpenedAt();
    Instant reviewed = change.getFirstReviewAt();
    Instant merged = change.getMergedAt();
    boolean lone = change.getPullRequest() == null;
    boolean byCommit = committed != null;
    String method = byCommit ? "commit" : opened == null ? null : "opened";

    var story =
        lone
            ? new Story(tolerance, committed, deployed)
            : new Story(tolerance, committed, opened, reviewed, merged, deployed);
    Instant start = lone || byCommit ? story.at(0) : story.at(1);
    List<String> marks = new ArrayList<>();
    if (start != null && !byCommit) {
      marks.add("no commit is known: measured from its opening (L1)");
    }
    if (Spans.isInverted(byCommit ? committed : opened, deployed, tolerance)) {
      marks.add("deployed before it began: the lead time is unknown (E2)");
    }
    Double total = Spans.seconds(start, deployed, tolerance);
    if (lone) {
      return new LeadTime(start, method, total, null, null, null, total, marks);
    }
    if (Spans.isInverted(committed, opened, tolerance)) {
      marks.add("opened before its first known commit: coding is unknown (E2)");
    }
    if (Spans.isInverted(merged, deployed, tolerance)) {
      marks.add("deployed before it was merged: deploy is unknown (E2)");
    }
    return new LeadTime(
        start,
        method,
        total,
        story.seconds(0, 1),
        story.seconds(1, 2),
        story.seconds(reviewed == null ? 1 : 2, 3),
        story.seconds(3, 4),
        marks);
  }

  /**
   * Boundaries in the order in which they should have been (rule E2): where one crosses the next by
   * up to the tolerance, it is moved to it, so that the spans still add up.
   */
  private static final class Story {
    private final Duration tolerance;
    private final Instant[] moved;

    Story(Duration tolerance, Instant... boundaries) {
      this.tolerance = tolerance;
      this.moved = boundaries.clone();
      Instant next = null;
      for (int i = boundaries.length - 1; i >= 0; i--) {
        if (boundaries[i] == null) {
          continue;
        }
        if (next != null
            && boundaries[i].isAfter(next)
            && !Spans.isInverted(boundaries[i], next, tolerance)) {
          moved[i] = next;
        }
        next = moved[i];
      }
    }

    Instant at(int boundary) {
      return moved[boundary];
    }

    Double seconds(int from, int to) {
      return Spans.seconds(moved[from], moved[to], tolerance);
    }
  }
}
