package dev.dorado.streams.steps;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import dev.dorado.server.Traces;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How steps work; none of it decides what comes out.
 *
 * @param flushInterval how soon after new input a step brings its keys up to date, at the earliest
 * @param smallHistory a key with so many inputs at most is derived anew for each change: that takes
 *     little time, and there are many such keys, whose histories would fill the memory
 * @param bytesInMemory how many bytes the histories may take that a thread keeps in memory
 * @param largestHistory how many bytes a single history may take; a key that needs more is set
 *     aside
 * @param nanoTime the clock by which a step measures how long it derives, to give way to input; as
 *     {@link System#nanoTime}
 * @param traces where it records how long updates take that were caused by traced events
 */
public record StepSettings(
    Duration flushInterval,
    int smallHistory,
    long bytesInMemory,
    long largestHistory,
    LongSupplier nanoTime,
    Traces traces) {

  /** A few events of one attempt or incident, or what few catalog entries say of a name. */
  public static final int SMALL_HISTORY = 8;

  /** In the setting: as much as there is heap for. */
  private static final String AUTO = "auto";

  /**
   * Of the heap, what histories may take, beside the events themselves, the clients of Kafka and
   * the sink, and room for the collector.
   */
  private static final double SHARE_OF_HEAP = 0.25;

  /** The share of the heap that a single history may take. All others make room for it. */
  private static final double SHARE_OF_LARGEST = 0.5;

  /** From {@code dorado.streams}. */
  public static StepSettings from(Config config) {
    return new StepSettings(
        config.getDuration("dorado.streams.flush-interval"),
        bytes(config, "dorado.streams.history-memory", SHARE_OF_HEAP),
        bytes(config, "dorado.streams.largest-history", SHARE_OF_LARGEST));
  }

  private static long bytes(Config config, String setting, double share) {
    return config.getString(setting).equals(AUTO)
        ? fitting(Runtime.getRuntime().maxMemory(), share, config.getInt("dorado.streams.threads"))
        : config.getBytes(setting);
  }

  /** How many bytes a share of a heap of this size has for each thread. */
  static long fitting(long heapBytes, double share, int threads) {
    return (long) (heapBytes * share / threads);
  }

  /** With the clock of the machine. */
  public StepSettings(Duration flushInterval, long bytesInMemory, long largestHistory) {
    this(flushInterval, SMALL_HISTORY, bytesInMemory, largestHistory, System::nanoTime);
  }

  /** Settings without traces. */
  public StepSettings(
      Duration flushInterval,
      int smallHistory,
      long bytesInMemory,
      long largestHistory,
      LongSupplier nanoTime) {
    this(flushInterval, smallHistory, bytesInMemory, largestHistory, nanoTime, Traces.OFF);
  }

  /** The same, with traces. */
  public StepSettings with(Traces traces) {
    return new StepSettings(
        flushInterval, smallHistory, bytesInMemory, largestHistory, nanoTime, traces);
  }

  public StepSettings {
    requireNonNull(nanoTime);
    requireNonNull(traces);
    if (flushInterval.isNegative() || flushInterval.isZero()) {
      throw new IllegalArgumentException(
          "the flush interval is %s: expected more than zero".formatted(flushInterval));
    }
    requireNotNegative("inputs of a small history", smallHistory);
    requireNotNegative("bytes in memory", bytesInMemory);
    requireNotNegative("bytes of the largest history", largestHistory);
  }

  private static void requireNotNegative(String what, long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException(
          "the %s are %d: expected 0 or more".formatted(what, bytes));
    }
  }
}
