package dev.dorado.streams.steps;

import java.time.Duration;

/**
 * How steps work; none of it decides what comes out.
 *
 * @param flushInterval how often each step looks for keys with new input
 * @param inputsInMemory how many inputs the histories that a step keeps in memory may have in all
 */
public record StepSettings(Duration flushInterval, int inputsInMemory) {

  public StepSettings {
    if (flushInterval.isNegative() || flushInterval.isZero()) {
      throw new IllegalArgumentException(
          "the flush interval is %s: expected more than zero".formatted(flushInterval));
    }
    if (inputsInMemory < 0) {
      throw new IllegalArgumentException(
          "the inputs in memory are %d: expected zero or more".formatted(inputsInMemory));
    }
  }
}
