package dev.dorado.api.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SamplesTest {

  @Test
  void theMedianOfAnEvenNumberIsTheMeanOfTheMiddleTwo() {
    assertThat(samples(4, 1, 3, 2).median()).contains(2.5);
    assertThat(samples(5, 1, 3).median()).contains(3.0);
    assertThat(samples(7).median()).contains(7.0);
    assertThat(new Samples().median()).isEmpty();
  }

  @Test
  void quantilesAreInterpolated() {
    var samples = samples(10, 20, 30, 40);
    assertThat(samples.quantile(0.75)).contains(32.5);
    assertThat(samples.quantile(0.9).orElseThrow()).isCloseTo(37, within(1e-12));
    assertThat(samples.quantile(0)).contains(10.0);
    assertThat(samples.quantile(1)).contains(40.0);
    assertThatThrownBy(() -> samples.quantile(1.1)).hasMessageContaining("1.1");
  }

  @Test
  void valuesMayBeAddedAfterAQuantileWasAsked() {
    var samples = samples(3, 2);
    assertThat(samples.median()).contains(2.5);
    samples.add(1);
    assertThat(samples.median()).contains(2.0);
  }

  @Test
  void theBoundsOfAMedianAreOrderStatistics() {
    // Ranks from the table of the sign test: 6 → 1, 9 → 2, 20 → 6, 100 → 40.
    assertThat(upTo(5).medianBounds()).isEmpty();
    assertThat(upTo(6).medianBounds()).contains(new ConfidenceInterval(1, 6));
    assertThat(upTo(9).medianBounds()).contains(new ConfidenceInterval(2, 8));
    assertThat(upTo(20).medianBounds()).contains(new ConfidenceInterval(6, 15));
    assertThat(upTo(100).medianBounds()).contains(new ConfidenceInterval(40, 61));
  }

  @Test
  void whatIsNoNumberIsRefused() {
    assertThatThrownBy(() -> new Samples().add(Double.NaN)).hasMessageContaining("NaN");
  }

  @Property
  void quantilesLieWithinTheValuesAndGrow(
      @ForAll @Size(min = 1, max = 60) List<@DoubleRange(min = -1e9, max = 1e9) Double> values,
      @ForAll @DoubleRange(min = 0, max = 1) double one,
      @ForAll @DoubleRange(min = 0, max = 1) double other) {
    var samples = new Samples();
    values.forEach(samples::add);
    double low = samples.quantile(Math.min(one, other)).orElseThrow();
    double high = samples.quantile(Math.max(one, other)).orElseThrow();
    // Interpolation between equal values may be off by a rounding.
    assertThat(low).isLessThanOrEqualTo(high + 1e-6);
    assertThat(low).isGreaterThanOrEqualTo(Collections.min(values) - 1e-6);
    assertThat(high).isLessThanOrEqualTo(Collections.max(values) + 1e-6);
  }

  @Property
  void theBoundsHoldTheMedian(
      @ForAll @Size(min = 6, max = 60) List<@DoubleRange(min = 0, max = 1e6) Double> values) {
    var samples = new Samples();
    values.forEach(samples::add);
    ConfidenceInterval bounds = samples.medianBounds().orElseThrow();
    assertThat(samples.median().orElseThrow()).isBetween(bounds.low(), bounds.high());
  }

  private static Samples samples(double... values) {
    var samples = new Samples();
    for (double value : values) {
      samples.add(value);
    }
    return samples;
  }

  private static Samples upTo(int n) {
    var samples = new Samples();
    IntStream.rangeClosed(1, n).forEach(samples::add);
    return samples;
  }
}
