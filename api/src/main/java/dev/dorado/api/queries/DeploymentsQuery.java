package dev.dorado.api.queries;

import dev.dorado.api.Query;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Deployments, with the rule that decided each. */
public final class DeploymentsQuery {

  /** Which rows by outcome. */
  public enum Status {
    /** Those that reached users: succeeded, or failed with an incident (rule S10). */
    REACHED_USERS("(status = 'succeeded' OR failed)"),
    /** Attempts that succeeded. */
    SUCCEEDED("status = 'succeeded'"),
    /** Attempts that failed. */
    FAILED("status = 'failed'"),
    /** All attempts. */
    ALL("true");

    private final String condition;

    Status(String condition) {
      this.condition = condition;
    }
  }

  private final FactRows deployments;
  private final FactRows changes;
  private final FactRows incidents;

  /** The query. */
  public DeploymentsQuery(Database database) {
    this.deployments = new FactRows(database, FactTable.DEPLOYMENTS);
    this.changes = new FactRows(database, FactTable.CHANGES);
    this.incidents = new FactRows(database, FactTable.INCIDENTS);
  }

  /**
   * A page of them.
   *
   * @param time finished_at or recovered_at: what must be in the period
   */
  public Page page(Query query, Status status, String time) {
    return deployments.page(query, time, Sql.of(status.condition));
  }

  /**
   * The deployment with what it shipped, the incidents that are linked to it, and the deployment
   * before it.
   *
   * @param services of these services only, if any
   * @throws dev.dorado.server.Problem 404 if there is none
   */
  public Map<String, Object> one(String id, List<String> services) {
    Map<String, Object> row =
        deployments.withId(id, services).stream()
            .findFirst()
            .orElseThrow(() -> FactRows.notFound("deployment", id));
    Sql ofIt = Sql.of("service = ? AND deployment_id = ?", row.get("service"), id);
    Map<String, Object> json = new LinkedHashMap<>(row);
    json.put("changes_shipped", changes.where(ofIt).stream().map(ChangesQuery::json).toList());
    json.put("incidents_linked", incidents.where(ofIt));
    json.put("previous", previous(row));
    return json;
  }

  private Map<String, Object> previous(Map<String, Object> row) {
    Object id = row.get("previous_deployment");
    return id == null
        ? null
        : deployments.withId(id.toString(), List.of(row.get("service").toString())).stream()
            .findFirst()
            .map(DeploymentsQuery::brief)
            .orElse(null);
  }

  private static Map<String, Object> brief(Map<String, Object> row) {
    Map<String, Object> brief = new LinkedHashMap<>();
    for (String name : List.of("id", "sha", "version", "kind", "finished_at")) {
      brief.put(name, row.get(name));
    }
    return brief;
  }
}
