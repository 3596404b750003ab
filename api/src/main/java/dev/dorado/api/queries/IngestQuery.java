package dev.dorado.api.queries;

import static dev.dorado.api.queries.Column.millis;
import static java.util.Objects.requireNonNull;

import dev.dorado.api.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What arrived and what did not: why a number may lack something. */
public final class IngestQuery {

  private static final int REPOSITORIES_OF_A_SENDER = 100;
  private static final int REASONS_OF_A_REPOSITORY = 5;

  /** What is counted of the deliveries of a period: the columns that {@link #putCounts} reads. */
  private static final String COUNTS =
      """
      countIf(outcome = 'accepted'),
      countIf(outcome = 'ignored'),
      countIf(outcome = 'dead'),
      quantileExactInclusiveIf(0.5)(
        assumeNotNull(milliseconds) / 1000, milliseconds IS NOT NULL),
      greatest(0, -minIf(assumeNotNull(milliseconds), milliseconds IS NOT NULL)) / 1000,
      countIf(milliseconds IS NOT NULL)""";

  /** Deliveries; their snapshot is ordered by the day of their receipt. */
  static final NewestRows DELIVERIES =
      new NewestRows(
          "deliveries",
          true,
          Set.of("sender", "repository", "kind", "outcome", "reason", "received_at", "occurred_at"),
          Map.of());

  /** Condition on deliveries: a part of it could not be used and was skipped. */
  static final String ACCEPTED_IN_PART = "outcome = 'accepted' AND reason IS NOT NULL";

  private final Database database;

  /** The query. */
  public IngestQuery(Database database) {
    this.database = requireNonNull(database);
  }

  /** The answer as a JSON object. */
  public Map<String, Object> answer(Query query) {
    Map<String, Map<String, Object>> senders = new TreeMap<>();
    Unlinked unlinked = Unlinked.load(database, query);
    Map<Repository, Map<String, Object>> repositories = new HashMap<>();
    addDeliveries(senders, repositories, unlinked, query);
    addKindsAndReasons(senders, repositories, query);
    addRefusals(senders, query);
    addRefusalsPerMinute(senders, query);
    IdConflicts.load(database, query)
        .forEach((name, conflicts) -> sender(senders, name).put("conflicts", conflicts.json()));
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("from", query.period().from());
    answer.put("to", query.period().to());
    List<Map<String, Object>> all = List.copyOf(senders.values());
    var records = new RejectedRecordsQuery(database);
    List<Map<String, Object>> rejected = records.reasons();
    List<Map<String, Object>> slow = records.slow(query);
    answer.put(
        "advice",
        IngestAdvice.of(
            rejected,
            slow,
            all,
            unlinked::of,
            unlinked.incidents(),
            new DoctorQuery(database).services(query),
            query.now()));
    answer.put("senders", all);
    answer.put("rejected", rejected);
    answer.put("slow", slow);
    answer.put("unlinked", unlinked.json());
    answer.put("not_in_catalog", KnownServices.load(database).notInCatalog());
    return answer;
  }

  /** When each sender, and each repository of it, delivered last, and what is counted of both. */
  private void addDeliveries(
      Map<String, Map<String, Object>> senders,
      Map<Repository, Map<String, Object>> repositories,
      Unlinked unlinked,
      Query query) {
    addLastDeliveries(senders, repositories, unlinked);
    database.forEach(
        "ingest-deliveries",
        Sql.of(
                """
                SELECT grouping(repository) = 0 AS of_repository, sender, repository,
                  %s
                FROM (
                  SELECT sender, repository, outcome,
                    toUnixTimestamp64Milli(received_at) - toUnixTimestamp64Milli(occurred_at)
                      AS milliseconds
                  FROM ("""
                    .formatted(COUNTS))
            .then(
                deliveries(
                    query,
                    List.of("sender", "repository", "outcome", "received_at", "occurred_at")))
            .then(
                """
                  )
                )
                GROUP BY GROUPING SETS ((sender), (sender, repository))
                HAVING NOT of_repository OR repository IS NOT NULL"""),
        row -> {
          Map<String, Object> json =
              row.getBoolean(1)
                  ? repositories.get(new Repository(row.getString(2), row.getString(3)))
                  : sender(senders, row.getString(2));
          if (json != null) {
            putCounts(json, row, 4);
          }
        });
  }

  /** Looked for in all time: a sender that has gone silent must show. */
  private void addLastDeliveries(
      Map<String, Map<String, Object>> senders,
      Map<Repository, Map<String, Object>> repositories,
      Unlinked unlinked) {
    database.forEach(
        "ingest-last-deliveries",
        Sql.of("SELECT sender, repository, %s AS last FROM (".formatted(millis("max(received_at)")))
            .then(
                DELIVERIES.select(
                    database,
                    List.of("sender", "repository", "received_at"),
                    FactTable.anyTime(),
                    Sql.of("true")))
            .then(") GROUP BY sender, repository ORDER BY last DESC, repository"),
        row -> {
          Map<String, Object> sender = sender(senders, row.getString(1));
          sender.putIfAbsent("last_delivery_at", Column.time(row, 3));
          String repository = row.getString(2);
          if (repository == null
              || list(sender, "repositories").size() == REPOSITORIES_OF_A_SENDER) {
            return;
          }
          Map<String, Object> json = new LinkedHashMap<>();
          json.put("repository", repository);
          json.put("last_delivery_at", Column.time(row, 3));
          putNoCounts(json);
          json.put("unlinked_deployments", unlinked.of(repository).deployments());
          json.put("unlinked_incidents", unlinked.of(repository).incidents());
          json.put("ignored_reasons", new ArrayList<>());
          json.put("dead_reasons", new ArrayList<>());
          repositories.put(new Repository(row.getString(1), repository), json);
          list(sender, "repositories").add(json);
        });
  }

  /** The deliveries that were received in the period. */
  private Sql deliveries(Query query, List<String> columns) {
    return DELIVERIES.select(
        database,
        columns,
        FactTable.times("received_at", from(query), to(query)),
        TalliesQuery.between("received_at", from(query), to(query)));
  }

  private static void putNoCounts(Map<String, Object> json) {
    json.put("accepted", 0L);
    json.put("ignored", 0L);
    json.put("dead", 0L);
    json.put("lag_seconds", null);
    json.put("skew_seconds", null);
  }

  private static void putCounts(Map<String, Object> json, ResultSet row, int first)
      throws SQLException {
    boolean isTimed = row.getLong(first + 5) > 0;
    json.put("accepted", row.getLong(first));
    json.put("ignored", row.getLong(first + 1));
    json.put("dead", row.getLong(first + 2));
    json.put("lag_seconds", isTimed ? (Object) row.getDouble(first + 3) : null);
    json.put("skew_seconds", isTimed ? (Object) row.getDouble(first + 4) : null);
  }

  /** Kinds and reasons of each sender, and reasons of each repository, in one reading. */
  private void addKindsAndReasons(
      Map<String, Map<String, Object>> senders,
      Map<Repository, Map<String, Object>> repositories,
      Query query) {
    database.forEach(
        "ingest-kinds-and-reasons",
        Sql.of(
                """
                SELECT grouping(kind) = 0 AS of_kind, grouping(repository) = 0 AS of_repository,
                  sender, repository, kind, outcome, what, reason, count() AS number
                FROM (
                  SELECT sender, repository, kind, outcome, reason,
                    multiIf(outcome IN ('ignored', 'dead'), toString(outcome), %s, 'skipped', '')
                      AS what
                  FROM ("""
                    .formatted(ACCEPTED_IN_PART))
            .then(
                deliveries(
                    query,
                    List.of("sender", "repository", "kind", "outcome", "reason", "received_at")))
            .then(
                """
              ))
            GROUP BY GROUPING SETS (
              (sender, kind, outcome), (sender, what, reason), (sender, repository, what, reason))
            HAVING of_kind OR what != '' AND (NOT of_repository
              OR repository IS NOT NULL AND what != 'skipped')
            ORDER BY sender, number DESC, kind, outcome, reason"""),
        row -> {
          String name = row.getString(3);
          long number = row.getLong(9);
          if (row.getBoolean(1)) {
            Map<String, Object> kind = new LinkedHashMap<>();
            kind.put("kind", row.getString(5));
            kind.put("outcome", row.getString(6));
            kind.put("count", number);
            list(sender(senders, name), "kinds").add(kind);
            return;
          }
          boolean isOfRepository = row.getBoolean(2);
          Map<String, Object> of =
              isOfRepository
                  ? repositories.get(new Repository(name, row.getString(4)))
                  : sender(senders, name);
          String reasons = row.getString(7) + "_reasons";
          boolean isWanted =
              of != null && (!isOfRepository || list(of, reasons).size() < REASONS_OF_A_REPOSITORY);
          if (isWanted) {
            list(of, reasons).add(reason(row.getString(8), number));
          }
        });
  }

  /** A repository as a sender's deliveries name it. */
  private record Repository(String sender, String name) {}

  private void addRefusals(Map<String, Map<String, Object>> senders, Query query) {
    database.forEach(
        "ingest-refusals",
        Sql.of(
            """
            SELECT sender, reason, argMax(detail, minute), sum(count),
              toUnixTimestamp64Milli(max(minute))
            FROM %2$s.refusals FINAL
            WHERE %1$s >= ? AND %1$s < ?
            GROUP BY sender, reason
            ORDER BY sender, sum(count) DESC, reason"""
                .formatted(millis("minute"), database.common()),
            from(query),
            to(query)),
        row -> {
          Map<String, Object> sender = sender(senders, row.getString(1));
          Map<String, Object> reason = new LinkedHashMap<>();
          reason.put("reason", row.getString(2));
          reason.put("detail", row.getString(3));
          reason.put("count", row.getLong(4));
          reason.put("last_at", Column.time(row, 5));
          list(sender, "refused_reasons").add(reason);
          sender.merge("refused", row.getLong(4), (one, other) -> (long) one + (long) other);
        });
  }

  private void addRefusalsPerMinute(Map<String, Map<String, Object>> senders, Query query) {
    // The present minute has hardly begun: the one before it is counted with it.
    Instant lastMinute = query.now().truncatedTo(ChronoUnit.MINUTES).minus(Duration.ofMinutes(1));
    database.forEach(
        "ingest-refusals-per-minute",
        Sql.of(
            """
            SELECT sender, max(refused), sumIf(refused, %1$s >= ?)
            FROM (
              SELECT sender, minute, sum(count) AS refused
              FROM %2$s.refusals FINAL
              WHERE %1$s >= ? AND %1$s < ?
              GROUP BY sender, minute
            )
            GROUP BY sender"""
                .formatted(millis("minute"), database.common()),
            lastMinute.toEpochMilli(),
            from(query),
            to(query)),
        row -> {
          Map<String, Object> sender = sender(senders, row.getString(1));
          sender.put("refused_per_minute_peak", row.getLong(2));
          sender.put("refused_last_minute", row.getLong(3));
        });
  }

  private static Map<String, Object> reason(String text, long count) {
    Map<String, Object> reason = new LinkedHashMap<>();
    reason.put("reason", text);
    reason.put("count", count);
    return reason;
  }

  private static Map<String, Object> sender(Map<String, Map<String, Object>> senders, String name) {
    return senders.computeIfAbsent(
        name,
        sender -> {
          Map<String, Object> json = new LinkedHashMap<>();
          json.put("sender", sender);
          json.put("last_delivery_at", null);
          json.put("accepted", 0L);
          json.put("ignored", 0L);
          json.put("dead", 0L);
          json.put("refused", 0L);
          json.put("refused_last_minute", 0L);
          json.put("refused_per_minute_peak", 0L);
          json.put("lag_seconds", null);
          json.put("skew_seconds", null);
          json.put("kinds", new ArrayList<>());
          json.put("ignored_reasons", new ArrayList<>());
          json.put("dead_reasons", new ArrayList<>());
          json.put("skipped_reasons", new ArrayList<>());
          json.put("refused_reasons", new ArrayList<>());
          json.put("repositories", new ArrayList<>());
          json.put("conflicts", IdConflicts.NONE.json());
          return json;
        });
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Map<String, Object> sender, String name) {
    return (List<Object>) sender.get(name);
  }

  private static long from(Query query) {
    return query.period().from().toEpochMilli();
  }

  private static long to(Query query) {
    return query.period().to().toEpochMilli();
  }
}
