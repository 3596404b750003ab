package dev.dorado.server;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** A program that leaks, and goes on with a little room when it is out of memory. */
final class FullHeap {

  private static final int ROOM = 2_000;

  private FullHeap() {}

  /** Runs until its heap watch ends it. */
  public static void main(String[] arguments) {
    var unused =
        HeapWatch.start(
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofMillis(50),
            () -> Runtime.getRuntime().halt(HeapWatch.OUT_OF_MEMORY));
    Deque<int[]> kept = new ArrayDeque<>();
    while (true) {
      try {
        kept.push(new int[1]);
      } catch (OutOfMemoryError e) {
        for (int i = 0; i < ROOM; i++) {
          kept.pop();
        }
      }
    }
  }
}
