package dev.dorado.ingest;

import dev.dorado.deliveries.AuditEntry;
import dev.dorado.deliveries.Delivery;
import dev.dorado.deliveries.Refusals;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.server.Check;
import dev.dorado.server.TraceSpan;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Where everything that is written goes. Thread-safe. Futures end once all of it is durable, or
 * with {@link NotAcknowledged}.
 */
interface Publisher extends AutoCloseable {

  /** Writes a delivery and then its events. */
  default CompletableFuture<Void> publish(Delivery delivery, List<CanonicalEvent<?>> events) {
    return publish(delivery, events, TraceSpan.NONE);
  }

  /**
   * Writes a delivery and then its events.
   *
   * @param span from which the events follow
   */
  CompletableFuture<Void> publish(
      Delivery delivery, List<CanonicalEvent<?>> events, TraceSpan span);

  /** Writes events that no delivery brought. */
  CompletableFuture<Void> publish(List<CanonicalEvent<?>> events);

  /** Writes how many deliveries were refused, in place of what was written for the same minute. */
  CompletableFuture<Void> publish(Refusals refusals);

  /** Writes who did something or was refused, in place of what was written with the same id. */
  CompletableFuture<Void> publish(AuditEntry entry);

  /**
   * What the health of a role depends on that writes here.
   *
   * @param ofKafka whether Kafka and the registry are there
   */
  default List<Check> checks(List<Check> ofKafka) {
    return ofKafka;
  }

  /** What waits on the disk of this machine; empty if nothing ever does. */
  default Optional<DeliverySpool.Backlog> backlog() {
    return Optional.empty();
  }

  /** Waits a little for what is under way, then ends. */
  @Override
  void close();

  /** What was to be written may not be durable. The message names the address. */
  final class NotAcknowledged extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotAcknowledged(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
