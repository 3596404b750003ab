package dev.dorado.api.queries;

import static dev.dorado.api.queries.Column.millis;
import static java.util.Objects.requireNonNull;

import dev.dorado.api.Filter;
import dev.dorado.api.Query;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was accepted and leads to nothing: deployments whose SHA no push knows, and incidents that
 * no rule links. Also which repositories have pushed but never deployed.
 */
final class Unlinked {

  private static final int EXAMPLES = 10;
  private static final Filter PRODUCTION =
      new Filter(List.of("production"), List.of(), List.of(), List.of(), List.of());

  private final Map<String, Of> byRepository = new TreeMap<>();
  private final Map<String, Object> totals = new LinkedHashMap<>();

  private Unlinked() {}

  /** Asks for them. */
  static Unlinked load(Database database, Query query) {
    requireNonNull(query);
    var unlinked = new Unlinked();
    unlinked.addTotals(
        database,
        "deployment",
        FactTable.DEPLOYMENTS.from(
            database,
            PRODUCTION,
            List.of(),
            List.of("repository", "id", "fact_time"),
            FactTable.times(
                query.period().from().toEpochMilli(), query.period().to().toEpochMilli()),
            between("finished_at", query),
            Sql.of("status = 'succeeded' AND changes IS NULL")));
    unlinked.addTotals(
        database,
        "incident",
        FactTable.INCIDENTS.from(
            database,
            PRODUCTION,
            List.of(),
            List.of("repository", "id", "fact_time"),
            FactTable.anyTime(),
            between("started_at", query),
            Sql.of("link_rule IS NULL")));
    unlinked.addPushes(database);
    return unlinked;
  }

  /** The totals with examples, and the repositories, as a JSON object. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>(totals);
    List<Object> repositories = new ArrayList<>();
    byRepository.forEach(
        (repository, of) -> {
          if (of.deployments() + of.incidents() > 0) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("repository", repository.isEmpty() ? null : repository);
            row.put("deployments", of.deployments());
            row.put("incidents", of.incidents());
            repositories.add(row);
          }
        });
    json.put("repositories", repositories);
    return json;
  }

  /** How many incidents no rule links. */
  long incidents() {
    return (long) totals.get("incidents");
  }

  /** What is known of a repository. */
  Of of(String repository) {
    return byRepository.getOrDefault(repository, Of.NOTHING);
  }

  private void addTotals(Database database, String kind, Sql from) {
    String list = kind + "s";
    totals.put(list, 0L);
    totals.put(kind + "_examples", List.of());
    List<String> examples = new ArrayList<>();
    database.forEach(
        "unlinked-" + list,
        Sql.of(
                """
                SELECT ifNull(repository, ''), count(),
                  arraySlice(arrayReverseSort(groupArray((fact_time, id))).2, 1, %d),
                  max(fact_time)"""
                    .formatted(EXAMPLES))
            .then(from)
            .then("GROUP BY repository ORDER BY max(fact_time) DESC, repository"),
        row -> {
          long number = row.getLong(2);
          boolean isDeployment = kind.equals("deployment");
          byRepository.merge(
              row.getString(1),
              new Of(isDeployment ? number : 0, isDeployment ? 0 : number, false, false),
              Of::plus);
          totals.merge(list, number, (one, other) -> (long) one + (long) other);
          Column.texts(row, 3).stream()
              .limit(EXAMPLES - (long) examples.size())
              .forEach(examples::add);
        });
    totals.put(kind + "_examples", examples);
  }

  private void addPushes(Database database) {
    KnownServices known = KnownServices.load(database);
    known
        .repositoriesOfChanges()
        .forEach(repository -> byRepository.merge(repository, Of.PUSHED, Of::plus));
    known
        .repositoriesOfDeployments()
        .forEach(repository -> byRepository.merge(repository, Of.DEPLOYED, Of::plus));
  }

  private static Sql between(String column, Query query) {
    return Sql.of(
        "%1$s >= ? AND %1$s < ?".formatted(millis(column)),
        query.period().from().toEpochMilli(),
        query.period().to().toEpochMilli());
  }

  /**
   * What is known of a repository.
   *
   * @param deployments its deployments whose commit no push knows
   * @param incidents its incidents that no rule links
   * @param pushed whether a change of it was ever heard of
   * @param deployed whether a deployment of it was ever heard of
   */
  record Of(long deployments, long incidents, boolean pushed, boolean deployed) {

    static final Of NOTHING = new Of(0, 0, false, false);
    static final Of PUSHED = new Of(0, 0, true, false);
    static final Of DEPLOYED = new Of(0, 0, false, true);

    Of plus(Of other) {
      return new Of(
          deployments + other.deployments,
          incidents + other.incidents,
          pushed || other.pushed,
          deployed || other.deployed);
    }
  }
}
