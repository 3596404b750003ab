package dev.dorado.api.queries;

import static java.util.Objects.requireNonNull;

import dev.dorado.api.Dimension;
import dev.dorado.api.Query;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/** The teams that own services in a period, with what they deployed as their owners. */
public final class TeamsQuery {

  private final Database database;

  /** The query. */
  public TeamsQuery(Database database) {
    this.database = requireNonNull(database);
  }

  /** A page of them, by name. */
  public Page page(Query query) {
    return Page.byId(rows(query), query.limit(), query.cursor());
  }

  /**
   * The team.
   *
   * @throws dev.dorado.server.Problem 404 if it owns nothing in the period
   */
  public Map<String, Object> one(String id, Query query) {
    return rows(query).stream()
        .filter(row -> row.get("id").equals(id))
        .findFirst()
        .orElseThrow(() -> FactRows.notFound("team", id));
  }

  private List<Map<String, Object>> rows(Query query) {
    Map<String, TreeSet<String>> services = new TreeMap<>();
    KnownServices.load(database)
        .groups(query.period(), query.filter(), List.of(Dimension.TEAM, Dimension.SERVICE))
        .stream()
        .filter(group -> group.values().get(0) != null)
        .forEach(
            group ->
                services
                    .computeIfAbsent(group.values().get(0), team -> new TreeSet<>())
                    .add(group.values().get(1)));
    Map<String, Activity> activities = Activity.by(Dimension.TEAM, database, query);
    activities.keySet().stream()
        .filter(Objects::nonNull)
        .forEach(team -> services.computeIfAbsent(team, other -> new TreeSet<>()));
    List<Map<String, Object>> rows = new ArrayList<>();
    services.forEach(
        (team, owned) -> {
          Activity activity = activities.getOrDefault(team, Activity.NONE);
          Map<String, Object> row = new LinkedHashMap<>();
          row.put("id", team);
          row.put("services", List.copyOf(owned));
          row.put("deployments", activity.deployments());
          row.put("last_deployment_at", activity.lastDeploymentAt());
          rows.add(row);
        });
    return rows;
  }
}
