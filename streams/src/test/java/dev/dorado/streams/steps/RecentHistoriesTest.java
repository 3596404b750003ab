package dev.dorado.streams.steps;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

class RecentHistoriesTest {

  private static final Object STEP = "a step";
  private static final Object ANOTHER_STEP = "another step";

  private final RecentHistories recent = new RecentHistories(100);

  @Test
  void thoseUsedLastStay() {
    recent.put(STEP, "a", new HistoryInUse(new History(45)));
    recent.put(STEP, "b", new HistoryInUse(new History(45)));
    recent.get(STEP, "a");
    recent.put(STEP, "c", new HistoryInUse(new History(45)));

    assertThat(recent.get(STEP, "a")).isNotNull();
    assertThat(recent.get(STEP, "b")).isNull();
    assertThat(recent.get(STEP, "c")).isNotNull();
  }

  @Test
  void allStepsShareTheRoom() {
    recent.put(STEP, "a", new HistoryInUse(new History(60)));
    recent.put(ANOTHER_STEP, "a", new HistoryInUse(new History(60)));

    assertThat(recent.get(STEP, "a")).isNull();
    assertThat(recent.get(ANOTHER_STEP, "a")).isNotNull();
  }

  @Test
  void aHistoryLargerThanTheRoomIsKeptAlone() {
    recent.put(STEP, "small", new HistoryInUse(new History(1)));
    recent.put(STEP, "large", new HistoryInUse(new History(1_000)));

    assertThat(recent.get(STEP, "small")).isNull();
    assertThat(recent.get(STEP, "large")).isNotNull();
  }

  @Test
  void oneThatGrowsMakesOthersGiveWay() {
    var growing = new History(40);
    recent.put(STEP, "a", new HistoryInUse(new History(40)));
    recent.put(STEP, "b", new HistoryInUse(growing));
    growing.bytes = 61;
    recent.put(STEP, "b", new HistoryInUse(growing));

    assertThat(recent.get(STEP, "a")).isNull();
    assertThat(recent.get(STEP, "b")).isNotNull();
  }

  @Test
  void oneThatShrinksMakesRoom() {
    var shrinking = new History(50);
    recent.put(STEP, "a", new HistoryInUse(new History(50)));
    recent.put(STEP, "b", new HistoryInUse(shrinking));
    shrinking.bytes = 20;
    recent.put(STEP, "b", new HistoryInUse(shrinking));
    recent.put(STEP, "c", new HistoryInUse(new History(30)));

    assertThat(recent.get(STEP, "a")).isNotNull();
    assertThat(recent.get(STEP, "b")).isNotNull();
    assertThat(recent.get(STEP, "c")).isNotNull();
  }

  @Test
  void whatIsForgottenTakesNoRoom() {
    recent.put(STEP, "a", new HistoryInUse(new History(60)));
    recent.put(ANOTHER_STEP, "b", new HistoryInUse(new History(40)));
    recent.removeAll(STEP);
    recent.put(ANOTHER_STEP, "c", new HistoryInUse(new History(30)));
    recent.remove(ANOTHER_STEP, "c");
    recent.put(ANOTHER_STEP, "d", new HistoryInUse(new History(60)));

    assertThat(recent.get(STEP, "a")).isNull();
    assertThat(recent.get(ANOTHER_STEP, "b")).isNotNull();
    assertThat(recent.get(ANOTHER_STEP, "c")).isNull();
    assertThat(recent.get(ANOTHER_STEP, "d")).isNotNull();
  }

  private static final class History implements KeyHistory {

    private long bytes;

    History(long bytes) {
      this.bytes = bytes;
    }

    @Override
    public void put(String id, SpecificRecord input) {}

    @Override
    public void remove(String id, String kind) {}

    @Override
    public boolean has(String id, String kind) {
      return false;
    }

    @Override
    public Map<OutputId, Optional<Output>> changes() {
      return Map.of();
    }

    @Override
    public void watchGrowth(LongConsumer growth) {}

    @Override
    public long bytes() {
      return bytes;
    }
  }
}
