package dev.dorado.api.queries;

import static dev.dorado.api.queries.Column.millis;
import static java.util.Objects.requireNonNull;

import dev.dorado.api.Filter;
import dev.dorado.api.goldenpath.Blocks;
import dev.dorado.api.goldenpath.EffectsJson;
import dev.dorado.api.goldenpath.FirstDeployments;
import dev.dorado.api.goldenpath.Outcome;
import dev.dorado.api.goldenpath.PathEffects;
import dev.dorado.api.goldenpath.PathEffects.OutcomeEffect;
import dev.dorado.api.goldenpath.PathEffects.Standing;
import dev.dorado.api.goldenpath.PathService;
import dev.dorado.api.goldenpath.PublishedClaim;
import dev.dorado.api.goldenpath.ServiceCells;
import dev.dorado.api.goldenpath.Spell;
import dev.dorado.api.goldenpath.estimate.Panel.Clustering;
import dev.dorado.server.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the golden path did: adoption, and its effect on each outcome. ClickHouse adds up what each
 * service did by blocks of four weeks; the estimate is made here.
 */
public final class GoldenPathQuery {

  private static final List<String> PRODUCTION = List.of("production");

  /** A lead time below a minute says nothing but that clocks are coarse. */
  private static final int SHORTEST_LEAD_TIME = 60;

  private final Database database;
  private final Outcome primary;
  private final int fewestContributors;

  /**
   * The query.
   *
   * @param primary the outcome that was named beforehand
   * @param fewestContributors with fewer contributors, nothing is said of them
   */
  public GoldenPathQuery(Database database, Outcome primary, int fewestContributors) {
    this.database = requireNonNull(database);
    this.primary = requireNonNull(primary);
    this.fewestContributors = fewestContributors;
  }

  /**
   * The answer as a JSON object.
   *
   * @param to the end; at most the present
   * @param now until when what is new is followed
   * @param path name of the golden path; empty for the only one, or any of several
   * @param cluster what decides together about adoption; empty for what the dates show
   * @throws Problem 404 if the catalog has no such path; 400 if there is too much to estimate
   */
  public Map<String, Object> answer(
      Instant from, Instant to, Instant now, Optional<String> path, Optional<Clustering> cluster) {
    Blocks blocks = Blocks.of(from, to);
    List<PathService> services = services(blocks);
    List<String> paths = paths(services);
    path.ifPresent(name -> requirePath(name, paths));
    Optional<String> asked = path.isEmpty() && paths.size() == 1 ? Optional.of(paths.get(0)) : path;
    var study = new PathEffects(blocks, services, asked, cluster);
    requireFewCells(study);
    List<OutcomeEffect> effects = study.effects();
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("path", asked.orElse(null));
    answer.put("from", blocks.start());
    answer.put("to", blocks.end());
    answer.put("block_days", Blocks.DAYS);
    answer.put("cluster", study.clustering().name().toLowerCase(Locale.ROOT));
    answer.put("adoption", EffectsJson.adoption(study.adoption()));
    answer.put("effects", EffectsJson.effects(study, effects, primary));
    answer.put("balance", EffectsJson.balance(effects));
    answer.put("excluded", EffectsJson.excluded(study.excluded()));
    answer.put("first_deployment", firstDeployments(study, blocks, now).json());
    answer.put("onboarding_claim", PublishedClaim.ONBOARDING.json());
    answer.put("paths", paths);
    return answer;
  }

  private FirstDeployments firstDeployments(PathEffects study, Blocks blocks, Instant now) {
    var first = new FirstDeployments(fewestContributors);
    var beginnings = new Beginnings(database);
    beginnings
        .services(blocks.start(), blocks.end())
        .values()
        .forEach(service -> first.addService(standing(study, service), service.until(now)));
    beginnings
        .contributors(blocks.start(), blocks.end())
        .values()
        .forEach(
            contributor ->
                first.addContributor(standing(study, contributor), contributor.until(now)));
    return first;
  }

  private static Standing standing(PathEffects study, Beginnings.Beginning beginning) {
    return study.standing(beginning.service(), Instant.ofEpochMilli(beginning.first()));
  }

  private static List<String> paths(List<PathService> services) {
    TreeSet<String> paths = new TreeSet<>();
    services.forEach(service -> service.spells().forEach(spell -> paths.add(spell.path())));
    return List.copyOf(paths);
  }

  private static void requirePath(String path, List<String> paths) {
    if (!paths.contains(path)) {
      throw new Problem(
          404,
          "Not found",
          "there is no golden path '%s' in the catalog: %s"
              .formatted(
                  path,
                  paths.isEmpty()
                      ? "no service has the annotation dorado.dev/golden-path"
                      : "expected one of " + String.join(", ", paths)));
    }
  }

  private static void requireFewCells(PathEffects study) {
    if (study.cells() > PathEffects.MOST_CELLS) {
      throw new Problem(
              400,
              "Too many cells",
              "cohorts times blocks times services are %d: expected at most %d. Ask for a shorter period, or for one path"
                  .formatted(study.cells(), PathEffects.MOST_CELLS))
          .with("limit", PathEffects.MOST_CELLS);
    }
  }

  private List<PathService> services(Blocks blocks) {
    Catalog catalog = Catalog.load(database);
    Map<String, Instant> firstSeen = firstSeen();
    Map<String, ServiceCells> cells = new HashMap<>();
    addDeployments(blocks, cells);
    addChanges(blocks, cells);
    TreeSet<String> names = new TreeSet<>(catalog.services());
    names.addAll(firstSeen.keySet());
    List<PathService> services = new ArrayList<>();
    for (String name : names) {
      List<Spell> spells = catalog.spells(name);
      services.add(
          new PathService(
              name,
              catalog.entries(name).stream()
                  .map(
                      entry ->
                          new PathService.Ownership(
                              entry.validFrom(),
                              Optional.ofNullable(entry.removed() ? null : entry.owner())))
                  .toList(),
              spells,
              Optional.ofNullable(firstSeen.get(name)),
              catalog.removedAt(name),
              cells.getOrDefault(name, new ServiceCells(blocks.count()))));
    }
    return services;
  }

  /** When each service first deployed, or shipped a change. */
  private Map<String, Instant> firstSeen() {
    Map<String, Instant> found = new TreeMap<>();
    database.forEach(
        "golden-path-first-seen",
        Sql.of(
                "SELECT service, min(at) FROM (SELECT service, min(%s) AS at"
                    .formatted(millis("finished_at")))
            .then(
                FactTable.DEPLOYMENTS.from(
                    database,
                    production(),
                    List.of(),
                    List.of("finished_at"),
                    FactTable.anyTime(),
                    counted()))
            .then(
                "GROUP BY service UNION ALL SELECT service, min(%s) AS at"
                    .formatted(millis("deployed_at")))
            .then(
                FactTable.CHANGES.from(
                    database,
                    production(),
                    List.of(),
                    List.of("deployed_at"),
                    FactTable.anyTime(),
                    Sql.of("deployed_at IS NOT NULL")))
            .then("GROUP BY service) GROUP BY service"),
        row -> found.put(row.getString(1), Column.time(row, 2)));
    return found;
  }

  private void addDeployments(Blocks blocks, Map<String, ServiceCells> cells) {
    database.forEach(
        "golden-path-deployments",
        Sql.of("SELECT service, ")
            .then(block("finished_at", blocks))
            .then(" AS block, count(), countIf(failed), countIf(rework)")
            .then(
                FactTable.DEPLOYMENTS.from(
                    database,
                    production(),
                    List.of(),
                    List.of("finished_at", "failed", "rework"),
                    times(blocks),
                    counted(),
                    inside("finished_at", blocks)))
            .then("GROUP BY service, block"),
        row ->
            cells(cells, row.getString(1), blocks)
                .setDeployments(row.getInt(2), row.getLong(3), row.getLong(4), row.getLong(5)));
  }

  private void addChanges(Blocks blocks, Map<String, ServiceCells> cells) {
    database.forEach(
        "golden-path-changes",
        Sql.of("SELECT service, ")
            .then(block("deployed_at", blocks))
            .then(
                """
                 AS block, count(), countIf(reactive), countIf(timed),
                  avgIf(log(greatest(lead_time, %d)), timed), quantileExactIf(0.5)(lead_time, timed)
                FROM (SELECT *, NOT bot AND lead_time IS NOT NULL AS timed"""
                    .formatted(SHORTEST_LEAD_TIME))
            .then(
                FactTable.CHANGES.from(
                    database,
                    production(),
                    List.of(),
                    List.of("deployed_at", "bot", "lead_time", "reactive"),
                    times(blocks),
                    inside("deployed_at", blocks)))
            .then(") GROUP BY service, block"),
        row ->
            cells(cells, row.getString(1), blocks)
                .setChanges(
                    row.getInt(2),
                    row.getLong(3),
                    row.getLong(4),
                    row.getLong(5),
                    row.getDouble(6),
                    row.getDouble(7)));
  }

  private static ServiceCells cells(
      Map<String, ServiceCells> cells, String service, Blocks blocks) {
    return cells.computeIfAbsent(service, added -> new ServiceCells(blocks.count()));
  }

  private static Filter production() {
    return new Filter(PRODUCTION, List.of(), List.of(), List.of(), List.of());
  }

  private static Sql counted() {
    return Sql.of("counted AND NOT excluded AND finished_at IS NOT NULL");
  }

  private static Sql inside(String column, Blocks blocks) {
    return TalliesQuery.between(column, blocks.start().toEpochMilli(), blocks.end().toEpochMilli());
  }

  private static Sql times(Blocks blocks) {
    return FactTable.times(blocks.start().toEpochMilli(), blocks.end().toEpochMilli());
  }

  private static Sql block(String column, Blocks blocks) {
    return Sql.of(
        "intDiv(%s - ?, ?)".formatted(millis(column)),
        blocks.start().toEpochMilli(),
        Blocks.millis());
  }
}
