package dev.dorado.streams.steps;

/**
 * When a step brings keys up to date. To derive a long history anew costs the same for one new
 * input as for many, so that while a lot comes in, it waits and does it seldom; and once nothing
 * more comes, at once. All times are of {@link ReadingTime}, in milliseconds. For one thread.
 */
final class Pace {

  /**
   * After an update of keys in memory, no other for as long, times this. The steps and partitions
   * of a thread take turns, and the more has come in meanwhile, the less each of it costs.
   */
  private static final int REST_AFTER_UPDATE = 10;

  /** After long histories were derived anew, no others for as long, times this. */
  private static final int REST_AFTER_LONG = 20;

  /** A key that takes longer has a long history. Of the others, there is nothing to be saved. */
  private static final long LONG_MS = 5;

  /** The thread has other work, and a transaction an end. */
  private static final long LONGEST_MS = 1_000;

  /** So long without input means that no more is waiting. */
  private static final long QUIET_MS = 300;

  /** And this part of the time that was spent since nothing was left to do: it would be again. */
  private static final double QUIET_SHARE = 0.25;

  private long now;
  private long inputAt;
  private long updateFrom;
  private long beginFrom;
  private long spentMs;

  /** There is new input. */
  void inputCame(long nowMs) {
    inputAt = nowMs;
  }

  /**
   * It is time to look whether there is something to do.
   *
   * @param isAnythingLeft whether keys wait since an earlier time
   */
  void flushing(long nowMs, boolean isAnythingLeft) {
    now = nowMs;
    if (!isAnythingLeft) {
      spentMs = 0;
    }
  }

  /** Whether keys in memory are to be brought up to date now. */
  boolean mayUpdate() {
    return now >= updateFrom || isQuiet();
  }

  void updatedFor(long ms) {
    updateFrom = now + ms * REST_AFTER_UPDATE;
  }

  /** Whether keys that are not in memory are to be derived anew now. */
  boolean mayBegin() {
    return now >= beginFrom || isQuiet();
  }

  private boolean isQuiet() {
    return now - inputAt >= quietMs();
  }

  private long quietMs() {
    return Math.max(QUIET_MS, (long) (spentMs * QUIET_SHARE));
  }

  /** Whether there is time for one more after {@code ms} of them. */
  boolean mayGoOn(long ms) {
    return ms < LONGEST_MS;
  }

  /** So many keys were derived anew in {@code ms}. */
  void begunFor(long ms, int keys) {
    boolean isLong = ms > keys * LONG_MS;
    beginFrom = now + (isLong ? ms * REST_AFTER_LONG : 0);
    spentMs += isLong ? ms : 0;
  }

  /** How long to wait until the next look, as something is left; other keys may come meanwhile. */
  long waitMs() {
    long from = Math.min(Math.max(updateFrom, beginFrom), inputAt + quietMs());
    return Math.max(0, Math.min(from - now, QUIET_MS));
  }
}
