package dev.dorado.streams.steps;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReadingTimeTest {

  private long nanos;
  private final ReadingTime time = new ReadingTime(() -> nanos);

  @Test
  void standsStillWhileAStepDerives() {
    var derivation = time.begin();
    nanos += TimeUnit.MILLISECONDS.toNanos(40);

    assertThat(derivation.ms()).isEqualTo(40);
    assertThat(derivation.end()).isEqualTo(40);
    assertThat(time.at(1_040)).isEqualTo(1_000);
    assertThat(time.at(1_050)).isEqualTo(1_010);
  }

  @Test
  void knowsNothingOfTheTimeOfOtherThreads() throws InterruptedException {
    var other =
        new Thread(
            () -> {
              var derivation = time.begin();
              nanos += TimeUnit.SECONDS.toNanos(1);
              derivation.end();
            });
    other.start();
    other.join();

    assertThat(time.at(5_000)).isEqualTo(5_000);
  }
}
