package dev.dorado.api.queries;

import dev.dorado.api.Query;
import dev.dorado.api.stories.IncidentStory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Incidents, each with the deployment that it is linked to and the rule that did. */
public final class IncidentsQuery {

  private final FactRows incidents;
  private final FactRows deployments;
  private final CorrectionsQuery corrections;

  /** The query. */
  public IncidentsQuery(Database database) {
    this.incidents = new FactRows(database, FactTable.INCIDENTS);
    this.deployments = new FactRows(database, FactTable.DEPLOYMENTS);
    this.corrections = new CorrectionsQuery(database);
  }

  /** A page of them, by their start, else by what else is known of their time. */
  public Page page(Query query) {
    return incidents.page(query, "started_at", "heard_at", Sql.of("true"));
  }

  /**
   * The incident with its deployment, what people corrected, and the story that these tell.
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
    List<Map<String, Object>> corrected = corrections.ofIncident(row.get("service").toString(), id);
    json.put("corrections_made", corrected);
    json.put("story", IncidentStory.of(row, corrected));
    return json;
  }
}
