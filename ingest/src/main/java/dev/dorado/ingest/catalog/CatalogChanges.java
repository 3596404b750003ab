package dev.dorado.ingest.catalog;

import dev.dorado.events.CatalogEvent;
import dev.dorado.ingest.catalog.CatalogSource.Look;
import dev.dorado.ingest.catalog.CatalogSource.Said;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a look at a source adds to what is known of it: a pure function. An entry that says what it
 * said before is no change; a service that is there no more is removed, but only where everything
 * could be read: as long as a file is broken, nobody knows what it would have said.
 */
final class CatalogChanges {

  private final KnownEntries known;
  private final List<Change> changes = new ArrayList<>();

  private CatalogChanges(KnownEntries known) {
    this.known = known;
  }

  /**
   * The changes.
   *
   * @param before what is known; stays as it is
   * @param look what was seen
   * @param now the time of what the source says now, where it does not remember since when
   */
  static List<Change> of(KnownEntries before, Look look, Instant now) {
    var changes = new CatalogChanges(before.copy());
    for (Said said : look.past()) {
      if (before.latest().filter(latest -> !said.at().isAfter(latest)).isEmpty()) {
        changes.apply(said.what(), said.at());
      }
    }
    changes.apply(look.present(), now);
    return List.copyOf(changes.changes);
  }

  private void apply(CatalogUpload upload, Instant at) {
    Set<String> there = new HashSet<>();
    for (CatalogEvent entry : upload.entries()) {
      there.add(entry.getService());
      if (!known.has(entry)) {
        add(entry, at);
      }
    }
    if (upload.problems().isEmpty()) {
      known.services().stream()
          .filter(service -> !there.contains(service))
          .sorted()
          .forEach(service -> add(CatalogEvents.removal(service), at));
    }
  }

  private void add(CatalogEvent entry, Instant at) {
    // What is said later holds later, or nobody could tell which of two entries stands.
    Instant time =
        known
            .latest(entry.getService())
            .filter(latest -> !at.isAfter(latest) && isRival(entry))
            .map(latest -> latest.plusMillis(1))
            .orElse(at);
    changes.add(new Change(entry, time));
    known.add(entry, time);
  }

  /** Entries of one service that each state their own time may be said at once. */
  private boolean isRival(CatalogEvent entry) {
    return entry.getValidFrom() == null || known.tellsOfTheTimeOf(entry);
  }

  /**
   * Something new.
   *
   * @param entry what is said
   * @param at since when
   */
  record Change(CatalogEvent entry, Instant at) {}
}
