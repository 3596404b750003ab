package dev.dorado.streams.steps;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

class RecentHistoriesTest {

  private final RecentHistories recent = new RecentHistories(100);

  @Test
  void thoseUsedLastStay() {
    recent.put("a", new EmptyHistory(), 35);
    recent.put("b", new EmptyHistory(), 35);
    recent.get("a");
    recent.put("c", new EmptyHistory(), 35);

    assertThat(recent.get("a")).isNotNull();
    assertThat(recent.get("b")).isNull();
    assertThat(recent.get("c")).isNotNull();
  }

  @Test
  void anEmptyHistoryTakesRoomToo() {
    for (int i = 0; i < 100; i++) {
      recent.put("key " + i, new EmptyHistory(), 0);
    }

    assertThat(recent.get("key 89")).isNull();
    assertThat(recent.get("key 90")).isNotNull();
  }

  @Test
  void aHistoryLongerThanTheRoomIsKeptAlone() {
    recent.put("short", new EmptyHistory(), 1);
    recent.put("long", new EmptyHistory(), 1_000);

    assertThat(recent.get("short")).isNull();
    assertThat(recent.get("long")).isNotNull();
  }

  @Test
  void aKeyThatGrowsMakesOthersGiveWay() {
    recent.put("a", new EmptyHistory(), 30);
    recent.put("b", new EmptyHistory(), 30);
    recent.grown("b", 21);

    assertThat(recent.get("a")).isNull();
    assertThat(recent.get("b")).isNotNull();
  }

  @Test
  void aKeyThatShrinksMakesRoom() {
    recent.put("a", new EmptyHistory(), 40);
    recent.put("b", new EmptyHistory(), 40);
    recent.grown("b", -30);
    recent.put("c", new EmptyHistory(), 20);

    assertThat(recent.get("a")).isNotNull();
    assertThat(recent.get("b")).isNotNull();
    assertThat(recent.get("c")).isNotNull();
  }

  @Test
  void aKeyThatIsNotInMemoryTakesNoRoom() {
    recent.put("a", new EmptyHistory(), 40);
    recent.grown("another", 1_000);

    assertThat(recent.get("a")).isNotNull();
    assertThat(recent.get("another")).isNull();
  }

  private static final class EmptyHistory implements KeyHistory {
    @Override
    public void put(String id, SpecificRecord input) {}

    @Override
    public void remove(String id, String kind) {}

    @Override
    public Map<OutputId, Optional<Output>> changes() {
      return Map.of();
    }
  }
}
