package dev.dorado.rules;

import static dev.dorado.rules.History.at;
import static dev.dorado.rules.History.commit;
import static dev.dorado.rules.History.history;
import static dev.dorado.rules.History.sha;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.dorado.events.CorrectionEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.DeploymentSource;
import dev.dorado.facts.CiRunFact;
import dev.dorado.facts.DeploymentFact;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * What metrics.md asks within a ledger, of a service that is deployed from two repositories: web
 * and api, both of them the service shop.
 */
class LedgerRulesTest {

  private static final Instant START = at("2026-01-05T08:00");
  private static final String WEB = "acme/web";
  private static final String API = "acme/api";

  private static Instant hour(double hours) {
    return START.plusSeconds(Math.round(3600 * hours));
  }

  private static History shop() {
    return history()
        .repository(API)
        .push("main", START, commit("a1"), commit("a2"), commit("a3"))
        .repository(WEB)
        .push("main", START, commit("w1"), commit("w2"), commit("w3"));
  }

  private static History deploy(
      History history, String repository, String id, String commit, double hour) {
    return history
        .repository(repository)
        .deploy(
            id,
            commit,
            "production",
            hour(hour - 0.1),
            hour(hour),
            event -> event.setService("shop"));
  }

  private static History failed(History history, String deployment) {
    return history.corrected("c " + deployment, hour(40), "mark", mark(deployment, "failed"));
  }

  private static Consumer<CorrectionEvent.Builder> mark(String deployment, String mark) {
    return event -> event.setService("shop").setDeployment(deployment).setMark(mark);
  }

  private static void assertFailed(Facts facts, String... deployments) {
    assertThat(facts.deployments())
        .filteredOn(DeploymentFact::getFailed)
        .extracting(DeploymentFact::getId)
        .containsExactlyInAnyOrder(deployments);
  }

  /** Build number 12 in each of the repositories. */
  private static History twoOfOneId() {
    return deploy(deploy(shop(), WEB, "12", "w1", 1), API, "12", "a1", 20);
  }

  private static final String SECOND = "12@github.com/acme/api";

  @Test
  void e6AnIdHoldsWithinItsRepository() {
    var facts = twoOfOneId().facts();

    assertThat(facts.deployments())
        .extracting(
            DeploymentFact::getId, DeploymentFact::getRepository, DeploymentFact::getFinishedAt)
        .containsExactlyInAnyOrder(
            tuple("12", "github.com/acme/web", hour(1)),
            tuple(SECOND, "github.com/acme/api", hour(20)));
    assertThat(facts.change("shop", "a1").getDeploymentId()).isEqualTo(SECOND);
  }

  @Test
  void e6OfTwoRepositoriesTheAttemptThatFinishedFirstKeepsTheId() {
    var facts = deploy(deploy(shop(), WEB, "12", "w1", 20), API, "12", "a1", 1).facts();

    assertThat(facts.deployments())
        .extracting(DeploymentFact::getId, DeploymentFact::getFinishedAt)
        .containsExactlyInAnyOrder(tuple("12", hour(1)), tuple("12@github.com/acme/web", hour(20)));
  }

  @Test
  void e6WhoseRepositoryIsUnknownIsTheAttemptThatIsKnown() {
    var facts =
        twoOfOneId()
            .deploy(
                "12",
                null,
                "production",
                hour(2),
                hour(3),
                event -> event.setRepository(null).setService("shop"))
            .facts();

    assertThat(facts.deployments())
        .extracting(DeploymentFact::getId, DeploymentFact::getFinishedAt)
        .containsExactlyInAnyOrder(tuple("12", hour(1)), tuple(SECOND, hour(20)));
  }

  @Test
  void e6ACorrectionMeansTheDeploymentThatHasTheIdInTheFacts() {
    assertFailed(failed(twoOfOneId(), "12").facts(), "12");
    assertFailed(failed(twoOfOneId(), "12@github.com/acme/web").facts(), "12");
    assertFailed(failed(twoOfOneId(), SECOND).facts(), SECOND);
    assertThat(
            failed(twoOfOneId(), "12@github.com/acme/else")
                .facts()
                .effect("c 12@github.com/acme/else"))
        .isEqualTo("void");
  }

  @Test
  void f2AnIdOfSeveralRepositoriesNamesTheLatestThatHadStartedByTheImpact() {
    assertCause("12", hour(2), "12");
    assertCause("12", hour(21), SECOND);
    assertCause(SECOND, hour(21), SECOND);
    assertCause("12@github.com/acme/web", hour(21), "12");
  }

  private static void assertCause(String named, Instant impact, String expected) {
    var facts =
        twoOfOneId()
            .incident(
                "i",
                impact,
                null,
                event -> event.setRepository(null).setService("shop").setCausedBy(List.of(named)))
            .facts();

    assertThat(facts.incident("i").getDeploymentId()).isEqualTo(expected);
    assertThat(facts.incident("i").getLinkRule()).isEqualTo("F2");
  }

  @Test
  void e4WhatTwoRepositoriesOfAServiceCallAlikeIsTwoAttempts() {
    for (String source : List.of("workflow", "tag", "push", "release")) {
      var stated =
          List.of(new DeploymentSource(source, source.equals("push") ? "main" : null, null, null));
      var history = history();
      for (String repository : List.of(API, WEB)) {
        // The entry that holds later names the other repository.
        Instant since = repository.equals(API) ? START : hour(10);
        history
            .repository(repository)
            .catalog("shop", since, entry -> entry.setValidFrom(since).setDeploymentSources(stated))
            .push("main", since, commit("a"))
            .tag("v1", "a", since.plusSeconds(60))
            .attempt(
                "release:v1",
                "a",
                null,
                "succeeded",
                since,
                since.plusSeconds(60),
                event -> event.setSource("release").setVersion("v1"))
            .run("7", "main", "success", since, since.plusSeconds(60));
      }

      assertThat(history.facts().deployments())
          .as(source)
          .extracting(DeploymentFact::getRepository)
          .containsExactlyInAnyOrder("github.com/acme/web", "github.com/acme/api");
    }
  }

  @Test
  void p2RunsThatTwoRepositoriesNumberAlikeAreTwo() {
    var history = history();
    for (String repository : List.of(API, WEB)) {
      deploy(history, repository, "d " + repository, repository, 1)
          .push("main", START, commit(repository))
          .run("7", "main", "success", START, hour(1));
    }

    assertThat(history.facts().runs())
        .extracting(CiRunFact::getService, CiRunFact::getRepository)
        .containsExactlyInAnyOrder(
            tuple("shop", "github.com/acme/web"), tuple("shop", "github.com/acme/api"));
  }

  @Test
  void s5EachRepositoryHasABaselineOfItsOwn() {
    var history =
        history().backfilled().repository(API).push("main", START, commit("old"), commit("a1"));
    deploy(history.repository(WEB).push("main", START, commit("w1")), WEB, "web", "w1", 1);
    var facts = deploy(history, API, "api", "a1", 20).facts();

    assertThat(facts.change("shop", "old").getShippingRule()).isEqualTo("S5");
    assertThat(facts.change("shop", "old").getLeadTime()).isNull();
  }

  @Test
  void s9ARolloutIsOfOneRepository() {
    var facts =
        history()
            .repository(WEB)
            .deploy("web", null, "prod-eu", hour(1), hour(1), this::versionOne)
            .repository(API)
            .deploy("api", null, "prod-us", hour(2), hour(2), this::versionOne)
            .facts();

    assertThat(facts.deployments()).hasSize(2);
  }

  private void versionOne(DeploymentEvent.Builder event) {
    event.setService("shop").setVersion("1");
  }

  @Test
  void f3ARollbackFailsADeploymentOfItsOwnRepository() {
    var history = deploy(deploy(shop(), WEB, "w-1", "w1", 1), WEB, "w-2", "w2", 2);
    var facts = deploy(deploy(history, API, "a-1", "a1", 3), WEB, "w-3", "w1", 4).facts();

    assertThat(facts.deployment("w-3").getKind()).isEqualTo("rollback");
    assertFailed(facts, "w-2");
  }

  @Test
  void f3ARollbackToSomethingUnseenFailsTheLatestOfItsOwnRepository() {
    var history = deploy(deploy(shop(), WEB, "w-1", "w2", 1), API, "a-1", "a1", 2);
    var facts = deploy(history, WEB, "w-2", "w1", 3).facts();

    assertFailed(facts, "w-1");
  }

  @Test
  void f5AHotfixFailsTheLatestDeploymentOfItsOwnRepository() {
    var history = deploy(deploy(shop(), WEB, "w-1", "w1", 1), API, "a-1", "a1", 2);
    history.repository(WEB).push("main", hour(3), commit("h").message("hotfix: it"));
    var facts = deploy(history, WEB, "w-2", "h", 4).facts();

    assertFailed(facts, "w-1");
    assertThat(facts.deployment("w-1").getFailureRule()).isEqualTo("F5");
  }

  @Test
  void f5ARollbackOfAnotherRepositoryExcusesNoHotfix() {
    var history = deploy(deploy(shop(), WEB, "w-1", "w1", 1), API, "a-1", "a2", 2);
    deploy(history, API, "a-2", "a1", 3);
    history.repository(WEB).push("main", hour(4), commit("h").message("hotfix: it"));
    var facts = deploy(history, WEB, "w-2", "h", 5).facts();

    assertFailed(facts, "w-1", "a-1");
  }

  @Test
  void r1ABareMarkIsEndedByTheNextForwardDeploymentOfItsOwnRepository() {
    var history = deploy(deploy(shop(), WEB, "w-1", "w1", 1), API, "a-1", "a1", 2);
    var facts = failed(deploy(history, WEB, "w-2", "w2", 3), "w-1").facts();

    assertThat(facts.deployment("w-1").getRecoveryMethod()).isEqualTo("next deployment");
    assertThat(facts.deployment("w-1").getRecoveredAt()).isEqualTo(hour(3));
  }

  @Test
  void r1ABareMarkIsNotEndedByADeploymentToAnotherEnvironment() {
    var history =
        shop()
            .deploy("eu", "w1", "prod-eu", hour(1), hour(1), event -> event.setService("shop"))
            .deploy("us", "w2", "prod-us", hour(9), hour(9), event -> event.setService("shop"));

    assertThat(failed(history, "eu").facts().deployment("eu").getRecoveredAt()).isNull();
  }

  @Test
  void f6AnIncidentHitsTheServiceWhateverTheRepository() {
    var facts =
        deploy(deploy(shop(), WEB, "w-1", "w1", 1), API, "a-1", "a1", 2)
            .repository(WEB)
            .incident("i", hour(2.5), null, event -> event.setRepository(null).setService("shop"))
            .facts();

    assertThat(facts.incident("i").getDeploymentId()).isEqualTo("a-1");
  }

  @Test
  void w2AFileOfAnotherRepositoryIsAnotherFile() {
    var history = history().repository(WEB).push("main", START, commit("w").files("a.java"));
    deploy(history, WEB, "web", "w", 1);
    history.repository(API).push("main", START, commit("a0").files("x.java"));
    deploy(history, API, "api 0", "a0", 1.5);
    history.push("main", hour(2), commit("a").message("fix: it").files("a.java"));
    var facts = deploy(history, API, "api", "a", 3).facts();

    assertThat(facts.change("shop", "a").getSha()).isEqualTo(sha("a"));
    assertThat(facts.change("shop", "a").getReactive()).isFalse();
  }
}
