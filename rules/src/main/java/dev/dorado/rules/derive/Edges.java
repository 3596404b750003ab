package dev.dorado.rules.derive;

import java.util.Arrays;

/**
 * The dependency graph: for each entry, gap and value, a linked list of its readers. All lists of a
 * derivation share one pool. An edge takes 9 bytes: the reader, the number of the evaluation in
 * which it read, and the next edge of the list. Once a reader has been evaluated again, its older
 * edges are stale; they are skipped, and removed when many have gathered. Not thread-safe.
 *
 * <p>An edge stores the evaluation's number modulo 256. After 256 evaluations a stale edge matches
 * again. This costs a needless evaluation, which gives the same result.
 */
final class Edges {

  /** The empty list. */
  static final int NONE = -1;

  private static final int[] EMPTY = {};
  private static final int FIRST_ROOM = 16;

  private int[] readers = EMPTY;
  private byte[] evaluations = {};
  private int[] next = EMPTY;
  private int used;
  private int free = NONE;
  private int count;

  /** Tells whether an edge is current: its reader has not been evaluated again since. */
  @FunctionalInterface
  interface Currency {
    boolean isCurrent(int reader, byte evaluation);
  }

  /**
   * Adds a reader to a list. A reader that was also added last is not added again, as when it reads
   * the same entry several times.
   *
   * @param list the first edge, or {@link #NONE}
   * @param reader id of the reader
   * @param evaluation number of its evaluation
   * @return the new first edge
   */
  int add(int list, int reader, byte evaluation) {
    if (list != NONE && readers[list] == reader && evaluations[list] == evaluation) {
      return list;
    }
    int edge = free;
    if (edge == NONE) {
      makeRoom();
      edge = used++;
    } else {
      free = next[edge];
    }
    readers[edge] = reader;
    evaluations[edge] = evaluation;
    next[edge] = list;
    count++;
    return edge;
  }

  private void makeRoom() {
    if (used == readers.length) {
      int room = Math.max(FIRST_ROOM, Columns.grown(used));
      readers = Arrays.copyOf(readers, room);
      evaluations = Arrays.copyOf(evaluations, room);
      next = Arrays.copyOf(next, room);
    }
  }

  int reader(int edge) {
    return readers[edge];
  }

  byte evaluation(int edge) {
    return evaluations[edge];
  }

  /** Frees an edge and returns the one after it. */
  int remove(int edge) {
    int after = next[edge];
    next[edge] = free;
    free = edge;
    count--;
    return after;
  }

  /** Removes the stale edges of a list and returns its new first edge. */
  int swept(int list, Currency currency) {
    int first = NONE;
    int last = NONE;
    for (int edge = list; edge != NONE; ) {
      if (currency.isCurrent(readers[edge], evaluations[edge])) {
        if (last == NONE) {
          first = edge;
        } else {
          next[last] = edge;
        }
        last = edge;
        edge = next[edge];
      } else {
        edge = remove(edge);
      }
    }
    if (last != NONE) {
      next[last] = NONE;
    }
    return first;
  }

  long bytes() {
    return (2L * Integer.BYTES + 1) * readers.length;
  }

  /** Returns the number of edges, stale ones included. */
  int count() {
    return count;
  }
}
