package dev.dorado.rules.derive;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * An incremental computation: tables, and rules that derive values and further tables from them. A
 * change costs what it affects, not what there is. Rules are ordered in strata: a rule reads only
 * input tables, and what earlier rules have derived (and values of its own for other entries, where
 * that is not circular). So one pass over the rules brings everything up to date.
 *
 * <p>The derived values are a function of the inputs alone. The order of changes, and how often
 * {@link #settle} was called in between, make no difference. Not thread-safe.
 */
public final class Derivation {

  /** No reader, or no owner of a row. */
  static final int NOBODY = -1;

  /** No pass is in progress. */
  private static final int SETTLED = -1;

  /** A reader's id has the stratum of its rule, and its slot in so many low bits. */
  private static final int SLOT_BITS = 24;

  private static final int MOST_RULES = 1 << (Integer.SIZE - 1 - SLOT_BITS);
  private static final int FIRST_SWEEP = 4_096;

  /** After so many evaluations of a rule in one turn, memory may have grown noticeably. */
  private static final int MUCH = 1_000;

  private final List<Derived<?, ?, ?>> strata = new ArrayList<>();
  private final List<Table<?, ?>> tables = new ArrayList<>();
  private final Edges edges = new Edges();
  private int sweepAt = FIRST_SWEEP;
  private int reader = NOBODY;
  private byte readerEvaluation;

  /** The stratum of the rule whose turn it is. */
  private int settling = SETTLED;

  private LongConsumer growth = bytes -> {};

  /** Creates a table. */
  public <K extends Comparable<? super K>, V> Table<K, V> table() {
    return added(new Table<>(this));
  }

  /** Creates a table of counts. */
  public <K extends Comparable<? super K>> Count<K> count() {
    return added(new Count<>(this));
  }

  private <T extends Table<?, ?>> T added(T table) {
    tables.add(table);
    return table;
  }

  /**
   * Adds a rule that is evaluated for each entry of a table.
   *
   * @param name for messages, with the numbers of the rules in docs/metrics.md
   */
  public <K extends Comparable<? super K>, V, R> Derived<K, V, R> each(
      String name, Table<K, V> table, BiFunction<K, V, R> rule) {
    return add(name, table, rule, null, List.of());
  }

  /**
   * Adds a rule that is evaluated for each entry of a table, and whose values add rows to further
   * tables.
   *
   * @param name for messages, with the numbers of the rules in docs/metrics.md
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
   * Sets a listener that receives the estimated memory in bytes after each rule that was evaluated
   * often. An exception of the listener aborts the pass, after which this object is unusable.
   */
  public void watchGrowth(LongConsumer growth) {
    this.growth = requireNonNull(growth);
  }

  /** Brings all values up to date. */
  public void settle() {
    settle(() -> true);
  }

  /**
   * Brings all values up to date, or begins to. If interrupted, call it again: until it returns
   * true, no entry may be put or removed, and values must not be read.
   *
   * @param goOn called between evaluations; false interrupts. At least one evaluation is made
   * @return whether all values are up to date
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

  /** Returns whether a pass was interrupted. */
  public boolean isSettling() {
    return settling != SETTLED;
  }

  /** Returns the estimated memory of all tables and values, in bytes. */
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

  /** Returns the rule under evaluation, or null. */
  Derived<?, ?, ?> readingRule() {
    return reader == NOBODY ? null : strata.get(reader >>> SLOT_BITS);
  }

  /** Returns the id of a rule's value for an entry, as a reader. */
  static int id(int stratum, int slot) {
    if (slot >>> SLOT_BITS != 0) {
      throw new IllegalStateException("a table has more than %d entries".formatted(1 << SLOT_BITS));
    }
    return stratum << SLOT_BITS | slot;
  }

  /** Adds the rule under evaluation, if any, to a list of readers; returns its first edge. */
  int readBy(int list) {
    return reader == NOBODY ? list : edges.add(list, reader, readerEvaluation);
  }

  /** Marks all readers of a list for evaluation, and frees the list. */
  void changed(int list) {
    for (int edge = list; edge != Edges.NONE; ) {
      int id = edges.reader(edge);
      byte evaluation = edges.evaluation(edge);
      edge = edges.remove(edge);
      strata.get(id >>> SLOT_BITS).inputChanged(id & ((1 << SLOT_BITS) - 1), evaluation);
    }
  }

  /** Removes the stale edges of a list; returns its first edge. */
  int swept(int list) {
    return edges.swept(
        list,
        (id, evaluation) ->
            strata.get(id >>> SLOT_BITS).evaluation(id & ((1 << SLOT_BITS) - 1)) == evaluation);
  }

  /** Runs {@code reading} with a value as the reader, or with {@link #NOBODY}. */
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
