package dev.dorado.api.queries;

import static dev.dorado.api.queries.FactRows.notFound;
import static java.util.Objects.requireNonNull;

import dev.dorado.api.Dimension;
import dev.dorado.api.Filter;
import dev.dorado.api.Query;
import dev.dorado.api.queries.Catalog.Entry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The services that there are, whoever knows them: the catalog or a fact. */
public final class ServicesQuery {

  private static final String CATALOG = "catalog";
  private static final String DELIVERIES = "deliveries";

  private final Database database;

  /** The query. */
  public ServicesQuery(Database database) {
    this.database = requireNonNull(database);
  }

  /** A page of them, by name. */
  public Page page(Query query) {
    return Page.byId(all(query), query.limit(), query.cursor());
  }

  /** All of them, by name, whatever the limit. */
  public List<Map<String, Object>> all(Query query) {
    return rows(KnownServices.load(database), query);
  }

  /**
   * The service with what the catalog has said of it over time.
   *
   * @throws dev.dorado.server.Problem 404 if nobody knows it
   */
  public Map<String, Object> one(String id, Query query) {
    KnownServices known = KnownServices.load(database);
    Map<String, Object> json =
        rows(known, query).stream()
            .filter(row -> row.get("id").equals(id))
            .findFirst()
            .map(LinkedHashMap::new)
            .orElseThrow(() -> notFound("service", id));
    json.put("catalog", known.catalog().entries(id).stream().map(Entry::json).toList());
    return json;
  }

  private List<Map<String, Object>> rows(KnownServices known, Query query) {
    Filter filter = query.filter();
    // Who owns a service now says who is shown; its deployments count whoever owned it then.
    Filter ofFacts =
        new Filter(filter.environments(), filter.services(), List.of(), List.of(), List.of());
    Map<String, Activity> activities =
        Activity.by(Dimension.SERVICE, database, query.withFilter(ofFacts));
    List<Map<String, Object>> rows = new ArrayList<>();
    for (String service : known.names(query.period())) {
      Entry entry = known.catalog().at(service, query.asOf()).orElse(null);
      List<String> repositories =
          known.repositories(service, entry == null ? null : entry.repository());
      String goldenPath = entry == null ? null : entry.goldenPathAt(query.asOf());
      boolean isWanted =
          filter.wantsService(service)
              && filter.wantsTeam(entry == null ? null : entry.owner())
              && filter.wantsGoldenPath(goldenPath)
              && (filter.repositories().isEmpty()
                  || repositories.stream().anyMatch(filter::wantsRepository));
      if (isWanted) {
        rows.add(
            row(
                service,
                entry,
                known.isInFacts(service),
                repositories.isEmpty() ? null : repositories.get(0),
                goldenPath,
                activities.getOrDefault(service, Activity.NONE)));
      }
    }
    return rows;
  }

  private static Map<String, Object> row(
      String service,
      Entry entry,
      boolean isInFacts,
      String repository,
      String goldenPath,
      Activity activity) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("id", service);
    row.put("title", entry == null ? null : entry.title());
    row.put("description", entry == null ? null : entry.description());
    row.put("team", entry == null ? null : entry.owner());
    row.put("system", entry == null ? null : entry.system());
    row.put("lifecycle", entry == null ? null : entry.lifecycle());
    row.put("tier", entry == null ? null : entry.tier());
    row.put("repository", repository);
    row.put("golden_path", goldenPath);
    row.put("golden_path_since", goldenPath == null ? null : entry.goldenPathFrom());
    row.put("in_catalog", entry != null);
    row.put("deployments", activity.deployments());
    row.put("last_deployment_at", activity.lastDeploymentAt());
    row.put("last_deployment_id", activity.lastDeploymentId());
    List<String> knownBy = new ArrayList<>();
    addIf(entry != null, knownBy, CATALOG);
    addIf(isInFacts, knownBy, DELIVERIES);
    row.put("known_by", knownBy);
    boolean isOfCatalog = entry != null && entry.repository() != null;
    row.put("repository_known_by", repository == null ? null : isOfCatalog ? CATALOG : DELIVERIES);
    List<String> missing = new ArrayList<>();
    addIf(entry == null, missing, "catalog_entry");
    addIf(entry == null || entry.owner() == null, missing, "owner");
    addIf(repository == null, missing, "repository");
    addIf(activity.lastDeploymentAt() == null, missing, "deployment");
    row.put("missing", missing);
    return row;
  }

  private static void addIf(boolean condition, List<String> words, String word) {
    if (condition) {
      words.add(word);
    }
  }
}
