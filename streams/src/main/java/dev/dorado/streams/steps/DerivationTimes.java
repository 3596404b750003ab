package dev.dorado.streams.steps;

import static java.util.Objects.requireNonNull;

import dev.dorado.streams.rejected.Rejections;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * How long a step takes to bring the outputs of a key up to date. Keys that take longer than a
 * second are reported, since what came for them waits. Not thread-safe.
 */
final class DerivationTimes {

  /** What takes longer is reported by its key. */
  static final Duration SLOW = Duration.ofSeconds(1);

  private final String step;
  private final Rejections rejections;
  private final Timer timer;

  /**
   * @param rejections makes the reports
   */
  DerivationTimes(String step, Rejections rejections) {
    this.step = requireNonNull(step);
    this.rejections = requireNonNull(rejections);
    this.timer =
        Timer.builder("dorado.derivation")
            .description("Derivations of a key's outputs, by step")
            .tag("step", step)
            .serviceLevelObjectives(
                Duration.ofMillis(10), Duration.ofMillis(100), SLOW, SLOW.multipliedBy(10))
            .register(rejections.metrics());
  }

  /**
   * A key has been brought up to date. A report goes where the step's outputs go.
   *
   * @param inputs how many inputs the key has; 0 if they were not counted
   */
  void took(String key, int inputs, Duration took, ProcessorContext<String, Emission> context) {
    timer.record(took);
    if (took.compareTo(SLOW) > 0) {
      var now = Instant.ofEpochMilli(context.currentSystemTimeMs());
      var slow = rejections.slow(step, key, inputs, took, now);
      context.forward(new Record<>(slow.getId(), new Emission.Aside(slow), 0L));
    }
  }
}
