package dev.dorado.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dorado.server.Problem;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SharedAnswersTest {

  private final SharedAnswers<Integer> answers = new SharedAnswers<>();
  private final AtomicInteger computed = new AtomicInteger();

  @Test
  @Timeout(60)
  void whoAsksTheSameMeanwhileTakesTheAnswerOfTheFirst() throws Exception {
    var begun = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    var first =
        new FutureTask<>(
            () ->
                answers.of(
                    "question",
                    () -> {
                      begun.countDown();
                      assertThatNoException().isThrownBy(mayEnd::await);
                      return computed.incrementAndGet();
                    }));
    new Thread(first).start();
    begun.await();
    var second = new FutureTask<>(() -> answers.of("question", computed::incrementAndGet));
    var asking = new Thread(second);
    asking.start();
    while (asking.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }

    mayEnd.countDown();

    assertThat(first.get()).isEqualTo(1);
    assertThat(second.get()).isEqualTo(1);
    assertThat(computed).hasValue(1);
  }

  @Test
  void anotherQuestionIsAnotherAnswer() {
    assertThat(answers.of("one", computed::incrementAndGet)).isEqualTo(1);
    assertThat(answers.of("two", computed::incrementAndGet)).isEqualTo(2);
  }

  @Test
  void nothingIsKept() {
    answers.of("question", computed::incrementAndGet);

    assertThat(answers.of("question", computed::incrementAndGet)).isEqualTo(2);
  }

  @Test
  void whatGoesWrongIsToldAndNotKept() {
    assertThatThrownBy(
            () ->
                answers.of(
                    "question",
                    () -> {
                      throw new Problem(404, "Not found", "there is no such path");
                    }))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("no such path");
    assertThat(answers.of("question", computed::incrementAndGet)).isEqualTo(1);
  }
}
