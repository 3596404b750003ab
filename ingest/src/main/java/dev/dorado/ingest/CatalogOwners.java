package dev.dorado.ingest;

import static java.util.Objects.requireNonNull;

import dev.dorado.events.CatalogEvent;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topics;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;

/**
 * Owners by the topic of the catalog. It is small, and only corrections by those ask who are
 * restricted to teams, so it is read for each of them. Thread-safe.
 */
final class CatalogOwners implements ServiceOwners {

  private final Connections connections;
  private final Clock clock;

  CatalogOwners(Connections connections, Clock clock) {
    this.connections = requireNonNull(connections);
    this.clock = requireNonNull(clock);
  }

  @Override
  public Optional<String> ownerOf(String service) {
    List<CatalogEvent> entries = new ArrayList<>();
    try {
      new TopicReader(connections, "dorado-owners")
          .read(
              Topics.CATALOG,
              Instant.EPOCH,
              (key, entry) -> {
                if (entry.getService().equals(service)) {
                  entries.add(entry);
                }
              });
    } catch (KafkaException e) {
      throw new Publisher.NotAcknowledged(
          "the catalog can't be read, which says whose service it is: " + e.getMessage(), e);
    }
    return owner(entries, clock.instant());
  }

  /** The owner by the entry that holds: the one that began last, and of those the one said last. */
  static Optional<String> owner(List<CatalogEvent> entries, Instant now) {
    return entries.stream()
        .filter(entry -> !begin(entry).isAfter(now))
        .max(Comparator.comparing(CatalogOwners::begin).thenComparing(CatalogEvent::getOccurredAt))
        .filter(entry -> !entry.getRemoved())
        .flatMap(entry -> Optional.ofNullable(entry.getOwner()));
  }

  private static Instant begin(CatalogEvent entry) {
    return entry.getValidFrom() == null ? entry.getOccurredAt() : entry.getValidFrom();
  }
}
