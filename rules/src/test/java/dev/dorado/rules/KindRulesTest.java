package dev.dorado.rules;

import static dev.dorado.rules.History.at;
import static dev.dorado.rules.History.commit;
import static dev.dorado.rules.History.history;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.dorado.facts.DeploymentFact;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules K1 and K2 of metrics.md. */
class KindRulesTest {

  private static final Instant START = at("2026-01-05T08:00");

  private static Instant hour(int hours) {
    return START.plusSeconds(3600L * hours);
  }

  private static History three() {
    return history().push("main", START, commit("v1"), commit("v2"), commit("v3"));
  }

  private static void assertSameKinds(Facts one, Facts other) {
    assertThat(one.deployments())
        .extracting(DeploymentFact::getId, DeploymentFact::getKind)
        .containsExactlyElementsOf(
            other.deployments().stream().map(d -> tuple(d.getId(), d.getKind())).toList());
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
  void k1ADeploymentThatSaysNothingOfItsVersionIsUnknownAndPassedOver() {
    var facts =
        three()
            .deploy("d1", "v2", hour(1))
            .deploy("d2", null, hour(2))
            .deploy("d3", "v2", hour(3))
            .facts();

    assertKind(facts, "d2", "unknown");
    assertKind(facts, "d3", "redeploy");
    assertThat(facts.deployment("d3").getPreviousDeployment()).isEqualTo("d1");
  }

  @Test
  void k1ACommitThatNoPushHasBroughtYetIsComparedByItself() {
    var history =
        three()
            .deploy("d1", "v2", hour(1))
            .deploy("d2", "late", hour(2))
            .deploy("d3", "late", hour(3))
            .deploy("d4", "v2", hour(4));

    var before = history.facts();
    assertKind(before, "d2", "forward");
    assertKind(before, "d3", "redeploy");
    assertKind(before, "d4", "rollback");
    assertThat(before.deployment("d2").getChanges()).isNull();

    var after = history.push("main", START.plusSeconds(60), commit("late")).facts();
    assertSameKinds(after, before);
    assertThat(after.deployment("d2").getChanges()).isEqualTo(2);
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

  /** A deployment that names no commit. */
  private static void version(History history, String id, int hour, String version) {
    boolean artifact = version.startsWith("pkg:");
    history.deploy(
        id,
        null,
        "production",
        hour(hour),
        hour(hour),
        d -> d.setVersion(artifact ? null : version).setArtifact(artifact ? version : null));
  }

  private static History versions(String... versions) {
    History history = history();
    for (int i = 0; i < versions.length; i++) {
      version(history, "d" + (i + 1), i + 1, versions[i]);
    }
    return history;
  }

  @Test
  void k1ALedgerIsOfOneRepository() {
    var facts =
        history()
            .repository("acme/web")
            .push("main", START, commit("w1"))
            .repository("acme/api")
            .push("main", START, commit("a1"), commit("a2"))
            .repository("acme/web")
            .deploy("web1", "w1", "production", hour(1), hour(1), d -> d.setService("shop"))
            .repository("acme/api")
            .deploy("api1", "a1", "production", hour(2), hour(2), d -> d.setService("shop"))
            .repository("acme/web")
            .deploy("web2", "w1", "production", hour(3), hour(3), d -> d.setService("shop"))
            .repository("acme/api")
            .deploy("api2", "a2", "production", hour(4), hour(4), d -> d.setService("shop"))
            .facts();

    assertKind(facts, "web1", "forward");
    assertKind(facts, "api1", "forward");
    assertKind(facts, "web2", "redeploy");
    assertKind(facts, "api2", "forward");
    assertThat(facts.deployment("api2").getPreviousDeployment()).isEqualTo("api1");
    assertThat(facts.deployments()).noneMatch(fact -> fact.getFailed() || fact.getRework());
  }

  @Test
  void k1ADeploymentWhoseRepositoryIsUnknownHasALedgerOfItsOwn() {
    var facts =
        history()
            .push("main", START, commit("a"))
            .deploy("known", "a", "production", hour(1), hour(1), d -> d.setService("x"))
            .deploy(
                "unknown 1",
                null,
                "production",
                hour(2),
                hour(2),
                d -> d.setRepository(null).setService("x").setVersion("1"))
            .deploy("again", "a", "production", hour(3), hour(3), d -> d.setService("x"))
            .deploy(
                "unknown 2",
                null,
                "production",
                hour(4),
                hour(4),
                d -> d.setRepository(null).setService("x").setVersion("1"))
            .facts();

    assertKind(facts, "unknown 1", "forward");
    assertKind(facts, "again", "redeploy");
    assertKind(facts, "unknown 2", "redeploy");
  }

  @Test
  void k1TheSameVersionIsARedeployWhetherOrNotItsTagIsKnown() {
    var history = versions("1.4.0", "1.4.0", "1.4.0", "1.5.0", "1.4.0");
    var before = history.facts();
    assertKind(before, "d1", "forward");
    assertKind(before, "d2", "redeploy");
    assertKind(before, "d3", "redeploy");
    assertKind(before, "d4", "forward");
    assertKind(before, "d5", "rollback");
    assertThat(before.deployment("d2").getKindReason()).isEqualTo("the same version as d1");
    assertThat(before.deployment("d5").getKindReason())
        .isEqualTo("the same version as d3, deployed again after d4");
    assertThat(before.deployment("d4").getFailureRule()).isEqualTo("F3");

    var pushed = history.push("main", START, commit("a")).tag("v1.4.0", "a", hour(9)).facts();
    assertSameKinds(pushed, before);
    assertThat(pushed.deployment("d1").getChanges()).isEqualTo(1);

    var both = history.push("main", START, commit("b")).tag("v1.5.0", "b", hour(9)).facts();
    assertSameKinds(both, before);
    assertThat(both.deployment("d4").getChanges()).isEqualTo(1);
    assertThat(both.deployment("d4").getFailureRule()).isEqualTo("F3");
  }

  @ParameterizedTest
  @CsvSource({
    "v1.2.3, 1.2.3",
    "1.2.3, refs/tags/v1.2.3",
    "ghcr.io/acme/cart:1.2.3, docker.io/mirror/acme/cart:v1.2.3",
    "ghcr.io/acme/cart:1.2.3, 1.2.3",
    "cart@1.2.3, cart:1.2.3",
    "cart/v1.2.3, cart/v1.2.3",
    "2026-01-05, 2026-01-05",
    "pkg:oci/cart@1.2.3?arch=amd64, pkg:oci/cart@1.2.3?repository_url=ghcr.io/acme",
    "pkg:oci/cart?tag=1.2.3, pkg:oci/acme/cart@1.2.3",
    "pkg:maven/org.acme/cart@1.2.3, 1.2.3",
    "ghcr.io/acme/cart@sha256:DIGEST, docker.io/cart:latest@sha256:DIGEST",
    "pkg:oci/cart@sha256%3ADIGEST, sha256:DIGEST",
    "cart:1.2.3@sha256:DIGEST, 1.2.3",
  })
  void k1SpellingsOfOneVersionAreTheSame(String one, String other) {
    String digest = "0123456789abcdef".repeat(4);
    var facts = versions(one.replace("DIGEST", digest), other.replace("DIGEST", digest)).facts();

    assertKind(facts, "d1", "forward");
    assertKind(facts, "d2", "redeploy");
  }

  @ParameterizedTest
  @CsvSource({
    "1.2.3, 1.2.30",
    "cart:1.2.3, worker:1.2.3",
    "pkg:oci/cart@1.2.3, pkg:oci/worker@1.2.3",
    "cart:1.2.3@sha256:FIRST, cart:1.2.3@sha256:OTHER",
    "cart/v1.2.3, pay/v1.2.3",
  })
  void k1WhatDiffersInItsStrongestIdentifierIsAnotherVersion(String one, String other) {
    String later = other.replace("OTHER", "b".repeat(64));
    var facts = versions(one.replace("FIRST", "a".repeat(64)), later).facts();

    assertKind(facts, "d2", "forward");
    assertThat(facts.deployment("d2").getKindReason()).isEqualTo("another version than that of d1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "latest",
        "stable",
        "main",
        "HEAD",
        "nightly",
        "1.2.3-SNAPSHOT",
        "topic",
        "ghcr.io/acme/cart",
        "ghcr.io/acme/cart:latest",
        "pkg:oci/cart",
        "refs/heads/other",
        "unknown"
      })
  void k1ANameThatMovesIsNoVersion(String name) {
    var facts = versions(name, name).push("topic", START, commit("a")).facts();

    assertKind(facts, "d1", "unknown");
    assertKind(facts, "d2", "unknown");
    assertThat(facts.deployment("d2").getKindReason()).contains(name);
  }

  @Test
  void k1TheBranchThatWasDeployedIsNoVersion() {
    var history = history();
    for (String id : List.of("d1", "d2")) {
      history.deploy(
          id,
          null,
          "production",
          hour(1),
          hour(2),
          d -> d.setVersion("team/checkout").setRef("refs/heads/team/checkout"));
    }

    assertKind(history.facts(), "d2", "unknown");
  }

  @Test
  void k1KnownDifferentCommitsAreNeverTheSame() {
    var facts =
        three()
            .deploy("d1", "v1", "production", hour(1), hour(1), d -> d.setVersion("1.0"))
            .deploy("d2", "v2", "production", hour(2), hour(2), d -> d.setVersion("1.0"))
            .facts();

    assertKind(facts, "d2", "forward");
  }

  @Test
  void k1AVersionStandsForTheCommitWhereOneOfTheTwoIsUnknown() {
    var facts =
        three()
            .deploy("d1", "v1", "production", hour(1), hour(1), d -> d.setVersion("1.0"))
            .deploy("d2", null, "production", hour(2), hour(2), d -> d.setVersion("v1.0"))
            .facts();

    assertKind(facts, "d2", "redeploy");
  }

  @Test
  void k1APrefixIsTheSameCommitBeforeItsPushToo() {
    var facts =
        history()
            .deploy("d1", null, "production", hour(1), hour(1), d -> d.setSha("abcdef01"))
            .deploy(
                "d2",
                null,
                "production",
                hour(2),
                hour(2),
                d -> d.setSha("abcdef01" + "2".repeat(32)))
            .facts();

    assertKind(facts, "d2", "redeploy");
    assertThat(facts.deployment("d2").getKindReason()).isEqualTo("the same commit as d1");
  }

  @Test
  void k1ATagThatWasDeployedIsAVersion() {
    var history = history();
    for (String id : List.of("d1", "d2")) {
      history.deploy(
          id, null, "production", hour(1), hour(2), d -> d.setRef("refs/tags/release-7"));
    }

    assertKind(history.facts(), "d1", "forward");
    assertKind(history.facts(), "d2", "redeploy");
  }

  @Test
  void k1AVersionThatIsOvertakenIsUnknown() {
    var facts =
        history()
            .deploy("d1", null, "production", hour(1), hour(1), d -> d.setVersion("1"))
            .deploy("d2", null, "production", hour(2), hour(4), d -> d.setVersion("2"))
            .deploy("d3", null, "production", hour(3), hour(5), d -> d.setVersion("1"))
            .facts();

    assertKind(facts, "d3", "unknown");
    assertThat(facts.deployment("d3").getKindReason()).contains("overtaken");
    assertThat(facts.deployment("d2").getFailed()).isFalse();
  }

  @Test
  void k1AfterARollbackThatNamesNoVersionTheSameAgainIsForward() {
    var facts =
        history()
            .deploy("d1", null, "production", hour(1), hour(1), d -> d.setVersion("1"))
            .deploy("d2", null, "production", hour(2), hour(2), d -> d.setVersion("2"))
            .deploy("d3", null, "production", hour(3), hour(3), d -> d.setDeclaredKind("rollback"))
            .deploy("d4", null, "production", hour(4), hour(4), d -> d.setVersion("2"))
            .facts();

    assertKind(facts, "d4", "forward");
    assertThat(facts.deployment("d4").getPreviousDeployment()).isEqualTo("d3");
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
            .deploy("unknown", null, hour(4))
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
