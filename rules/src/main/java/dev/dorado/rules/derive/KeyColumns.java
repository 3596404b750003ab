package dev.dorado.rules.derive;

import java.util.Arrays;
import java.util.Objects;

/**
 * The keys of a table, by slot. Of a {@link Key}, only the parts are stored, one after the other in
 * one array: there is no object for each. Other keys are stored as they are. For one thread.
 */
final class KeyColumns<K extends Comparable<? super K>> {

  private static final Object[] NOTHING = {};

  /** So many for each slot. A key with fewer is followed by nulls; so is a slot without a key. */
  private Object[] parts = NOTHING;

  private int width = 1;
  private boolean areOfParts;

  /** How many slots there is room for. */
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

  /** How many parts the key of a slot has. */
  private int count(int slot) {
    int from = slot * width;
    int count = width;
    while (parts[from + count - 1] == null) {
      count--;
    }
    return count;
  }

  /** The same as the hash of the key. */
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

  /** How the key of a slot compares with another. */
  int compare(int slot, K key) {
    return areOfParts
        ? Key.compare(parts, slot * width, count(slot), (Key) key)
        : get(slot).compareTo(key);
  }

  /** How the keys of two slots compare. */
  int compareSlots(int slot, int other) {
    return compare(slot, get(other));
  }

  /** Whether the key of a slot begins like another. */
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
