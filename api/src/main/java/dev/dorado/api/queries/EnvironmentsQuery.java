package dev.dorado.api.queries;

import static java.util.Objects.requireNonNull;

import dev.dorado.api.Dimension;
import dev.dorado.api.Query;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The classes of environments that something was deployed to, with the names in each. */
public final class EnvironmentsQuery {

  private final Database database;

  /** The query. */
  public EnvironmentsQuery(Database database) {
    this.database = requireNonNull(database);
  }

  /** A page of them, by name. */
  public Page page(Query query) {
    return Page.byId(rows(query), query.limit(), query.cursor());
  }

  /**
   * The class of that name, or that holds an environment of that name.
   *
   * @throws dev.dorado.server.Problem 404 if there is none
   */
  public Map<String, Object> one(String id, Query query) {
    return rows(query).stream()
        .filter(row -> row.get("id").equals(id) || ((List<?>) row.get("names")).contains(id))
        .findFirst()
        .orElseThrow(() -> FactRows.notFound("environment", id));
  }

  private List<Map<String, Object>> rows(Query query) {
    List<Map<String, Object>> rows = new ArrayList<>();
    new TreeMap<>(Activity.by(Dimension.ENVIRONMENT, database, query))
        .forEach(
            (environment, activity) -> {
              Map<String, Object> row = new LinkedHashMap<>();
              row.put("id", environment);
              row.put("names", activity.environments());
              row.put("services", activity.services());
              row.put("deployments", activity.deployments());
              row.put("last_deployment_at", activity.lastDeploymentAt());
              rows.add(row);
            });
    return rows;
  }
}
