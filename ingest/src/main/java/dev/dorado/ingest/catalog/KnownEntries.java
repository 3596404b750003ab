package dev.dorado.ingest.catalog;

import dev.dorado.events.CatalogEvent;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The entries that one source has told of so far: of each service, and of each time that its
 * entries state, a hash of what the latest said. For one thread.
 */
final class KnownEntries {

  private static final String UNSTATED = "";

  private final Map<String, Map<String, String>> hashes = new TreeMap<>();
  private final Map<String, Instant> latestOf = new HashMap<>();
  private Instant latest;

  /** A copy, which may go its own way. */
  KnownEntries copy() {
    var copy = new KnownEntries();
    hashes.forEach((service, ofService) -> copy.hashes.put(service, new HashMap<>(ofService)));
    copy.latestOf.putAll(latestOf);
    copy.latest = latest;
    return copy;
  }

  /** Takes in what was said at a time, later than all before it of the same service. */
  void add(CatalogEvent entry, Instant at) {
    if (entry.getRemoved()) {
      hashes.remove(entry.getService());
    } else {
      hashes
          .computeIfAbsent(entry.getService(), service -> new HashMap<>())
          .put(statedTime(entry), CatalogEvents.contentHash(entry));
    }
    latestOf.merge(entry.getService(), at, KnownEntries::later);
    latest = latest == null ? at : later(latest, at);
  }

  /** Whether this has been said already, and nothing else since. */
  boolean has(CatalogEvent entry) {
    return CatalogEvents.contentHash(entry)
        .equals(hashes.getOrDefault(entry.getService(), Map.of()).get(statedTime(entry)));
  }

  /** Whether something has been said already of the time that this states. */
  boolean tellsOfTheTimeOf(CatalogEvent entry) {
    return hashes.getOrDefault(entry.getService(), Map.of()).containsKey(statedTime(entry));
  }

  /** The services that are there, and were not removed. */
  Set<String> services() {
    return Set.copyOf(hashes.keySet());
  }

  /** When something was last said of a service. */
  Optional<Instant> latest(String service) {
    return Optional.ofNullable(latestOf.get(service));
  }

  /** When something was last said at all. */
  Optional<Instant> latest() {
    return Optional.ofNullable(latest);
  }

  private static String statedTime(CatalogEvent entry) {
    return entry.getValidFrom() == null ? UNSTATED : entry.getValidFrom().toString();
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
