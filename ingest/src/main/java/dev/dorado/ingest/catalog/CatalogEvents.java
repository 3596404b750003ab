package dev.dorado.ingest.catalog;

import dev.dorado.events.CatalogEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.schemas.TrustedRecords;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.TreeMap;

/**
 * What makes an entry of the catalog an event: a time, and an id that is a hash of the service, of
 * what is said of it, and of that time. Saying the same of the same time again is the same event.
 */
public final class CatalogEvents {

  static {
    TrustedRecords.trust();
  }

  private static final Provenance NOBODY = new Provenance("", "", Instant.EPOCH, "");

  private CatalogEvents() {}

  /** An entry that says nothing of a service yet, without time and id. */
  static CatalogEvent.Builder blank(String service) {
    return CatalogEvent.newBuilder()
        .setId("")
        .setProvenance(NOBODY)
        .setOccurredAt(Instant.EPOCH)
        .setService(service)
        .setRemoved(false);
  }

  /** An entry that says that a service is no longer in the catalog. */
  static CatalogEvent removal(String service) {
    return blank(service).setRemoved(true).build();
  }

  /**
   * The event of an entry.
   *
   * @param entry what is said
   * @param occurredAt when it was said; it holds from then on, unless it states a time of its own
   * @param provenance how it came
   */
  public static CanonicalEvent<CatalogEvent> of(
      CatalogEvent entry, Instant occurredAt, Provenance provenance) {
    Instant time = occurredAt.truncatedTo(ChronoUnit.MILLIS);
    return CanonicalEvent.of(
        CatalogEvent.newBuilder(entry)
            .setId(EventId.of("catalog", entry.getService(), contentHash(entry), time))
            .setOccurredAt(time)
            .setProvenance(provenance)
            .build());
  }

  /** A hash of what an entry says, whenever and however it says it. */
  static String contentHash(CatalogEvent entry) {
    // In a fixed order: a map that was read from Kafka has none.
    return EventId.hash(
        CatalogEvent.newBuilder(entry)
            .setId("")
            .setProvenance(NOBODY)
            .setOccurredAt(Instant.EPOCH)
            .setEnvironments(new TreeMap<>(entry.getEnvironments()))
            .setSettings(new TreeMap<>(entry.getSettings()))
            .build()
            .toString());
  }
}
