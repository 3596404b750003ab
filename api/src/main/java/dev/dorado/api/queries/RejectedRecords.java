package dev.dorado.api.queries;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What could not be processed behind ingest and was set aside, of the facts that answer now. */
final class RejectedRecords {

  private static final int MOST_REASONS = 20;

  private RejectedRecords() {}

  /** By place, name and reason, the most frequent first; the parts of the JSON answer. */
  static List<Map<String, Object>> load(Database database) {
    List<Map<String, Object>> rejected = new ArrayList<>();
    database.forEach(
        "ingest-rejected",
        Sql.of(
            """
            SELECT place, name, argMax(reason, rejected_at) AS newest, count(),
              toUnixTimestamp64Milli(max(rejected_at)), argMax(id, rejected_at),
              argMax(key, rejected_at), any(generation)
            FROM %1$s.rejected FINAL
            WHERE status = 'rejected'
              AND (generation IS NULL
                OR toInt64(assumeNotNull(generation)) IN (
                  SELECT toInt64(number) FROM %1$s.current_generation))
            GROUP BY place, name, error, isNull(generation)
            ORDER BY count() DESC, place, name, error
            LIMIT %2$d"""
                .formatted(database.common(), MOST_REASONS)),
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
          rejected.add(json);
        });
    return rejected;
  }
}
