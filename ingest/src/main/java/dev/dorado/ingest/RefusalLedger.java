package dev.dorado.ingest;

import static java.util.Objects.requireNonNull;

import dev.dorado.deliveries.Refusals;
import dev.dorado.ingest.auth.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many deliveries were refused, by sender, minute and reason: counted here, and published once
 * a second as long as the count grows, so that a flood of refusals is a trickle in Kafka. Holds at
 * most a row for each sender, reason and minute of the last hour, and no more than {@value
 * #MOST_ROWS} rows. Thread-safe.
 */
final class RefusalLedger implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RefusalLedger.class);
  private static final Duration BETWEEN_FLUSHES = Duration.ofSeconds(1);
  private static final Duration CLOSING = Duration.ofSeconds(3);
  private static final Duration LONGEST_KEPT = Duration.ofHours(1);
  private static final int MOST_ROWS = 10_000;

  private final Publisher publisher;
  private final IngestMetrics metrics;
  private final Clock clock;
  private final String instance = UUID.randomUUID().toString();
  private final Map<Row, Tally> tallies = new ConcurrentHashMap<>();
  private final ScheduledExecutorService flusher =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var thread = new Thread(task, "dorado-refusals");
            thread.setDaemon(true);
            return thread;
          });

  private RefusalLedger(Publisher publisher, IngestMetrics metrics, Clock clock) {
    this.publisher = requireNonNull(publisher);
    this.metrics = requireNonNull(metrics);
    this.clock = requireNonNull(clock);
  }

  /** A ledger that publishes from now on. */
  static RefusalLedger start(Publisher publisher, IngestMetrics metrics, Clock clock) {
    var ledger = new RefusalLedger(publisher, metrics, clock);
    var unused =
        ledger.flusher.scheduleWithFixedDelay(
            ledger::flushAndReport,
            BETWEEN_FLUSHES.toMillis(),
            BETWEEN_FLUSHES.toMillis(),
            TimeUnit.MILLISECONDS);
    return ledger;
  }

  /**
   * Counts a refusal.
   *
   * @param sender a sender that there is, or {@code unknown}
   */
  void count(String sender, Refusal refusal) {
    metrics.refused(sender, refusal.reason());
    var row = new Row(sender, clock.instant().truncatedTo(ChronoUnit.MINUTES), refusal.reason());
    if (tallies.size() < MOST_ROWS || tallies.containsKey(row)) {
      tallies.merge(
          row, new Tally(1, 0, refusal.detail()), (old, one) -> old.plusOne(one.detail()));
    }
  }

  /** Publishes what has grown. The future ends when all of it is acknowledged. */
  CompletableFuture<Void> flush() {
    Instant now = clock.instant();
    List<CompletableFuture<Void>> sent = new ArrayList<>();
    for (var entry : tallies.entrySet()) {
      Row row = entry.getKey();
      Tally tally = entry.getValue();
      if (tally.count() > tally.published()) {
        var published = publisher.publish(refusals(row, tally));
        sent.add(published.thenRun(() -> markPublished(row, tally.count())));
        if (published.isCompletedExceptionally()) {
          // Kafka is away, and each attempt may take its time to see that.
          break;
        }
      }
    }
    tallies.keySet().forEach(row -> tallies.computeIfPresent(row, (r, t) -> kept(r, t, now)));
    return CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new));
  }

  /** Publishes what is left, waiting a little, and ends. */
  @Override
  public void close() {
    flusher.shutdownNow();
    try {
      flush().get(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      log.warn("the last counts of refused deliveries may be lost: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void flushAndReport() {
    flush()
        .exceptionally(
            failure -> {
              log.warn("counts of refused deliveries wait for Kafka: {}", failure.getMessage());
              return null;
            });
  }

  private void markPublished(Row row, long count) {
    tallies.computeIfPresent(row, (r, tally) -> tally.withPublished(count));
  }

  /** The tally as long as it may still change or must still be published; then null. */
  private static Tally kept(Row row, Tally tally, Instant now) {
    boolean over = row.minute().isBefore(now.minus(2, ChronoUnit.MINUTES));
    boolean tooOld = row.minute().isBefore(now.minus(LONGEST_KEPT));
    return tooOld || (over && tally.published() == tally.count()) ? null : tally;
  }

  private Refusals refusals(Row row, Tally tally) {
    return Refusals.newBuilder()
        .setSender(row.sender())
        .setMinute(row.minute())
        .setReason(row.reason().label())
        .setInstance(instance)
        .setCount(tally.count())
        .setDetail(tally.detail())
        .build();
  }

  private record Row(String sender, Instant minute, Refusal.Reason reason) {}

  private record Tally(long count, long published, String detail) {

    Tally plusOne(String newDetail) {
      return new Tally(count + 1, published, newDetail);
    }

    Tally withPublished(long acknowledged) {
      return new Tally(count, Math.max(published, acknowledged), detail);
    }
  }
}
