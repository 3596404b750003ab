package dev.dorado.rules.attribute;

import dev.dorado.steps.RoutedChange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Rules L1 and L2: the lead time of a change and its stages, in seconds. Null: unknown. Stages lie
 * within the lead time and, where all boundaries are known, add up to it.
 *
 * @param start from when it is measured
 * @param method commit or opened: what the start is; null if there is none
 * @param total start to deployed
 * @param coding start to ready for review, which is the opening unless it was opened as a draft
 * @param pickup ready to first review by another person
 * @param review first review, else ready, to merged
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
    return change.getPullRequest() == null
        ? ofLoneCommit(committed, deployed, tolerance)
        : ofPullRequest(change, committed, deployed, tolerance);
  }

  private static LeadTime ofLoneCommit(Instant committed, Instant deployed, Duration tolerance) {
    var story = new Story(tolerance, committed, deployed);
    Double total = Spans.seconds(story.at(0), deployed, tolerance);
    List<String> marks = new ArrayList<>();
    addInversion(marks, committed, deployed, tolerance);
    String method = committed == null ? null : "commit";
    return new LeadTime(story.at(0), method, total, null, null, null, total, marks);
  }

  private static LeadTime ofPullRequest(
      RoutedChange change, Instant committed, Instant deployed, Duration tolerance) {
    Instant merged = change.getMergedAt();
    Instant opened = unlessAfter(change.getOpenedAt(), merged, tolerance);
    boolean afterMerge = Spans.isInverted(committed, merged, tolerance);
    Instant ready = change.getReadyAt() == null ? opened : change.getReadyAt();
    boolean afterOpening = Spans.isInverted(committed, opened == null ? ready : opened, tolerance);
    boolean byCommit = committed != null && !afterMerge && !afterOpening;
    Instant start = byCommit ? committed : opened;
    Instant reviewed = unlessAfter(change.getFirstReviewAt(), merged, tolerance);
    if (Spans.isInverted(ready == null ? start : ready, reviewed, tolerance)) {
      reviewed = null;
    }
    var story = new Story(tolerance, start, ready, reviewed, merged, deployed);
    List<String> marks = new ArrayList<>();
    if (afterMerge) {
      marks.add("its first known commit was authored after the merge and can't be its start (L1)");
    } else if (afterOpening && start != null) {
      marks.add("its first known commit was authored after its opening, which is its start (L1)");
    } else if (committed == null && start != null) {
      marks.add("no commit is known: measured from its opening (L1)");
    }
    addInversion(marks, start, deployed, tolerance);
    if (Spans.isInverted(merged, deployed, tolerance)) {
      marks.add("deployed before it was merged: its stages end with the deployment (L2)");
    }
    return new LeadTime(
        story.at(0),
        start == null ? null : byCommit ? "commit" : "opened",
        Spans.seconds(story.at(0), deployed, tolerance),
        byCommit || change.getReadyAt() != null ? story.seconds(0, 1) : null,
        story.seconds(1, 2),
        story.seconds(reviewed == null ? 1 : 2, 3),
        story.seconds(3, 4),
        marks);
  }

  private static void addInversion(
      List<String> marks, Instant start, Instant deployed, Duration tolerance) {
    if (Spans.isInverted(start, deployed, tolerance)) {
      marks.add("deployed before it began: the lead time is unknown (E2)");
    }
  }

  private static Instant unlessAfter(Instant time, Instant end, Duration tolerance) {
    return Spans.isInverted(time, end, tolerance) ? null : time;
  }

  /**
   * Boundaries in the order in which they should have been, the deployment last (rule E2): where
   * one crosses a later one, it is moved to it, so that the spans still add up. What comes after
   * the deployment is moved to it too.
   */
  private static final class Story {
    private final Duration tolerance;
    private final Instant[] reported;
    private final Instant[] moved;

    Story(Duration tolerance, Instant... boundaries) {
      this.tolerance = tolerance;
      this.reported = boundaries;
      this.moved = boundaries.clone();
      Instant next = null;
      for (int i = boundaries.length - 1; i >= 0; i--) {
        if (boundaries[i] != null) {
          moved[i] = next != null && boundaries[i].isAfter(next) ? next : boundaries[i];
          next = moved[i];
        }
      }
    }

    Instant deployed() {
      return reported[reported.length - 1];
    }

    /** A boundary; as it was reported if it is after the deployment by more than the tolerance. */
    Instant at(int boundary) {
      return isAfterDeployment(boundary) ? reported[boundary] : moved[boundary];
    }

    /** Null: a boundary is unknown, or the stage had not begun when the change was deployed. */
    Double seconds(int from, int to) {
      return isAfterDeployment(from) ? null : Spans.seconds(moved[from], moved[to], tolerance);
    }

    private boolean isAfterDeployment(int boundary) {
      return Spans.isInverted(reported[boundary], deployed(), tolerance);
    }
  }
}
