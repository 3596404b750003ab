package dev.dorado.api.queries;

import dev.dorado.api.Query;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Incidents, each with the deployment that it is linked to and the rule that did. */
public final class IncidentsQuery {

  private final FactRows incidents;
  private final FactRows deployments;

  /** The query. */
  public IncidentsQuery(Database database) {
    this.incidents = new FactRows(database, FactTable.INCIDENTS);
    this.deployments = new FactRows(database, FactTable.DEPLOYMENTS);
  }

  /** A page of them. */
  public Page page(Query query) {
    return incidents.page(query, "started_at", Sql.of("true"));
  }

  /**
   * The incident with its deployment.
   *
   * @param services of these services only, if any
   * @throws dev.dorado.server.Problem 404 if there is none
   */
  public Map<String, Object> one(String id, List<String> services) {
    Map<String, Object> row =
        incidents.withId(id, services).stream()
            .findFirst()
            .orElseThrow(() -> FactRows.notFound("incident", id));
    Map<String, Object> json = new LinkedHashMap<>(row);
    Object deployment = row.get("deployment_id");
    json.put(
        "deployment",
        deployment == null
            ? null
            : deployments
                .withId(deployment.toString(), List.of(row.get("service").toString()))
                .stream()
                .findFirst()
                .orElse(null));
    return json;
  }
}
