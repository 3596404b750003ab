package dev.dorado.streams.steps;

import static java.util.Objects.requireNonNull;

import dev.dorado.streams.rejected.Rejections;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Measures how long a step takes to bring the outputs of a key up to date, and reports the keys
 * that take longer than a second: the other keys of the thread wait meanwhile. For one thread.
 */
final class DerivationTimes {

  /** What takes longer is reported by its key. */
  static final Duration SLOW = Duration.ofSeconds(1);

  private final String step;
  private final LongSupplier nanoTime;
  private final ToIntFunction<String> inputsOfKey;
  private final Rejections rejections;
  private final Timer timer;

  /**
   * @param nanoTime the clock, as {@link System#nanoTime}
   * @param inputsOfKey how many inputs a key has
   * @param rejections makes the reports
   */
  DerivationTimes(
      String step,
      LongSupplier nanoTime,
      ToIntFunction<String> inputsOfKey,
      Rejections rejections) {
    this.step = requireNonNull(step);
    this.nanoTime = requireNonNull(nanoTime);
    this.inputsOfKey = requireNonNull(inputsOfKey);
    this.rejections = requireNonNull(rejections);
    this.timer =
        Timer.builder("dorado.derivation")
            .description("Derivations of a key's outputs, by step")
            .tag("step", step)
            .serviceLevelObjectives(
                Duration.ofMillis(10), Duration.ofMillis(100), SLOW, SLOW.multipliedBy(10))
            .register(rejections.metrics());
  }

  /** Derives, and measures it; a report goes where the step's outputs go. */
  void measure(String key, Runnable derivation, ProcessorContext<String, Emission> context) {
    long started = nanoTime.getAsLong();
    derivation.run();
    var took = Duration.ofNanos(nanoTime.getAsLong() - started);
    timer.record(took);
    if (took.compareTo(SLOW) > 0) {
      var now = Instant.ofEpochMilli(context.currentSystemTimeMs());
      var slow = rejections.slow(step, key, inputsOfKey.applyAsInt(key), took, now);
      context.forward(new Record<>(slow.getId(), new Emission.Aside(slow), 0L));
    }
  }
}
