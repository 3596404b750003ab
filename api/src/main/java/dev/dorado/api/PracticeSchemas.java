package dev.dorado.api;

import static dev.dorado.api.Schemas.array;
import static dev.dorado.api.Schemas.choice;
import static dev.dorado.api.Schemas.count;
import static dev.dorado.api.Schemas.flag;
import static dev.dorado.api.Schemas.number;
import static dev.dorado.api.Schemas.object;
import static dev.dorado.api.Schemas.ordered;
import static dev.dorado.api.Schemas.text;
import static dev.dorado.api.Schemas.time;

import dev.dorado.api.metrics.MetricName;
import dev.dorado.api.metrics.Practice;
import dev.dorado.api.metrics.PracticeCorrelations;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The shape of the answer about practices, and of its parts as CSV. */
final class PracticeSchemas {

  static final String GROUPS = "groups";
  private static final String MONTHS = "months";
  private static final String CORRELATIONS = "correlations";

  /** The parts that can be asked for. */
  static final List<String> PARTS = List.of(GROUPS, MONTHS, CORRELATIONS);

  static final Map<String, Object> PRACTICES = object(practices());

  private static final Map<String, Object> MONTH = object(months());

  private static final Map<String, Object> CORRELATION =
      object(
          ordered(
              "practice",
                  choice(
                      "Practice.",
                      PracticeCorrelations.practices().stream()
                          .map(Practice::json)
                          .toArray(String[]::new)),
              "outcome",
                  choice(
                      "Metric.",
                      PracticeCorrelations.outcomes().stream()
                          .map(MetricName::json)
                          .toArray(String[]::new)),
              "status",
                  choice(
                      "goes_together: p_holm is below 0.05; may_be_chance: p_value is, but of many"
                          + " pairs some are by chance; cannot_tell: neither is; too_few: months or"
                          + " groups; no_variation: one of the two is the same everywhere.",
                      PracticeCorrelations.statuses().toArray(String[]::new)),
              "correlation", number("Spearman's rank correlation, -1 to 1."),
              "low", number("Lower end of its 95 % interval, which takes a group as a cluster."),
              "high", number("Upper end."),
              "p_value", number("Of the test that there is none."),
              "p_holm", number("The same, adjusted for all pairs that are compared (Holm)."),
              "n", count("Whole months of groups in which both are known."),
              "groups", count("Groups that these are of."),
              "text", text("What it says, in words; never which is the cause.")));

  static final Map<String, Object> ANSWER =
      object(
          ordered(
              "from",
              time("Start, inclusive."),
              "to",
              time("End, exclusive."),
              "tz",
              text("Time zone."),
              "days",
              number("Calendar days."),
              GROUPS,
              maybe(
                  array(
                      object(ordered("group", Schemas.group(), "practices", PRACTICES)),
                      "One {} without group_by; null with another part.")),
              MONTHS,
              maybe(array(MONTH, "By month, then by group; null with part=groups.")),
              CORRELATIONS,
              maybe(
                  array(
                      CORRELATION,
                      "By practice and metric, over the months above; empty with several"
                          + " dimensions; null with part=groups."))));

  private PracticeSchemas() {}

  /** A part of the answer about months as rows. */
  static Answer part(Map<String, Object> answer, List<Dimension> grouping, String part) {
    List<String> head = Schemas.flatNames(part.equals(MONTHS) ? MONTH : CORRELATION);
    if (part.equals(MONTHS)) {
      List<Dimension> shown = grouping.isEmpty() ? List.of(Dimension.TEAM) : grouping;
      head.removeAll(Dimension.columns());
      head.addAll(head.indexOf("deployments"), shown.stream().map(Dimension::column).toList());
    }
    return Answer.ofRows(answer, head, rows((List<?>) answer.get(part)));
  }

  private static List<Map<String, Object>> rows(List<?> rows) {
    return rows.stream()
        .map(
            row -> {
              Map<String, Object> named = new LinkedHashMap<>();
              ((Map<?, ?>) row).forEach((name, value) -> named.put((String) name, value));
              return named;
            })
        .toList();
  }

  private static Map<String, Object> months() {
    Map<String, Object> properties =
        ordered(
            "time", time("Start of the month."),
            "end", time("Its end, exclusive."),
            "incomplete", flag("It is cut by from or to, or is not over."));
    properties.put("team", text("Team, or what else is grouped by; null: none."));
    properties.put("deployments", count("Deployments (rule K2)."));
    properties.put("changes", count("Shipped changes."));
    for (MetricName outcome : PracticeCorrelations.outcomes()) {
      properties.put(outcome.json(), number(outcome.description()));
      properties.put(outcome.json() + "_n", count("How many rows that is over."));
    }
    for (Practice practice : PracticeCorrelations.practices()) {
      properties.put(
          practice.json(), number(practice.description() + " Unit: " + practice.unit() + "."));
      properties.put(practice.json() + "_n", count("How many rows that is over."));
    }
    return properties;
  }

  private static Map<String, Object> practices() {
    Map<String, Object> practices = new LinkedHashMap<>();
    for (Practice practice : Practice.values()) {
      Map<String, Object> properties =
          ordered(
              "value", number("The practice; null if unknown."),
              "unit", text(practice.unit() + "."),
              "n", count("How many rows it is over; null if that is not told."),
              "low", number("Lower bound of the 95 % interval; null with too few rows."),
              "high", number("Upper bound."));
      new TreeMap<>(practice.beside())
          .forEach((member, description) -> properties.put(member, number(description)));
      Map<String, Object> schema = new LinkedHashMap<>(object(properties));
      schema.put("description", practice.description());
      practices.put(practice.json(), schema);
    }
    return practices;
  }

  private static Map<String, Object> maybe(Map<String, Object> array) {
    Map<String, Object> schema = new LinkedHashMap<>(array);
    schema.put("type", List.of("array", "null"));
    return schema;
  }
}
