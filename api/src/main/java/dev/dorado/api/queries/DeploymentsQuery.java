package dev.dorado.api.queries;

import static java.util.Objects.requireNonNull;

import dev.dorado.api.Query;
import dev.dorado.api.stories.DeploymentStory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
  private final CorrectionsQuery corrections;

  private final Duration staleAfter;

  /**
   * The query.
   *
   * @param staleAfter how long after its merge a change that is not shipped is stale
   */
  public DeploymentsQuery(Database database, Duration staleAfter) {
    this.staleAfter = requireNonNull(staleAfter);
    this.deployments = new FactRows(database, FactTable.DEPLOYMENTS);
    this.changes = new FactRows(database, FactTable.CHANGES);
    this.incidents = new FactRows(database, FactTable.INCIDENTS);
    this.corrections = new CorrectionsQuery(database);
  }

  /**
   * A page of them.
   *
   * @param time finished_at or recovered_at: what must be in the period
   * @param wishes what else must hold
   */
  public Page page(Query query, Status status, String time, Wishes wishes) {
    List<Sql> conditions = new ArrayList<>(List.of(Sql.of(status.condition)));
    wishes.failed().ifPresent(failed -> conditions.add(Sql.of(failed ? "failed" : "NOT failed")));
    wishes.rework().ifPresent(rework -> conditions.add(Sql.of(rework ? "rework" : "NOT rework")));
    if (!wishes.kinds().isEmpty()) {
      conditions.add(Sql.in("kind", wishes.kinds()));
    }
    return deployments.page(query, time, Sql.all(conditions));
  }

  /**
   * The deployment with what it shipped, the incidents that are linked to it, the deployment before
   * it, what people corrected, and the story that these tell.
   *
   * @param services of these services only, if any
   * @param now the present
   * @throws dev.dorado.server.Problem 404 if there is none
   */
  public Map<String, Object> one(String id, List<String> services, Instant now) {
    Map<String, Object> row =
        deployments.withId(id, services).stream()
            .findFirst()
            .orElseThrow(() -> FactRows.notFound("deployment", id));
    String service = row.get("service").toString();
    Sql ofIt = Sql.of("service = ? AND deployment_id = ?", service, id);
    List<Map<String, Object>> shipped = changes.where(ofIt);
    List<Map<String, Object>> linked = incidents.where(ofIt);
    List<Map<String, Object>> corrected = corrections.ofDeployment(service, id);
    Map<String, Object> previous = previous(row);
    Map<String, Object> json = new LinkedHashMap<>(row);
    Instant staleBefore = now.minus(staleAfter);
    json.put(
        "changes_shipped",
        shipped.stream().map(change -> ChangesQuery.json(change, staleBefore)).toList());
    json.put("incidents_linked", linked);
    json.put("corrections_made", corrected);
    json.put("previous", previous);
    json.put("story", DeploymentStory.of(row, previous, shipped, linked, corrected));
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
    for (String name : List.of("id", "repository", "sha", "version", "kind", "finished_at")) {
      brief.put(name, row.get(name));
    }
    return brief;
  }

  /**
   * What else must hold of a deployment.
   *
   * @param failed whether it failed (rule F1), if that matters
   * @param rework whether it is rework (rule W1), if that matters
   * @param kinds its kind is one of these; any if empty
   */
  public record Wishes(Optional<Boolean> failed, Optional<Boolean> rework, List<String> kinds) {

    public Wishes {
      requireNonNull(failed);
      requireNonNull(rework);
      kinds = List.copyOf(kinds);
    }
  }
}
