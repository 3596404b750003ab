package dev.dorado.streams.derive;

import java.util.Set;

/** What a rule gives for one entry of its table. */
final class Node<K, V, R> {

  final Derived<K, V, R> of;
  final K key;
  final Readers readers = new Readers();

  /** How often the rule was asked; -1 once the entry is gone. */
  int evaluation;

  boolean valid;
  boolean evaluating;
  R value;
  Set<Row<?, ?>> rows = Set.of();

  Node(Derived<K, V, R> of, K key) {
    this.of = of;
    this.key = key;
  }

  void invalidate() {
    if (valid) {
      valid = false;
      of.ask(key);
    }
  }
}
