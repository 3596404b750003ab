package dev.dorado.server;

import static dev.dorado.server.HeapPressure.State.EXHAUSTED;
import static dev.dorado.server.HeapPressure.State.FINE;
import static dev.dorado.server.HeapPressure.State.HOPELESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.server.HeapPressure.Sample;
import dev.dorado.server.HeapPressure.State;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class HeapPressureTest {

  private final HeapPressure pressure =
      new HeapPressure(Duration.ofSeconds(60), Duration.ofSeconds(30));
  private double second;
  private double collecting;

  @Test
  void aHeapThatIsCollectedWithoutEffectForTheWholeWindowIsExhaustedAndLaterHopeless() {
    assertThat(run(59, 0.98, 0.01)).isEqualTo(FINE);
    assertThat(run(3, 0.98, 0.01)).isEqualTo(EXHAUSTED);
    assertThat(run(27, 0.98, 0.01)).isEqualTo(EXHAUSTED);
    assertThat(run(4, 0.98, 0.01)).isEqualTo(HOPELESS);
  }

  @Test
  void aFullHeapThatIsSeldomCollectedIsFine() {
    assertThat(run(300, 0.20, 0.01)).isEqualTo(FINE);
  }

  @Test
  void manyCollectionsThatFreeMuchAreFine() {
    assertThat(run(300, 0.95, 0.30)).isEqualTo(FINE);
  }

  @Test
  void aHeapThatRecoversIsFineAgainAndItsGraceBeginsAnew() {
    assertThat(run(75, 0.98, 0.01)).isEqualTo(EXHAUSTED);
    assertThat(run(1, 0.10, 0.40)).isEqualTo(FINE);
    assertThat(run(2, 0.98, 0.01)).isEqualTo(EXHAUSTED);
    assertThat(run(27, 0.98, 0.01)).isEqualTo(EXHAUSTED);
    assertThat(run(10, 0.98, 0.01)).isEqualTo(HOPELESS);
  }

  @Test
  void samplesThatAreFarApartBecauseTheProcessIsStoppedCountAsWell() {
    add(0, 0.01);
    second += 100;
    collecting += 99;
    assertThat(add(0, 0.01)).isEqualTo(EXHAUSTED);
    second += 40;
    collecting += 39;
    assertThat(add(0, 0.01)).isEqualTo(HOPELESS);
  }

  private State run(int seconds, double share, double free) {
    State state = FINE;
    for (int i = 0; i < seconds; i++) {
      second++;
      state = add(share, free);
    }
    return state;
  }

  private State add(double share, double free) {
    collecting += share;
    return pressure.add(new Sample(nanos(second), nanos(collecting), free));
  }

  private static long nanos(double seconds) {
    return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
  }
}
