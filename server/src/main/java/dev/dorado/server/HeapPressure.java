package dev.dorado.server;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Judges from samples of the collector whether the heap is too small for the process: for a whole
 * window, nearly all time goes into collections, and they free next to nothing. Neither the serial
 * collector nor G1 reports that by an error: they collect for as long as a few bytes are freed. Has
 * no clock of its own. Not thread-safe.
 */
final class HeapPressure {

  /** Share of the time in collections above which the process is as good as stopped. */
  static final double MOST_TIME = 0.90;

  /** Share of the old generation below which a collection has freed too little to go on. */
  static final double LEAST_FREE = 0.05;

  private final long windowNanos;
  private final long graceNanos;
  private final Deque<Sample> samples = new ArrayDeque<>();
  private long exhaustedSince;
  private State state = State.FINE;

  /**
   * @param window over which the time in collections is taken
   * @param grace how long an exhausted heap is borne with before the process is to end
   */
  HeapPressure(Duration window, Duration grace) {
    this.windowNanos = window.toNanos();
    this.graceNanos = grace.toNanos();
  }

  /** What the heap is like. */
  enum State {
    /** The process has room. */
    FINE,
    /** The process does little but collect; it may recover. */
    EXHAUSTED,
    /** It has not recovered in the time it was given. */
    HOPELESS
  }

  /**
   * What was measured at one moment.
   *
   * @param nanos the moment, from any origin
   * @param collecting nanoseconds that collections have stopped the process for, since its start
   * @param free share of the old generation that was free after its latest collection, 0 to 1
   */
  record Sample(long nanos, long collecting, double free) {}

  /** Takes a sample in, which is later than all before it, and returns the state since then. */
  State add(Sample sample) {
    samples.addLast(requireNonNull(sample));
    while (samples.size() > 2 && sample.nanos() - second().nanos() >= windowNanos) {
      samples.removeFirst();
    }
    if (!isExhausted(sample)) {
      state = State.FINE;
    } else if (state == State.FINE) {
      state = State.EXHAUSTED;
      exhaustedSince = sample.nanos();
    } else if (sample.nanos() - exhaustedSince >= graceNanos) {
      state = State.HOPELESS;
    }
    return state;
  }

  private boolean isExhausted(Sample latest) {
    Sample first = samples.getFirst();
    long elapsed = latest.nanos() - first.nanos();
    return elapsed >= windowNanos
        && latest.free() < LEAST_FREE
        && latest.collecting() - first.collecting() > MOST_TIME * elapsed;
  }

  private Sample second() {
    var all = samples.iterator();
    all.next();
    return all.next();
  }
}
