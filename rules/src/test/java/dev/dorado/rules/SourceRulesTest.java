package dev.dorado.rules;

import static dev.dorado.rules.History.at;
import static dev.dorado.rules.History.commit;
import static dev.dorado.rules.History.history;
import static dev.dorado.rules.History.sha;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.typesafe.config.ConfigFactory;
import dev.dorado.events.CiRunEvent;
import dev.dorado.events.DeploymentSource;
import dev.dorado.facts.CandidateFact;
import dev.dorado.facts.CiRunFact;
import dev.dorado.facts.DeploymentFact;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Rule E4 of metrics.md: what counts as a deployment attempt. */
class SourceRulesTest {

  private static final Instant ONE = at("2026-01-05T01:00");
  private static final Instant TWO = at("2026-01-05T02:00");
  private static final Instant THREE = at("2026-01-05T03:00");
  private static final Instant FOUR = at("2026-01-05T04:00");
  private static final Instant FIVE = at("2026-01-05T05:00");
  private static final Instant SIX = at("2026-01-05T06:00");

  @Test
  void e4DeploymentEventsCountUnlessAnotherSourceIsStated() {
    var facts = toldInEveryWay().facts();

    assertThat(ids(facts)).containsExactly("d1");
    assertThat(candidates(facts))
        .containsOnlyKeys(
            "release release:v1", "tag tag:v1@" + sha("a"), "workflow workflow:deploy/1")
        .allSatisfy((id, told) -> assertThat(told.getChosenSource()).isEqualTo("deployment"));
  }

  @Test
  void e4TheStatedSourceCountsAndNoOther() {
    assertThat(ids(toldInEveryWay(source("workflow", "Deploy"))))
        .containsExactly("workflow:deploy/1");
    assertThat(ids(toldInEveryWay(source("release", null)))).containsExactly("release:v1");
    assertThat(ids(toldInEveryWay(source("tag", null)))).containsExactly("tag:v1@" + sha("a"));
    assertThat(ids(toldInEveryWay(source("push", "main"))))
        .containsExactly("push:main@" + sha("a") + "@" + TWO);
    assertThat(ids(toldInEveryWay(source("merge", null))))
        .containsExactly("merge:github.com/acme/shop#7");
    assertThat(ids(toldInEveryWay(source("deployment", null)))).containsExactly("d1");
  }

  @Test
  void e4WhatTheChosenSourceDoesNotGiveIsACandidate() {
    var candidates = candidates(toldInEveryWay(source("tag", null)).facts());

    assertThat(candidates)
        .containsOnlyKeys("deployment d1", "release release:v1", "workflow workflow:deploy/1")
        .allSatisfy((id, told) -> assertThat(told.getChosenSource()).isEqualTo("tag"));
  }

  @Test
  void e4CandidatesOfAServiceThatChangedItsRepositoryAreToldApart() {
    var history =
        history()
            .catalog("shop", ONE, entry -> {})
            .push("main", ONE, commit("a"))
            .tag("v1", "a", TWO)
            .repository("acme/other")
            .catalog("shop", THREE, entry -> {})
            .push("main", THREE, commit("a"))
            .tag("v1", "a", FOUR);

    assertThat(candidates(history.facts())).hasSize(2);
  }

  @Test
  void e4ASourceCountsFromItsDateOnAndDeploymentEventsBeforeIt() {
    var facts =
        stated(since(THREE, source("tag", null)))
            .push("main", ONE, commit("a"), commit("b"))
            .deploy("d1", "a", TWO)
            .tag("v1", "a", TWO)
            .tag("v2", "b", FOUR)
            .deploy("d2", "b", FOUR)
            .facts();

    assertThat(ids(facts)).containsExactly("d1", "tag:v2@" + sha("b"));
  }

  @Test
  void e4ASourceWithoutAnEnvironmentIsForAllOfProductionAndForNothingElse() {
    var facts =
        stated(source("tag", null))
            .push("main", ONE, commit("a"))
            .tag("v1", "a", TWO)
            .deploy("d1", "a", "prod-eu", TWO, THREE)
            .deploy("d2", "a", "staging", TWO, THREE)
            .facts();

    assertThat(ids(facts)).containsExactly("d2", "tag:v1@" + sha("a"));
    assertThat(facts.deployment("tag:v1@" + sha("a")).getEnvironment()).isEqualTo("production");
    assertThat(candidates(facts)).containsOnlyKeys("deployment d1");
  }

  @Test
  void e4DeploymentEventsWithoutAnEnvironmentAreForAllThatThereAre() {
    var facts =
        stated(source("tag", null, "staging"), since(THREE, source("deployment", null)))
            .push("main", ONE, commit("a"))
            .tag("v1", "a", TWO)
            .tag("v2", "a", FOUR)
            .deploy("d1", "a", "staging", FOUR, FIVE)
            .facts();

    assertThat(ids(facts)).containsExactly("d1", "tag:v1@" + sha("a"));
  }

  @Test
  void e4ASourceMayNameAClassOfEnvironments() {
    var facts =
        history()
            .catalog(
                "shop",
                ONE,
                entry ->
                    entry
                        .setEnvironments(Map.of("frankfurt", "production"))
                        .setDeploymentSources(List.of(source("tag", null, "Production"))))
            .push("main", ONE, commit("a"))
            .tag("v1", "a", TWO)
            .deploy("d1", "a", "frankfurt", TWO, THREE)
            .deploy("d2", "a", "prod-us", TWO, THREE)
            .deploy("d3", "a", "staging", TWO, THREE)
            .facts();

    assertThat(ids(facts)).containsExactly("d3", "tag:v1@" + sha("a"));
  }

  @Test
  void e4OfSeveralSourcesTheOneThatBeganLastCountsAlsoWhereAnEarlierOneNamesTheEnvironment() {
    var facts =
        stated(source("tag", null, "production"), since(THREE, source("deployment", null)))
            .push("main", ONE, commit("a"), commit("b"))
            .tag("v1", "a", TWO)
            .tag("v2", "b", FOUR)
            .deploy("d1", "b", FIVE)
            .facts();

    assertThat(ids(facts)).containsExactly("d1", "tag:v1@" + sha("a"));
  }

  @Test
  void e4OfSourcesThatBeganTogetherTheOneThatNamesTheEnvironmentCounts() {
    var named = source("tag", null, "prod-eu");
    var ofClass = source("release", null, "production");
    var any = source("deployment", null);
    for (var order : List.of(List.of(named, ofClass, any), List.of(any, ofClass, named))) {
      var facts =
          stated(order.toArray(DeploymentSource[]::new))
              .push("main", ONE, commit("a"))
              .tag("v1", "a", TWO)
              .deploy("d1", "a", "prod-eu", TWO, THREE)
              .deploy("d2", "a", "prod-us", TWO, THREE)
              .deploy("d3", "a", "staging", TWO, THREE)
              .facts();

      assertThat(ids(facts)).containsExactly("d3", "tag:v1@" + sha("a"));
      assertThat(candidates(facts).get("deployment d1").getChosenSource()).isEqualTo("tag");
      assertThat(candidates(facts).get("deployment d2").getChosenSource()).isEqualTo("release");
    }
  }

  @Test
  void e4AReleaseIsInTheEnvironmentThatItsSourceNames() {
    var facts = released(source("release", "v*", "eu-prod")).facts();

    assertThat(facts.deployment("release:v1").getEnvironments()).containsExactly("eu-prod");
    assertThat(facts.deployment("release:v1").getEnvironment()).isEqualTo("production");
    assertThat(
            released(source("release", null, "staging"))
                .facts()
                .deployment("release:v1")
                .getEnvironment())
        .isEqualTo("staging");
  }

  @Test
  void e4InARepositoryOfSeveralServicesAReleaseIsOfThoseWhoseSourceItFits() {
    var facts =
        released()
            .catalog("cart", ONE, e -> e.setDeploymentSources(List.of(source("release", "cart-*"))))
            .catalog("pay", ONE, e -> e.setDeploymentSources(List.of(source("release", "v?"))))
            .facts();

    assertThat(facts.deployments())
        .extracting(DeploymentFact::getService, DeploymentFact::getId)
        .containsExactly(tuple("pay", "release:v1"));
  }

  @Test
  void e4OneThingMayDeployToSeveralEnvironments() {
    var facts =
        stated(source("tag", null, "prod-eu"), source("tag", null, "staging"))
            .push("main", ONE, commit("a"))
            .tag("v1", "a", TWO)
            .facts();
    String first = "tag:v1@" + sha("a");

    assertThat(ids(facts)).containsExactly(first, first + "@staging");
    assertThat(facts.deployment(first).getEnvironment()).isEqualTo("production");
    assertThat(facts.deployment(first + "@staging").getEnvironment()).isEqualTo("staging");
  }

  @Test
  void e4NamesAreGlobsInAnyCase() {
    for (String glob : List.of("deploy*", "DEPLOY / shop (?u)", "*")) {
      assertThat(ids(runs(source("workflow", glob)))).as(glob).containsExactly("workflow:1/1");
    }
    for (String glob : List.of("deploy", "Deploy / shop {eu,us}", "shop (eu)", "Deploy ?")) {
      assertThat(ids(runs(source("workflow", glob)))).as(glob).isEmpty();
    }
  }

  @Test
  void e4OnlyRunsThatSucceededOrFailedAreAttempts() {
    var history = stated(source("workflow", "Deploy")).push("main", ONE, commit("a"));
    run(history, "1", "Deploy", "success", TWO);
    run(history, "2", "Deploy", "failure", THREE);
    run(history, "3", "Deploy", "cancelled", FOUR);
    run(history, "4", "Deploy", null, FIVE);
    run(history, "5", null, "success", SIX);
    var facts = history.facts();

    assertThat(facts.deployments())
        .extracting(DeploymentFact::getId, DeploymentFact::getStatus)
        .containsExactly(tuple("workflow:1/1", "succeeded"), tuple("workflow:2/1", "failed"));
  }

  @Test
  void e4ATagIsAnAttemptForEachCommitThatItIsPutTo() {
    // The names begin with the same seven letters: so do fourteen digits of the SHAs.
    var facts =
        stated(source("tag", "live"))
            .push("main", ONE, commit("version1"), commit("version2"))
            .tag("live", "version1", TWO)
            .tag("live", "version2", TWO)
            .tag("live", "version1", THREE)
            .tag("other", "version1", TWO)
            .facts();

    assertThat(ids(facts))
        .containsExactly("tag:live@" + sha("version1"), "tag:live@" + sha("version2"));
    assertThat(facts.deployment("tag:live@" + sha("version1")).getFinishedAt()).isEqualTo(TWO);
  }

  @Test
  void e4APushOfAnEarlierCommitIsADeploymentToo() {
    var facts =
        stated(source("push", "main"))
            .push("main", ONE, commit("a"))
            .push("main", TWO, commit("b"))
            .forcePush("main", THREE, commit("a"))
            .push("feature", FOUR, commit("c"))
            .facts();

    assertThat(facts.deployments())
        .extracting(DeploymentFact::getId, DeploymentFact::getKind)
        .containsExactlyInAnyOrder(
            tuple("push:main@%s@%s".formatted(sha("a"), ONE), "forward"),
            tuple("push:main@%s@%s".formatted(sha("b"), TWO), "forward"),
            tuple("push:main@%s@%s".formatted(sha("a"), THREE), "rollback"));
  }

  @Test
  void e4PushesToOneCommitAtTheSameTimeAreOneDeployment() {
    var facts =
        stated(source("push", "main"))
            .push("main", ONE, push -> push.setBefore(sha("x")), commit("a"))
            .push("main", ONE, push -> push.setBefore(sha("y")), commit("a"))
            .facts();

    assertThat(ids(facts)).containsExactly("push:main@%s@%s".formatted(sha("a"), ONE));
  }

  @Test
  void e4AnImportedCommitIsAPushUnlessItWasPushedToo() {
    var facts =
        stated(source("push", "main"))
            .push("main", THREE, push -> push.setBefore(sha("a")), commit("b"), commit("c"))
            .backfilled()
            .push("main", FOUR, p -> p.setPushedAt(null).setBefore(null), commit("a").made(ONE))
            .push("main", FOUR, p -> p.setPushedAt(null), commit("b").made(TWO))
            .push("main", FOUR, p -> p.setPushedAt(null), commit("c").made(TWO))
            .facts();

    assertThat(ids(facts))
        .containsExactlyInAnyOrder(
            "push:main@%s@%s".formatted(sha("a"), ONE),
            "push:main@%s@%s".formatted(sha("c"), THREE));
  }

  @Test
  void e4OnlyMergesToTheDefaultBranchAreDeployments() {
    var facts =
        stated(source("merge", null))
            .pullRequest(1)
            .merged(TWO, "a")
            .push("main", TWO, commit("a"))
            .pullRequest(2)
            .into("release")
            .merged(THREE, "b")
            .push("release", THREE, commit("b"))
            .facts();

    assertThat(ids(facts)).containsExactly("merge:github.com/acme/shop#1");
  }

  @Test
  void e4AJobOfALargerWorkflowMayBeTheDeployment() {
    for (String name : List.of("deploy*", "CI/Deploy to ?prod*", "*/deploy *")) {
      var facts = jobs(source("job", name)).facts();

      assertThat(facts.deployments())
          .as(name)
          .extracting(DeploymentFact::getId, DeploymentFact::getStatus)
          .containsExactly(tuple("job:12/1", "succeeded"));
    }
    assertThat(ids(jobs(source("job", "Nightly/*")))).isEmpty();
  }

  @Test
  void e4ASourceOfWorkflowsMayNameAJobWithItsWorkflow() {
    assertThat(ids(jobs(source("workflow", "ci/deploy*")))).containsExactly("workflow:12/1");
    assertThat(ids(jobs(source("workflow", "ci*")))).containsExactly("workflow:1/1");
  }

  @Test
  void p2JobsAreNoCiRuns() {
    assertThat(jobs().facts().all().values().stream().filter(CiRunFact.class::isInstance))
        .hasSize(1);
  }

  @Test
  void e4AJobIsACandidateUnlessItsWorkflowIs() {
    assertThat(candidates(jobs().facts())).containsOnlyKeys("job job:12/1");
    assertThat(candidates(jobs("Deploy").facts())).containsOnlyKeys("workflow workflow:1/1");
    assertThat(candidates(jobs("CI", source("workflow", "CI")).facts())).isEmpty();
  }

  @Test
  void e6AJobThatWaitsStartsWhenItRuns() {
    var history = jobs(source("job", "deploy*"));
    job(history, "CI", "14", "Deploy again", "waiting", null, TWO);
    job(history, "CI", "14", "Deploy again", "started", null, FIVE);
    job(history, "CI", "14", "Deploy again", "finished", "success", SIX);

    assertThat(history.facts().deployment("job:14/1").getStartedAt()).isEqualTo(FIVE);
  }

  @Test
  void e6AJobOrRunThatIsRefusedIsNoAttempt() {
    var history = jobs(source("job", "deploy*"));
    job(history, "CI", "14", "Deploy again", "waiting", null, TWO);
    job(history, "CI", "14", "Deploy again", "finished", "failure", FIVE);
    job(history, "CI", "15", "Deploy once more", "refused", null, TWO);
    job(history, "CI", "15", "Deploy once more", "finished", "failure", FIVE);
    job(history, "CI", "16", "Deploy last", "finished", "refused", FIVE);
    var facts = history.facts();

    assertThat(ids(facts)).containsExactly("job:12/1");
    assertThat(candidates(facts))
        .hasSize(3)
        .allSatisfy((id, told) -> assertThat(told.getStatus()).isEqualTo("refused"));
    assertThat(candidates(jobs().facts())).hasSize(1);
  }

  @Test
  void e4TheSettingsHoldWhereTheCatalogSaysNothing() {
    var settings =
        RuleSettings.from(
            ConfigFactory.parseString(
                    """
                    dorado.rules.deployment-sources = [
                      { repository = "github.com/acme/*", source = workflow, name = "Deploy*" }
                      { repository = "github.com/acme/shop", source = tag }
                    ]""")
                .withFallback(ConfigFactory.defaultReference())
                .resolve());
    var without = toldInEveryWay();
    var with = toldInEveryWay(source("release", null));
    var elsewhere = toldInEveryWay(history().repository("other/shop"));

    assertThat(ids(FactsInMemory.of(without.events(), settings)))
        .containsExactly("tag:v1@" + sha("a"));
    assertThat(ids(FactsInMemory.of(with.events(), settings))).containsExactly("release:v1");
    assertThat(ids(FactsInMemory.of(elsewhere.events(), settings))).containsExactly("d1");
  }

  private static DeploymentSource source(String source, String name) {
    return source(source, name, null);
  }

  private static DeploymentSource source(String source, String name, String environment) {
    return new DeploymentSource(source, name, environment, null);
  }

  private static DeploymentSource since(Instant time, DeploymentSource source) {
    return DeploymentSource.newBuilder(source).setSince(time).build();
  }

  private static History stated(DeploymentSource... sources) {
    return history().catalog("shop", ONE, entry -> entry.setDeploymentSources(List.of(sources)));
  }

  /** One merge that all sources tell of. */
  private static History toldInEveryWay(DeploymentSource... sources) {
    return toldInEveryWay(sources.length == 0 ? history() : stated(sources));
  }

  private static History toldInEveryWay(History history) {
    history.pullRequest(7).merged(TWO, "a").push("main", TWO, commit("a")).tag("v1", "a", TWO);
    release(history, "v1", "a", THREE);
    run(history, "deploy", "Deploy", "success", THREE);
    return history.deploy("d1", "a", FOUR);
  }

  private static History released(DeploymentSource... sources) {
    var history = sources.length == 0 ? history() : stated(sources);
    release(history.push("main", ONE, commit("a")), "v1", "a", TWO);
    return history;
  }

  private static void release(History history, String tag, String commit, Instant time) {
    history.attempt(
        "release:" + tag,
        commit,
        null,
        "succeeded",
        time,
        time,
        event -> event.setSource("release").setVersion(tag));
  }

  private static History runs(DeploymentSource source) {
    var history = stated(source).push("main", ONE, commit("a"));
    run(history, "1", "Deploy / Shop (EU)", "success", TWO);
    return history;
  }

  private static History jobs(DeploymentSource... sources) {
    return jobs("CI", sources);
  }

  /** A run of a workflow with a job that tests and one that deploys. */
  private static History jobs(String workflow, DeploymentSource... sources) {
    var history =
        (sources.length == 0 ? history() : stated(sources)).push("main", ONE, commit("a"));
    run(history, "1", workflow, "success", FOUR);
    job(history, workflow, "11", "Test", "finished", "success", TWO);
    job(history, workflow, "12", "Deploy to (prod)", "finished", "success", THREE);
    return history;
  }

  private static void job(
      History history,
      String workflow,
      String id,
      String job,
      String status,
      String outcome,
      Instant time) {
    boolean finished = status.equals("finished");
    history.add(
        CiRunEvent.newBuilder()
            .setId("job " + id + status)
            .setProvenance(history.provenance("github"))
            .setOccurredAt(time)
            .setRun(id)
            .setRepository(history.repository())
            .setWorkflow(workflow)
            .setJob(job)
            .setSha(sha("a"))
            .setBranch("main")
            .setStatus(status)
            .setOutcome(outcome)
            .setStartedAt(finished ? time.minus(Duration.ofMinutes(90)) : null)
            .setFinishedAt(finished ? time : null)
            .build());
  }

  private static void run(
      History history, String id, String workflow, String outcome, Instant finished) {
    history.add(
        CiRunEvent.newBuilder()
            .setId("run " + id)
            .setProvenance(history.provenance("github"))
            .setOccurredAt(finished)
            .setRun(id)
            .setRepository(history.repository())
            .setWorkflow(workflow)
            .setBranch("main")
            .setStatus("finished")
            .setOutcome(outcome)
            .setStartedAt(finished.minus(Duration.ofMinutes(9)))
            .setFinishedAt(finished)
            .build());
  }

  private static List<String> ids(History history) {
    return ids(history.facts());
  }

  private static List<String> ids(Facts facts) {
    return facts.deployments().stream().map(DeploymentFact::getId).toList();
  }

  private static Map<String, CandidateFact> candidates(Facts facts) {
    return facts.all().values().stream()
        .filter(CandidateFact.class::isInstance)
        .map(CandidateFact.class::cast)
        .collect(
            Collectors.toMap(
                told -> told.getId().replace(" github.com/acme/shop", ""), told -> told));
  }
}
