package dev.dorado.rules;

import static dev.dorado.rules.History.at;
import static dev.dorado.rules.History.commit;
import static dev.dorado.rules.History.history;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.CorrectionEvent;
import dev.dorado.events.DeploymentEvent;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The chapter Corrections of metrics.md. */
class CorrectionRulesTest {

  private static final Instant START = at("2026-01-05T08:00");

  private static Instant hour(double hours) {
    return START.plusSeconds((long) (3600 * hours));
  }

  /** d1 ships a, d2 ships b, and the incident i began soon after d2. */
  private static History deployedTwice() {
    return history()
        .push("main", START, commit("a"))
        .deploy("d1", "a", hour(1))
        .push("main", hour(1), commit("b"))
        .deploy("d2", "b", hour(2))
        .incident("i", hour(3), hour(4));
  }

  /** One rollout, eu, of two attempts, eu and us. */
  private static History rolledOut() {
    return history()
        .push("main", START, commit("a"))
        .deploy("eu", "a", "prod-eu", hour(1), hour(1))
        .deploy("us", "a", "prod-us", hour(1), hour(2))
        .incident("i", hour(3), hour(4));
  }

  private static Consumer<CorrectionEvent.Builder> of(String deployment) {
    return correction -> correction.setDeployment(deployment);
  }

  private static Consumer<CorrectionEvent.Builder> of(String incident, String deployment) {
    return correction -> correction.setIncident(incident).setDeployment(deployment);
  }

  private static Consumer<CorrectionEvent.Builder> as(String mark, String deployment) {
    return correction -> correction.setMark(mark).setDeployment(deployment);
  }

  private static Consumer<CorrectionEvent.Builder> revoking(String correction) {
    return revocation -> revocation.setRevokes(correction);
  }

  @Test
  void whatIsSaidOfAnExcludedDeploymentIsIneffective() {
    var history =
        deployedTwice()
            .corrected("link", hour(5), "link", of("i", "d1"))
            .corrected("mark", hour(5), "mark", as("unplanned", "d1"))
            .corrected("out", hour(6), "exclude", of("d1"));
    var facts = history.facts();

    assertThat(facts.effect("link")).isEqualTo("ineffective");
    assertThat(facts.effect("mark")).isEqualTo("ineffective");
    assertThat(facts.effect("out")).isEqualTo("in force");
    assertThat(facts.incident("i").getDeploymentId()).isEqualTo("d2");
    assertThat(facts.incident("i").getLinkRejected().toString()).contains("d1 is excluded");
    var included = history.corrected("in", hour(7), "revoke", revoking("out")).facts();
    assertThat(included.effect("link")).isEqualTo("in force");
    assertThat(included.incident("i").getDeploymentId()).isEqualTo("d1");
  }

  @Test
  void whatIsSaidOfFailuresOutsideProductionIsIneffective() {
    var facts =
        deployedTwice()
            .deploy("s1", "b", "staging", hour(1.5), hour(1.6))
            .incident("staged", hour(3), hour(4), i -> i.setEnvironment("staging"))
            .corrected("link", hour(5), "link", of("i", "s1"))
            .corrected("unlink", hour(5), "unlink", of("staged", "d2"))
            .corrected("failed", hour(5), "mark", as("failed", "s1"))
            .corrected("planned", hour(5), "mark", as("planned", "s1"))
            .facts();

    assertThat(facts.effect("link")).isEqualTo("ineffective");
    assertThat(facts.effect("unlink")).isEqualTo("ineffective");
    assertThat(facts.effect("failed")).isEqualTo("ineffective");
    assertThat(facts.effect("planned")).isEqualTo("in force");
    assertThat(facts.corrections())
        .filteredOn(correction -> correction.getId().equals("link"))
        .allMatch(correction -> correction.getEffectReason().contains("s1 is not in production"));
  }

  @Test
  void anIncidentThatIsLinkedFailsTheDeploymentThatIsNamed() {
    var facts = deployedTwice().corrected("c", hour(5), "link", of("i", "d1")).facts();

    assertThat(facts.incident("i").getDeploymentId()).isEqualTo("d1");
    assertThat(facts.incident("i").getLinkRule()).isEqualTo("F2");
    assertThat(facts.incident("i").getLinkMethod()).contains("because of c");
    assertThat(facts.deployment("d1").getFailureRule()).isEqualTo("F2");
    assertThat(facts.deployment("d2").getFailed()).isFalse();
  }

  @Test
  void anIncidentThatIsUnlinkedFailsNothingAndProximityAsksNoFurther() {
    var facts = deployedTwice().corrected("c", hour(5), "unlink", of("i", "d2")).facts();

    assertThat(facts.incident("i").getDeploymentId()).isNull();
    assertThat(facts.incident("i").getLinkRejected())
        .anyMatch(rejected -> rejected.startsWith("d2") && rejected.contains("because of c"));
    assertThat(facts.deployments()).noneMatch(deployment -> deployment.getFailed());
  }

  @Test
  void proximityAsksNoFurtherThanTheAttemptInProgress() {
    var history =
        deployedTwice()
            .push("main", hour(4), commit("c"))
            .failedRollout("broken", "c", hour(5), hour(6))
            .incident("j", hour(5.5), hour(7));
    assertThat(history.facts().incident("j").getDeploymentId()).isEqualTo("broken");

    var facts = history.corrected("c", hour(8), "unlink", of("j", "broken")).facts();
    assertThat(facts.incident("j").getDeploymentId()).isNull();
  }

  @Test
  void theRulesAfterOneThatNamesWhatAnIncidentIsUnlinkedFromAreAsked() {
    var facts =
        deployedTwice()
            .incident("j", hour(3), hour(4), event -> event.setCausedBy(List.of("d1")))
            .corrected("c", hour(5), "unlink", of("j", "d1"))
            .facts();

    assertThat(facts.incident("j").getDeploymentId()).isEqualTo("d2");
    assertThat(facts.incident("j").getLinkRule()).isEqualTo("F6");
  }

  @Test
  void theNextRollbackTellsTheCauseOfAnIncidentThatIsUnlinkedFromWhatTheFirstAccuses() {
    var history =
        history()
            .push("main", START, commit("a"), commit("b"), commit("c"))
            .deploy("d1", "a", hour(1))
            .deploy("us1", "a", "prod-us", hour(1), hour(1.5))
            .deploy("d2", "b", hour(2))
            .deploy("us2", "c", "prod-us", hour(2), hour(2.5))
            .incident("i", hour(3), hour(9))
            .deploy("back", "a", hour(4))
            .deploy("us back", "a", "prod-us", hour(7), hour(8));
    assertThat(history.facts().incident("i").getDeploymentId()).isEqualTo("d2");

    var facts = history.corrected("c", hour(10), "unlink", of("i", "d2")).facts();
    assertThat(facts.incident("i").getDeploymentId()).isEqualTo("us2");
    assertThat(facts.incident("i").getLinkRule()).isEqualTo("F3");
  }

  @Test
  void anIncidentStaysUnlinkedFromTwoDeployments() {
    var history =
        deployedTwice()
            .corrected("c1", hour(5), "unlink", of("i", "d2"))
            .corrected("c2", hour(6), "unlink", of("i", "d1"));

    var facts = history.facts();
    assertThat(facts.effect("c1")).isEqualTo("in force");
    assertThat(facts.effect("c2")).isEqualTo("in force");
    assertThat(facts.incident("i").getDeploymentId()).isNull();
  }

  @Test
  void anUnlinkFromAnotherDeploymentLeavesALinkInForce() {
    var facts =
        deployedTwice()
            .corrected("c1", hour(5), "link", of("i", "d1"))
            .corrected("c2", hour(6), "unlink", of("i", "d2"))
            .facts();

    assertThat(facts.effect("c1")).isEqualTo("in force");
    assertThat(facts.incident("i").getDeploymentId()).isEqualTo("d1");
  }

  @Test
  void aLinkAndAnUnlinkOfTheSameOverruleEachOther() {
    var history =
        deployedTwice()
            .corrected("c1", hour(5), "link", of("i", "d1"))
            .corrected("c2", hour(6), "unlink", of("i", "d1"));

    var facts = history.facts();
    assertThat(facts.effect("c1")).isEqualTo("overruled");
    assertThat(facts.incident("i").getDeploymentId()).isEqualTo("d2");

    facts = history.corrected("c3", hour(7), "link", of("i", "d1")).facts();
    assertThat(facts.effect("c2")).isEqualTo("overruled");
    assertThat(facts.incident("i").getDeploymentId()).isEqualTo("d1");
  }

  @Test
  void aLinkOverrulesAnEarlierLinkOfTheSameIncident() {
    var facts =
        deployedTwice()
            .corrected("c1", hour(5), "link", of("i", "d1"))
            .corrected("c2", hour(6), "link", of("i", "d2"))
            .facts();

    assertThat(facts.effect("c1")).isEqualTo("overruled");
    assertThat(facts.incident("i").getDeploymentId()).isEqualTo("d2");
    assertThat(facts.incident("i").getCorrections()).containsExactly("c1", "c2");
  }

  @Test
  void aVoidCorrectionDoesNotOverruleAnEarlierOne() {
    var history =
        deployedTwice()
            .corrected("c1", hour(5), "link", of("i", "d1"))
            .corrected("c2", hour(6), "link", of("i", "unheard of"))
            .corrected("c3", hour(7), "link", of("unheard of", "d2"));

    var facts = history.facts();
    assertThat(facts.effect("c1")).isEqualTo("in force");
    assertThat(facts.effect("c2")).isEqualTo("void");
    assertThat(facts.effect("c3")).isEqualTo("void");
    assertThat(facts.incident("i").getDeploymentId()).isEqualTo("d1");

    facts = history.deploy("unheard of", "b", hour(2.5)).facts();
    assertThat(facts.effect("c1")).as("it has become known").isEqualTo("overruled");
    assertThat(facts.effect("c2")).isEqualTo("in force");
  }

  @Test
  void aRevokedCorrectionDoesNotOverruleAnEarlierOne() {
    var history =
        deployedTwice()
            .corrected("c1", hour(5), "mark", as("failed", "d1"))
            .corrected("c2", hour(6), "mark", as("not-failed", "d1"));
    assertThat(history.facts().effect("c1")).isEqualTo("overruled");

    var facts = history.corrected("c3", hour(7), "revoke", revoking("c2")).facts();
    assertThat(facts.effect("c1")).isEqualTo("in force");
    assertThat(facts.effect("c2")).isEqualTo("revoked");
    assertThat(facts.deployment("d1").getFailureRule()).isEqualTo("F2");

    facts = history.corrected("c4", hour(8), "revoke", revoking("c3")).facts();
    assertThat(facts.effect("c3")).isEqualTo("revoked");
    assertThat(facts.deployment("d1").getFailed()).isFalse();
  }

  @Test
  void aRevocationOfWhatWasNotMadeBeforeItIsVoid() {
    var facts =
        deployedTwice()
            .corrected("c1", hour(5), "revoke", revoking("c2"))
            .corrected("c2", hour(6), "mark", as("failed", "d1"))
            .facts();

    assertThat(facts.effect("c1")).isEqualTo("void");
    assertThat(facts.effect("c2")).isEqualTo("in force");
  }

  @Test
  void whatIsMarkedAsNotFailedNamesTheCorrectionAndWhatItOverruledAndKeepsItsIncidents() {
    var facts = deployedTwice().corrected("c", hour(5), "mark", as("not-failed", "d2")).facts();

    assertThat(facts.deployment("d2").getFailed()).isFalse();
    assertThat(facts.deployment("d2").getFailureRule()).isNull();
    assertThat(facts.deployment("d2").getFailureMethod()).startsWith("correction c: ");
    assertThat(facts.deployment("d2").getFailureRejected())
        .singleElement()
        .asString()
        .startsWith("incident i: ")
        .endsWith("(F6)");
    assertThat(facts.incident("i").getDeploymentId()).isEqualTo("d2");
  }

  @Test
  void marksDecideWhatWasPlanned() {
    var history = deployedTwice().corrected("c1", hour(5), "mark", as("unplanned", "d2"));
    assertThat(history.facts().deployment("d2").getRework()).isTrue();

    var facts = history.corrected("c2", hour(6), "mark", as("planned", "d2")).facts();
    assertThat(facts.deployment("d2").getRework()).isFalse();
    assertThat(facts.effect("c1")).isEqualTo("overruled");
  }

  @Test
  void aMarkOnAnyAttemptOfARolloutIsOnTheWhole() {
    var history =
        rolledOut()
            .corrected("c1", hour(5), "mark", as("not-failed", "us"))
            .corrected("c2", hour(5), "mark", as("unplanned", "us"));

    var facts = history.facts();
    assertThat(facts.incident("i").getDeploymentId()).isEqualTo("eu");
    assertThat(facts.deployment("eu").getFailed()).isFalse();
    assertThat(facts.deployment("eu").getRework()).isTrue();
    assertThat(facts.deployment("eu").getCorrections()).containsExactly("c1", "c2");

    facts = history.corrected("c3", hour(6), "mark", as("failed", "eu")).facts();
    assertThat(facts.effect("c1")).as("one question").isEqualTo("overruled");
    assertThat(facts.deployment("eu").getFailed()).isTrue();
  }

  @Test
  void anIncidentIsUnlinkedFromTheWholeOfARollout() {
    var facts = rolledOut().corrected("c", hour(5), "unlink", of("i", "us")).facts();

    assertThat(facts.incident("i").getDeploymentId()).isNull();
    assertThat(facts.deployment("eu").getFailed()).isFalse();
  }

  @Test
  void anIncidentIsLinkedToTheWholeOfARollout() {
    var facts =
        rolledOut()
            .push("main", hour(2), commit("b"))
            .deploy("next", "b", "prod-eu", hour(2), hour(2.5))
            .corrected("c", hour(5), "link", of("i", "us"))
            .facts();

    assertThat(facts.incident("i").getDeploymentId()).isEqualTo("eu");
  }

  @Test
  void anExcludedDeploymentShipsNothingAndCountsNowhere() {
    var facts = deployedTwice().corrected("c", hour(5), "exclude", of("d1")).facts();

    var excluded = facts.deployment("d1");
    assertThat(excluded.getExcluded()).isTrue();
    assertThat(excluded.getExcludedReason()).contains("because of c");
    assertThat(excluded.getCounted()).isFalse();
    assertThat(excluded.getChanges()).isZero();
    assertThat(excluded.getKind()).as("what it would have been").isEqualTo("forward");
    assertThat(facts.deployment("d2").getChanges()).isEqualTo(2);
    assertThat(facts.deployment("d2").getPreviousDeployment()).isNull();
  }

  @Test
  void anExclusionOfAnyAttemptOfARolloutIsOneOfTheWhole() {
    var facts =
        rolledOut()
            .push("main", hour(2), commit("b"))
            .deploy("next", "b", "prod-eu", hour(2), hour(2.5))
            .corrected("c", hour(5), "exclude", of("us"))
            .facts();

    assertThat(facts.deployment("eu").getExcluded()).isTrue();
    assertThat(facts.deployment("eu").getEnvironments()).containsExactly("prod-eu", "prod-us");
    assertThat(facts.deployment("next").getChanges()).isEqualTo(2);
    assertThat(facts.deployment("next").getPreviousDeployment()).isNull();
    assertThat(facts.incident("i").getDeploymentId()).isEqualTo("next");
  }

  @Test
  void whatIsExcludedMakesNoOtherAttemptsOneDeployment() {
    var facts =
        history()
            .push("main", START, commit("a"))
            .deploy("eu", "a", "prod-eu", hour(1), hour(1))
            .deploy("eu again", "a", "prod-eu", hour(1), hour(1.2))
            .deploy("us", "a", "prod-us", hour(1), hour(1.4))
            .deploy("us again", "a", "prod-us", hour(1), hour(1.6))
            .corrected("c", hour(5), "exclude", of("us"))
            .facts();

    assertThat(facts.deployment("eu again").getExcluded()).isTrue();
    assertThat(facts.deployment("eu").getEnvironments()).containsExactly("prod-eu");
    assertThat(facts.deployment("us again").getKind()).isEqualTo("forward");
  }

  @Test
  void whatIsSaidOfTheFailureOfARedeployIsSaidOfWhatItRepeats() {
    var history =
        deployedTwice()
            .deploy("again", "b", hour(2.5))
            .corrected("c1", hour(5), "mark", as("not-failed", "again"));

    assertThat(history.facts().incident("i").getDeploymentId()).isEqualTo("d2");
    assertThat(history.facts().deployment("d2").getFailed()).isFalse();

    var facts = history.corrected("c2", hour(6), "mark", as("failed", "d2")).facts();
    assertThat(facts.effect("c1")).isEqualTo("overruled");
    assertThat(facts.deployment("d2").getFailed()).isTrue();

    facts = history.corrected("c3", hour(7), "unlink", of("i", "again")).facts();
    assertThat(facts.incident("i").getDeploymentId()).isNull();
  }

  @Test
  void whatIsSaidOfAnExcludedRedeployIsNotSaidOfWhatItRepeats() {
    var facts =
        deployedTwice()
            .deploy("again", "b", hour(2.5))
            .corrected("c1", hour(5), "mark", as("failed", "d2"))
            .corrected("c2", hour(6), "mark", as("not-failed", "again"))
            .corrected("c3", hour(7), "exclude", of("again"))
            .facts();

    assertThat(facts.effect("c1")).isEqualTo("in force");
    assertThat(facts.deployment("d2").getFailed()).isTrue();
  }

  @Test
  void aRedeployThatIsUnplannedSaysNothingOfWhatItRepeats() {
    var facts =
        deployedTwice()
            .deploy("again", "b", hour(2.5))
            .corrected("c", hour(5), "mark", as("unplanned", "again"))
            .facts();

    assertThat(facts.effect("c")).isEqualTo("in force");
    assertThat(facts.deployment("again").getRework()).isFalse();
    assertThat(facts.deployment("d2").getRework()).isFalse();
  }

  /** The attempt broken failed at hour 6. */
  private static History broken(Consumer<DeploymentEvent.Builder> change) {
    return deployedTwice()
        .push("main", hour(4), commit("c"))
        .attempt("broken", "c", "production", "failed", hour(5), hour(6), change);
  }

  @Test
  void s10AnAttemptThatFailedAndThatAPersonMarksAsFailedIsAFailedDeployment() {
    var facts =
        broken(event -> {})
            .deploy("next", "c", hour(7))
            .corrected("c", hour(8), "mark", as("failed", "broken"))
            .facts();

    var broken = facts.deployment("broken");
    assertThat(broken.getFailureRule()).isEqualTo("F2");
    assertThat(broken.getCounted()).isTrue();
    assertThat(broken.getChanges()).isZero();
    assertThat(broken.getRecoveredAt()).isEqualTo(hour(7));
    assertThat(broken.getRecoveryMethod()).isEqualTo("next deployment");
  }

  @Test
  void s10AMarkByTheSenderOnAnAttemptThatFailedSaysNothingMore() {
    var facts = broken(event -> event.setFailed(true)).facts();

    assertThat(facts.deployment("broken").getFailed()).isFalse();
    assertThat(facts.deployment("broken").getCounted()).isFalse();
  }

  @Test
  void s10AnAttemptThatFailedAndThatAPersonMarksAsNotFailedReachedNobody() {
    var facts =
        broken(event -> {})
            .incident("j", hour(5.5), hour(7))
            .corrected("c", hour(8), "mark", as("not-failed", "broken"))
            .facts();

    assertThat(facts.incident("j").getDeploymentId()).isEqualTo("broken");
    assertThat(facts.deployment("broken").getFailed()).isFalse();
    assertThat(facts.deployment("broken").getCounted()).isFalse();
  }

  @Test
  void s10WhetherAnAttemptThatFailedWasPlannedMattersIfItReachedUsers() {
    var history = broken(event -> {}).corrected("c1", hour(8), "mark", as("unplanned", "broken"));
    assertThat(history.facts().deployment("broken").getRework()).isFalse();

    var facts = history.incident("j", hour(5.5), hour(7)).facts();
    assertThat(facts.deployment("broken").getFailed()).isTrue();
    assertThat(facts.deployment("broken").getRework()).isTrue();
  }
}
