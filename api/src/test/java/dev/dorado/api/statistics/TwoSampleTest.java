package dev.dorado.api.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.LocalDate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TwoSampleTest {

  private static final LocalDate MONDAY = LocalDate.of(2026, 3, 2);

  /** Newcombe 1998, Statistics in Medicine 17:873-890, table II, method 10. */
  @ParameterizedTest
  @CsvSource({
    "56, 70, 48, 80, 0.0524, 0.3339",
    "9, 10, 3, 10, 0.1705, 0.8090",
    "6, 7, 2, 7, 0.0582, 0.8062",
    "5, 56, 0, 29, -0.0381, 0.1926",
    "0, 10, 0, 20, -0.1611, 0.2775",
    "0, 10, 0, 10, -0.2775, 0.2775",
    "10, 10, 0, 20, 0.6791, 1.0000",
    "10, 10, 0, 10, 0.6075, 1.0000",
  })
  void aDifferenceOfProportionsHasNewcombesPublishedInterval(
      int a, int m, int b, int n, double low, double high) {
    ConfidenceInterval bounds = ratio(a, m, m).comparedWith(ratio(b, n, n)).bounds().orElseThrow();

    assertThat(bounds.low()).isCloseTo(low, within(0.0001));
    assertThat(bounds.high()).isCloseTo(high, within(0.0001));
  }

  @Test
  void theExactTestsGiveTwiceTheSmallerTail() {
    // Fisher's tea: 3 of 4 against 1 of 4 has the tail 17/70.
    assertThat(DailyRatio.fisher(3, 4, 1, 4)).isCloseTo(34 / 70.0, within(1e-9));
    assertThat(DailyRatio.fisher(2, 4, 2, 4)).isEqualTo(1);
    // Six against none has the tail 1/64.
    assertThat(DailyCounts.binomial(6, 0, 0.5)).isCloseTo(2 / 64.0, within(1e-9));
    assertThat(DailyCounts.binomial(0, 6, 0.5)).isCloseTo(2 / 64.0, within(1e-9));
  }

  @Test
  void fewRowsNeverShowADifference() {
    TwoSample ratios = ratio(9, 9, 9).comparedWith(ratio(0, 400, 50));
    assertThat(ratios.isDifferent()).isFalse();
    assertThat(ratios.weakness()).contains("9 and 400 rows: at least 10 are needed in each period");
    TwoSample days = ratio(100, 100, 4).comparedWith(ratio(0, 100, 50));
    assertThat(days.isDifferent()).isFalse();
    assertThat(days.weakness().orElseThrow()).contains("rows on 4 and 50 days");
    assertThat(medians(9, 9, 1).comparedWith(medians(100, 50, 1000)).isDifferent()).isFalse();
    assertThat(medians(0, 1, 1).comparedWith(medians(100, 50, 1000)).bounds()).isEmpty();
    assertThat(counts(6, 10).comparedWith(counts(30, 0)).isDifferent()).isFalse();
    assertThat(new DailyRatio().comparedWith(ratio(0, 100, 50)).weakness()).isPresent();
  }

  @Test
  void whatWasInTheTilesIsNoDifference() {
    // 4.13 a day after 3.62, with weekends and busy days as teams have them.
    DailyCounts before = counts(90, 5, 5, 6, 5, 4, 0, 0);
    DailyCounts now = counts(90, 6, 5, 7, 6, 5, 0, 0);
    assertThat(now.comparedWith(before).bounds().orElseThrow().high()).isPositive();
    // Two of 150 after five of 150.
    assertThat(ratio(2, 150, 60).comparedWith(ratio(5, 150, 60)).isDifferent()).isFalse();
  }

  @Test
  void clearDifferencesAreFoundWithTheirSign() {
    TwoSample fewer = ratio(5, 300, 60).comparedWith(ratio(45, 300, 60));
    assertThat(fewer.isDifferent()).isTrue();
    assertThat(fewer.bounds().orElseThrow().high()).isNegative();
    TwoSample longer = medians(100, 50, 5).comparedWith(medians(100, 50, 1));
    assertThat(longer.isDifferent()).isTrue();
    assertThat(longer.bounds().orElseThrow().low()).isPositive();
    assertThat(
            counts(90, 6, 6, 6, 6, 6, 0, 0)
                .comparedWith(counts(90, 2, 2, 2, 2, 2, 0, 0))
                .isDifferent())
        .isTrue();
  }

  @Test
  void rowsOfOneDayCountForLess() {
    var independent = new DailyRatio();
    var clustered = new DailyRatio();
    for (int row = 0; row < 200; row++) {
      independent.add(row, row % 4 == 0);
      // The same 50 of 200, but whole days fail.
      clustered.add(row / 10, row / 10 % 4 == 0);
    }
    ConfidenceInterval wide = clustered.comparedWith(clustered).bounds().orElseThrow();
    ConfidenceInterval narrow = independent.comparedWith(independent).bounds().orElseThrow();
    assertThat(wide.high() - wide.low()).isGreaterThan(2 * (narrow.high() - narrow.low()));
  }

  @Test
  void oneWeekendMoreIsNoDifference() {
    // 30 days with 20 weekdays after 30 with 22: the same 40 deployments on every weekday.
    DailyCounts now = counts(MONDAY.plusDays(4), 30, 40, 40, 40, 40, 40, 0, 0);
    DailyCounts before = counts(MONDAY, 30, 40, 40, 40, 40, 40, 0, 0);
    assertThat(now.comparedWith(before).isDifferent()).isFalse();
  }

  @Test
  void aDifferenceHasTheOppositeIntervalTheOtherWayRound() {
    ConfidenceInterval one =
        medians(40, 20, 3).comparedWith(medians(50, 20, 1)).bounds().orElseThrow();
    ConfidenceInterval other =
        medians(50, 20, 1).comparedWith(medians(40, 20, 3)).bounds().orElseThrow();
    assertThat(one.low()).isCloseTo(-other.high(), within(1e-9));
    assertThat(one.high()).isCloseTo(-other.low(), within(1e-9));
  }

  private static DailyRatio ratio(int part, int whole, int days) {
    var ratio = new DailyRatio();
    for (int row = 0; row < whole; row++) {
      ratio.add(row % days, row < part);
    }
    return ratio;
  }

  /** The values factor, 2 · factor, … over the days. */
  private static DailySamples medians(int values, int days, double factor) {
    var samples = new DailySamples();
    for (int value = 0; value < values; value++) {
      samples.add(value * 7L % days, factor * (value + 1));
    }
    return samples;
  }

  private static DailyCounts counts(int days, long... ofWeekdays) {
    return counts(MONDAY, days, ofWeekdays);
  }

  private static DailyCounts counts(LocalDate first, int days, long... ofWeekdays) {
    return new DailyCounts(
        LongStream.range(0, days)
            .mapToObj(first::plusDays)
            .map(
                date ->
                    new DailyCounts.Day(
                        date,
                        1,
                        ofWeekdays[(date.getDayOfWeek().getValue() - 1) % ofWeekdays.length]))
            .toList());
  }
}
