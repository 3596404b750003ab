package dev.dorado.api.queries;

import dev.dorado.api.Cursor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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

  /**
   * The page of {@code rows} that are ordered by a time, and by texts within it.
   *
   * @param rows one more than {@code limit} if there are others behind it
   * @param times members of the time: the first that is not null counts
   * @param texts members of the texts
   */
  static Page byTime(
      List<Map<String, Object>> rows, int limit, List<String> times, String... texts) {
    if (rows.size() <= limit) {
      return new Page(rows, null);
    }
    Map<String, Object> last = rows.get(limit - 1);
    Instant at =
        times.stream()
            .map(last::get)
            .filter(Objects::nonNull)
            .map(Instant.class::cast)
            .findFirst()
            .orElse(Instant.EPOCH);
    List<String> key = new ArrayList<>(List.of(Long.toString(at.toEpochMilli())));
    for (String text : texts) {
      key.add(last.get(text).toString());
    }
    return new Page(rows.subList(0, limit), new Cursor(key));
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
