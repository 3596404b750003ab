package dev.dorado.ingest.delivery;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Times as senders write them: ISO 8601 with an offset (a blank for the T, an offset without its
 * colon, or {@code UTC} will do), or a number of seconds, milliseconds, microseconds or nanoseconds
 * since 1970, told apart by its size. Read to the millisecond.
 */
public final class SenderTime {

  /** What is accepted, for messages. */
  public static final String EXPECTED =
      "a time in ISO 8601 with its offset, as 2026-03-01T12:30:00Z, or seconds or milliseconds since"
          + " 1970";

  private static final Pattern NUMBER = Pattern.compile("\\d{1,19}(?:\\.\\d{1,9})?");
  private static final Instant FIRST = Instant.parse("1970-01-01T00:00:00Z");
  private static final Instant END = Instant.parse("9999-01-01T00:00:00Z");

  /** The zero of Go's clock, with which its programs say that there is no time. */
  private static final Instant NEVER = Instant.parse("0001-01-01T00:00:00Z");

  /** The form that most senders use; read by itself, it takes a tenth of the formatter's time. */
  private static final Pattern COMMON =
      Pattern.compile("(\\d{4})-(\\d\\d)-(\\d\\d)T(\\d\\d):(\\d\\d):(\\d\\d)(?:\\.(\\d{1,9}))?Z");

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
    return NUMBER.matcher(stripped).matches()
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
      var common = COMMON.matcher(stripped);
      if (common.matches()) {
        return Optional.of(ofCommon(common));
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

  private static Instant ofCommon(MatchResult time) {
    String fraction = time.group(7) == null ? "" : time.group(7);
    return LocalDateTime.of(
            Integer.parseInt(time.group(1)),
            Integer.parseInt(time.group(2)),
            Integer.parseInt(time.group(3)),
            Integer.parseInt(time.group(4)),
            Integer.parseInt(time.group(5)),
            Integer.parseInt(time.group(6)),
            Integer.parseInt((fraction + "000").substring(0, 3)) * 1_000_000)
        .toInstant(ZoneOffset.UTC);
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
