package dev.dorado.api.stories;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The corrections by people that are about a fact, as steps of its story. Immutable. */
final class CorrectionSteps {

  private final List<Row> corrections;

  /**
   * @param corrections rows of /corrections, oldest first
   */
  CorrectionSteps(List<Map<String, Object>> corrections) {
    this.corrections = corrections.stream().map(Row::new).toList();
  }

  /** A step for each, in the given order. */
  List<StoryStep> steps() {
    return corrections.stream().map(CorrectionSteps::step).toList();
  }

  /** The latest correction in force with this mark. */
  Optional<Row> marked(String mark) {
    return latest(correction -> mark.equals(correction.text("mark")));
  }

  /** The latest correction in force with this action. */
  Optional<Row> with(String action) {
    return latest(correction -> action.equals(correction.text("action")));
  }

  /** As {@code correction c1 by ada: the bank was down}. */
  static String words(Row correction) {
    String author = correction.has("author") ? " by " + correction.text("author") : "";
    String reason = correction.has("reason") ? ": " + correction.text("reason") : "";
    return "correction %s%s%s".formatted(correction.text("id"), author, reason);
  }

  private Optional<Row> latest(Predicate<Row> wanted) {
    List<Row> found = new ArrayList<>(corrections);
    Collections.reverse(found);
    return found.stream()
        .filter(correction -> correction.text("effect", "in force").equals("in force"))
        .filter(wanted)
        .findFirst();
  }

  private static StoryStep step(Row correction) {
    String says = "%s %s".formatted(correction.text("author", "Somebody"), what(correction));
    String effect =
        Words.explained(
            "The correction %s is %s"
                .formatted(correction.text("id"), correction.text("effect", "in force")),
            correction.text("effect_reason"));
    return StoryStep.of(
            "corrections",
            correction.time("made_at"),
            rule(correction),
            Words.together(Words.explained(says, correction.text("reason")), effect))
        .because(List.of(correction.text("id")));
  }

  private static String what(Row correction) {
    return switch (correction.text("action", "")) {
      case "link" ->
          "linked the incident %s to the deployment %s"
              .formatted(correction.text("incident_id"), correction.text("deployment_id"));
      case "unlink" ->
          "unlinked the incident %s from the deployment %s"
              .formatted(correction.text("incident_id"), correction.text("deployment_id"));
      case "mark" -> "marked the deployment as " + correction.text("mark");
      case "exclude" -> "excluded the deployment";
      case "revoke" -> "revoked the correction " + correction.text("revokes");
      default -> "made a correction (%s)".formatted(correction.text("action"));
    };
  }

  /** The rule that reads the correction; null if it takes precedence over the rules. */
  private static String rule(Row correction) {
    return switch (correction.text("action", "")) {
      case "link", "unlink" -> "F2";
      case "mark" -> correction.text("mark", "").endsWith("planned") ? "W1" : "F2";
      default -> null;
    };
  }
}
