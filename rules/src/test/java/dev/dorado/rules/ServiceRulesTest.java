package dev.dorado.rules;

import static dev.dorado.rules.History.at;
import static dev.dorado.rules.History.commit;
import static dev.dorado.rules.History.history;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.IncidentEvent;
import dev.dorado.facts.DeploymentFact;
import dev.dorado.facts.IncidentFact;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Rule G4 of metrics.md: whose an incident or a deployment is that does not say it by itself. */
class ServiceRulesTest {

  private static final Instant ONE = at("2026-01-05T01:00");
  private static final Instant TWO = at("2026-01-05T02:00");
  private static final Instant THREE = at("2026-01-05T03:00");

  @Test
  void g4ANameThatTheCatalogKnowsDecidesBeforeTheServiceThatTheIncidentNames() {
    var facts =
        known()
            .incident("i", TWO, null, named("Checkout (live)", "pagerduty:X", "pagerduty:P1"))
            .facts();

    assertThat(facts.incident("i").getService()).isEqualTo("cart");
    assertThat(facts.incident("i").getMarks()).isEmpty();
  }

  @Test
  void g4AnIncidentMayBeOfSeveralServicesThatTheCatalogKnows() {
    var facts = known().incident("i", TWO, null, named(null, "pagerduty:P1", "jira:PAY")).facts();

    assertThat(facts.incidents())
        .extracting(IncidentFact::getService)
        .containsExactlyInAnyOrder("cart", "pay");
  }

  @Test
  void g4WithoutAKnownNameTheServiceThatTheIncidentNamesStands() {
    var facts = known().incident("i", TWO, null, named("till", "pagerduty:X")).facts();

    assertThat(facts.incident("i").getService()).isEqualTo("till");
  }

  @Test
  void g4AnIncidentMayNameAServiceByAnotherName() {
    var facts = known().incident("i", TWO, null, named("jira:PAY")).facts();

    assertThat(facts.incident("i").getService()).isEqualTo("pay");
  }

  @Test
  void g4AnUnknownNameDecidesNothingWhereThereIsARepository() {
    var facts =
        history()
            .incident("i", TWO, null, event -> event.setAliases(List.of("pagerduty:X")))
            .facts();

    assertThat(facts.incident("i").getService()).isEqualTo("acme/shop");
    assertThat(facts.incident("i").getMarks()).isEmpty();
  }

  @Test
  void g4AnUnknownNameIsTakenForAServiceIfThereIsNothingElseAndMarked() {
    var facts =
        history()
            .push("main", ONE, commit("a"))
            .deploy("d1", "a", "production", ONE, TWO, event -> event.setService("cart"))
            .incident("i", THREE, null, named(null, "datadog:Cart", "datadog:all"))
            .facts();

    assertThat(facts.incident("i").getService()).isEqualTo("cart");
    assertThat(facts.incident("i").getDeploymentId()).isEqualTo("d1");
    assertThat(facts.incident("i").getMarks())
        .anySatisfy(mark -> assertThat(mark).contains("datadog:Cart, datadog:all"));
  }

  @Test
  void g4AnUnknownNameMayBeThatOfAServiceOfTheCatalog() {
    var facts =
        history()
            .catalog("cart", ONE, entry -> entry.setEnvironments(Map.of("blue", "staging")))
            .incident(
                "i", TWO, null, named(null, "datadog:cart").andThen(e -> e.setEnvironment("blue")))
            .facts();

    assertThat(facts.incident("i").getService()).isEqualTo("cart");
    assertThat(facts.incident("i").getEnvironment()).isEqualTo("staging");
  }

  @Test
  void g4ANameMayGoFromOneServiceToAnother() {
    var facts =
        known()
            .catalog("cart", TWO, entry -> entry.setAliases(List.of()))
            .catalog("pay", TWO, entry -> entry.setAliases(List.of("pagerduty:P1")))
            .incident("i1", ONE, TWO, named(null, "pagerduty:P1"))
            .incident("i2", THREE, null, named(null, "pagerduty:P1"))
            .facts();

    assertThat(facts.incident("i1").getService()).isEqualTo("cart");
    assertThat(facts.incident("i2").getService()).isEqualTo("pay");
  }

  @Test
  void g4ADeploymentIsOfTheServiceThatItsWorkflowIsAnotherNameOf() {
    var facts =
        known()
            .push("main", ONE, commit("a"))
            .deploy("d1", "a", "production", ONE, TWO, event -> event.setWorkflow("Fruit"))
            .deploy("d2", "a", "production", ONE, TWO, event -> event.setWorkflow("deploy pay"))
            .deploy("d3", "a", "production", ONE, TWO, event -> event.setWorkflow("deploy"))
            .facts();

    assertThat(facts.deployments())
        .extracting(DeploymentFact::getService)
        .containsExactlyInAnyOrder("cart", "pay", "acme/shop");
    assertThat(facts.deployment("d1").getService()).isEqualTo("cart");
    assertThat(facts.deployment("d2").getService()).isEqualTo("pay");
  }

  /** Two services of a repository, and what other tools call them. */
  private static History known() {
    return history()
        .catalog("cart", ONE, e -> e.setAliases(List.of("pagerduty:P1", "argocd:fruit")))
        .catalog("pay", ONE, e -> e.setAliases(List.of("jira:PAY")));
  }

  private static Consumer<IncidentEvent.Builder> named(String service, String... aliases) {
    return event -> event.setRepository(null).setService(service).setAliases(List.of(aliases));
  }
}
