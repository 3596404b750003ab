package dev.dorado.embedded;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * A part for tests that starts in a thread of its own, so that others start meanwhile; who asks for
 * it waits. Thread-safe.
 */
final class Starting<T extends AutoCloseable> implements AutoCloseable {
  private final CompletableFuture<T> part;

  private Starting(CompletableFuture<T> part) {
    this.part = part;
  }

  static <T extends AutoCloseable> Starting<T> of(String name, Supplier<T> start) {
    return new Starting<>(
        CompletableFuture.supplyAsync(start, task -> new Thread(task, "start " + name).start()));
  }

  /**
   * The part, once it is started.
   *
   * @throws EmbeddedPartException if it does not start
   */
  T get() {
    try {
      return part.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** Closes the part; one that did not start has nothing to close, and has told whoever asked. */
  @Override
  public void close() throws Exception {
    T started = part.exceptionally(error -> null).join();
    if (started != null) {
      started.close();
    }
  }
}
