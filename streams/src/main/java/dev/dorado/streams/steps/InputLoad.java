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

  /** Inputs are counted in this window and in the one before. */
  private static final long WINDOW_MS = 100;

  /** Live events do not reach so many inputs in two windows. */
  private static final int HEAVY_INPUTS = 100;

  /** How much input a thread has. */
  enum Load {
    /** No input. */
    IDLE,
    /** As much input as live events cause. */
    LIGHT,
    /** So much input that there is a backlog: a replay or a backfill. */
    HEAVY
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

  /** Converts a wall-clock time to this clock, which leaves out derivations. */
  long time(long wallClockMs) {
    return ofThread.get().time(wallClockMs);
  }

  /** Counts an input of any step. */
  void inputCame(long wallClockMs) {
    var thread = ofThread.get();
    thread.turnTo(thread.time(wallClockMs));
    thread.inputs++;
  }

  /** Returns the load of the last two windows. */
  Load load(long wallClockMs) {
    var thread = ofThread.get();
    thread.turnTo(thread.time(wallClockMs));
    int inputs = thread.inputs + thread.inputsBefore;
    return inputs == 0 ? Load.IDLE : inputs > HEAVY_INPUTS ? Load.HEAVY : Load.LIGHT;
  }

  /** Stops this clock until {@link Derivation#end}. */
  Derivation begin() {
    return new Derivation(nanoTime.getAsLong());
  }

  /** The time that a step spends on deriving. */
  final class Derivation {

    private final long started;

    private Derivation(long started) {
      this.started = started;
    }

    /** Returns the time so far, in milliseconds. */
    long ms() {
      return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - started);
    }

    /** Starts the clock again; returns the time spent, in milliseconds. */
    long end() {
      long took = nanoTime.getAsLong() - started;
      ofThread.get().derivingNanos += took;
      return TimeUnit.NANOSECONDS.toMillis(took);
    }
  }
}
