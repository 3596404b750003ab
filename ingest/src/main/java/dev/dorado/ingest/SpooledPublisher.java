package dev.dorado.ingest;

import static java.util.Objects.requireNonNull;

import dev.dorado.deliveries.AuditEntry;
import dev.dorado.deliveries.Delivery;
import dev.dorado.deliveries.Refusals;
import dev.dorado.ingest.KafkaPublisher.Attempt;
import dev.dorado.ingest.SpoolSegment.Spooled;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.senders.Senders;
import dev.dorado.server.Check;
import dev.dorado.server.TraceSpan;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to Kafka, and keeps deliveries on the disk that Kafka does not acknowledge. From the first
 * of them on, every delivery goes to the disk, until a thread of its own has written all of them to
 * Kafka in the order in which they came: so what is kept of one delivery that comes twice is the
 * later one.
 *
 * <p>What is spooled is the delivery. It is translated again when it is drained, by the same pure
 * function that every retry uses, so that its events have the same ids. Events that no delivery
 * brought, counts of refusals and the audit trail are not spooled: whoever sends them keeps them.
 *
 * <p>Thread-safe.
 */
final class SpooledPublisher implements Publisher {

  private static final Logger log = LoggerFactory.getLogger(SpooledPublisher.class);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);
  private static final Duration CLOSING = Duration.ofSeconds(10);

  /** Written at once while Kafka acknowledges; one alone finds out whether it does. */
  private static final int BATCH = 500;

  private static final long BATCH_BYTES = 16L * 1024 * 1024;

  private final KafkaPublisher kafka;
  private final DeliverySpool spool;
  private final Senders senders;
  private final Duration futureTolerance;
  private final IngestMetrics metrics;
  private final Clock clock;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread drainer = new Thread(this::drain, "dorado-spool-drain");
  private volatile String problem = "not tried yet";

  private SpooledPublisher(
      KafkaPublisher kafka,
      DeliverySpool spool,
      Senders senders,
      Duration futureTolerance,
      IngestMetrics metrics,
      Clock clock) {
    this.kafka = requireNonNull(kafka);
    this.spool = requireNonNull(spool);
    this.senders = requireNonNull(senders);
    this.futureTolerance = requireNonNull(futureTolerance);
    this.metrics = requireNonNull(metrics);
    this.clock = requireNonNull(clock);
  }

  /**
   * A publisher that begins to write what {@code spool} has already.
   *
   * @param kafka closed with it
   * @param spool closed with it
   * @param futureTolerance how far after its receipt the times of a delivery may lie
   */
  static SpooledPublisher start(
      KafkaPublisher kafka,
      DeliverySpool spool,
      Senders senders,
      Duration futureTolerance,
      IngestMetrics metrics,
      Clock clock) {
    var publisher = new SpooledPublisher(kafka, spool, senders, futureTolerance, metrics, clock);
    metrics.spool(spool, clock);
    metrics.spooled(IngestMetrics.Spooled.FOUND, spool.backlog().deliveries());
    publisher.drainer.setDaemon(true);
    publisher.drainer.start();
    return publisher;
  }

  @Override
  public CompletableFuture<Void> publish(
      Delivery delivery, List<CanonicalEvent<?>> events, TraceSpan span) {
    if (!spool.isEmpty()) {
      return spool(delivery)
          .handle(
              (done, refused) -> {
                if (refused != null) {
                  throw new NotAcknowledged(
                      "earlier deliveries wait for Kafka (%s); %s"
                          .formatted(problem, message(refused)),
                      refused);
                }
                return null;
              });
    }
    var attempt = kafka.attempt(delivery, events, span);
    return attempt
        .done()
        .handle(
            (done, failure) -> {
              if (failure == null) {
                return CompletableFuture.<Void>completedFuture(null);
              }
              return mayPass(failure)
                  ? spool(delivery, attempt, failure)
                  : refuse(delivery, attempt, failure, message(failure));
            })
        .thenCompose(result -> result);
  }

  @Override
  public CompletableFuture<Void> publish(List<CanonicalEvent<?>> events) {
    return kafka.publish(events);
  }

  @Override
  public CompletableFuture<Void> publish(Refusals refusals) {
    return kafka.publish(refusals);
  }

  @Override
  public CompletableFuture<Void> publish(AuditEntry entry) {
    return kafka.publish(entry);
  }

  @Override
  public List<Check> checks(List<Check> ofKafka) {
    List<Check> all = new ArrayList<>(ofKafka);
    if (spool.backlog().accepts()) {
      // Deliveries are accepted without it.
      all.replaceAll(check -> Check.degrading(check.name(), check.problem()));
    }
    all.add(Check.degrading("spool", this::waiting));
    return all;
  }

  @Override
  public Optional<DeliverySpool.Backlog> backlog() {
    return Optional.of(spool.backlog());
  }

  /** What waits, for people; null if nothing does. */
  private String waiting() {
    var backlog = spool.backlog();
    String unwritable =
        backlog.writeProblem() == null
            ? ""
            : "; the spool can't be written to: " + backlog.writeProblem();
    if (backlog.deliveries() == 0) {
      return backlog.writeProblem() == null ? null : unwritable.substring(2);
    }
    return "%,d deliveries wait for Kafka, the oldest since %s (%,d s); %,d of %,d bytes are used%s%s; last attempt: %s"
        .formatted(
            backlog.deliveries(),
            backlog.oldest().map(Instant::toString).orElse("now"),
            backlog.oldest().map(at -> Duration.between(at, clock.instant())).stream()
                .mapToLong(Duration::toSeconds)
                .findFirst()
                .orElse(0),
            backlog.bytes(),
            backlog.limit(),
            backlog.accepts() ? "" : ", so that the next ones may be answered 503",
            unwritable,
            problem);
  }

  /** What is under way is acknowledged by Kafka or spooled; what is spooled stays there. */
  @Override
  public void close() {
    closing.countDown();
    // No interrupt: it would close the files that are being read.
    spool.stopDraining();
    try {
      drainer.join(CLOSING.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    kafka.close();
    spool.close();
  }

  private CompletableFuture<Void> spool(Delivery delivery) {
    return spool.append(delivery).thenRun(() -> metrics.spooled(IngestMetrics.Spooled.ACCEPTED, 1));
  }

  private CompletableFuture<Void> spool(Delivery delivery, Attempt attempt, Throwable failure) {
    problem = message(failure);
    return spool(delivery)
        .handle(
            (done, refused) ->
                refused == null
                    ? CompletableFuture.<Void>completedFuture(null)
                    : refuse(
                        delivery, attempt, failure, message(failure) + "; " + message(refused)))
        .thenCompose(result -> result);
  }

  private CompletableFuture<Void> refuse(
      Delivery delivery, Attempt attempt, Throwable failure, String why) {
    if (attempt.isDeliveryKept()) {
      kafka.keepAsDead(delivery, failure);
    }
    return CompletableFuture.failedFuture(new NotAcknowledged(why, failure));
  }

  /** Whether the same may be acknowledged later; else the spool would be stopped by it for ever. */
  private static boolean mayPass(Throwable failure) {
    List<Throwable> causes =
        Stream.iterate(failure, Objects::nonNull, Throwable::getCause).toList();
    // A schema that the registry does not know yet: './dorado migrate' has to run first.
    return causes.stream().anyMatch(RestClientException.class::isInstance)
        || causes.stream()
            .noneMatch(
                cause ->
                    cause instanceof RecordTooLargeException
                        || cause instanceof SerializationException);
  }

  private static String message(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  private void drain() {
    int most = 1;
    while (closing.getCount() > 0) {
      try {
        List<Spooled> oldest = spool.oldest(most, BATCH_BYTES);
        int written = write(oldest);
        spool.remove(oldest.subList(0, written));
        metrics.drained(written);
        if (written == oldest.size()) {
          most = BATCH;
          continue;
        }
      } catch (InterruptedException e) {
        return;
      } catch (IOException | RuntimeException | Error e) {
        // Whatever it is, the deliveries stay where they are, and health shows it.
        log.error("what is spooled can't be written to Kafka; trying again", e);
        problem = message(e);
      }
      most = 1;
      if (isClosingAfterPause()) {
        return;
      }
    }
  }

  /** Writes deliveries, and returns how many of the first ones Kafka acknowledged. */
  private int write(List<Spooled> oldest) {
    List<CompletableFuture<Void>> sent = new ArrayList<>(oldest.size());
    for (var spooled : oldest) {
      var done = write(spooled.delivery());
      sent.add(done);
      if (done.isCompletedExceptionally()) {
        // Each attempt may take its time to see that Kafka is away.
        break;
      }
    }
    for (int written = 0; written < sent.size(); written++) {
      try {
        sent.get(written).join();
      } catch (CompletionException e) {
        problem = message(e);
        log.warn("spooled deliveries wait for Kafka: {}", problem);
        return written;
      }
    }
    return sent.size();
  }

  private CompletableFuture<Void> write(Delivery spooled) {
    var sender = senders.named(spooled.getSender());
    if (sender.isEmpty()) {
      // Of a later version, before this one was started: kept, to be retried by that.
      spooled.setOutcome(IngestMetrics.Outcome.DEAD.label());
      spooled.setReason("there is no sender '%s' (any more)".formatted(spooled.getSender()));
      spooled.setEvents(0);
      return kafka.attempt(spooled, List.of(), TraceSpan.NONE).done();
    }
    var first = new KeptDelivery(spooled, sender.get()).translate(futureTolerance);
    return kafka.attempt(first.delivery(), first.events(), TraceSpan.NONE).done();
  }

  private boolean isClosingAfterPause() {
    try {
      return closing.await(BETWEEN_ATTEMPTS.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }
}
