package dev.dorado.benchmarks;

import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Which of many deliveries were accepted, and what the others were answered. Thread-safe. */
final class LoadAnswers {

  private final AtomicInteger next = new AtomicInteger();
  private final BitSet accepted = new BitSet();
  private final Map<Integer, Long> statuses = new TreeMap<>();
  private final LongAdder closed = new LongAdder();
  private final LongAdder late = new LongAdder();

  /** The number of the next delivery, of which its id is made. */
  int nextNumber() {
    return next.getAndIncrement();
  }

  synchronized void answered(int number, int status) {
    statuses.merge(status, 1L, Long::sum);
    if (status == 202) {
      accepted.set(number);
    }
  }

  /** A connection could not be opened, or was closed without an answer. */
  void closed() {
    closed.increment();
  }

  /** The client was not able to send a delivery in time. */
  void late() {
    late.increment();
  }

  /** The numbers of those that were answered 202. */
  synchronized BitSet accepted() {
    return (BitSet) accepted.clone();
  }

  /** How many were answered with each status, closed without one, or not sent; then forgotten. */
  synchronized String report() {
    String report =
        "answers %s, connections closed without one %d, not sent in time by the client %d"
            .formatted(statuses, closed.sumThenReset(), late.sumThenReset());
    statuses.clear();
    return report;
  }
}
