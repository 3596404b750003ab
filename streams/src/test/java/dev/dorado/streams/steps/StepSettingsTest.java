package dev.dorado.streams.steps;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;

class StepSettingsTest {

  private static final long GIGABYTE = 1_000_000_000L;

  @Test
  void asManyInputsAsThereIsHeapForAreKeptInMemoryUnlessANumberIsSet() {
    assertThat(StepSettings.fitting(GIGABYTE, 1)).isEqualTo(12_500);
    assertThat(StepSettings.fitting(6 * GIGABYTE, 3)).isEqualTo(25_000);
    assertThat(StepSettings.from(ConfigFactory.load(), 3).inputsInMemory())
        .isEqualTo(StepSettings.fitting(Runtime.getRuntime().maxMemory(), 3));
    assertThat(
            StepSettings.from(
                    ConfigFactory.parseString("dorado.streams.inputs-in-memory = 7")
                        .withFallback(ConfigFactory.load()),
                    3)
                .inputsInMemory())
        .isEqualTo(7);
  }
}
