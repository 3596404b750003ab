package dev.dorado.streams.steps;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What the steps have in memory that one thread of Kafka Streams works on. A task that goes to
 * another thread leaves nothing behind ({@link RecentHistories#removeAll}) and begins anew there.
 * Thread-safe; what it gives belongs to the thread that asks.
 */
final class StepMemory {

  private record OfThread(RecentHistories histories, SharedValues values) {}

  private final long largest;
  private final List<RecentHistories> all = new CopyOnWriteArrayList<>();
  private final ThreadLocal<OfThread> ofThread;

  /**
   * @param room how many bytes the histories of a thread may take
   * @param largest how many bytes one history may take
   * @param metrics get the gauge of what the histories of all threads take
   */
  StepMemory(long room, long largest, MeterRegistry metrics) {
    this.largest = largest;
    this.ofThread =
        ThreadLocal.withInitial(
            () -> {
              var histories = new RecentHistories(room);
              all.add(histories);
              return new OfThread(histories, new SharedValues());
            });
    Gauge.builder("dorado.histories", this, StepMemory::bytes)
        .description("Memory that the histories of keys in use take, estimated")
        .baseUnit("bytes")
        .register(metrics);
  }

  private double bytes() {
    return all.stream().mapToLong(RecentHistories::bytes).sum();
  }

  /** The histories of the keys that were in use last. */
  RecentHistories histories() {
    return ofThread.get().histories();
  }

  /** How many bytes one history may take. */
  long largest() {
    return largest;
  }

  /** The values that records have in common. */
  SharedValues values() {
    return ofThread.get().values();
  }
}
