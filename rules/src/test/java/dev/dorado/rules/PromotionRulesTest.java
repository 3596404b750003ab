package dev.dorado.rules;

import static dev.dorado.rules.History.at;
import static dev.dorado.rules.History.commit;
import static dev.dorado.rules.History.history;
import static dev.dorado.rules.History.sha;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.facts.ChangeFact;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rule S6 of metrics.md, as far as it is about pull requests that carry others. */
class PromotionRulesTest {

  private static final double HOUR = 3600;
  private static final Instant START = at("2026-02-02T08:00");

  private static Instant hour(int hours) {
    return START.plusSeconds(3600L * hours);
  }

  /** The base is deployed; #1 of a branch with two commits is merged into develop at 26. */
  private static History feature() {
    return history()
        .push("main", hour(-24), commit("base"))
        .push("develop", hour(-24), commit("base"))
        .deploy("d0", "base", hour(-20))
        .push("feature/x", hour(1), commit("f1").made(hour(0)), commit("f2").made(hour(1)))
        .pullRequest(1)
        .from("feature/x", "f2")
        .into("develop")
        .commits(null)
        .opened(hour(2))
        .merged(hour(26), "m1")
        .push("develop", hour(26), commit("f1").made(hour(0)), commit("f2"), commit("m1"));
  }

  private static History.PullRequestSpec release(History history, String head) {
    return history
        .pullRequest(2)
        .from("develop", head)
        .into("main")
        .commits(null)
        .titled("Release 1")
        .opened(hour(73));
  }

  private static Iterable<String> ids(Facts facts) {
    return facts.changes().stream()
        .filter(change -> change.getDeploymentId() != null)
        .filter(change -> !change.getDeploymentId().equals("d0"))
        .map(ChangeFact::getId)
        .map(id -> id.substring(id.lastIndexOf('/') + 1))
        .map(id -> History.named(id))
        .toList();
  }

  @Test
  void s6APullRequestThatOnlyCarriesOthersIsNoChange() {
    var facts =
        release(feature(), "m1")
            .merged(hour(74), "r")
            .push(
                "main",
                hour(74),
                commit("f1").made(hour(0)),
                commit("f2"),
                commit("m1"),
                commit("r"))
            .deploy("d1", "r", hour(75))
            .facts();

    assertThat(ids(facts)).containsExactly("shop#1");
    assertThat(facts.change("#1").getDeploymentId()).isEqualTo("d1");
    assertThat(facts.change("#1").getLeadTime()).isEqualTo(75 * HOUR);
    assertThat(facts.deployment("d1").getChanges()).isEqualTo(1);
  }

  @Test
  void s6WhatASquashCarriesIsShippedWhereTheSquashStands() {
    var facts =
        release(feature(), "m1")
            .merged(hour(74), "r")
            .push("main", hour(74), commit("r"))
            .deploy("d1", "r", hour(75))
            .facts();

    assertThat(ids(facts)).containsExactly("shop#1");
    assertThat(facts.change("#1").getLeadTime()).isEqualTo(75 * HOUR);
  }

  @Test
  void s6WhatAFastForwardCarriesIsShippedWithIt() {
    var facts =
        release(feature(), "m1")
            .merged(hour(74), "m1")
            .push("main", hour(74), commit("f1").made(hour(0)), commit("f2"), commit("m1"))
            .deploy("d1", "m1", hour(75))
            .facts();

    assertThat(ids(facts)).containsExactly("shop#1");
    assertThat(facts.change("#1").getLeadTime()).isEqualTo(75 * HOUR);
  }

  @Test
  void s6UntilItIsCarriedAChangeIsNotShipped() {
    var facts = release(feature(), "m1").unmerged().facts();

    assertThat(ids(facts)).isEmpty();
  }

  @Test
  void s6WithACommitOfItsOwnItIsAChangeOfThatAlone() {
    var facts =
        release(feature().push("develop", hour(72), commit("version").made(hour(72))), "version")
            .merged(hour(74), "r")
            .push("main", hour(74), commit("r"))
            .deploy("d1", "r", hour(75))
            .facts();

    assertThat(ids(facts)).containsExactlyInAnyOrder("shop#1", "shop#2");
    assertThat(facts.change("#1").getLeadTime()).isEqualTo(75 * HOUR);
    assertThat(facts.change("#2").getLeadTime()).isEqualTo(3 * HOUR);
  }

  @Test
  void s6ACommitOfItsOwnIsFoundBehindThoseOfOthers() {
    var facts =
        release(
                history()
                    .push("main", hour(-24), commit("base"))
                    .deploy("d0", "base", hour(-20))
                    .push("develop", hour(0), commit("own").made(hour(0)))
                    .pullRequest(1)
                    .into("develop")
                    .opened(hour(1))
                    .merged(hour(2), "m1")
                    .push("develop", hour(2), commit("m1")),
                "m1")
            .merged(hour(74), "r")
            .push("main", hour(74), commit("r"))
            .deploy("d1", "r", hour(75))
            .facts();

    assertThat(ids(facts)).containsExactlyInAnyOrder("shop#1", "shop#2");
    assertThat(facts.change("#2").getStartedAt()).isEqualTo(hour(0));
  }

  @Test
  void s6AFurtherMergeIsNoWorkOfItsOwn() {
    var facts =
        release(
                feature().push("develop", hour(72), commit("sync").message("Merge branch 'main'")),
                "sync")
            .merged(hour(74), "r")
            .push("main", hour(74), commit("r"))
            .deploy("d1", "r", hour(75))
            .facts();

    assertThat(ids(facts)).containsExactly("shop#1");
  }

  @Test
  void s6ThreeStagesCarryOneAfterTheOther() {
    var facts =
        feature()
            .pullRequest(2)
            .from("develop", "m1")
            .into("staging")
            .commits(null)
            .merged(hour(50), "s")
            .push("staging", hour(50), commit("s"))
            .pullRequest(3)
            .from("staging", "s")
            .commits(null)
            .merged(hour(74), "r")
            .push("main", hour(74), commit("r"))
            .deploy("d1", "r", hour(75))
            .facts();

    assertThat(ids(facts)).containsExactly("shop#1");
    assertThat(facts.change("#1").getLeadTime()).isEqualTo(75 * HOUR);
  }

  @Test
  void s6AReleaseBranchThatBeginsAtACommitOfDevelopCarriesWhatIsThere() {
    var facts =
        feature()
            .push("release/1", hour(70), push -> push.setCommits(List.of()), commit("m1"))
            .push("release/1", hour(71), commit("version").made(hour(71)))
            .pullRequest(2)
            .from("release/1", "version")
            .commits(null)
            .opened(hour(73))
            .merged(hour(74), "r")
            .push("main", hour(74), commit("r"))
            .deploy("d1", "r", hour(75))
            .facts();

    assertThat(ids(facts)).containsExactlyInAnyOrder("shop#1", "shop#2");
    assertThat(facts.change("#1").getLeadTime()).isEqualTo(75 * HOUR);
    assertThat(facts.change("#2").getLeadTime()).isEqualTo(4 * HOUR);
  }

  @Test
  void s6ANestedPullRequestIsAChangeAndTheOneAroundItToo() {
    var facts =
        history()
            .push("main", hour(-24), commit("base"))
            .deploy("d0", "base", hour(-20))
            .push("outer", hour(0), commit("o").made(hour(0)))
            .push("inner", hour(1), commit("i").made(hour(1)))
            .pullRequest(1)
            .from("inner", "i")
            .into("outer")
            .opened(hour(1))
            .merged(hour(2), "mi")
            .push("outer", hour(2), commit("i").made(hour(1)), commit("mi"))
            .pullRequest(2)
            .from("outer", "mi")
            .commits(null)
            .opened(hour(3))
            .merged(hour(4), "r")
            .push("main", hour(4), commit("r"))
            .deploy("d1", "r", hour(5))
            .facts();

    assertThat(ids(facts)).containsExactlyInAnyOrder("shop#1", "shop#2");
    assertThat(facts.change("#1").getLeadTime()).isEqualTo(4 * HOUR);
    assertThat(facts.change("#2").getLeadTime()).isEqualTo(5 * HOUR);
  }

  @Test
  void s6ABackMergeIsNoChangeAndHidesNoCommitOfTheDefaultBranch() {
    var facts =
        history()
            .push("develop", hour(-24), commit("base"))
            .push("main", hour(-24), commit("base"))
            .deploy("d0", "base", hour(-20))
            .push("main", hour(1), commit("lone").made(hour(0)))
            .pullRequest(1)
            .from("main", "lone")
            .into("develop")
            .commits(null)
            .merged(hour(2), "back")
            .push("develop", hour(2), commit("lone"), commit("back"))
            .deploy("d1", "lone", hour(3))
            .facts();

    assertThat(ids(facts)).containsExactly("shop@lone");
    assertThat(facts.change("lone").getLeadTime()).isEqualTo(3 * HOUR);
  }

  @Test
  void s6APromotionOfTheDefaultBranchShipsItsLoneCommits() {
    var facts =
        history()
            .push("main", hour(0), commit("lone").made(hour(0)))
            .pullRequest(1)
            .from("main", "lone")
            .into("production")
            .commits(null)
            .merged(hour(2), "p")
            .push("production", hour(2), commit("p"))
            .deploy("d1", "p", hour(3))
            .facts();

    assertThat(ids(facts)).containsExactly("shop@lone");
    assertThat(facts.change("lone").getLeadTime()).isEqualTo(3 * HOUR);
  }

  @Test
  void s6ABranchThatIsMergedTwiceIsOneChange() {
    var facts =
        history()
            .push("main", hour(-24), commit("base"))
            .deploy("d0", "base", hour(-20))
            .push("hotfix/x", hour(0), commit("h").made(hour(0)))
            .pullRequest(1)
            .from("hotfix/x", "h")
            .merged(hour(1), "m1")
            .push("main", hour(1), commit("m1"))
            .deploy("d1", "m1", hour(2))
            .pullRequest(2)
            .from("hotfix/x", "h")
            .into("develop")
            .merged(hour(3), "m2")
            .push("develop", hour(3), commit("h"), commit("m2"))
            .deploy("d2", "m2", hour(4))
            .facts();

    assertThat(ids(facts)).containsExactly("shop#1");
  }

  @Test
  void s6WithoutAPushOfDevelopTheHeadTellsWhatIsCarried() {
    var facts =
        release(
                history()
                    .push("main", hour(-24), commit("base"))
                    .deploy("d0", "base", hour(-20))
                    .pullRequest(1)
                    .into("develop")
                    .opened(hour(0))
                    .merged(hour(26), "m1"),
                "m1")
            .merged(hour(74), "r")
            .push("main", hour(74), commit("m1"), commit("r"))
            .deploy("d1", "r", hour(75))
            .facts();

    assertThat(ids(facts)).containsExactly("shop#1");
    assertThat(facts.change("#1").getLeadTime()).isEqualTo(75 * HOUR);
  }

  @Test
  void f4ARevertOfWhatOnlyCarriesRevertsWhatItCarries() {
    var facts =
        release(feature(), "m1")
            .merged(hour(74), "r")
            .push("main", hour(74), commit("m1"), commit("r"))
            .deploy("d1", "r", hour(75))
            .pullRequest(3)
            .titled("Revert \"Release 1\"")
            .described("Reverts acme/shop#2")
            .merged(hour(76), "undo")
            .push("main", hour(76), commit("undo"))
            .deploy("d2", "undo", hour(77))
            .facts();

    assertThat(facts.deployment("d1").getFailed()).isTrue();
    assertThat(facts.deployment("d1").getFailureRule()).isEqualTo("F4");
    assertThat(facts.deployment("d2").getRework()).isTrue();
  }

  @Test
  void f4ARevertOfTheMergeCommitRevertsWhatWasCarriedToo() {
    var facts =
        release(feature(), "m1")
            .merged(hour(74), "r")
            .push("main", hour(74), commit("m1"), commit("r"))
            .deploy("d1", "r", hour(75))
            .push(
                "main",
                hour(76),
                commit("undo").message("Revert \"x\"\n\nThis reverts commit " + sha("r") + "."))
            .deploy("d2", "undo", hour(77))
            .facts();

    assertThat(facts.deployment("d1").getFailed()).isTrue();
  }

  /** GitLab's squash together with a merge commit: both stand in the push to main. */
  private static History squashedRelease() {
    return release(feature(), "m1")
        .squashedInto("s")
        .merged(hour(74), "r")
        .push("main", hour(74), commit("s").made(hour(74)).message("Release 1"), commit("r"));
  }

  @Test
  void s6TheSquashCommitBeforeAMergeCommitIsNobodysWork() {
    var facts = squashedRelease().deploy("d1", "r", hour(75)).facts();

    assertThat(ids(facts)).containsExactly("shop#1");
    assertThat(facts.change("#1").getLeadTime()).isEqualTo(75 * HOUR);
  }

  @Test
  void l1TheSquashCommitBeforeAMergeCommitIsNoCommitOfItsPullRequest() {
    var facts =
        history()
            .push("main", hour(-24), commit("base"))
            .deploy("d0", "base", hour(-20))
            .push("feature/x", hour(1), commit("f").made(hour(1)))
            .pullRequest(1)
            .from("feature/x", "f")
            .commits(null)
            .squashedInto("s")
            .opened(hour(2))
            .merged(hour(4), "m")
            .push("main", hour(4), commit("s").made(hour(0)), commit("m"))
            .deploy("d1", "m", hour(5))
            .facts();

    assertThat(ids(facts)).containsExactly("shop#1");
    assertThat(facts.change("#1").getLeadTime()).isEqualTo(4 * HOUR);
  }

  @Test
  void f4ARevertOfTheSquashCommitRevertsWhatWasCarriedToo() {
    var facts =
        squashedRelease()
            .deploy("d1", "r", hour(75))
            .push(
                "main",
                hour(76),
                commit("undo").message("Revert \"x\"\n\nThis reverts commit " + sha("s") + "."))
            .deploy("d2", "undo", hour(77))
            .facts();

    assertThat(facts.deployment("d1").getFailed()).isTrue();
  }

  @Test
  void s6ACherryPickOfTheSquashCommitPicksWhatItCarried() {
    var facts =
        squashedRelease()
            .push(
                "lts",
                hour(75),
                commit("p").message("x\n\n(cherry picked from commit " + sha("s") + ")"))
            .deploy("d1", "p", hour(76))
            .facts();

    assertThat(ids(facts)).containsExactly("shop#1");
  }

  @Test
  void s6ACherryPickOfTheMergeCommitPicksWhatItCarried() {
    var facts =
        release(feature(), "m1")
            .merged(hour(74), "r")
            .push("main", hour(74), commit("m1"), commit("r"))
            .push(
                "lts",
                hour(75),
                commit("p").message("x\n\n(cherry picked from commit " + sha("r") + ")"))
            .deploy("d1", "p", hour(76))
            .facts();

    assertThat(ids(facts)).containsExactly("shop#1");
    assertThat(facts.change("#1").getDeploymentId()).isEqualTo("d1");
  }
}
