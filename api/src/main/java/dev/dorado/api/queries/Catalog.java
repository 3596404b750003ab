package dev.dorado.api.queries;

import dev.dorado.api.Period;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the catalog has said of each service over time. Immutable. */
final class Catalog {

  private final Map<String, List<Entry>> entries;

  private Catalog(Map<String, List<Entry>> entries) {
    this.entries = entries;
  }

  /** Asks for all of it: it is small. */
  static Catalog load(Database database) {
    Map<String, List<Entry>> entries = new LinkedHashMap<>();
    database.forEach(
        "catalog",
        Sql.of(
            """
            SELECT service, toUnixTimestamp64Milli(valid_from), removed, title, description, owner,
              system, lifecycle, tier, repository, golden_path,
              toUnixTimestamp64Milli(golden_path_since)
            FROM %s.catalog FINAL
            ORDER BY service, valid_from"""
                .formatted(database.name())),
        row ->
            entries
                .computeIfAbsent(row.getString(1), service -> new ArrayList<>())
                .add(
                    new Entry(
                        Column.time(row, 2),
                        row.getBoolean(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        row.getString(7),
                        row.getString(8),
                        row.getString(9),
                        row.getString(10),
                        row.getString(11),
                        Column.time(row, 12))));
    return new Catalog(entries);
  }

  /** Every service that is or was in it, by name. */
  Set<String> services() {
    return entries.keySet();
  }

  /** What was said of a service, oldest first. */
  List<Entry> entries(String service) {
    return entries.getOrDefault(service, List.of());
  }

  /** What holds of a service just before {@code end}; empty if it is not in the catalog then. */
  Optional<Entry> at(String service, Instant end) {
    Entry found = null;
    for (Entry entry : entries(service)) {
      if (entry.validFrom().isBefore(end)) {
        found = entry;
      }
    }
    return Optional.ofNullable(found).filter(entry -> !entry.removed());
  }

  /** Who owned a service, and how it was built, in the course of a period; empty if unknown. */
  List<Ownership> during(String service, Period period) {
    List<Ownership> found = new ArrayList<>();
    List<Entry> all = entries(service);
    for (int i = 0; i < all.size(); i++) {
      Entry entry = all.get(i);
      Instant start = later(entry.validFrom(), period.from());
      Instant end =
          i + 1 < all.size() ? earlier(all.get(i + 1).validFrom(), period.to()) : period.to();
      if (entry.removed() || !start.isBefore(end)) {
        continue;
      }
      if (entry.goldenPath() == null || entry.goldenPathFrom().isAfter(start)) {
        found.add(new Ownership(entry.owner(), entry.repository(), null));
      }
      if (entry.goldenPath() != null && entry.goldenPathFrom().isBefore(end)) {
        found.add(new Ownership(entry.owner(), entry.repository(), entry.goldenPath()));
      }
    }
    return found;
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  /** An owner, a repository and a golden path; each may be null. */
  record Ownership(String team, String repository, String goldenPath) {}

  /** What the catalog says of a service from a time on; all but the first two may be null. */
  record Entry(
      Instant validFrom,
      boolean removed,
      String title,
      String description,
      String owner,
      String system,
      String lifecycle,
      String tier,
      String repository,
      String goldenPath,
      Instant goldenPathSince) {

    /** From when the golden path applies. */
    Instant goldenPathFrom() {
      return goldenPathSince == null ? validFrom : goldenPathSince;
    }

    /** The golden path just before {@code end}, or null. */
    String goldenPathAt(Instant end) {
      return goldenPath != null && goldenPathFrom().isBefore(end) ? goldenPath : null;
    }

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("valid_from", validFrom);
      json.put("removed", removed);
      json.put("team", owner);
      json.put("tier", tier);
      json.put("system", system);
      json.put("repository", repository);
      json.put("golden_path", goldenPath);
      json.put("golden_path_since", goldenPathSince);
      return json;
    }
  }
}
