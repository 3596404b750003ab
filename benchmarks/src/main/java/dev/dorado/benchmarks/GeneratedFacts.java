package dev.dorado.benchmarks;

import static java.util.Objects.requireNonNull;

import dev.dorado.schemas.Connections;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Facts of a large organisation, inserted straight into ClickHouse: services with a long tail (the
 * busiest twentieth has a third of all deployments), working days and hours, lead times from
 * minutes to weeks, teams that hand services over, and rows that were written again or retracted.
 * The same options give the same facts.
 *
 * @param services how many services; there is a team for every ten
 * @param deployments deployments of three years, 2023 to 2025
 * @param changes changes that they shipped
 * @param incidents incidents, four of five linked to a deployment
 */
record GeneratedFacts(long services, long deployments, long changes, long incidents) {

  /** Rows of one insert, as a sink under load would write them. */
  private static final long BATCH = 500_000;

  /** One in so many rows is written again, as many as are written in half a day. */
  private static final int REWRITTEN = 2000;

  /** Inserts of rows that are written again: parts that ClickHouse has not merged yet. */
  private static final int LATE_BATCHES = 10;

  /** The tables that have snapshots, with their databases. */
  private static List<String> withSnapshot(Connections connections) {
    String facts = connections.database(1);
    return List.of(
        facts + ".changes",
        facts + ".deployments",
        facts + ".ci_runs",
        connections.database() + ".deliveries");
  }

  /**
   * What a row of {@code numbers} is about. A uniform number above 0 and below 1 comes from a hash
   * of the row's number and a salt.
   */
  private static final String DEPLOYMENT =
      """
      WITH
        (x, salt) -> (sipHash64(x, salt) + 1) / 18446744073709551617. AS u,
        intDiv(number, %1$d) AS d,
        toUInt32(%2$d * pow(u(d, 1), 3)) AS s,
        toDateTime64('2023-01-02 00:00:00', 3, 'UTC')
          + toIntervalDay(7 * toUInt32(156 * u(d, 2)) + least(6, toUInt32(5.5 * u(d, 3))))
          + toIntervalMillisecond(toUInt32(28800000 + 36000000 * (u(d, 4) + u(d, 5)) / 2)) AS at,
        u(d, 6) < 0.08 AS failed,
        sqrt(-2 * log(u(number, 7))) * cos(2 * pi() * u(number, 8)) AS normal,
        if(u(d, 9) < 0.1, 'staging', 'production') AS class
      """;

  /** Writes all of them into the first generation. */
  void insert(Connections connections) throws SQLException {
    requireNonNull(connections);
    String database = connections.database(1);
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement()) {
      statement.execute(catalog(database));
      insert(statement, deployments, 1, deploymentRows(database));
      insert(statement, changes, Math.max(1, changes / deployments), changeRows(database));
      insert(statement, incidents, 1, incidentRows(database));
      insert(statement, changes / 4, 1, runRows(database));
      insert(statement, changes / 2, 1, deliveryRows(connections.database()));
      // As if all this was written long ago: the snapshots have it.
      for (String table : withSnapshot(connections)) {
        statement.execute("TRUNCATE TABLE %s_recent".formatted(table));
      }
    }
  }

  /**
   * Takes the snapshots, and then writes some rows again or retracts them: rows that ClickHouse has
   * not merged yet, and that no snapshot has.
   */
  static void insertLate(Connections connections) throws SQLException {
    String database = connections.database(1);
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement()) {
      for (String table : withSnapshot(connections)) {
        String refresh = table + "_snapshot_refresh";
        statement.execute("SYSTEM WAIT VIEW " + refresh);
        statement.execute("SYSTEM REFRESH VIEW " + refresh);
        statement.execute("SYSTEM WAIT VIEW " + refresh);
      }
      for (String table : new String[] {"deployments", "changes", "incidents"}) {
        for (int batch = 0; batch < LATE_BATCHES; batch++) {
          statement.execute(again(database, table, batch));
        }
      }
    }
  }

  /** Writes one row of each kind once more, so that no answer that was given before still holds. */
  static void insertOne(Connections connections) throws SQLException {
    String facts = connections.database(1);
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement()) {
      for (String table :
          List.of(
              facts + ".deployments",
              facts + ".changes",
              facts + ".ci_runs",
              connections.database() + ".deliveries")) {
        statement.execute(
            """
            INSERT INTO %1$s
            SELECT * REPLACE (row_version + 1 AS row_version)
            FROM %1$s ORDER BY row_version DESC LIMIT 1"""
                .formatted(table));
      }
    }
  }

  private void insert(Statement statement, long rows, long perDeployment, String select)
      throws SQLException {
    for (long first = 0; first < rows; first += BATCH) {
      String numbers = " FROM numbers(%d, %d)".formatted(first, Math.min(BATCH, rows - first));
      statement.execute(select.formatted(perDeployment, services) + numbers);
    }
  }

  private String catalog(String database) {
    return """
        INSERT INTO %s.catalog
          (service, valid_from, removed, owner, golden_path, golden_path_since, row_version,
          row_deleted)
        SELECT 'service-' || toString(number %% %d),
          if(number < %2$d, toDateTime64(0, 3, 'UTC'), toDateTime64('2025-06-01', 3, 'UTC')),
          false, 'team-' || toString((number %% %2$d * 7 + intDiv(number, %2$d)) %% %d),
          if(number %% 3 = 0, 'java-service', NULL),
          if(number %% 3 = 0,
            toDateTime64('2024-04-01', 3, 'UTC') + toIntervalDay(28 * (intDiv(number, 3) %% 12)),
            NULL),
          number + 1, 0
        FROM numbers(%d)"""
        .formatted(database, services, Math.max(1, services / 10), services + services / 5);
  }

  private static String deploymentRows(String database) {
    return """
        INSERT INTO %s.deployments
          (service, id, environment, environments, repository, sha, started_at, finished_at, status,
          counted, kind, changes, failed, failure_rule, failure_evidence, impact_started_at,
          recovered_at, rework, rework_reason, mature_at, url, source, row_version, row_deleted)
        """
            .formatted(database)
        + DEPLOYMENT
        + """
        SELECT 'service-' || toString(s), 'deployment-' || toString(d), class, [class],
          'github.com/acme/service-' || toString(s), lower(hex(SHA1(toString(d)))),
          at - toIntervalMinute(5), at, if(u(d, 10) < 0.03, 'failed', 'succeeded') AS outcome,
          outcome = 'succeeded', if(u(d, 11) < 0.95, 'forward', 'rollback'),
          toInt32(20 * u(d, 12)), failed AND outcome = 'succeeded', if(failed, 'F4', NULL),
          if(failed, ['deployment-' || toString(d + 1)], []),
          if(failed, at + toIntervalMillisecond(toUInt32(1000000 * u(d, 13))), NULL),
          if(failed AND u(d, 14) < 0.98,
            at + toIntervalMillisecond(toUInt64(1000000 + exp(16 + 1.5 * normal))), NULL),
          u(d, 15) < 0.06, 'a fix of what was shipped before', at + toIntervalHour(24),
          'https://github.com/acme/service/actions/runs/' || toString(d), 'workflow', d + 1, 0""";
  }

  private static String changeRows(String database) {
    return """
        INSERT INTO %s.changes
          (service, id, environment, repository, sha, pull_request, title, branch, url, bot,
          started_at, start_method, opened_at, first_review_at, merged_at, deployed_at,
          deployment_id, shipping_rule, lead_time, coding, pickup, review, deploy, reactive,
          contributor, evidence, row_version, row_deleted)
        """
            .formatted(database)
        + DEPLOYMENT
        + """
        , round(exp(10.5 + 1.7 * normal) + 60, 3) AS seconds, u(number, 20) < 0.1 AS by_bot,
          u(number, 22) AS part
        SELECT 'service-' || toString(s),
          'github.com/acme/service-' || toString(s) || '#' || toString(number), class,
          'github.com/acme/service-' || toString(s), lower(hex(SHA1(toString(number)))), number,
          'Change what the service does, part ' || toString(number), 'main',
          'https://github.com/acme/service/pull/' || toString(number), by_bot,
          at - toIntervalMillisecond(toUInt64(1000 * seconds)), 'commit',
          at - toIntervalMillisecond(toUInt64(900 * seconds)),
          at - toIntervalMillisecond(toUInt64(700 * seconds)),
          at - toIntervalMillisecond(toUInt64(300 * seconds)), at, 'deployment-' || toString(d),
          'S4', if(u(number, 21) < 0.02, NULL, seconds), round(seconds * part, 3),
          round(seconds * 0.2 * part, 3), round(seconds * 0.4 * part, 3),
          round(seconds * 0.3 * part, 3), u(number, 23) < 0.05,
          'contributor-' || toString(toUInt32(20000 * pow(u(number, 24), 2))),
          ['deployment-' || toString(d)], number + 1, 0""";
  }

  private static String incidentRows(String database) {
    return """
        INSERT INTO %s.incidents
          (service, id, title, environment, started_at, detected_at, resolved_at, deployment_id,
          link_rule, row_version, row_deleted)
        """
            .formatted(database)
        + DEPLOYMENT
        + """
        SELECT 'service-' || toString(s), 'incident-' || toString(number), 'Errors above 5 %%',
          class, at + toIntervalMinute(10), at + toIntervalMinute(12), at + toIntervalHour(2),
          'deployment-' || toString(d), if(u(d, 30) < 0.8, 'F4', NULL), number + 1, 0""";
  }

  private static String runRows(String database) {
    return """
        INSERT INTO %s.ci_runs
          (service, id, repository, workflow, trigger, branch, default_branch, started_at,
          finished_at, outcome, duration, row_version, row_deleted)
        """
            .formatted(database)
        + DEPLOYMENT
        + """
        SELECT 'service-' || toString(s), 'run-' || toString(number),
          'github.com/acme/service-' || toString(s), 'build',
          if(u(d, 40) < 0.6, 'pull_request', 'push') AS cause, 'main', cause = 'push',
          at - toIntervalMinute(10), at, if(u(d, 41) < 0.85, 'success', 'failure'),
          round(exp(6 + 0.7 * normal), 3), number + 1, 0""";
  }

  private static String deliveryRows(String database) {
    return """
        INSERT INTO %s.deliveries
          (sender, id, received_at, outcome, reason, kind, repository, events, bytes, occurred_at,
          row_version, row_deleted)
        """
            .formatted(database)
        + DEPLOYMENT
        + """
        SELECT 'github', 'delivery-' || toString(number), at,
          multiIf(u(number, 60) < 0.7, 'accepted', u(number, 60) < 0.999, 'ignored', 'dead') AS what,
          if(what = 'accepted', NULL, 'no event of it is asked for'),
          if(u(number, 61) < 0.5, 'push', 'pull_request'),
          'github.com/acme/service-' || toString(s), 1, 12000,
          at - toIntervalMillisecond(toUInt32(5000 * u(number, 62))), number + 1, 0""";
  }

  /** Some rows once more, as a correction or a late event writes them; some are retracted. */
  private static String again(String database, String table, int batch) {
    return """
        INSERT INTO %1$s.%2$s
        SELECT * REPLACE (row_version + 1000000000 AS row_version,
          toUInt8(sipHash64(id, 51) %% 10 = 0) AS row_deleted)
        FROM %1$s.%2$s
        WHERE sipHash64(id, 50) %% %3$d = %4$d"""
        .formatted(database, table, REWRITTEN * LATE_BATCHES, batch);
  }
}
