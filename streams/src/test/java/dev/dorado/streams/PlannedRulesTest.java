package dev.dorado.streams;

import static dev.dorado.streams.History.at;
import static dev.dorado.streams.History.commit;
import static dev.dorado.streams.History.history;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.CorrectionEvent;
import dev.dorado.events.DeploymentSource;
import dev.dorado.events.PushEvent;
import dev.dorado.facts.ChangeFact;
import dev.dorado.facts.DeploymentFact;
import dev.dorado.facts.IncidentFact;
import dev.dorado.streams.reference.Reference;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** Rules that random histories draw on demand only ({@code -Ddorado.histories.with}). */
class PlannedRulesTest {

  private static final Instant ONE = at("2026-01-05T10:00");
  private static final Instant TWO = at("2026-01-05T11:00");
  private static final Instant THREE = at("2026-01-05T12:00");
  private static final Instant FOUR = at("2026-01-05T13:00");

  @Test
  void aLinkedIncidentFailsTheDeploymentThatIsNamed() {
    var history = deployedTwice().incident("i", FOUR, null);

    assertThat(incident(history, "i").getDeploymentId()).isEqualTo("d2");

    corrected(history, "link", c -> c.setIncident("i").setDeployment("d1"));
    assertThat(incident(history, "i").getLinkRule()).isEqualTo("F2");
    assertThat(deployment(history, "d1").getFailureRule()).isEqualTo("F2");
    assertThat(deployment(history, "d2").getFailed()).isFalse();
  }

  @Test
  void anUnlinkedIncidentFailsNothing() {
    var history = deployedTwice().incident("i", FOUR, null);
    corrected(history, "unlink", c -> c.setIncident("i").setDeployment("d2"));

    assertThat(incident(history, "i").getDeploymentId()).isNull();
    assertThat(deployment(history, "d2").getFailed()).isFalse();
    assertThat(deployment(history, "d1").getFailed()).isFalse();
  }

  @Test
  void marksDecideWhatFailedAndWhatWasPlanned() {
    var history = deployedTwice();
    corrected(history, "mark", c -> c.setDeployment("d1").setMark("failed"));
    corrected(history, "mark", c -> c.setDeployment("d2").setMark("unplanned"));

    assertThat(deployment(history, "d1").getFailureRule()).isEqualTo("F2");
    assertThat(deployment(history, "d2").getRework()).isTrue();

    corrected(history, "mark", c -> c.setDeployment("d1").setMark("not-failed"));
    assertThat(deployment(history, "d1").getFailed()).isFalse();

    corrected(history, "revoke", c -> c.setRevokes("correction 3"));
    assertThat(deployment(history, "d1").getFailed()).isTrue();
  }

  @Test
  void aCorrectionThatIsPostedAgainLaterIsTheOneThatItWas() {
    var history = deployedTwice();
    corrected(history, "mark", c -> c.setDeployment("d1").setMark("failed"));
    corrected(history, "mark", c -> c.setDeployment("d1").setMark("not-failed"));
    corrected(history, "mark", c -> c.setDeployment("d1").setMark("failed").setId("correction 1"));

    assertThat(deployment(history, "d1").getFailed()).isFalse();
  }

  @Test
  void anExcludedDeploymentShipsNothingAndIsNotCounted() {
    var history = deployedTwice();
    corrected(history, "exclude", c -> c.setDeployment("d1"));

    assertThat(deployment(history, "d1").getExcluded()).isTrue();
    assertThat(deployment(history, "d1").getCounted()).isFalse();
    assertThat(deployment(history, "d1").getChanges()).isZero();
    assertThat(deployment(history, "d2").getChanges()).isEqualTo(2);
    assertThat(deployment(history, "d2").getPreviousDeployment()).isNull();
  }

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

  @Test
  void anImportedCommitStandsAfterItsFirstParent() {
    var history =
        history()
            .backfilled()
            .push("main", THREE, timeless(), commit("a").made(THREE))
            .push("main", FOUR, timeless(), commit("side").made(ONE), commit("b").made(TWO));

    assertThat(change(history, "a").getMergedAt()).isEqualTo(THREE);
    assertThat(change(history, "b").getMergedAt()).isEqualTo(THREE);
    assertThat(change(history, "side").getMergedAt()).isEqualTo(THREE);
  }

  @Test
  void whatCameLiveTooStandsWhereItWasPushed() {
    var history =
        history()
            .backfilled()
            .push("main", ONE, timeless(), commit("a").made(ONE))
            .live()
            .forcePush("main", FOUR, commit("a").made(ONE));

    assertThat(change(history, "a").getMergedAt()).isEqualTo(FOUR);
  }

  private static Consumer<PushEvent.Builder> timeless() {
    return push -> push.setPushedAt(null);
  }

  private static History deployedTwice() {
    return history()
        .push("main", ONE, commit("a"))
        .deploy("d1", "a", TWO)
        .push("main", TWO, commit("b"))
        .deploy("d2", "b", THREE);
  }

  private static void corrected(
      History history, String action, Consumer<CorrectionEvent.Builder> change) {
    String id =
        "correction "
            + (1 + history.events().stream().filter(CorrectionEvent.class::isInstance).count());
    var event =
        CorrectionEvent.newBuilder()
            .setId(id)
            .setProvenance(history.provenance("corrections"))
            .setOccurredAt(FOUR.plusSeconds(history.events().size()))
            .setCorrection(id)
            .setService("acme/shop")
            .setAction(action)
            .setReason("A person says so");
    change.accept(event);
    history.add(event.build());
  }

  private static DeploymentFact deployment(History history, String id) {
    return (DeploymentFact) fact(history, "DeploymentFact", id);
  }

  private static IncidentFact incident(History history, String id) {
    return (IncidentFact) fact(history, "IncidentFact", id);
  }

  private static ChangeFact change(History history, String name) {
    return (ChangeFact) fact(history, "ChangeFact", history.repository() + "@" + History.sha(name));
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
