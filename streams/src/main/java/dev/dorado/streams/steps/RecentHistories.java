package dev.dorado.streams.steps;

import java.util.LinkedHashMap;
import java.util.Map;

/** The histories of the keys that were in use last, as many as there is room for. */
final class RecentHistories {

  private record Sized(KeyHistory history, int inputs) {}

  /** A history without inputs takes as much memory as so many of them: its tables and rules. */
  private static final int EMPTY = 10;

  private final int room;
  private final Map<String, Sized> byKey = new LinkedHashMap<>(16, 0.75f, true);
  private int inputs;

  /**
   * @param room how many inputs they may have in all; a single longer history is kept all the same
   */
  RecentHistories(int room) {
    this.room = room;
  }

  /** The history of a key, or null. */
  KeyHistory get(String key) {
    Sized sized = byKey.get(key);
    return sized == null ? null : sized.history();
  }

  /** How many inputs a key has; 0 if it is none of these. */
  int inputs(String key) {
    Sized sized = byKey.get(key);
    return sized == null ? 0 : sized.inputs() - EMPTY;
  }

  void put(String key, KeyHistory history, int size) {
    byKey.put(key, new Sized(history, EMPTY + size));
    inputs += EMPTY + size;
    makeRoom();
  }

  /** A key has that many inputs more, or fewer, whether it is one of these or not. */
  void grown(String key, int more) {
    Sized sized = more == 0 ? null : byKey.get(key);
    if (sized != null) {
      byKey.put(key, new Sized(sized.history(), sized.inputs() + more));
      inputs += more;
      makeRoom();
    }
  }

  /** Forgets a key's history, which may be spoiled. */
  void remove(String key) {
    Sized sized = byKey.remove(key);
    if (sized != null) {
      inputs -= sized.inputs();
    }
  }

  private void makeRoom() {
    var eldest = byKey.values().iterator();
    while (inputs > room && byKey.size() > 1) {
      inputs -= eldest.next().inputs();
      eldest.remove();
    }
  }
}
