package dev.dorado.rules;

import static dev.dorado.rules.History.at;
import static dev.dorado.rules.History.commit;
import static dev.dorado.rules.History.history;
import static dev.dorado.rules.History.sha;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.facts.ChangeFact;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Rules L1 to L3 of metrics.md, as far as they are about one change. */
class LeadTimeRulesTest {

  private static final double HOUR = 3600;
  private static final Instant START = at("2026-01-05T08:00");

  private static Instant hour(int hours) {
    return START.plusSeconds(3600L * hours);
  }

  @Test
  void l1OfASquashedPullRequestItIsMeasuredFromItsBranchsFirstCommit() {
    var facts =
        history()
            .push("main", START, commit("base"))
            .push("feature", hour(2), commit("a").made(hour(1)), commit("b").made(hour(2)))
            .pullRequest(1)
            .from("feature", "b")
            .commits(2)
            .opened(hour(3))
            .reviewed(hour(5), "bob")
            .merged(hour(8), "squash")
            .push("main", hour(8), commit("squash").made(hour(8)))
            .deploy("d1", "squash", hour(12))
            .facts();

    var change = facts.change("#1");
    assertThat(change.getStartedAt()).isEqualTo(hour(1));
    assertThat(change.getStartMethod()).isEqualTo("commit");
    assertThat(change.getLeadTime()).isEqualTo(11 * HOUR);
    assertThat(change.getCoding()).isEqualTo(2 * HOUR);
    assertThat(change.getPickup()).isEqualTo(2 * HOUR);
    assertThat(change.getReview()).isEqualTo(3 * HOUR);
    assertThat(change.getDeploy()).isEqualTo(4 * HOUR);
  }

  @Test
  void l1TheAuthorsTimeOfARebasedCommitCounts() {
    var facts =
        history()
            .pullRequest(1)
            .commits(2)
            .opened(hour(3))
            .merged(hour(4), "r2")
            .push(
                "main",
                hour(4),
                commit("r1").made(hour(4)).authored(hour(1)),
                commit("r2").made(hour(4)))
            .deploy("d1", "r2", hour(5))
            .facts();

    assertThat(facts.change("#1").getLeadTime()).isEqualTo(4 * HOUR);
  }

  @Test
  void e2ACommitWithoutATimeOfItsOwnIsMarked() {
    var facts =
        history()
            .push("main", START, commit("base"))
            .push("main", hour(2), commit("a").made(hour(2)).timeFrom("push"))
            .deploy("d1", "base", hour(1))
            .deploy("d2", "a", hour(3))
            .facts();

    assertThat(facts.change("a").getLeadTime()).isEqualTo(HOUR);
    assertThat(facts.change("a").getMarks())
        .containsExactly(
            "commit %s has no time of its own: that of its push stands for it (E2)"
                .formatted(sha("a").substring(0, 7)));
  }

  @Test
  void l1TheSquashItselfIsNoCommitOfIt() {
    var facts =
        history()
            .pullRequest(1)
            .commits(1)
            .opened(hour(2))
            .merged(hour(4), "squash")
            .push("main", hour(4), commit("squash").made(hour(1)))
            .deploy("d1", "squash", hour(5))
            .facts();

    var change = facts.change("#1");
    assertThat(change.getStartMethod()).isEqualTo("opened");
    assertThat(change.getStartedAt()).isEqualTo(hour(2));
    assertThat(change.getLeadTime()).isEqualTo(3 * HOUR);
    assertThat(change.getCoding()).isNull();
    assertThat(change.getMarks()).singleElement().asString().contains("L1");
  }

  @Test
  void l1TheHeadBranchIsFollowedBackToTheBaseOnly() {
    var facts =
        history()
            .push("main", START, commit("base").made(START))
            .push("feature", hour(2), commit("base").made(START), commit("a").made(hour(2)))
            .pullRequest(1)
            .from("feature", "a")
            .commits(2)
            .opened(hour(3))
            .merged(hour(4), "squash")
            .push("main", hour(4), commit("squash"))
            .deploy("d1", "squash", hour(5))
            .facts();

    assertThat(facts.change("#1").getStartedAt()).isEqualTo(hour(2));
  }

  @Test
  void l1TheHeadBranchIsFollowedBackToAnotherMergedPullRequestOnly() {
    var facts =
        history()
            .push("feature", hour(1), commit("a").made(hour(1)))
            .push("feature", hour(4), commit("b").made(hour(4)))
            .pullRequest(1)
            .from("feature", "a")
            .opened(hour(1))
            .merged(hour(2), "m1")
            .pullRequest(2)
            .from("feature", "b")
            .commits(5)
            .opened(hour(4))
            .merged(hour(5), "m2")
            .push("main", hour(2), commit("m1"))
            .push("main", hour(5), commit("m2"))
            .deploy("d1", "m2", hour(6))
            .facts();

    assertThat(facts.change("#1").getStartedAt()).isEqualTo(hour(1));
    assertThat(facts.change("#2").getStartedAt()).isEqualTo(hour(4));
  }

  @Test
  void l1OfALoneCommitItIsMeasuredFromItsCommitTime() {
    var facts =
        history()
            .push("main", hour(3), commit("a").made(hour(2)).authored(hour(1)))
            .deploy("d1", "a", hour(4))
            .facts();

    var change = facts.change("a");
    assertThat(change.getLeadTime()).isEqualTo(2 * HOUR);
    assertThat(change.getDeploy()).isEqualTo(2 * HOUR);
    assertThat(change.getCoding()).isNull();
    assertThat(change.getReview()).isNull();
  }

  @Test
  void l1UnshippedChangesHaveNoLeadTime() {
    var change = history().push("main", START, commit("a")).facts().change("a");

    assertThat(change.getLeadTime()).isNull();
    assertThat(change.getDeployedAt()).isNull();
    assertThat(change.getShippingRule()).isNull();
    assertThat(change.getMergedAt()).isEqualTo(START);
    assertThat(change.getSha()).isEqualTo(sha("a"));
  }

  @Test
  void l2WithoutAReviewPickupIsUnknownAndReviewRunsFromTheOpening() {
    var facts =
        history()
            .pullRequest(1)
            .opened(hour(1))
            .merged(hour(3), "m")
            .push("main", hour(3), commit("m"))
            .deploy("d1", "m", hour(4))
            .facts();

    assertThat(facts.change("#1").getPickup()).isNull();
    assertThat(facts.change("#1").getReview()).isEqualTo(2 * HOUR);
  }

  @Test
  void l2TheAuthorsOwnReviewAndOneAfterTheMergeAreNone() {
    var history =
        history()
            .pullRequest(1)
            .by("ann")
            .opened(hour(1))
            .reviewed(hour(2), "ann")
            .merged(hour(3), "m")
            .push("main", hour(3), commit("m"))
            .deploy("d1", "m", hour(4));
    history.pullRequest(1).by("ann").opened(hour(1)).reviewed(hour(5), "bob").unmerged();

    assertThat(history.facts().change("#1").getFirstReviewAt()).isNull();
  }

  @Test
  void l2WhatWasDeployedBeforeItWasMergedHasNoDeployStage() {
    var facts =
        history()
            .push("hotfix/x", hour(1), commit("h").made(hour(1)))
            .deploy("d1", "h", hour(2))
            .pullRequest(1)
            .from("hotfix/x", "h")
            .opened(hour(1))
            .merged(hour(4), "m")
            .push("main", hour(4), commit("m"))
            .facts();

    var change = facts.change("#1");
    assertThat(change.getDeploymentId()).isEqualTo("d1");
    assertThat(change.getLeadTime()).isEqualTo(HOUR);
    assertThat(change.getReview()).as("it was not merged yet").isEqualTo(HOUR);
    assertThat(change.getDeploy()).isNull();
    assertThat(change.getMarks()).anyMatch(mark -> mark.contains("L2"));
  }

  @Test
  void l1AHeadThatMovedToTheBaseIsACommitOfIt() {
    var facts =
        history()
            .push("feature", hour(1), commit("a").made(hour(1)))
            .pullRequest(1)
            .from("feature", "a")
            .opened(hour(2))
            .merged(hour(4), "a")
            .push("main", hour(4), commit("a").made(hour(1)))
            .deploy("d1", "a", hour(5))
            .facts();

    assertThat(facts.change("#1").getStartMethod()).isEqualTo("commit");
    assertThat(facts.change("#1").getLeadTime()).isEqualTo(4 * HOUR);
  }

  /** A pull request that was opened at 2, reviewed at 3, merged at 4 and shipped at 6. */
  private static ChangeFact withCommits(History.CommitSpec... commits) {
    return history()
        .push("feature", hour(4), commits)
        .pullRequest(1)
        .from("feature", commits[commits.length - 1].name())
        .commits(commits.length)
        .opened(hour(2))
        .reviewed(hour(3), "bob")
        .merged(hour(4), "squash")
        .push("main", hour(4), commit("squash"))
        .deploy("d1", "squash", hour(6))
        .facts()
        .change("#1");
  }

  @Test
  void l1ACommitThatWasAuthoredAfterTheMergeIsNotTheStart() {
    var change = withCommits(commit("a").made(hour(5)));

    assertThat(change.getStartMethod()).isEqualTo("opened");
    assertThat(change.getLeadTime()).isEqualTo(4 * HOUR);
    assertThat(change.getDeploy()).isEqualTo(2 * HOUR);
    assertThat(change.getMarks()).anyMatch(mark -> mark.contains("after the merge"));
  }

  @Test
  void l1OfSeveralCommitsTheEarliestIsTheStartWhateverOthersSay() {
    var change = withCommits(commit("a").made(hour(5)), commit("b").made(hour(1)));

    assertThat(change.getStartMethod()).isEqualTo("commit");
    assertThat(change.getLeadTime()).isEqualTo(5 * HOUR);
  }

  @Test
  void l1WhatWasOpenedBeforeItsFirstKnownCommitBeganWithItsOpening() {
    var change = withCommits(commit("a").made(hour(3)));

    assertThat(change.getStartMethod()).isEqualTo("opened");
    assertThat(change.getStartedAt()).isEqualTo(hour(2));
    assertThat(change.getLeadTime()).isEqualTo(4 * HOUR);
    assertThat(change.getCoding()).isNull();
    assertThat(change.getMarks()).anyMatch(mark -> mark.contains("after its opening"));
  }

  @Test
  void l1WithNothingElseThanWhatWasAfterTheMergeTheStartIsUnknown() {
    var change =
        history()
            .push("feature", hour(4), commit("a").made(hour(5)))
            .pullRequest(1)
            .from("feature", "a")
            .opened(hour(5))
            .merged(hour(4), "squash")
            .push("main", hour(4), commit("squash"))
            .deploy("d1", "squash", hour(6))
            .facts()
            .change("#1");

    assertThat(change.getStartedAt()).isNull();
    assertThat(change.getLeadTime()).isNull();
    assertThat(change.getDeploy()).isEqualTo(2 * HOUR);
  }

  @Test
  void l2AReviewFromBeforeTheOpeningIsNone() {
    var change =
        history()
            .push("feature", hour(2), commit("a").made(hour(1)))
            .pullRequest(1)
            .from("feature", "a")
            .reviewed(hour(-5000), "bob")
            .opened(hour(2))
            .merged(hour(3), "squash")
            .push("main", hour(3), commit("squash"))
            .deploy("d1", "squash", hour(4))
            .facts()
            .change("#1");

    assertThat(change.getFirstReviewAt()).isNull();
    assertThat(change.getPickup()).isNull();
    assertThat(change.getReview()).isEqualTo(HOUR);
    assertThat(change.getLeadTime()).isEqualTo(3 * HOUR);
  }

  @Test
  void l2OfReviewsBeforeAndAfterTheOpeningTheLaterIsTheFirst() {
    var change =
        history()
            .pullRequest(1)
            .reviewed(hour(1), "bob")
            .opened(hour(2))
            .reviewed(hour(4), "cyd")
            .merged(hour(5), "squash")
            .push("main", hour(5), commit("squash"))
            .deploy("d1", "squash", hour(6))
            .facts()
            .change("#1");

    assertThat(change.getPickup()).isEqualTo(2 * HOUR);
  }

  /** A draft that was opened at 0 and is shipped at 70. */
  private static History.PullRequestSpec draft() {
    return history()
        .push("feature", START, commit("a").made(hour(-2)))
        .pullRequest(1)
        .from("feature", "a")
        .draft(true)
        .opened(START);
  }

  private static ChangeFact shipped(History.PullRequestSpec pullRequest) {
    return pullRequest
        .merged(hour(60), "squash")
        .push("main", hour(60), commit("squash"))
        .deploy("d1", "squash", hour(70))
        .facts()
        .change("#1");
  }

  @Test
  void l2PickupOfADraftRunsFromWhenItWasReady() {
    var change = shipped(draft().ready(hour(48)).reviewed(hour(52), "bob"));

    assertThat(change.getOpenedAt()).isEqualTo(START);
    assertThat(change.getReadyAt()).isEqualTo(hour(48));
    assertThat(change.getCoding()).isEqualTo(50 * HOUR);
    assertThat(change.getPickup()).isEqualTo(4 * HOUR);
    assertThat(change.getReview()).isEqualTo(8 * HOUR);
    assertThat(change.getDeploy()).isEqualTo(10 * HOUR);
    assertThat(change.getLeadTime()).isEqualTo(72 * HOUR);
  }

  @Test
  void l2ADraftIsReadyWhereItsSenderOnlyReportsWhatItIs() {
    var change = shipped(draft().draft(false).updated(hour(48)).reviewed(hour(52), "bob"));

    assertThat(change.getPickup()).isEqualTo(4 * HOUR);
  }

  @Test
  void l2OfSeveralTimesTheLastBeforeTheReviewCounts() {
    var change =
        shipped(
            draft()
                .ready(hour(10))
                .draft(true)
                .updated(hour(20))
                .ready(hour(48))
                .reviewed(hour(52), "bob")
                .draft(true)
                .updated(hour(53))
                .ready(hour(55)));

    assertThat(change.getReadyAt()).isEqualTo(hour(48));
  }

  @Test
  void l2WithoutAReviewTheReviewOfADraftRunsFromWhenItWasReady() {
    var change = shipped(draft().ready(hour(48)));

    assertThat(change.getPickup()).isNull();
    assertThat(change.getReview()).isEqualTo(12 * HOUR);
    assertThat(change.getCoding()).isEqualTo(50 * HOUR);
  }

  @Test
  void l2ADraftThatWasReviewedWasPickedUpAsADraft() {
    var change = shipped(draft().reviewed(hour(5), "bob").ready(hour(48)));

    assertThat(change.getReadyAt()).isNull();
    assertThat(change.getPickup()).isEqualTo(5 * HOUR);
  }

  @Test
  void l2AReviewOrMergeDoesNotTellWhenADraftBecameReady() {
    var change = shipped(draft().draft(false).reviewed(hour(52), "bob"));

    assertThat(change.getReadyAt()).isNull();
    assertThat(change.getPickup()).as("when it was ready is not known").isEqualTo(52 * HOUR);
  }
}
