package dev.dorado.standalone.demo;

import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * What happens in a story, in the order of time; what happens may lead to more. Not thread-safe.
 */
final class Timeline {

  private final PriorityQueue<Step> steps =
      new PriorityQueue<>(Comparator.comparing(Step::at).thenComparing(Step::number));
  private long numbers;

  /** Has {@code action} happen at {@code at}; of two at once, the one told first goes first. */
  void at(Instant at, Runnable action) {
    steps.add(new Step(at, numbers++, action));
  }

  /** Lets everything happen up to {@code end}; what would come later does not. */
  void runUntil(Instant end) {
    while (!steps.isEmpty() && !steps.peek().at().isAfter(end)) {
      steps.poll().action().run();
    }
  }

  private record Step(Instant at, long number, Runnable action) {}
}
