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

  /** What it takes without values; what a value takes; what its columns do. */
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

  // Columns: of each slot of the table, what is known of the rule's value.

  private Object[] values = {};

  /**
   * How often the rule was asked, for this entry and those that had the slot before; the last byte
   * of that number.
   */
  private byte[] evaluations = {};

  /** Who read the value. */
  private int[] readers = NO_SLOTS;

  /** Ordinals of {@link State}. */
  private byte[] states = {};

  private enum State {
    /** The rule was not asked yet. */
    NEW,
    /** The value holds. */
    VALID,
    /** Something that the value was derived from has changed. */
    TO_ASK,
    /** The rule is being asked, for the first time or once more. */
    FIRST_ASKED,
    ASKED_AGAIN;

    private static final State[] ALL = values();
  }

  /** Slots asked before this rule's turn, and during it. */
  private int[] toAsk = NO_SLOTS;

  private int toAskCount;

  /** While it is this rule's turn: those asked before it, in order, and how far it has come. */
  private int[] turn = NO_SLOTS;

  private int next;
  private boolean isMyTurn;
  private int evaluated;
  private final PriorityQueue<Integer> toAskYet =
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
   * {@code watcher} is told what the rule gives whenever it was asked, even if that is the same as
   * before, and what no longer holds.
   */
  public void watch(Consumer<R> watcher) {
    this.watcher = watcher;
  }

  /** What the rule gives for a key, or null if there is no such entry. */
  public R get(K key) {
    int slot = table.slot(key);
    if (slot == Table.NOWHERE) {
      table.get(key);
      return null;
    }
    // Before the reader signs on: who has read the value before has to be asked again, not it.
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

  private boolean isToBeAsked(K key) {
    int slot = table.slot(key);
    return slot != Table.NOWHERE && (state(slot) == State.NEW || state(slot) == State.TO_ASK);
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
    ask(slot);
  }

  void entryChanged(int slot) {
    invalidate(slot);
  }

  /** The entry is about to be taken out. */
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

  /** Something is another that the value of a slot was derived from, in that evaluation. */
  void readAnother(int slot, byte evaluation) {
    if (evaluations[slot] == evaluation) {
      invalidate(slot);
    }
  }

  private void invalidate(int slot) {
    if (state(slot) == State.VALID) {
      become(slot, State.TO_ASK);
      ask(slot);
    }
  }

  private void tellReaders(int slot) {
    int list = readers[slot];
    readers[slot] = Edges.NONE;
    derivation.changed(list);
  }

  private void ask(int slot) {
    if (stratum < derivation.settling()) {
      throw new IllegalStateException("rule %s is asked again by a later one".formatted(name));
    }
    if (stratum == derivation.settling()) {
      toAskYet.add(slot);
      return;
    }
    if (toAskCount == toAsk.length) {
      toAsk = Arrays.copyOf(toAsk, Math.max(FIRST_ROOM, 2 * toAskCount));
    }
    toAsk[toAskCount++] = slot;
  }

  /**
   * Asks the rule for all that has to be asked, in the order of the keys, so that who reads the
   * value of an earlier entry finds it up to date. If there is no time for that, the rest is for
   * the next call.
   *
   * @param goOn asked before each evaluation but the first
   * @return whether all were asked
   */
  boolean settle(BooleanSupplier goOn) {
    if (!isMyTurn) {
      turn = table.inOrder(toAsk, toAskCount);
      next = 0;
      evaluated = 0;
      toAsk = NO_SLOTS;
      toAskCount = 0;
      isMyTurn = true;
    }
    boolean isFirst = true;
    while (next < turn.length || !toAskYet.isEmpty()) {
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

  /** The next by its key, of those asked before this turn and during it. */
  private int takeNext() {
    if (next == turn.length || (!toAskYet.isEmpty() && order(toAskYet.peek(), turn[next]) < 0)) {
      return toAskYet.poll();
    }
    return turn[next++];
  }

  /** How many evaluations the last turn took. */
  int evaluated() {
    return evaluated;
  }

  private void evaluate(int slot) {
    State before = state(slot);
    if (before == State.FIRST_ASKED || before == State.ASKED_AGAIN) {
      throw new IllegalStateException(
          "rule %s goes round in a circle at %s".formatted(name, table.keyAt(slot)));
    }
    boolean first = before == State.NEW;
    become(slot, first ? State.FIRST_ASKED : State.ASKED_AGAIN);
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

  /** The rows that the value adds: it says itself which, so that they need not be remembered. */
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

  /** Takes out readers that have been asked again since they read. */
  void sweep() {
    for (int slot = 0; slot < readers.length; slot++) {
      readers[slot] = derivation.swept(readers[slot]);
    }
  }
}
