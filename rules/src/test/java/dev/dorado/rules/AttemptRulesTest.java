package dev.dorado.rules;

import static dev.dorado.rules.History.at;
import static dev.dorado.rules.History.commit;
import static dev.dorado.rules.History.history;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.facts.CandidateFact;
import dev.dorado.facts.DeploymentFact;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules E4 and E6 of metrics.md: when an attempt starts, and what is an attempt at all. */
class AttemptRulesTest {

  private static final Instant ONE = at("2026-01-05T01:00");
  private static final Instant TWO = at("2026-01-05T02:00");
  private static final Instant THREE = at("2026-01-05T03:00");
  private static final Instant FOUR = at("2026-01-05T04:00");
  private static final Instant FIVE = at("2026-01-05T05:00");
  private static final Instant SIX = at("2026-01-05T06:00");

  @Test
  void e6AnAttemptStartsWithItsFirstRunningState() {
    var history = before();
    told(history, "d2", "queued", TWO);
    told(history, "d2", "waiting", TWO);
    told(history, "d2", "queued", THREE);
    told(history, "d2", "started", FOUR);
    told(history, "d2", "started", FIVE);
    told(history, "d2", "succeeded", SIX);

    assertThat(history.facts().deployment("d2").getStartedAt()).isEqualTo(FOUR);
  }

  @Test
  void e6WithoutARunningStateTheStartIsTheEnd() {
    var history = before();
    told(history, "d2", "waiting", TWO);
    told(history, "d2", "succeeded", SIX);

    assertThat(history.facts().deployment("d2").getStartedAt()).isEqualTo(SIX);
  }

  @Test
  void e6WhatWaitsStatesNoStart() {
    var history =
        before()
            .attempt("d2", "b", "production", "waiting", TWO, TWO, event -> {})
            .attempt("d2", "b", "production", "succeeded", null, SIX, event -> {});

    assertThat(history.facts().deployment("d2").getStartedAt()).isEqualTo(SIX);
  }

  @Test
  void f6AnIncidentIsNotBlamedOnWhatOnlyWaits() {
    var history = before();
    told(history, "d2", "waiting", TWO);
    history.incident("I1", THREE, FOUR);
    told(history, "d2", "started", FIVE);
    told(history, "d2", "succeeded", SIX);
    var facts = history.facts();

    assertThat(facts.deployment("d1").getFailed()).isTrue();
    assertThat(facts.deployment("d2").getFailed()).isFalse();
  }

  @Test
  void k1WhatIsApprovedAfterANewerDeploymentIsOvertakenOnlyByItsRunningStart() {
    var history = before();
    told(history, "d2", "waiting", ONE.plusSeconds(1));
    history.push("main", TWO, commit("c")).deploy("d3", "c", THREE);
    told(history, "d2", "started", FOUR);
    told(history, "d2", "succeeded", FIVE);

    assertThat(history.facts().deployment("d2").getKind()).isEqualTo("rollback");
  }

  @ParameterizedTest
  @CsvSource({"waiting,failed", "waiting,cancelled", "queued,cancelled", "queued,refused"})
  void e6WhatIsRefusedOrCancelledBeforeItRanIsNoAttempt(String first, String last) {
    var history = before();
    told(history, "d2", first, TWO);
    history.incident("I1", THREE, FOUR);
    told(history, "d2", last, FIVE);
    history.deploy("d3", "b", SIX);
    var facts = history.facts();

    assertThat(ids(facts)).containsExactly("d1", "d3");
    assertThat(facts.deployment("d1").getFailed()).isTrue();
    assertThat(candidates(facts))
        .singleElement()
        .satisfies(
            refused -> {
              assertThat(refused.getStatus()).isEqualTo("refused");
              assertThat(refused.getChosenSource()).isEqualTo("deployment");
              assertThat(refused.getFinishedAt()).isEqualTo(FIVE);
            });
    assertThat(facts.deployment("d3").getMarks())
        .containsExactly(
            "before it, attempt d2 was refused or cancelled at 2026-01-05T05:00:00Z, before it ran"
                + " (E6)");
  }

  @Test
  void e6OnlyTheNextDeploymentOfTheEnvironmentTellsWhatWasRefused() {
    var history = before().deploy("s1", "a", "staging", THREE, FOUR);
    told(history, "d2", "waiting", TWO);
    told(history, "d2", "failed", THREE);
    var facts =
        history
            .deploy("s2", "b", "staging", FOUR, FIVE)
            .deploy("d3", "b", FIVE)
            .deploy("d4", "b", SIX)
            .facts();

    assertThat(facts.deployment("d3").getMarks()).hasSize(1);
    assertThat(facts.deployment("d4").getMarks()).isEmpty();
    assertThat(facts.deployment("s2").getMarks()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"failed", "cancelled", "refused"})
  void e6WhatRanBeforeItStoppedFailed(String last) {
    var history = before();
    told(history, "d2", "waiting", TWO);
    told(history, "d2", "started", THREE);
    told(history, "d2", last, FOUR);

    assertThat(history.facts().deployment("d2").getStatus()).isEqualTo("failed");
  }

  @Test
  void e6WhatWasOnlyCreatedAndFailsIsAnAttempt() {
    var history = before();
    told(history, "d2", "queued", TWO);
    told(history, "d2", "failed", THREE);

    assertThat(history.facts().deployment("d2").getStatus()).isEqualTo("failed");
  }

  @Test
  void e6ACancellationAfterASuccessMarksNothing() {
    var history = before();
    told(history, "d2", "succeeded", TWO);
    told(history, "d2", "cancelled", THREE);

    assertThat(history.facts().deployment("d2").getFailed()).isFalse();
  }

  @Test
  void e4OfTwoLayersOfOneRolloutTheInnerOneCounts() {
    var facts =
        before()
            .push("main", TWO, commit("c"))
            .deploy("app", "c", "prod", TWO, THREE, event -> event.setLayer("application"))
            .deploy(
                "helm",
                null,
                "prod",
                THREE,
                THREE.plusSeconds(40),
                event -> event.setLayer("release").setVersion("1"))
            .facts();

    assertThat(ids(facts)).containsExactly("d1", "helm");
    assertThat(candidates(facts))
        .singleElement()
        .satisfies(
            told -> {
              assertThat(told.getId()).isEqualTo("evidence github.com/acme/shop app");
              assertThat(told.getStatus()).isEqualTo("evidence");
            });
  }

  @Test
  void e4AnInnerLayerWithoutACommitRollsOutThatOfTheOuterOne() {
    var history =
        before()
            .push("main", TWO, commit("c"))
            .attempt("app", "c", "prod", "started", null, TWO, e -> e.setLayer("application"))
            .attempt("app", "c", "prod", "succeeded", null, FOUR, e -> e.setLayer("application"))
            .attempt("helm", null, "prod", "succeeded", null, THREE, e -> e.setLayer("release"))
            .attempt("late", null, "prod", "succeeded", null, SIX, e -> e.setLayer("release"));
    var facts = history.facts();

    assertThat(facts.deployment("helm").getSha()).isEqualTo(History.sha("c"));
    assertThat(facts.deployment("helm").getShippingReason())
        .contains("by attempt app of the layer application (E4)");
    assertThat(facts.deployment("late").getSha()).isNull();
  }

  @Test
  void e4AnOuterLayerCountsUntilAnInnerOneReports() {
    var facts =
        layered("app1", "bundle", ONE)
            .attempt("app2", "a", "prod", "succeeded", null, FOUR, e -> e.setLayer("application"))
            .attempt("canary", "a", "prod", "failed", null, FIVE, e -> e.setLayer("rollout"))
            .attempt("helm", "a", "prod", "succeeded", null, SIX, e -> e.setLayer("release"))
            .attempt("us", "a", "prod-us", "succeeded", null, SIX, e -> e.setLayer("release"))
            .facts();

    assertThat(ids(facts)).containsExactlyInAnyOrder("app1", "canary", "us");
    assertThat(candidates(facts))
        .extracting(CandidateFact::getStatus)
        .containsExactly("evidence", "evidence");
  }

  @Test
  void e4TheRolloutWindowEndsTwoHoursAfterTheOuterLayer() {
    var inTime = layered("helm", "release", ONE.plus(Duration.ofHours(2)));
    var late = layered("helm", "release", ONE.plus(Duration.ofHours(2)).plusMillis(1));

    assertThat(ids(withOuter(inTime).facts())).containsExactly("helm");
    assertThat(ids(withOuter(late).facts())).containsExactly("app", "helm");
  }

  @Test
  void e4LayersOfOneServiceAreFoundWhereverItIsDeployedFrom() {
    var facts =
        history()
            .attempt(
                "app",
                null,
                "prod",
                "succeeded",
                null,
                ONE,
                event -> event.setLayer("application").setService("shop"))
            .attempt(
                "helm",
                null,
                "prod",
                "succeeded",
                null,
                ONE.plusSeconds(40),
                event -> event.setLayer("release").setService("shop").setRepository(null))
            .facts();

    assertThat(ids(facts)).containsExactly("helm");
  }

  @Test
  void e6AFailureAfterTheSameThingHadSucceededIsAHitch() {
    var facts =
        before()
            .attempt(
                "d1:failed",
                "a",
                "production",
                "failed",
                null,
                THREE,
                event -> event.setHitchOf("d1"))
            .facts();

    assertThat(ids(facts)).containsExactly("d1");
    assertThat(facts.deployment("d1").getFailed()).isFalse();
    assertThat(candidates(facts)).extracting(CandidateFact::getStatus).containsExactly("evidence");
  }

  @Test
  void e6AFailureBeforeTheSuccessIsAnAttempt() {
    var history = before();
    history.attempt(
        "d2:failed", "b", "production", "failed", null, THREE, event -> event.setHitchOf("d2"));
    told(history, "d2", "succeeded", FOUR);

    assertThat(ids(history.facts())).containsExactlyInAnyOrder("d1", "d2:failed", "d2");
  }

  /** Two commits, of which the first is deployed. */
  private static History before() {
    return history()
        .push("main", ONE.minus(Duration.ofHours(1)), commit("a"))
        .deploy("d1", "a", ONE)
        .push("main", ONE, commit("b"));
  }

  private static void told(History history, String id, String status, Instant time) {
    history.attempt(id, "b", "production", status, null, time, event -> {});
  }

  private static History layered(String id, String layer, Instant finish) {
    return history()
        .attempt(id, "a", "prod", "succeeded", null, finish, event -> event.setLayer(layer));
  }

  private static History withOuter(History history) {
    return history.attempt(
        "app", "a", "prod", "succeeded", null, ONE, event -> event.setLayer("application"));
  }

  private static List<String> ids(Facts facts) {
    return facts.deployments().stream().map(DeploymentFact::getId).toList();
  }

  private static List<CandidateFact> candidates(Facts facts) {
    return facts.all().values().stream()
        .filter(CandidateFact.class::isInstance)
        .map(CandidateFact.class::cast)
        .toList();
  }

  @Test
  void aRolloutIsShiftedAsTheFirstOfItsAttemptsStates() {
    var history =
        before()
            .attempt("eu", "a", "prod-eu", "succeeded", null, TWO, event -> {})
            .attempt("us", "a", "prod-us", "succeeded", null, THREE, e -> e.setStrategy("canary"))
            .attempt("b", "a", "staging", "succeeded", null, TWO, e -> e.setStrategy("ab"));
    assertThat(history.facts().deployment("d1").getStrategy()).isEqualTo("canary");
    assertThat(history.facts().deployment("b").getStrategy()).isEqualTo("ab");
  }

  @Test
  void theLatestEventThatStatesAStrategyStands() {
    var history =
        before()
            .attempt("d", "a", "prod", "started", null, TWO, e -> e.setStrategy("rolling"))
            .attempt("d", "a", "prod", "started", null, THREE, e -> e.setStrategy("canary"))
            .attempt("d", "a", "prod", "succeeded", null, FOUR, event -> {});
    assertThat(history.facts().deployment("d").getStrategy()).isEqualTo("canary");
  }
}
