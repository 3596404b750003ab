package dev.dorado.rules;

import static dev.dorado.rules.History.at;
import static dev.dorado.rules.History.commit;
import static dev.dorado.rules.History.history;
import static dev.dorado.rules.History.sha;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules R1 and R3 of metrics.md. */
class RecoveryRulesTest {

  private static final Instant START = at("2026-01-05T08:00");

  private static Instant hour(int hours) {
    return START.plusSeconds(3600L * hours);
  }

  private static History two() {
    return history()
        .push("main", START, commit("v1"), commit("v2"), commit("v3"))
        .deploy("d1", "v1", hour(1))
        .deploy("d2", "v2", hour(2));
  }

  private static void assertImpact(Facts facts, String id, Instant start, Instant end, String how) {
    var deployment = facts.deployment(id);
    assertThat(deployment.getFailed()).isTrue();
    assertThat(deployment.getImpactStartedAt()).isEqualTo(start);
    assertThat(deployment.getRecoveredAt()).isEqualTo(end);
    assertThat(deployment.getRecoveryMethod()).isEqualTo(how);
    assertThat(deployment.getRecoveryRule()).isEqualTo(end == null ? "R3" : "R1");
  }

  @Test
  void r1TheImpactIsThatOfTheIncident() {
    assertImpact(
        two().incident("i1", hour(3), hour(5)).facts(), "d2", hour(3), hour(5), "incident");
  }

  @Test
  void r1OverlappingIncidentsAreOneImpact() {
    var facts =
        two()
            .incident("i1", hour(3), hour(5))
            .incident("i2", hour(4), hour(7))
            .incident("i3", hour(7), hour(8))
            .incident("i4", hour(9), hour(10))
            .facts();

    assertImpact(facts, "d2", hour(3), hour(10), "incident");
  }

  @Test
  void r1AnUnlinkedIncidentCountsOnlyWhereItOverlaps() {
    // i2 and i3 name another deployment; only i2 overlaps.
    var facts =
        two()
            .incident("i1", hour(3), hour(5))
            .incident("i2", hour(4), hour(7), i -> i.setCausedBy(List.of("d1")))
            .incident("i3", hour(9), hour(10), i -> i.setCausedBy(List.of("d1")))
            .facts();

    assertImpact(facts, "d2", hour(3), hour(7), "incident");
    assertImpact(facts, "d1", hour(4), hour(10), "incident");
  }

  @Test
  void r1TheImpactIsOpenWhileOneOfTheIncidentsIs() {
    var facts = two().incident("i1", hour(3), hour(5)).incident("i2", hour(4), null).facts();

    assertImpact(facts, "d2", hour(3), null, null);
  }

  @Test
  void r1AnIncidentThatIsReopenedWithinADayKeepsTheImpactOpen() {
    var facts =
        two()
            .incident("i1", hour(3), hour(5))
            .incidentEvent("i1", "reopened", hour(6), i -> {})
            .incidentEvent("i1", "resolved", hour(9), i -> {})
            .facts();

    assertImpact(facts, "d2", hour(3), hour(9), "incident");
  }

  @Test
  void r1WithoutIncidentsARollbackEndsIt() {
    assertImpact(two().deploy("d3", "v1", hour(4)).facts(), "d2", hour(2), hour(4), "rollback");
  }

  @Test
  void r1WithoutIncidentsARevertEndsIt() {
    var facts =
        two()
            .push("main", hour(3), commit("r").message("This reverts commit " + sha("v2") + "."))
            .deploy("d3", "r", hour(4))
            .facts();

    assertImpact(facts, "d2", hour(2), hour(4), "revert");
  }

  @Test
  void r1WithoutIncidentsAHotfixEndsIt() {
    var facts =
        two()
            .push("main", hour(3), commit("h").message("hotfix: it"))
            .deploy("d3", "h", hour(4))
            .facts();

    assertImpact(facts, "d2", hour(2), hour(4), "hotfix");
  }

  @Test
  void r1ABareMarkEndsWithTheNextForwardDeployment() {
    var facts =
        two()
            .attempt("d2", "v2", "production", "failed", START, hour(3), d -> {})
            .deploy("d3", "v2", hour(4))
            .deploy("d4", "v3", hour(5))
            .facts();

    assertImpact(facts, "d2", hour(2), hour(5), "next deployment");
  }

  @Test
  void r1TheEarliestRemedyEndsIt() {
    var facts =
        two()
            .attempt("d2", "v2", "production", "failed", START, hour(3), d -> {})
            .deploy("d3", "v1", hour(4))
            .deploy("d4", "v3", hour(5))
            .facts();

    assertImpact(facts, "d2", hour(2), hour(4), "rollback");
  }

  @Test
  void r1WithAnIncidentTheRemedyDecidesNothing() {
    var facts = two().incident("i1", hour(3), hour(6)).deploy("d3", "v1", hour(4)).facts();

    assertImpact(facts, "d2", hour(3), hour(6), "incident");
  }

  @Test
  void r3IfTheStartOfAnIncidentIsUnknownTheRecoveryTimeIs() {
    var alone =
        two().incidentEvent("i1", "resolved", hour(5), i -> i.setCausedBy(List.of("d2"))).facts();
    var beside =
        two()
            .incident("i1", hour(3), hour(4))
            .incidentEvent("i2", "resolved", hour(5), i -> i.setCausedBy(List.of("d2")))
            .facts();
    var reopened =
        two()
            .incidentEvent("i1", "resolved", hour(5), i -> i.setCausedBy(List.of("d2")))
            .incidentEvent("i1", "reopened", hour(6), i -> {})
            .facts();

    assertImpact(alone, "d2", null, hour(5), "incident");
    assertImpact(beside, "d2", null, hour(5), "incident");
    assertImpact(reopened, "d2", null, null, null);
  }

  @Test
  void r1AnIncidentWithAnUnknownStartOverlapsWhatWasOpenAtItsEnd() {
    var facts =
        two()
            .incident("i1", hour(3), hour(5))
            .incidentEvent("i2", "resolved", hour(4), i -> i.setCausedBy(List.of("d1")))
            .facts();

    assertImpact(facts, "d2", hour(3), hour(5), "incident");
    assertImpact(facts, "d1", null, hour(5), "incident");
  }

  @Test
  void r3WhatHasNotRecoveredIsOpen() {
    assertImpact(two().incident("i1", hour(3), null).facts(), "d2", hour(3), null, null);
    assertImpact(
        two().attempt("d2", "v2", "production", "failed", START, hour(3), d -> {}).facts(),
        "d2",
        hour(2),
        null,
        null);
  }
}
