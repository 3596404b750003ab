package dev.dorado.streams.derive;

import java.util.Arrays;

/**
 * Who has read something, and has to be asked again when it changes. A reader that was asked again
 * since then registers anew; what it registered before counts no more and is swept out when the
 * list has grown by much, so that nobody has to sign off.
 */
final class Readers {

  private static final int FEW = 2;
  private static final int FIRST_SWEEP = 8;

  /** To look whether an entry still counts is to visit its reader: seldom, where there are many. */
  private static final int GROWTH = 4;

  private Node<?, ?, ?>[] nodes = new Node<?, ?, ?>[FEW];
  private int[] evaluations = new int[FEW];
  private int size;
  private int sweepAt = FIRST_SWEEP;

  void add(Node<?, ?, ?> reader) {
    if (!reader.signsOn(this)) {
      return;
    }
    if (size == sweepAt) {
      sweep();
    }
    if (size == nodes.length) {
      nodes = Arrays.copyOf(nodes, 2 * size);
      evaluations = Arrays.copyOf(evaluations, 2 * size);
    }
    nodes[size] = reader;
    evaluations[size++] = reader.evaluation;
  }

  /** Has everyone who read it asked again. */
  void changed() {
    int readers = size;
    size = 0;
    for (int i = 0; i < readers; i++) {
      if (nodes[i].evaluation == evaluations[i]) {
        nodes[i].invalidate();
      }
      nodes[i] = null;
    }
  }

  private void sweep() {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (nodes[i].evaluation == evaluations[i]) {
        nodes[kept] = nodes[i];
        evaluations[kept++] = evaluations[i];
      }
    }
    Arrays.fill(nodes, kept, size, null);
    size = kept;
    sweepAt = Math.max(FIRST_SWEEP, GROWTH * kept);
  }
}
