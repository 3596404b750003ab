package dev.dorado.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoopbackPortTest {

  /** Kafka refuses two listeners on one port; with so many pairs, some would share theirs. */
  @Test
  void twoPortsOfOneServerAreNeverTheSame() {
    IntStream.range(0, 20_000)
        .forEach(
            pair -> {
              int first = LoopbackPort.free();
              assertThat(LoopbackPort.free(first)).isNotEqualTo(first);
            });
  }
}
