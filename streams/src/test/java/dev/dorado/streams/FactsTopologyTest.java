package dev.dorado.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.dorado.facts.ChangeFact;
import dev.dorado.rules.Facts;
import dev.dorado.rules.FactsInMemory;
import dev.dorado.rules.History;
import dev.dorado.rules.RandomHistory;
import dev.dorado.rules.RuleSettings;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What the steps of the topology give for random histories. Every history has a seed; a failure
 * names it. Others: {@code -Ddorado.first-history=5000}.
 */
class FactsTopologyTest {

  private static final int HISTORIES = 30;
  private static final long FIRST = Long.getLong("dorado.first-history", 1);

  @Test
  void theOrderOfTheInputsOfAStepDecidesNothing() {
    for (long seed = FIRST; seed < FIRST + 10L * HISTORIES; seed++) {
      History history = RandomHistory.of(seed);
      Facts one = FactsInMemory.of(history.events(), RuleSettings.defaults(), new Random(1));
      Facts other = FactsInMemory.of(history.events(), RuleSettings.defaults(), new Random(2));
      compare(seed, history, one, other);
    }
  }

  @Test
  void randomHistoriesHaveFactsOfEveryKind() {
    var all = new Facts();
    for (long seed = 1; seed <= 400; seed++) {
      String prefix = seed + " ";
      RandomHistory.of(seed).facts().all().forEach((key, fact) -> all.put(prefix + key, fact));
    }
    assertThat(all.deployments())
        .extracting(fact -> fact.getKind())
        .contains("forward", "rollback", "redeploy", "unknown");
    assertThat(all.deployments())
        .extracting(fact -> fact.getFailureRule())
        .contains("F2", "F3", "F4", "F5", "F6");
    assertThat(all.deployments())
        .extracting(fact -> fact.getRecoveryMethod())
        .contains("incident", "rollback", "revert", "hotfix", "next deployment");
    assertThat(all.deployments()).anyMatch(fact -> fact.getReworkProbable());
    assertThat(all.deployments()).anyMatch(fact -> fact.getEnvironments().size() > 1);
    assertThat(all.changes()).extracting(fact -> fact.getShippingRule()).contains("S4", "S5");
    assertThat(all.changes())
        .extracting(fact -> fact.getReactiveReason())
        .anyMatch(reason -> reason != null && reason.contains(" before"))
        .anyMatch(reason -> reason != null && reason.startsWith("names incident"))
        .anyMatch(reason -> reason != null && reason.startsWith("revert"));
    assertThat(all.incidents()).extracting(fact -> fact.getLinkRule()).contains("F3", "F6");
    assertThat(all.corrections())
        .extracting(fact -> fact.getEffect())
        .contains("in force", "overruled", "revoked", "void");
    assertThat(all.deployments())
        .filteredOn(fact -> fact.getExcluded())
        .anyMatch(fact -> fact.getEnvironments().size() > 1)
        .anyMatch(fact -> fact.getStatus().equals("failed"));
    assertThat(all.deployments())
        .filteredOn(fact -> fact.getFailed() && fact.getFailureMethod().startsWith("correction"))
        .anyMatch(fact -> fact.getStatus().equals("failed"))
        .anyMatch(fact -> fact.getStatus().equals("succeeded"));
    assertThat(all.deployments()).anyMatch(fact -> !fact.getFailureRejected().isEmpty());
    assertThat(all.incidents())
        .extracting(fact -> fact.getLinkMethod())
        .anyMatch(method -> method != null && method.startsWith("correction"));
    assertThat(all.catalog()).isNotEmpty();
    assertThat(all.runs()).isNotEmpty();
  }

  @Test
  void theFactsOfAHistoryAgreeWithEachOther() {
    for (long seed = FIRST; seed < FIRST + 10L * HISTORIES; seed++) {
      History history = RandomHistory.of(seed);
      Facts facts = history.facts();
      var shipped =
          facts.changes().stream()
              .filter(change -> change.getDeploymentId() != null)
              .collect(
                  Collectors.groupingBy(
                      change -> change.getService() + " " + change.getDeploymentId(),
                      Collectors.counting()));
      for (var deployment : facts.deployments()) {
        String id = deployment.getService() + " " + deployment.getId();
        var said = assertThat(deployment).as("seed %d%n%s%n%s", seed, deployment, history);
        if (deployment.getChanges() != null) {
          said.matches(d -> d.getChanges() == shipped.getOrDefault(id, 0L).intValue(), "changes");
        }
        said.matches(d -> d.getFailed() == (d.getFailureRule() != null), "failure has a rule");
        said.matches(d -> d.getRework() == (d.getReworkReason() != null), "rework has a reason");
        said.matches(d -> !d.getKind().equals("redeploy") || !d.getCounted(), "K2");
        said.matches(
            d -> !(d.getKind().equals("redeploy") || d.getExcluded()) || d.getChanges() == 0,
            "ships nothing");
        said.matches(
            d -> !d.getKind().equals("rollback") || !"F3".equals(d.getFailureRule()), "F3");
        said.matches(
            d ->
                d.getImpactStartedAt() == null
                    || d.getRecoveredAt() == null
                    || !d.getRecoveredAt().isBefore(d.getImpactStartedAt()),
            "recovered after the impact");
        said.matches(
            d -> d.getIncidents().isEmpty() || d.getFailureRule() != null, "incidents have a rule");
      }
      for (var change : facts.changes()) {
        assertThat(change)
            .as("seed %d%n%s%n%s", seed, change, history)
            .matches(c -> c.getLeadTime() == null || c.getLeadTime() >= 0, "lead time")
            .matches(c -> (c.getDeploymentId() == null) == (c.getDeployedAt() == null), "deployed")
            .matches(FactsTopologyTest::addsUp, "its stages add up");
      }
      for (var incident : facts.incidents()) {
        assertThat(incident.getDeploymentId() == null)
            .as("seed %d%n%s%n%s", seed, incident, history)
            .isEqualTo(incident.getLinkRule() == null);
      }
    }
  }

  /** Rule L2: where every stage of a pull request is known, they add up to its lead time. */
  private static boolean addsUp(ChangeFact change) {
    if (change.getPullRequest() == null
        || change.getLeadTime() == null
        || change.getCoding() == null
        || change.getReview() == null
        || change.getDeploy() == null
        || (change.getFirstReviewAt() != null && change.getPickup() == null)) {
      return true;
    }
    double pickup = change.getPickup() == null ? 0 : change.getPickup();
    double sum = change.getCoding() + pickup + change.getReview() + change.getDeploy();
    return Math.abs(sum - change.getLeadTime()) < 0.001;
  }

  private static void compare(long seed, History history, Facts expected, Facts actual) {
    if (!expected.all().equals(actual.all())) {
      var differences = new StringBuilder();
      expected
          .all()
          .forEach(
              (key, fact) -> {
                if (!fact.equals(actual.all().get(key))) {
                  differences
                      .append("\nexpected ")
                      .append(History.readable(fact))
                      .append("\n   found ")
                      .append(
                          actual.all().containsKey(key)
                              ? History.readable(actual.all().get(key))
                              : "nothing");
                }
              });
      actual
          .all()
          .forEach(
              (key, fact) -> {
                if (!expected.all().containsKey(key)) {
                  differences.append("\nfound also ").append(History.readable(fact));
                }
              });
      fail("history with seed %d:%s%nThe history:%n%s", seed, differences, history);
    }
  }
}
