package dev.dorado.streams.steps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.streams.steps.Reading.Load;
import org.junit.jupiter.api.Test;

class PaceTest {

  private final Pace pace = new Pace();

  @Test
  void theFirstInputIsNotKeptWaiting() {
    pace.flushing(1_000, Load.FLOOD);

    assertThat(pace.mayUpdate()).isTrue();
    assertThat(pace.mayBegin()).isTrue();
  }

  @Test
  void anUpdateIsFollowedByARestAsLong() {
    pace.flushing(1_000, Load.LIVE);
    pace.updatedFor(100);

    pace.flushing(1_099, Load.LIVE);
    assertThat(pace.mayUpdate()).isFalse();
    pace.flushing(1_100, Load.LIVE);
    assertThat(pace.mayUpdate()).isTrue();
  }

  @Test
  void inAFloodKeysAreUpdatedSeldom() {
    pace.flushing(1_000, Load.FLOOD);
    pace.updatedFor(100);

    pace.flushing(3_999, Load.FLOOD);
    assertThat(pace.mayUpdate()).isFalse();
    pace.flushing(4_000, Load.FLOOD);
    assertThat(pace.mayUpdate()).isTrue();
  }

  @Test
  void onceTheFloodIsOverKeysAreUpdatedAtOnce() {
    pace.flushing(1_000, Load.FLOOD);
    pace.updatedFor(100);

    pace.flushing(1_300, Load.LIVE);
    assertThat(pace.mayUpdate()).isTrue();
  }

  @Test
  void longHistoriesAreDerivedAnewInAQuarterOfTheTime() {
    pace.flushing(1_000, Load.LIVE);
    pace.begunFor(500, 1);

    pace.flushing(2_499, Load.LIVE);
    assertThat(pace.mayBegin()).isFalse();
    pace.flushing(2_500, Load.LIVE);
    assertThat(pace.mayBegin()).isTrue();
  }

  @Test
  void whereNothingComesNobodyRests() {
    pace.flushing(1_000, Load.FLOOD);
    pace.updatedFor(500);
    pace.begunFor(500, 1);

    pace.flushing(1_001, Load.NONE);
    assertThat(pace.mayUpdate()).isTrue();
    assertThat(pace.mayBegin()).isTrue();
  }

  @Test
  void inAFloodLongHistoriesAreDerivedAnewSeldom() {
    pace.flushing(1_000, Load.FLOOD);
    pace.begunFor(500, 1);

    pace.flushing(25_999, Load.FLOOD);
    assertThat(pace.mayBegin()).isFalse();
    pace.flushing(26_000, Load.FLOOD);
    assertThat(pace.mayBegin()).isTrue();
  }

  @Test
  void shortHistoriesAreDerivedAnewAtEachTurn() {
    pace.flushing(1_000, Load.FLOOD);
    pace.begunFor(500, 1_000);

    pace.flushing(1_001, Load.FLOOD);
    assertThat(pace.mayBegin()).isTrue();
  }

  @Test
  void nobodyWaitsForAClockThatWasSetBack() {
    pace.flushing(10_000_000, Load.FLOOD);
    pace.updatedFor(100);
    pace.begunFor(500, 1);

    pace.flushing(1_000, Load.FLOOD);
    assertThat(pace.mayUpdate()).isTrue();
    assertThat(pace.mayBegin()).isTrue();
  }

  @Test
  void whoHasToWaitLooksAgainWhenTheRestIsOverOrAfterASecond() {
    pace.flushing(1_000, Load.FLOOD);
    pace.updatedFor(10);
    assertThat(pace.waitMs()).isEqualTo(300);

    pace.begunFor(500, 1);
    assertThat(pace.waitMs()).isEqualTo(1_000);
  }

  @Test
  void theThreadIsGivenBackAfterAThirdOfASecond() {
    assertThat(pace.mayGoOn(299)).isTrue();
    assertThat(pace.mayGoOn(300)).isFalse();
  }
}
