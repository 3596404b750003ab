package dev.dorado.api.queries;

import dev.dorado.api.Period;
import dev.dorado.api.goldenpath.Spell;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/** What the catalog has said of each service over time. Immutable. */
final class Catalog {

  private final Map<String, List<Entry>> entries;
  private final Map<String, Set<String>> byRepository = new HashMap<>();

  private Catalog(Map<String, List<Entry>> entries) {
    this.entries = entries;
    entries.forEach(
        (service, all) ->
            all.stream()
                .map(Entry::repository)
                .filter(Objects::nonNull)
                .forEach(
                    repository ->
                        byRepository
                            .computeIfAbsent(repository, added -> new TreeSet<>())
                            .add(service)));
  }

  /** All of it: it is small. It is asked for again only if it has changed. */
  static Catalog load(Database database) {
    return database.remember("catalog", List.of("catalog"), () -> ask(database));
  }

  private static Catalog ask(Database database) {
    Map<String, List<Entry>> entries = new LinkedHashMap<>();
    database.forEach(
        "catalog",
        Sql.of(
            """
            SELECT service, toUnixTimestamp64Milli(valid_from), removed, title, description, owner,
              system, lifecycle, tier, repository, golden_path,
              toUnixTimestamp64Milli(golden_path_since), aliases
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
                        Column.time(row, 12),
                        Column.texts(row, 13))));
    return new Catalog(entries);
  }

  /** Every service that is or was in it, by name. */
  Set<String> services() {
    return entries.keySet();
  }

  /**
   * The services that any of some teams owns at a time.
   *
   * @param teams in lower case
   */
  Set<String> ownedBy(Set<String> teams, Instant time) {
    Set<String> owned = new TreeSet<>();
    for (String service : entries.keySet()) {
      at(service, time.plusMillis(1))
          .map(Entry::owner)
          .filter(owner -> teams.contains(owner.toLowerCase(Locale.ROOT)))
          .ifPresent(owner -> owned.add(service));
    }
    return owned;
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

  /**
   * Who owned a CI run at a time (rule P2): the service that it is of; else, of a repository that
   * the catalog gives to one service, that one; else, of several, the team and the golden path that
   * all of them have in common.
   *
   * @param repository host/owner/name, or null
   */
  Owner ofRun(String service, String repository, Instant time) {
    Instant end = time.plusMillis(1);
    Optional<Entry> own = at(service, end);
    if (own.isPresent()) {
      return owner(service, own.get(), end);
    }
    List<Owner> owners = new ArrayList<>();
    for (String candidate : byRepository.getOrDefault(repository, Set.of())) {
      at(candidate, end)
          .filter(entry -> repository.equals(entry.repository()))
          .ifPresent(entry -> owners.add(owner(candidate, entry, end)));
    }
    if (owners.size() == 1) {
      return owners.get(0);
    }
    return new Owner(service, common(owners, Owner::team), common(owners, Owner::goldenPath));
  }

  /**
   * The times, in milliseconds and sorted, at which the owner of a repository's CI runs may have
   * changed: between two of them {@link #ofRun} answers the same.
   *
   * @param repository host/owner/name, or null
   */
  long[] changesOfRuns(String service, String repository) {
    Set<String> services = new TreeSet<>(byRepository.getOrDefault(repository, Set.of()));
    services.add(service);
    return services.stream()
        .flatMap(candidate -> entries(candidate).stream())
        .flatMap(entry -> Stream.of(entry.validFrom(), entry.goldenPathFrom()))
        .mapToLong(Instant::toEpochMilli)
        .sorted()
        .distinct()
        .toArray();
  }

  /**
   * Who owned a flag at a time (rule P2): the service that the sender names; else the one that is
   * called like the flag's project, or has it as an alias.
   *
   * @param service lower case; empty if the sender names none
   * @param project key of the project, lower case; maybe empty
   */
  Owner ofFlag(String service, String project, Instant time) {
    Instant end = time.plusMillis(1);
    String named = service.isEmpty() ? project : service;
    String found =
        at(named, end).isPresent()
            ? named
            : entries.keySet().stream()
                .filter(candidate -> at(candidate, end).filter(e -> isOf(e, named)).isPresent())
                .findFirst()
                .orElse(named);
    return at(found, end)
        .map(entry -> owner(found, entry, end))
        .orElse(new Owner(found, null, null));
  }

  private static boolean isOf(Entry entry, String project) {
    return !project.isEmpty()
        && (entry.aliases().contains(project)
            || entry.aliases().contains("launchdarkly:" + project));
  }

  private static Owner owner(String service, Entry entry, Instant end) {
    return new Owner(service, entry.owner(), entry.goldenPathAt(end));
  }

  /** What all have in common; null if they differ, or there are none. */
  private static String common(List<Owner> owners, Function<Owner, String> property) {
    Set<String> values = new HashSet<>();
    owners.forEach(owner -> values.add(property.apply(owner)));
    return values.size() == 1 ? values.iterator().next() : null;
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

  /**
   * The times in which a service was on golden paths, oldest first, by the dates that the entries
   * state: a date that is declared late holds from then on, and so does one that is corrected while
   * the service is on the path. What was withdrawn before its date never began.
   */
  List<Spell> spells(String service) {
    return spells(entries(service));
  }

  static List<Spell> spells(List<Entry> entries) {
    List<Spell> spells = new ArrayList<>();
    Spell open = null;
    for (Entry entry : entries) {
      String path = entry.removed() ? null : entry.goldenPath();
      if (open != null && open.path().equals(path)) {
        open = new Spell(path, entry.goldenPathFrom(), Instant.MAX, false);
        continue;
      }
      if (open != null) {
        Instant end =
            path == null ? entry.validFrom() : earlier(entry.validFrom(), entry.goldenPathFrom());
        addSpell(spells, new Spell(open.path(), open.from(), end, entry.removed()));
      }
      open = path == null ? null : new Spell(path, entry.goldenPathFrom(), Instant.MAX, false);
    }
    if (open != null) {
      addSpell(spells, open);
    }
    return spells;
  }

  private static void addSpell(List<Spell> spells, Spell spell) {
    if (spell.from().isBefore(spell.until())) {
      spells.add(spell);
    }
  }

  /** When the catalog dropped a service; empty if it has it, or never had. */
  Optional<Instant> removedAt(String service) {
    List<Entry> all = entries(service);
    return all.isEmpty() || !all.get(all.size() - 1).removed()
        ? Optional.empty()
        : Optional.of(all.get(all.size() - 1).validFrom());
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  /** An owner, a repository and a golden path; each may be null. */
  record Ownership(String team, String repository, String goldenPath) {}

  /** A service, with its team and golden path at a time; these may be null. */
  record Owner(String service, String team, String goldenPath) {}

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
      Instant goldenPathSince,
      List<String> aliases) {

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
