package dev.dorado.rules;

import static dev.dorado.rules.History.at;
import static dev.dorado.rules.History.commit;
import static dev.dorado.rules.History.history;
import static dev.dorado.rules.History.sha;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.facts.ConflictFact;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Rule E6 of metrics.md: ids that senders use for several things. */
class ConflictRulesTest {

  private static final Instant TEN = at("2026-01-05T10:00");
  private static final Instant ELEVEN = at("2026-01-05T11:00");
  private static final Instant NOON = at("2026-01-05T12:00");

  @Test
  void e6AnIdThatIsUsedAgainForAnotherCommitIsAConflict() {
    var facts =
        history()
            .push("main", TEN, commit("a"), commit("b"))
            .deploy("42", "a", TEN)
            .deploy("42", "b", NOON)
            .facts();

    assertThat(facts.deployments()).as("it stays one attempt").hasSize(1);
    ConflictFact conflict = facts.conflicts().get(0);
    assertThat(facts.conflicts()).hasSize(1);
    assertThat(conflict.getKind()).isEqualTo("deployment");
    assertThat(conflict.getId()).isEqualTo("42");
    assertThat(conflict.getRepository()).isEqualTo("github.com/acme/shop");
    assertThat(conflict.getAspects()).containsExactly("commit");
    assertThat(conflict.getStanding()).containsExactly(sha("b"));
    assertThat(conflict.getOther()).containsExactly(sha("a"));
    assertThat(conflict.getEvents()).isEqualTo(2);
    assertThat(conflict.getSender()).isEqualTo("github");
    assertThat(conflict.getStatus()).isEqualTo("succeeded");
    assertThat(conflict.getOccurredAt()).isEqualTo(NOON);
    assertThat(conflict.getOtherSender()).isEqualTo("github");
    assertThat(conflict.getOtherOccurredAt()).isEqualTo(TEN);
    assertThat(facts.deployments().get(0).getSha()).isEqualTo(sha("b"));
  }

  @Test
  void e6AnIdThatIsUsedForSeveralEnvironmentsIsAConflict() {
    var facts =
        history()
            .push("main", TEN, commit("a"))
            .deploy("42", "a", "staging", TEN, ELEVEN)
            .deploy("42", "a", "production", ELEVEN, NOON)
            .facts();

    assertThat(facts.conflicts())
        .singleElement()
        .satisfies(
            conflict -> {
              assertThat(conflict.getAspects()).containsExactly("environment");
              assertThat(conflict.getStanding()).containsExactly("production");
              assertThat(conflict.getOther()).containsExactly("staging");
            });
  }

  @Test
  void e6AnIdThatIsUsedForSeveralVersionsWithoutCommitsIsAConflict() {
    var facts =
        history()
            .deploy("42", null, "production", TEN, ELEVEN, event -> event.setVersion("1.4.0"))
            .deploy("42", null, "production", NOON, NOON, event -> event.setVersion("v1.5.0"))
            .facts();

    assertThat(facts.conflicts())
        .singleElement()
        .satisfies(conflict -> assertThat(conflict.getAspects()).containsExactly("version"));
  }

  @Test
  void e6WhatOneAttemptMayStateDifferentlyIsNoConflict() {
    var facts =
        history()
            .push("main", TEN, commit("a"))
            .attempt("1", "a", "Production", "started", TEN, TEN, shortened())
            .attempt("1", "a", "production", "failed", TEN, ELEVEN, titled("first try"))
            .attempt("1", "a", "production", "succeeded", TEN, NOON, titled("second try"))
            .attempt("2", null, "production", "started", TEN, TEN, version("1.4.0"))
            .attempt("2", null, "production", "succeeded", TEN, NOON, version("v1.4.0"))
            .attempt("3", "a", "production", "started", TEN, TEN, version("main"))
            .attempt("3", "a", "production", "succeeded", TEN, NOON, version("1.4.0"))
            .facts();

    assertThat(facts.deployments()).hasSize(3);
    assertThat(facts.conflicts()).isEmpty();
  }

  @Test
  void e6TheSameIdInAnotherRepositoryOrServiceIsAnotherAttempt() {
    var facts =
        history()
            .push("main", TEN, commit("a"))
            .deploy("42", "a", "production", TEN, TEN, event -> event.setService("cart"))
            .deploy("42", "b", "production", TEN, TEN, event -> event.setService("pay"))
            .repository("acme/other")
            .deploy("42", "c", TEN)
            .facts();

    assertThat(facts.deployments()).hasSize(3);
    assertThat(facts.conflicts()).isEmpty();
  }

  @Test
  void e6AnIncidentThatWasCreatedTwiceIsAConflict() {
    var facts =
        history()
            .incident("INC-1", TEN, ELEVEN, created(TEN))
            .incident("INC-1", NOON, null, created(NOON))
            .facts();

    assertThat(facts.conflicts())
        .singleElement()
        .satisfies(
            conflict -> {
              assertThat(conflict.getKind()).isEqualTo("incident");
              assertThat(conflict.getId()).isEqualTo("INC-1");
              assertThat(conflict.getAspects()).containsExactly("creation");
              assertThat(conflict.getStanding()).containsExactly(NOON.toString());
              assertThat(conflict.getOther()).containsExactly(TEN.toString());
              assertThat(conflict.getOtherStatus()).isEqualTo("resolved");
            });
  }

  @Test
  void e6AnIncidentThatBeginsAfterTheEndOfTheOneWithItsIdIsAConflict() {
    var facts =
        history()
            .incident("1", TEN, ELEVEN, event -> event.setStartedAt(TEN))
            .incident("1", NOON, null)
            .facts();

    assertThat(facts.conflicts())
        .singleElement()
        .satisfies(conflict -> assertThat(conflict.getAspects()).containsExactly("start"));
  }

  @Test
  void e6WhatAnIncidentMayStateDifferentlyIsNoConflict() {
    var facts =
        history()
            .incident("1", TEN, ELEVEN, created(TEN))
            .incidentEvent("1", "updated", NOON, created(TEN.plusMillis(400)))
            .incidentEvent("1", "updated", NOON, event -> event.setTitle("x").setSeverity("high"))
            .incidentEvent("1", "updated", ELEVEN, event -> event.setService("assigned"))
            .incident("2", TEN, NOON, event -> event.setStartedAt(TEN))
            .incident("2", TEN.minus(Duration.ofMinutes(9)), NOON)
            .incident("3", TEN, ELEVEN)
            .incidentEvent("3", "reopened", NOON, event -> event.setStartedAt(NOON))
            .facts();

    assertThat(facts.conflicts()).isEmpty();
  }

  @Test
  void e6AConflictThatIsTakenBackIsRetracted() {
    var history = history().push("main", TEN, commit("a")).deploy("42", "a", TEN);
    history.attempt("42", "b", "production", "succeeded", TEN, NOON, event -> {});
    var wrong = (DeploymentEvent) history.events().get(history.events().size() - 1);
    assertThat(history.facts().conflicts()).hasSize(1);

    history.add(
        DeploymentEvent.newBuilder(wrong)
            .setProvenance(new Provenance("github", "1", Instant.EPOCH, "withdrawn 2"))
            .build());

    assertThat(history.facts().conflicts()).isEmpty();
    assertThat(history.facts().deployments().get(0).getSha()).isEqualTo(sha("a"));
  }

  private static Consumer<DeploymentEvent.Builder> shortened() {
    return event -> event.setSha(event.getSha().substring(0, 8));
  }

  private static Consumer<DeploymentEvent.Builder> titled(String text) {
    return event -> event.setDescription(text);
  }

  private static Consumer<DeploymentEvent.Builder> version(String version) {
    return event -> event.setVersion(version);
  }

  private static Consumer<IncidentEvent.Builder> created(Instant time) {
    return event -> event.setCreatedAt(time);
  }
}
