package dev.dorado.streams.steps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.streams.steps.InputLoad.Load;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InputLoadTest {

  private long nanos;
  private final InputLoad load = new InputLoad(() -> nanos);

  @Test
  void itsTimeStandsStillWhileAStepDerives() {
    derive(40);

    assertThat(load.time(1_040)).isEqualTo(1_000);
    assertThat(load.time(1_050)).isEqualTo(1_010);
  }

  @Test
  void aDerivationKnowsHowLongItTakes() {
    var derivation = load.begin();
    nanos += TimeUnit.MILLISECONDS.toNanos(40);

    assertThat(derivation.ms()).isEqualTo(40);
    assertThat(derivation.end()).isEqualTo(40);
  }

  @Test
  void eachThreadHasItsOwnTime() throws InterruptedException {
    var other = new Thread(() -> derive(1_000));
    other.start();
    other.join();

    assertThat(load.time(5_000)).isEqualTo(5_000);
  }

  @Test
  void aHundredInputsAtOnceAreLive() {
    inputs(100, 1_000);

    assertThat(load.load(1_000)).isEqualTo(Load.LIGHT);
  }

  @Test
  void moreAreAFloodUntilAFifthOfASecondHasPassed() {
    inputs(101, 1_000);

    assertThat(load.load(1_000)).isEqualTo(Load.HEAVY);
    assertThat(load.load(1_150)).isEqualTo(Load.HEAVY);
    assertThat(load.load(1_250)).isEqualTo(Load.IDLE);
  }

  @Test
  void aFloodDoesNotEndWhileAStepDerives() {
    inputs(101, 1_000);
    derive(60_000);

    assertThat(load.load(61_050)).isEqualTo(Load.HEAVY);
    assertThat(load.load(61_250)).isEqualTo(Load.IDLE);
  }

  @Test
  void inputThatComesSteadilyIsNoFlood() {
    for (long now = 1_000; now < 10_000; now += 10) {
      inputs(1, now);
      assertThat(load.load(now)).isEqualTo(Load.LIGHT);
    }
  }

  private void inputs(int count, long now) {
    for (int i = 0; i < count; i++) {
      load.inputCame(now);
    }
  }

  private void derive(long ms) {
    var derivation = load.begin();
    nanos += TimeUnit.MILLISECONDS.toNanos(ms);
    derivation.end();
  }
}
