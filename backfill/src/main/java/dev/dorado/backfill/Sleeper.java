package dev.dorado.backfill;

import java.time.Duration;

/** Waits, so that tests need not. */
@FunctionalInterface
public interface Sleeper {

  /** Waits by sleeping. */
  Sleeper REAL = duration -> Thread.sleep(Math.max(0, duration.toMillis()));

  /**
   * Waits.
   *
   * @throws InterruptedException if the thread is interrupted meanwhile
   */
  void sleep(Duration duration) throws InterruptedException;
}
