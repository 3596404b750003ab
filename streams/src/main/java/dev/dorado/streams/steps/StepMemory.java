package dev.dorado.streams.steps;

/**
 * What the steps have in memory that one thread of Kafka Streams works on. A task that goes to
 * another thread leaves nothing behind ({@link RecentHistories#removeAll}) and begins anew there.
 * Thread-safe; what it gives belongs to the thread that asks.
 */
final class StepMemory {

  private record OfThread(RecentHistories histories, SharedValues values) {}

  private final long largest;
  private final ThreadLocal<OfThread> ofThread;

  /**
   * @param room how many bytes the histories of a thread may take
   * @param largest how many bytes one history may take
   */
  StepMemory(long room, long largest) {
    this.largest = largest;
    this.ofThread =
        ThreadLocal.withInitial(() -> new OfThread(new RecentHistories(room), new SharedValues()));
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
