package dev.dorado.streams.steps;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {

  private final Pace pace = new Pace();

  @Test
  void theFirstInputIsNotKeptWaiting() {
    pace.inputCame();
    pace.flushing(1_000, true);

    assertThat(pace.mayUpdate()).isTrue();
    assertThat(pace.mayBegin()).isTrue();
  }

  @Test
  void afterAnUpdateThereIsARestOfTenTimesItsTime() {
    pace.flushing(1_000, true);
    pace.updatedFor(100);

    pace.flushing(2_099, true);
    assertThat(pace.mayUpdate()).isFalse();
    pace.flushing(2_100, true);
    assertThat(pace.mayUpdate()).isTrue();
  }

  @Test
  void whileInputComesKeysAreDerivedAnewSeldom() {
    pace.inputCame();
    pace.flushing(1_000, true);
    pace.begunFor(500, 1);

    for (long now = 1_600; now < 11_500; now += 100) {
      pace.inputCame();
      pace.flushing(now, true);
      assertThat(pace.mayBegin()).isFalse();
    }
    pace.inputCame();
    pace.flushing(11_500, true);
    assertThat(pace.mayBegin()).isTrue();
  }

  @Test
  void onceNoMoreInputComesKeysAreDerivedAnewAtOnce() {
    pace.inputCame();
    pace.flushing(1_000, true);
    pace.begunFor(500, 1);

    pace.flushing(1_200, true);
    assertThat(pace.mayBegin()).isFalse();
    pace.flushing(1_300, true);
    assertThat(pace.mayBegin()).isTrue();
  }

  @Test
  void theMoreTimeItTookTheLongerItIsWaitedForMoreInput() {
    pace.inputCame();
    pace.flushing(1_000, true);
    pace.begunFor(10_000, 2);

    pace.inputCame();
    pace.flushing(20_000, true);
    pace.flushing(22_499, true);
    assertThat(pace.mayBegin()).isFalse();
    pace.flushing(22_500, true);
    assertThat(pace.mayBegin()).isTrue();

    pace.flushing(22_600, false);
    pace.inputCame();
    pace.flushing(30_000, true);
    pace.flushing(30_300, true);
    assertThat(pace.mayBegin()).isTrue();
  }

  @Test
  void shortHistoriesAreDerivedAnewAtEachTurn() {
    pace.inputCame();
    pace.flushing(1_000, true);
    pace.begunFor(500, 1_000);

    pace.inputCame();
    pace.flushing(1_500, true);
    assertThat(pace.mayBegin()).isTrue();
  }

  @Test
  void theThreadIsGivenBackAfterASecond() {
    assertThat(pace.mayGoOn(999)).isTrue();
    assertThat(pace.mayGoOn(1_000)).isFalse();
  }
}
