package dev.dorado.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class OfficeHoursTest {

  @Test
  void workThatIsNotDoneOnFridayIsDoneOnMonday() {
    Instant fridayAtFour = Instant.parse("2026-03-06T16:00:00Z");
    assertThat(OfficeHours.after(fridayAtFour, Duration.ofHours(5)))
        .isEqualTo("2026-03-09T11:00:00Z");
  }

  @Test
  void workOfManyHoursTakesSeveralDays() {
    Instant mondayAtNine = Instant.parse("2026-03-09T09:00:00Z");
    assertThat(OfficeHours.after(mondayAtNine, Duration.ofHours(25)))
        .isEqualTo("2026-03-11T14:00:00Z");
  }

  @Test
  void theNightIsForSleeping() {
    assertThat(OfficeHours.next(Instant.parse("2026-03-09T03:12:00Z")))
        .isEqualTo("2026-03-09T08:00:00Z");
    assertThat(OfficeHours.next(Instant.parse("2026-03-09T18:00:00Z")))
        .isEqualTo("2026-03-10T08:00:00Z");
  }

  @Test
  void nobodyWorksBetweenTheYears() {
    assertThat(OfficeHours.isWorkday(LocalDate.parse("2025-12-23"))).isTrue();
    assertThat(OfficeHours.isWorkday(LocalDate.parse("2025-12-29"))).isFalse();
    assertThat(OfficeHours.isWorkday(LocalDate.parse("2026-01-01"))).isFalse();
    assertThat(OfficeHours.isWorkday(LocalDate.parse("2026-01-02"))).isTrue();
  }
}
