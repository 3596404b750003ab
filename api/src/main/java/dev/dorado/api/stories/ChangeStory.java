package dev.dorado.api.stories;

import dev.dorado.server.ReadableDuration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
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
   * The steps, in order, as JSON objects.
   *
   * @param row the change in a service and environment, as its table has it
   */
  public static List<Map<String, Object>> of(Map<String, Object> row) {
    var story = new ChangeStory(row);
    return Stream.of(story.start(), story.shipping(), story.leadTime(), story.reactive())
        .map(Step::json)
        .toList();
  }

  private Step start() {
    String since =
        row.has("started_at")
            ? Words.sentence(
                "It began at " + Words.time(row.time("started_at")),
                "commit".equals(row.text("start_method"))
                    ? "its first commit that is known"
                    : row.has("start_method") ? "its opening, as no commit of it is known" : null)
            : "When it began is unknown.";
    String merged =
        row.has("merged_at")
            ? "It was %s at %s."
                .formatted(
                    row.has("pull_request") ? "merged" : "pushed",
                    Words.time(row.time("merged_at")))
            : null;
    return Step.of("start", row.time("started_at"), "L1", Words.together(since, merged));
  }

  private Step shipping() {
    String text;
    if (row.has("deployed_at")) {
      text =
          "%s shipped it at %s."
              .formatted(
                  row.text("deployment_id", "A deployment"), Words.time(row.time("deployed_at")));
    } else if ("S5".equals(row.text("shipping_rule"))) {
      text = "It was there before the first known deployment: shipped at an unknown time.";
    } else {
      text = "No deployment has shipped it yet.";
    }
    return Step.of(
            "shipping",
            row.time("deployed_at"),
            row.text("shipping_rule", "S4"),
            Words.together(text, Words.sentence(row.text("shipping_method"))))
        .with(row.text("shipping_confidence"))
        .because(row.texts("evidence"))
        .ratherThan(row.texts("rejected"));
  }

  private Step leadTime() {
    String text;
    if (!row.has("lead_time")) {
      text =
          row.has("deployed_at")
              ? "Its lead time is unknown: its first commit is not known, or its times contradict"
                  + " each other by more than E2 allows."
              : "It has no lead time: it is not known to be shipped.";
    } else {
      text =
          Words.sentence(
              "Its lead time is " + ReadableDuration.of(row.seconds("lead_time")), stages());
    }
    return Step.of(
        "lead-time",
        row.time("deployed_at"),
        row.is("bot") ? "E5" : "L1",
        Words.together(
            text, row.is("bot") ? "A bot made it: it is not in the headline (E5)." : null));
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

  private Step reactive() {
    String text =
        row.is("reactive")
            ? Words.sentence("It is reactive", row.text("reactive_reason"))
            : Words.sentence(
                "It is not reactive: no revert, hotfix, incident or fix of what was shipped lately",
                row.text("reactive_reason"));
    return Step.of("reactive", row.time("merged_at"), row.text("reactive_rule", "W2"), text)
        .because(Stream.of(row.text("sha")).filter(Objects::nonNull).collect(Collectors.toList()));
  }
}
