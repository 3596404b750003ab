package dev.dorado.streams.steps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.rules.step.WholeHistory;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentHistoriesTest {

  private static final Object STEP = "a step";
  private static final Object ANOTHER_STEP = "another step";

  private final RecentHistories recent = new RecentHistories(100);

  @Test
  void thoseUsedLastStay() {
    put(STEP, "a", 45);
    put(STEP, "b", 45);
    recent.get(STEP, "a");
    put(STEP, "c", 45);

    assertThat(recent.get(STEP, "a")).isNotNull();
    assertThat(recent.get(STEP, "b")).isNull();
    assertThat(recent.get(STEP, "c")).isNotNull();
  }

  @Test
  void allStepsShareTheRoom() {
    put(STEP, "a", 60);
    put(ANOTHER_STEP, "a", 60);

    assertThat(recent.get(STEP, "a")).isNull();
    assertThat(recent.get(ANOTHER_STEP, "a")).isNotNull();
  }

  @Test
  void aHistoryLargerThanTheRoomIsKeptAlone() {
    put(STEP, "small", 1);
    put(STEP, "large", 1_000);

    assertThat(recent.get(STEP, "small")).isNull();
    assertThat(recent.get(STEP, "large")).isNotNull();
  }

  @Test
  void oneThatGrowsMakesOthersGiveWay() {
    put(STEP, "a", 40);
    put(STEP, "b", 40);
    put(STEP, "b", 61);

    assertThat(recent.get(STEP, "a")).isNull();
    assertThat(recent.get(STEP, "b")).isNotNull();
  }

  @Test
  void oneThatShrinksMakesRoom() {
    put(STEP, "a", 50);
    put(STEP, "b", 50);
    put(STEP, "b", 20);
    put(STEP, "c", 30);

    assertThat(recent.get(STEP, "a")).isNotNull();
    assertThat(recent.get(STEP, "b")).isNotNull();
    assertThat(recent.get(STEP, "c")).isNotNull();
  }

  @Test
  void whatIsForgottenTakesNoRoom() {
    put(STEP, "a", 60);
    put(ANOTHER_STEP, "b", 40);
    recent.removeAll(STEP);
    put(ANOTHER_STEP, "c", 30);
    recent.remove(ANOTHER_STEP, "c");
    put(ANOTHER_STEP, "d", 60);

    assertThat(recent.get(STEP, "a")).isNull();
    assertThat(recent.get(ANOTHER_STEP, "b")).isNotNull();
    assertThat(recent.get(ANOTHER_STEP, "c")).isNull();
    assertThat(recent.get(ANOTHER_STEP, "d")).isNotNull();
  }

  private void put(Object step, String key, long bytes) {
    recent.put(step, key, new HistoryInUse(new WholeHistory(inputs -> List.of())), bytes);
  }
}
