package dev.dorado.api;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Computes equal answers one after the other, and the next one for all who asked before it began.
 * So nobody gets an answer that was begun before the question, and however many ask, at most one
 * runs and one waits. Keeps nothing. Thread-safe.
 *
 * @param <T> the answer, which several threads read
 */
final class NextRuns<T> {

  private final Map<Object, FutureTask<T>> waiting = new HashMap<>();
  private final Set<Object> running = new HashSet<>();

  /**
   * The answer to a question.
   *
   * @param question equal for the same question
   * @throws RuntimeException what {@code answer} throws, to all who share it
   */
  T of(Object question, Supplier<T> answer) {
    var own = new FutureTask<>(answer::get);
    FutureTask<T> next;
    synchronized (this) {
      next = waiting.putIfAbsent(question, own);
    }
    if (next != null) {
      return result(next);
    }
    begin(question, own);
    try {
      own.run();
    } finally {
      end(question);
    }
    return result(own);
  }

  /** Waits for the one that runs. From then on, who asks waits for another. */
  private synchronized void begin(Object question, FutureTask<T> own) {
    try {
      while (running.contains(question)) {
        wait();
      }
    } catch (InterruptedException e) {
      waiting.remove(question, own);
      own.cancel(false);
      throw interrupted(e);
    }
    waiting.remove(question, own);
    running.add(question);
  }

  private synchronized void end(Object question) {
    running.remove(question);
    notifyAll();
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
      throw interrupted(e);
    }
  }

  private static RuntimeException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted while another request computes the answer", e);
  }
}
