package dev.dorado.rules.derive;

import java.util.Arrays;
import java.util.Objects;

/**
 * A key of a {@link Table}: parts, compared from the first to the last. A key that begins another
 * comes before it, so that all keys with the same beginning stand together. The parts at one place
 * of the keys of a table are of one comparable type. Immutable.
 */
public final class Key implements Comparable<Key> {

  private final Object[] parts;
  private final boolean end;

  private Key(Object[] parts, boolean end) {
    this.parts = parts;
    this.end = end;
  }

  /** The key of these parts; none is null. */
  public static Key of(Object... parts) {
    for (Object part : parts) {
      Objects.requireNonNull(part, "a key has no null parts");
    }
    return new Key(parts, false);
  }

  /** What comes after every key that begins like this one. */
  public Key end() {
    return new Key(parts, true);
  }

  /** This key with more parts. */
  public Key with(Object... more) {
    Object[] all = Arrays.copyOf(parts, parts.length + more.length);
    System.arraycopy(more, 0, all, parts.length, more.length);
    return of(all);
  }

  /** This key with the parts of another. */
  public Key with(Key other) {
    return with(other.parts);
  }

  /** Whether it begins with the parts of another. */
  public boolean startsWith(Key prefix) {
    return parts.length >= prefix.parts.length
        && Arrays.equals(parts, 0, prefix.parts.length, prefix.parts, 0, prefix.parts.length);
  }

  Object[] parts() {
    return parts;
  }

  /** Whether it comes after every key that begins like it. */
  boolean isEnd() {
    return end;
  }

  @Override
  public int compareTo(Key other) {
    return compare(parts, 0, parts.length, end, other);
  }

  /** How the key of {@code count} parts in an array compares with another. */
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

  /** Most parts are strings, and many the same object. */
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
