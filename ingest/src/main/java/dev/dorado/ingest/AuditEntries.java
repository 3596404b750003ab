package dev.dorado.ingest;

import dev.dorado.deliveries.AuditEntry;
import dev.dorado.server.AuditEvent;

/** What is kept of somebody's act, as it is written to Kafka. */
final class AuditEntries {

  private AuditEntries() {}

  static AuditEntry of(AuditEvent event) {
    return AuditEntry.newBuilder()
        .setId(event.id())
        .setOccurredAt(event.at())
        .setActor(event.actor())
        .setRole(event.role())
        .setAction(event.action())
        .setSubject(event.subject())
        .setOutcome(event.outcome())
        .setAddress(event.address())
        .setReference(event.reference().orElse(null))
        .setCount(event.count())
        .setDetail(event.detail())
        .build();
  }
}
