package dev.dorado.streams;

import static dev.dorado.streams.History.at;
import static dev.dorado.streams.History.commit;
import static dev.dorado.streams.History.history;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Rules K1 and K2 of metrics.md. */
class KindRulesTest {

  private static final Instant START = at("2026-01-05T08:00");

  private static Instant hour(int hours) {
    return START.plusSeconds(3600L * hours);
  }

  private static History three() {
    return history().push("main", START, commit("v1"), commit("v2"), commit("v3"));
  }

  private static void assertKind(Facts facts, String deployment, String kind) {
    assertThat(facts.deployment(deployment).getKind()).as(deployment).isEqualTo(kind);
  }

  @Test
  void k1TheSameShaIsARedeployALaterOneForwardAnEarlierOneARollback() {
    var facts =
        three()
            .deploy("d1", "v1", hour(1))
            .deploy("d2", "v1", hour(2))
            .deploy("d3", "v3", hour(3))
            .deploy("d4", "v2", hour(4))
            .facts();

    assertKind(facts, "d1", "forward");
    assertKind(facts, "d2", "redeploy");
    assertKind(facts, "d3", "forward");
    assertKind(facts, "d4", "rollback");
    assertThat(facts.deployment("d4").getPreviousDeployment()).isEqualTo("d3");
  }

  @Test
  void k1EnvironmentsAreLookedAtEachByItself() {
    var facts =
        three()
            .deploy("eu", "v3", "prod-eu", hour(1), hour(1))
            .deploy("us", "v1", "prod-us", hour(2), hour(2))
            .facts();

    assertKind(facts, "us", "forward");
  }

  @Test
  void k1AnEarlierHeadThatStartedBeforeItsPredecessorFinishedIsOvertaken() {
    var facts =
        three()
            .deploy("d1", "v1", hour(1))
            .deploy("d3", "v3", "production", hour(2), hour(3))
            .deploy("d2", "v2", "production", hour(2), hour(4))
            .facts();

    assertKind(facts, "d2", "unknown");
    assertThat(facts.deployment("d2").getKindReason()).contains("overtaken");
    assertThat(facts.deployment("d3").getFailed()).isFalse();
  }

  @Test
  void k1WhatStartedWhenItsPredecessorFinishedIsARollback() {
    var facts =
        three()
            .deploy("d3", "v3", "production", hour(1), hour(2))
            .deploy("d2", "v2", "production", hour(2), hour(3))
            .facts();

    assertKind(facts, "d2", "rollback");
  }

  @Test
  void k1ADeploymentWithoutAKnownHeadIsUnknownAndPassedOver() {
    var facts =
        three()
            .deploy("d1", "v2", hour(1))
            .deploy("d2", "nowhere", hour(2))
            .deploy("d3", "v2", hour(3))
            .facts();

    assertKind(facts, "d2", "unknown");
    assertKind(facts, "d3", "redeploy");
  }

  @Test
  void k1AShaThatWasDeployedBeforeOneOfAnotherBranchIsARollback() {
    var facts =
        three()
            .push("hotfix", START, commit("h"))
            .deploy("d1", "v1", hour(1))
            .deploy("d2", "h", hour(2))
            .deploy("d3", "v1", hour(3))
            .facts();

    assertKind(facts, "d2", "forward");
    assertKind(facts, "d3", "rollback");
  }

  @Test
  void k1ButNotDirectlyAfterARollback() {
    var facts =
        three()
            .push("hotfix", START, commit("h"))
            .deploy("d1", "v1", hour(1))
            .deploy("d2", "h", hour(2))
            .deploy("d3", "v1", hour(3))
            .deploy("d4", "h", hour(4))
            .facts();

    assertKind(facts, "d3", "rollback");
    assertKind(facts, "d4", "forward");
  }

  @Test
  void k1TheSendersWordComesFirst() {
    var facts =
        three()
            .deploy("d1", "v1", hour(1))
            .deploy("d2", "v2", "production", hour(1), hour(2), d -> d.setDeclaredKind("rollback"))
            .facts();

    assertKind(facts, "d2", "rollback");
    assertThat(facts.deployment("d2").getKindReason()).contains("sender");
  }

  @Test
  void k1DeploymentsStandInTheOrderOfFinishThenStartThenId() {
    var facts =
        three()
            .deploy("b", "v2", "production", hour(1), hour(3))
            .deploy("a", "v1", "production", hour(1), hour(3))
            .deploy("c", "v3", "production", hour(2), hour(3))
            .facts();

    assertThat(facts.deployment("a").getPreviousDeployment()).isNull();
    assertThat(facts.deployment("b").getPreviousDeployment()).isEqualTo("a");
    assertThat(facts.deployment("c").getPreviousDeployment()).isEqualTo("b");
  }

  @Test
  void k2RedeploysAreNotCountedTheOthersAre() {
    var facts =
        three()
            .deploy("forward", "v2", hour(1))
            .deploy("redeploy", "v2", hour(2))
            .deploy("rollback", "v1", hour(3))
            .deploy("unknown", "nowhere", hour(4))
            .facts();

    assertThat(facts.deployments())
        .filteredOn(fact -> fact.getCounted())
        .extracting(fact -> fact.getId())
        .containsExactlyInAnyOrder("forward", "rollback", "unknown");
  }

  @Test
  void k2TheFailureOfARedeployCountsOnWhatItRepeats() {
    var facts =
        three()
            .deploy("d1", "v2", hour(1))
            .deploy("d2", "v2", hour(2))
            .deploy("d3", "v2", hour(3))
            .incident("i1", hour(3).plusSeconds(60), hour(4))
            .facts();

    assertThat(facts.deployment("d1").getFailed()).isTrue();
    assertThat(facts.deployment("d3").getFailed()).isFalse();
    assertThat(facts.incident("i1").getDeploymentId()).isEqualTo("d1");
  }

  @Test
  void k2AFailedAttemptToRedeployCountsOnWhatItRepeats() {
    var facts =
        three()
            .deploy("d1", "v2", hour(1))
            .failedRollout("again", "v2", hour(2), hour(3))
            .incident("i1", hour(2).plusSeconds(60), hour(4))
            .facts();

    assertKind(facts, "again", "redeploy");
    assertThat(facts.deployment("again").getCounted()).isFalse();
    assertThat(facts.deployment("again").getFailed()).isFalse();
    assertThat(facts.deployment("d1").getFailed()).isTrue();
    assertThat(facts.incident("i1").getDeploymentId()).isEqualTo("d1");
  }

  @Test
  void k2AMarkOnARedeployCountsOnWhatItRepeats() {
    var facts =
        three()
            .deploy("d1", "v2", hour(1))
            .deploy("d2", "v2", "production", hour(1), hour(2), d -> d.setFailed(true))
            .facts();

    assertThat(facts.deployment("d1").getFailureRule()).isEqualTo("F2");
    assertThat(facts.deployment("d2").getFailed()).isFalse();
  }

  /** What a redeploy of a commit of a hotfix branch is compared with once that was merged back. */
  private static History mergedBack() {
    return history()
        .push("main", START, commit("a"))
        .push("hotfix/x", START, commit("h").parents("a"))
        .deploy("d1", "h", hour(1))
        .push("main", hour(2), commit("b"))
        .push("main", hour(3), commit("h"), commit("merge"));
  }

  @Test
  void k2ARedeployOfWhatWasMergedBackMeanwhileShipsNothing() {
    var facts = mergedBack().deploy("again", "h", hour(4)).deploy("next", "merge", hour(5)).facts();

    assertKind(facts, "again", "redeploy");
    assertThat(facts.deployment("again").getChanges()).isZero();
    assertThat(facts.change("h").getDeploymentId()).isEqualTo("d1");
    assertThat(facts.change("b").getDeploymentId()).isEqualTo("next");
    assertThat(facts.change("merge").getDeploymentId()).isEqualTo("next");
  }

  @Test
  void k2WhatWasMergedMeanwhileWaitsForADeploymentThatIsNoRedeploy() {
    var facts =
        mergedBack().deploy("again", "h", hour(4)).deploy("once more", "h", hour(5)).facts();

    assertThat(facts.change("b").getDeploymentId()).isNull();
    assertThat(facts.deployment("once more").getChanges()).isZero();
  }

  @Test
  void k2NothingIsShippedWithARolloutThatIsARedeploy() {
    var facts =
        mergedBack()
            .deploy("us", "a", "prod-us", hour(1), hour(1))
            .deploy("again", "h", hour(4))
            .deploy("again us", "h", "prod-us", hour(4), hour(5))
            .deploy("next", "merge", hour(6))
            .facts();

    assertKind(facts, "again", "redeploy");
    assertThat(facts.deployment("again").getEnvironments()).contains("prod-us");
    assertThat(facts.deployment("again").getChanges()).isZero();
    assertThat(facts.change("b").getDeploymentId()).isEqualTo("next");
  }

  @Test
  void k2WhatTheSenderCallsARedeployIsNoBaseline() {
    var facts =
        history()
            .backfilled()
            .push("main", START, commit("a"))
            .deploy("d1", "a", "production", hour(1), hour(1), d -> d.setDeclaredKind("redeploy"))
            .deploy("d2", "a", "production", hour(2), hour(2), d -> d.setDeclaredKind("forward"))
            .facts();

    assertThat(facts.deployment("d1").getChanges()).isZero();
    assertThat(facts.change("a").getShippingRule()).isEqualTo("S5");
  }
}
