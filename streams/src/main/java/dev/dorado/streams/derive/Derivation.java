package dev.dorado.streams.derive;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * Tables, and rules that derive values and further tables from them, kept up to date at the cost of
 * what a change touches. A rule reads only tables of inputs and what rules that were added before
 * it have derived (itself too, of other entries, where that does not go round in a circle), so that
 * bringing everything up to date is one pass over the rules.
 *
 * <p>The values are a function of the inputs alone: what was changed in which order, and how often
 * it was settled in between, makes no difference. For one thread.
 */
public final class Derivation {

  private final List<Derived<?, ?, ?>> strata = new ArrayList<>();
  private Node<?, ?, ?> reader;
  private int settling = -1;

  /** A table. */
  public <K extends Comparable<? super K>, V> Table<K, V> table() {
    return new Table<>(this);
  }

  /** A table of counts. */
  public <K extends Comparable<? super K>> Count<K> count() {
    return new Count<>(this);
  }

  /** A rule for each entry of a table. */
  public <K extends Comparable<? super K>, V, R> Derived<K, V, R> each(
      String name, Table<K, V> table, BiFunction<K, V, R> rule) {
    return add(name, table, rule, null, List.of());
  }

  /**
   * A rule for each entry of a table, whose values add rows to further tables.
   *
   * @param into the tables to which it adds rows
   */
  public <K extends Comparable<? super K>, V, R> Derived<K, V, R> each(
      String name,
      Table<K, V> table,
      BiFunction<K, V, R> rule,
      Derived.Adding<K, R> adding,
      Table<?, ?>... into) {
    return add(name, table, rule, adding, List.of(into));
  }

  private <K extends Comparable<? super K>, V, R> Derived<K, V, R> add(
      String name,
      Table<K, V> table,
      BiFunction<K, V, R> rule,
      Derived.Adding<K, R> adding,
      List<Table<?, ?>> into) {
    int stratum = strata.size();
    into.forEach(written -> written.writtenBy(stratum));
    var derived = new Derived<>(this, name, stratum, table, rule, adding);
    strata.add(derived);
    return derived;
  }

  /** Brings everything up to date. */
  public void settle() {
    try {
      for (settling = 0; settling < strata.size(); settling++) {
        strata.get(settling).settle();
      }
    } finally {
      settling = -1;
    }
  }

  int settling() {
    return settling;
  }

  Node<?, ?, ?> reader() {
    return reader;
  }

  <R> R readBy(Node<?, ?, ?> node, Supplier<R> reading) {
    Node<?, ?, ?> before = reader;
    reader = node;
    try {
      return reading.get();
    } finally {
      reader = before;
    }
  }
}
