package dev.dorado.streams.steps;

import dev.dorado.rules.step.InputName;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The keys of a step that have new input, in the order of its arrival, and the new inputs. The keys
 * are in a store as well, for the next start. Not thread-safe.
 */
final class MarkedKeys {

  private final KeyValueStore<Bytes, byte[]> store;

  /** By key: the only input of a name, if there is just one origin that has put it out. */
  private final Map<String, Map<InputName, Optional<InputId>>> news = new LinkedHashMap<>();

  private boolean recalled;

  /**
   * @param store beside the marks, it has what {@link RejectedInputs} remembers
   */
  MarkedKeys(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  boolean contains(String key) {
    return news.containsKey(key);
  }

  int count() {
    return news.size();
  }

  /** Marks a key, if it is not. */
  void mark(String key) {
    if (!news.containsKey(key)) {
      news.put(key, new LinkedHashMap<>());
      store.put(Keys.of(key), new byte[0]);
    }
  }

  /** The new inputs of a marked key that is in memory; the caller may add to them. */
  Map<InputName, Optional<InputId>> news(String key) {
    return news.get(key);
  }

  /** Reads the marks that an earlier run has left. */
  void recall() {
    if (recalled) {
      return;
    }
    try (var marks = store.all()) {
      while (marks.hasNext()) {
        Bytes mark = marks.next().key;
        if (RejectedInputs.isMark(mark.get())) {
          news.putIfAbsent(Keys.parts(mark, 1)[0], new LinkedHashMap<>());
        }
      }
    }
    recalled = true;
  }

  /**
   * Takes marked keys in their order.
   *
   * @param which selects keys
   * @param goOn asked before each but the first
   * @param update brings a key with its new inputs up to date
   * @return how many these were
   */
  int workOff(
      Predicate<String> which,
      BooleanSupplier goOn,
      BiConsumer<String, Map<InputName, Optional<InputId>>> update) {
    int count = 0;
    var keys = news.entrySet().iterator();
    while (keys.hasNext() && (count == 0 || goOn.getAsBoolean())) {
      var key = keys.next();
      if (which.test(key.getKey())) {
        keys.remove();
        update.accept(key.getKey(), key.getValue());
        count++;
      }
    }
    return count;
  }

  /** Removes the mark of a key that is up to date, unless it was marked again meanwhile. */
  void forget(String key) {
    if (!contains(key)) {
      store.delete(Keys.of(key));
    }
  }
}
