package dev.dorado.streams.derive;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** The rows that a derived value adds to tables; what it no longer adds is taken out again. */
public final class Rows {

  private static final Row<?, ?>[] NONE = {};

  private final List<Row<?, ?>> rows = new ArrayList<>();

  Rows() {}

  /**
   * A row. No other derived value may add one with the same key at the same time; it may go from
   * one to the other.
   */
  public <K extends Comparable<? super K>, V> void add(Table<K, V> table, K key, V value) {
    rows.add(new Row<>(table, key, value));
  }

  /** One more of a key; of one derived value, at most one. */
  public <K extends Comparable<? super K>> void count(Count<K> table, K key) {
    rows.add(new Row<>(table, key, null));
  }

  /** Each row once. */
  Row<?, ?>[] all() {
    return rows.size() < 2 ? rows.toArray(NONE) : new LinkedHashSet<>(rows).toArray(NONE);
  }
}
