package dev.dorado.streams.derive;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * What a rule gives for each entry of a table. The rule is a pure function of the entry and of what
 * it reads of tables and of what was derived before; it is asked again only when something that it
 * read has changed, and who read its value only if that has changed. For one thread.
 *
 * @param <K> key of the table
 * @param <V> value of the table
 * @param <R> what the rule gives; compared with {@code equals}
 */
public final class Derived<K, V, R> {

  /** What a value adds to tables: a function of the key and the value, which reads no table. */
  @FunctionalInterface
  public interface Adding<K, R> {
    /** The rows that {@code value}, maybe null, adds. */
    void rows(K key, R value, Rows rows);
  }

  private final Derivation derivation;
  private final String name;
  private final int stratum;
  private final Table<K, V> table;
  private final BiFunction<K, V, R> rule;
  private final Adding<K, R> adding;
  private final Map<K, Node<K, V, R>> nodes = new HashMap<>();
  private final NavigableSet<K> toAsk;

  Derived(
      Derivation derivation,
      String name,
      int stratum,
      Table<K, V> table,
      BiFunction<K, V, R> rule,
      Adding<K, R> adding) {
    this.derivation = derivation;
    this.name = name;
    this.stratum = stratum;
    this.table = table;
    this.rule = rule;
    this.adding = adding;
    this.toAsk = new TreeSet<>(table.order());
    table.ruledBy(this);
    table.keys().forEach(this::entryAdded);
  }

  /** What the rule gives for a key, or null if there is no such entry. */
  public R get(K key) {
    Node<K, V, R> node = nodes.get(key);
    if (node == null) {
      table.get(key);
      return null;
    }
    // Before the reader signs on: who has read the value before has to be asked again, not it.
    if (!node.valid) {
      evaluate(node);
    }
    Node<?, ?, ?> reader = derivation.reader();
    if (reader != null) {
      if (reader.of.stratum < stratum) {
        throw new IllegalStateException(
            "rule %s reads the later rule %s".formatted(reader.of.name, name));
      }
      node.readers.add(reader);
    }
    return node.value;
  }

  /**
   * What the rule gives for a key whose value goes back to that of another, and so on: like {@link
   * #get}, however long that chain is.
   *
   * @param next the entry that the rule will read for a key, or null
   */
  public R getAlong(K key, Function<K, K> next) {
    Deque<K> chain = new ArrayDeque<>();
    K at = key;
    while (at != null && isToBeAsked(at)) {
      chain.push(at);
      K reached = at;
      at = derivation.readBy(null, () -> next.apply(reached));
    }
    while (chain.size() > 1) {
      Node<K, V, R> node = nodes.get(chain.pop());
      if (node != null && !node.valid) {
        evaluate(node);
      }
    }
    return get(key);
  }

  private boolean isToBeAsked(K key) {
    Node<K, V, R> node = nodes.get(key);
    return node != null && !node.valid && !node.evaluating;
  }

  String name() {
    return name;
  }

  int stratum() {
    return stratum;
  }

  void entryAdded(K key) {
    nodes.put(key, new Node<>(this, key));
    ask(key);
  }

  void entryChanged(K key) {
    nodes.get(key).invalidate();
  }

  void entryRemoved(K key) {
    Node<K, V, R> node = nodes.remove(key);
    node.evaluation = -1;
    node.valid = true;
    toAsk.remove(key);
    node.readers.changed();
    node.rows.forEach(row -> row.remove(node));
  }

  void ask(K key) {
    if (stratum < derivation.settling()) {
      throw new IllegalStateException("rule %s is asked again by a later one".formatted(name));
    }
    toAsk.add(key);
  }

  /** Asks the rule for all that has to be asked, in the order of the keys. */
  void settle() {
    for (K key = toAsk.pollFirst(); key != null; key = toAsk.pollFirst()) {
      Node<K, V, R> node = nodes.get(key);
      if (!node.valid) {
        evaluate(node);
      }
    }
  }

  private void evaluate(Node<K, V, R> node) {
    if (node.evaluating) {
      throw new IllegalStateException(
          "rule %s goes round in a circle at %s".formatted(name, node.key));
    }
    node.evaluating = true;
    node.evaluation++;
    R value;
    try {
      V entry = table.peek(node.key);
      value = derivation.readBy(node, () -> rule.apply(node.key, entry));
    } finally {
      node.evaluating = false;
    }
    node.valid = true;
    toAsk.remove(node.key);
    boolean first = node.evaluation == 1;
    if (first || !Objects.equals(value, node.value)) {
      node.value = value;
      node.readers.changed();
      replaceRows(node);
    }
  }

  private void replaceRows(Node<K, V, R> node) {
    if (adding == null) {
      return;
    }
    var rows = new Rows();
    derivation.readBy(
        null,
        () -> {
          adding.rows(node.key, node.value, rows);
          return rows;
        });
    Set<Row<?, ?>> before = node.rows;
    Set<Row<?, ?>> after = rows.all();
    node.rows = after;
    Set<Row<?, ?>> places = new HashSet<>();
    after.forEach(row -> places.add(row.place()));
    for (Row<?, ?> row : before) {
      if (!after.contains(row) && !places.contains(row.place())) {
        row.remove(node);
      }
    }
    after.stream().filter(row -> !before.contains(row)).forEach(row -> row.put(node));
  }
}
