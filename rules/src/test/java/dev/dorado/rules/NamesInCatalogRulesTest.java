package dev.dorado.rules;

import static dev.dorado.rules.History.at;
import static dev.dorado.rules.History.commit;
import static dev.dorado.rules.History.history;
import static dev.dorado.rules.History.sha;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.CiRunEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.DeploymentSource;
import dev.dorado.facts.CandidateFact;
import dev.dorado.facts.CiRunFact;
import dev.dorado.facts.DeploymentFact;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Rules E4 and G4 of metrics.md: jobs and applications that the catalog names. */
class NamesInCatalogRulesTest {

  private static final Instant ONE = at("2026-01-05T01:00");
  private static final Instant TWO = at("2026-01-05T02:00");
  private static final Instant THREE = at("2026-01-05T03:00");

  @Test
  void e4ARunOfAJobThatTheCatalogNamesIsAnAttemptOfItsServiceWhateverItCheckedOut() {
    var facts = tagged("workflow", "jenkins:deploy/shop", "Deploy/*").facts();
    var deployment = facts.deployment("workflow:5/1");

    assertThat(deployment.getService()).isEqualTo("shop");
    assertThat(deployment.getRepository()).isEqualTo("github.com/acme/shop");
    assertThat(deployment.getVersion()).isEqualTo("v1");
    assertThat(deployment.getSha()).isEqualTo(sha("a"));
    assertThat(of(facts, CandidateFact.class))
        .noneMatch(told -> told.getSource().equals("workflow"));
  }

  @Test
  void p2TheRunStaysOneOfTheRepositoryThatItCheckedOut() {
    assertThat(of(tagged("workflow", "jenkins:deploy/shop", "Deploy/*").facts(), CiRunFact.class))
        .singleElement()
        .satisfies(
            run -> {
              assertThat(run.getRepository()).isEqualTo("github.com/acme/jobs");
              assertThat(run.getService()).isEqualTo("acme/jobs");
            });
  }

  @Test
  void e4ARunWithoutARepositoryIsFoundByItsJobToo() {
    var history = tagged("workflow", "jenkins:deploy/shop", "*", run -> run.setRepository(null));

    assertThat(ids(history)).containsExactly("workflow:5/1");
  }

  @Test
  void e4AJobThatIsNamedCountsOnlyIfItsSourceIsStated() {
    var facts = tagged("deployment", "jenkins:deploy/shop", null).facts();

    assertThat(facts.deployments()).isEmpty();
    assertThat(of(facts, CandidateFact.class))
        .filteredOn(told -> told.getSource().equals("workflow"))
        .singleElement()
        .satisfies(told -> assertThat(told.getService()).isEqualTo("shop"));
  }

  @Test
  void e4ANamedRunIsNoAttemptInTheRepositoryThatItCheckedOut() {
    var history =
        tagged("workflow", "jenkins:deploy/shop", "deploy/*")
            .repository("acme/jobs")
            .catalog(
                "jobs",
                ONE,
                entry ->
                    entry.setDeploymentSources(
                        List.of(new DeploymentSource("workflow", "*", null, null))));

    assertThat(history.facts().deployments())
        .singleElement()
        .satisfies(d -> assertThat(d.getService()).isEqualTo("shop"));
  }

  @Test
  void e4AJobThatTheCatalogNamesForNobodyCountsWhereItRan() {
    var history =
        tagged("deployment", "jenkins:other", null)
            .repository("acme/jobs")
            .catalog(
                "jobs",
                ONE,
                entry ->
                    entry.setDeploymentSources(
                        List.of(new DeploymentSource("workflow", "*", null, null))));

    assertThat(history.facts().deployment("workflow:5/1").getService()).isEqualTo("jobs");
  }

  @Test
  void g4AnApplicationThatTheCatalogNamesIsOfThatServiceWhateverItIsDeployedFrom() {
    var facts =
        history()
            .catalog("shop", ONE, entry -> entry.setAliases(List.of("argocd:shop-prod")))
            .push("main", ONE, commit("a"))
            .tag("v1", "a", ONE)
            .repository("acme/ops")
            .catalog("ops", ONE, entry -> {})
            .push("main", ONE, commit("m"))
            .deploy("d1", "m", "prod", TWO, THREE, application("shop-prod"))
            .facts();
    var deployment = facts.deployment("d1");

    assertThat(deployment.getService()).isEqualTo("shop");
    assertThat(deployment.getRepository()).isEqualTo("github.com/acme/shop");
    assertThat(deployment.getSha()).isEqualTo(sha("a"));
  }

  @Test
  void g4AnApplicationFromARepositoryThatNobodyHasIsFoundByItsName() {
    var facts =
        history()
            .catalog("shop", ONE, entry -> {})
            .catalog("cart", ONE, entry -> entry.setAliases(List.of("basket")))
            .repository("acme/ops")
            .push("main", ONE, commit("m"))
            .deploy("d1", "m", "prod", TWO, THREE, application("shop"))
            .deploy("d2", "m", "prod", TWO, THREE, application("basket"))
            .deploy("d3", "m", "prod", TWO, THREE, application("other"))
            .facts();

    assertThat(facts.deployment("d1").getService()).isEqualTo("shop");
    assertThat(facts.deployment("d1").getSha()).isNull();
    assertThat(facts.deployment("d2").getService()).isEqualTo("cart");
    assertThat(facts.deployment("d3").getService()).isEqualTo("acme/ops");
  }

  @Test
  void g4AnApplicationFromARepositoryThatAServiceHasIsOfThat() {
    var facts =
        history()
            .catalog("shop", ONE, entry -> {})
            .repository("acme/mono")
            .catalog("mono", ONE, entry -> {})
            .deploy("d1", "m", "prod", TWO, THREE, application("shop"))
            .facts();

    assertThat(facts.deployment("d1").getService()).isEqualTo("mono");
  }

  @Test
  void g4AnApplicationWhoseRepositoryIsNotKnownIsFoundByItsName() {
    var facts =
        history()
            .catalog("shop", ONE, entry -> {})
            .repository("acme/ops")
            .push("main", ONE, commit("m"))
            .deploy(
                "d1",
                "m",
                "prod",
                TWO,
                THREE,
                application("shop").andThen(event -> event.setRepository(null)))
            .deploy(
                "d2",
                "m",
                "prod",
                TWO,
                THREE,
                application("other").andThen(event -> event.setRepository(null)))
            .facts();

    assertThat(facts.deployment("d1").getService()).isEqualTo("shop");
    assertThat(facts.deployment("d2").getService()).isEqualTo("acme/ops");
  }

  private static Consumer<DeploymentEvent.Builder> application(String name) {
    return event ->
        event.setWorkflow(name).setVersion("v1").setNames(List.of("argocd:" + name, name));
  }

  private static History tagged(String source, String alias, String name) {
    return tagged(source, alias, name, run -> {});
  }

  /** A tag of shop, and a run of the job deploy/shop, which checks out acme/jobs. */
  private static History tagged(
      String source, String alias, String name, Consumer<CiRunEvent.Builder> change) {
    var history =
        history()
            .catalog(
                "shop",
                ONE,
                entry ->
                    entry
                        .setAliases(List.of(alias))
                        .setDeploymentSources(
                            List.of(new DeploymentSource(source, name, null, null))))
            .push("main", ONE, commit("a"))
            .tag("v1", "a", ONE);
    var run =
        CiRunEvent.newBuilder()
            .setId("run 5")
            .setProvenance(history.provenance("jenkins"))
            .setOccurredAt(TWO)
            .setRun("5")
            .setRepository("github.com/acme/jobs")
            .setWorkflow("deploy/shop")
            .setNames(List.of("jenkins:deploy/shop"))
            .setVersion("v1")
            .setBranch("main")
            .setSha(sha("j"))
            .setStatus("finished")
            .setOutcome("success")
            .setStartedAt(ONE)
            .setFinishedAt(TWO);
    change.accept(run);
    return history.add(run.build());
  }

  private static <F> List<F> of(Facts facts, Class<F> kind) {
    return facts.all().values().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private static List<String> ids(History history) {
    return history.facts().deployments().stream().map(DeploymentFact::getId).toList();
  }
}
