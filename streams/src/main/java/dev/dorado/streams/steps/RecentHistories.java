package dev.dorado.streams.steps;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The histories in memory of all steps that one thread of Kafka Streams works on: those in use
 * last, as many as there is room for. Not thread-safe.
 */
final class RecentHistories {

  private record Place(Object step, String key) {}

  private record Sized(HistoryInUse history, long bytes) {}

  private final long room;
  private final Map<Place, Sized> byPlace = new LinkedHashMap<>(16, 0.75f, true);

  /** Others look at it, too. */
  private final AtomicLong bytes = new AtomicLong();

  /**
   * @param room how many bytes they may take in all; a single larger history is kept all the same
   */
  RecentHistories(long room) {
    this.room = room;
  }

  /** The history of a step's key, or null. */
  HistoryInUse get(Object step, String key) {
    Sized sized = byPlace.get(new Place(step, key));
    return sized == null ? null : sized.history();
  }

  /**
   * Keeps a history, or takes note of what one that is kept takes now.
   *
   * @param size how many bytes it takes
   */
  void put(Object step, String key, HistoryInUse history, long size) {
    Sized before = byPlace.put(new Place(step, key), new Sized(history, size));
    bytes.addAndGet(size - (before == null ? 0 : before.bytes()));
    var eldest = byPlace.values().iterator();
    while (bytes.get() > room && byPlace.size() > 1) {
      bytes.addAndGet(-eldest.next().bytes());
      eldest.remove();
    }
  }

  /** How many bytes they take in all, estimated. May be asked by any thread. */
  long bytes() {
    return bytes.get();
  }

  /** Forgets a history, which may be spoiled. */
  void remove(Object step, String key) {
    Sized sized = byPlace.remove(new Place(step, key));
    if (sized != null) {
      bytes.addAndGet(-sized.bytes());
    }
  }

  /** Forgets all histories of a step, which another thread may work on from now on. */
  void removeAll(Object step) {
    byPlace.entrySet().removeIf(entry -> entry.getKey().step() == step);
    bytes.set(byPlace.values().stream().mapToLong(Sized::bytes).sum());
  }
}
