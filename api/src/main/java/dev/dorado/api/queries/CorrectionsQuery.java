package dev.dorado.api.queries;

import static dev.dorado.api.queries.Column.millis;
import static dev.dorado.api.queries.Column.text;
import static dev.dorado.api.queries.Column.time;
import static java.util.Objects.requireNonNull;

import dev.dorado.api.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What people corrected, and what became of it. */
public final class CorrectionsQuery {

  /** The columns of a row. */
  public static final List<Column> COLUMNS =
      List.of(
          text("id", "Id."),
          text("service", "Service."),
          time("made_at", "When it was made."),
          text("action", "link, unlink, mark, exclude or revoke."),
          text("deployment_id", "Deployment that it is about."),
          text("incident_id", "Incident that it links or unlinks."),
          text("mark", "Of mark: planned, unplanned, failed or not-failed."),
          text("revokes", "Of revoke: the correction that it takes back."),
          text("reason", "Why, in the words of who made it."),
          text("author", "Who made it."),
          text("effect", "in force, revoked, overruled, or void: it is about nothing known."),
          text("effect_reason", "Why it has this effect."));

  private static final String MADE_AT = millis("coalesce(made_at, toDateTime64(0, 3, 'UTC'))");
  private static final int KEY_LENGTH = 3;

  private final Database database;

  /** The query. */
  public CorrectionsQuery(Database database) {
    this.database = requireNonNull(database);
  }

  /**
   * A page of those that were made in the period, newest first.
   *
   * @param deployments of these deployments only, if any
   * @param incidents of these incidents only, if any
   * @param effects of these effects only, if any
   */
  public Page page(
      Query query, List<String> deployments, List<String> incidents, List<String> effects) {
    List<Sql> conditions = new ArrayList<>();
    conditions.add(
        Sql.of(
            "%1$s >= ? AND %1$s < ?".formatted(MADE_AT),
            query.period().from().toEpochMilli(),
            query.period().to().toEpochMilli()));
    addWish(conditions, "service", query.filter().services());
    addWish(conditions, "deployment_id", deployments);
    addWish(conditions, "incident_id", incidents);
    addWish(conditions, "effect", effects);
    if (query.cursor() != null) {
      List<String> last = query.cursor().key();
      conditions.add(
          Sql.of(
              "(%s, service, id) < (?, ?, ?)".formatted(MADE_AT),
              query.cursor().millis(KEY_LENGTH),
              last.get(1),
              last.get(2)));
    }
    List<Map<String, Object>> rows =
        rows(
            Sql.all(conditions),
            "ORDER BY %s DESC, service DESC, id DESC LIMIT ?".formatted(MADE_AT),
            query.limit() + 1);
    return Page.byTime(rows, query.limit(), List.of("made_at"), "service", "id");
  }

  /**
   * Those of a deployment, oldest first: that name it or another attempt of its rollout, and the
   * ones that take one of these back.
   */
  List<Map<String, Object>> ofDeployment(String service, String deployment) {
    return of("deployment_id", "deployments", service, deployment);
  }

  /** Those of an incident, also the ones that take one of them back, oldest first. */
  List<Map<String, Object>> ofIncident(String service, String incident) {
    return of("incident_id", "incidents", service, incident);
  }

  private List<Map<String, Object>> of(String column, String facts, String service, String id) {
    Sql concerning =
        Sql.of(
            """
            SELECT id FROM %1$s.corrections FINAL WHERE service = ? AND %2$s = ?
            UNION ALL
            SELECT arrayJoin(corrections) FROM %1$s.%3$s FINAL WHERE service = ? AND id = ?"""
                .formatted(database.name(), column, facts),
            service,
            id,
            service,
            id);
    Sql condition =
        Sql.of("service = ? AND (id IN (", service)
            .then(concerning)
            .then(") OR ifNull(revokes, '') IN (")
            .then(concerning)
            .then("))");
    return rows(condition, "ORDER BY %s, id".formatted(MADE_AT));
  }

  private List<Map<String, Object>> rows(Sql condition, String order, Object... parameters) {
    return database.rows(
        "corrections",
        Sql.of(
                COLUMNS.stream()
                        .map(Column::selected)
                        .collect(Collectors.joining(", ", "SELECT ", ""))
                    + " FROM %s.corrections FINAL WHERE".formatted(database.name()))
            .then(condition)
            .then(order, parameters),
        CorrectionsQuery::row);
  }

  private static Map<String, Object> row(ResultSet row) throws SQLException {
    Map<String, Object> json = new LinkedHashMap<>();
    for (int i = 0; i < COLUMNS.size(); i++) {
      json.put(COLUMNS.get(i).name(), COLUMNS.get(i).read(row, i + 1));
    }
    return json;
  }

  private static void addWish(List<Sql> conditions, String column, List<String> values) {
    if (!values.isEmpty()) {
      conditions.add(Sql.in(column, values));
    }
  }
}
