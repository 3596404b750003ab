package dev.dorado.streams.derive;

import java.util.Objects;

/**
 * A row that a derived value adds to a table.
 *
 * @param value null in a {@link Count}, where rows of one key are counted
 */
record Row<K extends Comparable<? super K>, V>(Table<K, V> table, K key, V value) {

  void put(Node<?, ?, ?> owner) {
    table.putRow(key, value, owner);
  }

  void remove(Node<?, ?, ?> owner) {
    table.removeRow(key, owner);
  }

  /** The same place, whatever its value. */
  Row<K, V> place() {
    return new Row<>(table, key, null);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Row<?, ?> row
        && table == row.table
        && key.equals(row.key)
        && Objects.equals(value, row.value);
  }

  /** Without the value, which may be long. */
  @Override
  public int hashCode() {
    return key.hashCode();
  }
}
