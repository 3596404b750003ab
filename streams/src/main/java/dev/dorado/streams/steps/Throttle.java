package dev.dorado.streams.steps;

import dev.dorado.streams.steps.InputLoad.Load;

/**
 * Decides when a step brings keys up to date: rarely under heavy input, soon under light input,
 * immediately when idle. Deriving a long history again costs the same for one new input as for
 * many, and an early result may have to be replaced. All times are those of {@link InputLoad}, in
 * milliseconds. For one thread.
 */
final class Throttle {

  /** A key that takes longer has a long history. Throttling the others would save nothing. */
  private static final long LONG_MS = 5;

  /** The thread has other work: a longer update continues at its next turn. */
  private static final long LONGEST_MS = 300;

  /** The load may end while a step waits. */
  private static final long LONGEST_WAIT_MS = 1_000;

  /** After updating keys in memory, the step waits as long, times this: under load, and live. */
  private static final Rest AFTER_UPDATE = new Rest(30, 1);

  /** After deriving long histories again, the step waits as long, times this. */
  private static final Rest AFTER_LONG = new Rest(50, 3);

  private record Rest(int inFlood, int live) {

    int under(Load load) {
      return switch (load) {
        case FLOOD -> inFlood;
        case LIVE -> live;
        case NONE -> 0;
      };
    }
  }

  private long now;
  private Load load = Load.NONE;
  private long updated;
  private long updatedMs;
  private long begun;
  private long begunMs;

  /** It is time to look whether there is something to do. */
  void flushing(long nowMs, Load loadNow) {
    now = nowMs;
    load = loadNow;
  }

  /** Whether keys in memory are to be brought up to date now. */
  boolean mayUpdate() {
    return restMs(updated, updatedMs, AFTER_UPDATE) == 0;
  }

  void updatedFor(long ms) {
    updated = now;
    updatedMs = ms;
  }

  /** Whether keys that are not in memory are to be derived anew now. */
  boolean mayBegin() {
    return restMs(begun, begunMs, AFTER_LONG) == 0;
  }

  /** Whether there is time for one more after {@code ms} of them. */
  boolean mayGoOn(long ms) {
    return ms < LONGEST_MS;
  }

  /** So many keys were derived anew in {@code ms}. */
  void begunFor(long ms, int keys) {
    begun = now;
    begunMs = ms > keys * LONG_MS ? ms : 0;
  }

  /** When to look again, as keys are left: each look is at the cost of what the thread reads. */
  long waitMs() {
    long rest =
        Math.max(restMs(updated, updatedMs, AFTER_UPDATE), restMs(begun, begunMs, AFTER_LONG));
    return Math.min(rest, LONGEST_WAIT_MS);
  }

  /** Nobody waits for a clock that was set back. */
  private long restMs(long since, long afterMs, Rest rest) {
    return now < since ? 0 : Math.max(0, since + afterMs * rest.under(load) - now);
  }
}
