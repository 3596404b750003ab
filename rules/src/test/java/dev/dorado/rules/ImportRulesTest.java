package dev.dorado.rules;

import static dev.dorado.rules.History.at;
import static dev.dorado.rules.History.commit;
import static dev.dorado.rules.History.history;
import static dev.dorado.rules.History.sha;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.PushEvent;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Rule S2 of metrics.md: commits of which nothing says when they were pushed. */
class ImportRulesTest {

  private static final Instant ONE = at("2026-01-05T10:00");
  private static final Instant TWO = at("2026-01-05T11:00");
  private static final Instant THREE = at("2026-01-05T12:00");
  private static final Instant FOUR = at("2026-01-05T13:00");
  private static final Instant FIVE = at("2026-01-05T14:00");

  private static Consumer<PushEvent.Builder> timeless() {
    return push -> push.setPushedAt(null);
  }

  @Test
  void anImportedCommitStandsAfterItsFirstParent() {
    var facts =
        history()
            .backfilled()
            .push("main", THREE, timeless(), commit("a").made(THREE))
            .push("main", FOUR, timeless(), commit("side").made(ONE), commit("b").made(TWO))
            .facts();

    assertThat(facts.change("a").getMergedAt()).isEqualTo(THREE);
    assertThat(facts.change("b").getMergedAt()).isEqualTo(THREE);
    assertThat(facts.change("side").getMergedAt()).isEqualTo(THREE);
  }

  @Test
  void whatCameLiveTooStandsWhereItWasPushed() {
    var facts =
        history()
            .backfilled()
            .push("main", ONE, timeless(), commit("a").made(ONE))
            .live()
            .forcePush("main", FOUR, commit("a").made(ONE))
            .facts();

    assertThat(facts.change("a").getMergedAt()).isEqualTo(FOUR);
  }

  @Test
  void aPushWithATimeDecidesOverAnImportAlsoIfItWasSentAsBackfill() {
    var facts =
        history()
            .backfilled()
            .push("main", FOUR, timeless(), commit("a").made(ONE))
            .forcePush("main", FOUR, commit("a").made(ONE))
            .facts();

    assertThat(facts.change("a").getMergedAt()).isEqualTo(FOUR);
  }

  @Test
  void whatOnlyTheImportOfAMergeKnowsStandsRightBeforeTheMergeWhereThatWasPushed() {
    var facts =
        history()
            .push("main", ONE, commit("a"))
            .push("main", THREE, commit("merge").made(TWO))
            .deploy("early", "a", TWO.plusSeconds(60))
            .deploy("d", "merge", FOUR)
            .backfilled()
            .push(
                "main",
                FIVE,
                timeless().andThen(push -> push.setBefore(sha("a"))),
                commit("side").made(ONE).files("side.txt"),
                commit("merge").made(TWO))
            .facts();

    assertThat(facts.change("side").getMergedAt()).isEqualTo(THREE);
    assertThat(facts.change("side").getDeploymentId()).isEqualTo("d");
  }

  @Test
  void aPullRequestStandsForWhatOnlyTheImportOfItsMergeKnows() {
    var facts =
        history()
            .pullRequest(7)
            .commits(1)
            .merged(THREE, "merge")
            .push("main", THREE, commit("merge").made(TWO))
            .backfilled()
            .push(
                "main",
                FIVE,
                timeless().andThen(push -> push.setBefore(null)),
                commit("side").made(ONE),
                commit("merge").made(TWO))
            .facts();

    assertThat(facts.hasChange("side")).as("it is no lone commit").isFalse();
    assertThat(facts.change("#7").getStartedAt()).isEqualTo(ONE);
  }

  @Test
  void aPushContinuesThePushOfTheOneBeforeAndNotItsImport() {
    var facts =
        history()
            .push("main", FOUR, commit("a").made(ONE))
            .push("main", THREE, commit("b").made(TWO))
            .backfilled()
            .push(
                "main",
                FIVE,
                timeless().andThen(push -> push.setBefore(null)),
                commit("a").made(ONE))
            .facts();

    assertThat(facts.change("a").getMergedAt()).isEqualTo(FOUR);
    assertThat(facts.change("b").getMergedAt()).as("never before its parent").isEqualTo(FOUR);
  }

  @Test
  void whatAnImportKnowsOfAPushedCommitIsTold() {
    var facts =
        history()
            .push("main", FOUR, push -> push.setCommits(List.of()), commit("a"))
            .backfilled()
            .forcePush("main", FIVE, commit("b"))
            .push(
                "main",
                FIVE,
                timeless().andThen(push -> push.setBefore(null)),
                commit("a").made(ONE))
            .facts();

    assertThat(facts.change("a").getMergedAt()).isEqualTo(FOUR);
    assertThat(facts.change("a").getStartedAt()).isEqualTo(ONE);
  }
}
