package dev.dorado.rules.derive;

import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A sorted map that records what rules read of it: entries, and gaps between keys. A change of an
 * entry, or a new entry in a gap, marks just these rules for evaluation. Not thread-safe.
 *
 * <p>An entry is a slot: an index into columns. A key that was looked up and is missing has a slot
 * too, without a value, for its readers.
 */
public class Table<K extends Comparable<? super K>, V> {

  /** No slot. */
  static final int NOWHERE = -1;

  /** The slot of the gap before the first entry. */
  private static final int BEGINNING = 0;

  // Estimates, in bytes.

  private static final int BYTES_OF_TABLE = 120;

  private static final int BYTES_OF_ENTRY = 60;
  private static final int BYTES_OF_SLOT = 12;
  private static final int BYTES_OF_ORDERED_SLOT = 16;

  private static final int FIRST_ROOM = 4;
  private static final int[] NO_SLOTS = {};
  private static final Object[] NOTHING = {};
  private static final int[] EMPTY_INDEX = {0};
  private static final Object MISSED = new Object();

  private final Derivation derivation;
  private final List<Derived<K, V, ?>> rules = new ArrayList<>();

  /** The highest stratum that adds rows; -1 for an input table. */
  private int writer = -1;

  // Columns, indexed by slot.

  private final KeyColumns<K> keys = new KeyColumns<>();

  /** {@link #MISSED} where there is no entry. */
  private Object[] values = NOTHING;

  /** The id of the derived value that added the row; for a free slot, the next free one. */
  private int[] owners = NO_SLOTS;

  private int[] readers = NO_SLOTS;

  /** Once the order is needed: the neighbours, and the readers of the gap after the entry. */
  private int[] before;

  private int[] after;
  private int[] gaps;

  private int used = 1;
  private int free = NOWHERE;

  /** A hash index of slots with linear probing; 0 is empty. */
  private int[] index = EMPTY_INDEX;

  private int indexed;

  /** Null until the order is needed. */
  private Order<K> order;

  private int last = BEGINNING;

  Table(Derivation derivation) {
    this.derivation = derivation;
  }

  /**
   * Adds an entry or replaces its value.
   *
   * @throws IllegalStateException if {@link Derivation#settle} has not come to its end
   */
  public final void put(K key, V value) {
    requireSettled(key);
    putRow(key, value, Derivation.NOBODY);
  }

  void putRow(K key, V value, int owner) {
    int slot = find(key);
    if (slot != NOWHERE && values[slot] != MISSED) {
      owners[slot] = owner;
      if (!Objects.equals(values[slot], value)) {
        values[slot] = value;
        tellReaders(slot);
        for (Derived<K, V, ?> rule : rules) {
          rule.entryChanged(slot);
        }
      }
      return;
    }
    if (slot == NOWHERE) {
      slot = newSlot(key);
    }
    values[slot] = value;
    owners[slot] = owner;
    tellReaders(slot);
    if (order != null) {
      int previous = atOrBefore(key);
      tellGap(previous);
      link(slot, previous);
      order.add(slot);
    }
    for (Derived<K, V, ?> rule : rules) {
      rule.entryAdded(slot);
    }
  }

  /**
   * Removes an entry, if present.
   *
   * @throws IllegalStateException if {@link Derivation#settle} has not come to its end
   */
  public final void remove(K key) {
    requireSettled(key);
    removeRow(key);
  }

  private void requireSettled(K key) {
    if (derivation.isSettling()) {
      throw new IllegalStateException(
          "the entry %s is put or removed before all rules have been evaluated".formatted(key));
    }
  }

  /** Removes a row, if present. */
  final void removeRow(K key) {
    int slot = slot(key);
    if (slot == NOWHERE) {
      return;
    }
    if (order != null) {
      order.remove(slot);
      unlink(slot);
    }
    tellReaders(slot);
    if (order != null) {
      tellGap(slot);
    }
    for (Derived<K, V, ?> rule : rules) {
      rule.entryRemoved(slot);
    }
    freeSlot(slot);
  }

  /** Removes a row, unless another value owns it by now. */
  void removeRow(K key, int owner) {
    int slot = slot(key);
    if (slot != NOWHERE && owners[slot] == owner) {
      removeRow(key);
    }
  }

  private void tellReaders(int slot) {
    int list = readers[slot];
    readers[slot] = Edges.NONE;
    derivation.changed(list);
  }

  private void tellGap(int slot) {
    int list = gaps[slot];
    gaps[slot] = Edges.NONE;
    derivation.changed(list);
  }

  /** Returns the value of a key, or null. */
  public final V get(K key) {
    int slot = find(key);
    if (isRead()) {
      if (slot == NOWHERE) {
        slot = newSlot(key);
        values[slot] = MISSED;
      }
      read(slot);
    }
    return slot == NOWHERE || values[slot] == MISSED ? null : valueAt(slot);
  }

  /** Returns the first entry at or after a key, or null. */
  public final Map.Entry<K, V> ceiling(K key) {
    return entry(read(slotFrom(key)));
  }

  /** Returns the first entry after a key, or null. */
  public final Map.Entry<K, V> higher(K key) {
    return entry(read(slotAfter(atOrBefore(key))));
  }

  /** Returns the last entry before a key, or null. */
  public final Map.Entry<K, V> lower(K key) {
    return entry(read(slotBefore(key)));
  }

  /** Returns the entries from a key on, ascending. Only those that are consumed count as read. */
  public final Iterable<Map.Entry<K, V>> from(K key) {
    return () -> walk(slotFrom(key), true, null);
  }

  /** Returns the entries before a key, descending. Only those that are consumed count as read. */
  public final Iterable<Map.Entry<K, V>> before(K key) {
    return () -> walk(slotBefore(key), false, null);
  }

  /**
   * Returns the entries whose keys start with {@code prefix}, ascending. Only those that are
   * consumed count as read.
   */
  public static <V> Iterable<Map.Entry<Key, V>> under(Table<Key, V> table, Key prefix) {
    return () -> table.walk(table.slotFrom(prefix), true, prefix);
  }

  /** Returns all entries, ascending. Only those that are consumed count as read. */
  public final Iterable<Map.Entry<K, V>> all() {
    return () -> {
      putInOrder();
      return walk(slotAfter(BEGINNING), true, null);
    };
  }

  final V peek(K key) {
    int slot = slot(key);
    return slot == NOWHERE ? null : valueAt(slot);
  }

  /** Returns the slot of an entry, or {@link #NOWHERE}. */
  final int slot(K key) {
    int slot = find(key);
    return slot == NOWHERE || values[slot] == MISSED ? NOWHERE : slot;
  }

  final K keyAt(int slot) {
    return keys.get(slot);
  }

  /** Compares the keys of two entries. */
  final int compareSlots(int slot, int other) {
    return keys.compareSlots(slot, other);
  }

  @SuppressWarnings("unchecked") // the slot has an entry
  final V valueAt(int slot) {
    return (V) values[slot];
  }

  /** Sorts slots by their keys; leaves out those without an entry. */
  final int[] inOrder(int[] slots, int count) {
    return IntStream.of(slots)
        .limit(count)
        .filter(slot -> !keys.isFree(slot) && values[slot] != MISSED)
        .boxed()
        .sorted(keys::compareSlots)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** Adds a rule that is evaluated for each entry. */
  final void ruledBy(Derived<K, V, ?> rule) {
    if (indexed > 0) {
      throw new IllegalStateException(
          "rule %s comes after entries of its table".formatted(rule.name()));
    }
    rules.add(rule);
  }

  final void writtenBy(int stratum) {
    for (Derived<K, V, ?> rule : rules) {
      if (rule.stratum() <= stratum) {
        throw new IllegalStateException(
            "rule %s is over a table that a later rule writes".formatted(rule.name()));
      }
    }
    writer = Math.max(writer, stratum);
  }

  /** Removes stale edges, and slots of missing keys without readers. */
  final void sweep() {
    if (gaps != null) {
      gaps[BEGINNING] = derivation.swept(gaps[BEGINNING]);
    }
    for (int slot = 1; slot < used; slot++) {
      readers[slot] = derivation.swept(readers[slot]);
      if (gaps != null) {
        gaps[slot] = derivation.swept(gaps[slot]);
      }
      if (values[slot] == MISSED && !keys.isFree(slot) && readers[slot] == Edges.NONE) {
        freeSlot(slot);
      }
    }
  }

  final long bytes() {
    return BYTES_OF_TABLE
        + (long) indexed * BYTES_OF_ENTRY
        + keys.bytes()
        + (long) values.length * (BYTES_OF_SLOT + (order == null ? 0 : BYTES_OF_ORDERED_SLOT))
        + (long) index.length * Integer.BYTES;
  }

  private Map.Entry<K, V> entry(int slot) {
    return slot == NOWHERE
        ? null
        : new AbstractMap.SimpleImmutableEntry<>(keyAt(slot), valueAt(slot));
  }

  /**
   * Iterates from a slot on.
   *
   * @param prefix ends the iteration at the first key that does not start with it; null does not
   */
  private Iterator<Map.Entry<K, V>> walk(int first, boolean ascending, Key prefix) {
    read(first);
    return new Iterator<>() {
      private int next = first;
      private int taken = NOWHERE;

      @Override
      public boolean hasNext() {
        if (next == NOWHERE && taken != NOWHERE) {
          next = read(ascending ? slotAfter(taken) : slotBefore(taken));
          taken = NOWHERE;
        }
        return next != NOWHERE && (prefix == null || keys.startsWith(next, prefix));
      }

      @Override
      public Map.Entry<K, V> next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        taken = next;
        next = NOWHERE;
        return entry(taken);
      }
    };
  }

  // Slots.

  private int newSlot(K key) {
    int slot = free;
    if (slot == NOWHERE) {
      if (used >= values.length) {
        makeRoom(Math.max(FIRST_ROOM, Columns.grown(used)));
      }
      slot = used++;
    } else {
      free = owners[slot];
    }
    keys.set(slot, key);
    owners[slot] = Derivation.NOBODY;
    if (3L * ++indexed > 2L * index.length) {
      rebuildIndex();
    } else {
      putIntoIndex(slot);
    }
    return slot;
  }

  private void makeRoom(int room) {
    keys.makeRoom(room);
    values = Arrays.copyOf(values, room);
    owners = Arrays.copyOf(owners, room);
    readers = lists(readers, room);
    if (gaps != null) {
      before = Arrays.copyOf(before, room);
      after = Arrays.copyOf(after, room);
      gaps = lists(gaps, room);
    }
  }

  private static int[] lists(int[] lists, int room) {
    int[] more = Arrays.copyOf(lists, room);
    Arrays.fill(more, lists.length, room, Edges.NONE);
    return more;
  }

  private void freeSlot(int slot) {
    takeOutOfIndex(slot);
    indexed--;
    keys.free(slot);
    values[slot] = null;
    owners[slot] = free;
    free = slot;
  }

  // The hash index.

  private int home(int hash) {
    int spread = hash * 0x9E3779B9;
    return (spread ^ spread >>> 15) & (index.length - 1);
  }

  private int find(K key) {
    for (int at = home(key.hashCode()); index[at] != 0; at = at + 1 & (index.length - 1)) {
      if (keys.isAt(index[at], key)) {
        return index[at];
      }
    }
    return NOWHERE;
  }

  private void putIntoIndex(int slot) {
    int at = home(keys.hash(slot));
    while (index[at] != 0) {
      at = at + 1 & (index.length - 1);
    }
    index[at] = slot;
  }

  private void rebuildIndex() {
    index = new int[2 * index.length];
    for (int slot = 1; slot < used; slot++) {
      if (!keys.isFree(slot)) {
        putIntoIndex(slot);
      }
    }
  }

  /** Deletion without tombstones: later slots of the same cluster move up. */
  private void takeOutOfIndex(int slot) {
    int mask = index.length - 1;
    int hole = home(keys.hash(slot));
    while (index[hole] != slot) {
      hole = hole + 1 & mask;
    }
    for (int at = hole + 1 & mask; index[at] != 0; at = at + 1 & mask) {
      int home = home(keys.hash(index[at]));
      if ((at - home & mask) >= (at - hole & mask)) {
        index[hole] = index[at];
        hole = at;
      }
    }
    index[hole] = 0;
  }

  // The order.

  private void putInOrder() {
    if (order != null) {
      return;
    }
    int room = Math.max(FIRST_ROOM, values.length);
    before = new int[room];
    after = new int[room];
    gaps = lists(NO_SLOTS, room);
    after[BEGINNING] = NOWHERE;
    int[] all = IntStream.range(1, used).toArray();
    int[] sorted = inOrder(all, all.length);
    for (int slot : sorted) {
      link(slot, last);
    }
    order = new Order<>(keys, sorted);
  }

  private void link(int slot, int previous) {
    before[slot] = previous;
    after[slot] = after[previous];
    after[previous] = slot;
    if (after[slot] == NOWHERE) {
      last = slot;
    } else {
      before[after[slot]] = slot;
    }
  }

  private void unlink(int slot) {
    after[before[slot]] = after[slot];
    if (after[slot] == NOWHERE) {
      last = before[slot];
    } else {
      before[after[slot]] = before[slot];
    }
  }

  /** Returns the slot of a key, or of the last one before it. */
  private int atOrBefore(K key) {
    putInOrder();
    if (last == BEGINNING || keys.compare(last, key) <= 0) {
      return last;
    }
    return order.floor(key, BEGINNING);
  }

  private boolean isAt(int slot, K key) {
    return slot != BEGINNING && keys.compare(slot, key) == 0;
  }

  private int slotFrom(K key) {
    int slot = atOrBefore(key);
    return isAt(slot, key) ? slot : slotAfter(slot);
  }

  private int slotBefore(K key) {
    int slot = atOrBefore(key);
    if (isAt(slot, key)) {
      return slotBefore(slot);
    }
    readGap(slot);
    return slot == BEGINNING ? NOWHERE : slot;
  }

  private int slotBefore(int slot) {
    readGap(before[slot]);
    return before[slot] == BEGINNING ? NOWHERE : before[slot];
  }

  private int slotAfter(int slot) {
    readGap(slot);
    return after[slot];
  }

  private void readGap(int slot) {
    if (isRead()) {
      gaps[slot] = derivation.readBy(gaps[slot]);
    }
  }

  /** Records that an entry was read. */
  private int read(int slot) {
    if (slot != NOWHERE && isRead()) {
      readers[slot] = derivation.readBy(readers[slot]);
    }
    return slot;
  }

  /**
   * Returns whether a rule is under evaluation.
   *
   * @throws IllegalStateException if this rule must not read the table
   */
  private boolean isRead() {
    Derived<?, ?, ?> rule = derivation.readingRule();
    if (rule != null && rule.stratum() <= writer) {
      throw new IllegalStateException(
          "rule %s reads a table that it or a later rule writes".formatted(rule.name()));
    }
    return rule != null;
  }
}
