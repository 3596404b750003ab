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
            "It shipped 2 changes since d1, which finished at 2026-03-01 10:00 UTC.",
            "It is a forward deployment: its commit stands after that of d1.",
            "It did not fail: no rule says so.",
            "It is no rework: it was not made because of a failure in production.");
    assertThat(story.get(0).get("evidence")).isEqualTo(List.of("beef", "d1", "shop#1", "shop#2"));
    assertThat(story.get(2).get("rule")).isEqualTo("F1");
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
    var failure = story.get(2);
    assertThat(failure)
        .containsEntry("step", "failure")
        .containsEntry("rule", "F6")
        .containsEntry("confidence", "medium")
        .containsEntry("evidence", List.of("PD-1"))
        .containsEntry("rejected", List.of("d1: overtaken (F6)"))
        .containsEntry("at", Instant.parse("2026-03-02T10:30:00Z"));
    assertThat(texts(story).get(2))
        .isEqualTo(
            "It failed: PD-1 began 30 min after it finished. An incident is linked to it: PD-1"
                + " “Payments are declined”.");
    assertThat(texts(story).get(3))
        .isEqualTo(
            "It recovered at 2026-03-02 12:05 UTC, 1 h 35 min after the impact began, when the last"
                + " incident connected to it was resolved.");
  }

  @Test
  void whatHasNotRecoveredIsOpen() {
    Instant impact = Instant.parse("2026-03-02T10:00:00Z");
    var failed = with(FORWARD, row("failed", true, "impact_started_at", impact));
    var story = DeploymentStory.of(failed, null, List.of(), List.of(), List.of());
    assertThat(story.get(3)).containsEntry("rule", "R3").containsEntry("at", null);
    assertThat(texts(story).get(3))
        .isEqualTo("It has not recovered, and is open since 2026-03-02 10:00 UTC.");
  }

  @Test
  void unknownIsNotZero() {
    Map<String, Object> unknown = new HashMap<>(FORWARD);
    unknown.put("changes", null);
    unknown.put("shipping_reason", "no push knows beef");
    var story = DeploymentStory.of(unknown, null, List.of(), List.of(), List.of());
    assertThat(texts(story).get(0))
        .isEqualTo("What it shipped is unknown, which is not zero. No push knows beef.");
    assertThat(story.get(0)).containsEntry("rule", "S8");
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
        .containsExactly("S10", "S10", "S10", "W1");
    assertThat(texts(story).get(1)).endsWith("It counts in the rollout success rate alone.");
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
                    "effect_reason", "c2 says otherwise",
                    "made_at", Instant.parse("2026-03-03T10:00:00Z"))));
    assertThat(story.get(4))
        .containsEntry("step", "corrections")
        .containsEntry("rule", "W1")
        .containsEntry(
            "text",
            "ada marked the deployment as unplanned: made to stop the outage. The correction c1 is"
                + " overruled: c2 says otherwise.");
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
            "It began at 2026-03-01 10:00 UTC: its first commit that is known. It was merged at"
                + " 2026-03-02 09:00 UTC.",
            "d2 shipped it at 2026-03-02 10:00 UTC.",
            "Its lead time is 1 d: coding 2 h, deploy 1 h.",
            "It is not reactive: no revert, hotfix, incident or fix of what was shipped lately.");
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
        .isEqualTo("No rule links it to a deployment, so it is in no change fail rate.");
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
    assertThat(texts(story).get(2)).isEqualTo("It was resolved at 2026-03-02 10:00 UTC.");
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
