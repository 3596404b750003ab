package dev.dorado.api.queries;

import dev.dorado.api.Query;
import dev.dorado.api.stories.ChangeStory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Changes, each with the deployment that shipped it and how long that took. */
public final class ChangesQuery {

  /** The names of the stages (rule L2), which stand together in a row. */
  public static final List<String> STAGES = List.of("coding", "pickup", "review", "deploy");

  /** Which rows. */
  public enum Shipped {
    /** Those that were shipped, by the time of it. */
    YES("deployed_at", "true"),
    /** Those that wait, by the time of their merge. */
    NO("merged_at", "deployed_at IS NULL AND shipping_rule IS NULL"),
    /** All, by the time of their merge. */
    ALL("merged_at", "true");

    private final String time;
    private final String condition;

    Shipped(String time, String condition) {
      this.time = time;
      this.condition = condition;
    }
  }

  private final FactRows changes;

  /** The query. */
  public ChangesQuery(Database database) {
    this.changes = new FactRows(database, FactTable.CHANGES);
  }

  /** A page of them. */
  public Page page(Query query, Shipped shipped) {
    Page page = changes.page(query, shipped.time, Sql.of(shipped.condition));
    return new Page(page.items().stream().map(ChangesQuery::json).toList(), page.next());
  }

  /**
   * The change's newest row with its story, and the rows of all services and environments that it
   * belongs to as {@code items}.
   *
   * @param services of these services only, if any
   * @throws dev.dorado.server.Problem 404 if there is none
   */
  public Map<String, Object> one(String id, List<String> services) {
    List<Map<String, Object>> rows = changes.withId(id, services);
    if (rows.isEmpty()) {
      throw FactRows.notFound("change", id);
    }
    Map<String, Object> json = new LinkedHashMap<>(json(rows.get(0)));
    json.put("items", rows.stream().map(ChangesQuery::told).toList());
    json.put("story", ChangeStory.of(rows.get(0)));
    return json;
  }

  private static Map<String, Object> told(Map<String, Object> row) {
    Map<String, Object> json = json(row);
    json.put("story", ChangeStory.of(row));
    return json;
  }

  /** A row with its stages together. */
  static Map<String, Object> json(Map<String, Object> row) {
    Map<String, Object> json = new LinkedHashMap<>();
    Map<String, Object> stages = new LinkedHashMap<>();
    row.forEach(
        (name, value) -> {
          if (STAGES.contains(name)) {
            stages.put(name, value);
            json.putIfAbsent("stages", stages);
          } else {
            json.put(name, value);
          }
        });
    return json;
  }
}
