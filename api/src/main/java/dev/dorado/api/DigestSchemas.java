package dev.dorado.api;

import static dev.dorado.api.Schemas.array;
import static dev.dorado.api.Schemas.object;
import static dev.dorado.api.Schemas.ordered;
import static dev.dorado.api.Schemas.text;

import dev.dorado.api.digest.Digest;
import java.util.LinkedHashMap;
import java.util.Map;

/** The shape of the answer of /digest. */
final class DigestSchemas {

  static final Map<String, Object> ANSWER =
      object(
          ordered(
              "week", text("Monday of the week, in the time zone of dorado.digest.zone."),
              "title", text("What it is about."),
              "lead", text("The most important of it."),
              "lines",
                  array(
                      object(
                          ordered(
                              "metric", text("Name of the metric."),
                              "label", text("Its name for people."),
                              "verdict", text("better, worse, could_be_chance or no_data."),
                              "text", text("Value, value of the week before, verdict and n."))),
                      "What changed by more than chance first, and of it the worse."),
              "link", text("Where the page shows it; null if dorado.digest.page is not set."),
              "text", text("All of it as Slack gets it.")));

  private DigestSchemas() {}

  static Map<String, Object> json(Digest digest) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("week", digest.week().toString());
    json.put("title", digest.title());
    json.put("lead", digest.lead());
    json.put("lines", digest.lines().stream().map(DigestSchemas::line).toList());
    json.put("link", digest.link().orElse(null));
    json.put("text", digest.text());
    return json;
  }

  private static Map<String, Object> line(Digest.Line line) {
    return ordered(
        "metric", line.metric(),
        "label", line.label(),
        "verdict", line.verdict(),
        "text", line.text());
  }
}
