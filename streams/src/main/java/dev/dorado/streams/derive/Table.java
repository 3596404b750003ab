package dev.dorado.streams.derive;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Entries in the order of their keys. What a rule reads of it is remembered: the entries that it
 * saw and the gaps between keys that it found empty. A change of an entry, or a new one in such a
 * gap, has just these rules asked again. For one thread.
 */
@SuppressWarnings("ReferenceEquality") // a slot is itself
public class Table<K extends Comparable<? super K>, V> {

  private final Derivation derivation;
  private final Map<K, Slot<K, V>> slots = new HashMap<>();

  /** Who asked for a key that is not there. */
  private final Map<K, Readers> missed = new HashMap<>();

  /** The entries in order, linked from {@code beginning} to {@code last}; null until asked for. */
  private TreeMap<K, Slot<K, V>> inOrder;

  private final Slot<K, V> beginning = new Slot<>(null, null);
  private Slot<K, V> last = beginning;
  private final List<Derived<K, V, ?>> rules = new ArrayList<>();
  private final List<Consumer<K>> watchers = new ArrayList<>();

  /** The highest stratum whose rules add rows; -1 of a table of inputs. */
  private int writer = -1;

  Table(Derivation derivation) {
    this.derivation = derivation;
  }

  /** {@code watcher} is told the key of each entry that is new, other or no more. */
  public final void watch(Consumer<K> watcher) {
    watchers.add(watcher);
  }

  /** Adds an entry or replaces its value. */
  public final void put(K key, V value) {
    putIn(key, value, null);
  }

  private void putIn(K key, V value, Node<?, ?, ?> owner) {
    Slot<K, V> slot = slots.get(key);
    if (slot == null) {
      slot = new Slot<>(key, value);
      slot.owner = owner;
      slots.put(key, slot);
      changed(missed.remove(key));
      if (inOrder != null) {
        Slot<K, V> before = atOrBefore(key);
        changed(before.gap);
        link(slot, before);
      }
      for (Derived<K, V, ?> rule : rules) {
        rule.entryAdded(slot);
      }
      tellWatchers(key);
      return;
    }
    slot.owner = owner;
    if (!Objects.equals(slot.value, value)) {
      slot.value = value;
      changed(slot.readers);
      for (Derived<K, V, ?> rule : rules) {
        rule.entryChanged(slot);
      }
      tellWatchers(key);
    }
  }

  private void link(Slot<K, V> slot, Slot<K, V> before) {
    slot.before = before;
    slot.after = before.after;
    before.after = slot;
    if (slot.after == null) {
      last = slot;
    } else {
      slot.after.before = slot;
    }
    inOrder.put(slot.key, slot);
  }

  /** Takes an entry out, if it is there. */
  public final void remove(K key) {
    Slot<K, V> slot = slots.remove(key);
    if (slot == null) {
      return;
    }
    if (inOrder != null) {
      unlink(slot);
    }
    changed(slot.readers);
    changed(slot.gap);
    for (Derived<K, V, ?> rule : rules) {
      rule.entryRemoved(slot);
    }
    tellWatchers(key);
  }

  private void unlink(Slot<K, V> slot) {
    inOrder.remove(slot.key);
    slot.before.after = slot.after;
    if (slot.after == null) {
      last = slot.before;
    } else {
      slot.after.before = slot.before;
    }
  }

  private void tellWatchers(K key) {
    for (Consumer<K> watcher : watchers) {
      watcher.accept(key);
    }
  }

  /** The value of a key, or null. */
  public final V get(K key) {
    Slot<K, V> slot = slots.get(key);
    if (slot != null) {
      return read(slot).value;
    }
    Node<?, ?, ?> reader = reader();
    if (reader != null) {
      missed.computeIfAbsent(key, k -> new Readers()).add(reader);
    }
    return null;
  }

  // The entries that these give are the table's own, and hold until it is changed.

  /** The first entry at or after a key, or null. */
  public final Map.Entry<K, V> ceiling(K key) {
    return read(slotFrom(key));
  }

  /** The first entry after a key, or null. */
  public final Map.Entry<K, V> higher(K key) {
    return read(slotAfter(atOrBefore(key)));
  }

  /** The last entry before a key, or null. */
  public final Map.Entry<K, V> lower(K key) {
    return read(slotBefore(key));
  }

  /** The entries from a key on, one after the other; only those that are taken count as read. */
  public final Iterable<Map.Entry<K, V>> from(K key) {
    return () -> walk(slotFrom(key), true);
  }

  /** The entries before a key, backwards; only those that are taken count as read. */
  public final Iterable<Map.Entry<K, V>> before(K key) {
    return () -> walk(slotBefore(key), false);
  }

  /**
   * The entries of the keys that begin like {@code prefix}; only those that are taken count as
   * read. For tables of {@link Key}s.
   */
  public static <V> Iterable<Map.Entry<Key, V>> under(Table<Key, V> table, Key prefix) {
    return () -> {
      var all = table.from(prefix).iterator();
      return new Iterator<>() {
        private Map.Entry<Key, V> next = advance();

        private Map.Entry<Key, V> advance() {
          var entry = all.hasNext() ? all.next() : null;
          return entry != null && entry.getKey().startsWith(prefix) ? entry : null;
        }

        @Override
        public boolean hasNext() {
          return next != null;
        }

        @Override
        public Map.Entry<Key, V> next() {
          if (next == null) {
            throw new NoSuchElementException();
          }
          var entry = next;
          next = advance();
          return entry;
        }
      };
    };
  }

  /** All entries; each counts as read once it is taken. */
  public final Iterable<Map.Entry<K, V>> all() {
    return () -> {
      putInOrder();
      return walk(slotAfter(beginning), true);
    };
  }

  void putRow(K key, V value, Node<?, ?, ?> owner) {
    putIn(key, value, owner);
  }

  /** Takes a row out, unless another has put one in its place by now. */
  void removeRow(K key, Node<?, ?, ?> owner) {
    Slot<K, V> slot = slots.get(key);
    if (slot != null && slot.owner == owner) {
      remove(key);
    }
  }

  final V peek(K key) {
    Slot<K, V> slot = slots.get(key);
    return slot == null ? null : slot.value;
  }

  final Slot<K, V> slot(K key) {
    return slots.get(key);
  }

  /** Takes a rule for each of its entries; answers with the rule's place among all. */
  final int ruledBy(Derived<K, V, ?> rule) {
    if (!slots.isEmpty()) {
      throw new IllegalStateException(
          "rule %s comes after entries of its table".formatted(rule.name()));
    }
    rules.add(rule);
    return rules.size() - 1;
  }

  final int rules() {
    return rules.size();
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

  private Iterator<Map.Entry<K, V>> walk(Slot<K, V> first, boolean ascending) {
    read(first);
    return new Iterator<>() {
      private Slot<K, V> next = first;
      private Slot<K, V> taken;

      @Override
      public boolean hasNext() {
        if (next == null && taken != null) {
          next = read(ascending ? slotAfter(taken) : slotBefore(taken));
          taken = null;
        }
        return next != null;
      }

      @Override
      public Map.Entry<K, V> next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        taken = next;
        next = null;
        return taken;
      }
    };
  }

  /** The slot of a key, or else of the last one before it. */
  private Slot<K, V> atOrBefore(K key) {
    putInOrder();
    if (last == beginning || last.key.compareTo(key) <= 0) {
      return last;
    }
    var floor = inOrder.floorEntry(key);
    return floor == null ? beginning : floor.getValue();
  }

  private void putInOrder() {
    if (inOrder == null) {
      inOrder = new TreeMap<>();
      slots.values().stream().sorted(Map.Entry.comparingByKey()).forEach(slot -> link(slot, last));
    }
  }

  private boolean isAt(Slot<K, V> slot, K key) {
    return slot != beginning && slot.key.compareTo(key) == 0;
  }

  private Slot<K, V> slotFrom(K key) {
    Slot<K, V> slot = atOrBefore(key);
    return isAt(slot, key) ? slot : slotAfter(slot);
  }

  private Slot<K, V> slotBefore(K key) {
    Slot<K, V> slot = atOrBefore(key);
    if (isAt(slot, key)) {
      return slotBefore(slot);
    }
    readGap(slot);
    return slot == beginning ? null : slot;
  }

  private Slot<K, V> slotBefore(Slot<K, V> slot) {
    readGap(slot.before);
    return slot.before == beginning ? null : slot.before;
  }

  private Slot<K, V> slotAfter(Slot<K, V> slot) {
    readGap(slot);
    return slot.after;
  }

  private void readGap(Slot<K, V> slot) {
    Node<?, ?, ?> reader = reader();
    if (reader != null) {
      if (slot.gap == null) {
        slot.gap = new Readers();
      }
      slot.gap.add(reader);
    }
  }

  /** That a slot, if it is one, was read. */
  private Slot<K, V> read(Slot<K, V> slot) {
    Node<?, ?, ?> reader = slot == null ? null : reader();
    if (reader != null) {
      if (slot.readers == null) {
        slot.readers = new Readers();
      }
      slot.readers.add(reader);
    }
    return slot;
  }

  private Node<?, ?, ?> reader() {
    Node<?, ?, ?> reader = derivation.reader();
    if (reader != null && reader.of.stratum() <= writer) {
      throw new IllegalStateException(
          "rule %s reads a table that it or a later rule writes".formatted(reader.of.name()));
    }
    return reader;
  }

  private static void changed(Readers readers) {
    if (readers != null) {
      readers.changed();
    }
  }
}
