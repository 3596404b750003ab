package dev.dorado.streams.steps;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Measures how much input a thread of Kafka Streams reads, and the time that it has for reading.
 * All steps and partitions of a thread take turns, so each step considers what the whole thread has
 * to read. This clock stops while a step derives: by the wall clock, the work of one step would
 * look to the others like time without input. Thread-safe; each thread has its own state.
 */
final class InputLoad {

  /** Input is counted for so long, twice: now and before. */
  private static final long WINDOW_MS = 100;

  /** More inputs than that in one or two windows are more than live events make. */
  private static final int FLOOD = 100;

  /** How much comes in. */
  enum Load {
    /** Nothing. */
    NONE,
    /** As much as live events make. */
    LIVE,
    /** So much that more is surely waiting: a replay, a backfill. */
    FLOOD
  }

  private final LongSupplier nanoTime;
  private final ThreadLocal<OfThread> ofThread = ThreadLocal.withInitial(OfThread::new);

  private static final class OfThread {
    long derivingNanos;
    long windowFrom;
    int inputs;
    int inputsBefore;

    long time(long wallClockMs) {
      return wallClockMs - TimeUnit.NANOSECONDS.toMillis(derivingNanos);
    }

    void turnTo(long nowMs) {
      if (nowMs - windowFrom >= WINDOW_MS) {
        inputsBefore = nowMs - windowFrom < 2 * WINDOW_MS ? inputs : 0;
        inputs = 0;
        windowFrom = nowMs;
      }
    }
  }

  /**
   * @param nanoTime the clock that derivations are measured by, as {@link System#nanoTime}
   */
  InputLoad(LongSupplier nanoTime) {
    this.nanoTime = requireNonNull(nanoTime);
  }

  /** The time, without that of derivations: what {@code wallClockMs} is by this clock. */
  long time(long wallClockMs) {
    return ofThread.get().time(wallClockMs);
  }

  /** Some step has new input. */
  void inputCame(long wallClockMs) {
    var thread = ofThread.get();
    thread.turnTo(thread.time(wallClockMs));
    thread.inputs++;
  }

  /** How much came in of late. */
  Load load(long wallClockMs) {
    var thread = ofThread.get();
    thread.turnTo(thread.time(wallClockMs));
    int inputs = thread.inputs + thread.inputsBefore;
    return inputs == 0 ? Load.NONE : inputs > FLOOD ? Load.FLOOD : Load.LIVE;
  }

  /** A step begins to derive: until {@link Derivation#end}, the time stands still. */
  Derivation begin() {
    return new Derivation(nanoTime.getAsLong());
  }

  /** One derivation, or several in a row. */
  final class Derivation {

    private final long started;

    private Derivation(long started) {
      this.started = started;
    }

    /** How long it has taken so far, in milliseconds. */
    long ms() {
      return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - started);
    }

    /** It is over; answers how long it took, in milliseconds. */
    long end() {
      long took = nanoTime.getAsLong() - started;
      ofThread.get().derivingNanos += took;
      return TimeUnit.NANOSECONDS.toMillis(took);
    }
  }
}
