package dev.dorado.ingest.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/**
 * Times as senders write them: ISO 8601 with an offset (a blank for the T, an offset without its
 * colon, or {@code UTC} will do), or a number of seconds, milliseconds, microseconds or nanoseconds
 * since 1970, told apart by its size. Read to the millisecond.
 */
public final class SenderTime {

  /** What is accepted, for messages. */
  public static final String EXPECTED =
      "a time in ISO 8601 with its offset, as 2026-03-01T12:30:00Z, or seconds, milliseconds,"
          + " microseconds or nanoseconds since 1970";

  private static final Pattern NUMBER = Pattern.compile("\\d{1,19}(?:\\.\\d{1,9})?");
  private static final Instant FIRST = Instant.parse("1970-01-01T00:00:00Z");
  private static final Instant END = Instant.parse("9999-01-01T00:00:00Z");

  /** The zero of Go's clock, with which its programs say that there is no time. */
  private static final Instant NEVER = Instant.parse("0001-01-01T00:00:00Z");

  /**
   * The form that most senders use: read by itself, it takes a fraction of the formatter's time.
   */
  private static final String COMMON = "0000-00-00T00:00:00Z";

  private static final DateTimeFormatter FORMAT =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendPattern("[ ]['T']")
          .appendPattern("HH:mm[:ss]")
          .optionalStart()
          .appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, true)
          .optionalEnd()
          .appendPattern("[ ][XXX][XX][X]")
          .parseDefaulting(ChronoField.SECOND_OF_MINUTE, 0)
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private SenderTime() {}

  /** The time that {@code node} tells, or empty if it tells none that can be used. */
  static Optional<Instant> parse(JsonNode node) {
    if (node.isNumber()) {
      // 1e999 is read as a double that is infinite.
      boolean finite = !node.isDouble() || Double.isFinite(node.doubleValue());
      return finite ? sinceEpoch(node.decimalValue()) : Optional.empty();
    }
    return node.isTextual() ? parse(node.textValue()) : Optional.empty();
  }

  /** Whether {@code node} says that there is no time. */
  static boolean isNever(JsonNode node) {
    if (!node.isTextual()) {
      return node.isNull();
    }
    String text = node.textValue().strip();
    // Every time is asked this: reading it as one is left to the few that it can be.
    return text.isEmpty()
        || (text.startsWith("0001-01-01") && readIso(text).filter(NEVER::equals).isPresent());
  }

  /** The time that {@code text} tells, or empty if it tells none that can be used. */
  public static Optional<Instant> parse(String text) {
    String stripped = text.strip();
    return !isCommon(stripped) && NUMBER.matcher(stripped).matches()
        ? sinceEpoch(new BigDecimal(stripped))
        : readIso(stripped).filter(SenderTime::isUsable);
  }

  /** As {@link #parse(String)}; a time without an offset, as ServiceNow's, is in UTC. */
  static Optional<Instant> parseInUtc(String text) {
    return parse(text).or(() -> parse(text.strip() + "Z"));
  }

  /** As {@link #parse(String)}; a date alone is its beginning in UTC. */
  public static Optional<Instant> parseDateOrTime(String text) {
    return parse(text.strip().matches("\\d{4}-\\d\\d-\\d\\d") ? text.strip() + "T00:00:00Z" : text);
  }

  private static Optional<Instant> readIso(String text) {
    String stripped = text.strip();
    try {
      if (isCommon(stripped)) {
        return Optional.of(ofCommon(stripped));
      }
      return Optional.of(
          OffsetDateTime.parse(stripped.replaceFirst("(?i) ?(UTC|GMT)$", "Z"), FORMAT)
              .withOffsetSameInstant(ZoneOffset.UTC)
              .toInstant()
              .truncatedTo(ChronoUnit.MILLIS));
    } catch (DateTimeException e) {
      // Not a time: the caller names the field and says what was expected.
      return Optional.empty();
    }
  }

  /** Whether {@code text} has the form of {@link #COMMON}, with or without a fraction. */
  private static boolean isCommon(String text) {
    int last = text.length() - 1;
    int seconds = COMMON.length() - 1;
    if (last < seconds || last > seconds + 10 || text.charAt(last) != 'Z') {
      return false;
    }
    for (int i = 0; i < seconds; i++) {
      char form = COMMON.charAt(i);
      if (form == '0' ? !isDigit(text.charAt(i)) : text.charAt(i) != form) {
        return false;
      }
    }
    for (int i = seconds + 1; i < last; i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    return last == seconds || (text.charAt(seconds) == '.' && last > seconds + 1);
  }

  private static Instant ofCommon(String text) {
    int millis = 0;
    for (int i = COMMON.length(); i < COMMON.length() + 3; i++) {
      millis = 10 * millis + (i < text.length() - 1 ? text.charAt(i) - '0' : 0);
    }
    return LocalDateTime.of(
            digits(text, 0, 4),
            digits(text, 5, 7),
            digits(text, 8, 10),
            digits(text, 11, 13),
            digits(text, 14, 16),
            digits(text, 17, 19),
            millis * 1_000_000)
        .toInstant(ZoneOffset.UTC);
  }

  private static int digits(String text, int from, int to) {
    return Integer.parseInt(text, from, to, 10);
  }

  private static boolean isDigit(char letter) {
    return letter >= '0' && letter <= '9';
  }

  private static Optional<Instant> sinceEpoch(BigDecimal number) {
    if (number.signum() < 0 || number.precision() - number.scale() > 19) {
      return Optional.empty();
    }
    int digits = Math.max(0, number.precision() - number.scale());
    int scale = digits <= 11 ? 0 : digits <= 14 ? 3 : digits <= 17 ? 6 : 9;
    return Optional.of(
            Instant.ofEpochMilli(number.movePointRight(3 - scale).toBigInteger().longValueExact()))
        .filter(SenderTime::isUsable);
  }

  private static boolean isUsable(Instant time) {
    return !time.isBefore(FIRST) && time.isBefore(END);
  }
}
