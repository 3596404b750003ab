package dev.dorado.api;

import static dev.dorado.api.Schemas.array;
import static dev.dorado.api.Schemas.count;
import static dev.dorado.api.Schemas.object;
import static dev.dorado.api.Schemas.ordered;
import static dev.dorado.api.Schemas.text;
import static dev.dorado.api.Schemas.texts;
import static dev.dorado.api.Schemas.time;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The shape of the answer of /revisions, as JSON and as CSV. */
final class RevisionSchemas {

  private static final String DIFFERENCES = "differences";
  private static final List<String> DIFFERENCE = List.of("field", "before", "after");

  private static final Map<String, Object> ITEM =
      object(
          ordered(
              "kind",
              text("deployment or change."),
              "id",
              text("Its id."),
              "service",
              text("Service."),
              "team",
              text("Owner at its time."),
              "repository",
              text("host/owner/name."),
              "time",
              time(
                  "When it counts: the deployment's finish, or when the change was deployed; of"
                      + " what was removed, the time that it had."),
              "revision",
              text(
                  "added: it did not count at 'since'; removed: it no longer counts; or"
                      + " changed."),
              "seen_at",
              time("When the last of its revisions was seen, at most an hour later."),
              "cause",
              text(
                  "correction: a person corrected it, or took that back; reprocessing: other"
                      + " rules, settings or translations; events: events that came later."),
              "corrections",
              texts("Of cause correction: ids of those that concern it now."),
              "metrics",
              texts("Metrics that depend on what is different."),
              DIFFERENCES,
              array(
                  object(
                      ordered(
                          "field", text("Field of the deployment or change."),
                          "before", anything("What it was known to be at 'since'."),
                          "after", anything("What it is known to be."))),
                  "What is different.")));

  static final Map<String, Object> ANSWER =
      object(
          ordered(
              "from", time("Start of the period, inclusive."),
              "to", time("Its end, exclusive."),
              "since", time("What was known then is compared."),
              "recorded_from",
                  time(
                      "Revisions are recorded from then on: of an earlier 'since' only what came"
                          + " after this is in the list; null while nothing is recorded."),
              "recorded_until", time("When ClickHouse looked for revisions last; null: unknown."),
              "total", count("How many facts were revised, on all pages."),
              "items", array(ITEM, "The latest first."),
              "next", text("Cursor; null on the last page.")));

  private RevisionSchemas() {}

  /** As CSV it has a line for each difference. */
  @SuppressWarnings("unchecked")
  static Answer answer(Map<String, Object> json) {
    List<String> head = new ArrayList<>(Schemas.flatNames(ITEM));
    head.remove(DIFFERENCES);
    head.addAll(DIFFERENCE);
    List<Map<String, Object>> lines = new ArrayList<>();
    for (var item : (List<Map<String, Object>>) json.get("items")) {
      for (var difference : (List<Map<String, Object>>) item.get(DIFFERENCES)) {
        Map<String, Object> line = new LinkedHashMap<>(item);
        line.remove(DIFFERENCES);
        line.putAll(difference);
        lines.add(line);
      }
    }
    return new Answer(json, head, lines, Optional.ofNullable((String) json.get("next")));
  }

  private static Map<String, Object> anything(String description) {
    return ordered(
        "type", List.of("string", "number", "boolean", "null"), "description", description);
  }
}
