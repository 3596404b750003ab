package dev.dorado.rules;

import static dev.dorado.rules.History.at;
import static dev.dorado.rules.History.commit;
import static dev.dorado.rules.History.history;
import static dev.dorado.rules.History.sha;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules F1 to F7 of metrics.md. */
class FailureRulesTest {

  private static final Instant START = at("2026-01-05T08:00");
  private static final Instant OPEN = null;

  private static Instant hour(int hours) {
    return START.plusSeconds(3600L * hours);
  }

  /** v1, v2 and v3 are deployed at one, two and three o'clock. */
  private static History three() {
    return history()
        .pullRequest(12)
        .merged(START, "v1")
        .push("main", START, commit("v1"))
        .push("main", START, commit("v2"))
        .push("main", START, commit("v3"))
        .deploy("d1", "v1", hour(1))
        .deploy("d2", "v2", hour(2))
        .deploy("d3", "v3", hour(3));
  }

  private static void assertFailed(Facts facts, String... deployments) {
    assertThat(facts.deployments())
        .filteredOn(fact -> fact.getFailed())
        .extracting(fact -> fact.getId())
        .containsExactlyInAnyOrder(deployments);
  }

  @Test
  void f1ADeploymentFailsOnceWhateverTheNumberOfIncidents() {
    var facts = three().incident("i1", hour(4), hour(5)).incident("i2", hour(6), hour(7)).facts();

    assertFailed(facts, "d3");
    assertThat(facts.deployment("d3").getIncidents()).containsExactly("i1", "i2");
  }

  @Test
  void f1TheFirstRuleThatAnswersDecidesAndTheRejectedAreKept() {
    var facts =
        three()
            .incident("i1", hour(4), OPEN, i -> i.setCausedBy(List.of("d1")))
            .deploy("d4", "v2", hour(5))
            .facts();

    assertFailed(facts, "d1", "d3");
    assertThat(facts.deployment("d1").getFailureRule()).isEqualTo("F2");
    assertThat(facts.deployment("d1").getFailureConfidence()).isEqualTo("high");
    assertThat(facts.deployment("d3").getFailureRule()).isEqualTo("F3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "d1",
        "SHA",
        "SHA IN CAPITALS",
        "PREFIX",
        "1.1",
        "v1.1",
        "V1.1",
        "refs/tags/v1.1",
        "ghcr.io/acme/shop:v1.1",
        "https://ci.example/deploy/1",
        "#12",
        "acme/shop#12",
        "URL"
      })
  void f2AnIncidentNamesItsCause(String name) {
    String cause =
        switch (name) {
          case "SHA" -> sha("v1");
          case "PREFIX" -> sha("v1").substring(0, 8);
          case "SHA IN CAPITALS" -> sha("v1").toUpperCase(Locale.ROOT);
          case "URL" -> "https://github.com/acme/shop/pull/12";
          default -> name;
        };
    var facts =
        three()
            .attempt(
                "d1",
                "v1",
                "production",
                "inactive",
                START,
                hour(2),
                d -> d.setVersion("ghcr.io/acme/shop:v1.1").setUrl("https://ci.example/deploy/1"))
            .incident("i1", hour(4), OPEN, i -> i.setCausedBy(List.of(cause)))
            .facts();

    assertFailed(facts, "d1");
    assertThat(facts.incident("i1").getLinkRule()).isEqualTo("F2");
    assertThat(facts.incident("i1").getLinkMethod()).contains(cause);
  }

  @Test
  void f2ATagThatWasDeployedByItsNameIsACause() {
    var facts =
        three()
            .attempt("d1", "v1", "production", "inactive", START, hour(2), d -> d.setRef("v1.1.0"))
            .incident("i1", hour(4), OPEN, i -> i.setDescription("Root cause: v1.1.0"))
            .facts();

    assertFailed(facts, "d1");
    assertThat(facts.incident("i1").getLinkRule()).isEqualTo("F2");
  }

  @Test
  void f2AMarkerInTheTextNamesTheCause() {
    String text = "It was bad.\n\nRoot cause: `" + sha("v2").substring(0, 10) + "`\n";
    var facts = three().incident("i1", hour(4), OPEN, i -> i.setDescription(text)).facts();

    assertFailed(facts, "d2");
  }

  @Test
  void f2AnArtifactThatTheIncidentNamesIsItsCause() {
    var facts =
        three()
            .attempt(
                "d1", "v1", "production", "inactive", START, hour(2), d -> d.setArtifact("pkg:1"))
            .incident("i1", hour(4), OPEN, i -> i.setArtifact("pkg:1"))
            .facts();

    assertFailed(facts, "d1");
  }

  @Test
  void f2ACauseThatNobodyKnowsIsRejectedAndTheNextRuleAsked() {
    var facts = three().incident("i1", hour(4), OPEN, i -> i.setCausedBy(List.of("d9"))).facts();

    assertThat(facts.incident("i1").getLinkRule()).isEqualTo("F6");
    assertThat(facts.incident("i1").getLinkRejected()).anyMatch(text -> text.contains("d9"));
  }

  @Test
  void f2OfSeveralDeploymentsOfAShaTheLatestBeforeTheIncidentIsMeant() {
    var facts =
        three()
            .deploy("d4", "v1", hour(5))
            .deploy("d5", "v3", hour(6))
            .incident("i1", hour(5).plusSeconds(60), OPEN, i -> i.setCausedBy(List.of(sha("v3"))))
            .facts();

    assertThat(facts.incident("i1").getDeploymentId()).isEqualTo("d3");
  }

  @Test
  void f2TheSendersMarkFailsTheDeployment() {
    var facts =
        three()
            .attempt("d2", "v2", "production", "succeeded", START, hour(2), d -> d.setFailed(true))
            .facts();

    assertFailed(facts, "d2");
    assertThat(facts.deployment("d2").getFailureRule()).isEqualTo("F2");
  }

  @Test
  void f3ARollbackFailsTheFirstForwardDeploymentAfterWhatItWentBackTo() {
    var facts = three().deploy("d4", "v1", hour(4)).facts();

    assertFailed(facts, "d2");
    assertThat(facts.deployment("d2").getFailureRule()).isEqualTo("F3");
    assertThat(facts.deployment("d2").getFailureEvidence()).containsExactly("d4");
  }

  @Test
  void f3ARollbackToTheOneBeforeFailsTheLatest() {
    assertFailed(three().deploy("d4", "v2", hour(4)).facts(), "d3");
  }

  @Test
  void f3ARollbackRightAfterARollbackFailsTheNextOneDown() {
    var facts = three().deploy("d4", "v2", hour(4)).deploy("d5", "v1", hour(5)).facts();

    assertFailed(facts, "d2", "d3");
  }

  @Test
  void f3ARollbackAfterRollingForwardAgainLooksBackNoFurtherThanThat() {
    var facts =
        three()
            .push("main", hour(4), commit("v4"))
            .deploy("d4", "v1", hour(4))
            .deploy("d5", "v4", hour(5))
            .deploy("d6", "v3", hour(6))
            .facts();

    assertFailed(facts, "d2", "d5");
  }

  @Test
  void f3ARollbackOverARedeployFailsWhatWasRepeated() {
    var facts = three().deploy("r", "v3", hour(4)).deploy("d4", "v2", hour(5)).facts();

    assertFailed(facts, "d3");
  }

  @Test
  void f3ARollbackToACommitThatWasNeverDeployedItselfWorksByPosition() {
    var facts =
        history()
            .push("main", START, commit("a"), commit("b"), commit("c"))
            .deploy("d1", "a", hour(1))
            .deploy("d2", "c", hour(2))
            .deploy("d3", "b", hour(3))
            .facts();

    assertFailed(facts, "d2");
  }

  @Test
  void f3ADeclaredRollbackWithoutAKnownHeadFailsTheLatestForwardDeployment() {
    var facts =
        three()
            .deploy("d4", null, "production", hour(4), hour(4), d -> d.setDeclaredKind("rollback"))
            .facts();

    assertFailed(facts, "d3");
  }

  @Test
  void f3ARollbackInTwoRegionsFailsOneDeployment() {
    var facts =
        history()
            .push("main", START, commit("v1"), commit("v2"))
            .deploy("eu1", "v1", "prod-eu", hour(1), hour(1))
            .deploy("us1", "v1", "prod-us", hour(1), hour(1))
            .deploy("eu2", "v2", "prod-eu", hour(5), hour(5))
            .deploy("us2", "v2", "prod-us", hour(5), hour(5))
            .deploy("eu3", "v1", "prod-eu", hour(6), hour(6))
            .deploy("us3", "v1", "prod-us", hour(6), hour(6))
            .facts();

    assertThat(facts.deployments()).hasSize(3);
    assertFailed(facts, "eu2");
  }

  @Test
  void f3AnIncidentThatWasOpenWhenTheRollbackStartedBelongsToWhatItAccuses() {
    var facts = three().incident("i1", hour(4), hour(6)).deploy("d4", "v1", hour(5)).facts();

    assertFailed(facts, "d2");
    assertThat(facts.incident("i1").getDeploymentId()).isEqualTo("d2");
    assertThat(facts.incident("i1").getLinkRule()).isEqualTo("F3");
    assertThat(facts.incident("i1").getLinkRejected()).anyMatch(text -> text.contains("d3"));
  }

  @Test
  void f3AnIncidentFromBeforeTheAccusedStartedDoesNotBelongToIt() {
    var facts =
        three().incident("i1", hour(1).plusSeconds(60), hour(6)).deploy("d4", "v2", hour(5));

    assertThat(facts.facts().incident("i1").getDeploymentId()).isEqualTo("d1");
    assertThat(facts.facts().incident("i1").getLinkRejected())
        .anyMatch(text -> text.contains("can't be the cause"));
    assertFailed(facts.facts(), "d1", "d3");
  }

  private static String revert(String name) {
    return "Revert \"Work\"\n\nThis reverts commit " + sha(name) + ".";
  }

  @Test
  void f4ARevertThatShipsLaterFailsWhatShippedTheReverted() {
    var facts =
        three()
            .push("main", hour(4), commit("r").message(revert("v2")))
            .deploy("d4", "r", hour(5))
            .facts();

    assertFailed(facts, "d2");
    assertThat(facts.deployment("d2").getFailureRule()).isEqualTo("F4");
    assertThat(facts.change("r").getReactive()).isTrue();
    assertThat(facts.deployment("d4").getRework()).isTrue();
  }

  @Test
  void f4ARevertOfAPullRequestIsFoundByItsNumber() {
    var facts =
        three()
            .pullRequest(13)
            .titled("Revert \"Pull request 12\"")
            .described("Reverts acme/shop#12")
            .merged(hour(4), "r")
            .push("main", hour(4), commit("r"))
            .deploy("d4", "r", hour(5))
            .facts();

    assertFailed(facts, "d1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Revert \"Pull request 12\"",
        "[SHOP-3] Revert \"Pull request 12\"",
        "fix: revert \"Pull request 12\"",
        "revert: Pull request 12"
      })
  void f4ATitleThatOneEarlierChangeHasNamesIt(String title) {
    assertFailed(reverting(title, "x", null), "d1");
  }

  @Test
  void f4ATitleThatSeveralEarlierChangesHaveNamesNone() {
    var facts =
        three()
            .pullRequest(13)
            .titled("Pull request 12")
            .merged(hour(4), "again")
            .push("main", hour(4), commit("again"))
            .deploy("d4", "again", hour(5))
            .pullRequest(14)
            .titled("Revert \"Pull request 12\"")
            .merged(hour(6), "r")
            .push("main", hour(6), commit("r"))
            .deploy("d5", "r", hour(7))
            .facts();

    assertFailed(facts);
    assertThat(facts.change("#14").getReactive()).isTrue();
  }

  @Test
  void f4ATitleThatOnlyALaterChangeHasNamesNone() {
    var facts =
        three()
            .pullRequest(13)
            .titled("Revert \"Later\"")
            .merged(hour(4), "r")
            .push("main", hour(4), commit("r"))
            .deploy("d4", "r", hour(5))
            .pullRequest(14)
            .titled("Later")
            .merged(hour(6), "later")
            .push("main", hour(6), commit("later"))
            .deploy("d5", "later", hour(7))
            .facts();

    assertFailed(facts);
  }

  /** What ships a pull request after three, of which d1 shipped #12 and d2 the commit v2. */
  private static Facts reverting(String title, String branch, String description) {
    return three()
        .pullRequest(13)
        .titled(title)
        .from(branch, null)
        .described(description)
        .merged(hour(4), "r")
        .push("main", hour(4), commit("r"))
        .deploy("d4", "r", hour(5))
        .facts();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Undo|revert-12-feature/12|",
        "Undo|revert-pr-12|",
        "Undo|x|Reverts acme/shop#12",
        "Undo|x|This reverts pull request #12.",
        "Undo|x|This reverts merge request !12",
        "Undo|x|This reverts merge request acme/shop!12",
        "Undo|x|Reverts https://github.com/acme/shop/pull/12",
        "Revert PR #12 as it fails|x|",
        "Revert !12|x|",
        "Reverts #12|x|",
        "Rollback of #12|x|",
        "Back out pull request 12|x|",
        "[SHOP-1] Revert #12|x|",
        "SHOP-1: Revert #12|x|",
        "Draft: Revert #12|x|",
        "chore: revert #12|x|",
        "fix(basket)!: revert PR #12|x|",
        "revert(basket): #12|x|",
        "Undo #12|x|",
        "Automated rollback of #12|x|",
        "\u23ea Revert #12|x|",
        ":rewind: Revert #12|x|",
        "Revert \"Add basket (#12)\"|x|",
        "Revert \"Add basket (#12)\" (#13)|x|",
        "Reverted \"Add basket (#12)\"|x|",
        "fix: revert \"Add basket (#12)\"|x|",
        "\u23ea\ufe0f Revert \"Add basket (#12)\"|x|",
        "Revert \u201cAdd basket (#12)\u201d|x|",
        "Revert \"Add \"basket\" (!12)\"|x|",
        "Revert \"Merged PR 12: Add basket\"|x|",
        "Revert \"Merged in basket (pull request #12)\"|x|",
        "revert(basket): add basket (#12)|x|",
        "revert: add basket (#12) (#13)|x|"
      })
  void f4EachForgesWordingNamesThePullRequest(String title, String branch, String description) {
    assertFailed(reverting(title, branch, description), "d1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Undo|revert-SHA|",
        "Undo|SHA-revert-from-main|",
        "Undo|x|Reverted commit `SHA`.",
        "Undo|x|This reverts commit SHA.",
        "revert: the work|x|Refs: SHA",
        "revert SHA|x|",
        "Automated rollback of commit SHA|x|",
        "Undo SHA|x|"
      })
  void f4EachForgesWordingNamesTheCommit(String title, String branch, String description) {
    String some = sha("v2").substring(0, 8);
    String text = description == null ? null : description.replace("SHA", some);
    var facts = reverting(title.replace("SHA", some), branch.replace("SHA", some), text);

    assertFailed(facts, "d2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "revert: the work",
        "Revert \"Work\"",
        "Revert 'Work'",
        "Back out \"Work\"",
        "Reverted \"Work\"",
        "fix: revert \"Work\"",
        "\u23ea Revert \"Work\"",
        ":rewind: Revert \"Work\"",
        ":rewind: revert: the work",
        "chore: :rewind: revert \"Work\"",
        "Revert \"Use the basket of (#12) again\""
      })
  void f4ARevertThatDoesNotSayOfWhatFailsNothingAndIsReactive(String title) {
    var facts = reverting(title, "x", null);

    assertFailed(facts);
    assertThat(facts.change("#13").getReactive()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Add revert button|x|",
        "Revert button: fix its colour|x|",
        "fix: revert button colour|x|",
        "feat: undo button for #12|x|",
        "Undo \"Delete (#12)\" in the basket|x|",
        "Show when #12 was reverted (#12)|x|",
        "Revert \"Revert \"Add basket (#12)\"\"|x|",
        "fix: revert \"chore: revert \"Add basket (#12)\"\"|x|",
        "Do not revert #12|x|",
        "Undo|revert-button|",
        "Undo|x|It reverts what #12 did",
        "Reverts to defaults|x|",
        "Reapply \"Work\"|x|",
        "Undo|x|Reverts other/repository#12"
      })
  void f4ATextThatHasTheWordInItAccusesNobody(String title, String branch, String description) {
    assertFailed(reverting(title, branch, description));
  }

  @Test
  void f4ASquashInWhichOneCommitTakesBackAnotherIsNoRevert() {
    var facts =
        three()
            .push("feature", hour(3), commit("a"), commit("b"))
            .pullRequest(13)
            .from("feature", "b")
            .commits(2)
            .merged(hour(4), "squash")
            .push("main", hour(4), commit("squash").message("Feature\n\n* " + revert("a")))
            .deploy("d4", "squash", hour(5))
            .facts();

    assertThat(facts.change("#13").getReactive()).isFalse();
  }

  @Test
  void f4ShippedTogetherARevertIsNeitherFailureNorReworkNorReactive() {
    var facts =
        history()
            .push("main", START, commit("v1"))
            .deploy("d1", "v1", hour(1))
            .push("main", hour(2), commit("a"), commit("r").message(revert("a")))
            .deploy("d2", "r", hour(3))
            .facts();

    assertFailed(facts);
    assertThat(facts.change("r").getReactive()).isFalse();
    assertThat(facts.deployment("d2").getRework()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Revert \"Revert \"Work\"\"", "Reapply \"Work\""})
  void f4ARevertOfARevertIsAnOrdinaryChange(String title) {
    var facts =
        three()
            .push("main", hour(4), commit("r").message(revert("v3")))
            .deploy("d4", "r", hour(5))
            .push(
                "main",
                hour(6),
                commit("rr").message(title + "\n\nThis reverts commit " + sha("r") + "."))
            .deploy("d5", "rr", hour(7))
            .facts();

    assertFailed(facts, "d3");
    assertThat(facts.change("rr").getReactive()).isFalse();
    assertThat(facts.deployment("d5").getRework()).isFalse();
  }

  @Test
  void f4AReapplyOfWhatIsNotKnownIsNoRevert() {
    var facts =
        three()
            .push(
                "main",
                hour(4),
                commit("rr").message("Reapply \"X\"\n\nThis reverts commit 1234567."))
            .deploy("d4", "rr", hour(5))
            .facts();

    assertThat(facts.change("rr").getReactive()).isFalse();
  }

  @Test
  void f4ARevertOfWhatTheBaselineHadAccusesNobody() {
    var facts =
        history()
            .backfilled()
            .push("main", START, commit("old"))
            .live()
            .deploy("d1", "old", hour(1))
            .push("main", hour(2), commit("r").message(revert("old")))
            .deploy("d2", "r", hour(3))
            .facts();

    assertFailed(facts);
    assertThat(facts.change("r").getReactive()).isTrue();
  }

  @Test
  void f5AHotfixWithoutAnOpenFailureFailsTheLatestForwardDeployment() {
    var facts =
        three()
            .pullRequest(13)
            .from("hotfix/x", null)
            .merged(hour(4), "h")
            .push("main", hour(4), commit("h"))
            .deploy("d4", "h", hour(5))
            .facts();

    assertFailed(facts, "d3");
    assertThat(facts.deployment("d3").getFailureRule()).isEqualTo("F5");
    assertThat(facts.deployment("d3").getFailureConfidence()).isEqualTo("low");
  }

  @Test
  void f5AHotfixWhileAFailureIsOpenRemediesItAndFailsNothing() {
    var facts =
        three()
            .incident("i1", hour(4), hour(6), i -> i.setCausedBy(List.of("d1")))
            .push("main", hour(4), commit("h").message("hotfix: it"))
            .deploy("d4", "h", hour(5))
            .facts();

    assertFailed(facts, "d1");
  }

  @Test
  void f5AHotfixAfterARollbackFailsNothingMore() {
    var facts =
        three()
            .deploy("d4", "v2", hour(4))
            .push("main", hour(5), commit("h").message("hotfix: it"))
            .deploy("d5", "h", hour(6))
            .facts();

    assertFailed(facts, "d3");
    assertThat(facts.deployment("d3").getFailureRule()).isEqualTo("F3");
  }

  @Test
  void f5AHotfixAfterTheFailureHasEndedFailsTheLatestForwardDeployment() {
    var facts =
        three()
            .incident("i1", hour(3).plusSeconds(60), hour(4), i -> i.setCausedBy(List.of("d1")))
            .push("main", hour(5), commit("h").message("hotfix: it"))
            .deploy("d4", "h", hour(6))
            .facts();

    assertFailed(facts, "d1", "d3");
    assertThat(facts.deployment("d3").getFailureRule()).isEqualTo("F5");
  }

  @Test
  void f5ABadHotfixIsFailedByTheNextHotfix() {
    var facts =
        three()
            .push("main", hour(4), commit("h1").message("hotfix: it"))
            .deploy("d4", "h1", hour(5))
            .push("main", hour(6), commit("h2").message("hotfix: it again"))
            .deploy("d5", "h2", hour(7))
            .facts();

    assertFailed(facts, "d3", "d4");
    assertThat(facts.deployment("d4").getRework()).as("W3").isTrue();
  }

  @ParameterizedTest
  @CsvSource({"d1;d2,d2", "d2;d1,d2", "d2;d1;d2,d2", "1.1;SHA;d3,d3", "d3;SHA;#12,d3", "zzz;d1,d1"})
  void f2OfSeveralCausesTheLatestThatHadStartedDecidesInAnyOrder(String names, String failed) {
    List<String> causes =
        Stream.of(names.split(";")).map(name -> name.equals("SHA") ? sha("v2") : name).toList();
    var facts =
        three()
            .attempt("d1", "v1", "production", "inactive", START, hour(2), d -> d.setVersion("1.1"))
            .incident("i1", hour(4), OPEN, i -> i.setCausedBy(causes))
            .facts();

    assertFailed(facts, failed);
    assertThat(facts.incident("i1").getLinkRule()).isEqualTo("F2");
  }

  @Test
  void f2OfSeveralCausesOneThatStartedAfterTheImpactIsTheLastResort() {
    var later =
        three()
            .incident("i1", hour(2).plusSeconds(60), OPEN, i -> i.setCausedBy(List.of("d3", "d1")))
            .facts();
    var first =
        three().incident("i1", hour(0), OPEN, i -> i.setCausedBy(List.of("d3", "d2"))).facts();

    assertFailed(later, "d1");
    assertThat(later.incident("i1").getLinkRejected().toString()).contains("d3 too");
    assertFailed(first, "d2");
  }

  @Test
  void f2OfSeveralCausesTheNextDecidesIfTheLatestIsUnlinked() {
    var facts =
        three()
            .incident("i1", hour(4), OPEN, i -> i.setCausedBy(List.of("d1", "d3", "d2")))
            .corrected("c", hour(5), "unlink", c -> c.setIncident("i1").setDeployment("d3"))
            .facts();

    assertFailed(facts, "d2");
  }

  @Test
  void f2SeveralMarkersOfATextAreSeveralCauses() {
    String text = "caused by: d1\nroot cause: d3\ncaused by: d2";
    var facts = three().incident("i1", hour(4), OPEN, i -> i.setDescription(text)).facts();

    assertFailed(facts, "d3");
  }

  @Test
  void f2ANumberThatPullRequestsOfTwoRepositoriesHaveMeansTheLatestDeployment() {
    var history =
        three()
            .catalog("shop", START, c -> c.setRepository("github.com/acme/shop"))
            .catalog("shop", START.plusSeconds(1), c -> c.setRepository("github.com/acme/shop"));
    var facts =
        history
            .repository("acme/till")
            .pullRequest(12)
            .merged(START, "t1")
            .push("main", START, commit("t1"))
            .deploy("t", "t1", "production", hour(3), hour(4), d -> d.setService("shop"))
            .incident(
                "i1",
                hour(5),
                OPEN,
                i -> i.setRepository(null).setService("shop").setCausedBy(List.of("#12")))
            .facts();

    assertThat(facts.incident("i1").getDeploymentId()).isEqualTo("t");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "external",
        "Third party",
        "third-party outage (AWS)",
        "vendor",
        "cloud provider",
        "none",
        "No deployment."
      })
  void f6IsNotAskedOfAnIncidentThatSaysThatNoDeploymentCausedIt(String cause) {
    var byField = three().incident("i1", hour(4), OPEN, i -> i.setCausedBy(List.of(cause))).facts();
    var byText =
        three()
            .incident(
                "i1",
                hour(4),
                OPEN,
                i -> i.setDescription("Down\n**Root cause**: no\nroot cause: " + cause))
            .facts();

    assertFailed(byField);
    assertFailed(byText);
    assertThat(byField.incident("i1").getLinkRejected().toString())
        .contains("its cause is no deployment", "F6 is not asked");
  }

  @ParameterizedTest
  @ValueSource(strings = {"external load balancer", "none of ours", "the provider module"})
  void f6IsAskedWhereTheCauseMayBeADeployment(String cause) {
    var facts =
        three()
            .incident("i1", hour(4), OPEN, i -> i.setDescription("root cause: " + cause))
            .facts();

    assertFailed(facts, "d3");
  }

  @Test
  void f2StandsOverAStatementThatNoDeploymentWasTheCause() {
    var facts =
        three()
            .incident("i1", hour(4), OPEN, i -> i.setCausedBy(List.of("external", "d1")))
            .facts();

    assertFailed(facts, "d1");
  }

  @Test
  void f3StandsOverAStatementThatNoDeploymentWasTheCause() {
    var facts =
        three()
            .incident("i1", hour(4), OPEN, i -> i.setCausedBy(List.of("external")))
            .deploy("d4", "v2", hour(5))
            .facts();

    assertThat(facts.incident("i1").getLinkRule()).isEqualTo("F3");
  }

  @Test
  void f6OfSeveralAttemptsInProgressTheOneThatStartedLastDecides() {
    var facts =
        three()
            .deploy("early", "v3", "prod-us", hour(4), hour(8))
            .deploy("late", "v2", "prod-eu", hour(5), hour(7))
            .failedRollout("failed", "v1", hour(4).plusSeconds(60), hour(9))
            .incident("i1", hour(6), OPEN)
            .facts();

    assertThat(facts.incident("i1").getDeploymentId()).isEqualTo("late");
  }

  @Test
  void f6CantBeAskedIfTheStartOfTheImpactIsUnknown() {
    var unknown = three().incidentEvent("i1", "resolved", hour(4), i -> {}).facts();
    var named =
        three()
            .incidentEvent("i1", "resolved", hour(4), i -> i.setCausedBy(List.of("d2", "d1")))
            .facts();

    assertFailed(unknown);
    assertThat(unknown.incident("i1").getLinkRejected().toString())
        .contains("when its impact started is unknown");
    assertFailed(named, "d2");
  }

  @Test
  void f6AnIncidentFailsTheLatestDeploymentBeforeIt() {
    var facts = three().incident("i1", hour(4), hour(5)).facts();

    assertFailed(facts, "d3");
    assertThat(facts.deployment("d3").getFailureRule()).isEqualTo("F6");
    assertThat(facts.deployment("d3").getFailureConfidence()).isEqualTo("medium");
  }

  @Test
  void f6TheWindowIsADay() {
    assertFailed(three().incident("i1", hour(27), OPEN).facts(), "d3");

    var late = three().incident("i1", hour(27).plusSeconds(1), OPEN).facts();
    assertFailed(late);
    assertThat(late.incident("i1").getLinkRule()).isNull();
    assertThat(late.incident("i1").getLinkRejected())
        .anyMatch(text -> text.contains("just over 1 d before the impact, longer than"));
  }

  @Test
  void f6AnAttemptInProgressComesBeforeTheLatestThatFinished() {
    var facts =
        three()
            .push("main", hour(4), commit("v4"))
            .deploy("d4", "v4", "production", hour(4), hour(6))
            .incident("i1", hour(5), OPEN)
            .facts();

    assertFailed(facts, "d4");
  }

  @Test
  void f6WhatStartedAfterTheImpactIsNotTheCause() {
    var facts =
        three()
            .push("main", hour(4), commit("v4"))
            .incident("i1", hour(5), OPEN)
            .deploy("d4", "v4", "production", hour(5).plusSeconds(1), hour(6))
            .facts();

    assertFailed(facts, "d3");
    assertThat(facts.incident("i1").getLinkRejected()).anyMatch(text -> text.contains("d4"));
  }

  @Test
  void f6AnIncidentThatNamesAnEnvironmentMeansItsDeployments() {
    var facts =
        history()
            .push("main", START, commit("v1"), commit("v2"))
            .deploy("eu", "v1", "prod-eu", hour(1), hour(1))
            .deploy("us", "v2", "prod-us", hour(2), hour(2))
            .incident("i1", hour(3), OPEN, i -> i.setEnvironment("prod-eu"))
            .facts();

    assertFailed(facts, "eu");
  }

  @Test
  void f6AnIncidentOutsideProductionFailsNothing() {
    var facts = three().incident("i1", hour(4), OPEN, i -> i.setEnvironment("staging")).facts();

    assertFailed(facts);
    assertThat(facts.incident("i1").getEnvironment()).isEqualTo("staging");
  }

  @Test
  void f6AnotherServicesIncidentFailsNothingHere() {
    var facts =
        three()
            .incident("i1", hour(4), OPEN, i -> i.setRepository(null).setService("other"))
            .facts();

    assertFailed(facts);
    assertThat(facts.incident("i1").getService()).isEqualTo("other");
  }

  @Test
  void f7AnIncidentThatNoRuleLinksIsAFactWithoutADeployment() {
    var facts = history().incident("i1", hour(1), OPEN).facts();

    assertThat(facts.incident("i1").getDeploymentId()).isNull();
    assertThat(facts.incident("i1").getLinkRule()).isNull();
    assertThat(facts.incident("i1").getLinkRejected()).isNotEmpty();
  }
}
