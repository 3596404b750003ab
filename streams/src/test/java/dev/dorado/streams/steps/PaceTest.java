package dev.dorado.streams.steps;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {

  private final Pace pace = new Pace();

  @Test
  void theFirstInputIsNotKeptWaiting() {
    pace.inputCame();
    pace.flushing(1_000);

    assertThat(pace.mayUpdate()).isTrue();
    assertThat(pace.mayBegin()).isTrue();
  }

  @Test
  void afterAnUpdateThereIsARestOfTwiceItsTime() {
    pace.flushing(1_000);
    pace.updatedFor(100);

    pace.flushing(1_299);
    assertThat(pace.mayUpdate()).isFalse();
    pace.flushing(1_300);
    assertThat(pace.mayUpdate()).isTrue();
  }

  @Test
  void whileInputComesKeysAreDerivedAnewSeldom() {
    pace.inputCame();
    pace.flushing(1_000);
    pace.begunFor(500);

    for (long now = 1_600; now < 11_500; now += 100) {
      pace.inputCame();
      pace.flushing(now);
      assertThat(pace.mayBegin()).isFalse();
    }
    pace.inputCame();
    pace.flushing(11_500);
    assertThat(pace.mayBegin()).isTrue();
  }

  @Test
  void onceNoMoreInputComesKeysAreDerivedAnewAtOnce() {
    pace.inputCame();
    pace.flushing(1_000);
    pace.begunFor(500);

    for (long now = 1_600; now < 1_900; now += 100) {
      pace.flushing(now);
    }
    assertThat(pace.mayBegin()).isTrue();
  }

  @Test
  void theThreadIsGivenBackAfterASecond() {
    assertThat(pace.mayGoOn(999)).isTrue();
    assertThat(pace.mayGoOn(1_000)).isFalse();
  }
}
