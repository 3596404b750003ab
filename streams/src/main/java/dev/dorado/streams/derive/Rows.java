package dev.dorado.streams.derive;

import java.util.LinkedHashSet;
import java.util.Set;

/** The rows that a derived value adds to tables; what it no longer adds is taken out again. */
public final class Rows {

  private final Set<Row<?, ?>> rows = new LinkedHashSet<>();

  Rows() {}

  /**
   * A row. No other derived value may add one with the same key at the same time; it may go from
   * one to the other.
   */
  public <K, V> void add(Table<K, V> table, K key, V value) {
    rows.add(new Row<>(table, key, value));
  }

  /** One more of a key; of one derived value, at most one. */
  public <K> void count(Count<K> table, K key) {
    rows.add(new Row<>(table, key, null));
  }

  Set<Row<?, ?>> all() {
    return rows.isEmpty() ? Set.of() : rows;
  }
}
