package dev.dorado.streams.steps;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How steps work; none of it decides what comes out.
 *
 * @param flushInterval how soon after new input a step brings its keys up to date, at the earliest
 * @param inputsInMemory how many inputs the histories that a step keeps in memory may have in all
 * @param nanoTime the clock by which a step measures how long it derives, to give way to input; as
 *     {@link System#nanoTime}
 */
public record StepSettings(Duration flushInterval, int inputsInMemory, LongSupplier nanoTime) {

  /** In the setting: as many as there is heap for. */
  private static final String AUTO = "auto";

  /**
   * Of the heap, what histories may take, beside the events themselves, the clients of Kafka and
   * the sink, and room for the collector: more made a replay slower, not faster.
   */
  private static final double SHARE_OF_HEAP = 0.15;

  /** What an input and all that is derived from it take, measured. */
  private static final int BYTES_OF_INPUT = 6_000;

  /** Those of repositories and of services; of the other steps, histories are short. */
  private static final int STEPS_WITH_LONG_HISTORIES = 2;

  /**
   * From {@code dorado.streams}.
   *
   * @param partitions partitions of each step, which may all be worked on here
   */
  public static StepSettings from(Config config, int partitions) {
    String inMemory = config.getString("dorado.streams.inputs-in-memory");
    return new StepSettings(
        config.getDuration("dorado.streams.flush-interval"),
        inMemory.equals(AUTO)
            ? fitting(Runtime.getRuntime().maxMemory(), partitions)
            : config.getInt("dorado.streams.inputs-in-memory"));
  }

  /** How many inputs the histories of one step and partition may have in a heap of this size. */
  static int fitting(long heapBytes, int partitions) {
    double all = heapBytes * SHARE_OF_HEAP / BYTES_OF_INPUT;
    return (int) Math.min(Integer.MAX_VALUE, all / STEPS_WITH_LONG_HISTORIES / partitions);
  }

  /** With the clock of the machine. */
  public StepSettings(Duration flushInterval, int inputsInMemory) {
    this(flushInterval, inputsInMemory, System::nanoTime);
  }

  public StepSettings {
    requireNonNull(nanoTime);
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
