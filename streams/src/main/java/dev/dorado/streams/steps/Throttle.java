package dev.dorado.streams.steps;

import dev.dorado.streams.steps.InputLoad.Load;

/**
 * Decides when a step brings keys up to date: rarely under heavy input, soon under light input,
 * immediately when idle. Deriving a long history again costs the same for one new input as for
 * many, and an early result may have to be replaced. All times are those of {@link InputLoad}, in
 * milliseconds. Not thread-safe.
 */
final class Throttle {

  /** A key that takes longer has a long history. Throttling others would save nothing. */
  private static final long LONG_MS = 5;

  /** The longest turn of a step. A longer update continues at its next turn. */
  private static final long LONGEST_MS = 300;

  /** The load may end while a step waits, so it looks again after this time. */
  private static final long LONGEST_WAIT_MS = 1_000;

  /** The wait after keys in memory were updated. */
  private static final WaitFactor AFTER_UPDATE = new WaitFactor(30, 1);

  /** The wait after long histories were derived again. */
  private static final WaitFactor AFTER_LONG = new WaitFactor(50, 3);

  /** A step waits for the time that it spent before, multiplied by a factor. */
  private record WaitFactor(int heavy, int light) {

    int under(Load load) {
      return switch (load) {
        case HEAVY -> heavy;
        case LIGHT -> light;
        case IDLE -> 0;
      };
    }
  }

  private long now;
  private Load load = Load.IDLE;
  private long updated;
  private long updatedMs;
  private long begun;
  private long begunMs;

  /** Sets the time and the load of a turn. */
  void flushing(long nowMs, Load loadNow) {
    now = nowMs;
    load = loadNow;
  }

  /** Returns whether keys in memory may be updated now. */
  boolean mayUpdate() {
    return remainingMs(updated, updatedMs, AFTER_UPDATE) == 0;
  }

  void updatedFor(long ms) {
    updated = now;
    updatedMs = ms;
  }

  /** Returns whether keys that are not in memory may be derived now. */
  boolean mayBegin() {
    return remainingMs(begun, begunMs, AFTER_LONG) == 0;
  }

  /** Returns whether a turn that has taken {@code ms} may continue. */
  boolean mayGoOn(long ms) {
    return ms < LONGEST_MS;
  }

  /** Records that {@code keys} were derived from all their inputs in {@code ms}. */
  void begunFor(long ms, int keys) {
    begun = now;
    begunMs = ms > keys * LONG_MS ? ms : 0;
  }

  /** Returns when to look again while keys are left. Each look costs throughput of reading. */
  long waitMs() {
    long wait =
        Math.max(
            remainingMs(updated, updatedMs, AFTER_UPDATE), remainingMs(begun, begunMs, AFTER_LONG));
    return Math.min(wait, LONGEST_WAIT_MS);
  }

  /** 0 if the clock was set back, so that no step waits for it. */
  private long remainingMs(long since, long spentMs, WaitFactor factor) {
    return now < since ? 0 : Math.max(0, since + spentMs * factor.under(load) - now);
  }
}
