package dev.dorado.api.stories;

import dev.dorado.server.ReadableDuration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The story of an incident: when it was, which deployment it is linked to, and why to that one. */
public final class IncidentStory {

  private final Row row;

  private IncidentStory(Map<String, Object> row) {
    this.row = new Row(row);
  }

  /**
   * The steps, in order, as JSON objects.
   *
   * @param row the incident, as /incidents gives it
   * @param corrections what people said of it, oldest first
   */
  public static List<Map<String, Object>> of(
      Map<String, Object> row, List<Map<String, Object>> corrections) {
    var story = new IncidentStory(row);
    List<Step> steps = new ArrayList<>(List.of(story.impact(), story.link(), story.resolution()));
    steps.addAll(CorrectionSteps.of(corrections));
    return steps.stream().map(Step::json).toList();
  }

  private Step impact() {
    String detected =
        row.has("detected_at") && !row.time("detected_at").equals(row.time("started_at"))
            ? "It was detected at %s.".formatted(Words.time(row.time("detected_at")))
            : null;
    if (!row.has("started_at")) {
      return Step.of(
          "impact",
          null,
          "E7",
          Words.together(
              "When its impact began is unknown: only its end was heard.",
              "So its recovery time is unknown too (R3)."));
    }
    return Step.of(
        "impact",
        row.time("started_at"),
        "E7",
        Words.together(
            "Its impact began at %s.".formatted(Words.time(row.time("started_at"))), detected));
  }

  private Step link() {
    String text =
        row.has("deployment_id")
            ? Words.sentence(
                "It is linked to the deployment " + row.text("deployment_id"),
                row.text("link_method"))
            : Words.sentence(
                "No rule links it to a deployment, so it is in no change fail rate",
                row.text("link_method"));
    return Step.of("link", row.time("started_at"), row.text("link_rule"), text)
        .with(row.text("link_confidence"))
        .because(row.texts("link_evidence"))
        .ratherThan(row.texts("link_rejected"));
  }

  private Step resolution() {
    String text = "It is open.";
    if (row.has("resolved_at")) {
      text =
          row.has("started_at")
              ? "It was resolved at %s, after %s."
                  .formatted(
                      Words.time(row.time("resolved_at")),
                      ReadableDuration.of(
                          Duration.between(row.time("started_at"), row.time("resolved_at"))))
              : "It was resolved at %s.".formatted(Words.time(row.time("resolved_at")));
    }
    return Step.of("resolution", row.time("resolved_at"), null, text);
  }
}
