package dev.dorado.rules;

import static dev.dorado.rules.History.at;
import static dev.dorado.rules.History.commit;
import static dev.dorado.rules.History.history;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules W1 to W3 of metrics.md. */
class ReworkRulesTest {

  private static final Instant START = at("2026-01-05T08:00");

  private static Instant hour(int hours) {
    return START.plusSeconds(3600L * hours);
  }

  private static History two() {
    return history()
        .push("main", START, commit("v1").files("a.java"))
        .push("main", START, commit("v2").files("b.java"))
        .deploy("d1", "v1", hour(1))
        .deploy("d2", "v2", hour(2));
  }

  private static void assertRework(Facts facts, String id, String reason) {
    var deployment = facts.deployment(id);
    assertThat(deployment.getRework()).as(id).isEqualTo(reason != null);
    assertThat(deployment.getReworkRule()).isEqualTo(reason == null ? null : "W1");
    if (reason != null) {
      assertThat(deployment.getReworkReason()).contains(reason);
    }
  }

  @Test
  void w1AnOrdinaryDeploymentIsNoRework() {
    assertRework(two().facts(), "d2", null);
  }

  @Test
  void w1WhatTheSenderSaysIsRework() {
    var facts =
        two()
            .attempt("d2", "v2", "production", "succeeded", START, hour(2), d -> d.setRework(true))
            .facts();

    assertRework(facts, "d2", "the sender says so");
  }

  @Test
  void w1ARollbackIsRework() {
    assertRework(two().deploy("d3", "v1", hour(3)).facts(), "d3", "rollback");
  }

  @Test
  void w1WhatShipsAHotfixIsReworkAndTheHotfixReactive() {
    var facts =
        two()
            .pullRequest(5)
            .labelled("Hotfix")
            .merged(hour(3), "h")
            .push("main", hour(3), commit("h"))
            .deploy("d3", "h", hour(4))
            .facts();

    assertRework(facts, "d3", "hotfix");
    assertThat(facts.change("#5").getReactive()).isTrue();
    assertThat(facts.change("#5").getReactiveRule()).isEqualTo("W2");
  }

  @Test
  void w1WhatNamesAnIncidentIsRework() {
    var facts =
        two()
            .attempt(
                "d2", "v2", "production", "succeeded", START, hour(2), d -> d.setIncident("INC-1"))
            .facts();

    assertRework(facts, "d2", "INC-1");
  }

  @Test
  void w1ARedeployIsNotCountedAndNoRework() {
    var facts =
        two()
            .deploy("d3", "v2", "production", hour(3), hour(3), d -> d.setIncident("INC-1"))
            .facts();

    assertRework(facts, "d3", null);
  }

  @Test
  void w1TheLastDeploymentDuringAnIncidentThatEndedSoonIsProbablyRework() {
    var facts =
        two()
            .push("main", hour(3), commit("v3"))
            .push("main", hour(3), commit("v4"))
            .incident("i1", hour(3), hour(9))
            .deploy("d3", "v3", hour(4))
            .deploy("d4", "v4", hour(5))
            .deploy("again", "v4", hour(6))
            .facts();

    assertThat(facts.deployment("d3").getReworkProbable()).isFalse();
    assertThat(facts.deployment("d4").getReworkProbable()).isTrue();
    assertThat(facts.deployment("again").getReworkProbable()).isFalse();
    assertRework(facts, "d4", null);
  }

  @Test
  void w1ProbableNeedsAnEndWithinFourHours() {
    var late =
        two()
            .push("main", hour(3), commit("v3"))
            .incident("i1", hour(3), hour(8).plusSeconds(1))
            .deploy("d3", "v3", hour(4));
    var open =
        two()
            .push("main", hour(3), commit("v3"))
            .incident("i1", hour(3), null)
            .deploy("d3", "v3", hour(4));

    assertThat(late.facts().deployment("d3").getReworkProbable()).isFalse();
    assertThat(open.facts().deployment("d3").getReworkProbable()).isFalse();
  }

  @Test
  void w2AnOrdinaryChangeIsNotReactive() {
    assertThat(two().facts().change("v2").getReactive()).isFalse();
  }

  @Test
  void w2AChangeThatNamesAnIncidentIsReactive() {
    var facts =
        two()
            .incident("inc-1", hour(3), hour(4), i -> i.setNames(List.of("#7", "https://status/7")))
            .push("main", hour(5), commit("by-id").message("Mends inc-1"))
            .push("main", hour(5), commit("by-number").message("Mends (#7)"))
            .push("main", hour(5), commit("by-address").message("See https://status/7."))
            .push("main", hour(5), commit("other").message("Mends #8"))
            .deploy("d3", "other", hour(6))
            .facts();

    assertThat(facts.change("by-id").getReactiveReason()).contains("inc-1");
    assertThat(facts.change("by-number").getReactive()).isTrue();
    assertThat(facts.change("by-address").getReactive()).isTrue();
    assertThat(facts.change("other").getReactive()).isFalse();
  }

  @Test
  void w2ANumberMeansTheIssueOfTheSameRepository() {
    var facts =
        two()
            .catalog("shop", START, c -> {})
            .incident(
                "inc-1",
                hour(3),
                hour(4),
                i ->
                    i.setRepository("github.com/acme/ops")
                        .setService("shop")
                        .setNames(List.of("#7")))
            .push("main", hour(5), commit("x").message("Mends #7"))
            .facts();

    assertThat(facts.change("x").getReactive()).isFalse();
  }

  private static Facts fixOf(String file, Duration later, String message) {
    Instant finish = hour(2).plus(later);
    var fix = commit("fix").message(message);
    return two()
        .push("main", finish.minusSeconds(600), file == null ? fix : fix.files(file))
        .deploy("d3", "fix", finish)
        .facts();
  }

  @Test
  void w2AFixOfFilesThatWereShippedLatelyIsReactive() {
    var change = fixOf("b.java", Duration.ofDays(21), "fix: it").change("fix");

    assertThat(change.getReactive()).isTrue();
    assertThat(change.getReactiveReason())
        .contains("b.java")
        .contains("d2")
        .contains("21 d before");
  }

  @Test
  void w2AFixOfOlderFilesIsNotReactive() {
    var facts = fixOf("b.java", Duration.ofDays(21).plusSeconds(1), "fix: it");

    assertThat(facts.change("fix").getReactive()).isFalse();
  }

  @Test
  void w2AFixOfOtherFilesIsNotReactive() {
    assertThat(fixOf("c.java", Duration.ofDays(1), "fix(x)!: it").change("fix").getReactive())
        .isFalse();
  }

  @Test
  void w2WhatIsNoFixIsNotReactive() {
    assertThat(fixOf("b.java", Duration.ofDays(1), "Fixtures").change("fix").getReactive())
        .isFalse();
  }

  @Test
  void w2AFixWithoutAListOfFilesIsUnknownAndMarked() {
    var change = fixOf(null, Duration.ofDays(1), "fix: it").change("fix");

    assertThat(change.getReactive()).isFalse();
    assertThat(change.getMarks()).anyMatch(mark -> mark.contains("W2"));
  }

  @Test
  void w2AFixBranchOrLabelMakesAFix() {
    var facts =
        two()
            .pullRequest(6)
            .from("bugfix/x", null)
            .merged(hour(3), "six")
            .pullRequest(7)
            .labelled("bug")
            .merged(hour(3), "seven")
            .push("main", hour(3), commit("six").files("a.java"), commit("seven").files("b.java"))
            .deploy("d3", "seven", hour(4))
            .facts();

    assertThat(facts.change("#6").getReactive()).isTrue();
    assertThat(facts.change("#7").getReactive()).isTrue();
  }

  @Test
  void w3ABadHotfixCountsInBoth() {
    var facts =
        two()
            .incident("i1", hour(2).plusSeconds(60), hour(5))
            .push("main", hour(3), commit("h").message("hotfix: it"))
            .deploy("d3", "h", hour(4))
            .incident("i2", hour(6), hour(7))
            .facts();

    assertThat(facts.deployment("d3").getFailed()).isTrue();
    assertThat(facts.deployment("d3").getRework()).isTrue();
    assertThat(facts.deployment("d2").getFailed()).isTrue();
  }
}
