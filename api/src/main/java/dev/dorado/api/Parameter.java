package dev.dorado.api;

import static java.util.Objects.requireNonNull;

import dev.dorado.server.Problem;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A parameter of a request: what it takes, what is said of it in the OpenAPI document, and how a
 * value is checked. One definition serves all three. Immutable.
 *
 * @param name its name
 * @param description what it does and its default, for people
 * @param kind what its values are
 * @param accepted of {@link Kind#CHOICE}: the values there are
 * @param example a value that is always right
 */
record Parameter(
    String name, String description, Kind kind, List<String> accepted, String example) {

  private static final int MOST = 1000;
  private static final Instant EARLIEST = Instant.parse("1970-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

  /** What the values of a parameter are. */
  enum Kind {
    /** A date, or an instant. */
    TIME,
    /** A time zone. */
    ZONE,
    /** One of the accepted values. */
    CHOICE,
    /** Some of the accepted values. */
    CHOICES,
    /** A name. */
    NAME,
    /** Any names; several mean any of them. */
    NAMES,
    /** A number of rows. */
    LIMIT,
    /** The end of the page before. */
    CURSOR;

    boolean takesSeveral() {
      return this == NAMES || this == CHOICES;
    }
  }

  Parameter {
    requireNonNull(name);
    requireNonNull(description);
    requireNonNull(kind);
    accepted = List.copyOf(accepted);
  }

  static Parameter time(String name, String description, String example) {
    return new Parameter(name, description, Kind.TIME, List.of(), example);
  }

  static Parameter names(String name, String description, String example) {
    return new Parameter(name, description, Kind.NAMES, List.of(), example);
  }

  static Parameter name(String name, String description, String example) {
    return new Parameter(name, description, Kind.NAME, List.of(), example);
  }

  static Parameter choice(String name, String description, List<String> accepted) {
    return new Parameter(name, description, Kind.CHOICE, accepted, accepted.get(0));
  }

  /**
   * Checks a value that does not depend on others.
   *
   * @throws Problem 400 if it can't be one
   */
  void check(String value) {
    boolean isRight =
        switch (kind) {
          case CHOICE, CHOICES -> accepted.contains(value);
          case LIMIT -> isLimit(value);
          case CURSOR -> Cursor.decoded(value).isPresent();
          case ZONE -> isZone(value);
          case TIME -> isTime(value);
          case NAME, NAMES -> true;
        };
    if (!isRight) {
      throw bad(value);
    }
  }

  /** The problem that {@code value} is none of this parameter's. */
  Problem bad(String value) {
    return Problem.badParameter(name, value, expected());
  }

  /** The problem that {@code value} can't be taken here, where something else was expected. */
  Problem bad(String value, String expected) {
    return Problem.badParameter(name, value, expected);
  }

  /** What it takes, for people. */
  String expected() {
    return switch (kind) {
      case CHOICE -> "one of " + String.join(", ", accepted);
      case CHOICES -> "some of " + String.join(", ", accepted) + ", separated by commas";
      case LIMIT -> "a whole number from 1 to " + MOST;
      case CURSOR -> "the value of 'next' in an earlier answer of the same list";
      case ZONE -> "a time zone of the IANA database, as in Europe/Vienna";
      case TIME ->
          "a date as in 2026-03-01, which begins in the time zone tz, or an instant as in"
              + " 2026-03-01T12:00:00Z, from 1970 to 2199";
      case NAME -> "a name";
      case NAMES -> "names, separated by commas";
    };
  }

  /** The instant that {@code value}, which was checked, means. */
  static Instant instant(String value, ZoneId zone) {
    return value.length() == "2026-03-01".length()
        ? LocalDate.parse(value).atStartOfDay(zone).toInstant()
        : OffsetDateTime.parse(value).toInstant();
  }

  /** Its object in the OpenAPI document. */
  Map<String, Object> openApi() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name);
    json.put("in", "query");
    json.put("required", false);
    json.put("description", description);
    json.put("schema", schema());
    if (kind.takesSeveral()) {
      json.put("style", "form");
      json.put("explode", false);
    }
    if (example != null) {
      json.put("example", kind == Kind.LIMIT ? Integer.valueOf(example) : example);
    }
    return json;
  }

  private Map<String, Object> schema() {
    return switch (kind) {
      case CHOICE -> Map.of("type", "string", "enum", accepted);
      case CHOICES -> Map.of("type", "array", "items", Map.of("type", "string", "enum", accepted));
      case NAMES -> Map.of("type", "array", "items", Map.of("type", "string"));
      case LIMIT -> Map.of("type", "integer", "minimum", 1, "maximum", MOST);
      case TIME, ZONE, NAME, CURSOR -> Map.of("type", "string");
    };
  }

  private static boolean isLimit(String value) {
    try {
      int number = Integer.parseInt(value);
      return number >= 1 && number <= MOST;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static boolean isZone(String value) {
    try {
      ZoneId.of(value);
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static boolean isTime(String value) {
    try {
      Instant time = instant(value, ZoneId.of("UTC"));
      return !time.isBefore(EARLIEST) && time.isBefore(LATEST);
    } catch (DateTimeParseException e) {
      return false;
    }
  }
}
