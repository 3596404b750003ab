package dev.dorado.api.queries;

import static java.util.Objects.requireNonNull;

import dev.dorado.server.AuditEvent;
import dev.dorado.server.AuditTrail;
import dev.dorado.server.Problem;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The audit trail of the api: who logged in, and who was refused there. The api has no Kafka
 * client, so it writes the rows itself. Thread-safe.
 */
public final class AuditTable implements AuditTrail {

  private final ClickHouse clickHouse;

  /** The table in {@code clickHouse}. */
  public AuditTable(ClickHouse clickHouse) {
    this.clickHouse = requireNonNull(clickHouse);
  }

  @Override
  public CompletableFuture<Void> keep(AuditEvent event) {
    try {
      clickHouse.execute("audit", statement(event));
      return CompletableFuture.completedFuture(null);
    } catch (Problem | IllegalStateException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private String statement(AuditEvent event) {
    return """
        INSERT INTO %s.audit (occurred_at, count, row_version, row_deleted, reference,
          id, actor, role, action, subject, outcome, address, detail)
        SETTINGS async_insert = 0
        VALUES (fromUnixTimestamp64Milli(%d), %d, %d, 0, %s, %s)"""
        .formatted(
            clickHouse.common(),
            event.at().toEpochMilli(),
            event.count(),
            event.count(),
            event.reference().map(Sql::literal).orElse("NULL"),
            Stream.of(
                    event.id(),
                    event.actor(),
                    event.role(),
                    event.action(),
                    event.subject(),
                    event.outcome(),
                    event.address(),
                    event.detail())
                .map(Sql::literal)
                .collect(Collectors.joining(", ")));
  }
}
