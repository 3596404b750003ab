package dev.dorado.api.queries;

import static dev.dorado.api.queries.Column.millis;
import static java.util.Objects.requireNonNull;

import dev.dorado.api.Query;
import dev.dorado.schemas.RejectedRetry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What could not be processed behind ingest and was set aside, of the facts that answer now. */
public final class RejectedRecordsQuery {

  private static final int MOST_REASONS = 20;

  /** The parts of a cursor: time and id. */
  private static final int KEY_LENGTH = 2;

  private final Database database;

  /** The query. */
  public RejectedRecordsQuery(Database database) {
    this.database = requireNonNull(database);
  }

  /**
   * The records, the newest first; an answer as a JSON object.
   *
   * @param isDismissed whether those that were dismissed are wanted instead of those that count
   */
  public Map<String, Object> answer(Query query, boolean isDismissed) {
    Sql sql =
        Sql.of(
                """
                SELECT id, place, name, key, reason, %s, record_bytes, generation, topic, offset, error"""
                    .formatted(millis("rejected_at")))
            .then(ofStatus(isDismissed ? RejectedRetry.DISMISSED : RejectedRetry.REJECTED));
    if (query.cursor() != null) {
      sql =
          sql.then(
              "AND (%s, id) < (?, ?)".formatted(millis("rejected_at")),
              query.cursor().millis(KEY_LENGTH),
              query.cursor().key().get(1));
    }
    List<Map<String, Object>> rows =
        database.rows(
            "rejected",
            sql.then(
                "ORDER BY %s DESC, id DESC LIMIT ?".formatted(millis("rejected_at")),
                query.limit() + 1),
            row -> {
              Map<String, Object> json = new LinkedHashMap<>();
              json.put("id", row.getString(1));
              json.put("place", row.getString(2));
              json.put("name", row.getString(3));
              json.put("key", row.getString(4));
              json.put("reason", row.getString(5));
              json.put("rejected_at", Column.time(row, 6));
              json.put("bytes", row.getLong(7));
              json.put("generation", row.getObject(8));
              json.put("obstacle", obstacle(row, 11, 2, 9, 10, 7));
              return json;
            });
    return Page.byTime(rows, query.limit(), "rejected_at", "id").json();
  }

  /** By place, name and reason, the most frequent first; the parts of the JSON answer. */
  List<Map<String, Object>> reasons() {
    List<Map<String, Object>> rejected = new ArrayList<>();
    database.forEach(
        "ingest-rejected",
        Sql.of(
                """
                SELECT place, name, argMax(reason, rejected_at) AS newest, count(),
                  toUnixTimestamp64Milli(max(rejected_at)), argMax(id, rejected_at),
                  argMax(key, rejected_at), any(generation),
                  tupleElement(argMax(tuple(topic), rejected_at), 1), argMax(offset, rejected_at),
                  error, argMax(record_bytes, rejected_at)""")
            .then(ofStatus(RejectedRetry.REJECTED))
            .then(
                """
                GROUP BY place, name, error, isNull(generation)
                ORDER BY count() DESC, place, name, error
                LIMIT %d"""
                    .formatted(MOST_REASONS)),
        row -> {
          Map<String, Object> json = new LinkedHashMap<>();
          json.put("place", row.getString(1));
          json.put("name", row.getString(2));
          json.put("reason", row.getString(3));
          json.put("count", row.getLong(4));
          json.put("last_at", Column.time(row, 5));
          json.put("id", row.getString(6));
          json.put("key", row.getString(7));
          json.put("generation", row.getObject(8));
          json.put("error", row.getString(11));
          json.put("obstacle", obstacle(row, 11, 1, 9, 10, 12));
          rejected.add(json);
        });
    return rejected;
  }

  /** Keys whose derivation took long within the period, the latest first. */
  List<Map<String, Object>> slow(Query query) {
    return database.rows(
        "ingest-slow",
        Sql.of("SELECT name, key, reason, %s, generation".formatted(millis("rejected_at")))
            .then(ofStatus(RejectedRetry.SLOW))
            .then(
                "AND %1$s >= ? AND %1$s < ? ORDER BY %1$s DESC, name, key LIMIT ?"
                    .formatted(millis("rejected_at")),
                query.period().from().toEpochMilli(),
                query.period().to().toEpochMilli(),
                MOST_REASONS),
        row -> {
          Map<String, Object> json = new LinkedHashMap<>();
          json.put("step", row.getString(1));
          json.put("key", row.getString(2));
          json.put("reason", row.getString(3));
          json.put("last_at", Column.time(row, 4));
          json.put("generation", row.getObject(5));
          return json;
        });
  }

  private Sql ofStatus(String status) {
    return Sql.of(
        """
        FROM %1$s.rejected FINAL
        WHERE status = '%2$s'
          AND (generation IS NULL
            OR toInt64(assumeNotNull(generation)) IN (
              SELECT toInt64(number) FROM %1$s.current_generation))"""
            .formatted(database.common(), status));
  }

  private static String obstacle(
      ResultSet row, int error, int place, int topic, int offset, int bytes) throws SQLException {
    return RejectedRetry.obstacle(
            row.getString(error),
            row.getString(place),
            row.getString(topic),
            row.getLong(offset),
            row.getLong(bytes))
        .orElse(null);
  }
}
