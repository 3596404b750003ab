package dev.dorado.api.stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StoriesTest {

  private static final Map<String, Object> FORWARD =
      Map.of(
          "id", "d2",
          "sha", "beef",
          "status", "succeeded",
          "counted", true,
          "kind", "forward",
          "kind_reason", "its commit stands after that of d1",
          "changes", 2L,
          "previous_deployment", "d1",
          "finished_at", Instant.parse("2026-03-02T10:00:00Z"));
  private static final Map<String, Object> PREVIOUS =
      Map.of("id", "d1", "finished_at", Instant.parse("2026-03-01T10:00:00Z"));
  private static final Map<String, Object> NOT_FAILED =
      row(
          "id", "c1",
          "action", "mark",
          "mark", "not-failed",
          "author", "ada",
          "reason", "the bank was down",
          "effect", "in force",
          "made_at", Instant.parse("2026-03-03T10:00:00Z"));

  @Test
  void aQuietDeploymentSaysWhatItShippedSinceWhenAndThatNothingHappened() {
    var story =
        DeploymentStory.of(
            FORWARD,
            PREVIOUS,
            List.of(row("id", "shop#1"), row("id", "shop#2")),
            List.of(),
            List.of());
    assertThat(texts(story))
        .containsExactly(
            "It is a forward deployment: its commit stands after that of d1.",
            "It shipped 2 changes, compared with d1, which finished on 2026-03-01 10:00 UTC.",
            "It is not rework: nothing says that it was made because of a failure.",
            "It did not fail: no rule says so.");
    assertThat(story.get(1).get("evidence")).isEqualTo(List.of("beef", "d1", "shop#1", "shop#2"));
    assertThat(story.get(3).get("rule")).isEqualTo("F1");
  }

  @Test
  void aFailedDeploymentSaysWhyHowSurelyWhatElseWasThoughtOfAndWhatEndedIt() {
    var story =
        DeploymentStory.of(
            with(
                FORWARD,
                row(
                    "failed",
                    true,
                    "failure_rule",
                    "F6",
                    "failure_method",
                    "PD-1 began 30 min after it finished",
                    "failure_confidence",
                    "medium",
                    "failure_evidence",
                    List.of("PD-1"),
                    "failure_rejected",
                    List.of("d1: overtaken (F6)"),
                    "impact_started_at",
                    Instant.parse("2026-03-02T10:30:00Z"),
                    "recovered_at",
                    Instant.parse("2026-03-02T12:05:00Z"),
                    "recovery_rule",
                    "R1",
                    "recovery_method",
                    "incident",
                    "recovery_evidence",
                    List.of("PD-1"))),
            PREVIOUS,
            List.of(),
            List.of(row("id", "PD-1", "title", "Payments are declined")),
            List.of());
    var failure = story.get(3);
    assertThat(failure)
        .containsEntry("step", "failure")
        .containsEntry("rule", "F6")
        .containsEntry("confidence", "medium")
        .containsEntry("evidence", List.of("PD-1"))
        .containsEntry("rejected", List.of("d1: overtaken (F6)"))
        .containsEntry("at", Instant.parse("2026-03-02T10:30:00Z"));
    assertThat(texts(story).get(3))
        .isEqualTo(
            "It failed: PD-1 began 30 min after it finished. An incident is linked to it: PD-1"
                + " “Payments are declined”.");
    assertThat(texts(story).get(4))
        .isEqualTo(
            "It recovered on 2026-03-02 12:05 UTC, 1 h 35 min after the impact began, when the last"
                + " incident connected to it was resolved.");
  }

  @Test
  void whatHasNotRecoveredIsOpen() {
    var story =
        DeploymentStory.of(
            with(
                FORWARD,
                row("failed", true, "impact_started_at", Instant.parse("2026-03-02T10:00:00Z"))),
            null,
            List.of(),
            List.of(),
            List.of());
    assertThat(story.get(4)).containsEntry("rule", "R3").containsEntry("at", null);
    assertThat(texts(story).get(4))
        .isEqualTo("It has not recovered, and is open since 2026-03-02 10:00 UTC.");
  }

  @Test
  void unknownIsNotZero() {
    Map<String, Object> unknown = new HashMap<>(FORWARD);
    unknown.put("changes", null);
    unknown.put("shipping_reason", "no push knows beef");
    var story = DeploymentStory.of(unknown, null, List.of(), List.of(), List.of());
    assertThat(texts(story).get(1))
        .isEqualTo("What it shipped is unknown, which is not zero. No push knows beef.");
    assertThat(story.get(1)).containsEntry("rule", "S8");
  }

  @Test
  void anAttemptThatFailedIsNoDeployment() {
    var story =
        DeploymentStory.of(
            with(FORWARD, row("status", "failed", "counted", false)),
            null,
            List.of(),
            List.of(),
            List.of());
    assertThat(story)
        .extracting(step -> step.get("rule"))
        .containsExactly("S10", "S10", "S10", "S10");
    assertThat(texts(story).get(0)).endsWith("It counts in the rollout success rate alone.");
  }

  @Test
  void peopleAreHeardWithTheirReasonAndWhatBecameOfIt() {
    var story =
        DeploymentStory.of(
            FORWARD,
            PREVIOUS,
            List.of(),
            List.of(),
            List.of(
                row(
                    "id", "c1",
                    "action", "mark",
                    "mark", "unplanned",
                    "author", "ada",
                    "reason", "made to stop the outage",
                    "effect", "overruled",
                    "effect_reason", "correction c2 came later",
                    "made_at", Instant.parse("2026-03-03T10:00:00Z"))));
    assertThat(story.get(4))
        .containsEntry("step", "corrections")
        .containsEntry("rule", "W1")
        .containsEntry(
            "text",
            "ada marked the deployment as unplanned: made to stop the outage. The correction c1 is"
                + " overruled: correction c2 came later.");
  }

  @Test
  void whatAPersonSaidDidNotFailNamesTheCorrectionAsWhatDecided() {
    var story =
        DeploymentStory.of(
            with(FORWARD, row("failure_rejected", List.of("incident PD-1: in progress (F6)"))),
            PREVIOUS,
            List.of(),
            List.of(row("id", "PD-1")),
            List.of(NOT_FAILED));

    assertThat(story.get(3))
        .containsEntry("rule", "F2")
        .containsEntry("confidence", "high")
        .containsEntry("evidence", List.of("c1"))
        .containsEntry("rejected", List.of("incident PD-1: in progress (F6)"))
        .containsEntry(
            "text",
            "It did not fail, by correction c1 by ada: the bank was down. An incident is linked to"
                + " it: PD-1.");
  }

  @Test
  void whatAPersonSaidWasPlannedNamesTheCorrectionAsWhatDecided() {
    var story =
        DeploymentStory.of(
            with(FORWARD, row("kind", "rollback")),
            PREVIOUS,
            List.of(),
            List.of(),
            List.of(with(NOT_FAILED, row("mark", "planned", "reason", "a drill"))));

    assertThat(texts(story).get(2))
        .isEqualTo("It is not rework, by correction c1 by ada: a drill.");
  }

  @Test
  void whatIsNeverAskedIsNotAnsweredWithNo() {
    for (var rowAndText :
        Map.of(
                row("kind", "redeploy", "counted", false), "counts on the deployment it repeats",
                row("environment", "staging"), "only deployments to production can",
                row("excluded", true, "counted", false), "counts nowhere")
            .entrySet()) {
      var story =
          DeploymentStory.of(
              with(FORWARD, rowAndText.getKey()),
              PREVIOUS,
              List.of(),
              List.of(),
              List.of(with(NOT_FAILED, row("mark", "failed"))));

      assertThat(texts(story).get(3)).startsWith("It is not asked").contains(rowAndText.getValue());
    }
  }

  @Test
  void theDeploymentBeforeItIsNamedWithTheRepositoryThatBothAreOf() {
    var story =
        DeploymentStory.of(
            with(FORWARD, row("repository", "github.com/acme/web")),
            with(PREVIOUS, row("repository", "github.com/acme/web")),
            List.of(),
            List.of(),
            List.of());

    assertThat(texts(story).get(1))
        .startsWith(
            "It shipped 2 changes, compared with d1 of the same repository github.com/acme/web,");
  }

  @Test
  void anUnknownStartIsNeitherZeroNorTheFinish() {
    var story =
        DeploymentStory.of(
            with(
                FORWARD,
                row("failed", true, "recovered_at", Instant.parse("2026-03-02T09:00:00Z"))),
            PREVIOUS,
            List.of(),
            List.of(),
            List.of());
    assertThat(story)
        .extracting(step -> step.get("step"))
        .containsSubsequence("failure", "recovery");
    assertThat(texts(story).toString())
        .contains("When its impact began is unknown.", "how long that took is unknown.");

    var incident =
        IncidentStory.of(row("resolved_at", Instant.parse("2026-03-02T09:00:00Z")), List.of());
    assertThat(texts(incident))
        .contains(
            "When its impact began is unknown: only its end was heard. So its recovery time is unknown too (R3).",
            "It was resolved on 2026-03-02 09:00 UTC; how long it lasted is unknown.");
  }

  @Test
  void aChangeOfBeforeTheBaselineWasShippedAtAnUnknownTime() {
    var story = ChangeStory.of(row("sha", "beef", "shipping_rule", "S5"));

    assertThat(texts(story))
        .contains("It has no lead time: when it was shipped is unknown (S5).")
        .noneMatch(text -> text.contains("yet"));
  }

  @Test
  void aChangeSaysWhenItBeganWhatShippedItAndHowLongThatTook() {
    var story =
        ChangeStory.of(
            row(
                "sha",
                "beef",
                "pull_request",
                7L,
                "started_at",
                Instant.parse("2026-03-01T10:00:00Z"),
                "start_method",
                "commit",
                "merged_at",
                Instant.parse("2026-03-02T09:00:00Z"),
                "deployed_at",
                Instant.parse("2026-03-02T10:00:00Z"),
                "deployment_id",
                "d2",
                "shipping_rule",
                "S4",
                "lead_time",
                86400.0,
                "coding",
                7200.0,
                "deploy",
                3600.0));
    assertThat(texts(story))
        .containsExactly(
            "It began on 2026-03-01 10:00 UTC: its first known commit. It was merged on"
                + " 2026-03-02 09:00 UTC.",
            "It is not reactive: nothing known makes it a revert, a hotfix, a fix of recently shipped"
                + " files or a reaction to an incident.",
            "d2 shipped it on 2026-03-02 10:00 UTC.",
            "Its lead time is 1 d: coding 2 h, deploy 1 h.");
  }

  @Test
  void anIncidentThatNoRuleLinksSaysSo() {
    var story =
        IncidentStory.of(
            row(
                "started_at", Instant.parse("2026-03-02T10:00:00Z"),
                "link_rejected", List.of("d1: finished 3 d before (F6)")),
            List.of());
    assertThat(texts(story).get(1))
        .isEqualTo("No rule links it to a deployment. It is in no change fail rate.");
    assertThat(story.get(1)).containsEntry("rejected", List.of("d1: finished 3 d before (F6)"));
    assertThat(texts(story).get(2)).isEqualTo("It is open.");
  }

  @Test
  void anIncidentWhoseEndAloneWasHeardSaysThatItsStartIsUnknown() {
    var story =
        IncidentStory.of(
            row(
                "heard_at", Instant.parse("2026-03-02T10:00:00Z"),
                "start_unknown", true,
                "resolved_at", Instant.parse("2026-03-02T10:00:00Z")),
            List.of());
    assertThat(texts(story).get(0))
        .isEqualTo(
            "When its impact began is unknown: only its end was heard. So its recovery time is"
                + " unknown too (R3).");
    assertThat(story.get(0)).containsEntry("at", null);
    assertThat(texts(story).get(2))
        .isEqualTo("It was resolved on 2026-03-02 10:00 UTC; how long it lasted is unknown.");
  }

  @Test
  void aCorrectionThatDecidesNothingSaysWhy() {
    var correction =
        row(
            "id", "c1",
            "action", "link",
            "incident_id", "i1",
            "deployment_id", "d1",
            "effect", "ineffective",
            "effect_reason", "deployment d1 is excluded by correction c0: a drill");
    var story =
        IncidentStory.of(
            row("heard_at", Instant.parse("2026-03-02T10:00:00Z")), List.of(correction));
    assertThat(texts(story).get(3))
        .contains("is ineffective: deployment d1 is excluded by correction c0: a drill.");
  }

  private static List<String> texts(List<Map<String, Object>> story) {
    return story.stream().map(step -> step.get("text").toString()).toList();
  }

  private static Map<String, Object> row(Object... namesAndValues) {
    Map<String, Object> row = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      row.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return row;
  }

  private static Map<String, Object> with(Map<String, Object> row, Map<String, Object> changes) {
    Map<String, Object> changed = new HashMap<>(row);
    changed.putAll(changes);
    return changed;
  }
}
