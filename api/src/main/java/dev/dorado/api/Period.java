package dev.dorado.api;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The time that is asked about, half-open, and the zone whose calendar counts. Immutable.
 *
 * @param from first instant in it
 * @param to first instant after it
 * @param zone whose days, weeks and months are meant
 */
public record Period(Instant from, Instant to, ZoneId zone) {

  public Period {
    requireNonNull(from);
    requireNonNull(to);
    requireNonNull(zone);
    if (!from.isBefore(to)) {
      throw new IllegalArgumentException("the period from %s to %s is empty".formatted(from, to));
    }
  }

  /** Whether {@code time} is in it. */
  public boolean contains(Instant time) {
    return !time.isBefore(from) && time.isBefore(to);
  }

  /**
   * How many calendar days it has (rule G3). A day that is cut by a bound counts by the part that
   * is in; a day of 23 or 25 hours is a day.
   */
  public double days() {
    return position(to) - position(from);
  }

  /** The part that is over by {@code now}; all of it if it has not begun or is over. */
  public Period elapsed(Instant now) {
    return isUnfinished(now) ? new Period(from, now, zone) : this;
  }

  /** Whether it has begun by {@code now} and is not over. */
  public boolean isUnfinished(Instant now) {
    return from.isBefore(now) && now.isBefore(to);
  }

  /** What the period before is measured in: whole months if this one has such, else whole days. */
  public Basis basis() {
    ZonedDateTime start = from.atZone(zone);
    ZonedDateTime end = to.atZone(zone);
    if (!isStartOfDay(start) || !isStartOfDay(end)) {
      return Basis.HOURS;
    }
    return start.getDayOfMonth() == 1 && end.getDayOfMonth() == 1 ? Basis.MONTHS : Basis.DAYS;
  }

  /**
   * The period just before: as many calendar months if this one has whole ones (so a month, quarter
   * or year is compared with the one before it), else as many days if it has whole ones (so is a
   * week), else as many hours.
   */
  public Period previous() {
    LocalDate first = day(from);
    return switch (basis()) {
      case MONTHS -> before(first.minusMonths(ChronoUnit.MONTHS.between(first, day(to))));
      case DAYS -> before(first.minusDays(ChronoUnit.DAYS.between(first, day(to))));
      case HOURS -> new Period(from.minus(Duration.between(from, to)), from, zone);
    };
  }

  /**
   * What its elapsed part is compared with: the same part of the period before, up to the same day
   * and time of day, or to that period's end if it is shorter.
   */
  public Period previous(Instant now) {
    Period before = previous();
    if (!isUnfinished(now)) {
      return before;
    }
    Instant end = before.from().plus(Duration.between(from, now));
    if (basis() != Basis.HOURS) {
      LocalDate today = day(now);
      long months = basis() == Basis.MONTHS ? ChronoUnit.MONTHS.between(day(from), today) : 0;
      long days = ChronoUnit.DAYS.between(day(from).plusMonths(months), today);
      end =
          day(before.from())
              .plusMonths(months)
              .plusDays(days)
              .atTime(now.atZone(zone).toLocalTime())
              .atZone(zone)
              .toInstant();
    }
    return new Period(before.from(), end.isBefore(before.to()) ? end : before.to(), zone);
  }

  /**
   * The buckets that it touches, oldest first, without gaps (rule G1).
   *
   * @param now buckets that have not ended by then are incomplete
   */
  public List<Bucket> buckets(Interval interval, Instant now) {
    List<Bucket> buckets = new ArrayList<>();
    LocalDate day = interval.firstDay(day(from));
    Instant start = day.atStartOfDay(zone).toInstant();
    while (start.isBefore(to)) {
      day = interval.next(day);
      Instant end = day.atStartOfDay(zone).toInstant();
      Instant first = start.isBefore(from) ? from : start;
      Instant last = end.isAfter(to) ? to : end;
      boolean incomplete = start.isBefore(from) || end.isAfter(to) || end.isAfter(now);
      buckets.add(new Bucket(start, end, new Period(first, last, zone), incomplete));
      start = end;
    }
    return buckets;
  }

  /** The day that {@code time} is on. */
  public LocalDate day(Instant time) {
    return time.atZone(zone).toLocalDate();
  }

  private Period before(LocalDate first) {
    return new Period(first.atStartOfDay(zone).toInstant(), from, zone);
  }

  private double position(Instant time) {
    LocalDate day = day(time);
    Instant start = day.atStartOfDay(zone).toInstant();
    Instant end = day.plusDays(1).atStartOfDay(zone).toInstant();
    double part =
        (double) Duration.between(start, time).toMillis() / Duration.between(start, end).toMillis();
    return day.toEpochDay() + part;
  }

  private static boolean isStartOfDay(ZonedDateTime time) {
    return time.equals(time.toLocalDate().atStartOfDay(time.getZone()));
  }

  /** What a period is measured in when it is compared with the one before. */
  public enum Basis {
    MONTHS,
    DAYS,
    HOURS;

    /** The name in answers. */
    public String json() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A calendar day, ISO week or month.
   *
   * @param start its start
   * @param end its end, exclusive
   * @param inside the part of it that was asked for
   * @param incomplete whether it is cut, or not over yet
   */
  public record Bucket(Instant start, Instant end, Period inside, boolean incomplete) {}
}
