package dev.dorado.streams.steps;

/**
 * When a step brings keys up to date. To derive a long history anew costs the same for one new
 * input as for many, so that while a lot comes in, it waits and does it seldom; once nothing more
 * comes, at once. For one thread.
 */
final class Pace {

  /** After an update of keys in memory, no other for as long, times this. */
  private static final int REST_AFTER_UPDATE = 2;

  /** After keys were derived anew, no others for as long, times this, while input comes. */
  private static final int REST_AFTER_BEGINNING = 20;

  /** The thread has other work, and a transaction an end. */
  private static final long LONGEST_MS = 1_000;

  /** So many flushes without input in between mean that no more is waiting. */
  private static final int QUIET = 3;

  private long now;
  private long updateFrom;
  private long beginFrom;
  private int flushesWithoutInput;

  /** There is new input. */
  void inputCame() {
    flushesWithoutInput = 0;
  }

  /** It is time to look whether there is something to do. */
  void flushing(long nowMs) {
    now = nowMs;
    flushesWithoutInput++;
  }

  /** Whether keys in memory are to be brought up to date now. */
  boolean mayUpdate() {
    return now >= updateFrom;
  }

  void updatedFor(long ms) {
    updateFrom = now + ms + ms * REST_AFTER_UPDATE;
  }

  /** Whether keys that are not in memory are to be derived anew now. */
  boolean mayBegin() {
    return now >= beginFrom || flushesWithoutInput > QUIET;
  }

  /** Whether there is time for one more after {@code ms} of them. */
  boolean mayGoOn(long ms) {
    return ms < LONGEST_MS;
  }

  void begunFor(long ms) {
    beginFrom = now + ms + ms * REST_AFTER_BEGINNING;
  }
}
