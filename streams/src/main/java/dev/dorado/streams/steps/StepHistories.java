package dev.dorado.streams.steps;

import dev.dorado.rules.step.EventPrecedence;
import dev.dorado.rules.step.InputName;
import dev.dorado.rules.step.KeyHistory;
import dev.dorado.rules.step.StepFunction;
import java.util.List;

/**
 * The histories of a step's keys: those in memory, among those of all steps of the thread, and new
 * ones. Not thread-safe.
 */
final class StepHistories {

  private final Object step;
  private final StepFunction function;
  private final int small;
  private final long largest;
  private final RecentHistories recent;
  private final SharedValues values;

  /**
   * @param step tells the keys of this step from those of others
   * @param function begins histories
   * @param small a history with so many inputs at most is not kept in memory
   * @param memory what is in memory of all steps
   */
  StepHistories(Object step, StepFunction function, int small, StepMemory memory) {
    this.step = step;
    this.function = function;
    this.small = small;
    this.largest = memory.largest();
    this.recent = memory.histories();
    this.values = memory.values();
  }

  /** The history of a key, if it is in memory; or null. */
  HistoryInUse get(String key) {
    return recent.get(step, key);
  }

  boolean contains(String key) {
    return get(key) != null;
  }

  /** A history without inputs, for which others make room while it grows. */
  HistoryInUse begin(String key) {
    var inUse = new HistoryInUse(function.begin(key));
    inUse.history.watchGrowth(bytes -> keep(key, inUse, bytes));
    return inUse;
  }

  /** A history that nobody but the caller uses; it may grow no larger than others. */
  KeyHistory beginAlone(String key) {
    KeyHistory history = function.begin(key);
    history.watchGrowth(this::requireRoom);
    return history;
  }

  /**
   * Keeps a history in memory, unless it is small. Others make room for it.
   *
   * @throws TooLargeException if it takes more than one may
   */
  void keep(String key, HistoryInUse inUse) {
    keep(key, inUse, inUse.history.bytes());
  }

  private void keep(String key, HistoryInUse inUse, long bytes) {
    requireRoom(bytes);
    if (inUse.inputs > small) {
      recent.put(step, key, inUse, bytes);
    } else {
      recent.remove(step, key);
    }
  }

  private void requireRoom(long bytes) {
    if (bytes > largest) {
      throw new TooLargeException(largest);
    }
  }

  /** Forgets the history of a key, which may be spoiled. */
  void remove(String key) {
    recent.remove(step, key);
  }

  /** Forgets all histories of the step, which another thread may work on from now on. */
  void removeAll() {
    recent.removeAll(step);
  }

  /** Passes on the input of a name that takes precedence; none if it was withdrawn or removed. */
  void give(KeyHistory history, InputName name, List<Encoded> ofOneName) {
    var standing = ofOneName.stream().map(Encoded::payload).reduce(EventPrecedence::standing);
    if (standing.isEmpty() || EventPrecedence.isWithdrawn(standing.get())) {
      history.remove(name.id(), name.kind());
    } else {
      history.put(name.id(), values.share(standing.get()));
    }
  }
}
