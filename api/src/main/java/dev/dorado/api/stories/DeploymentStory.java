package dev.dorado.api.stories;

import dev.dorado.server.ReadableDuration;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The story of a deployment: what it shipped and since when, what it was, whether it failed and
 * what recovered it, whether it is rework, and what people corrected.
 */
public final class DeploymentStory {

  private final Row row;
  private final Row previous;
  private final List<String> changes;
  private final List<Row> incidents;

  private DeploymentStory(
      Map<String, Object> row,
      Map<String, Object> previous,
      List<Map<String, Object>> changes,
      List<Map<String, Object>> incidents) {
    this.row = new Row(row);
    this.previous = previous == null ? null : new Row(previous);
    this.changes = changes.stream().map(change -> change.get("id").toString()).toList();
    this.incidents = incidents.stream().map(Row::new).toList();
  }

  /**
   * The steps, in order, as JSON objects.
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
    var story = new DeploymentStory(row, previous, changes, incidents);
    List<Step> steps = new ArrayList<>(List.of(story.shipping(), story.kind(), story.failure()));
    if (story.row.is("failed")) {
      steps.add(story.recovery());
    }
    steps.add(story.rework());
    steps.addAll(CorrectionSteps.of(corrections));
    return steps.stream().map(Step::json).toList();
  }

  private Step shipping() {
    String rule = row.text("shipping_rule", row.has("changes") ? "S4" : "S8");
    List<String> grounds =
        Stream.concat(Stream.of(row.text("sha"), row.text("previous_deployment")), changes.stream())
            .filter(Objects::nonNull)
            .toList();
    return Step.of(
            "shipping",
            row.time("finished_at"),
            isFailedAttempt() ? "S10" : rule,
            Words.together(shipped(), Words.sentence(row.text("shipping_reason"))))
        .because(grounds);
  }

  private String shipped() {
    if (row.is("excluded")) {
      return Words.sentence(
          "It ships nothing, as a correction excludes it", row.text("excluded_reason"));
    }
    if (isFailedAttempt()) {
      return "It shipped nothing: an attempt that failed is no deployment.";
    }
    if (!row.has("changes")) {
      return "What it shipped is unknown, which is not zero.";
    }
    String number = Words.count(((Number) row.values().get("changes")).longValue(), "change");
    return previous == null
        ? "It shipped %s; no deployment of a known commit or version came before it."
            .formatted(number)
        : "It shipped %s since %s, which finished at %s."
            .formatted(number, previous.text("id"), Words.time(previous.time("finished_at")));
  }

  private Step kind() {
    String kind = row.text("kind", "unknown");
    String what =
        isFailedAttempt()
            ? "It is an attempt that failed, of the kind " + kind
            : kind.equals("unknown") ? "Its kind is unknown" : "It is a %s".formatted(name(kind));
    return Step.of(
            "kind",
            row.time("started_at"),
            row.text("kind_rule", isFailedAttempt() ? "S10" : "K1"),
            Words.together(Words.sentence(what, row.text("kind_reason")), counted()))
        .because(Stream.ofNullable(row.text("previous_deployment")).collect(Collectors.toList()));
  }

  private String counted() {
    if (row.is("counted")) {
      return null;
    }
    if (row.is("excluded")) {
      return "It counts nowhere.";
    }
    return isFailedAttempt()
        ? "It counts in the rollout success rate alone."
        : "It is listed, and counts in no rate (K2).";
  }

  private Step failure() {
    if (!row.is("failed")) {
      String text =
          isFailedAttempt()
              ? "It reached nobody: no incident is linked to it"
              : "It did not fail: no rule says so";
      return Step.of(
              "failure",
              row.time("finished_at"),
              row.text("failure_rule", isFailedAttempt() ? "S10" : "F1"),
              Words.sentence(text, row.text("failure_method")))
          .with(row.text("failure_confidence"))
          .because(row.texts("failure_evidence"))
          .ratherThan(row.texts("failure_rejected"));
    }
    Instant at =
        row.has("impact_started_at") ? row.time("impact_started_at") : row.time("finished_at");
    return Step.of(
            "failure",
            at,
            row.text("failure_rule"),
            Words.together(Words.sentence("It failed", row.text("failure_method")), linked()))
        .with(row.text("failure_confidence"))
        .because(row.texts("failure_evidence"))
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

  private Step recovery() {
    Instant impact = row.time("impact_started_at");
    Instant recovered = row.time("recovered_at");
    String text =
        recovered == null
            ? Words.sentence(
                "It has not recovered, and is open since " + Words.time(impact),
                row.text("recovery_method"))
            : impact == null
                ? "It recovered at %s%s. When the impact began is unknown, and so is the recovery time (R3)."
                    .formatted(Words.time(recovered), remedy())
                : "It recovered at %s, %s after the impact began%s."
                    .formatted(
                        Words.time(recovered),
                        ReadableDuration.of(Duration.between(impact, recovered)),
                        remedy());
    return Step.of(
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
      default -> ": " + method;
    };
  }

  private Step rework() {
    String text;
    if (row.is("rework")) {
      text = Words.sentence("It is rework", row.text("rework_reason"));
    } else if (row.is("rework_probable")) {
      text =
          Words.together(
              "It probably is rework: the last that started while an incident was open. That stands"
                  + " beside the headline, not in it.",
              Words.sentence(row.text("rework_reason")));
    } else {
      text =
          Words.sentence(
              "It is no rework: it was not made because of a failure in production",
              row.text("rework_reason"));
    }
    return Step.of("rework", row.time("started_at"), row.text("rework_rule", "W1"), text)
        .because(row.texts("rework_evidence"))
        .ratherThan(row.texts("rework_rejected"));
  }

  private boolean isFailedAttempt() {
    return row.text("status", "").equals("failed") && !row.is("failed");
  }

  private static String name(String kind) {
    return kind.equals("forward") ? "forward deployment" : kind;
  }
}
