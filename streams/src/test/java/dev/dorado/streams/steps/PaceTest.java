package dev.dorado.streams.steps;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {

  private final Pace pace = new Pace();

  @Test
  void theFirstInputIsNotKeptWaiting() {
    pace.inputCame(1_000);
    pace.flushing(1_000, true);

    assertThat(pace.mayUpdate()).isTrue();
    assertThat(pace.mayBegin()).isTrue();
  }

  @Test
  void whileInputComesAnUpdateIsFollowedByARestOfTenTimesItsTime() {
    pace.inputCame(1_000);
    pace.flushing(1_000, true);
    pace.updatedFor(100);

    pace.inputCame(1_999);
    pace.flushing(1_999, true);
    assertThat(pace.mayUpdate()).isFalse();
    pace.flushing(2_000, true);
    assertThat(pace.mayUpdate()).isTrue();
  }

  @Test
  void onceNoMoreInputComesKeysAreUpdatedAtOnce() {
    pace.inputCame(1_000);
    pace.flushing(1_000, true);
    pace.updatedFor(100);

    pace.flushing(1_300, true);
    assertThat(pace.mayUpdate()).isTrue();
  }

  @Test
  void whileInputComesKeysAreDerivedAnewSeldom() {
    pace.inputCame(1_000);
    pace.flushing(1_000, true);
    pace.begunFor(500, 1);

    for (long now = 1_100; now < 11_000; now += 100) {
      pace.inputCame(now);
      pace.flushing(now, true);
      assertThat(pace.mayBegin()).isFalse();
    }
    pace.inputCame(11_000);
    pace.flushing(11_000, true);
    assertThat(pace.mayBegin()).isTrue();
  }

  @Test
  void onceNoMoreInputComesKeysAreDerivedAnewAtOnce() {
    pace.inputCame(1_000);
    pace.flushing(1_000, true);
    pace.begunFor(500, 1);

    pace.flushing(1_200, true);
    assertThat(pace.mayBegin()).isFalse();
    assertThat(pace.waitMs()).isEqualTo(100);
    pace.flushing(1_300, true);
    assertThat(pace.mayBegin()).isTrue();
  }

  @Test
  void theMoreTimeItTookTheLongerItIsWaitedForMoreInput() {
    pace.inputCame(1_000);
    pace.flushing(1_000, true);
    pace.begunFor(10_000, 2);

    pace.inputCame(20_000);
    pace.flushing(20_000, true);
    pace.flushing(22_499, true);
    assertThat(pace.mayBegin()).isFalse();
    pace.flushing(22_500, true);
    assertThat(pace.mayBegin()).isTrue();

    pace.flushing(22_600, false);
    pace.inputCame(30_000);
    pace.flushing(30_300, true);
    assertThat(pace.mayBegin()).isTrue();
  }

  @Test
  void shortHistoriesAreDerivedAnewAtEachTurn() {
    pace.inputCame(1_000);
    pace.flushing(1_000, true);
    pace.begunFor(500, 1_000);

    pace.inputCame(1_500);
    pace.flushing(1_500, true);
    assertThat(pace.mayBegin()).isTrue();
  }

  @Test
  void theThreadIsGivenBackAfterASecond() {
    assertThat(pace.mayGoOn(999)).isTrue();
    assertThat(pace.mayGoOn(1_000)).isFalse();
  }
}
