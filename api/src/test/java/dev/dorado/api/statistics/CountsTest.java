package dev.dorado.api.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CountsTest {

  @Test
  void theExactIntervalHasTheValuesOfTheTables() {
    // Garwood's limits, as in Ulm, American Journal of Epidemiology 131 (1990).
    assertBounds(0, 0, 3.689);
    assertBounds(1, 0.025, 5.572);
    assertBounds(10, 4.795, 18.390);
    assertBounds(100, 81.364, 121.627);
  }

  @Property
  void theBoundsHoldTheCount(@ForAll @IntRange(max = 100_000) int n) {
    ConfidenceInterval bounds = Counts.poisson(n);
    assertThat((double) n).isBetween(bounds.low(), bounds.high());
  }

  private static void assertBounds(long n, double low, double high) {
    ConfidenceInterval bounds = Counts.poisson(n);
    assertThat(bounds.low()).isCloseTo(low, within(6e-4));
    assertThat(bounds.high()).isCloseTo(high, within(6e-4));
  }
}
