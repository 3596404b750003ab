package dev.dorado.streams.steps;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;

class StepSettingsTest {

  private static final long GIGABYTE = 1_000_000_000L;

  @Test
  void historiesTakeAShareOfTheHeapUnlessANumberIsSet() {
    assertThat(StepSettings.fitting(4 * GIGABYTE, 1)).isEqualTo(GIGABYTE);
    assertThat(StepSettings.fitting(4 * GIGABYTE, 4)).isEqualTo(GIGABYTE / 4);
    assertThat(StepSettings.from(ConfigFactory.load()).bytesInMemory())
        .isEqualTo(StepSettings.fitting(Runtime.getRuntime().maxMemory(), 1));
    assertThat(
            StepSettings.from(
                    ConfigFactory.parseString("dorado.streams.history-memory = 64m")
                        .withFallback(ConfigFactory.load()))
                .bytesInMemory())
        .isEqualTo(64L * 1024 * 1024);
  }
}
