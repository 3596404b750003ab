package dev.dorado.rules.derive;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The rows that a derived value adds to tables; what it no longer adds is taken out again. */
public final class Rows {

  static final Rows NONE = new Rows("none", List.of());

  private static final Object[] EMPTY = {};

  /** Up to so many rows, all are looked through for the one of a key. */
  private static final int FEW = 8;

  private static final int STRIDE = 3;

  /** Table, key and value of each row, one after the other. */
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
   * A row. No other derived value may add one with the same key at the same time; it may go from
   * one to the other.
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

  /** One more of a key; of one derived value, at most one. */
  public <K extends Comparable<? super K>> void count(Count<K> table, K key) {
    add(table, key, null);
  }

  /** Puts these in the place of those that {@code owner} added before. */
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

  /** Where the row of a table and a key stands among rows. */
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

    /** -1 if there is none. */
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
