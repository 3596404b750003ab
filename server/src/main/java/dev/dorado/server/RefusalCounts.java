package dev.dorado.server;

import static java.util.Objects.requireNonNull;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many requests were refused, those of a minute that are alike together. Anybody can cause a
 * refusal, so a flood of them is a trickle in the trail: {@value #MOST_ROWS} kinds a minute,
 * written every few seconds as long as they grow; what is of further kinds is counted in one.
 * Thread-safe.
 */
final class RefusalCounts implements AutoCloseable {

  /** Kinds of refusals of a minute. */
  static final int MOST_ROWS = 50;

  private static final Logger log = LoggerFactory.getLogger(RefusalCounts.class);
  private static final Duration BETWEEN_FLUSHES = Duration.ofSeconds(5);
  private static final Duration CLOSING = Duration.ofSeconds(3);
  private static final Duration LONGEST_KEPT = Duration.ofHours(1);

  private final AuditTrail trail;
  private final Clock clock;
  private final String instance = UUID.randomUUID().toString();
  private final Map<Row, Tally> tallies = new HashMap<>();
  private final ScheduledExecutorService flusher =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var thread = new Thread(task, "dorado-audit");
            thread.setDaemon(true);
            return thread;
          });
  private boolean isFlushing;
  private long rows;

  RefusalCounts(AuditTrail trail, Clock clock) {
    this.trail = requireNonNull(trail);
    this.clock = requireNonNull(clock);
  }

  /** What refusals have in common that are counted together. */
  private record Row(
      Instant minute, String actor, String role, String action, int status, String address) {}

  private record Tally(String id, long count, long kept, String detail) {}

  /**
   * Counts a refusal.
   *
   * @param caller who was refused, if that is known
   * @param action method and route; not the path, which anybody can invent
   */
  synchronized void count(Optional<Caller> caller, String action, String address, Problem refusal) {
    Instant minute = clock.instant().truncatedTo(ChronoUnit.MINUTES);
    var row =
        new Row(
            minute,
            caller.map(Caller::description).orElse(""),
            caller.map(known -> known.role().label()).orElse(""),
            action,
            refusal.status(),
            address);
    long ofMinute = tallies.keySet().stream().filter(one -> one.minute().equals(minute)).count();
    if (!tallies.containsKey(row) && ofMinute >= MOST_ROWS) {
      row = new Row(minute, "", "", "further kinds", 0, "");
    }
    String detail = row.status() == 0 ? "" : refusal.status() + ": " + refusal.getMessage();
    tallies.merge(
        row,
        new Tally("%s-%d".formatted(instance, ++rows), 1, 0, detail),
        (before, one) -> new Tally(before.id(), before.count() + 1, before.kept(), one.detail()));
    begin();
  }

  /** Not before there is something to write, so that tests and tools have no idle thread. */
  private void begin() {
    if (!isFlushing && !flusher.isShutdown()) {
      isFlushing = true;
      var unused =
          flusher.scheduleWithFixedDelay(
              this::flushAndReport,
              BETWEEN_FLUSHES.toMillis(),
              BETWEEN_FLUSHES.toMillis(),
              TimeUnit.MILLISECONDS);
    }
  }

  /** Writes what has grown. The future ends when all of it is durable. */
  CompletableFuture<Void> flush() {
    List<CompletableFuture<Void>> sent = new ArrayList<>();
    for (var entry : grown().entrySet()) {
      Row row = entry.getKey();
      Tally tally = entry.getValue();
      var kept = trail.keep(event(row, tally));
      sent.add(kept.thenRun(() -> markKept(row, tally.count())));
      if (kept.isCompletedExceptionally()) {
        // Each attempt may take its time to see that nothing can be written.
        break;
      }
    }
    return CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new));
  }

  private synchronized Map<Row, Tally> grown() {
    Instant now = clock.instant();
    tallies
        .entrySet()
        .removeIf(
            entry -> {
              Instant minute = entry.getKey().minute();
              boolean isOver = minute.isBefore(now.minus(2, ChronoUnit.MINUTES));
              boolean isKept = entry.getValue().kept() == entry.getValue().count();
              return (isOver && isKept) || minute.isBefore(now.minus(LONGEST_KEPT));
            });
    Map<Row, Tally> grown = new HashMap<>(tallies);
    grown.values().removeIf(tally -> tally.kept() == tally.count());
    return grown;
  }

  private synchronized void markKept(Row row, long count) {
    tallies.computeIfPresent(
        row,
        (same, tally) ->
            new Tally(tally.id(), tally.count(), Math.max(tally.kept(), count), tally.detail()));
  }

  private static AuditEvent event(Row row, Tally tally) {
    return new AuditEvent(
        tally.id(),
        row.minute(),
        row.actor(),
        row.role(),
        row.action(),
        "",
        AuditEvent.REFUSED,
        row.address(),
        Optional.empty(),
        tally.count(),
        tally.detail());
  }

  private void flushAndReport() {
    try {
      flush()
          .exceptionally(
              failure -> {
                log.warn("counts of refused requests wait: {}", failure.getMessage());
                return null;
              });
    } catch (RuntimeException e) {
      // An exception would end the schedule.
      log.warn("counts of refused requests wait: {}", e.toString());
    }
  }

  /** Writes what is left, waiting a little, and ends. */
  @Override
  public void close() {
    flusher.shutdownNow();
    try {
      flush().get(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      log.warn("the last counts of refused requests may be lost: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
