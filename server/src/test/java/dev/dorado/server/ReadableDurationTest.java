package dev.dorado.server;

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
    "PT40.7S, 40 s, 40 s",
    "PT5M30S, 5 min 30 s, 5 min",
    "PT2H43M, 2 h 43 min, 2 h",
    "PT2H, 2 h, 2 h",
    "P2DT4H5M, 2 d 4 h, 2 d",
    "PT2H0M5S, 2 h 5 s, 2 h",
    "-PT90S, -1 min 30 s, -1 min"
  })
  void aLengthIsSaidInItsLargestUnits(Duration length, String said, String roughly) {
    assertThat(ReadableDuration.of(length)).isEqualTo(said);
    assertThat(ReadableDuration.roughly(length)).isEqualTo(roughly);
  }
}
