package dev.dorado.api.queries;

import static dev.dorado.api.queries.Column.millis;
import static java.util.Objects.requireNonNull;

import dev.dorado.api.metrics.PracticeTally.First;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * First commits of contributors and services, and how long it took from there to production (rule
 * P1). Its keys are pseudonyms: they stay within queries.
 */
final class Beginnings {

  /** When a change was first heard of. */
  static final String SEEN = millis("seen_at");

  /** Whoever is seen in the first days of a history may have been there before it (rule P1). */
  private static final Duration FIRST_DAYS = Duration.ofDays(90);

  /**
   * A repository whose pull requests have higher numbers had others, or issues, before it was seen.
   */
  private static final int MOST_NUMBER_OF_NEW = 10;

  private static final NewestRows CHANGES = FactTable.CHANGES.newest();

  private final Database database;

  Beginnings(Database database) {
    this.database = requireNonNull(database);
  }

  /**
   * Contributors whose first change anywhere is of the period, each with the service of that
   * change.
   */
  Map<String, Beginning> contributors(Instant from, Instant to) {
    Map<String, Long> firstOfRepositories = new HashMap<>();
    origins()
        .values()
        .forEach(
            all ->
                all.forEach(
                    origin ->
                        firstOfRepositories.merge(origin.repository(), origin.seen(), Math::min)));
    Map<String, List<Start>> starts = new HashMap<>();
    Sql ofPeople = Sql.of("NOT bot AND contributor IS NOT NULL AND seen_at IS NOT NULL");
    // Most contributors of a period began before it: who did not is found first.
    database.forEach(
        "first-deployments-of-contributors",
        Sql.of(
                """
                SELECT contributor, service, repository, min(%s) AS first,
                  minIf(%s, environment = 'production' AND deployed_at IS NOT NULL),
                  countIf(environment = 'production' AND deployed_at IS NOT NULL) > 0,
                  max(environment = 'production' AND ifNull(shipping_rule, '') = 'S5')
                FROM ("""
                    .formatted(SEEN, millis("assumeNotNull(deployed_at)")))
            .then(
                CHANGES.select(
                    database,
                    List.of(
                        "contributor",
                        "service",
                        "repository",
                        "environment",
                        "seen_at",
                        "deployed_at",
                        "shipping_rule"),
                    FactTable.anyTime(),
                    ofPeople))
            .then(") WHERE contributor IN (SELECT contributor FROM (")
            .then(
                CHANGES.select(
                    database, List.of("contributor", "seen_at"), FactTable.anyTime(), ofPeople))
            .then(
                """
                ) GROUP BY contributor HAVING %1$s >= ? AND %1$s < ?)
                GROUP BY contributor, service, repository"""
                    .formatted(millis("min(seen_at)")),
                from.toEpochMilli(),
                to.toEpochMilli()),
        row ->
            starts
                .computeIfAbsent(row.getString(1), added -> new ArrayList<>())
                .add(
                    new Start(
                        row.getString(2),
                        row.getString(3),
                        row.getLong(4),
                        row.getBoolean(6) ? Optional.of(row.getLong(5)) : Optional.empty(),
                        row.getBoolean(7))));
    Map<String, Beginning> found = new HashMap<>();
    starts.forEach((person, all) -> found.put(person, beginning(all, firstOfRepositories)));
    return found;
  }

  private static Beginning beginning(List<Start> starts, Map<String, Long> firstOfRepositories) {
    Start first =
        starts.stream()
            .min(Comparator.comparingLong(Start::seen).thenComparing(Start::service))
            .orElseThrow();
    boolean isLeftOut =
        starts.stream()
            .anyMatch(
                start ->
                    start.beforeBaseline()
                        || start.seen()
                            < firstOfRepositories.getOrDefault(start.repository(), Long.MAX_VALUE)
                                + FIRST_DAYS.toMillis());
    return new Beginning(
        first.service(),
        first.seen(),
        starts.stream().flatMap(start -> start.shipped().stream()).min(Long::compareTo),
        isLeftOut);
  }

  /**
   * Services whose first change is of the period. One that is seen in the first days of the data
   * may be older than the data. So may one of the first days of a repository that begins with
   * several services, or with a pull request that cannot be its first.
   */
  Map<String, Beginning> services(Instant from, Instant to) {
    Map<String, List<Origin>> origins = origins();
    Map<String, List<Origin>> byRepository =
        origins.values().stream()
            .flatMap(List::stream)
            .collect(Collectors.groupingBy(Origin::repository));
    long firstOfAll =
        origins.values().stream().flatMap(List::stream).mapToLong(Origin::seen).min().orElse(0);
    Map<String, Long> shipped = firstShipped();
    Map<String, Beginning> found = new HashMap<>();
    origins.forEach(
        (service, all) -> {
          Origin first =
              all.stream()
                  .min(Comparator.comparingLong(Origin::seen).thenComparing(Origin::repository))
                  .orElseThrow();
          if (first.seen() >= from.toEpochMilli() && first.seen() < to.toEpochMilli()) {
            boolean isLeftOut =
                all.stream().anyMatch(Origin::beforeBaseline)
                    || first.seen() < firstOfAll + FIRST_DAYS.toMillis()
                    || mayBeOlder(first, byRepository.get(first.repository()));
            found.put(
                service,
                new Beginning(
                    service, first.seen(), Optional.ofNullable(shipped.get(service)), isLeftOut));
          }
        });
    return found;
  }

  /** Whether a service may be older than its first change in a repository. */
  private static boolean mayBeOlder(Origin origin, List<Origin> ofRepository) {
    long early =
        ofRepository.stream().mapToLong(Origin::seen).min().orElseThrow() + FIRST_DAYS.toMillis();
    long lowest = ofRepository.stream().mapToLong(Origin::lowestNumber).min().orElseThrow();
    long services = ofRepository.stream().filter(other -> other.seen() < early).count();
    return origin.seen() < early && (services > 1 || lowest > MOST_NUMBER_OF_NEW);
  }

  /** How each service began in each of its repositories. */
  private Map<String, List<Origin>> origins() {
    return CHANGES.countByService(
        database,
        "origins",
        List.of("service", "repository", "seen_at", "pull_request", "environment", "shipping_rule"),
        from -> {
          Map<String, List<Origin>> found = new HashMap<>();
          database.forEach(
              "origins",
              Sql.of(
                      """
                      SELECT service, repository, %s AS seen, ifNull(min(pull_request), 0),
                        max(environment = 'production' AND ifNull(shipping_rule, '') = 'S5')"""
                          .formatted(millis("min(seen_at)")))
                  .then(from)
                  .then("GROUP BY service, repository HAVING seen IS NOT NULL"),
              row ->
                  found
                      .computeIfAbsent(row.getString(1), added -> new ArrayList<>())
                      .add(
                          new Origin(
                              row.getString(2),
                              row.getLong(3),
                              row.getLong(4),
                              row.getBoolean(5))));
          return found;
        });
  }

  /** The first deployment of each service to production. */
  private Map<String, Long> firstShipped() {
    return FactTable.DEPLOYMENTS
        .newest()
        .countByService(
            database,
            "first-shipped",
            List.of("service", "environment", "finished_at", "counted"),
            from -> {
              Map<String, Long> found = new HashMap<>();
              database.forEach(
                  "first-shipped",
                  Sql.of("SELECT service, " + millis("min(finished_at)") + " AS first")
                      .then(from)
                      .then(
                          """
                          WHERE counted AND environment = 'production' AND finished_at IS NOT NULL
                          GROUP BY service"""),
                  row -> found.put(row.getString(1), row.getLong(2)));
              return found;
            });
  }

  /** How a service began in a repository: its first change, and the lowest pull request. */
  private record Origin(String repository, long seen, long lowestNumber, boolean beforeBaseline) {}

  /** How a contributor began in a service and repository. */
  private record Start(
      String service,
      String repository,
      long seen,
      Optional<Long> shipped,
      boolean beforeBaseline) {}

  /**
   * A first commit and what came of it, in milliseconds since 1970.
   *
   * @param service the service of the first commit
   * @param leftOut it may have begun before its history does
   */
  record Beginning(String service, long first, Optional<Long> deployed, boolean leftOut) {

    First until(Instant now) {
      long end = deployed.orElse(Math.max(first, now.toEpochMilli()));
      boolean isKnown = !leftOut && end >= first;
      return new First(!isKnown, isKnown ? (end - first) / 1000.0 : 0, deployed.isPresent());
    }
  }
}
