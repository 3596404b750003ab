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

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The shape of the answer about measurements, and of its parts as CSV. */
final class MeasurementSchemas {

  private static final String SERIES = "series";
  private static final String ADOPTION = "adoption";

  /** The parts that CSV can give. */
  static final List<String> PARTS = List.of(SERIES, ADOPTION);

  private static final Map<String, Object> ROW =
      object(
          ordered(
              "time", time("Start of the bucket."),
              "end", time("Its end, exclusive."),
              "incomplete", flag("It is cut by from or to, or is not over."),
              "name", text("What was measured."),
              "unit", text("Unit of the values."),
              "median", number("Median of the values; null without any."),
              "mean",
                  number("Mean of the values; of a survey that of its answers. Null without any."),
              "n", count("How many values there are."),
              "answers", count("Answers behind them; null of what is no survey.")));

  private static final Map<String, Object> ADOPTED =
      object(
          ordered(
              "time", time("Start of the bucket."),
              "end", time("Its end, exclusive."),
              "services", count("Services in the catalog at the end of the bucket, or now."),
              "services_on_path", count("Those on a golden path."),
              "share", number("Their share, 0 to 1; null without services.")));

  static final Map<String, Object> ANSWER =
      object(
          ordered(
              "from",
              time("Start, inclusive."),
              "to",
              time("End, exclusive."),
              "tz",
              text("Time zone."),
              "interval",
              choice(
                  "Length of a bucket.",
                  Arrays.stream(Interval.values()).map(Interval::parameter).toArray(String[]::new)),
              SERIES,
              array(
                  ROW,
                  "A row for each bucket of each name and unit, and of each group of"
                      + " group_by, whose members stand behind the unit."),
              ADOPTION,
              array(ADOPTED, "A row for each bucket.")));

  private MeasurementSchemas() {}

  /** What a request groups by. */
  static List<Dimension> grouping(Request request) {
    return request.all(Parameters.GROUP_MEASUREMENTS_BY).stream()
        .map(Dimension::of)
        .distinct()
        .toList();
  }

  /** A part of the answer as rows. */
  @SuppressWarnings("unchecked")
  static Answer part(Map<String, Object> answer, List<Dimension> grouping, String part) {
    List<String> head = new ArrayList<>(Schemas.flatNames(part.equals(SERIES) ? ROW : ADOPTED));
    if (part.equals(SERIES)) {
      head.addAll(head.indexOf("median"), grouping.stream().map(Dimension::column).toList());
    }
    return Answer.ofRows(answer, head, (List<Map<String, Object>>) answer.get(part));
  }
}
