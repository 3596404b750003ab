package dev.dorado.rules.derive;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The rows that a derived value adds to tables. A row that it no longer adds is removed. Not
 * thread-safe.
 */
public final class Rows {

  static final Rows NONE = new Rows("none", List.of());

  private static final Object[] EMPTY = {};

  /** Up to so many rows, a linear search is faster than a map. */
  private static final int FEW = 8;

  private static final int STRIDE = 3;

  /** Table, key and value of each row, in turn. */
  private Object[] rows = EMPTY;

  private int end;

  private final String rule;
  private final List<Table<?, ?>> declared;

  /**
   * @param rule name of the rule that adds them
   * @param declared the tables to which it may add rows
   */
  Rows(String rule, List<Table<?, ?>> declared) {
    this.rule = rule;
    this.declared = declared;
  }

  /**
   * Adds a row. Two values must not add rows with the same key at the same time; a row may move
   * from one value to another.
   *
   * @throws IllegalStateException if the rule has not declared the table
   */
  public <K extends Comparable<? super K>, V> void add(Table<K, V> table, K key, V value) {
    if (!declared.contains(table)) {
      throw new IllegalStateException(
          "rule %s adds rows to a table that it does not declare".formatted(rule));
    }
    if (end == rows.length) {
      rows = Arrays.copyOf(rows, end == 0 ? STRIDE : 2 * end);
    }
    rows[end] = table;
    rows[end + 1] = key;
    rows[end + 2] = value;
    end += STRIDE;
  }

  /** Counts a key once more. A derived value counts each key at most once. */
  public <K extends Comparable<? super K>> void count(Count<K> table, K key) {
    add(table, key, null);
  }

  /** Replaces the rows that {@code owner} added before with these. */
  void replace(Rows before, int owner) {
    var places = before.end == 0 ? null : new Places(this);
    for (int row = 0; row < before.end; row += STRIDE) {
      if (places.row(before.rows[row], before.rows[row + 1]) < 0) {
        remove(before.rows[row], before.rows[row + 1], owner);
      }
    }
    var placesBefore = before.end == 0 || end == 0 ? null : new Places(before);
    for (int row = 0; row < end; row += STRIDE) {
      int same = placesBefore == null ? -1 : placesBefore.row(rows[row], rows[row + 1]);
      if (same < 0 || !Objects.equals(rows[row + 2], before.rows[same + 2])) {
        put(rows[row], rows[row + 1], rows[row + 2], owner);
      }
    }
  }

  /** Finds the row of a table and a key. */
  private static final class Places {

    private record Place(Object table, Object key) {}

    private final Rows of;
    private final Map<Place, Integer> byPlace;

    Places(Rows of) {
      this.of = of;
      this.byPlace = of.end <= FEW * STRIDE ? null : new HashMap<>();
      for (int row = 0; byPlace != null && row < of.end; row += STRIDE) {
        byPlace.put(new Place(of.rows[row], of.rows[row + 1]), row);
      }
    }

    /** Returns the index of the row, or -1. */
    int row(Object table, Object key) {
      if (byPlace != null) {
        return byPlace.getOrDefault(new Place(table, key), -1);
      }
      for (int row = of.end - STRIDE; row >= 0; row -= STRIDE) {
        if (of.rows[row] == table && of.rows[row + 1].equals(key)) {
          return row;
        }
      }
      return -1;
    }
  }

  @SuppressWarnings("unchecked") // key and value came with their table
  private static <K extends Comparable<? super K>> void put(
      Object table, Object key, Object value, int owner) {
    ((Table<K, Object>) table).putRow((K) key, value, owner);
  }

  @SuppressWarnings("unchecked")
  private static <K extends Comparable<? super K>> void remove(
      Object table, Object key, int owner) {
    ((Table<K, Object>) table).removeRow((K) key, owner);
  }
}
