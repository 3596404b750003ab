package dev.dorado.standalone;

import java.time.Duration;

/** Waiting between two looks at something that this program can't be told of. */
final class Pause {

  private Pause() {}

  /**
   * Waits.
   *
   * @throws StartException if the thread is interrupted
   */
  static void of(Duration duration) {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while waiting.", e);
    }
  }
}
