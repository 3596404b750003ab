package dev.dorado.rules.derive;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
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

  /** Nobody reads, or nobody owns a row. */
  static final int NOBODY = -1;

  /** It is no rule's turn. */
  private static final int SETTLED = -1;

  /** A reader's id is the place of its rule, and the slot of its entry in so many bits. */
  private static final int SLOT_BITS = 24;

  private static final int MOST_RULES = 1 << (Integer.SIZE - 1 - SLOT_BITS);
  private static final int FIRST_SWEEP = 4_096;

  /** A rule that was asked so often may have made a history grow at once. */
  private static final int MUCH = 1_000;

  private final List<Derived<?, ?, ?>> strata = new ArrayList<>();
  private final List<Table<?, ?>> tables = new ArrayList<>();
  private final Edges edges = new Edges();
  private int sweepAt = FIRST_SWEEP;
  private int reader = NOBODY;
  private byte readerEvaluation;

  /** The rule whose turn it is. */
  private int settling = SETTLED;

  private LongConsumer growth = bytes -> {};

  /** A table. */
  public <K extends Comparable<? super K>, V> Table<K, V> table() {
    return added(new Table<>(this));
  }

  /** A table of counts. */
  public <K extends Comparable<? super K>> Count<K> count() {
    return added(new Count<>(this));
  }

  private <T extends Table<?, ?>> T added(T table) {
    tables.add(table);
    return table;
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
    if (stratum == MOST_RULES) {
      throw new IllegalStateException("there are more than %d rules".formatted(MOST_RULES));
    }
    into.forEach(written -> written.writtenBy(stratum));
    var derived = new Derived<>(this, name, stratum, table, rule, adding, into);
    strata.add(derived);
    return derived;
  }

  /**
   * While it derives much at once, {@code growth} is told after each rule how many bytes of memory
   * are taken by now. What it throws ends the derivation, which is of no use afterwards.
   */
  public void watchGrowth(LongConsumer growth) {
    this.growth = requireNonNull(growth);
  }

  /** Brings everything up to date. */
  public void settle() {
    settle(() -> true);
  }

  /**
   * Brings everything up to date, or a part of it. After a part, call it again: until it returns
   * true, no entry may be put or removed, and tables and rules have no valid values.
   *
   * @param goOn asked between evaluations whether there is time for another; at least one is made
   * @return whether everything is up to date
   */
  public boolean settle(BooleanSupplier goOn) {
    try {
      for (settling = Math.max(settling, 0); settling < strata.size(); settling++) {
        var derived = strata.get(settling);
        if (!derived.settle(goOn)) {
          return false;
        }
        if (derived.evaluated() >= MUCH) {
          growth.accept(bytes());
        }
      }
      settling = SETTLED;
    } catch (RuntimeException | Error e) {
      settling = SETTLED;
      throw e;
    }
    if (edges.count() > sweepAt) {
      tables.forEach(Table::sweep);
      strata.forEach(Derived::sweep);
      sweepAt = Math.max(FIRST_SWEEP, edges.count() + edges.count() / 2);
    }
    return true;
  }

  /** Whether only a part of the pass over the rules is done. */
  public boolean isSettling() {
    return settling != SETTLED;
  }

  /** How many bytes of memory all that is in it takes, estimated. */
  public long bytes() {
    long bytes = edges.bytes();
    for (Table<?, ?> table : tables) {
      bytes += table.bytes();
    }
    for (Derived<?, ?, ?> derived : strata) {
      bytes += derived.bytes();
    }
    return bytes;
  }

  int settling() {
    return settling;
  }

  /** The rule that reads, for messages; null if nobody does. */
  Derived<?, ?, ?> readingRule() {
    return reader == NOBODY ? null : strata.get(reader >>> SLOT_BITS);
  }

  /** Id of the value of a rule for an entry. */
  static int id(int stratum, int slot) {
    if (slot >>> SLOT_BITS != 0) {
      throw new IllegalStateException("a table has more than %d entries".formatted(1 << SLOT_BITS));
    }
    return stratum << SLOT_BITS | slot;
  }

  /** A list of readers with who reads now, if anyone does; returns its first edge. */
  int readBy(int list) {
    return reader == NOBODY ? list : edges.add(list, reader, readerEvaluation);
  }

  /** Has all of a list asked again; it is empty afterwards. */
  void changed(int list) {
    for (int edge = list; edge != Edges.NONE; ) {
      int id = edges.reader(edge);
      byte evaluation = edges.evaluation(edge);
      edge = edges.remove(edge);
      strata.get(id >>> SLOT_BITS).readAnother(id & ((1 << SLOT_BITS) - 1), evaluation);
    }
  }

  /** A list without those that have been asked again; returns its first edge. */
  int swept(int list) {
    return edges.swept(
        list,
        (id, evaluation) ->
            strata.get(id >>> SLOT_BITS).evaluation(id & ((1 << SLOT_BITS) - 1)) == evaluation);
  }

  /** Reads on behalf of a value, or of nobody. */
  <R> R readBy(int id, byte evaluation, Supplier<R> reading) {
    int readerBefore = reader;
    byte evaluationBefore = readerEvaluation;
    reader = id;
    readerEvaluation = evaluation;
    try {
      return reading.get();
    } finally {
      reader = readerBefore;
      readerEvaluation = evaluationBefore;
    }
  }
}
