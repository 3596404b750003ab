package dev.dorado.streams.derive;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Entries in the order of their keys. What a rule reads of it is remembered: the entries that it
 * saw and the gaps between keys that it found empty. A change of an entry, or a new one in such a
 * gap, has just these rules asked again. For one thread.
 */
public class Table<K, V> {

  /** An entry, with who read it and who looked into the gap between it and the next. */
  private static final class Slot<V> {
    private V value;
    private Node<?, ?, ?> owner;
    private Readers readers;
    private Readers gap;
  }

  private final Derivation derivation;
  private final NavigableMap<K, Slot<V>> slots;
  private final Slot<V> beginning = new Slot<>();
  private final List<Derived<K, V, ?>> rules = new ArrayList<>();
  private final List<Consumer<K>> watchers = new ArrayList<>();
  private final Comparator<? super K> order;

  /** The highest stratum whose rules add rows; -1 of a table of inputs. */
  private int writer = -1;

  Table(Derivation derivation, Comparator<? super K> order) {
    this.derivation = derivation;
    this.order = order;
    this.slots = new TreeMap<>(order);
  }

  /** {@code watcher} is told the key of each entry that is new, other or no more. */
  public final void watch(Consumer<K> watcher) {
    watchers.add(watcher);
  }

  /** Adds an entry or replaces its value. */
  public final void put(K key, V value) {
    Slot<V> slot = slots.get(key);
    if (slot == null) {
      changed(gapBefore(key));
      slot = new Slot<>();
      slot.value = value;
      slots.put(key, slot);
      rules.forEach(rule -> rule.entryAdded(key));
      watchers.forEach(watcher -> watcher.accept(key));
    } else if (!Objects.equals(slot.value, value)) {
      slot.value = value;
      changed(slot.readers);
      rules.forEach(rule -> rule.entryChanged(key));
      watchers.forEach(watcher -> watcher.accept(key));
    }
  }

  /** Takes an entry out, if it is there. */
  public final void remove(K key) {
    Slot<V> slot = slots.remove(key);
    if (slot != null) {
      changed(slot.readers);
      changed(slot.gap);
      rules.forEach(rule -> rule.entryRemoved(key));
      watchers.forEach(watcher -> watcher.accept(key));
    }
  }

  /** The value of a key, or null. */
  public final V get(K key) {
    Slot<V> slot = slots.get(key);
    if (slot == null) {
      readGapBefore(key);
      return null;
    }
    return read(slot);
  }

  /** The first entry at or after a key, or null. */
  public final Map.Entry<K, V> ceiling(K key) {
    readGapBefore(key);
    return read(slots.ceilingEntry(key));
  }

  /** The first entry after a key, or null. */
  public final Map.Entry<K, V> higher(K key) {
    readGap(slots.containsKey(key) ? slots.get(key) : gapSlotBefore(key));
    return read(slots.higherEntry(key));
  }

  /** The last entry before a key, or null. */
  public final Map.Entry<K, V> lower(K key) {
    readGapBefore(key);
    return read(slots.lowerEntry(key));
  }

  /** The entries from a key on, one after the other; only those that are taken count as read. */
  public final Iterable<Map.Entry<K, V>> from(K key) {
    return () -> walk(ceiling(key), true);
  }

  /** The entries before a key, backwards; only those that are taken count as read. */
  public final Iterable<Map.Entry<K, V>> before(K key) {
    return () -> walk(lower(key), false);
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
      readGap(beginning);
      return walk(read(slots.firstEntry()), true);
    };
  }

  void putRow(K key, V value, Node<?, ?, ?> owner) {
    put(key, value);
    slots.get(key).owner = owner;
  }

  /** Takes a row out, unless another has put one in its place by now. */
  void removeRow(K key, Node<?, ?, ?> owner) {
    Slot<V> slot = slots.get(key);
    if (slot != null && slot.owner == owner) {
      remove(key);
    }
  }

  final V peek(K key) {
    Slot<V> slot = slots.get(key);
    return slot == null ? null : slot.value;
  }

  final Iterable<K> keys() {
    return slots.keySet();
  }

  final Comparator<? super K> order() {
    return order;
  }

  final void ruledBy(Derived<K, V, ?> rule) {
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

  private Iterator<Map.Entry<K, V>> walk(Map.Entry<K, V> first, boolean ascending) {
    return new Iterator<>() {
      private Map.Entry<K, V> next = first;
      private K last;

      @Override
      public boolean hasNext() {
        if (next == null && last != null) {
          next = ascending ? higher(last) : lower(last);
          last = null;
        }
        return next != null;
      }

      @Override
      public Map.Entry<K, V> next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        var entry = next;
        last = entry.getKey();
        next = null;
        return entry;
      }
    };
  }

  private Slot<V> gapSlotBefore(K key) {
    var lower = slots.lowerEntry(key);
    return lower == null ? beginning : lower.getValue();
  }

  private Readers gapBefore(K key) {
    return gapSlotBefore(key).gap;
  }

  private void readGapBefore(K key) {
    if (derivation.reader() != null) {
      readGap(gapSlotBefore(key));
    }
  }

  private void readGap(Slot<V> slot) {
    Node<?, ?, ?> reader = reader();
    if (reader != null) {
      if (slot.gap == null) {
        slot.gap = new Readers();
      }
      slot.gap.add(reader);
    }
  }

  private V read(Slot<V> slot) {
    Node<?, ?, ?> reader = reader();
    if (reader != null) {
      if (slot.readers == null) {
        slot.readers = new Readers();
      }
      slot.readers.add(reader);
    }
    return slot.value;
  }

  private Map.Entry<K, V> read(Map.Entry<K, Slot<V>> entry) {
    return entry == null ? null : Map.entry(entry.getKey(), read(entry.getValue()));
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
