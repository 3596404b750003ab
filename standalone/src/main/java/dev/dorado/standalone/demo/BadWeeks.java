package dev.dorado.standalone.demo;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Weeks in which more goes wrong than usual.
 *
 * @param firstDays the first day of each
 */
record BadWeeks(List<LocalDate> firstDays) {

  private static final double FACTOR = 3;

  /** Three weeks in the year that ends on {@code lastDay}: a migration, a sale, a heat wave. */
  static BadWeeks before(LocalDate lastDay) {
    return new BadWeeks(
        List.of(lastDay.minusWeeks(38), lastDay.minusWeeks(27), lastDay.minusWeeks(9)));
  }

  /** By how much more goes wrong at {@code time} than usual. */
  double factorAt(Instant time) {
    LocalDate day = LocalDate.ofInstant(time, ZoneOffset.UTC);
    boolean bad =
        firstDays.stream()
            .anyMatch(first -> !day.isBefore(first) && day.isBefore(first.plusDays(7)));
    return bad ? FACTOR : 1;
  }
}
