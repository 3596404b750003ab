package dev.dorado.api.queries;

import static dev.dorado.api.queries.Column.millis;
import static java.util.Objects.requireNonNull;

import dev.dorado.api.metrics.PracticeTally.First;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * First commits of contributors and services, and how long it took from there to production (rule
 * P1). Its keys are pseudonyms: they stay within queries.
 */
final class Beginnings {

  /** When a change was first heard of. */
  static final String SEEN = millis("coalesce(started_at, opened_at, merged_at)");

  /** Whoever is seen in the first days of a history may have been there before it (rule P1). */
  private static final Duration FIRST_DAYS = Duration.ofDays(90);

  /**
   * A repository whose pull requests have higher numbers had others, or issues, before it was seen.
   */
  private static final int MOST_NUMBER_OF_NEW = 10;

  private final Database database;

  Beginnings(Database database) {
    this.database = requireNonNull(database);
  }

  /**
   * Contributors whose first change anywhere is of the period, each with the service of that
   * change.
   */
  Map<String, Beginning> contributors(Instant from, Instant to) {
    Map<String, Beginning> found = new HashMap<>();
    // Most contributors of a period began before it: who did not is found first.
    database.forEach(
        "first-deployments-of-contributors",
        Sql.of(
            """
            WITH change AS (
              SELECT assumeNotNull(contributor) AS person, service, repository,
                assumeNotNull(%1$s) AS seen,
                if(environment = 'production', %2$s, NULL) AS shipped_at,
                environment = 'production' AND ifNull(shipping_rule, '') = 'S5'
                  AS before_baseline
              FROM %3$s.changes FINAL
              WHERE NOT bot AND contributor IS NOT NULL AND %1$s IS NOT NULL
            )
            SELECT person, min(seen), min(shipped_at),
              max(before_baseline) OR max(seen < repository_first + ?),
              argMin(service, (seen, service))
            FROM (
              SELECT * FROM change WHERE person IN (
                SELECT person FROM change GROUP BY person
                HAVING min(seen) >= ? AND min(seen) < ?)
            ) AS of_new
            INNER JOIN (
              SELECT repository, min(%1$s) AS repository_first
              FROM %3$s.changes FINAL GROUP BY repository
            ) AS place USING (repository)
            GROUP BY person"""
                .formatted(SEEN, millis("deployed_at"), database.name()),
            FIRST_DAYS.toMillis(),
            from.toEpochMilli(),
            to.toEpochMilli()),
        row -> found.put(row.getString(1), beginning(row, row.getString(5))));
    return found;
  }

  /**
   * Services whose first change is of the period. One that is seen in the first days of the data
   * may be older than the data. So may one of the first days of a repository that begins with
   * several services, or with a pull request that cannot be its first.
   */
  Map<String, Beginning> services(Instant from, Instant to) {
    Map<String, Beginning> found = new HashMap<>();
    database.forEach(
        "first-deployments-of-services",
        Sql.of(
            """
            SELECT service, first, shipped, left_out
            FROM (
              SELECT service, min(seen) AS first,
                max(before_baseline) OR first < any(data_first) + ?
                  OR argMin(is_early AND (services_at_start > 1 OR number > ?), seen) AS left_out
              FROM (
                SELECT *, uniqExactIf(service, is_early) OVER (PARTITION BY repository)
                    AS services_at_start
                FROM (
                  SELECT *, min(seen) OVER () AS data_first,
                    min(lowest) OVER (PARTITION BY repository) AS number,
                    seen < min(seen) OVER (PARTITION BY repository) + ? AS is_early
                  FROM (
                    SELECT service, repository, min(%1$s) AS seen,
                      ifNull(min(pull_request), 0) AS lowest,
                      max(environment = 'production' AND ifNull(shipping_rule, '') = 'S5')
                        AS before_baseline
                    FROM %3$s.changes FINAL
                    GROUP BY service, repository
                    HAVING seen IS NOT NULL
                  ) AS place
                ) AS dated
              ) AS shared
              GROUP BY service
              HAVING first >= ? AND first < ?
            ) AS start
            LEFT JOIN (
              SELECT service, min(%2$s) AS shipped
              FROM %3$s.deployments FINAL
              WHERE counted AND environment = 'production'
              GROUP BY service
            ) AS deployed USING (service)
            SETTINGS join_use_nulls = 1"""
                .formatted(SEEN, millis("finished_at"), database.name()),
            FIRST_DAYS.toMillis(),
            MOST_NUMBER_OF_NEW,
            FIRST_DAYS.toMillis(),
            from.toEpochMilli(),
            to.toEpochMilli()),
        row -> found.put(row.getString(1), beginning(row, row.getString(1))));
    return found;
  }

  private static Beginning beginning(ResultSet row, String service) throws SQLException {
    long shipped = row.getLong(3);
    boolean isShipped = !row.wasNull();
    return new Beginning(
        service,
        row.getLong(2),
        isShipped ? Optional.of(shipped) : Optional.empty(),
        row.getBoolean(4));
  }

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
