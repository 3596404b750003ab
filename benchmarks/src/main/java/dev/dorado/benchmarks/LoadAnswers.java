package dev.dorado.benchmarks;

import java.time.Duration;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;

/** Which of many deliveries were accepted, and what the others were answered. Thread-safe. */
final class LoadAnswers {

  private static final long LONGEST_MICROS = Duration.ofMinutes(1).toNanos() / 1000;

  private final AtomicInteger next = new AtomicInteger();
  private final BitSet accepted = new BitSet();
  private final Map<Integer, Long> statuses = new TreeMap<>();
  private final Histogram micros = new Histogram(LONGEST_MICROS, 3);
  private final LongAdder closed = new LongAdder();
  private final LongAdder late = new LongAdder();

  /** The number of the next delivery, of which its id is made. */
  int nextNumber() {
    return next.getAndIncrement();
  }

  /**
   * A delivery was answered.
   *
   * @param took nanoseconds since it was sent
   */
  synchronized void answered(int number, int status, long took) {
    statuses.merge(status, 1L, Long::sum);
    micros.recordValue(Math.min(LONGEST_MICROS, took / 1000));
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
        "ms from sending: p50 %.1f, p99 %.1f; answers %s, connections closed without one %d, not sent in time by the client %d"
            .formatted(
                micros.getValueAtPercentile(50) / 1e3,
                micros.getValueAtPercentile(99) / 1e3,
                statuses,
                closed.sumThenReset(),
                late.sumThenReset());
    statuses.clear();
    micros.reset();
    return report;
  }
}
