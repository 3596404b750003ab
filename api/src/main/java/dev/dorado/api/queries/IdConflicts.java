package dev.dorado.api.queries;

import static dev.dorado.api.queries.Column.millis;

import dev.dorado.api.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Ids that a sender used for more than one thing (rule E6), with the deliveries that say so.
 *
 * @param count how many there are
 * @param items the newest of them, as JSON objects
 */
public record IdConflicts(long count, List<Map<String, Object>> items) {

  /** The maximum number of conflicts that are listed for a sender. */
  public static final int MOST = 20;

  /** None at all. */
  static final IdConflicts NONE = new IdConflicts(0, List.of());

  private static final int DELIVERIES_OF_AN_EVENT = 5;

  public IdConflicts {
    items = List.copyOf(items);
  }

  /**
   * The conflicts by sender. A conflict is of the period if one of its two events is, or was
   * delivered in it.
   */
  static Map<String, IdConflicts> load(Database database, Query query) {
    if (database.isEmpty("conflicts")) {
      return Map.of();
    }
    long from = query.period().from().toEpochMilli();
    long to = query.period().to().toEpochMilli();
    Map<String, Long> counts = new TreeMap<>();
    Map<String, List<Map<String, Object>>> items = new TreeMap<>();
    Map<Moment, List<Map<String, Object>>> deliveries = new HashMap<>();
    database.forEach(
        "ingest-conflicts",
        Sql.of(
            """
            WITH delivered AS (
              SELECT sender, assumeNotNull(occurred_at) AS moment FROM %3$s.deliveries FINAL
              WHERE occurred_at IS NOT NULL AND %1$s >= ? AND %1$s < ?
            )
            SELECT sender, kind, id, repository, service, events, aspects, standing, other, status,
              toUnixTimestamp64Milli(assumeNotNull(occurred_at)), other_sender, other_status,
              toUnixTimestamp64Milli(assumeNotNull(other_occurred_at)),
              count() OVER (PARTITION BY sender)
            FROM %2$s.conflicts FINAL
            WHERE %4$s >= ? AND %4$s < ? OR %5$s >= ? AND %5$s < ?
              OR (sender, assumeNotNull(occurred_at)) IN (SELECT sender, moment FROM delivered)
              OR (other_sender, assumeNotNull(other_occurred_at)) IN (
                SELECT sender, moment FROM delivered)
            ORDER BY sender, greatest(occurred_at, other_occurred_at) DESC, kind, key
            LIMIT %6$d BY sender"""
                .formatted(
                    millis("received_at"),
                    database.name(),
                    database.common(),
                    millis("occurred_at"),
                    millis("other_occurred_at"),
                    MOST),
            from,
            to,
            from,
            to,
            from,
            to),
        row -> {
          counts.put(row.getString(1), row.getLong(15));
          items
              .computeIfAbsent(row.getString(1), sender -> new ArrayList<>())
              .add(item(row, deliveries));
        });
    if (!items.isEmpty()) {
      addDeliveries(database, deliveries);
    }
    Map<String, IdConflicts> conflicts = new TreeMap<>();
    counts.forEach(
        (sender, count) -> conflicts.put(sender, new IdConflicts(count, items.get(sender))));
    return conflicts;
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("count", count);
    json.put("items", items);
    return json;
  }

  /** A sender's time, by which its deliveries are found: facts do not depend on deliveries. */
  private record Moment(String sender, Instant time) {}

  private static Map<String, Object> item(
      ResultSet row, Map<Moment, List<Map<String, Object>>> deliveries) throws SQLException {
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("kind", row.getString(2));
    item.put("id", row.getString(3));
    item.put("repository", row.getString(4));
    item.put("service", row.getString(5));
    item.put("events", row.getLong(6));
    List<String> aspects = Column.texts(row, 7);
    List<String> standing = Column.texts(row, 8);
    List<String> other = Column.texts(row, 9);
    List<Map<String, Object>> differences = new ArrayList<>();
    for (int i = 0; i < aspects.size(); i++) {
      Map<String, Object> difference = new LinkedHashMap<>();
      difference.put("aspect", aspects.get(i));
      difference.put("standing", standing.get(i));
      difference.put("other", other.get(i));
      differences.add(difference);
    }
    item.put("differences", differences);
    item.put(
        "standing", event(row.getString(1), row.getString(10), Column.time(row, 11), deliveries));
    item.put(
        "other", event(row.getString(12), row.getString(13), Column.time(row, 14), deliveries));
    return item;
  }

  private static Map<String, Object> event(
      String sender,
      String status,
      Instant time,
      Map<Moment, List<Map<String, Object>>> deliveries) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("sender", sender);
    event.put("status", status);
    event.put("occurred_at", time);
    event.put(
        "deliveries",
        deliveries.computeIfAbsent(new Moment(sender, time), moment -> new ArrayList<>()));
    return event;
  }

  private static void addDeliveries(
      Database database, Map<Moment, List<Map<String, Object>>> deliveries) {
    List<Object> moments = new ArrayList<>();
    deliveries
        .keySet()
        .forEach(
            moment -> {
              moments.add(moment.sender());
              moments.add(moment.time().toEpochMilli());
            });
    String places = String.join(", ", Collections.nCopies(deliveries.size(), "(?, ?)"));
    database.forEach(
        "ingest-conflict-deliveries",
        Sql.of(
            """
            SELECT sender, %1$s AS moment, id, toUnixTimestamp64Milli(received_at)
            FROM %2$s.deliveries FINAL
            WHERE occurred_at IS NOT NULL AND (sender, moment) IN (%3$s)
            ORDER BY sender, moment, received_at DESC, id
            LIMIT %4$d BY sender, moment"""
                .formatted(
                    "toUnixTimestamp64Milli(assumeNotNull(occurred_at))",
                    database.common(),
                    places,
                    DELIVERIES_OF_AN_EVENT),
            moments.toArray()),
        row -> {
          Map<String, Object> delivery = new LinkedHashMap<>();
          delivery.put("id", row.getString(3));
          delivery.put("received_at", Column.time(row, 4));
          var of = deliveries.get(new Moment(row.getString(1), Column.time(row, 2)));
          if (of != null) {
            of.add(delivery);
          }
        });
  }
}
