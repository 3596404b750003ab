package dev.dorado.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadableDurationTest {

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0 s, 0 s",
    "PT0.4S, 0.4 s, 0.4 s",
    "PT1.5S, 1.5 s, 1.5 s",
    "PT9S, 9 s, 9 s",
    "PT40.7S, 41 s, 41 s",
    "PT59.6S, 1 min, 60 s",
    "PT5M30S, 6 min, 5 min",
    "PT59M40S, 1 h, 59 min",
    "PT2H43M, 2 h 43 min, 2 h",
    "PT2H, 2 h, 2 h",
    "P2DT4H5M, 2 d 4 h, 2 d",
    "PT2H0M5S, 2 h, 2 h",
    "PT9H5M31S, 9 h 6 min, 9 h",
    "PT23H59M40S, 1 d, 23 h",
    "P1DT5M, 1 d, 1 d",
    "P55DT23H40M, 8 wk, 55 d",
    "P59DT12H, 8 wk 4 d, 59 d",
    "-PT150S, -3 min, -2 min"
  })
  void aDurationIsWrittenInItsLargestUnits(Duration length, String said, String roughly) {
    assertThat(ReadableDuration.of(length)).isEqualTo(said);
    assertThat(ReadableDuration.roughly(length)).isEqualTo(roughly);
  }
}
