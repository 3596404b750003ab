package dev.dorado.rules.derive;

import java.util.Arrays;

/**
 * Who has read what: lists of readers, each to be asked again when what it read changes. All lists
 * of a derivation share one pool, in which an edge is a reader, the evaluation in which it read,
 * and the next edge of its list: 9 bytes. A reader that was asked again since then has signed on
 * anew; its older edges count no more and are swept out once they are many. For one thread.
 *
 * <p>An edge keeps the last byte of the evaluation's number. After 256 evaluations a stale edge
 * matches again: a rule is then evaluated in vain, with the same result.
 */
final class Edges {

  /** A list without edges. */
  static final int NONE = -1;

  private static final int[] EMPTY = {};
  private static final int FIRST_ROOM = 16;

  private int[] readers = EMPTY;
  private byte[] evaluations = {};
  private int[] next = EMPTY;
  private int used;
  private int free = NONE;
  private int count;

  /** Whether the reader of an edge has not been asked again since it read. */
  @FunctionalInterface
  interface Standing {
    boolean stands(int reader, byte evaluation);
  }

  /**
   * A list with one more reader; unless that one signed on last, as one does that reads the same
   * thing several times.
   *
   * @param list its first edge, or {@link #NONE}
   * @param reader id of the reader
   * @param evaluation in which of its evaluations it reads
   * @return the first edge of the list
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

  /** Gives an edge back; returns the one that came after it. */
  int remove(int edge) {
    int after = next[edge];
    next[edge] = free;
    free = edge;
    count--;
    return after;
  }

  /** A list without the edges that count no more; returns its first edge. */
  int swept(int list, Standing standing) {
    int first = NONE;
    int last = NONE;
    for (int edge = list; edge != NONE; ) {
      if (standing.stands(readers[edge], evaluations[edge])) {
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

  /** How many there are, whether they still count or not. */
  int count() {
    return count;
  }
}
