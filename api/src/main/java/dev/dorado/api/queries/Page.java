package dev.dorado.api.queries;

import dev.dorado.api.Cursor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Some rows of a list.
 *
 * @param items the rows
 * @param next after which row the next page begins; null if there is none
 */
public record Page(List<Map<String, Object>> items, Cursor next) {

  public Page {
    items = List.copyOf(items);
  }

  /** The JSON object. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("items", items);
    json.put("next", next == null ? null : next.encoded());
    return json;
  }

  /** The page after {@code cursor} of rows that are ordered by their {@code id}. */
  static Page byId(List<Map<String, Object>> ordered, int limit, Cursor cursor) {
    List<Map<String, Object>> rest =
        ordered.stream()
            .filter(row -> cursor == null || id(row).compareTo(cursor.key().get(0)) > 0)
            .toList();
    return rest.size() <= limit
        ? new Page(rest, null)
        : new Page(rest.subList(0, limit), new Cursor(List.of(id(rest.get(limit - 1)))));
  }

  private static String id(Map<String, Object> row) {
    return row.get("id").toString();
  }
}
