package dev.dorado.streams.steps;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The time that a thread of Kafka Streams has had to read input, poll and commit: it stands still
 * while a step derives. A step that is to give way to input measures its rest by it, since all
 * steps and partitions of a thread take turns, and by the wall clock, the others' work would look
 * like time in which no input came. Thread-safe; each thread has its own.
 */
final class ReadingTime {

  private final LongSupplier nanoTime;
  private final ThreadLocal<Long> derivingNanos = ThreadLocal.withInitial(() -> 0L);

  /**
   * @param nanoTime the clock that derivations are measured by, as {@link System#nanoTime}
   */
  ReadingTime(LongSupplier nanoTime) {
    this.nanoTime = requireNonNull(nanoTime);
  }

  /** What {@code wallClockMs} is by this clock, in milliseconds. */
  long at(long wallClockMs) {
    return wallClockMs - TimeUnit.NANOSECONDS.toMillis(derivingNanos.get());
  }

  /** Begins to derive: this clock stands still until {@link Derivation#end}. */
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
      derivingNanos.set(derivingNanos.get() + took);
      return TimeUnit.NANOSECONDS.toMillis(took);
    }
  }
}
