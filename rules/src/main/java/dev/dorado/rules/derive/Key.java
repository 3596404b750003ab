package dev.dorado.rules.derive;

import java.util.Arrays;
import java.util.Objects;

/**
 * A composite key of a {@link Table}, compared part by part. A key that is a prefix of another
 * sorts before it, so all keys with a common prefix are adjacent. In the keys of one table, the
 * parts at the same position have the same type. Immutable.
 */
public final class Key implements Comparable<Key> {

  private final Object[] parts;
  private final boolean end;

  private Key(Object[] parts, boolean end) {
    this.parts = parts;
    this.end = end;
  }

  /** Creates a key of comparable, non-null parts. */
  public static Key of(Object... parts) {
    for (Object part : parts) {
      Objects.requireNonNull(part, "a key has no null parts");
    }
    return new Key(parts, false);
  }

  /** Returns a bound for searches: it sorts after every key that starts with this one. */
  public Key end() {
    return new Key(parts, true);
  }

  /** Returns this key with further parts. */
  public Key with(Object... more) {
    Object[] all = Arrays.copyOf(parts, parts.length + more.length);
    System.arraycopy(more, 0, all, parts.length, more.length);
    return of(all);
  }

  /** Returns this key with the parts of another appended. */
  public Key with(Key other) {
    return with(other.parts);
  }

  /** Returns whether another key is a prefix of this one. */
  public boolean startsWith(Key prefix) {
    return parts.length >= prefix.parts.length
        && Arrays.equals(parts, 0, prefix.parts.length, prefix.parts, 0, prefix.parts.length);
  }

  Object[] parts() {
    return parts;
  }

  /** Returns whether this is an {@link #end}. */
  boolean isEnd() {
    return end;
  }

  @Override
  public int compareTo(Key other) {
    return compare(parts, 0, parts.length, end, other);
  }

  /** Compares the key that {@code count} elements of an array make with another. */
  static int compare(Object[] parts, int from, int count, Key other) {
    return compare(parts, from, count, false, other);
  }

  private static int compare(Object[] parts, int from, int count, boolean end, Key other) {
    int common = Math.min(count, other.parts.length);
    for (int i = 0; i < common; i++) {
      int order = compareParts(parts[from + i], other.parts[i]);
      if (order != 0) {
        return order;
      }
    }
    if (count == other.parts.length) {
      return Boolean.compare(end, other.end);
    }
    boolean beginsOther = count < other.parts.length;
    return beginsOther ? (end ? 1 : -1) : (other.end ? -1 : 1);
  }

  /** Most parts are strings, and often identical. */
  @SuppressWarnings("unchecked")
  private static int compareParts(Object one, Object other) {
    if (one == other) {
      return 0;
    }
    return one instanceof String text
        ? text.compareTo((String) other)
        : ((Comparable<Object>) one).compareTo(other);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Key key && end == key.end && Arrays.equals(parts, key.parts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(parts);
  }

  @Override
  public String toString() {
    return Arrays.toString(parts) + (end ? "…" : "");
  }
}
