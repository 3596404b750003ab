package dev.dorado.api;

import dev.dorado.server.Problem;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A request whose parameters were checked. Immutable.
 *
 * @param id what stands in the path after the collection; null for the collection itself
 * @param values the values of the parameters that were given; blank ones were not
 * @param now the present
 */
record Request(String id, Map<Parameter, List<String>> values, Instant now) {

  private static final int DEFAULT_LIMIT = 100;
  private static final int MOST_BUCKETS = 4000;
  private static final List<String> PRODUCTION = List.of("production");

  /**
   * Checks the parameters of a request.
   *
   * @param accepted what may be given
   * @param given what is given, by name
   * @throws Problem 400 that names the parameter, its value and what was expected
   */
  static Request of(
      String id, List<Parameter> accepted, Map<String, List<String>> given, Clock clock) {
    Map<Parameter, List<String>> values = new LinkedHashMap<>();
    given.forEach(
        (name, texts) -> {
          Parameter parameter =
              accepted.stream()
                  .filter(candidate -> candidate.name().equals(name))
                  .findFirst()
                  .orElseThrow(() -> unknown(name, texts, accepted));
          List<String> parts = split(parameter, texts);
          parts.forEach(parameter::check);
          if (!parts.isEmpty()) {
            values.put(parameter, parts);
          }
        });
    return new Request(id, values, clock.instant());
  }

  /** The same at another time. */
  Request at(Instant time) {
    return new Request(id, values, time);
  }

  /** The value of a parameter that has one at most. */
  Optional<String> one(Parameter parameter) {
    return all(parameter).stream().findFirst();
  }

  /** The values of a parameter; none if it was not given. */
  List<String> all(Parameter parameter) {
    return values.getOrDefault(parameter, List.of());
  }

  /**
   * The common parameters.
   *
   * @param defaultDays length of the period if no start is given
   * @throws Problem 400 if they contradict each other
   */
  Query query(int defaultDays) {
    ZoneId zone = one(Parameters.TZ).map(ZoneId::of).orElse(ZoneId.of("UTC"));
    Instant to = one(Parameters.TO).map(text -> Parameter.instant(text, zone)).orElse(now);
    Instant from =
        one(Parameters.FROM)
            .map(text -> Parameter.instant(text, zone))
            .orElseGet(() -> to.atZone(zone).minusDays(defaultDays).toInstant());
    if (!from.isBefore(to)) {
      throw Problem.badParameter(
          "from",
          one(Parameters.FROM).orElse(from.toString()),
          "a time before 'to', which is "
              + one(Parameters.TO).orElse("now, " + now)
              + ": the period would be empty");
    }
    Period period = new Period(from, to, zone);
    List<String> environments = all(Parameters.ENVIRONMENT);
    return new Query(
        period,
        now,
        interval(period),
        new Filter(
            environments.isEmpty() ? PRODUCTION : environments,
            all(Parameters.SERVICE),
            all(Parameters.TEAM),
            all(Parameters.REPOSITORY),
            all(Parameters.GOLDEN_PATH)),
        all(Parameters.GROUP_BY).stream().map(Dimension::of).distinct().toList(),
        one(Parameters.LIMIT).map(Integer::valueOf).orElse(DEFAULT_LIMIT),
        one(Parameters.CURSOR).flatMap(Cursor::decoded).orElse(null));
  }

  private Interval interval(Period period) {
    Optional<String> asked = one(Parameters.INTERVAL);
    if (asked.isEmpty()) {
      return Interval.of(period);
    }
    Interval interval =
        Arrays.stream(Interval.values())
            .filter(candidate -> candidate.parameter().equals(asked.get()))
            .findFirst()
            .orElseThrow();
    if (interval == Interval.DAY && period.days() > MOST_BUCKETS) {
      throw Problem.badParameter(
          "interval",
          asked.get(),
          "week or month for a period of %d days: a series has %d buckets at most"
              .formatted((long) period.days(), MOST_BUCKETS));
    }
    return interval;
  }

  private static List<String> split(Parameter parameter, List<String> texts) {
    List<String> parts = new ArrayList<>();
    for (String text : texts) {
      if (parameter.kind().takesSeveral()) {
        parts.addAll(Arrays.asList(text.split(",", -1)));
      } else {
        parts.add(text);
      }
    }
    // A form sends what was left empty too: that is no wish.
    List<String> wishes =
        parts.stream().map(String::strip).filter(part -> !part.isEmpty()).distinct().toList();
    if (wishes.size() > 1 && !parameter.kind().takesSeveral()) {
      throw Problem.badParameter(
          parameter.name(), String.join("' and '", wishes), "one value: " + parameter.expected());
    }
    return wishes;
  }

  private static Problem unknown(String name, List<String> texts, List<Parameter> accepted) {
    String names = accepted.stream().map(Parameter::name).collect(Collectors.joining(", "));
    return new Problem(
            400,
            "Unknown parameter",
            "there is no parameter '%s' here: expected %s"
                .formatted(name, accepted.isEmpty() ? "none" : "any of " + names))
        .with("parameter", name)
        .with("value", String.join(",", texts))
        .with("expected", names);
  }
}
