package dev.dorado.ingest.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SenderTimeTest {

  @ParameterizedTest
  @CsvSource({
    "2026-03-01T12:30:00Z,              2026-03-01T12:30:00Z",
    "2026-03-01T12:30:00+01:00,         2026-03-01T11:30:00Z",
    "2026-03-01T10:37:14+0100,          2026-03-01T09:37:14Z",
    "2026-03-01T12:30Z,                 2026-03-01T12:30:00Z",
    "2023-03-20T14:27:05.315384Z,       2023-03-20T14:27:05.315Z",
    "2023-03-20T14:27:05.1234567Z,      2023-03-20T14:27:05.123Z",
    "2016-08-12 15:23:28 UTC,           2016-08-12T15:23:28Z",
    "2025-05-02 11:55:16 +0000,         2025-05-02T11:55:16Z",
    "2025-05-02 11:55:16 -05,           2025-05-02T16:55:16Z",
    "1557933657,                        2019-05-15T15:20:57Z",
    "1557933657123,                     2019-05-15T15:20:57.123Z",
    "1557933657123456,                  2019-05-15T15:20:57.123Z",
    "1557933657123456789,               2019-05-15T15:20:57.123Z",
    "1557933657.5,                      2019-05-15T15:20:57.500Z"
  })
  void theFormsOfAllSendersAreRead(String text, Instant time) {
    assertThat(SenderTime.parse(text)).contains(time);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "2026-03-01",
        "2026-03-01T12:30:00",
        "2026-02-30T00:00:00Z",
        "2026-02-30T00:00:00+00:00",
        "2026-03-01T24:00:00Z",
        "2026-03-01T12:30:60Z",
        "1969-12-31T23:59:59Z",
        "0001-01-01T00:00:00Z",
        "+999999999-12-31T23:59:59Z",
        "-5",
        "99999999999999999999"
      })
  void whatIsNoTimeWithAnOffsetGivesNone(String text) {
    assertThat(SenderTime.parse(text)).isEmpty();
  }

  @Test
  void numbersOfJsonAreTimesToo() {
    assertThat(SenderTime.parse(LongNode.valueOf(1557933657L)))
        .contains(Instant.parse("2019-05-15T15:20:57Z"));
    assertThat(SenderTime.parse(LongNode.valueOf(-1))).isEmpty();
    assertThat(SenderTime.parse(DecimalNode.valueOf(new BigDecimal("1e400")))).isEmpty();
    assertThat(SenderTime.parse(DoubleNode.valueOf(Double.POSITIVE_INFINITY))).isEmpty();
    assertThat(SenderTime.parse(DecimalNode.valueOf(new BigDecimal("1e-400"))))
        .contains(Instant.EPOCH);
  }

  @Test
  void theZeroOfGoIsNoTime() {
    assertThat(SenderTime.isNever(TextNode.valueOf("0001-01-01T00:00:00Z"))).isTrue();
    assertThat(SenderTime.isNever(TextNode.valueOf("2026-03-01T12:30:00Z"))).isFalse();
  }

  @Test
  void aDateAloneIsItsBeginningWhereADateWillDo() {
    assertThat(SenderTime.parseDateOrTime("2026-03-01"))
        .contains(Instant.parse("2026-03-01T00:00:00Z"));
    assertThat(SenderTime.parseDateOrTime("2026-03-01T12:00:00+02:00"))
        .contains(Instant.parse("2026-03-01T10:00:00Z"));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-03-01 12:30:00,       2026-03-01T12:30:00Z",
    "2026-03-01T12:30:00,       2026-03-01T12:30:00Z",
    "2026-03-01T12:30:00+01:00, 2026-03-01T11:30:00Z",
    "1557933657,                2019-05-15T15:20:57Z"
  })
  void whereASenderMeansUtcATimeMayLackItsOffset(String text, Instant time) {
    assertThat(SenderTime.parseInUtc(text)).contains(time);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "2026-03-01", "2026-02-30 00:00:00"})
  void whatIsNoTimeIsNoneInUtcEither(String text) {
    assertThat(SenderTime.parseInUtc(text)).isEmpty();
  }

  @Property
  void theCommonFormIsReadAsAnyOther(
      @ForAll @LongRange(min = 0, max = 253_370_764_799_999L) long milliseconds) {
    Instant time = Instant.ofEpochMilli(milliseconds);
    assertThat(SenderTime.parse(time.toString()))
        .contains(time)
        .isEqualTo(SenderTime.parse(time.toString().replace("Z", "+00:00")));
  }

  @Property
  void secondsAndMillisecondsOfOneInstantAreOneTime(
      @ForAll @LongRange(min = 1_000_000_000L, max = 99_999_999_999L) long seconds) {
    assertThat(SenderTime.parse(Long.toString(seconds)))
        .isEqualTo(SenderTime.parse(Long.toString(seconds * 1000)))
        .isEqualTo(SenderTime.parse(Instant.ofEpochSecond(seconds).toString()));
  }
}
