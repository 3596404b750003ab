package dev.dorado.api.stories;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The story of an incident: when it was, which deployment it is linked to, and why to that one. */
public final class IncidentStory {

  private final Row row;
  private final CorrectionSteps corrections;

  private IncidentStory(Map<String, Object> row, List<Map<String, Object>> corrections) {
    this.row = new Row(row);
    this.corrections = new CorrectionSteps(corrections);
  }

  /**
   * The steps, in the order of time, as JSON objects.
   *
   * @param row the incident, as /incidents gives it
   * @param corrections what people said of it, oldest first
   */
  public static List<Map<String, Object>> of(
      Map<String, Object> row, List<Map<String, Object>> corrections) {
    var story = new IncidentStory(row, corrections);
    return Chronology.of(
        List.of(story.impact(), story.link(), story.resolution()), story.corrections.steps());
  }

  private StoryStep impact() {
    Instant start = row.time("started_at");
    Instant detected = row.time("detected_at");
    return StoryStep.of(
        "impact",
        start,
        "E7",
        Words.together(
            start == null
                ? "When its impact began is unknown: only its end was heard. So its recovery time is"
                    + " unknown too (R3)."
                : "Its impact began %s.".formatted(Words.on(start)),
            detected == null || detected.equals(start)
                ? null
                : "It was detected %s.".formatted(Words.on(detected))));
  }

  private StoryStep link() {
    return StoryStep.of("link", row.time("started_at"), row.text("link_rule"), linked())
        .with(row.text("link_confidence"))
        .because(row.texts("link_evidence"))
        .ratherThan(row.texts("link_rejected"));
  }

  private String linked() {
    if (row.has("deployment_id")) {
      return Words.sentence(
          "It is linked to the deployment " + row.text("deployment_id"), row.text("link_method"));
    }
    String consequence = "It is in no change fail rate.";
    return corrections
        .with("unlink")
        .map(
            unlink ->
                Words.together(
                    Words.sentence(
                        "It is not linked to %s".formatted(unlink.text("deployment_id")),
                        CorrectionSteps.words(unlink)),
                    "No rule links it to another deployment.",
                    consequence))
        .orElseGet(
            () ->
                Words.together(
                    Words.sentence("No rule links it to a deployment", row.text("link_method")),
                    consequence));
  }

  private StoryStep resolution() {
    Instant start = row.time("started_at");
    Instant resolved = row.time("resolved_at");
    String text;
    if (resolved == null) {
      text = "It is open.";
    } else if (start == null) {
      text = "It was resolved %s; how long it lasted is unknown.".formatted(Words.on(resolved));
    } else if (resolved.isBefore(start)) {
      text =
          "It was resolved %s, which is before its impact began (E2)."
              .formatted(Words.on(resolved));
    } else {
      text =
          "It was resolved %s, after %s."
              .formatted(Words.on(resolved), Words.between(start, resolved));
    }
    return StoryStep.of("resolution", resolved, null, text);
  }
}
