package dev.dorado.server;

import java.util.concurrent.CompletableFuture;

/** Where what was done and what was refused is kept, beyond the log. Thread-safe. */
@FunctionalInterface
public interface AuditTrail {

  /** Keeps an event, or replaces the one with its id; the future ends once that is durable. */
  CompletableFuture<Void> keep(AuditEvent event);
}
