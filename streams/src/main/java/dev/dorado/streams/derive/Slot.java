package dev.dorado.streams.derive;

import java.util.AbstractMap;
import java.util.Map;

/**
 * An entry of a {@link Table}: its value, who read it, and what rules give for it. In a table whose
 * order is asked for, it knows its neighbours, so that to walk along is not to look for each key,
 * and who looked into the gap between it and the next.
 */
final class Slot<K extends Comparable<? super K>, V> implements Map.Entry<K, V> {

  final K key;
  V value;

  /** Who added it as a row, or null. */
  Node<?, ?, ?> owner;

  Readers readers;

  /** By the place of the rule among the table's; null without rules. */
  Node<K, V, ?>[] nodes;

  Slot<K, V> before;
  Slot<K, V> after;
  Readers gap;

  Slot(K key, V value) {
    this.key = key;
    this.value = value;
  }

  @Override
  public K getKey() {
    return key;
  }

  @Override
  public V getValue() {
    return value;
  }

  @Override
  public V setValue(V value) {
    throw new UnsupportedOperationException("an entry is changed through its table");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Map.Entry<?, ?> entry && snapshot().equals(entry);
  }

  @Override
  public int hashCode() {
    return snapshot().hashCode();
  }

  @Override
  public String toString() {
    return key + "=" + value;
  }

  private Map.Entry<K, V> snapshot() {
    return new AbstractMap.SimpleImmutableEntry<>(key, value);
  }
}
