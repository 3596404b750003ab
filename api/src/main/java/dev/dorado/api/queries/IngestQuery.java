package dev.dorado.api.queries;

import static dev.dorado.api.queries.Column.millis;
import static java.util.Objects.requireNonNull;

import dev.dorado.api.Filter;
import dev.dorado.api.Query;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What arrived and what did not: why a number may lack something. */
public final class IngestQuery {

  private static final int EXAMPLES = 10;
  private static final int REPOSITORIES_OF_A_SENDER = 100;
  private static final Filter PRODUCTION =
      new Filter(List.of("production"), List.of(), List.of(), List.of(), List.of());

  private final Database database;

  /** The query. */
  public IngestQuery(Database database) {
    this.database = requireNonNull(database);
  }

  /** The answer as a JSON object. */
  public Map<String, Object> answer(Query query) {
    Map<String, Map<String, Object>> senders = new TreeMap<>();
    addDeliveries(senders, query);
    addKinds(senders, query);
    addReasons(senders, query);
    addRepositories(senders, query);
    addRefusals(senders, query);
    addRefusalsPerMinute(senders, query);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("from", query.period().from());
    answer.put("to", query.period().to());
    answer.put("senders", List.copyOf(senders.values()));
    answer.put("unlinked", unlinked(query));
    answer.put("not_in_catalog", KnownServices.load(database).notInCatalog());
    return answer;
  }

  private void addDeliveries(Map<String, Map<String, Object>> senders, Query query) {
    // The last delivery is looked for in all time: a sender that has gone silent must show.
    database.forEach(
        "ingest-deliveries",
        Sql.of(
            """
            SELECT sender, toUnixTimestamp64Milli(max(received_at)),
              countIf(outcome = 'accepted' AND inside),
              countIf(outcome = 'ignored' AND inside),
              countIf(outcome = 'dead' AND inside),
              quantileExactInclusiveIf(0.5)(
                assumeNotNull(%1$s - toUnixTimestamp64Milli(occurred_at)) / 1000,
                inside AND occurred_at IS NOT NULL),
              countIf(inside AND occurred_at IS NOT NULL)
            FROM (
              SELECT *, %1$s >= ? AND %1$s < ? AS inside FROM %2$s.deliveries FINAL
            )
            GROUP BY sender"""
                .formatted(millis("received_at"), database.common()),
            from(query),
            to(query)),
        row -> {
          Map<String, Object> sender = sender(senders, row.getString(1));
          sender.put("last_delivery_at", Column.time(row, 2));
          sender.put("accepted", row.getLong(3));
          sender.put("ignored", row.getLong(4));
          sender.put("dead", row.getLong(5));
          sender.put("lag_seconds", row.getLong(7) == 0 ? null : row.getDouble(6));
        });
  }

  private void addKinds(Map<String, Map<String, Object>> senders, Query query) {
    database.forEach(
        "ingest-kinds",
        Sql.of(
            """
            SELECT sender, kind, outcome, count()
            FROM %2$s.deliveries FINAL
            WHERE %1$s >= ? AND %1$s < ?
            GROUP BY sender, kind, outcome
            ORDER BY sender, count() DESC, kind, outcome"""
                .formatted(millis("received_at"), database.common()),
            from(query),
            to(query)),
        row -> {
          Map<String, Object> kind = new LinkedHashMap<>();
          kind.put("kind", row.getString(2));
          kind.put("outcome", row.getString(3));
          kind.put("count", row.getLong(4));
          list(sender(senders, row.getString(1)), "kinds").add(kind);
        });
  }

  private void addReasons(Map<String, Map<String, Object>> senders, Query query) {
    database.forEach(
        "ingest-reasons",
        Sql.of(
            """
            SELECT sender, outcome, reason, count()
            FROM %2$s.deliveries FINAL
            WHERE %1$s >= ? AND %1$s < ? AND outcome IN ('ignored', 'dead')
            GROUP BY sender, outcome, reason
            ORDER BY sender, count() DESC, reason"""
                .formatted(millis("received_at"), database.common()),
            from(query),
            to(query)),
        row -> {
          Map<String, Object> reason = new LinkedHashMap<>();
          reason.put("reason", row.getString(3));
          reason.put("count", row.getLong(4));
          list(sender(senders, row.getString(1)), row.getString(2) + "_reasons").add(reason);
        });
  }

  private void addRepositories(Map<String, Map<String, Object>> senders, Query query) {
    database.forEach(
        "ingest-repositories",
        Sql.of(
            """
            SELECT sender, repository, toUnixTimestamp64Milli(max(received_at)),
              countIf(outcome = 'accepted' AND %1$s >= ? AND %1$s < ?)
            FROM %2$s.deliveries FINAL
            WHERE repository IS NOT NULL
            GROUP BY sender, repository
            ORDER BY sender, max(received_at) DESC, repository
            LIMIT %3$d BY sender"""
                .formatted(millis("received_at"), database.common(), REPOSITORIES_OF_A_SENDER),
            from(query),
            to(query)),
        row -> {
          Map<String, Object> repository = new LinkedHashMap<>();
          repository.put("repository", row.getString(2));
          repository.put("last_delivery_at", Column.time(row, 3));
          repository.put("accepted", row.getLong(4));
          list(sender(senders, row.getString(1)), "repositories").add(repository);
        });
  }

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

  private Map<String, Object> unlinked(Query query) {
    Map<String, Object> unlinked = new LinkedHashMap<>();
    addUnlinked(
        unlinked,
        "deployment",
        FactTable.DEPLOYMENTS.from(
            database.name(),
            PRODUCTION,
            MetricFactsQuery.between("finished_at", from(query), to(query)),
            Sql.of("status = 'succeeded' AND changes IS NULL")));
    addUnlinked(
        unlinked,
        "incident",
        FactTable.INCIDENTS.from(
            database.name(),
            PRODUCTION,
            MetricFactsQuery.between("started_at", from(query), to(query)),
            Sql.of("link_rule IS NULL")));
    return unlinked;
  }

  private void addUnlinked(Map<String, Object> unlinked, String kind, Sql from) {
    Sql sql =
        Sql.of(
                """
                SELECT count(),
                  arraySlice(arrayReverseSort(groupArray((fact_time, id))).2, 1, %d)"""
                    .formatted(EXAMPLES))
            .then(from);
    database.forEach(
        "unlinked-" + kind + "s",
        sql,
        row -> {
          unlinked.put(kind + "s", row.getLong(1));
          unlinked.put(kind + "_examples", Column.texts(row, 2));
        });
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
          json.put("kinds", new ArrayList<>());
          json.put("ignored_reasons", new ArrayList<>());
          json.put("dead_reasons", new ArrayList<>());
          json.put("refused_reasons", new ArrayList<>());
          json.put("repositories", new ArrayList<>());
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
