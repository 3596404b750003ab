package dev.dorado.rules.derive;

import java.util.Arrays;
import java.util.Objects;

/**
 * The keys of a table, indexed by slot. A {@link Key} is stored as its parts, in one array for all
 * keys; other keys are stored as they are. Not thread-safe.
 */
final class KeyColumns<K extends Comparable<? super K>> {

  private static final Object[] NOTHING = {};

  /** {@link #width} elements for each slot. Shorter keys, and free slots, are padded with null. */
  private Object[] parts = NOTHING;

  private int width = 1;
  private boolean areOfParts;

  /** Returns the capacity in slots. */
  int room() {
    return parts.length / width;
  }

  void makeRoom(int room) {
    parts = Arrays.copyOf(parts, room * width);
  }

  boolean isFree(int slot) {
    return parts[slot * width] == null;
  }

  void free(int slot) {
    Arrays.fill(parts, slot * width, (slot + 1) * width, null);
  }

  void set(int slot, K key) {
    if (!(key instanceof Key ofParts)) {
      parts[slot] = key;
      return;
    }
    Object[] given = ofParts.parts();
    if (ofParts.isEnd() || given.length == 0) {
      throw new IllegalArgumentException("no entry can have the key %s".formatted(key));
    }
    areOfParts = true;
    if (given.length > width) {
      widen(given.length);
    }
    System.arraycopy(given, 0, parts, slot * width, given.length);
  }

  private void widen(int wider) {
    int room = room();
    Object[] wide = new Object[room * wider];
    for (int slot = 0; slot < room; slot++) {
      System.arraycopy(parts, slot * width, wide, slot * wider, width);
    }
    parts = wide;
    width = wider;
  }

  @SuppressWarnings("unchecked") // a table has keys of one type
  K get(int slot) {
    if (!areOfParts) {
      return (K) parts[slot];
    }
    int from = slot * width;
    return (K) Key.of(Arrays.copyOfRange(parts, from, from + count(slot)));
  }

  /** Returns the number of parts of a slot's key. */
  private int count(int slot) {
    int from = slot * width;
    int count = width;
    while (parts[from + count - 1] == null) {
      count--;
    }
    return count;
  }

  /** Returns the hash code of a slot's key, without making the key. */
  int hash(int slot) {
    if (!areOfParts) {
      return parts[slot].hashCode();
    }
    int hash = 1;
    int from = slot * width;
    for (int at = from; at < from + width && parts[at] != null; at++) {
      hash = 31 * hash + parts[at].hashCode();
    }
    return hash;
  }

  boolean isAt(int slot, K key) {
    if (!areOfParts) {
      return key.equals(parts[slot]);
    }
    var ofParts = (Key) key;
    Object[] given = ofParts.parts();
    if (ofParts.isEnd() || given.length > width) {
      return false;
    }
    int from = slot * width;
    for (int i = 0; i < width; i++) {
      if (!Objects.equals(parts[from + i], i < given.length ? given[i] : null)) {
        return false;
      }
    }
    return true;
  }

  /** Compares the key of a slot with another. */
  int compare(int slot, K key) {
    return areOfParts
        ? Key.compare(parts, slot * width, count(slot), (Key) key)
        : get(slot).compareTo(key);
  }

  /** Compares the keys of two slots. */
  int compareSlots(int slot, int other) {
    return compare(slot, get(other));
  }

  /** Returns whether a prefix is one of a slot's key. */
  boolean startsWith(int slot, Key prefix) {
    Object[] begin = prefix.parts();
    int from = slot * width;
    return begin.length <= width
        && Arrays.equals(parts, from, from + begin.length, begin, 0, begin.length);
  }

  long bytes() {
    return (long) parts.length * Integer.BYTES;
  }
}
