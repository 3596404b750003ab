package dev.dorado.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleNamesTest {

  @ParameterizedTest
  @CsvSource({"12h, PT12H", "30m, PT30M", "21d, PT504H", "0s, PT0S", "90 minutes, PT1H30M"})
  void aWindowIsASpanOfTimeWithItsUnit(String value, Duration window) {
    assertThat(RuleNames.problem("proximity-window", value)).isEmpty();
    assertThat(RuleNames.duration(Map.of("proximity-window", value), "proximity-window"))
        .contains(window);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "12", "soon", "-1h", "12 parsecs"})
  void anythingElseIsRefusedByNameAndValue(String value) {
    assertThat(RuleNames.problem("rollout-window", value))
        .hasValueSatisfying(
            problem -> assertThat(problem).contains("'" + value + "'", "rollout-window", "12h"));
    assertThatThrownBy(() -> RuleNames.duration(Map.of("rollout-window", value), "rollout-window"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anUnknownNameIsToldTheKnownOnes() {
    assertThat(RuleNames.problem("proximty-window", "1h"))
        .hasValueSatisfying(
            problem -> assertThat(problem).contains("proximty-window", "proximity-window"));
  }

  @Test
  void whatIsNotStatedIsEmpty() {
    assertThat(RuleNames.duration(Map.of(), "rework-window")).isEmpty();
  }
}
