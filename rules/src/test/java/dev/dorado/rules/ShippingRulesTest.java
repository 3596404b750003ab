package dev.dorado.rules;

import static dev.dorado.rules.History.at;
import static dev.dorado.rules.History.commit;
import static dev.dorado.rules.History.history;
import static dev.dorado.rules.History.sha;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules S1 and S3–S10 of metrics.md. */
class ShippingRulesTest {

  private static final Instant ONE = at("2026-01-05T01:00");
  private static final Instant TWO = at("2026-01-05T02:00");
  private static final Instant THREE = at("2026-01-05T03:00");
  private static final Instant FOUR = at("2026-01-05T04:00");
  private static final Instant FIVE = at("2026-01-05T05:00");
  private static final Instant SIX = at("2026-01-05T06:00");
  private static final Instant SEVEN = at("2026-01-05T07:00");
  private static final Instant NEVER = null;

  private static void assertShipped(Facts facts, String change, String deployment) {
    assertThat(facts.change(change).getDeploymentId()).as(change).isEqualTo(deployment);
  }

  @Test
  void s1TheCommitsOfAPushStandInItsOrder() {
    var facts =
        history()
            .push("main", ONE, commit("a"), commit("b"), commit("c"))
            .deploy("d1", "b", TWO)
            .deploy("d2", "c", THREE)
            .facts();

    assertShipped(facts, "a", "d1");
    assertShipped(facts, "b", "d1");
    assertShipped(facts, "c", "d2");
  }

  @Test
  void s1APushIsNeverBeforeTheOneThatItContinues() {
    // The second push says it was earlier.
    var facts =
        history()
            .push("main", TWO, commit("a"))
            .push("main", ONE, commit("b"))
            .deploy("d1", "a", THREE)
            .deploy("d2", "b", FOUR)
            .facts();

    assertShipped(facts, "a", "d1");
    assertShipped(facts, "b", "d2");
    assertThat(facts.deployment("d2").getKind()).isEqualTo("forward");
  }

  @Test
  void s1PushesOfTheSameTimeStandAlongTheirChain() {
    var facts =
        history()
            .push("main", ONE, commit("z"))
            .push("main", ONE, commit("y"))
            .push("main", ONE, commit("a"))
            .deploy("d1", "z", TWO)
            .deploy("d2", "y", THREE)
            .deploy("d3", "a", FOUR)
            .facts();

    assertShipped(facts, "z", "d1");
    assertShipped(facts, "y", "d2");
    assertShipped(facts, "a", "d3");
  }

  @Test
  void s1FreePushesOfTheSameTimeStandBySha() {
    var facts =
        history()
            .push("main", ONE, p -> p.setBefore(null), commit("z"))
            .push("main", ONE, p -> p.setBefore(null), commit("a"))
            .deploy("d1", "a", TWO)
            .deploy("d2", "z", THREE)
            .facts();

    assertShipped(facts, "a", "d1");
    assertShipped(facts, "z", "d2");
  }

  @Test
  void s1APushWithoutATimeHasThatOfItsHeadCommit() {
    var facts =
        history()
            .push("main", TWO, p -> p.setBefore(null), commit("b"))
            .push("main", FIVE, p -> p.setPushedAt(null).setBefore(null), commit("a").made(ONE))
            .deploy("d1", "a", THREE)
            .deploy("d2", "b", FOUR)
            .facts();

    assertShipped(facts, "a", "d1");
    assertShipped(facts, "b", "d2");
  }

  @Test
  void s1ATruncatedPushIsCountedBackFromItsHead() {
    var facts =
        history()
            .push("main", ONE, commit("a"))
            .push(
                "main",
                TWO,
                p -> p.setCommits(p.getCommits().subList(1, 3)).setTotalCommits(3),
                commit("b"),
                commit("c"),
                commit("d"))
            .deploy("d1", "c", THREE)
            .deploy("d2", "d", FOUR)
            .facts();

    assertThat(facts.hasChange("b")).isFalse();
    assertShipped(facts, "a", "d1");
    assertShipped(facts, "c", "d1");
    assertShipped(facts, "d", "d2");
  }

  @Test
  void s1ACommitThatIsOnlyKnownAsTheOneBeforeStandsBeforeThePush() {
    var facts =
        history()
            .push("main", TWO, p -> p.setBefore(sha("old")), commit("a"))
            .deploy("d1", "old", THREE)
            .deploy("d2", "a", FOUR)
            .facts();

    assertThat(facts.hasChange("old")).isFalse();
    assertThat(facts.deployment("d1").getKind()).isEqualTo("forward");
    assertThat(facts.deployment("d1").getChanges()).isZero();
    assertShipped(facts, "a", "d2");
  }

  @Test
  void s1AForcePushWithdrawsNothingAndIsMarked() {
    var facts =
        history()
            .push("main", ONE, commit("a"), commit("b"))
            .forcePush("main", TWO, commit("a"), commit("b2"))
            .deploy("d1", "b2", THREE)
            .facts();

    assertShipped(facts, "a", "d1");
    assertShipped(facts, "b", "d1");
    assertShipped(facts, "b2", "d1");
    assertThat(facts.change("b2").getMarks()).singleElement().asString().contains("force-push");
    assertThat(facts.change("a").getMarks()).isEmpty();
  }

  @Test
  void s1InACircleOfForcePushesAShaKeepsItsEarliestPosition() {
    var history =
        history()
            .push("main", ONE, commit("a"))
            .push("main", TWO, commit("b"))
            .forcePush("main", FOUR, commit("a"))
            .push("main", FIVE, commit("b"))
            .deploy("d1", "b", THREE)
            .deploy("d2", "a", "production", FOUR, FOUR.plusSeconds(600))
            .deploy("d3", null, "production", SIX, SEVEN, d -> d.setRef("main"));

    var facts = history.facts();
    assertShipped(facts, "a", "d1");
    assertShipped(facts, "b", "d1");
    assertThat(facts.deployment("d2").getKind()).isEqualTo("rollback");
    assertThat(facts.deployment("d3").getSha()).isEqualTo(sha("b"));
    assertThat(facts.deployment("d3").getKind()).isEqualTo("forward");
  }

  @Test
  void s3AHotfixBranchShipsItsOwnAndMainUpToTheNewestCommitOnBoth() {
    var facts =
        history()
            .push("main", ONE, commit("a"), commit("b"))
            .push("main", TWO, commit("c"))
            .push("hotfix/x", THREE, commit("h").parents("b"))
            .deploy("d1", "h", FOUR)
            .deploy("d2", "c", FIVE)
            .facts();

    assertShipped(facts, "a", "d1");
    assertShipped(facts, "b", "d1");
    assertShipped(facts, "h", "d1");
    assertShipped(facts, "c", "d2");
  }

  @Test
  void s3ABranchOfWhichNothingIsKnownOnMainShipsItsOwnAndIsMarked() {
    var facts =
        history()
            .push("main", ONE, commit("a"))
            .push("hotfix/x", THREE, commit("h"))
            .deploy("d1", "h", FOUR)
            .facts();

    assertShipped(facts, "h", "d1");
    assertShipped(facts, "a", null);
    assertThat(facts.deployment("d1").getMarks()).singleElement().asString().contains("S3");
  }

  @Test
  void s3AHotfixThatIsMergedBackLaterDoesNotShipWhatWasMergedInBetween() {
    var facts =
        history()
            .push("main", ONE, commit("a"))
            .push("hotfix/x", TWO, commit("h").parents("a"))
            .deploy("d1", "h", THREE)
            .push("main", FOUR, commit("b"))
            .push("main", FIVE, commit("h"), commit("merge"))
            .deploy("d2", "merge", SIX)
            .facts();

    assertShipped(facts, "a", "d1");
    assertShipped(facts, "h", "d1");
    assertShipped(facts, "b", "d2");
    assertShipped(facts, "merge", "d2");
    assertThat(facts.change("h").getReactive()).as("it stays a hotfix on main").isTrue();
  }

  @Test
  void s4AChangeIsShippedOnceByTheFirstDeploymentAtOrAfterIt() {
    var facts =
        history()
            .push("main", ONE, commit("a"))
            .push("main", TWO, commit("b"))
            .deploy("d1", "b", THREE)
            .deploy("d2", "a", FOUR)
            .deploy("d3", "b", FIVE)
            .facts();

    assertShipped(facts, "a", "d1");
    assertShipped(facts, "b", "d1");
    assertThat(facts.deployment("d2").getChanges()).isZero();
    assertThat(facts.deployment("d3").getChanges()).isZero();
  }

  @Test
  void s4InSeveralProductionEnvironmentsAChangeCountsOnceAtTheFirst() {
    var facts =
        history()
            .push("main", ONE, commit("a"))
            .deploy("eu", "a", "prod-eu", ONE, TWO)
            .deploy("us", "a", "prod-us", FIVE, SIX)
            .facts();

    assertShipped(facts, "a", "eu");
    assertThat(facts.deployment("us").getChanges()).isZero();
  }

  @Test
  void s4AnotherClassOfEnvironmentHasItsOwnShipping() {
    var facts =
        history()
            .push("main", ONE, commit("a"))
            .deploy("s", "a", "staging", ONE, TWO)
            .deploy("p", "a", THREE)
            .facts();

    assertShipped(facts, "a", "p");
    assertThat(facts.changes())
        .extracting(f -> f.getEnvironment() + " " + f.getDeploymentId())
        .containsExactlyInAnyOrder("staging s", "production p");
  }

  @Test
  void s5WhatCameByBackfillBeforeTheBaselineIsShippedAtAnUnknownTime() {
    var facts =
        history()
            .backfilled()
            .push("main", ONE, commit("a"))
            .live()
            .push("main", TWO, commit("b"))
            .deploy("d1", "b", THREE)
            .deploy("d2", "b", FOUR)
            .facts();

    assertThat(facts.change("a").getShippingRule()).isEqualTo("S5");
    assertThat(facts.change("a").getDeployedAt()).isNull();
    assertThat(facts.change("a").getLeadTime()).isNull();
    assertShipped(facts, "b", "d1");
  }

  @Test
  void s5WhatCameByBackfillAfterTheBaselineIsShipped() {
    var facts =
        history()
            .backfilled()
            .push("main", ONE, commit("a"))
            .push("main", THREE, commit("b"))
            .deploy("d1", "a", TWO)
            .deploy("d2", "b", FOUR)
            .facts();

    assertThat(facts.change("a").getShippingRule()).isEqualTo("S5");
    assertShipped(facts, "b", "d2");
  }

  @Test
  void s5TheBaselineOfARegionThatIsOpenedLaterTakesNothingBack() {
    var facts =
        history()
            .backfilled()
            .push("main", ONE, commit("a"))
            .push("main", THREE, commit("b"))
            .deploy("d1", "a", "prod-eu", ONE, TWO)
            .deploy("d2", "b", "prod-eu", THREE, FOUR)
            .live()
            .deploy("d3", "b", "prod-us", SIX, SEVEN)
            .facts();

    assertShipped(facts, "b", "d2");
  }

  @Test
  void s5TheBaselineIsTheFirstDeploymentWithAKnownHead() {
    var facts =
        history()
            .backfilled()
            .push("main", ONE, commit("a"))
            .live()
            .deploy("d0", "unknown", TWO)
            .deploy("d1", "a", THREE)
            .facts();

    assertThat(facts.change("a").getShippingRule()).isEqualTo("S5");
  }

  @Test
  void s6ASquashMergeStandsForItsPullRequest() {
    var facts =
        history()
            .pullRequest(1)
            .commits(3)
            .merged(TWO, "squash")
            .push("main", TWO, commit("squash"))
            .deploy("d1", "squash", THREE)
            .facts();

    assertShipped(facts, "#1", "d1");
    assertThat(facts.changes()).hasSize(1);
  }

  @Test
  void s6ARebaseMergeStandsForItsPullRequestAndNoMoreCommitsThanItHas() {
    var facts =
        history()
            .pullRequest(1)
            .commits(1)
            .merged(TWO, "r2")
            .push("main", TWO, commit("lone"), commit("r1"), commit("r2"))
            .deploy("d1", "r2", THREE)
            .facts();

    assertShipped(facts, "#1", "d1");
    assertShipped(facts, "lone", "d1");
    assertThat(facts.hasChange("r1")).isFalse();
  }

  @Test
  void s6AMergeCommitAndTheCommitsBeforeItStandForThePullRequest() {
    var facts =
        history()
            .pullRequest(1)
            .commits(2)
            .merged(TWO, "m")
            .push("main", TWO, commit("a"), commit("b"), commit("m"))
            .deploy("d1", "m", THREE)
            .facts();

    assertThat(facts.changes()).hasSize(1);
    assertShipped(facts, "#1", "d1");
  }

  @Test
  void s6InAMergeQueuesPushEachPullRequestStopsAtTheOnesBefore() {
    var facts =
        history()
            .pullRequest(1)
            .commits(5)
            .merged(TWO, "q1")
            .pullRequest(2)
            .commits(5)
            .merged(TWO, "q2")
            .push("main", TWO, commit("q1"), commit("q2"))
            .deploy("d1", "q1", THREE)
            .deploy("d2", "q2", FOUR)
            .facts();

    assertThat(facts.changes()).hasSize(2);
    assertShipped(facts, "#1", "d1");
    assertShipped(facts, "#2", "d2");
  }

  @Test
  void s6ACommitInSeveralPullRequestsBelongsToTheFirstMerged() {
    // The second pull request was stacked on the first.
    var a = commit("a").made(ONE);
    var b = commit("b").made(TWO);
    var facts =
        history()
            .push("one", TWO, a)
            .push("two", TWO, p -> p.setBefore(sha("a")), b)
            .pullRequest(1)
            .from("one", "a")
            .merged(THREE, "m1")
            .pullRequest(2)
            .from("two", "b")
            .commits(2)
            .merged(FOUR, "m2")
            .push("main", THREE, a, commit("m1"))
            .push("main", FOUR, b, commit("m2"))
            .deploy("d1", "m2", FIVE)
            .facts();

    assertThat(facts.changes()).hasSize(2);
    assertThat(facts.change("#1").getStartedAt()).isEqualTo(ONE);
    assertThat(facts.change("#2").getStartedAt()).isEqualTo(TWO);
  }

  @Test
  void s6ACherryPickThatNamesItsSourceIsTheSameChange() {
    var facts =
        history()
            .push("main", ONE, commit("base"))
            .push("main", TWO, commit("a"))
            .push(
                "release",
                THREE,
                commit("picked")
                    .message("Work\n\n(cherry picked from commit " + sha("a") + ")")
                    .parents("base"))
            .deploy("d1", "picked", FOUR)
            .deploy("d2", "a", FIVE)
            .facts();

    assertShipped(facts, "a", "d1");
    assertThat(facts.hasChange("picked")).isFalse();
    assertThat(facts.deployment("d2").getChanges()).isZero();
  }

  @Test
  void s6CommitsThatNameAPullRequestOfWhichNothingElseIsKnownAreThatPullRequest() {
    var facts =
        history()
            .push("main", ONE, commit("a").pullRequest(12).made(ONE.minusSeconds(7200)))
            .push("main", TWO, commit("b").pullRequest(12).made(ONE.minusSeconds(3600)))
            .deploy("d1", "b", THREE)
            .facts();

    assertThat(facts.changes()).hasSize(1);
    var change = facts.changes().get(0);
    assertThat(change.getPullRequest()).isEqualTo(12);
    assertThat(change.getSha()).isEqualTo(sha("b"));
    assertThat(change.getStartedAt()).isEqualTo(ONE.minusSeconds(7200));
    assertThat(change.getDeploymentId()).isEqualTo("d1");
  }

  @Test
  void s6ASingleCommitThatNamesAPullRequestGivesItsLeadTime() {
    var facts =
        history()
            .push("main", ONE, commit("a").pullRequest(12).made(ONE.minusSeconds(3600)))
            .deploy("d1", "a", ONE.plusSeconds(1800))
            .facts();

    assertThat(facts.changes()).hasSize(1);
    assertThat(facts.changes().get(0).getLeadTime()).isEqualTo(5400.0);
  }

  @Test
  void s7AChangeBelongsToTheServicesWhosePathsItTouches() {
    var facts =
        monorepo()
            .push("main", ONE, commit("cart").files("cart/a.java"))
            .push("main", ONE, commit("both").files("cart/a.java", "pay/b.java"))
            .push("main", ONE, commit("nobody").files("README.md"))
            .push("main", ONE, commit("unknown"))
            .push("main", ONE, commit("near").files("cartoon/x.java"))
            .facts();

    assertThat(facts.servicesOf("cart")).containsExactly("cart");
    assertThat(facts.servicesOf("both")).containsExactly("cart", "pay");
    assertThat(facts.servicesOf("nobody")).containsExactly("cart", "pay");
    assertThat(facts.servicesOf("unknown")).containsExactly("cart", "pay");
    assertThat(facts.servicesOf("near")).containsExactly("cart", "pay");
  }

  @Test
  void s7EachServiceShipsItsOwnOfAChange() {
    var facts =
        monorepo()
            .push("main", ONE, commit("both").files("cart/a.java", "pay/b.java"))
            .deploy("c", "both", "production", ONE, TWO, d -> d.setService("cart"))
            .deploy("p", "both", "production", ONE, THREE, d -> d.setService("pay"))
            .facts();

    assertThat(facts.change("cart", "both").getDeploymentId()).isEqualTo("c");
    assertThat(facts.change("pay", "both").getDeploymentId()).isEqualTo("p");
  }

  @Test
  void s7AServiceIsFoundByTheNameOfTheEnvironment() {
    var facts =
        monorepo()
            .push("main", ONE, commit("a").files("cart/a.java"))
            .deploy("d1", "a", "cart-production", ONE, TWO)
            .facts();

    assertThat(facts.deployment("d1").getService()).isEqualTo("cart");
  }

  @Test
  void s7PathsMayBeGlobsAndWhatIsNoGlobIsTakenByItsLetters() {
    var facts =
        history()
            .catalog("java", ONE, c -> c.setPaths(List.of("**/*.java")))
            .catalog("docs", ONE, c -> c.setPaths(List.of("./docs", "[odd", "{web")))
            .push("main", TWO, commit("root").files("Main.java"))
            .push("main", TWO, commit("deep").files("x/y/Möbel.java"))
            .push("main", TWO, commit("docs").files("docs/a.md"))
            .push("main", TWO, commit("odd").files("[odd"))
            .push("main", TWO, commit("web").files("{web/x"))
            .facts();

    assertThat(facts.servicesOf("root")).containsExactly("java");
    assertThat(facts.servicesOf("deep")).containsExactly("java");
    assertThat(facts.servicesOf("docs")).containsExactly("docs");
    assertThat(facts.servicesOf("odd")).containsExactly("docs");
    assertThat(facts.servicesOf("web")).containsExactly("docs");
  }

  @Test
  void s7WithoutACatalogDeploymentsImplyTheServices() {
    var facts =
        history()
            .push("main", ONE, commit("a").files("cart/a.java"))
            .deploy("c", "a", "production", ONE, TWO, d -> d.setService("cart"))
            .deploy("p", "a", "production", ONE, THREE, d -> d.setService("pay"))
            .facts();

    assertThat(facts.servicesOf("a")).containsExactly("cart", "pay");
  }

  @Test
  void s8AnUnknownHeadMakesChangesUnknownUntilThePushComes() {
    var history = history().push("main", ONE, commit("a")).deploy("d1", "b", THREE);

    assertThat(history.facts().deployment("d1").getChanges()).isNull();
    assertThat(history.facts().deployment("d1").getKind()).isEqualTo("forward");
    assertShipped(history.facts(), "a", null);

    var later = history.push("main", TWO, commit("b")).facts();
    assertThat(later.deployment("d1").getChanges()).isEqualTo(2);
    assertThat(later.deployment("d1").getKind()).isEqualTo("forward");
    assertShipped(later, "a", "d1");
  }

  @Test
  void s8ARefMeansItsValueAtTheAttemptsStart() {
    var facts =
        history()
            .push("main", ONE, commit("a"))
            .push("main", THREE, commit("b"))
            .deploy("d1", null, "production", TWO, FOUR, d -> d.setRef("main"))
            .facts();

    assertThat(facts.deployment("d1").getSha()).isEqualTo(sha("a"));
  }

  @Test
  void s8ATagThatMovesMeansItsValueAtTheAttemptsStart() {
    var facts =
        history()
            .push("main", ONE, commit("a"))
            .push("main", FOUR, commit("b"))
            .tag("stable", "a", ONE)
            .tag("stable", "b", FOUR)
            .deploy("d1", null, "production", TWO, THREE, d -> d.setRef("refs/tags/stable"))
            .deploy("d2", null, "production", FIVE, SIX, d -> d.setRef("stable"))
            .facts();

    assertThat(facts.deployment("d1").getSha()).isEqualTo(sha("a"));
    assertThat(facts.deployment("d2").getSha()).isEqualTo(sha("b"));
  }

  @Test
  void s8APrefixIsTheOneShaThatItFits() {
    var facts =
        history()
            .push("main", ONE, commit("prefix-a"), commit("prefix-b"), commit("other"))
            .deploy("fits", null, "p-prod", ONE, TWO, d -> d.setSha(sha("other").substring(0, 7)))
            .deploy("many", null, "q-prod", ONE, TWO, d -> d.setSha(sha("prefix-").substring(0, 9)))
            .deploy("short", null, "r-prod", ONE, TWO, d -> d.setSha(sha("other").substring(0, 6)))
            .facts();

    assertThat(facts.deployment("fits").getSha()).isEqualTo(sha("other"));
    assertThat(facts.deployment("many").getChanges()).isNull();
    assertThat(facts.deployment("short").getChanges()).isNull();
  }

  @Test
  void s8ShortenedShasOfAPullRequestMeanTheCommitsThatTheyFit() {
    var facts =
        history()
            .push("topic", ONE, commit("a").made(ONE))
            .pullRequest(1)
            .from("topic", "a")
            .opened(TWO)
            .merged(THREE, "squashed")
            .shortened()
            .push("main", THREE, commit("squashed"))
            .deploy("d1", "squashed", FOUR)
            .facts();

    assertThat(facts.changes()).hasSize(1);
    assertThat(facts.change("#1").getSha()).isEqualTo(sha("squashed"));
    assertThat(facts.change("#1").getStartedAt()).isEqualTo(ONE);
    assertShipped(facts, "#1", "d1");
  }

  @Test
  void s8AShortenedShaOfAPullRequestMeansNoneOfSeveralCommitsThatItFits() {
    // The names begin with the same seven letters: so do fourteen digits of the SHAs.
    var history =
        history()
            .pullRequest(1)
            .merged(TWO, "version1")
            .shortened()
            .push("main", TWO, commit("version1"))
            .deploy("d1", "version1", FOUR);

    assertShipped(history.facts(), "#1", "d1");

    var facts = history.push("topic", THREE, commit("version2")).facts();
    assertShipped(facts, "#1", null);
    assertShipped(facts, "version1", "d1");
  }

  @Test
  void s8AnUnknownPrefixIsNotTakenForTheRefBesideIt() {
    var facts =
        history()
            .push("main", ONE, commit("a"))
            .deploy("d", null, "production", TWO, THREE, d -> d.setSha("abcdef0").setRef("main"))
            .facts();

    assertThat(facts.deployment("d").getChanges()).isNull();
  }

  @Test
  void s8AVersionIsATagOrHasAShaInIt() {
    String describe = "2.0-14-g" + sha("b").substring(0, 8);
    var facts =
        history()
            .push("main", ONE, commit("a"), commit("b"))
            .tag("v1.0", "a", ONE)
            .deploy("tag", null, "production", ONE, TWO, d -> d.setVersion("1.0"))
            .deploy("image", null, "production", ONE, THREE, d -> d.setVersion(describe))
            .deploy("none", null, "production", ONE, FOUR, d -> d.setVersion("7.1"))
            .facts();

    assertThat(facts.deployment("tag").getSha()).isEqualTo(sha("a"));
    assertThat(facts.deployment("image").getSha()).isEqualTo(sha("b"));
    assertThat(facts.deployment("none").getSha()).isNull();
  }

  @Test
  void s9RegionsWithinTwoHoursOfEachOtherAreOneDeployment() {
    var facts =
        history()
            .push("main", ONE, commit("a"))
            .deploy("eu", "a", "prod-eu", ONE, ONE.plusSeconds(300))
            .deploy("us", "a", "prod-us", THREE, THREE.plusSeconds(300))
            .deploy("asia", "a", "prod-asia", FIVE, FIVE.plusSeconds(300))
            .facts();

    var deployment = facts.deployment("eu");
    assertThat(facts.deployments()).hasSize(1);
    assertThat(deployment.getEnvironments())
        .containsExactlyInAnyOrder("prod-eu", "prod-us", "prod-asia");
    assertThat(deployment.getStartedAt()).isEqualTo(ONE);
    assertThat(deployment.getFinishedAt()).isEqualTo(FIVE.plusSeconds(300));
    assertThat(deployment.getMarks()).singleElement().asString().contains("S9");
    assertThat(facts.change("a").getDeployedAt()).isEqualTo(FIVE.plusSeconds(300));
  }

  @Test
  void s9ARegionBeyondTwoHoursIsAnotherDeployment() {
    var facts =
        history()
            .push("main", ONE, commit("a"))
            .deploy("eu", "a", "prod-eu", ONE, ONE)
            .deploy("us", "a", "prod-us", THREE, THREE.plusSeconds(1))
            .facts();

    assertThat(facts.deployments()).hasSize(2);
    assertThat(facts.deployment("us").getKind()).isEqualTo("forward");
  }

  @Test
  void s9AVersionWhoseCommitIsUnknownIsRolledOutToo() {
    var history =
        history()
            .deploy("eu", null, "prod-eu", ONE, ONE, d -> d.setVersion("v1.0"))
            .deploy("us", null, "prod-us", TWO, TWO, d -> d.setVersion("1.0"))
            .deploy("asia", null, "prod-asia", THREE, THREE, d -> d.setVersion("2.0"));
    var facts = history.facts();
    assertThat(facts.deployments()).hasSize(2);
    assertThat(facts.deployment("eu").getEnvironments()).containsExactly("prod-eu", "prod-us");

    var later = history.push("main", ONE, commit("a")).tag("v1.0", "a", FIVE).facts();
    assertThat(later.deployment("eu").getEnvironments()).containsExactly("prod-eu", "prod-us");
    assertThat(later.deployment("eu").getKind()).isEqualTo("forward");
    assertThat(later.deployment("eu").getChanges()).isEqualTo(1);
  }

  @Test
  void s9MembersOfDifferentKnownCommitsAreNoneOfOneRollout() {
    var facts =
        history()
            .push("main", ONE, commit("a"), commit("b"))
            .deploy("eu", "a", "prod-eu", ONE, ONE, d -> d.setVersion("1.0"))
            .deploy("us", null, "prod-us", ONE, TWO, d -> d.setVersion("1.0"))
            .deploy("asia", "b", "prod-asia", TWO, THREE, d -> d.setVersion("1.0"))
            .facts();

    assertThat(facts.deployment("eu").getEnvironments()).containsExactly("prod-eu", "prod-us");
    assertThat(facts.deployment("asia").getKind()).isEqualTo("forward");
  }

  @Test
  void s9AnEnvironmentThatTheRolloutHasReachedBeginsANewOneWhateverItsVersionWas() {
    String digest = "@sha256:" + "a".repeat(64);
    var facts =
        history()
            .deploy("eu", null, "prod-eu", ONE, ONE, d -> d.setVersion("1.0" + digest))
            .deploy("us", null, "prod-us", ONE, TWO, d -> d.setVersion("1.0"))
            .deploy("again", null, "prod-us", TWO, THREE, d -> d.setVersion("2.0" + digest))
            .facts();

    assertThat(facts.deployment("eu").getEnvironments()).containsExactly("prod-eu", "prod-us");
    assertThat(facts.deployment("again").getKind()).isEqualTo("forward");
  }

  @Test
  void s9ALaterMemberDoesNotShipWhatWasMergedMeanwhile() {
    var facts =
        history()
            .push("main", ONE, commit("a"))
            .push("hotfix/x", ONE, commit("h").parents("a"))
            .deploy("eu", "h", "prod-eu", TWO, TWO)
            .push("main", TWO.plusSeconds(60), commit("b"))
            .push("main", TWO.plusSeconds(600), commit("h"), commit("merge"))
            .deploy("us", "h", "prod-us", THREE, THREE)
            .deploy("next", "merge", "prod-us", FOUR, FIVE)
            .facts();

    assertThat(facts.deployment("eu").getEnvironments()).containsExactly("prod-eu", "prod-us");
    assertThat(facts.deployment("eu").getChanges()).isEqualTo(2);
    assertShipped(facts, "a", "eu");
    assertShipped(facts, "h", "eu");
    assertShipped(facts, "b", "next");
    assertShipped(facts, "merge", "next");
  }

  @Test
  void s9TheHeadOfARolloutIsTheFirstThatIsKnown() {
    var facts =
        history()
            .push("main", ONE, commit("a"))
            .deploy("eu", null, "prod-eu", ONE, TWO, d -> d.setVersion("1.0"))
            .deploy("us", "a", "prod-us", ONE, THREE, d -> d.setVersion("1.0"))
            .facts();

    assertShipped(facts, "a", "eu");
    assertThat(facts.deployment("eu").getChanges()).isEqualTo(1);
    assertThat(facts.deployment("eu").getShippingRule()).isEqualTo("S3");
  }

  @Test
  void s9TheSameEnvironmentAgainBeginsANewOne() {
    var facts =
        history()
            .push("main", ONE, commit("a"))
            .deploy("eu1", "a", "prod-eu", ONE, ONE.plusSeconds(60))
            .deploy("eu2", "a", "prod-eu", ONE, ONE.plusSeconds(600))
            .deploy("us", "a", "prod-us", ONE, ONE.plusSeconds(900))
            .facts();

    assertThat(facts.deployments()).hasSize(2);
    assertThat(facts.deployment("eu2").getEnvironments()).hasSize(2);
    assertThat(facts.deployment("eu2").getKind()).isEqualTo("redeploy");
  }

  @Test
  void e6TheSameIdInTwoServicesIsTwoAttempts() {
    var facts =
        history()
            .push("main", ONE, commit("a"))
            .deploy("42", "a", "production", ONE, TWO, d -> d.setService("cart"))
            .deploy("42", "a", "production", ONE, THREE, d -> d.setService("pay"))
            .facts();

    assertThat(facts.deployments())
        .extracting(fact -> fact.getService() + " " + fact.getFinishedAt())
        .containsExactlyInAnyOrder("cart " + TWO, "pay " + THREE);
  }

  @Test
  void e6WhatNamesItsServiceInOnlyOneOfItsEventsIsOneAttempt() {
    var facts =
        history()
            .catalog("cart", ONE, entry -> entry.setRepository("github.com/acme/shop"))
            .repository("acme/shop")
            .push("main", ONE, commit("a"))
            .attempt("d1", "a", "production", "started", ONE, ONE, d -> d.setService("cart"))
            .attempt("d1", "a", "production", "succeeded", null, TWO, d -> {})
            .facts();

    assertThat(facts.deployments()).hasSize(1);
    assertThat(facts.deployments().get(0).getStartedAt()).isEqualTo(ONE);
    assertThat(facts.deployments().get(0).getFinishedAt()).isEqualTo(TWO);
  }

  @Test
  void s10AFailedAttemptIsNoDeployment() {
    var facts =
        history().push("main", ONE, commit("a")).failedRollout("d1", "a", TWO, THREE).facts();

    assertThat(facts.deployment("d1").getStatus()).isEqualTo("failed");
    assertThat(facts.deployment("d1").getCounted()).isFalse();
    assertThat(facts.deployment("d1").getFailed()).isFalse();
    assertShipped(facts, "a", null);
  }

  @Test
  void s10AFailedAttemptWithAnIncidentIsAFailedDeployment() {
    var facts =
        history()
            .push("main", ONE, commit("a"))
            .failedRollout("d1", "a", TWO, THREE)
            .incident("i1", TWO.plusSeconds(60), NEVER)
            .facts();

    assertThat(facts.deployment("d1").getCounted()).isTrue();
    assertThat(facts.deployment("d1").getFailureRule()).isEqualTo("F6");
    assertThat(facts.deployment("d1").getIncidents()).containsExactly("i1");
    assertShipped(facts, "a", null);
  }

  private static History monorepo() {
    return history()
        .repository("acme/mono")
        .catalog("cart", ONE, c -> c.setPaths(List.of("cart/")))
        .catalog("pay", ONE, c -> c.setPaths(List.of("pay/**")));
  }
}
