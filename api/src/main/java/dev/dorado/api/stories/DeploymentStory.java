package dev.dorado.api.stories;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The story of a deployment: what it shipped and since when, what it was, whether it failed and
 * what recovered it, whether it is rework, and what people corrected.
 */
public final class DeploymentStory {

  private static final String PRODUCTION = "production";
  private static final String REDEPLOY = "redeploy";

  private final Row row;
  private final Row previous;
  private final List<String> changes;
  private final List<Row> incidents;
  private final CorrectionSteps corrections;

  private DeploymentStory(
      Map<String, Object> row,
      Map<String, Object> previous,
      List<Map<String, Object>> changes,
      List<Map<String, Object>> incidents,
      List<Map<String, Object>> corrections) {
    this.row = new Row(row);
    this.previous = previous == null ? null : new Row(previous);
    this.changes = changes.stream().map(change -> change.get("id").toString()).toList();
    this.incidents = incidents.stream().map(Row::new).toList();
    this.corrections = new CorrectionSteps(corrections);
  }

  /**
   * The steps, in the order of time, as JSON objects.
   *
   * @param row the deployment, as /deployments gives it
   * @param previous its predecessor in its ledger (K1), or null
   * @param changes what it shipped
   * @param incidents what is linked to it
   * @param corrections what people said of it, oldest first
   */
  public static List<Map<String, Object>> of(
      Map<String, Object> row,
      Map<String, Object> previous,
      List<Map<String, Object>> changes,
      List<Map<String, Object>> incidents,
      List<Map<String, Object>> corrections) {
    var story = new DeploymentStory(row, previous, changes, incidents, corrections);
    List<StoryStep> steps =
        new ArrayList<>(List.of(story.kind(), story.shipping(), story.rework(), story.failure()));
    if (story.row.is("failed")) {
      steps.add(story.recovery());
    }
    return Chronology.of(steps, story.corrections.steps());
  }

  private StoryStep kind() {
    String kind = row.text("kind", "unknown");
    String what =
        isFailedAttempt()
            ? "It is an attempt that failed, of the kind " + kind
            : kind.equals("unknown") ? "Its kind is unknown" : "It is a %s".formatted(name(kind));
    return StoryStep.of(
            "kind",
            row.time("started_at"),
            row.text("kind_rule", isFailedAttempt() ? "S10" : "K1"),
            Words.together(
                isFailedAttempt()
                    ? Words.sentence(what)
                    : Words.sentence(what, row.text("kind_reason")),
                counted()))
        .because(Stream.ofNullable(row.text("previous_deployment")).collect(Collectors.toList()));
  }

  private String counted() {
    if (row.is("counted")) {
      return isFailedAttempt() ? "It reached users, so it counts as a deployment (S10)." : null;
    }
    if (row.is("excluded")) {
      return "It counts nowhere.";
    }
    return isFailedAttempt()
        ? "It counts in the rollout success rate alone."
        : "It is listed, and counts in no rate (K2).";
  }

  private StoryStep shipping() {
    String rule = row.text("shipping_rule", row.has("changes") ? "S4" : "S8");
    List<String> grounds =
        Stream.concat(Stream.of(row.text("sha"), row.text("previous_deployment")), changes.stream())
            .filter(Objects::nonNull)
            .toList();
    return StoryStep.of(
            "shipping",
            row.time("finished_at"),
            isFailedAttempt() ? "S10" : is(REDEPLOY) ? "K2" : rule,
            Words.together(shipped(), Words.sentence(row.text("shipping_reason"))))
        .because(grounds);
  }

  private String shipped() {
    if (row.is("excluded")) {
      return Words.sentence("It ships nothing, as it is excluded", row.text("excluded_reason"));
    }
    if (isFailedAttempt()) {
      return "It shipped nothing: the attempt failed.";
    }
    if (is(REDEPLOY)) {
      return "It shipped nothing: a redeploy repeats what was deployed before.";
    }
    if (!row.has("changes")) {
      return "What it shipped is unknown, which is not zero.";
    }
    String number = Words.count(((Number) row.values().get("changes")).longValue(), "change");
    if (previous == null) {
      return "It shipped %s; no deployment of a known commit came before it%s."
          .formatted(number, row.has("repository") ? " in " + row.text("repository") : "");
    }
    boolean isSameRepository =
        row.has("repository") && row.text("repository").equals(previous.text("repository"));
    return "It shipped %s, compared with %s%s, which finished %s."
        .formatted(
            number,
            previous.text("id"),
            isSameRepository ? " of the same repository " + row.text("repository") : "",
            Words.on(previous.time("finished_at")));
  }

  private StoryStep rework() {
    return StoryStep.of(
            "rework", row.time("finished_at"), row.text("rework_rule", reworkRule()), reworked())
        .because(row.texts("rework_evidence"))
        .ratherThan(row.texts("rework_rejected"));
  }

  private String reworkRule() {
    return is(REDEPLOY) ? "K2" : reachedNobody() ? "S10" : "W1";
  }

  private String reworked() {
    if (row.is("rework")) {
      return Words.sentence("It is rework", row.text("rework_reason"));
    }
    if (row.is("excluded")) {
      return "It is not rework: an excluded deployment counts nowhere.";
    }
    if (is(REDEPLOY)) {
      return "It is not rework: a redeploy never is.";
    }
    if (reachedNobody()) {
      return "It is not rework: it reached nobody.";
    }
    if (row.is("rework_probable")) {
      return Words.together(
          "It is probably rework: it was the last deployment that started while an incident was"
              + " open. That is shown beside the headline, not in it.",
          Words.sentence(row.text("rework_reason")));
    }
    return corrections
        .marked("planned")
        .map(planned -> Words.sentence("It is not rework", CorrectionSteps.words(planned)))
        .orElse("It is not rework: nothing says that it was made because of a failure.");
  }

  private StoryStep failure() {
    return row.is("failed") ? failed() : notFailed();
  }

  private StoryStep failed() {
    boolean isStartKnown = row.has("impact_started_at");
    return StoryStep.of(
            "failure",
            row.time("impact_started_at"),
            row.text("failure_rule"),
            Words.together(
                Words.sentence("It failed", row.text("failure_method")),
                isStartKnown ? null : "When its impact began is unknown.",
                linked()))
        .with(row.text("failure_confidence"))
        .because(row.texts("failure_evidence"))
        .ratherThan(row.texts("failure_rejected"));
  }

  private StoryStep notFailed() {
    Optional<Row> acquittal = corrections.marked("not-failed");
    List<String> evidence = List.of();
    String rule = "F1";
    String text = "It did not fail: no rule says so.";
    if (row.is("excluded")) {
      text = "It is not asked whether it failed: an excluded deployment counts nowhere.";
    } else if (!row.text("environment", PRODUCTION).equals(PRODUCTION)) {
      text = "It is not asked whether it failed: only deployments to production can.";
    } else if (is(REDEPLOY)) {
      rule = "K2";
      text = "It is not asked whether it failed: a failure counts on the deployment it repeats.";
    } else if (acquittal.isPresent()) {
      rule = isFailedAttempt() ? "S10" : "F2";
      evidence = List.of(acquittal.get().text("id"));
      text =
          Words.sentence(
              isFailedAttempt() ? "It reached nobody" : "It did not fail",
              CorrectionSteps.words(acquittal.get()));
    } else if (isFailedAttempt()) {
      rule = "S10";
      text = "It reached nobody: no incident is linked to it.";
    }
    return StoryStep.of("failure", row.time("finished_at"), rule, Words.together(text, linked()))
        .with(rule.equals("F2") ? "high" : null)
        .because(evidence)
        .ratherThan(row.texts("failure_rejected"));
  }

  private String linked() {
    if (incidents.isEmpty()) {
      return null;
    }
    String names =
        incidents.stream()
            .map(
                incident ->
                    incident.has("title")
                        ? "%s “%s”".formatted(incident.text("id"), incident.text("title"))
                        : incident.text("id"))
            .collect(Collectors.joining(", "));
    return "%s linked to it: %s."
        .formatted(incidents.size() == 1 ? "An incident is" : "Incidents are", names);
  }

  private StoryStep recovery() {
    Instant impact = row.time("impact_started_at");
    Instant recovered = row.time("recovered_at");
    String text;
    if (recovered == null) {
      text =
          impact == null
              ? "It has not recovered."
              : "It has not recovered, and is open %s.".formatted(Words.since(impact));
    } else if (impact == null) {
      text =
          "It recovered %s%s; how long that took is unknown."
              .formatted(Words.on(recovered), remedy());
    } else {
      text =
          "It recovered %s, %s after the impact began%s."
              .formatted(Words.on(recovered), Words.between(impact, recovered), remedy());
    }
    return StoryStep.of(
            "recovery", recovered, row.text("recovery_rule", recovered == null ? "R3" : "R1"), text)
        .because(row.texts("recovery_evidence"));
  }

  private String remedy() {
    String method = row.text("recovery_method");
    if (method == null) {
      return "";
    }
    return switch (method) {
      case "incident" -> ", when the last incident connected to it was resolved";
      case "rollback", "revert", "hotfix" -> ", by a " + method;
      case "next deployment" -> ", by the next deployment";
      default -> ", by " + method;
    };
  }

  private boolean isFailedAttempt() {
    return row.text("status", "").equals("failed");
  }

  private boolean reachedNobody() {
    return isFailedAttempt() && !row.is("failed");
  }

  private boolean is(String kind) {
    return kind.equals(row.text("kind"));
  }

  private static String name(String kind) {
    return kind.equals("forward") ? "forward deployment" : kind;
  }
}
