package dev.dorado.api.stories;

import dev.dorado.schemas.ReadableDuration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The story of a change: when it began, what shipped it, how long that took, and why it was made.
 */
public final class ChangeStory {

  private final Row row;

  private ChangeStory(Map<String, Object> row) {
    this.row = new Row(row);
  }

  /**
   * The steps, in the order of time, as JSON objects.
   *
   * @param row the change in a service and environment, as its table has it
   */
  public static List<Map<String, Object>> of(Map<String, Object> row) {
    var story = new ChangeStory(row);
    return Chronology.of(
        List.of(story.start(), story.reactive(), story.shipping(), story.leadTime()), List.of());
  }

  private StoryStep start() {
    String since =
        row.has("started_at")
            ? Words.sentence("It began " + Words.on(row.time("started_at")), startMethod())
            : "When it began is unknown.";
    String merged =
        row.has("merged_at")
            ? "It was %s %s."
                .formatted(
                    row.has("pull_request") ? "merged" : "pushed", Words.on(row.time("merged_at")))
            : null;
    return StoryStep.of("start", row.time("started_at"), "L1", Words.together(since, merged));
  }

  private String startMethod() {
    return switch (row.text("start_method", "")) {
      case "" -> null;
      case "commit" -> "its first known commit";
      case "opened" -> "its opening, as no commit of it is known";
      default -> row.text("start_method");
    };
  }

  private StoryStep shipping() {
    String text;
    if (row.has("deployed_at")) {
      text =
          "%s shipped it %s."
              .formatted(
                  row.text("deployment_id", "A deployment"), Words.on(row.time("deployed_at")));
    } else if (isAtBaseline()) {
      text = "It was there before the first known deployment: shipped at an unknown time.";
    } else {
      text = "No deployment has shipped it yet.";
    }
    return StoryStep.of(
            "shipping",
            row.time("deployed_at"),
            row.text("shipping_rule", "S4"),
            Words.together(text, Words.sentence(row.text("shipping_method"))))
        .with(row.text("shipping_confidence"))
        .because(row.texts("evidence"));
  }

  private StoryStep leadTime() {
    String text =
        row.has("lead_time")
            ? Words.sentence(
                "Its lead time is " + ReadableDuration.of(row.seconds("lead_time")), stages())
            : Words.sentence("It has no lead time", whyUnknown());
    return StoryStep.of(
        "lead-time",
        row.time("deployed_at"),
        row.is("bot") ? "E5" : "L1",
        Words.together(
            text, row.is("bot") ? "A bot made it: it is not in the headline (E5)." : null));
  }

  private String whyUnknown() {
    if (!row.has("deployed_at")) {
      return isAtBaseline()
          ? "when it was shipped is unknown (S5)"
          : "no deployment has shipped it yet";
    }
    return row.has("started_at")
        ? "its times contradict each other by more than E2 allows"
        : "when it began is unknown";
  }

  private boolean isAtBaseline() {
    return "S5".equals(row.text("shipping_rule"));
  }

  private String stages() {
    Map<String, String> names = new LinkedHashMap<>();
    names.put("coding", "coding");
    names.put("pickup", "waiting for a review");
    names.put("review", "review");
    names.put("deploy", "deploy");
    List<String> stages = new ArrayList<>();
    names.forEach(
        (column, name) -> {
          if (row.has(column)) {
            stages.add(name + " " + ReadableDuration.of(row.seconds(column)));
          }
        });
    return stages.isEmpty() ? null : String.join(", ", stages);
  }

  private StoryStep reactive() {
    String text =
        row.is("reactive")
            ? Words.sentence("It is reactive", row.text("reactive_reason"))
            : Words.sentence(
                "It is not reactive",
                "nothing known makes it a revert, a hotfix, a fix of recently shipped files or a"
                    + " reaction to an incident");
    return StoryStep.of("reactive", row.time("merged_at"), row.text("reactive_rule", "W2"), text)
        .because(Stream.ofNullable(row.text("sha")).toList())
        .ratherThan(row.texts("rejected"));
  }
}
