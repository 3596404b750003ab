package dev.dorado.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dorado.server.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class NextRunsTest {

  private final NextRuns<Integer> runs = new NextRuns<>();
  private final AtomicInteger computed = new AtomicInteger();

  @Test
  @Timeout(60)
  void allWhoAskWhileOneRunsShareTheNextOne() throws Exception {
    var begun = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    FutureTask<Integer> first =
        asked(
            () -> {
              begun.countDown();
              assertThatNoException().isThrownBy(mayEnd::await);
              return computed.incrementAndGet();
            });
    start(first);
    begun.await();
    List<FutureTask<Integer>> later = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      FutureTask<Integer> one = asked(computed::incrementAndGet);
      later.add(one);
      Thread thread = start(one);
      while (thread.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
    }

    mayEnd.countDown();

    assertThat(first.get()).isEqualTo(1);
    for (var one : later) {
      assertThat(one.get()).as("begun after it was asked for").isEqualTo(2);
    }
    assertThat(computed).hasValue(2);
  }

  @Test
  void anotherQuestionIsAnotherAnswerAndNothingIsKept() {
    assertThat(runs.of("one", computed::incrementAndGet)).isEqualTo(1);
    assertThat(runs.of("two", computed::incrementAndGet)).isEqualTo(2);
    assertThat(runs.of("one", computed::incrementAndGet)).isEqualTo(3);
  }

  @Test
  void whatGoesWrongIsToldAndNotKept() {
    assertThatThrownBy(
            () ->
                runs.of(
                    "question",
                    () -> {
                      throw new Problem(404, "Not found", "there is no such path");
                    }))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("no such path");
    assertThat(runs.of("question", computed::incrementAndGet)).isEqualTo(1);
  }

  private FutureTask<Integer> asked(Supplier<Integer> answer) {
    return new FutureTask<>(() -> runs.of("question", answer));
  }

  private static Thread start(Runnable task) {
    var thread = new Thread(task);
    thread.start();
    return thread;
  }
}
