package dev.dorado.standalone.demo;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.ZoneOffset;

/** When the organisation works: 8:00 to 18:00 UTC, Monday to Friday, but between the years. */
final class OfficeHours {

  static final LocalTime OPEN = LocalTime.of(8, 0);
  static final LocalTime CLOSE = LocalTime.of(18, 0);

  private static final MonthDay LAST_DAY_OF_THE_YEAR = MonthDay.of(12, 23);
  private static final MonthDay FIRST_DAY_OF_THE_YEAR = MonthDay.of(1, 2);

  private OfficeHours() {}

  /** Whether people work on {@code day}. */
  static boolean isWorkday(LocalDate day) {
    MonthDay date = MonthDay.from(day);
    return day.getDayOfWeek() != DayOfWeek.SATURDAY
        && day.getDayOfWeek() != DayOfWeek.SUNDAY
        && !date.isAfter(LAST_DAY_OF_THE_YEAR)
        && !date.isBefore(FIRST_DAY_OF_THE_YEAR);
  }

  /** {@code from} if it is in office hours, else their next beginning. */
  static Instant next(Instant from) {
    LocalDate day = LocalDate.ofInstant(from, ZoneOffset.UTC);
    Instant close = day.atTime(CLOSE).toInstant(ZoneOffset.UTC);
    if (isWorkday(day) && from.isBefore(close)) {
      Instant open = day.atTime(OPEN).toInstant(ZoneOffset.UTC);
      return from.isBefore(open) ? open : from;
    }
    do {
      day = day.plusDays(1);
    } while (!isWorkday(day));
    return day.atTime(OPEN).toInstant(ZoneOffset.UTC);
  }

  /** The moment at which {@code work} is done that is begun at {@code from}: nights don't count. */
  static Instant after(Instant from, Duration work) {
    Instant now = next(from);
    Duration left = work;
    while (true) {
      Instant close =
          LocalDate.ofInstant(now, ZoneOffset.UTC).atTime(CLOSE).toInstant(ZoneOffset.UTC);
      Duration today = Duration.between(now, close);
      if (left.compareTo(today) < 0) {
        return now.plus(left);
      }
      left = left.minus(today);
      now = next(close);
    }
  }
}
