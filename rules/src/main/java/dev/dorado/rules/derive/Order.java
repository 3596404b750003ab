package dev.dorado.rules.derive;

import java.util.Arrays;

/**
 * The slots of a table, sorted by their keys. They are stored in sorted runs of bounded length: a
 * key is found by binary search, and an insertion moves few slots. Not thread-safe.
 */
final class Order<K extends Comparable<? super K>> {

  private static final int LONGEST = 256;

  private final KeyColumns<K> keys;
  private int[][] runs = new int[4][];
  private int[] lengths = new int[4];
  private int count;

  /**
   * @param keys the keys of the slots
   * @param sorted slots in the order of their keys
   */
  Order(KeyColumns<K> keys, int[] sorted) {
    this.keys = keys;
    for (int from = 0; from < sorted.length; from += LONGEST / 2) {
      int to = Math.min(sorted.length, from + LONGEST / 2);
      addRun(count, Arrays.copyOfRange(sorted, from, to), to - from);
    }
  }

  /** Returns the slot with the greatest key that is at most {@code key}, or {@code none}. */
  int floor(K key, int none) {
    int run = runOf(key);
    if (run < 0) {
      return none;
    }
    int at = lastNotAfter(run, key);
    return at < 0 ? none : runs[run][at];
  }

  void add(int slot) {
    K key = keys.get(slot);
    if (count == 0) {
      addRun(0, new int[] {slot}, 1);
      return;
    }
    int run = Math.max(0, runOf(key));
    int at = lastNotAfter(run, key) + 1;
    int length = lengths[run];
    if (length == LONGEST) {
      // Keys often come in ascending order: then the full run stays full.
      int left = run == count - 1 && at == length ? length : length / 2;
      int[] right = new int[Math.max(4, length - left)];
      System.arraycopy(runs[run], left, right, 0, length - left);
      addRun(run + 1, right, length - left);
      runs[run] = Arrays.copyOf(runs[run], left);
      lengths[run] = left;
      if (at > left || left == length) {
        run++;
        at -= left;
      }
      length = lengths[run];
    }
    if (length == runs[run].length) {
      runs[run] = Arrays.copyOf(runs[run], Math.min(LONGEST, Math.max(4, length * 3 / 2)));
    }
    System.arraycopy(runs[run], at, runs[run], at + 1, length - at);
    runs[run][at] = slot;
    lengths[run]++;
  }

  void remove(int slot) {
    K key = keys.get(slot);
    int run = runOf(key);
    int at = lastNotAfter(run, key);
    System.arraycopy(runs[run], at + 1, runs[run], at, lengths[run] - at - 1);
    if (--lengths[run] == 0) {
      count--;
      System.arraycopy(runs, run + 1, runs, run, count - run);
      System.arraycopy(lengths, run + 1, lengths, run, count - run);
      runs[count] = null;
    }
  }

  private void addRun(int run, int[] slots, int length) {
    if (count == runs.length) {
      runs = Arrays.copyOf(runs, 2 * count);
      lengths = Arrays.copyOf(lengths, 2 * count);
    }
    System.arraycopy(runs, run, runs, run + 1, count - run);
    System.arraycopy(lengths, run, lengths, run + 1, count - run);
    runs[run] = slots;
    lengths[run] = length;
    count++;
  }

  /** Returns the last run that does not begin after a key, or -1. */
  private int runOf(K key) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (lengths[middle] > 0 && keys.compare(runs[middle][0], key) <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  /** Returns the last index in a run whose key is at most {@code key}, or -1. */
  private int lastNotAfter(int run, K key) {
    int low = 0;
    int high = lengths[run] - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (keys.compare(runs[run][middle], key) <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }
}
