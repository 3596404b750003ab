package dev.dorado.streams;

import static dev.dorado.streams.History.at;
import static dev.dorado.streams.History.commit;
import static dev.dorado.streams.History.history;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.DeploymentSource;
import dev.dorado.facts.IncidentFact;
import dev.dorado.streams.reference.Reference;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** Rules of sources, alerts and settings, as the reference has them. */
class PlannedRulesTest {

  private static final Instant ONE = at("2026-01-05T10:00");
  private static final Instant TWO = at("2026-01-05T11:00");
  private static final Instant THREE = at("2026-01-05T12:00");
  private static final Instant FOUR = at("2026-01-05T13:00");

  @Test
  void anotherSourceGivesTheDeploymentsFromItsDateOn() {
    var history =
        deployedTwice()
            .catalog(
                "shop",
                ONE,
                c ->
                    c.setDeploymentSources(
                        List.of(new DeploymentSource("workflow", "bui*", null, THREE))))
            .run("r1", "main", "success", ONE, TWO)
            .run("r2", "main", "success", THREE, FOUR);

    assertThat(ids(history, "DeploymentFact")).containsExactly("d1", "workflow:r2/1");
  }

  @Test
  void anAlertIsNoIncident() {
    var history = deployedTwice().incident("i", FOUR, null, event -> event.setKind("alert"));

    assertThat(ids(history, "IncidentFact")).isEmpty();
  }

  @Test
  void theSettingsOfTheNewestEntryApplyToAllTime() {
    var history =
        deployedTwice()
            .incident("i", FOUR, null)
            .catalog("shop", FOUR, c -> c.setSettings(Map.of("proximity-window", "10m")));

    assertThat(incident(history, "i").getDeploymentId()).isNull();
  }

  private static History deployedTwice() {
    return history()
        .push("main", ONE, commit("a"))
        .deploy("d1", "a", TWO)
        .push("main", TWO, commit("b"))
        .deploy("d2", "b", THREE);
  }

  private static IncidentFact incident(History history, String id) {
    return (IncidentFact) fact(history, "IncidentFact", id);
  }

  private static List<Object> ids(History history, String kind) {
    return Reference.factsOf(history.events(), RuleSettings.defaults()).stream()
        .filter(fact -> fact.getSchema().getName().equals(kind))
        .map(fact -> fact.get(fact.getSchema().getField("id").pos()))
        .sorted()
        .toList();
  }

  private static SpecificRecord fact(History history, String kind, String id) {
    return Reference.factsOf(history.events(), RuleSettings.defaults()).stream()
        .filter(fact -> fact.getSchema().getName().equals(kind))
        .filter(fact -> fact.get(fact.getSchema().getField("id").pos()).equals(id))
        .findFirst()
        .orElseThrow();
  }
}
