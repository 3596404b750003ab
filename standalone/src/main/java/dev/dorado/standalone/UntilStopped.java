package dev.dorado.standalone;

import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * Work that goes on until the process is asked to end by SIGINT or SIGTERM. What was started is
 * stopped then, and the JVM ends with 130 or 143.
 */
final class UntilStopped {

  private UntilStopped() {}

  /**
   * Starts what {@code start} starts, and comes back only by an exception: if the start fails.
   *
   * @param start adds what is to be stopped to the parts that it is given
   */
  static void run(Narration narration, Consumer<StartedParts> start) {
    var parts = new StartedParts();
    var stopping = new CountDownLatch(1);
    var hook =
        new Thread(
            () -> {
              stopping.countDown();
              narration.line("");
              narration.line("Stopping ...");
              parts.close();
              narration.step("stopped");
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      start.accept(parts);
    } catch (RuntimeException | Error e) {
      if (stopping.getCount() == 0) {
        // It failed because it was stopped on the way: the hook ends the process.
        awaitEnd();
      }
      Runtime.getRuntime().removeShutdownHook(hook);
      parts.close();
      throw e;
    }
    awaitEnd();
  }

  private static void awaitEnd() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
