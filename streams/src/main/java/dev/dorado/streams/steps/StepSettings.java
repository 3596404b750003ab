package dev.dorado.streams.steps;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How steps work; none of it decides what comes out.
 *
 * @param flushInterval how soon after new input a step brings its keys up to date, at the earliest
 * @param bytesInMemory how many bytes the histories may take that a thread keeps in memory
 * @param nanoTime the clock by which a step measures how long it derives, to give way to input; as
 *     {@link System#nanoTime}
 */
public record StepSettings(Duration flushInterval, long bytesInMemory, LongSupplier nanoTime) {

  /** In the setting: as much as there is heap for. */
  private static final String AUTO = "auto";

  /**
   * Of the heap, what histories may take, beside the events themselves, the clients of Kafka and
   * the sink, and room for the collector.
   */
  private static final double SHARE_OF_HEAP = 0.25;

  /** From {@code dorado.streams}. */
  public static StepSettings from(Config config) {
    String inMemory = config.getString("dorado.streams.history-memory");
    return new StepSettings(
        config.getDuration("dorado.streams.flush-interval"),
        inMemory.equals(AUTO)
            ? fitting(Runtime.getRuntime().maxMemory(), config.getInt("dorado.streams.threads"))
            : config.getBytes("dorado.streams.history-memory"));
  }

  /** How many bytes the histories of one thread may take in a heap of this size. */
  static long fitting(long heapBytes, int threads) {
    return (long) (heapBytes * SHARE_OF_HEAP / threads);
  }

  /** With the clock of the machine. */
  public StepSettings(Duration flushInterval, long bytesInMemory) {
    this(flushInterval, bytesInMemory, System::nanoTime);
  }

  public StepSettings {
    requireNonNull(nanoTime);
    if (flushInterval.isNegative() || flushInterval.isZero()) {
      throw new IllegalArgumentException(
          "the flush interval is %s: expected more than zero".formatted(flushInterval));
    }
    if (bytesInMemory < 0) {
      throw new IllegalArgumentException(
          "the bytes in memory are %d: expected zero or more".formatted(bytesInMemory));
    }
  }
}
