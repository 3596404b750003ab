package dev.dorado.api.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RatioTest {

  @Test
  void wilsonsIntervalHasTheValuesOfTheLiterature() {
    // Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    assertBounds(81, 263, 0.2553, 0.3662);
    assertBounds(15, 148, 0.0624, 0.1605);
    assertBounds(0, 20, 0.0, 0.1611);
    assertBounds(1, 29, 0.0061, 0.1718);
  }

  @Test
  void nothingOfNothingIsUnknown() {
    assertThat(Ratio.of(0, 0)).isEmpty();
    assertThat(Ratio.wilson(0, 0)).isEmpty();
    assertThat(Ratio.of(0, 3)).contains(0.0);
  }

  @Test
  void aPartLargerThanTheWholeIsRefused() {
    assertThatThrownBy(() -> Ratio.of(2, 1)).hasMessageContaining("2 of 1");
  }

  @Property
  void theBoundsHoldTheRatioAndNarrowWithN(
      @ForAll @IntRange(max = 200) int part, @ForAll @IntRange(max = 200) int rest) {
    if (part + rest == 0) {
      return;
    }
    ConfidenceInterval bounds = Ratio.wilson(part, part + rest).orElseThrow();
    ConfidenceInterval ofTenfold = Ratio.wilson(part * 10L, (part + rest) * 10L).orElseThrow();
    assertThat(Ratio.of(part, part + rest).orElseThrow()).isBetween(bounds.low(), bounds.high());
    assertThat(bounds.low()).isGreaterThanOrEqualTo(0);
    assertThat(bounds.high()).isLessThanOrEqualTo(1);
    assertThat(ofTenfold.high() - ofTenfold.low()).isLessThan(bounds.high() - bounds.low());
  }

  @Property
  void partAndRestMirrorEachOther(
      @ForAll @IntRange(max = 100) int part, @ForAll @IntRange(min = 1, max = 100) int rest) {
    ConfidenceInterval ofPart = Ratio.wilson(part, part + rest).orElseThrow();
    ConfidenceInterval ofRest = Ratio.wilson(rest, part + rest).orElseThrow();
    assertThat(ofPart.low()).isCloseTo(1 - ofRest.high(), within(1e-12));
  }

  private static void assertBounds(long part, long whole, double low, double high) {
    ConfidenceInterval bounds = Ratio.wilson(part, whole).orElseThrow();
    assertThat(bounds.low()).isCloseTo(low, within(5e-5));
    assertThat(bounds.high()).isCloseTo(high, within(5e-5));
  }
}
