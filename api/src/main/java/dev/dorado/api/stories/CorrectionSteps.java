package dev.dorado.api.stories;

import java.util.List;
import java.util.Map;

/** What people said of a fact, oldest first. */
final class CorrectionSteps {

  private CorrectionSteps() {}

  static List<Step> of(List<Map<String, Object>> corrections) {
    return corrections.stream().map(Row::new).map(CorrectionSteps::step).toList();
  }

  private static Step step(Row correction) {
    String says = "%s %s".formatted(correction.text("author", "Somebody"), what(correction));
    String effect =
        Words.sentence(
            "The correction %s is %s"
                .formatted(correction.text("id"), correction.text("effect", "in force")),
            correction.text("effect_reason"));
    return Step.of(
            "corrections",
            correction.time("made_at"),
            rule(correction),
            Words.together(Words.sentence(says, correction.text("reason")), effect))
        .because(List.of(correction.text("id")));
  }

  private static String what(Row correction) {
    return switch (correction.text("action", "")) {
      case "link" ->
          "linked the incident %s to the deployment %s"
              .formatted(correction.text("incident_id"), correction.text("deployment_id"));
      case "unlink" ->
          "took the incident %s off the deployment %s"
              .formatted(correction.text("incident_id"), correction.text("deployment_id"));
      case "mark" -> "marked the deployment as " + correction.text("mark");
      case "exclude" -> "excluded the deployment";
      case "revoke" -> "took the correction %s back".formatted(correction.text("revokes"));
      default -> "made a correction (%s)".formatted(correction.text("action"));
    };
  }

  /** The rule that hears the correction; null of one that stands above the rules. */
  private static String rule(Row correction) {
    return switch (correction.text("action", "")) {
      case "link", "unlink" -> "F2";
      case "mark" -> correction.text("mark", "").endsWith("planned") ? "W1" : "F2";
      default -> null;
    };
  }
}
