package dev.dorado.streams.steps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.streams.steps.InputLoad.Load;
import org.junit.jupiter.api.Test;

class ThrottleTest {

  private final Throttle throttle = new Throttle();

  @Test
  void theFirstInputIsNotKeptWaiting() {
    throttle.flushing(1_000, Load.HEAVY);

    assertThat(throttle.mayUpdate()).isTrue();
    assertThat(throttle.mayBegin()).isTrue();
  }

  @Test
  void anUpdateIsFollowedByARestAsLong() {
    throttle.flushing(1_000, Load.LIGHT);
    throttle.updatedFor(100);

    throttle.flushing(1_099, Load.LIGHT);
    assertThat(throttle.mayUpdate()).isFalse();
    throttle.flushing(1_100, Load.LIGHT);
    assertThat(throttle.mayUpdate()).isTrue();
  }

  @Test
  void inAFloodKeysAreUpdatedSeldom() {
    throttle.flushing(1_000, Load.HEAVY);
    throttle.updatedFor(100);

    throttle.flushing(3_999, Load.HEAVY);
    assertThat(throttle.mayUpdate()).isFalse();
    throttle.flushing(4_000, Load.HEAVY);
    assertThat(throttle.mayUpdate()).isTrue();
  }

  @Test
  void onceTheFloodIsOverKeysAreUpdatedAtOnce() {
    throttle.flushing(1_000, Load.HEAVY);
    throttle.updatedFor(100);

    throttle.flushing(1_300, Load.LIGHT);
    assertThat(throttle.mayUpdate()).isTrue();
  }

  @Test
  void longHistoriesAreDerivedAnewInAQuarterOfTheTime() {
    throttle.flushing(1_000, Load.LIGHT);
    throttle.begunFor(500, 1);

    throttle.flushing(2_499, Load.LIGHT);
    assertThat(throttle.mayBegin()).isFalse();
    throttle.flushing(2_500, Load.LIGHT);
    assertThat(throttle.mayBegin()).isTrue();
  }

  @Test
  void whereNothingComesNobodyRests() {
    throttle.flushing(1_000, Load.HEAVY);
    throttle.updatedFor(500);
    throttle.begunFor(500, 1);

    throttle.flushing(1_001, Load.IDLE);
    assertThat(throttle.mayUpdate()).isTrue();
    assertThat(throttle.mayBegin()).isTrue();
  }

  @Test
  void inAFloodLongHistoriesAreDerivedAnewSeldom() {
    throttle.flushing(1_000, Load.HEAVY);
    throttle.begunFor(500, 1);

    throttle.flushing(25_999, Load.HEAVY);
    assertThat(throttle.mayBegin()).isFalse();
    throttle.flushing(26_000, Load.HEAVY);
    assertThat(throttle.mayBegin()).isTrue();
  }

  @Test
  void shortHistoriesAreDerivedAnewAtEachTurn() {
    throttle.flushing(1_000, Load.HEAVY);
    throttle.begunFor(500, 1_000);

    throttle.flushing(1_001, Load.HEAVY);
    assertThat(throttle.mayBegin()).isTrue();
  }

  @Test
  void nobodyWaitsForAClockThatWasSetBack() {
    throttle.flushing(10_000_000, Load.HEAVY);
    throttle.updatedFor(100);
    throttle.begunFor(500, 1);

    throttle.flushing(1_000, Load.HEAVY);
    assertThat(throttle.mayUpdate()).isTrue();
    assertThat(throttle.mayBegin()).isTrue();
  }

  @Test
  void whoHasToWaitLooksAgainWhenTheRestIsOverOrAfterASecond() {
    throttle.flushing(1_000, Load.HEAVY);
    throttle.updatedFor(10);
    assertThat(throttle.waitMs()).isEqualTo(300);

    throttle.begunFor(500, 1);
    assertThat(throttle.waitMs()).isEqualTo(1_000);
  }

  @Test
  void theThreadIsGivenBackAfterAThirdOfASecond() {
    assertThat(throttle.mayGoOn(299)).isTrue();
    assertThat(throttle.mayGoOn(300)).isFalse();
  }
}
