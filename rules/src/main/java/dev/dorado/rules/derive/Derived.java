package dev.dorado.rules.derive;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The values that a rule derives, one for each entry of a table. The rule is a pure function of the
 * entry and of what it reads from tables and from earlier rules. It is evaluated again only when
 * something that it read has changed; readers of its value are evaluated again only if the value
 * has changed. Not thread-safe.
 *
 * @param <K> key of the table
 * @param <V> value of the table
 * @param <R> the derived value, maybe null; compared with {@code equals}
 */
public final class Derived<K extends Comparable<? super K>, V, R> {

  /** The rows that a value adds to tables: a pure function of key and value that reads no table. */
  @FunctionalInterface
  public interface Adding<K, R> {
    /** Adds the rows of {@code value}, which may be null, to {@code rows}. */
    void rows(K key, R value, Rows rows);
  }

  // Estimates, in bytes.

  private static final int BYTES_OF_RULE = 200;

  private static final int BYTES_OF_VALUE = 60;
  private static final int BYTES_OF_SLOT = 10;

  private static final int FIRST_ROOM = 4;
  private static final int[] NO_SLOTS = {};
  private static final byte NO_EVALUATION = 0;

  private final Derivation derivation;
  private final String name;
  private final int stratum;
  private final Table<K, V> table;
  private final BiFunction<K, V, R> rule;
  private final Adding<K, R> adding;
  private final List<Table<?, ?>> into;
  private Consumer<R> watcher = value -> {};

  // Columns, indexed by the table's slots.

  private Object[] values = {};

  /**
   * The number of evaluations for this slot, modulo 256. An edge with another number is stale. See
   * {@link Edges}.
   */
  private byte[] evaluations = {};

  /** Heads of the lists of readers. */
  private int[] readers = NO_SLOTS;

  /** Ordinals of {@link State}. */
  private byte[] states = {};

  private enum State {
    /** Not evaluated yet. */
    NEW,
    /** Up to date. */
    VALID,
    /** Something that the value was derived from has changed. */
    STALE,
    /** Under evaluation for the first time. */
    FIRST_EVALUATION,
    /** Under evaluation once more. */
    REEVALUATION;

    private static final State[] ALL = values();
  }

  /** Slots that were marked before this rule's turn. */
  private int[] marked = NO_SLOTS;

  private int markedCount;

  // The rule's turn in a pass: the slots marked before it, in the order of their keys, ...

  private int[] turn = NO_SLOTS;
  private int next;
  private boolean isMyTurn;
  private int evaluated;

  /** ... and those marked during it. */
  private final PriorityQueue<Integer> markedMeanwhile =
      new PriorityQueue<>((one, other) -> order(one, other));

  Derived(
      Derivation derivation,
      String name,
      int stratum,
      Table<K, V> table,
      BiFunction<K, V, R> rule,
      Adding<K, R> adding,
      List<Table<?, ?>> into) {
    this.derivation = derivation;
    this.name = name;
    this.stratum = stratum;
    this.table = table;
    this.rule = rule;
    this.adding = adding;
    this.into = into;
    table.ruledBy(this);
  }

  private int order(int slot, int other) {
    return table.compareSlots(slot, other);
  }

  /**
   * Sets a watcher that receives each value after its evaluation, even if it has not changed, and
   * each value that is replaced or removed.
   */
  public void watch(Consumer<R> watcher) {
    this.watcher = watcher;
  }

  /** Returns the value for a key, evaluating the rule if necessary; null if there is no entry. */
  public R get(K key) {
    int slot = table.slot(key);
    if (slot == Table.NOWHERE) {
      table.get(key);
      return null;
    }
    // Before the reader is added: a changed value marks earlier readers, not this one.
    if (state(slot) != State.VALID) {
      evaluate(slot);
    }
    Derived<?, ?, ?> reading = derivation.readingRule();
    if (reading != null && reading.stratum < stratum) {
      throw new IllegalStateException(
          "rule %s reads the later rule %s".formatted(reading.name, name));
    }
    readers[slot] = derivation.readBy(readers[slot]);
    return value(slot);
  }

  /**
   * Like {@link #get}, for a value that is derived from the value of another entry, which is
   * derived from a third, and so on. Evaluates from the far end of the chain, so that a long one
   * does not overflow the stack.
   *
   * @param next returns the key of the entry that the rule will read for a key, or null
   */
  public R getAlong(K key, Function<K, K> next) {
    Deque<K> chain = new ArrayDeque<>();
    K at = key;
    while (at != null && needsEvaluation(at)) {
      chain.push(at);
      K reached = at;
      at = derivation.readBy(Derivation.NOBODY, NO_EVALUATION, () -> next.apply(reached));
    }
    while (chain.size() > 1) {
      int slot = table.slot(chain.pop());
      if (slot != Table.NOWHERE && state(slot) != State.VALID) {
        evaluate(slot);
      }
    }
    return get(key);
  }

  private boolean needsEvaluation(K key) {
    int slot = table.slot(key);
    return slot != Table.NOWHERE && (state(slot) == State.NEW || state(slot) == State.STALE);
  }

  String name() {
    return name;
  }

  int stratum() {
    return stratum;
  }

  long bytes() {
    return BYTES_OF_RULE + (long) values.length * (BYTES_OF_SLOT + BYTES_OF_VALUE);
  }

  byte evaluation(int slot) {
    return evaluations[slot];
  }

  private State state(int slot) {
    return State.ALL[states[slot]];
  }

  private void become(int slot, State state) {
    states[slot] = (byte) state.ordinal();
  }

  @SuppressWarnings("unchecked") // what the rule gave
  private R value(int slot) {
    return (R) values[slot];
  }

  void entryAdded(int slot) {
    if (slot >= values.length) {
      int room = Math.max(Math.max(FIRST_ROOM, slot + 1), Columns.grown(values.length));
      int before = values.length;
      values = Arrays.copyOf(values, room);
      evaluations = Arrays.copyOf(evaluations, room);
      states = Arrays.copyOf(states, room);
      readers = Arrays.copyOf(readers, room);
      Arrays.fill(readers, before, room, Edges.NONE);
    }
    become(slot, State.NEW);
    mark(slot);
  }

  void entryChanged(int slot) {
    invalidate(slot);
  }

  /** The entry is about to be removed. */
  void entryRemoved(int slot) {
    Rows rows = Rows.NONE;
    if (state(slot) != State.NEW) {
      rows = rows(slot);
      watcher.accept(value(slot));
    }
    evaluations[slot]++;
    become(slot, State.VALID);
    values[slot] = null;
    tellReaders(slot);
    Rows.NONE.replace(rows, Derivation.id(stratum, slot));
  }

  /** Something has changed that was read in an evaluation of a slot. */
  void inputChanged(int slot, byte evaluation) {
    if (evaluations[slot] == evaluation) {
      invalidate(slot);
    }
  }

  private void invalidate(int slot) {
    if (state(slot) == State.VALID) {
      become(slot, State.STALE);
      mark(slot);
    }
  }

  private void tellReaders(int slot) {
    int list = readers[slot];
    readers[slot] = Edges.NONE;
    derivation.changed(list);
  }

  /** Marks a slot for evaluation at this rule's turn. */
  private void mark(int slot) {
    if (stratum < derivation.settling()) {
      throw new IllegalStateException("a later rule marks entries of rule %s".formatted(name));
    }
    if (stratum == derivation.settling()) {
      markedMeanwhile.add(slot);
      return;
    }
    if (markedCount == marked.length) {
      marked = Arrays.copyOf(marked, Math.max(FIRST_ROOM, 2 * markedCount));
    }
    marked[markedCount++] = slot;
  }

  /**
   * Evaluates all marked slots, in the order of their keys: a rule that reads the value of an
   * earlier entry finds it up to date. Without enough time, the next call continues.
   *
   * @param goOn called before each evaluation but the first; false interrupts
   * @return whether all marked slots are evaluated
   */
  boolean settle(BooleanSupplier goOn) {
    if (!isMyTurn) {
      turn = table.inOrder(marked, markedCount);
      next = 0;
      evaluated = 0;
      marked = NO_SLOTS;
      markedCount = 0;
      isMyTurn = true;
    }
    boolean isFirst = true;
    while (next < turn.length || !markedMeanwhile.isEmpty()) {
      if (!isFirst && !goOn.getAsBoolean()) {
        return false;
      }
      int slot = takeNext();
      if (state(slot) != State.VALID) {
        evaluate(slot);
        evaluated++;
        isFirst = false;
      }
    }
    turn = NO_SLOTS;
    isMyTurn = false;
    return true;
  }

  /** Takes the marked slot with the first key. */
  private int takeNext() {
    if (next == turn.length
        || (!markedMeanwhile.isEmpty() && order(markedMeanwhile.peek(), turn[next]) < 0)) {
      return markedMeanwhile.poll();
    }
    return turn[next++];
  }

  /** Returns the number of evaluations in the last turn. */
  int evaluated() {
    return evaluated;
  }

  private void evaluate(int slot) {
    State before = state(slot);
    if (before == State.FIRST_EVALUATION || before == State.REEVALUATION) {
      throw new IllegalStateException(
          "rule %s goes round in a circle at %s".formatted(name, table.keyAt(slot)));
    }
    boolean first = before == State.NEW;
    become(slot, first ? State.FIRST_EVALUATION : State.REEVALUATION);
    byte evaluation = ++evaluations[slot];
    K key = table.keyAt(slot);
    R value;
    try {
      int id = Derivation.id(stratum, slot);
      value = derivation.readBy(id, evaluation, () -> rule.apply(key, table.valueAt(slot)));
    } catch (RuntimeException | Error e) {
      become(slot, before);
      throw e;
    }
    become(slot, State.VALID);
    if (first || !Objects.equals(value, values[slot])) {
      Rows rowsBefore = Rows.NONE;
      if (!first) {
        rowsBefore = rows(slot);
        watcher.accept(value(slot));
      }
      values[slot] = value;
      tellReaders(slot);
      rows(slot).replace(rowsBefore, Derivation.id(stratum, slot));
    }
    watcher.accept(value);
  }

  /** Computes the rows that a value adds. They are not stored: the value determines them. */
  private Rows rows(int slot) {
    if (adding == null) {
      return Rows.NONE;
    }
    var rows = new Rows(name, into);
    derivation.readBy(
        Derivation.NOBODY,
        NO_EVALUATION,
        () -> {
          adding.rows(table.keyAt(slot), value(slot), rows);
          return rows;
        });
    return rows;
  }

  /** Removes stale edges. */
  void sweep() {
    for (int slot = 0; slot < readers.length; slot++) {
      readers[slot] = derivation.swept(readers[slot]);
    }
  }
}
