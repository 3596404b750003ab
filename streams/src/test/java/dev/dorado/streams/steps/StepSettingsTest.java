package dev.dorado.streams.steps;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;

class StepSettingsTest {

  private static final long GIGABYTE = 1_000_000_000L;

  @Test
  void historiesTakeAShareOfTheHeapUnlessANumberIsSet() {
    assertThat(StepSettings.fitting(4 * GIGABYTE, 0.5, 1)).isEqualTo(2 * GIGABYTE);
    assertThat(StepSettings.fitting(4 * GIGABYTE, 0.5, 4)).isEqualTo(GIGABYTE / 2);
    long heap = Runtime.getRuntime().maxMemory();
    var settings = StepSettings.from(ConfigFactory.load());
    assertThat(settings.bytesInMemory()).isEqualTo(heap / 4);
    assertThat(settings.largestHistory()).isEqualTo(heap / 2);
    assertThat(
            StepSettings.from(
                    ConfigFactory.parseString("dorado.streams.history-memory = 64m")
                        .withFallback(ConfigFactory.load()))
                .bytesInMemory())
        .isEqualTo(64L * 1024 * 1024);
  }
}
