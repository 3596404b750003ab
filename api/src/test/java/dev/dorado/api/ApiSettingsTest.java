package dev.dorado.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.api.digest.DigestSettings;
import dev.dorado.api.goldenpath.Outcome;
import dev.dorado.api.queries.QueryBounds;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ApiSettingsTest {

  @Test
  void eachSettingArrives() {
    assertThat(
            settings(
                "dorado.api { pool-size = 3, connect-timeout = 2s, query-timeout = 7s,"
                    + " query-memory = 2MiB, query-result = 3MiB, queries-at-once = 4,"
                    + " answer-age = 8s, answer-memory = 5MiB,"
                    + " stale-after = 60d, fewest-contributors = 9, series-cells = 77,"
                    + " dora-gauges-age = 3m, dora-gauges-groups = 5,"
                    + " golden-path-outcome = change_fail_rate }\n"
                    + "dorado.rules.proximity-window = 12h"))
        .isEqualTo(
            new ApiSettings(
                3,
                Duration.ofSeconds(2),
                new QueryBounds(Duration.ofSeconds(7), 2L << 20, 3L << 20),
                4,
                Duration.ofSeconds(8),
                5L << 20,
                Duration.ofDays(60),
                9,
                77,
                Duration.ofMinutes(3),
                5,
                Outcome.CHANGE_FAIL_RATE,
                new DigestSettings(List.of(), Optional.empty(), ZoneId.of("UTC")),
                Duration.ofHours(12)));
  }

  @Test
  void theDefaultsAreRight() {
    assertThat(ApiSettings.from(ConfigFactory.load()).proximityWindow())
        .isEqualTo(Duration.ofHours(24));
  }

  @Test
  void badValuesAreRefusedWithTheReason() {
    assertThatThrownBy(() -> settings("dorado.api.pool-size = 0"))
        .hasMessageContaining("dorado.api.pool-size is 0");
    assertThatThrownBy(() -> settings("dorado.api.fewest-contributors = 1"))
        .hasMessageContaining("no number is of one person");
    assertThatThrownBy(() -> settings("dorado.api.query-timeout = 0s"))
        .hasMessageContaining("dorado.api.query-timeout");
    assertThatThrownBy(() -> settings("dorado.api.connect-timeout = 0s"))
        .hasMessageContaining("dorado.api.connect-timeout");
  }

  @Test
  void aBoundOfBytesCannotBeSwitchedOff() {
    assertThatThrownBy(() -> settings("dorado.api.query-memory = 0"))
        .hasMessageContaining("dorado.api.query-memory is 0");
    assertThatThrownBy(() -> settings("dorado.api.query-result = 0"))
        .hasMessageContaining("dorado.api.query-result is 0");
  }

  @Test
  void aSeriesHasOneCellAtLeast() {
    assertThatThrownBy(() -> settings("dorado.api.series-cells = 0"))
        .hasMessageContaining("dorado.api.series-cells is 0");
  }

  @Test
  void gaugesAreOfOneGroupAtLeast() {
    assertThatThrownBy(() -> settings("dorado.api.dora-gauges-groups = 0"))
        .hasMessageContaining("dorado.api.dora-gauges-groups is 0");
  }

  @Test
  void theOutcomeOfTheGoldenPathIsOneThatThereIs() {
    assertThatThrownBy(() -> settings("dorado.api.golden-path-outcome = happiness"))
        .hasMessageContaining("dorado.api.golden-path-outcome is happiness")
        .hasMessageContaining("change_lead_time");
  }

  private static ApiSettings settings(String text) {
    Config config = ConfigFactory.parseString(text).withFallback(ConfigFactory.load());
    return ApiSettings.from(config);
  }
}
