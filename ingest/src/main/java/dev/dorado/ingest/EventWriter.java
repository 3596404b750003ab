package dev.dorado.ingest;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import dev.dorado.ingest.delivery.BoundedEvents;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.schemas.Bounds;
import dev.dorado.schemas.Connections;
import dev.dorado.server.Check;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes many events that no delivery brought, by the same {@link Publisher} as live deliveries:
 * acknowledged by all replicas, counted in the same counters. A full buffer makes {@link #write}
 * wait. What is beyond its bounds is left out or cut, and logged. Thread-safe.
 */
public final class EventWriter implements EventSink, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(EventWriter.class);

  /** Longer than the producer itself tries. */
  private static final long FLUSH_SECONDS = 90;

  /** Long enough for a busy Kafka: no user waits for the result. */
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private final Clock clock;
  private final Duration futureTolerance;
  private final Publisher publisher;
  private final IngestChecks checks;
  private final Phaser unacknowledged = new Phaser(1);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  /**
   * @param futureTolerance how far after the import times may lie
   */
  EventWriter(Publisher publisher, IngestChecks checks, Clock clock, Duration futureTolerance) {
    this.clock = requireNonNull(clock);
    this.futureTolerance = requireNonNull(futureTolerance);
    this.publisher = requireNonNull(publisher);
    this.checks = requireNonNull(checks);
  }

  /**
   * A writer to the Kafka of {@code connections}, which need not be there yet.
   *
   * @param config settings, {@code dorado.ingest} among them
   * @param connections where Kafka and the registry are
   * @param metrics where counters are registered
   * @throws IllegalArgumentException if a setting can't be used; the message names it
   */
  public static EventWriter open(Config config, Connections connections, MeterRegistry metrics) {
    var settings = IngestSettings.from(config);
    var publisher =
        new KafkaPublisher(
            connections, settings, new IngestMetrics(metrics), KafkaPublisher.Pace.BULK);
    return new EventWriter(
        publisher,
        new IngestChecks(connections, ANSWER),
        Clock.systemUTC(),
        settings.senders().futureTolerance());
  }

  /** Whether events can be written now: each waits for an answer, and says what is in the way. */
  public List<Check> checks() {
    return checks.all();
  }

  /**
   * The id of the Kafka that is written to: what is remembered of one says nothing of another.
   *
   * @throws EventWriteException if it does not answer
   */
  public String kafkaId() {
    return checks.clusterId();
  }

  /** {@inheritDoc} May wait for Kafka to take what was written before. */
  @Override
  public void write(List<? extends CanonicalEvent<?>> events) {
    if (events.isEmpty()) {
      return;
    }
    requireNoFailure();
    // A phaser has room for 65,535 parties: acknowledgements are waited for before it is full.
    if (unacknowledged.getRegisteredParties() > 50_000) {
      flush();
    }
    unacknowledged.register();
    Instant latest = clock.instant().plus(futureTolerance);
    CompletableFuture<Void> written =
        publisher.publish(
            BoundedEvents.within(
                events,
                new Bounds(Bounds.EARLIEST_IMPORTED, latest),
                problem -> log.warn("left out or cut: {}", problem.getMessage())));
    var unused =
        written.whenComplete(
            (done, error) -> {
              if (error != null) {
                failure.compareAndSet(null, error);
              }
              unacknowledged.arriveAndDeregister();
            });
  }

  @Override
  public void flush() {
    try {
      int phase = unacknowledged.arrive();
      unacknowledged.awaitAdvanceInterruptibly(phase, FLUSH_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new EventWriteException(
          "Kafka has not acknowledged what was written within %d s: run the same command again, it goes on where this one stopped."
              .formatted(FLUSH_SECONDS),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EventWriteException("interrupted while waiting for Kafka's acknowledgement.", e);
    }
    requireNoFailure();
  }

  /** Ends; what was not flushed may not be written. */
  @Override
  public void close() {
    publisher.close();
    checks.close();
  }

  private void requireNoFailure() {
    Throwable error = failure.get();
    if (error != null) {
      throw new EventWriteException(
          error.getMessage() + ". Run the same command again, it goes on where this one stopped.",
          error);
    }
  }
}
