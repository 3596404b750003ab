package dev.dorado.ingest;

import dev.dorado.deliveries.AuditEntry;
import dev.dorado.deliveries.Delivery;
import dev.dorado.deliveries.Refusals;
import dev.dorado.events.CatalogEvent;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.server.TraceSpan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A publisher that remembers what it was given, and acknowledges when a test lets it. */
final class RecordingPublisher implements Publisher, ServiceOwners {

  final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
  final List<CanonicalEvent<?>> events = new CopyOnWriteArrayList<>();
  final List<Refusals> refusals = new CopyOnWriteArrayList<>();
  final List<AuditEntry> audit = new CopyOnWriteArrayList<>();
  private final List<CompletableFuture<Void>> waiting = new ArrayList<>();
  private String failure;
  private boolean holding;

  /** From now on nothing is acknowledged before {@link #acknowledge()}. */
  synchronized void hold() {
    holding = true;
  }

  synchronized void acknowledge() {
    holding = false;
    waiting.forEach(future -> future.complete(null));
    waiting.clear();
  }

  synchronized int waiting() {
    return waiting.size();
  }

  /** From now on everything fails; null ends that. */
  synchronized void fail(String message) {
    failure = message;
  }

  @Override
  public CompletableFuture<Void> publish(
      Delivery delivery, List<CanonicalEvent<?>> all, TraceSpan span) {
    deliveries.add(delivery);
    events.addAll(all);
    return outcome();
  }

  @Override
  public CompletableFuture<Void> publish(List<CanonicalEvent<?>> all) {
    events.addAll(all);
    return outcome();
  }

  @Override
  public CompletableFuture<Void> publish(Refusals counted) {
    var outcome = outcome();
    if (!outcome.isCompletedExceptionally()) {
      refusals.add(counted);
    }
    return outcome;
  }

  @Override
  public CompletableFuture<Void> publish(AuditEntry entry) {
    var outcome = outcome();
    if (!outcome.isCompletedExceptionally()) {
      audit.add(entry);
    }
    return outcome;
  }

  /** By the entries of the catalog that were published. */
  @Override
  public synchronized Optional<String> ownerOf(String service) {
    if (failure != null) {
      throw new NotAcknowledged(failure, null);
    }
    return CatalogOwners.owner(
        events.stream()
            .map(CanonicalEvent::value)
            .filter(CatalogEvent.class::isInstance)
            .map(CatalogEvent.class::cast)
            .filter(entry -> entry.getService().equals(service))
            .toList(),
        Instant.now());
  }

  @Override
  public void close() {}

  private synchronized CompletableFuture<Void> outcome() {
    if (failure != null) {
      return CompletableFuture.failedFuture(new NotAcknowledged(failure, null));
    }
    var future = new CompletableFuture<Void>();
    if (holding) {
      waiting.add(future);
    } else {
      future.complete(null);
    }
    return future;
  }
}
