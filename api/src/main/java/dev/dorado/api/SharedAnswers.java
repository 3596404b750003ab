package dev.dorado.api;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Computes an answer once for all who ask the same question at the same time, as the panels of a
 * dashboard do. Keeps nothing once it is given. Thread-safe.
 *
 * @param <T> the answer, which several threads read
 */
final class SharedAnswers<T> {

  private final Map<Object, FutureTask<T>> running = new ConcurrentHashMap<>();

  /**
   * The answer to a question: that of {@code answer}, or of whoever asks it already.
   *
   * @param question equal for the same question
   * @throws RuntimeException what {@code answer} throws, to all who share it
   */
  T of(Object question, Supplier<T> answer) {
    var own = new FutureTask<>(answer::get);
    FutureTask<T> before = running.putIfAbsent(question, own);
    if (before != null) {
      return result(before);
    }
    try {
      own.run();
      return result(own);
    } finally {
      running.remove(question, own);
    }
  }

  private static <T> T result(FutureTask<T> task) {
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while another request computes the answer", e);
    }
  }
}
