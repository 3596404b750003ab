package dev.dorado.api.queries;

import static dev.dorado.api.queries.Column.millis;
import static java.util.Objects.requireNonNull;

import dev.dorado.api.Dimension;
import dev.dorado.api.Filter;
import dev.dorado.api.Period;
import dev.dorado.api.Query;
import dev.dorado.api.metrics.PracticeTally;
import dev.dorado.api.metrics.PracticeTally.First;
import dev.dorado.api.metrics.PracticeTally.Place;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * The practices that go with good numbers, and how long who and what is new takes to the first
 * deployment (rules P1 and P2), for each group. No pseudonym leaves this class.
 */
public final class PracticesQuery {

  /** Whether a CI run was started by a pull or merge request, as each sender says it. */
  private static final String OF_REQUEST =
      "match(lower(ifNull(trigger, '')), '(pull|merge)[-_ ]{0,1}request')";

  private final Database database;
  private final int fewestContributors;

  /**
   * The query.
   *
   * @param fewestContributors with fewer contributors, nothing is said of them
   */
  public PracticesQuery(Database database, int fewestContributors) {
    this.database = requireNonNull(database);
    this.fewestContributors = fewestContributors;
  }

  /** The answer as a JSON object. */
  public Map<String, Object> answer(Query query) {
    Map<Group, PracticeTally> tallies = new TreeMap<>(Group.ORDER);
    for (Group group :
        KnownServices.load(database).groups(query.period(), query.filter(), query.grouping())) {
      tallies.put(group, new PracticeTally(fewestContributors));
    }
    if (query.grouping().isEmpty()) {
      tallies.computeIfAbsent(new Group(List.of()), group -> new PracticeTally(fewestContributors));
    }
    addRuns(query, tallies);
    addBranches(query, tallies);
    addBatches(query, tallies);
    var beginnings = new Beginnings(database);
    addFirsts(
        query,
        "contributor",
        beginnings.contributors(query.period().from(), query.period().to()),
        tallies,
        PracticeTally::addContributor);
    addFirsts(
        query,
        "service",
        beginnings.services(query.period().from(), query.period().to()),
        tallies,
        PracticeTally::addService);
    List<Object> groups = new ArrayList<>();
    tallies.forEach(
        (group, tally) -> {
          Map<String, Object> json = new LinkedHashMap<>();
          json.put("group", group.json(query.grouping()));
          json.put("practices", tally.json());
          groups.add(json);
        });
    Period period = query.period();
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("from", period.from());
    answer.put("to", period.to());
    answer.put("tz", period.zone().getId());
    answer.put("days", period.days());
    answer.put("groups", groups);
    return answer;
  }

  private void addRuns(Query query, Map<Group, PracticeTally> tallies) {
    Catalog catalog = KnownServices.load(database).catalog();
    Filter filter = query.filter();
    database.forEach(
        "practices-ci",
        Sql.of(
                """
                SELECT service, repository, %s, %s,
                  multiIf(
                    outcome IN ('success', 'succeeded', 'passed'), 1,
                    outcome IN ('failure', 'failed', 'timed_out', 'error', 'startup_failure'), 0,
                    -1),
                  ifNull(duration, -1)
                FROM %s.ci_runs FINAL
                WHERE"""
                    .formatted(millis("finished_at"), OF_REQUEST, database.name()))
            .then(between("finished_at", query))
            // A pull request from a fork's main branch is none of the default branch.
            .then("AND (default_branch OR %s)".formatted(OF_REQUEST)),
        row -> {
          String repository = row.getString(2);
          Catalog.Owner owner = catalog.ofRun(row.getString(1), repository, Column.time(row, 3));
          if (!filter.wantsService(owner.service())
              || !filter.wantsTeam(owner.team())
              || !filter.wantsRepository(repository)
              || !filter.wantsGoldenPath(owner.goldenPath())) {
            return;
          }
          int outcome = row.getInt(5);
          double duration = row.getDouble(6);
          tally(tallies, group(owner, repository, query))
              .addRun(
                  row.getBoolean(4) ? Place.PULL_REQUEST : Place.DEFAULT_BRANCH,
                  outcome < 0 ? Optional.empty() : Optional.of(outcome == 1),
                  duration < 0 ? Optional.empty() : Optional.of(duration));
        });
  }

  private void addBranches(Query query, Map<Group, PracticeTally> tallies) {
    database.forEach(
        "practices-branches",
        Sql.of(
                "SELECT (%s - %s) / 1000".formatted(millis("merged_at"), millis("started_at"))
                    + groups(query))
            .then(
                FactTable.CHANGES.from(
                    database.name(),
                    query.filter(),
                    between("merged_at", query),
                    Sql.of(
                        """
                        pull_request IS NOT NULL AND NOT bot AND start_method = 'commit'
                          AND started_at <= merged_at"""))),
        row -> tally(tallies, group(row, 2, query)).addBranch(row.getDouble(1)));
  }

  private void addBatches(Query query, Map<Group, PracticeTally> tallies) {
    database.forEach(
        "practices-batches",
        Sql.of("SELECT changes" + groups(query))
            .then(
                FactTable.DEPLOYMENTS.from(
                    database.name(),
                    query.filter(),
                    between("finished_at", query),
                    Sql.of("counted AND kind = 'forward' AND changes IS NOT NULL"))),
        row -> tally(tallies, group(row, 2, query)).addBatch(row.getLong(1)));
  }

  /** Each beginning is of the groups that its first change is of, once in each. */
  private void addFirsts(
      Query query,
      String key,
      Map<String, Beginnings.Beginning> beginnings,
      Map<Group, PracticeTally> tallies,
      BiConsumer<PracticeTally, First> add) {
    if (beginnings.isEmpty()) {
      return;
    }
    Map<Group, Set<String>> counted = new HashMap<>();
    database.forEach(
        "practices-firsts-by-" + key,
        Sql.of("SELECT %s, %s".formatted(key, Beginnings.SEEN) + groups(query))
            .then(
                FactTable.CHANGES.from(
                    database.name(),
                    query.filter(),
                    Sql.of(
                        "%1$s >= ? AND %1$s < ?".formatted(Beginnings.SEEN),
                        query.period().from().toEpochMilli(),
                        query.period().to().toEpochMilli()))),
        row -> {
          Beginnings.Beginning beginning = beginnings.get(row.getString(1));
          if (beginning != null && beginning.first() == row.getLong(2)) {
            Group group = group(row, 3, query);
            if (counted.computeIfAbsent(group, of -> new HashSet<>()).add(row.getString(1))) {
              add.accept(tally(tallies, group), beginning.until(query.now()));
            }
          }
        });
  }

  private PracticeTally tally(Map<Group, PracticeTally> tallies, Group group) {
    return tallies.computeIfAbsent(group, other -> new PracticeTally(fewestContributors));
  }

  private static Sql between(String column, Query query) {
    return TalliesQuery.between(
        column, query.period().from().toEpochMilli(), query.period().to().toEpochMilli());
  }

  private static String groups(Query query) {
    return query.grouping().stream()
        .map(dimension -> ", " + dimension.column())
        .collect(Collectors.joining());
  }

  /** The group of a CI run, which is of no environment. */
  private static Group group(Catalog.Owner owner, String repository, Query query) {
    List<String> values = new ArrayList<>();
    for (Dimension dimension : query.grouping()) {
      values.add(
          switch (dimension) {
            case SERVICE -> owner.service();
            case TEAM -> owner.team();
            case REPOSITORY -> repository;
            case ENVIRONMENT -> null;
            case GOLDEN_PATH -> owner.goldenPath();
          });
    }
    return new Group(values);
  }

  private static Group group(ResultSet row, int first, Query query) throws SQLException {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < query.grouping().size(); i++) {
      values.add(row.getString(first + i));
    }
    return new Group(values);
  }
}
