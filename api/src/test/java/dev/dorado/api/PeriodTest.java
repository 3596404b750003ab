package dev.dorado.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeriodTest {

  private static final ZoneId UTC = ZoneId.of("UTC");
  private static final ZoneId VIENNA = ZoneId.of("Europe/Vienna");
  private static final Instant LATER = Instant.parse("2030-01-01T00:00:00Z");

  @Test
  void aDayOf23HoursIsADay() {
    assertThat(days("2026-03-01", "2026-04-01", VIENNA).days()).isEqualTo(31);
    assertThat(days("2026-10-25", "2026-10-26", VIENNA).days()).isEqualTo(1);
  }

  @Test
  void aDayThatIsCutCountsByItsPart() {
    var period =
        new Period(
            Instant.parse("2026-03-01T18:00:00Z"), Instant.parse("2026-03-03T12:00:00Z"), UTC);
    assertThat(period.days()).isCloseTo(1.75, within(1e-9));
  }

  @Test
  void thePeriodBeforeHasAsManyDaysOverAChangeOfTheClocks() {
    Period before = days("2026-04-01", "2026-04-15", VIENNA).previous();
    assertThat(before.from()).isEqualTo(Instant.parse("2026-03-17T23:00:00Z"));
    assertThat(before.days()).isEqualTo(14);
  }

  @Test
  void thePeriodBeforeACutOneHasAsManyHours() {
    var period =
        new Period(
            Instant.parse("2026-03-01T18:00:00Z"), Instant.parse("2026-03-02T06:00:00Z"), UTC);
    assertThat(period.previous().from()).isEqualTo(Instant.parse("2026-03-01T06:00:00Z"));
  }

  @ParameterizedTest(name = "{0} to {1}: {2} to {3}")
  @CsvSource({
    "2026-10-01, 2026-11-01, 2026-09-01, 2026-10-01, MONTHS",
    "2026-03-01, 2026-04-01, 2026-02-01, 2026-03-01, MONTHS",
    "2026-10-01, 2027-01-01, 2026-07-01, 2026-10-01, MONTHS",
    "2025-01-01, 2026-01-01, 2024-01-01, 2025-01-01, MONTHS",
    "2026-03-30, 2026-04-06, 2026-03-23, 2026-03-30, DAYS",
    "2026-10-02, 2026-11-01, 2026-09-02, 2026-10-02, DAYS",
  })
  void aCalendarPeriodIsComparedWithTheOneBeforeIt(
      String from, String to, String expectedFrom, String expectedTo, Period.Basis basis) {
    Period period = days(from, to, VIENNA);
    assertThat(period.basis()).isEqualTo(basis);
    assertThat(period.previous()).isEqualTo(days(expectedFrom, expectedTo, VIENNA));
    assertThat(period.previous(LATER)).isEqualTo(period.previous());
  }

  @ParameterizedTest(name = "{0} to {1} at {2}: up to {3}")
  @CsvSource({
    // Vienna is two hours ahead of UTC up to 25 October, then one.
    "2026-11-01, 2026-12-01, 2026-11-10T13:00:00Z, 2026-10-10T12:00:00Z",
    "2026-03-01, 2026-04-01, 2026-03-31T09:00:00Z, 2026-02-28T23:00:00Z",
    "2026-04-01, 2026-07-01, 2026-05-31T10:00:00Z, 2026-03-03T11:00:00Z",
    "2026-11-02, 2026-11-09, 2026-11-04T10:00:00Z, 2026-10-28T10:00:00Z",
  })
  void whatHasElapsedIsComparedWithTheSamePartOfThePeriodBefore(
      String from, String to, String now, String expectedTo) {
    Period period = days(from, to, VIENNA);
    assertThat(period.isUnfinished(Instant.parse(now))).isTrue();
    assertThat(period.elapsed(Instant.parse(now)).to()).isEqualTo(Instant.parse(now));
    Period before = period.previous(Instant.parse(now));
    assertThat(before.from()).isEqualTo(period.previous().from());
    assertThat(before.to()).isEqualTo(Instant.parse(expectedTo));
  }

  @Test
  void daysBeginAtMidnightOfTheZoneAlsoWhenTheClocksChange() {
    assertThat(starts(days("2026-10-24", "2026-10-27", VIENNA), Interval.DAY))
        .containsExactly("2026-10-23T22:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z");
  }

  @Test
  void aDayWithoutMidnightBeginsWhenItBegins() {
    // Clocks in Beirut went from 0:00 to 1:00 on 27 March 2022.
    ZoneId beirut = ZoneId.of("Asia/Beirut");
    assertThat(starts(days("2022-03-26", "2022-03-29", beirut), Interval.DAY))
        .containsExactly("2022-03-25T22:00:00Z", "2022-03-26T22:00:00Z", "2022-03-27T21:00:00Z");
  }

  @Test
  void weeksBeginOnMondayAndMonthsOnTheFirst() {
    Period period = days("2026-02-26", "2026-03-10", UTC);
    assertThat(starts(period, Interval.WEEK))
        .containsExactly("2026-02-23T00:00:00Z", "2026-03-02T00:00:00Z", "2026-03-09T00:00:00Z");
    assertThat(starts(period, Interval.MONTH))
        .containsExactly("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z");
  }

  @Test
  void bucketsThatAreCutOrNotOverAreIncomplete() {
    assertThat(incomplete(days("2026-02-26", "2026-03-10", UTC), Interval.WEEK, LATER))
        .containsExactly(true, false, true);
    assertThat(
            incomplete(
                days("2026-02-02", "2026-02-23", UTC),
                Interval.WEEK,
                Instant.parse("2026-02-11T00:00:00Z")))
        .containsExactly(false, true, true);
  }

  @Test
  void theIntervalFollowsTheLength() {
    assertThat(Interval.of(days("2026-03-01", "2026-04-01", UTC))).isEqualTo(Interval.DAY);
    assertThat(Interval.of(days("2026-03-01", "2026-04-02", UTC))).isEqualTo(Interval.WEEK);
    assertThat(Interval.of(days("2026-01-01", "2027-01-02", UTC))).isEqualTo(Interval.WEEK);
    assertThat(Interval.of(days("2026-01-01", "2027-01-03", UTC))).isEqualTo(Interval.MONTH);
  }

  @Test
  void anEmptyPeriodIsRefused() {
    assertThatThrownBy(() -> days("2026-03-01", "2026-03-01", UTC)).hasMessageContaining("empty");
  }

  @Property
  void bucketsCoverThePeriodWithoutGapOrOverlap(
      @ForAll @IntRange(min = 0, max = 20_000) int firstDay,
      @ForAll @IntRange(min = 1, max = 400) int length,
      @ForAll @IntRange(max = 86_399) int offset,
      @ForAll Interval interval) {
    LocalDate first = LocalDate.ofEpochDay(firstDay);
    var period =
        new Period(
            first.atStartOfDay(VIENNA).toInstant().plusSeconds(offset),
            first.plusDays(length).atStartOfDay(VIENNA).toInstant().plusSeconds(offset),
            VIENNA);
    List<Period.Bucket> buckets = period.buckets(interval, LATER);
    assertThat(buckets.get(0).inside().from()).isEqualTo(period.from());
    assertThat(buckets.get(buckets.size() - 1).inside().to()).isEqualTo(period.to());
    for (int i = 1; i < buckets.size(); i++) {
      assertThat(buckets.get(i).inside().from()).isEqualTo(buckets.get(i - 1).inside().to());
    }
    double days = buckets.stream().mapToDouble(bucket -> bucket.inside().days()).sum();
    assertThat(days).isCloseTo(period.days(), within(1e-6));
  }

  private static Period days(String from, String to, ZoneId zone) {
    return new Period(
        LocalDate.parse(from).atStartOfDay(zone).toInstant(),
        LocalDate.parse(to).atStartOfDay(zone).toInstant(),
        zone);
  }

  private static List<String> starts(Period period, Interval interval) {
    return period.buckets(interval, LATER).stream()
        .map(bucket -> bucket.start().toString())
        .toList();
  }

  private static List<Boolean> incomplete(Period period, Interval interval, Instant now) {
    return period.buckets(interval, now).stream().map(Period.Bucket::incomplete).toList();
  }
}
