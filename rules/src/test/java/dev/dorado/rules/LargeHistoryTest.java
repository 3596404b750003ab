package dev.dorado.rules;

import static dev.dorado.rules.History.at;
import static dev.dorado.rules.History.commit;
import static dev.dorado.rules.History.history;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A repository with years of history: says how long the whole of it takes. */
class LargeHistoryTest {

  private static final int PULL_REQUESTS = 2000;

  @Test
  void aRepositoryWithThousandsOfPullRequestsIsComputedAtOnce() {
    History history = large();
    FactsInMemory.of(history.events(), RuleSettings.defaults());
    Facts facts = FactsInMemory.of(history.events(), RuleSettings.defaults());

    System.out.printf(
        "%d events, %d facts; milliseconds of each step: %s%n",
        history.events().size(), facts.all().size(), facts.milliseconds());
    assertThat(facts.changes()).hasSize(PULL_REQUESTS + 50);
    assertThat(facts.deployments()).hasSize(PULL_REQUESTS / 2 + 50);
  }

  private static History large() {
    var random = new Random(1);
    var history = history();
    Instant time = at("2020-01-01T00:00");
    int deployments = 0;
    for (int i = 1; i <= PULL_REQUESTS; i++) {
      time = time.plusSeconds(3600 + random.nextInt(7200));
      String branch = i % 25 == 0 ? "hotfix/" + i : i % 9 == 0 ? "fix/" + i : "feature/" + i;
      history
          .push(branch, time.minusSeconds(1800), commit("w" + i).files("f" + random.nextInt(200)))
          .pullRequest(i)
          .from(branch, "w" + i)
          .opened(time.minusSeconds(1200))
          .reviewed(time.minusSeconds(600), "bob")
          .merged(time, "m" + i)
          .push("main", time, commit("m" + i).files("f" + random.nextInt(200), "package.json"));
      if (i % 2 == 0) {
        String target = i % 40 == 0 ? "m" + (i - 2) : "m" + i;
        // Many builds have the same version for years.
        Instant finish = time.plusSeconds(900);
        history.deploy(
            "d" + ++deployments, target, "production", time, finish, d -> d.setVersion("1.0.0"));
      }
      if (i % 40 == 0) {
        history.push("release", time.plusSeconds(950), commit("r" + i).parents("m" + (i - 2)));
        history.deploy("d" + ++deployments, "r" + i, time.plusSeconds(2000));
      }
      if (i % 20 == 0) {
        history.incident("i" + i, time.plusSeconds(1000), time.plusSeconds(4000));
      }
    }
    return history;
  }
}
