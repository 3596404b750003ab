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
import dev.dorado.api.queries.Beginnings.Beginning;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * The practices of each group in each of some periods that follow each other (rules P1 and P2).
 * ClickHouse counts, and returns of durations only those around their quantiles. Who owned a CI run
 * depends on all services of its repository, so that runs are read, many in a row. No pseudonym
 * leaves this class.
 */
final class PracticeTallies {

  /** Whether a CI run was started by a pull or merge request, as each sender says it. */
  private static final String OF_REQUEST =
      "match(lower(ifNull(trigger, '')), '(pull|merge)[-_ ]{0,1}request')";

  /** CI runs; their snapshot is ordered by their end. */
  private static final NewestRows RUNS =
      new NewestRows(
          "ci_runs",
          false,
          Set.of(
              "service",
              "repository",
              "workflow",
              "trigger",
              "sha",
              "default_branch",
              "fact_time",
              "finished_at",
              "outcome",
              "duration"),
          Map.of("fact_time", "coalesce(finished_at, toDateTime64(0, 3, 'UTC'))"));

  private static final String SUCCEEDED = "outcome IN ('success', 'succeeded', 'passed')";
  private static final String FAILED =
      "outcome IN ('failure', 'failed', 'timed_out', 'error', 'startup_failure')";

  /** A run so long before the period may be that of a commit that is deployed in it. */
  private static final long LONGEST_WAIT = 90L * 86_400_000;

  /** Values that a query names at most; beyond, ClickHouse looks for them. */
  private static final int MOST_VALUES = 5000;

  /** Strategies that give a part of the users the new version first. */
  private static final String STEPWISE = "strategy IN ('canary', 'ab')";

  private final Database database;
  private final int fewestContributors;
  private final Query query;
  private final List<Period> periods;
  private final KnownServices known;
  private final Map<Group, List<PracticeTally>> tallies = new TreeMap<>(Group.ORDER);

  /**
   * No tallies yet.
   *
   * @param periods without gaps, oldest first
   */
  PracticeTallies(Database database, int fewestContributors, Query query, List<Period> periods) {
    this.database = requireNonNull(database);
    this.fewestContributors = fewestContributors;
    this.query = requireNonNull(query);
    this.periods = List.copyOf(periods);
    this.known = KnownServices.load(database);
  }

  /**
   * The tallies of each group that is known, or has rows; one for each period.
   *
   * @param withFirsts whether first deployments are asked for; they are those of the whole query,
   *     in its only period
   */
  Map<Group, List<PracticeTally>> all(boolean withFirsts) {
    for (Group group : known.groups(query.period(), query.filter(), query.grouping())) {
      of(group);
    }
    if (query.grouping().isEmpty()) {
      of(new Group(List.of()));
    }
    addRuns();
    addMerges();
    addDeployments();
    addDeploymentsAfterRuns();
    addFlags();
    if (withFirsts) {
      var beginnings = new Beginnings(database);
      Instant from = query.period().from();
      Instant to = query.period().to();
      addFirsts(
          "contributor",
          "contributor IS NOT NULL AND NOT bot",
          beginnings.contributors(from, to),
          PracticeTally::addContributor);
      addFirsts("service", "true", beginnings.services(from, to), PracticeTally::addService);
    }
    if (isStrategyKnown()) {
      tallies.values().forEach(all -> all.forEach(PracticeTally::setStrategyKnown));
    }
    return tallies;
  }

  private void addRuns() {
    Catalog catalog = known.catalog();
    Filter filter = query.filter();
    database.forEach(
        "practices-ci",
        Sql.of(
                """
                SELECT service, repository, %2$s AS of_request, groupArray(assumeNotNull(%1$s)),
                  groupArray(toInt64(multiIf(%3$s, 1, %4$s, 0, -1))),
                  groupArray(ifNull(duration, -1))
                FROM ("""
                    .formatted(millis("finished_at"), OF_REQUEST, SUCCEEDED, FAILED))
            .then(
                RUNS.select(
                    database,
                    List.of(
                        "service", "repository", "trigger", "finished_at", "outcome", "duration"),
                    times(),
                    Sql.all(
                        List.of(
                            within("finished_at"),
                            // A pull request from a fork's main branch is none of the default one.
                            Sql.of("(default_branch OR %s)".formatted(OF_REQUEST))))))
            .then(")")
            .then("GROUP BY service, repository, of_request"),
        row -> {
          String service = row.getString(1);
          String repository = row.getString(2);
          Place place = row.getBoolean(3) ? Place.PULL_REQUEST : Place.DEFAULT_BRANCH;
          if (!filter.wantsRepository(repository)) {
            return;
          }
          long[] times = Column.longs(row, 4);
          long[] outcomes = Column.longs(row, 5);
          double[] durations = Column.doubles(row, 6);
          // One owner has most runs of a repository: whose they are is asked once for each owner.
          long[] changes = catalog.changesOfRuns(service, repository);
          Map<Integer, List<PracticeTally>> byOwner = new HashMap<>();
          for (int i = 0; i < times.length; i++) {
            Instant time = Instant.ofEpochMilli(times[i]);
            List<PracticeTally> tally =
                byOwner.computeIfAbsent(
                    placeIn(changes, times[i]),
                    added -> ofOwner(catalog.ofRun(service, repository, time), repository));
            if (!tally.isEmpty()) {
              tally
                  .get(periodAt(times[i]))
                  .addRun(
                      place,
                      outcomes[i] < 0 ? Optional.empty() : Optional.of(outcomes[i] == 1),
                      durations[i] < 0 ? Optional.empty() : Optional.of(durations[i]));
            }
          }
        });
  }

  /** The tallies of the group of an owner; none if the filter does not want it. */
  private List<PracticeTally> ofOwner(Catalog.Owner owner, String repository) {
    Filter filter = query.filter();
    return filter.wantsService(owner.service())
            && filter.wantsTeam(owner.team())
            && filter.wantsGoldenPath(owner.goldenPath())
        ? of(group(owner, repository))
        : List.of();
  }

  /** How many of the sorted {@code changes} are at or before {@code time}. */
  private static int placeIn(long[] changes, long time) {
    int found = Arrays.binarySearch(changes, time);
    return found >= 0 ? found + 1 : -found - 1;
  }

  private void addMerges() {
    String ofRequest = "pull_request IS NOT NULL";
    int first = query.grouping().size() + 2;
    List<String> columns =
        new ArrayList<>(
            List.of(
                "merged_at",
                "deployed_at",
                "started_at",
                "start_method",
                "pull_request",
                "pickup",
                "review"));
    Sql merges = merges(columns);
    database.forEach(
        "practices-merges",
        Sql.of(
                """
                SELECT %1$speriod, merges, %2$s, %3$s, %4$s
                FROM (
                  SELECT %1$s%5$s AS period, %6$s, %7$s, %8$s,"""
                    .formatted(
                        names(),
                        MedianWindows.selected("age"),
                        MedianWindows.selected("pickup"),
                        MedianWindows.selected("review"),
                        period("merged_at"),
                        MedianWindows.columns(
                            """
                            groupArrayIf(assumeNotNull((%s - %s) / 1000), %s
                              AND start_method = 'commit' AND started_at <= merged_at)"""
                                .formatted(millis("merged_at"), millis("started_at"), ofRequest),
                            "age"),
                        MedianWindows.columns(reviewed("pickup", ofRequest), "pickup"),
                        MedianWindows.columns(reviewed("review", ofRequest), "review")))
            .then(merges)
            .then(
                FactTable.CHANGES.from(
                    database,
                    query.filter(),
                    query.grouping(),
                    columns,
                    times("merged_at"),
                    within("merged_at"),
                    Sql.of("NOT bot")))
            .then("GROUP BY %speriod)".formatted(names())),
        row -> {
          int at = periodAt(row.getLong(first - 1));
          PracticeTally tally = of(group(row)).get(at);
          tally.setMerges(row.getLong(first), periods.get(at).elapsed(query.now()).days());
          tally.setPullRequests(
              MedianWindows.samples(row, first + 1),
              MedianWindows.samples(row, first + 1 + MedianWindows.COLUMNS),
              MedianWindows.samples(row, first + 1 + 2 * MedianWindows.COLUMNS));
        });
  }

  /**
   * SQL of the number of changes, each once. A change has a row for each service and environment,
   * so that only those of repositories with several can repeat: the others need no set of ids.
   *
   * @param columns takes those that it reads
   */
  private Sql merges(List<String> columns) {
    List<String> asked = query.filter().environments();
    boolean isOfAny = asked.isEmpty() || FactTable.CHANGES.isOfDeployments(database, asked);
    Set<String> shared =
        known.sharedRepositories(environment -> isOfAny || asked.contains(environment));
    if (shared.isEmpty()) {
      return Sql.of("toInt64(count()) AS merges");
    }
    columns.addAll(List.of("id", "repository"));
    if (shared.size() > MOST_VALUES) {
      return Sql.of("toInt64(uniqExact(id)) AS merges");
    }
    List<Object> names = List.copyOf(shared);
    return new Sql("toInt64(countIf(repository NOT IN (%s))".formatted(Sql.marks(names)), names)
        .then(
            new Sql(
                "+ uniqExactIf(id, repository IN (%s))) AS merges".formatted(Sql.marks(names)),
                names));
  }

  private static String reviewed(String stage, String ofRequest) {
    return "groupArrayIf(assumeNotNull(%1$s), %1$s IS NOT NULL AND %2$s)"
        .formatted(stage, ofRequest);
  }

  private void addDeployments() {
    int first = query.grouping().size() + 2;
    database.forEach(
        "practices-deployments",
        Sql.of(
                """
                SELECT %1$speriod, deployments, canaries, %2$s
                FROM (
                  SELECT %1$s%3$s AS period, toInt64(count()) AS deployments,
                    toInt64(countIf(ifNull(%4$s, false))) AS canaries, %5$s"""
                    .formatted(
                        names(),
                        MedianWindows.selected("batch"),
                        period("finished_at"),
                        STEPWISE,
                        MedianWindows.columns(
                            """
                            groupArrayIf(toFloat64(assumeNotNull(changes)), kind = 'forward'
                              AND changes IS NOT NULL)""",
                            "batch")))
            .then(
                FactTable.DEPLOYMENTS.from(
                    database,
                    query.filter(),
                    query.grouping(),
                    List.of("finished_at", "strategy", "changes", "kind"),
                    times(),
                    within("finished_at"),
                    Sql.of("counted")))
            .then("GROUP BY %speriod)".formatted(names())),
        row ->
            of(group(row), row.getLong(first - 1))
                .setDeployments(
                    MedianWindows.samples(row, first + 2),
                    row.getLong(first),
                    row.getLong(first + 1)));
  }

  /**
   * A deployment is on red if any workflow's last run on its commit, before it, had failed. The
   * runs are many more than the deployments, so that these are what ClickHouse holds in memory.
   */
  private void addDeploymentsAfterRuns() {
    int first = query.grouping().size() + 2;
    database.forEach(
        "practices-deployments-after-runs",
        Sql.of(
                """
                SELECT %1$speriod, toInt64(count()), toInt64(countIf(red))
                FROM (
                  SELECT %2$speriod, id, max(last_failed) AS red
                  FROM (
                    SELECT %2$speriod, id, workflow, argMax(has_failed, ended) AS last_failed
                    FROM (
                      SELECT assumeNotNull(repository) AS of_repository,
                        assumeNotNull(sha) AS commit, ifNull(workflow, '') AS workflow,
                        assumeNotNull(%3$s) AS ended, ifNull(%4$s, false) AS has_failed
                      FROM ("""
                    .formatted(names(), namesAndService(), millis("finished_at"), FAILED))
            .then(runsOfDefaultBranch())
            .then(
                """
                    )) AS run
                    INNER JOIN (
                      SELECT %1$s%2$s AS period, id, assumeNotNull(repository) AS of_repository,
                        assumeNotNull(sha) AS commit, assumeNotNull(%3$s) AS began"""
                    .formatted(
                        namesAndService(),
                        period("finished_at"),
                        millis("coalesce(started_at, finished_at)")))
            .then(
                FactTable.DEPLOYMENTS.from(
                    database,
                    query.filter(),
                    query.grouping(),
                    List.of("id", "repository", "sha", "finished_at", "started_at"),
                    times(),
                    within("finished_at"),
                    Sql.of("counted AND sha IS NOT NULL AND repository IS NOT NULL")))
            .then(
                """
                    ) AS deployment USING (of_repository, commit)
                    WHERE ended <= began
                    GROUP BY %2$speriod, id, workflow
                  )
                  GROUP BY %2$speriod, id
                )
                GROUP BY %1$speriod"""
                    .formatted(names(), namesAndService())),
        row ->
            of(group(row), row.getLong(first - 1))
                .setDeploymentsAfterRuns(row.getLong(first), row.getLong(first + 1)));
  }

  /** Runs of which one may decide whether a deployment of the period is on red. */
  private Sql runsOfDefaultBranch() {
    long first = query.period().from().toEpochMilli() - LONGEST_WAIT;
    long end = query.period().to().toEpochMilli();
    return RUNS.select(
        database,
        List.of("repository", "sha", "workflow", "finished_at", "outcome"),
        FactTable.times(first, end),
        Sql.all(
            List.of(
                TalliesQuery.between("finished_at", first, end),
                Sql.of("default_branch AND sha IS NOT NULL AND repository IS NOT NULL"),
                Sql.of("(%s OR %s)".formatted(FAILED, SUCCEEDED)))));
  }

  /** Flags that were turned on, in the environments that are asked for. */
  private void addFlags() {
    Filter filter = query.filter();
    Set<String> environments = known.environmentNames(filter);
    if (!filter.repositories().isEmpty()) {
      return;
    }
    database.forEach(
        "practices-flags",
        Sql.of(
                "SELECT %s, ifNull(service, ''), lower(ifNull(project, '')), environments FROM %s.flags FINAL WHERE action = 'turned-on' AND"
                    .formatted(millis("occurred_at"), database.common()))
            .then(within("occurred_at")),
        row -> {
          List<String> names = Column.texts(row, 4);
          boolean isWanted =
              filter.environments().isEmpty()
                  || names.isEmpty()
                  || names.stream().anyMatch(environments::contains);
          Instant time = Column.time(row, 1);
          Catalog.Owner owner = known.catalog().ofFlag(row.getString(2), row.getString(3), time);
          List<PracticeTally> tally = isWanted ? ofOwner(owner, null) : List.of();
          if (!tally.isEmpty()) {
            tally.get(periodAt(time.toEpochMilli())).addFlags(1);
          }
        });
  }

  /** Whether anybody has ever stated how traffic is shifted. */
  private boolean isStrategyKnown() {
    List<Long> found = new ArrayList<>();
    database.forEach(
        "practices-strategy-known",
        Sql.of("SELECT toInt64(count()) FROM (SELECT 1 FROM (")
            .then(
                FactTable.DEPLOYMENTS
                    .newest()
                    .select(
                        database,
                        List.of("strategy"),
                        FactTable.anyTime(),
                        Sql.of("strategy IS NOT NULL")))
            .then(
                ") LIMIT 1 UNION ALL SELECT 1 FROM (SELECT flag FROM %s.flags FINAL LIMIT 1))"
                    .formatted(database.common())),
        row -> found.add(row.getLong(1)));
    return found.get(0) > 0;
  }

  /**
   * Each beginning is of the groups that its first change is of, once in each.
   *
   * @param among SQL of the changes that {@code beginnings} are the first of
   */
  private void addFirsts(
      String key,
      String among,
      Map<String, Beginning> beginnings,
      BiConsumer<PracticeTally, First> add) {
    if (beginnings.isEmpty()) {
      return;
    }
    Map<Group, Set<String>> counted = new HashMap<>();
    int first = query.grouping().size() + 1;
    database.forEach(
        "practices-firsts-by-" + key,
        Sql.of("SELECT %s%s, %s".formatted(names(), key, Beginnings.SEEN))
            .then(
                FactTable.CHANGES.from(
                    database,
                    query.filter(),
                    query.grouping(),
                    List.of("contributor", "seen_at"),
                    times("seen_at"),
                    Sql.of(
                        "%1$s >= ? AND %1$s < ?".formatted(Beginnings.SEEN),
                        query.period().from().toEpochMilli(),
                        query.period().to().toEpochMilli()),
                    // Few of the changes of a period are first ones.
                    firstsAmong(key, among, beginnings.values()))),
        row -> {
          String of = row.getString(first);
          Beginning beginning = beginnings.get(of);
          if (beginning != null && beginning.first() == row.getLong(first + 1)) {
            Group group = group(row);
            if (counted.computeIfAbsent(group, added -> new HashSet<>()).add(of)) {
              add.accept(of(group).get(0), beginning.until(query.now()));
            }
          }
        });
  }

  /** Holds for the first changes, and for few others. */
  private Sql firstsAmong(String key, String among, Collection<Beginning> beginnings) {
    List<Object> times =
        beginnings.stream().map(Beginning::first).distinct().map(Object.class::cast).toList();
    List<String> services = beginnings.stream().map(Beginning::service).distinct().toList();
    if (times.size() + services.size() > MOST_VALUES) {
      return Sql.of(
              "(ifNull(%1$s, ''), %2$s) IN (SELECT ifNull(%1$s, ''), min(%2$s) FROM ("
                  .formatted(key, Beginnings.SEEN))
          .then(
              FactTable.CHANGES
                  .newest()
                  .select(
                      database,
                      List.of(key, "seen_at"),
                      FactTable.anyTime(),
                      Sql.of("%s AND seen_at IS NOT NULL".formatted(among))))
          .then(") GROUP BY %s)".formatted(key));
    }
    Sql ofTimes = new Sql("%s IN (%s)".formatted(Beginnings.SEEN, Sql.marks(times)), times);
    return key.equals("service") ? Sql.all(List.of(ofTimes, Sql.in("service", services))) : ofTimes;
  }

  private List<PracticeTally> of(Group group) {
    return tallies.computeIfAbsent(
        group,
        added -> periods.stream().map(period -> new PracticeTally(fewestContributors)).toList());
  }

  private PracticeTally of(Group group, long time) {
    return of(group).get(periodAt(time));
  }

  /** The period that a time is in, which is in one of them. */
  private int periodAt(long time) {
    int at = 0;
    while (at + 1 < periods.size() && periods.get(at + 1).from().toEpochMilli() <= time) {
      at++;
    }
    return at;
  }

  /** Limits of the times of facts of the query's period. */
  private Sql times() {
    return times("fact_time");
  }

  private Sql times(String column) {
    return FactTable.times(
        column, query.period().from().toEpochMilli(), query.period().to().toEpochMilli());
  }

  private Sql within(String column) {
    return TalliesQuery.between(
        column, query.period().from().toEpochMilli(), query.period().to().toEpochMilli());
  }

  /** SQL of the start of the period that a time is in. */
  private String period(String column) {
    return periods.stream()
        .map(period -> Long.toString(period.from().toEpochMilli()))
        .collect(
            Collectors.joining(
                ", ", "toInt64(roundDown(assumeNotNull(%s), [".formatted(millis(column)), "]))"));
  }

  /** The dimensions, each with a comma behind it. */
  private String names() {
    return query.grouping().stream()
        .map(dimension -> dimension.column() + ", ")
        .collect(Collectors.joining());
  }

  private String namesAndService() {
    return query.grouping().contains(Dimension.SERVICE) ? names() : names() + "service, ";
  }

  /** The group of a CI run or flag, which is of no environment. */
  private Group group(Catalog.Owner owner, String repository) {
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

  /** The group in the first columns of a row. */
  private Group group(ResultSet row) throws SQLException {
    List<String> values = new ArrayList<>();
    for (int i = 1; i <= query.grouping().size(); i++) {
      values.add(row.getString(i));
    }
    return new Group(values);
  }
}
