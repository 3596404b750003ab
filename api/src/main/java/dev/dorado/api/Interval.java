package dev.dorado.api;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;

/** How long a bucket of a series is (rule G1). */
public enum Interval {
  /** A calendar day. */
  DAY,
  /** An ISO week: Monday to Sunday. */
  WEEK,
  /** A calendar month. */
  MONTH;

  private static final int DAYS_OF_A_MONTH = 31;
  private static final int DAYS_OF_A_YEAR = 366;

  /** What is taken where nobody says: days up to a month, weeks up to a year, else months. */
  public static Interval of(Period period) {
    double days = period.days();
    return days <= DAYS_OF_A_MONTH ? DAY : days <= DAYS_OF_A_YEAR ? WEEK : MONTH;
  }

  /** The first day of the bucket that {@code day} is in. */
  LocalDate firstDay(LocalDate day) {
    return switch (this) {
      case DAY -> day;
      case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
      case MONTH -> day.withDayOfMonth(1);
    };
  }

  /** The first day of the bucket after that which begins on {@code firstDay}. */
  LocalDate next(LocalDate firstDay) {
    return switch (this) {
      case DAY -> firstDay.plusDays(1);
      case WEEK -> firstDay.plusWeeks(1);
      case MONTH -> firstDay.plusMonths(1);
    };
  }

  /** How many buckets {@code period} has at least, without listing them. */
  public long fewestBuckets(Period period) {
    int longest =
        switch (this) {
          case DAY -> 1;
          case WEEK -> DayOfWeek.values().length;
          case MONTH -> DAYS_OF_A_MONTH;
        };
    return (long) period.days() / longest;
  }

  /** The name in a request. */
  public String parameter() {
    return name().toLowerCase(Locale.ROOT);
  }
}
