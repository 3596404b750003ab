package dev.dorado.streams.derive;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
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
public final class Derived<K extends Comparable<? super K>, V, R> {

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

  /** Among the rules of its table. */
  private final int place;

  /** Asked before this rule's turn, and during it. */
  private final List<Node<K, V, R>> toAsk = new ArrayList<>();

  private final PriorityQueue<Node<K, V, R>> toAskYet =
      new PriorityQueue<>(Comparator.comparing((Node<K, V, R> node) -> node.slot.key));

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
    this.place = table.ruledBy(this);
  }

  /** What the rule gives for a key, or null if there is no such entry. */
  public R get(K key) {
    Node<K, V, R> node = node(key);
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
      node.readBy(reader);
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
      Node<K, V, R> node = node(chain.pop());
      if (node != null && !node.valid) {
        evaluate(node);
      }
    }
    return get(key);
  }

  private boolean isToBeAsked(K key) {
    Node<K, V, R> node = node(key);
    return node != null && !node.valid && !node.evaluating;
  }

  String name() {
    return name;
  }

  int stratum() {
    return stratum;
  }

  private Node<K, V, R> node(K key) {
    Slot<K, V> slot = table.slot(key);
    return slot == null ? null : node(slot);
  }

  @SuppressWarnings("unchecked") // at its place, each rule has put what it gives
  private Node<K, V, R> node(Slot<K, V> slot) {
    return (Node<K, V, R>) slot.nodes[place];
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
  void entryAdded(Slot<K, V> slot) {
    if (slot.nodes == null) {
      slot.nodes = new Node[table.rules()];
    }
    Node<K, V, R> node = new Node<>(this, slot);
    slot.nodes[place] = node;
    ask(node);
  }

  void entryChanged(Slot<K, V> slot) {
    node(slot).invalidate();
  }

  void entryRemoved(Slot<K, V> slot) {
    Node<K, V, R> node = node(slot);
    node.evaluation = -1;
    node.valid = true;
    node.changed();
    for (Row<?, ?> row : node.rows) {
      row.remove(node);
    }
  }

  void ask(Node<K, V, R> node) {
    if (stratum < derivation.settling()) {
      throw new IllegalStateException("rule %s is asked again by a later one".formatted(name));
    }
    if (stratum == derivation.settling()) {
      toAskYet.add(node);
    } else {
      toAsk.add(node);
    }
  }

  /**
   * Asks the rule for all that has to be asked, in the order of the keys, so that who reads the
   * value of an earlier entry finds it up to date.
   */
  void settle() {
    toAsk.sort(toAskYet.comparator());
    for (Node<K, V, R> node : toAsk) {
      settleYet(node);
      if (!node.valid) {
        evaluate(node);
      }
    }
    toAsk.clear();
    settleYet(null);
  }

  /** Those asked meanwhile that come before {@code next}, or all. */
  private void settleYet(Node<K, V, R> next) {
    while (!toAskYet.isEmpty()
        && (next == null || toAskYet.comparator().compare(toAskYet.peek(), next) < 0)) {
      Node<K, V, R> node = toAskYet.poll();
      if (!node.valid) {
        evaluate(node);
      }
    }
  }

  private void evaluate(Node<K, V, R> node) {
    if (node.evaluating) {
      throw new IllegalStateException(
          "rule %s goes round in a circle at %s".formatted(name, node.slot.key));
    }
    node.evaluating();
    R value;
    try {
      value = derivation.readBy(node, () -> rule.apply(node.slot.key, node.slot.value));
    } finally {
      node.evaluating = false;
    }
    node.valid = true;
    boolean first = node.evaluation == 1;
    if (first || !Objects.equals(value, node.value)) {
      node.value = value;
      node.changed();
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
          adding.rows(node.slot.key, node.value, rows);
          return rows;
        });
    Row<?, ?>[] before = node.rows;
    Row<?, ?>[] after = rows.all();
    node.rows = after;
    if (before.length > 0) {
      Set<Row<?, ?>> places = new HashSet<>();
      for (Row<?, ?> row : after) {
        places.add(row.place());
      }
      for (Row<?, ?> row : before) {
        if (!places.contains(row.place())) {
          row.remove(node);
        }
      }
    }
    Set<Row<?, ?>> kept = before.length == 0 ? Set.of() : new HashSet<>(Arrays.asList(before));
    for (Row<?, ?> row : after) {
      if (!kept.contains(row)) {
        row.put(node);
      }
    }
  }
}
