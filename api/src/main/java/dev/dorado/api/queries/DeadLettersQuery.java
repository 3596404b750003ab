package dev.dorado.api.queries;

import static dev.dorado.api.queries.Column.millis;
import static java.util.Objects.requireNonNull;

import dev.dorado.api.Query;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The dead letters: deliveries that were authentic and could not be translated, in whole or in
 * part, and have not been since. Their bodies are in Kafka, where {@code offset} says.
 */
public final class DeadLettersQuery {

  /** The parts of a cursor: time, sender and id. */
  private static final int KEY_LENGTH = 3;

  private final Database database;

  /** The query. */
  public DeadLettersQuery(Database database) {
    this.database = requireNonNull(database);
  }

  /**
   * The dead letters of a period, newest first, and how many there are for each reason.
   *
   * @param senders names of the senders; all if there are none
   */
  public Map<String, Object> answer(Query query, List<String> senders) {
    Sql dead = dead(query, senders);
    Page page = page(query, dead);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("from", query.period().from());
    answer.put("to", query.period().to());
    answer.put("reasons", reasons(dead));
    answer.putAll(page.json());
    return answer;
  }

  private Sql dead(Query query, List<String> senders) {
    List<Sql> conditions = new ArrayList<>();
    conditions.add(Sql.of("(outcome = 'dead' OR (%s))".formatted(IngestQuery.ACCEPTED_IN_PART)));
    conditions.add(
        Sql.of(
            "%1$s >= ? AND %1$s < ?".formatted(millis("received_at")),
            query.period().from().toEpochMilli(),
            query.period().to().toEpochMilli()));
    if (!senders.isEmpty()) {
      conditions.add(Sql.in("sender", senders));
    }
    return Sql.of("FROM %s.deliveries FINAL WHERE".formatted(database.common()))
        .then(Sql.all(conditions));
  }

  private List<Map<String, Object>> reasons(Sql dead) {
    return database.rows(
        "dead-letters-reasons",
        Sql.of(
                """
                SELECT sender, kind, reason, count(), toUnixTimestamp64Milli(min(received_at)),
                  toUnixTimestamp64Milli(max(received_at))""")
            .then(dead)
            .then("GROUP BY sender, kind, reason ORDER BY count() DESC, sender, kind, reason"),
        row -> {
          Map<String, Object> json = new LinkedHashMap<>();
          json.put("sender", row.getString(1));
          json.put("kind", row.getString(2));
          json.put("reason", row.getString(3));
          json.put("count", row.getLong(4));
          json.put("first_at", Column.time(row, 5));
          json.put("last_at", Column.time(row, 6));
          return json;
        });
  }

  private Page page(Query query, Sql dead) {
    Sql sql =
        Sql.of(
                """
                SELECT sender, id, %s, kind, repository, reason, bytes, row_version, outcome,
                  events"""
                    .formatted(millis("received_at")))
            .then(dead);
    String key = "(%s, sender, id)".formatted(millis("received_at"));
    if (query.cursor() != null) {
      List<String> last = query.cursor().key();
      sql =
          sql.then(
              "AND " + key + " < (?, ?, ?)",
              query.cursor().millis(KEY_LENGTH),
              last.get(1),
              last.get(2));
    }
    sql =
        sql.then(
            "ORDER BY %s DESC, sender DESC, id DESC LIMIT ?".formatted(millis("received_at")),
            query.limit() + 1);
    List<Map<String, Object>> rows =
        database.rows(
            "dead-letters",
            sql,
            row -> {
              Map<String, Object> json = new LinkedHashMap<>();
              json.put("sender", row.getString(1));
              json.put("id", row.getString(2));
              json.put("received_at", Column.time(row, 3));
              json.put("kind", row.getString(4));
              json.put("repository", row.getString(5));
              json.put("reason", row.getString(6));
              json.put("bytes", row.getLong(7));
              json.put("offset", row.getLong(8));
              json.put("outcome", row.getString(9));
              json.put("events", row.getLong(10));
              return json;
            });
    return Page.byTime(rows, query.limit(), "received_at", "sender", "id");
  }
}
