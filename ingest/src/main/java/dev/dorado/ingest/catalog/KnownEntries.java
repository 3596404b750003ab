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
 * entries state, a hash of what the latest said. Not thread-safe.
 */
final class KnownEntries {

  private static final String UNSTATED = "";

  private final Map<String, Map<String, Told>> told = new TreeMap<>();
  private final Map<String, Instant> latestOf = new HashMap<>();
  private Instant latest;

  /** A copy, which may go its own way. */
  KnownEntries copy() {
    var copy = new KnownEntries();
    told.forEach((service, ofService) -> copy.told.put(service, new HashMap<>(ofService)));
    copy.latestOf.putAll(latestOf);
    copy.latest = latest;
    return copy;
  }

  /** Takes in what was said at a time, later than all before it of the same service. */
  void add(CatalogEvent entry, Instant at) {
    if (entry.getRemoved()) {
      told.remove(entry.getService());
    } else {
      told.computeIfAbsent(entry.getService(), service -> new HashMap<>())
          .put(statedTime(entry), new Told(entry, CatalogEvents.contentHash(entry)));
    }
    latestOf.merge(entry.getService(), at, KnownEntries::later);
    latest = latest == null ? at : later(latest, at);
  }

  /** Whether this has been said already, and nothing else since. */
  // In a history, nearly all entries are the very ones of the commit before.
  @SuppressWarnings("ReferenceEquality")
  boolean has(CatalogEvent entry) {
    Told before = told.getOrDefault(entry.getService(), Map.of()).get(statedTime(entry));
    return before != null
        && (before.entry() == entry || before.hash().equals(CatalogEvents.contentHash(entry)));
  }

  /** Whether something has been said already of the time that this states. */
  boolean tellsOfTheTimeOf(CatalogEvent entry) {
    return told.getOrDefault(entry.getService(), Map.of()).containsKey(statedTime(entry));
  }

  /** The services that are there, and were not removed. */
  Set<String> services() {
    return Set.copyOf(told.keySet());
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

  private record Told(CatalogEvent entry, String hash) {}
}
