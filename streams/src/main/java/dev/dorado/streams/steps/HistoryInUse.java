package dev.dorado.streams.steps;

import dev.dorado.rules.step.InputName;
import dev.dorado.rules.step.KeyHistory;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A history in memory, and which of its inputs have several origins: of all others, the store need
 * not be searched for who else put them out. Not thread-safe.
 */
final class HistoryInUse {

  final KeyHistory history;
  final Set<InputName> ofSeveralOrigins = new HashSet<>();

  /** How many inputs it has. */
  int inputs;

  HistoryInUse(KeyHistory history) {
    this.history = history;
  }

  /** It was given all inputs of a name that the store has. */
  void given(InputName name, List<Encoded> ofOneName) {
    inputs += ofOneName.size();
    if (ofOneName.size() > 1) {
      ofSeveralOrigins.add(name);
    }
  }
}
