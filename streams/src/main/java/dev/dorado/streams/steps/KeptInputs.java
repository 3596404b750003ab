package dev.dorado.streams.steps;

import dev.dorado.rules.step.EventPrecedence;
import dev.dorado.rules.step.InputName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** All inputs of a step's keys, in a store. Not thread-safe. */
final class KeptInputs {

  /** How an input changed the store. */
  enum Change {
    NONE,
    ADDED,
    REPLACED,
    REMOVED
  }

  private final KeyValueStore<Bytes, byte[]> store;
  private final RejectedInputs rejected;

  KeptInputs(KeyValueStore<Bytes, byte[]> store, RejectedInputs rejected) {
    this.store = store;
    this.rejected = rejected;
  }

  /** Stores an input, or removes a retracted one. */
  Change keep(String key, InputId id, Encoded given) {
    Bytes at = at(key, id);
    if (given.isRetraction()) {
      return store.delete(at) == null ? Change.NONE : Change.REMOVED;
    }
    byte[] kept = store.get(at);
    if (kept != null && !replaces(key, id.isEvent(), given, Encoded.of(kept))) {
      return Change.NONE;
    }
    store.put(at, given.bytes());
    return kept == null ? Change.ADDED : Change.REPLACED;
  }

  /**
   * Events with the same id may come in any order, and one that can't be read replaces none; what a
   * step puts out comes in order, and the last word stands.
   */
  private boolean replaces(String key, boolean event, Encoded given, Encoded kept) {
    if (!event || Arrays.equals(given.bytes(), kept.bytes())) {
      return !Arrays.equals(given.bytes(), kept.bytes());
    }
    return rejected.isReadable(key, given)
        && (!rejected.isReadable(key, kept)
            || EventPrecedence.replaces(
                given.payload(), given.bytes(), kept.payload(), kept.bytes()));
  }

  void remove(String key, InputId id) {
    store.delete(at(key, id));
  }

  /** The input of an id, or none. */
  List<Encoded> of(String key, InputId id) {
    byte[] kept = store.get(at(key, id));
    return kept == null ? List.of() : List.of(Encoded.of(kept));
  }

  /** The inputs of a name: each origin writes and retracts its own. */
  List<Encoded> of(String key, InputName name) {
    List<Encoded> ofOneName = new ArrayList<>();
    try (var entries = scan(key + Keys.SEPARATOR + name.kind() + Keys.SEPARATOR + name.id())) {
      entries.forEachRemaining(entry -> ofOneName.add(Encoded.of(entry.value)));
    }
    return ofOneName;
  }

  /** Where to begin with the inputs of a key. */
  static Bytes beginningOf(String key) {
    return Keys.prefix(key);
  }

  /**
   * Passes on the inputs of a key, name by name, in the order of the store. Only those of one name
   * are in memory at a time.
   *
   * @param from where to begin: {@link #beginningOf} the key, or what this has returned
   * @param goOn asked before each name but the first
   * @return where to continue; null if all have been passed on
   */
  Bytes forEachName(
      String key, Bytes from, BooleanSupplier goOn, BiConsumer<InputName, List<Encoded>> given) {
    InputName name = null;
    List<Encoded> ofOneName = new ArrayList<>();
    try (var entries = store.range(from, Keys.endOf(key))) {
      while (entries.hasNext()) {
        var entry = entries.next();
        var input = Encoded.of(entry.value);
        var next = input.id().name();
        if (name != null && !next.equals(name)) {
          given.accept(name, ofOneName);
          ofOneName = new ArrayList<>();
          if (!goOn.getAsBoolean()) {
            return entry.key;
          }
        }
        name = next;
        ofOneName.add(input);
      }
    }
    if (name != null) {
      given.accept(name, ofOneName);
    }
    return null;
  }

  /** All inputs of a key by name, in the order of the store. */
  Map<InputName, List<Encoded>> byName(String key) {
    Map<InputName, List<Encoded>> byName = new LinkedHashMap<>();
    forEachName(key, beginningOf(key), () -> true, byName::put);
    return byName;
  }

  /** Whether a key has any input of some kinds. */
  boolean hasAny(String key, Set<String> kinds) {
    for (String kind : kinds) {
      try (var entries = scan(key + Keys.SEPARATOR + kind)) {
        if (entries.hasNext()) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether a key has so many inputs at most. */
  boolean hasAtMost(String key, int most) {
    try (var entries = scan(key)) {
      int count = 0;
      while (entries.hasNext() && count <= most) {
        entries.next();
        count++;
      }
      return count <= most;
    }
  }

  private KeyValueIterator<Bytes, byte[]> scan(String beginning) {
    return store.prefixScan(Keys.prefix(beginning), new BytesSerializer());
  }

  private static Bytes at(String key, InputId id) {
    return Keys.of(key, id.toString());
  }
}
