package dev.dorado.streams;

import com.typesafe.config.Config;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Kafka's clients measure of themselves, as meters. New measures are looked for as often as
 * the setting {@code dorado.streams.metrics-interval} says; by default Micrometer would wait a
 * minute.
 */
public final class KafkaMeters implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(KafkaMeters.class);

  private final MeterRegistry metrics;
  private final Duration interval;
  private final List<AutoCloseable> binders = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var thread = new Thread(task, "dorado-kafka-meters");
            thread.setDaemon(true);
            return thread;
          });

  /** Meters that go to {@code metrics}. */
  public KafkaMeters(Config config, MeterRegistry metrics) {
    this.metrics = metrics;
    this.interval = config.getDuration("dorado.streams.metrics-interval");
  }

  /** Adds what the topology measures. */
  public void add(KafkaStreams streams) {
    var binder = new KafkaStreamsMetrics(streams, Tags.empty(), scheduler, interval);
    binder.bindTo(metrics);
    binders.add(binder);
  }

  /** Adds what a consumer measures. */
  public void add(Consumer<?, ?> consumer) {
    var binder = new KafkaClientMetrics(consumer, Tags.empty(), scheduler, interval);
    binder.bindTo(metrics);
    binders.add(binder);
  }

  /** Takes the meters away. */
  @Override
  public void close() {
    for (var binder : binders) {
      try {
        binder.close();
      } catch (Exception e) {
        log.warn("the meters of a Kafka client are not taken away", e);
      }
    }
    scheduler.shutdownNow();
  }
}
