package dev.dorado.api.queries;

import static dev.dorado.api.queries.Column.millis;
import static java.util.Objects.requireNonNull;

import dev.dorado.api.Query;
import dev.dorado.api.stories.ChangeStory;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
  private final Duration staleAfter;

  /**
   * The query.
   *
   * @param staleAfter how long after its merge a change that is not shipped is stale
   */
  public ChangesQuery(Database database, Duration staleAfter) {
    this.changes = new FactRows(database, FactTable.CHANGES);
    this.staleAfter = requireNonNull(staleAfter);
  }

  /**
   * A page of them.
   *
   * @param stale whether they are stale, if that matters
   */
  public Page page(Query query, Shipped shipped, Optional<Boolean> stale) {
    Instant staleBefore = query.now().minus(staleAfter);
    Sql condition = Sql.of(shipped.condition);
    if (stale.isPresent()) {
      Sql isStale =
          Sql.of(
              "ifNull(%s AND %s < ?, false)".formatted(Shipped.NO.condition, millis("merged_at")),
              staleBefore.toEpochMilli());
      condition = Sql.all(List.of(condition, stale.get() ? isStale : Sql.of("NOT").then(isStale)));
    }
    Page page = changes.page(query, List.of(shipped.time), condition);
    return new Page(page.items().stream().map(row -> json(row, staleBefore)).toList(), page.next());
  }

  /**
   * The change's newest row with its story, and the rows of all services and environments that it
   * belongs to as {@code items}.
   *
   * @param services of these services only, if any
   * @param now the present
   * @throws dev.dorado.server.Problem 404 if there is none
   */
  public Map<String, Object> one(String id, List<String> services, Instant now) {
    Instant staleBefore = now.minus(staleAfter);
    List<Map<String, Object>> rows = changes.withId(id, services);
    if (rows.isEmpty()) {
      throw FactRows.notFound("change", id);
    }
    Map<String, Object> json = new LinkedHashMap<>(json(rows.get(0), staleBefore));
    json.put("items", rows.stream().map(row -> told(row, staleBefore)).toList());
    json.put("story", ChangeStory.of(rows.get(0)));
    return json;
  }

  private static Map<String, Object> told(Map<String, Object> row, Instant staleBefore) {
    Map<String, Object> json = json(row, staleBefore);
    json.put("story", ChangeStory.of(row));
    return json;
  }

  /** A row with its stages together, and whether it is stale (rule E9). */
  static Map<String, Object> json(Map<String, Object> row, Instant staleBefore) {
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
    boolean isWaiting = row.get("deployed_at") == null && row.get("shipping_rule") == null;
    json.put(
        "stale",
        isWaiting
            && row.get("merged_at") instanceof Instant merged
            && merged.isBefore(staleBefore));
    return json;
  }
}
