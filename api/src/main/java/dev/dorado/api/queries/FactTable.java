package dev.dorado.api.queries;

import static dev.dorado.api.queries.Column.count;
import static dev.dorado.api.queries.Column.flag;
import static dev.dorado.api.queries.Column.number;
import static dev.dorado.api.queries.Column.text;
import static dev.dorado.api.queries.Column.texts;
import static dev.dorado.api.queries.Column.time;

import dev.dorado.api.Dimension;
import dev.dorado.api.Filter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The tables of facts, as they are read: the newest version of each row, with the team, tier and
 * golden path that the catalog names at the fact's time, so that a reorganisation changes no past.
 */
@SuppressWarnings("ImmutableEnumChecker") // The lists are those of List.of.
public enum FactTable {
  /** Deployments, and attempts that failed. */
  DEPLOYMENTS(
      "coalesce(finished_at, started_at, toDateTime64(0, 3, 'UTC'))",
      List.of(
          text("id", "Id: of the earliest attempt of the rollout (rule S9)."),
          text("service", "Service."),
          text("team", "Owner at that time."),
          text("tier", "The service's tier at that time."),
          text("golden_path", "Golden path that the service was on at that time."),
          text("environment", "Class of the environment."),
          texts("environments", "Names of the environments that the rollout reached."),
          text("repository", "host/owner/name."),
          text("sha", "Commit."),
          text("ref", "Ref."),
          text("version", "Version."),
          time("started_at", "Start of the first attempt."),
          time("finished_at", "Finish of the last attempt of the rollout."),
          text("status", "succeeded or failed: outcome of the rollout."),
          flag("counted", "It counts in rates and frequency (rules K2, S10)."),
          text("kind", "forward, rollback, redeploy or unknown (rule K1)."),
          text("kind_reason", "Why it is of this kind."),
          text("kind_rule", "K1, or S10 of an attempt that failed."),
          text(
              "source",
              "What tells of it (rule E4): deployment, workflow, job, release, tag, push, merge."),
          text("previous_deployment", "Id of its predecessor (K1)."),
          count("changes", "How many changes it shipped; null if its head is unknown (rule S8)."),
          text("shipping_reason", "How its head was found and compared."),
          text("shipping_rule", "S3, S5 or S8: the rule that decided what it ships."),
          flag("failed", "It failed (rule F1)."),
          text("failure_rule", "Rule that decided it: F2 to F6."),
          text("failure_method", "How the rule was applied; or who says that it did not fail."),
          text("failure_confidence", "high, medium or low."),
          texts("failure_evidence", "Ids of what made it fail."),
          texts("failure_rejected", "Candidates that were rejected, and by which rule."),
          texts("incidents", "Ids of the incidents that are linked to it."),
          time("impact_started_at", "Start of the impact (rule R1)."),
          time("recovered_at", "End of the impact; null while it is open (rule R3)."),
          text("recovery_rule", "R1 or R3."),
          text("recovery_method", "incident, rollback, revert, hotfix or next deployment."),
          texts("recovery_evidence", "Ids of the incidents or deployments that ended the impact."),
          flag("rework", "It is rework (rule W1)."),
          text("rework_rule", "W1."),
          text("rework_reason", "Why it is rework."),
          texts("rework_evidence", "Ids of what makes it rework."),
          texts("rework_rejected", "What would have made it rework, and why it does not."),
          flag("rework_probable", "It probably is rework (rule W1, last sentence)."),
          flag("excluded", "A correction excludes it: it counts nowhere and ships nothing."),
          text("excluded_reason", "The reason of that correction."),
          texts("corrections", "Ids of the corrections that concern it."),
          texts("marks", "What else a reader should know."),
          text("url", "Address for people."),
          text(
              "strategy",
              "How traffic was shifted to it, where a sender states it (rule P2): canary, ab,"
                  + " blue-green, rolling or recreate.")),
      Map.of(),
      Set.of(
          "service",
          "id",
          "environment",
          "environments",
          "repository",
          "sha",
          "fact_time",
          "started_at",
          "finished_at",
          "status",
          "source",
          "counted",
          "kind",
          "changes",
          "strategy",
          "failed",
          "failure_rule",
          "impact_started_at",
          "recovered_at",
          "rework",
          "rework_probable",
          "mature_at",
          "excluded")) {
    @Override
    Sql inEnvironments(String database, List<String> environments) {
      return Sql.any(
          List.of(
              Sql.in("environment", environments),
              new Sql(
                  "hasAny(environments, [" + Sql.marks(environments) + "])",
                  List.copyOf(environments))));
    }
  },

  /** Changes, each once for every service and environment that it belongs to. */
  CHANGES(
      "coalesce(deployed_at, merged_at, toDateTime64(0, 3, 'UTC'))",
      List.of(
          text("id", "Id: repository#number, or repository@sha."),
          text("service", "Service."),
          text("team", "Owner at that time."),
          text("tier", "The service's tier at that time."),
          text("golden_path", "Golden path that the service was on at that time."),
          text("environment", "Class of the environment that it was or is to be shipped to."),
          text("repository", "host/owner/name."),
          text("sha", "Commit; of a pull request its merge commit."),
          count("pull_request", "Number of the pull request; null of a lone commit."),
          text("title", "Title, or first line of the message."),
          text("branch", "Base branch."),
          text("url", "Address for people."),
          flag("bot", "Its author is a bot (rule E5): not in the lead time."),
          time("started_at", "First authored commit, else opening (rule L1)."),
          text("start_method", "commit or opened."),
          time("opened_at", "Pull request opened."),
          time("ready_at", "A draft until then, ready for review since (rule L2); null of others."),
          time("first_review_at", "First review by another person."),
          time("merged_at", "Merged; of a lone commit: pushed."),
          time("deployed_at", "Finish of the deployment that shipped it; null while unshipped."),
          text("deployment_id", "Deployment that shipped it."),
          text("shipping_rule", "S4 or S5; null while unshipped."),
          text("shipping_method", "How it was found to be shipped, or why it is not."),
          text("shipping_confidence", "high, medium or low."),
          number("lead_time", "Seconds (rule L1); null if unknown."),
          number("coding", "Seconds (rule L2)."),
          number("pickup", "Seconds (rule L2)."),
          number("review", "Seconds (rule L2)."),
          number("deploy", "Seconds (rule L2)."),
          flag("reactive", "It is reactive (rule W2)."),
          text("reactive_rule", "W2."),
          text("reactive_reason", "Why it is reactive."),
          texts("evidence", "Ids of what decides this row."),
          texts("rejected", "What was passed over, and by which rule."),
          texts("marks", "What else a reader should know.")),
      Map.of("seen_at", "coalesce(started_at, opened_at, merged_at)"),
      Set.of(
          "service",
          "environment",
          "repository",
          "id",
          "fact_time",
          "deployed_at",
          "merged_at",
          "started_at",
          "seen_at",
          "start_method",
          "shipping_rule",
          "pull_request",
          "contributor",
          "bot",
          "lead_time",
          "coding",
          "pickup",
          "review",
          "deploy",
          "reactive")) {
    @Override
    Sql inEnvironments(String database, List<String> environments) {
      // A change is of its deployment's class: deployments of a class that is asked for add none.
      return environmentOrDeployment(database, environments, notIn(environments));
    }

    @Override
    boolean isOfDeployments(Database database, List<String> environments) {
      return database.known().hasEnvironmentNamed(environments);
    }
  },

  /** Incidents. */
  INCIDENTS(
      "coalesce(started_at, detected_at, resolved_at, toDateTime64(0, 3, 'UTC'))",
      List.of(
          text("id", "Id."),
          text("service", "Service."),
          text("team", "Owner at that time."),
          text("tier", "The service's tier at that time."),
          text("golden_path", "Golden path that the service was on at that time."),
          text("repository", "host/owner/name."),
          text("title", "Title."),
          text("severity", "Severity, in the sender's words."),
          text("environment", "Class of the environment."),
          time(
              "started_at",
              "if(start_unknown, NULL, started_at)",
              "Start of the impact (rule E7); null if only its end was heard."),
          flag("start_unknown", "When its impact started is unknown (rules E7, R3)."),
          time(
              "heard_at",
              "started_at",
              "Start of the impact; if that is unknown, the first that was heard. Decides the"
                  + " period and the order."),
          time("detected_at", "Detection; null if it is unknown."),
          time("acknowledged_at", "Acknowledgement."),
          time("resolved_at", "Resolution; null while it is open."),
          text("deployment_id", "Deployment that it is linked to."),
          text("link_rule", "F2, F3, F4 or F6; null if no rule links it."),
          text("link_method", "How."),
          text("link_confidence", "high, medium or low."),
          texts("link_evidence", "Ids of what links it."),
          texts("link_rejected", "Candidates that were rejected, and by which rule."),
          texts("corrections", "Ids of the corrections that concern it."),
          texts("marks", "What else a reader should know."),
          text("url", "Address for people.")),
      Map.of(),
      Set.of()) {
    @Override
    Sql inEnvironments(String database, List<String> environments) {
      // The deployments of incidents of other classes: few, and found by their keys.
      return environmentOrDeployment(
          database,
          environments,
          Sql.of(
                  """
                  (service, id) IN (
                    SELECT service, assumeNotNull(deployment_id) FROM %s.incidents
                    WHERE deployment_id IS NOT NULL AND"""
                      .formatted(database))
              .then(notIn(environments))
              .then(")"));
    }

    @Override
    boolean isOfDeployments(Database database, List<String> environments) {
      return true;
    }
  };

  /** The name of the time that decides about ownership. */
  private static final String FACT_TIME = "fact_time";

  /** Milliseconds of the times that ClickHouse can hold: no fact is beyond. */
  private static final long EARLIEST = Instant.parse("1900-01-01T00:00:00Z").toEpochMilli();

  private static final long LATEST = Instant.parse("2262-04-11T00:00:00Z").toEpochMilli();

  /** Dimensions that are columns of the tables; the catalog has the rest. */
  private static final Set<String> TABLE_DIMENSIONS =
      Set.of("service", "repository", "environment");

  private final String factTime;
  private final List<Column> columns;
  private final NewestRows newest;

  /**
   * @param factTime SQL of the time that decides about ownership
   * @param computed SQL of further columns of the table's snapshot that the table lacks, by name
   * @param inSnapshot the columns that the table's snapshot has; none if there is no snapshot
   */
  FactTable(
      String factTime, List<Column> columns, Map<String, String> computed, Set<String> inSnapshot) {
    this.factTime = factTime;
    this.columns = columns;
    Map<String, String> all = new HashMap<>(computed);
    all.put("fact_time", factTime);
    this.newest = new NewestRows(table(), false, inSnapshot, all);
  }

  /** The columns of an answer, in order. */
  public List<Column> columns() {
    return columns;
  }

  String table() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * FROM and WHERE over the rows that {@code filter} asks for and {@code conditions} hold for. To
   * what is before it, the table's columns are there, and {@code team}, {@code tier} and {@code
   * golden_path}.
   */
  Sql from(String database, Filter filter, Sql... conditions) {
    return withCatalog(
        database,
        filter,
        Sql.of(
                "SELECT *, %s AS fact_time FROM %s.%s FINAL WHERE"
                    .formatted(factTime, database, table()))
            .then(ofRow(database, filter, conditions)));
  }

  /**
   * The rows of {@link #from(String, Filter, Sql...)} for what is counted: with the {@code
   * selected} columns alone, and those of {@code grouping}. They are read from the table's snapshot
   * if there is one, and the catalog is asked only if the filter or the grouping needs it.
   *
   * @param times limits of {@code fact_time} that follow from the conditions; see {@link #times}
   * @param conditions on columns of the snapshot alone
   */
  Sql from(
      Database database,
      Filter filter,
      List<Dimension> grouping,
      List<String> selected,
      Sql times,
      Sql... conditions) {
    Set<String> columns = new LinkedHashSet<>(List.of("service"));
    columns.addAll(selected);
    grouping.stream()
        .map(Dimension::column)
        .filter(TABLE_DIMENSIONS::contains)
        .forEach(columns::add);
    boolean isOfCatalog =
        isOfCatalog(filter)
            || grouping.contains(Dimension.TEAM)
            || grouping.contains(Dimension.GOLDEN_PATH);
    if (isOfCatalog) {
      columns.add(FACT_TIME);
    }
    boolean needsTable =
        !filter.environments().isEmpty() && isOfDeployments(database, filter.environments());
    Sql condition = ofRow(database, filter, List.of(conditions));
    Sql rows =
        needsTable
            ? newest.selectFinal(database, columns, condition)
            : newest.select(database, columns, times, condition);
    return isOfCatalog
        ? withCatalog(database.name(), filter, rows)
        : Sql.of("FROM (").then(rows).then(")");
  }

  /**
   * FROM and WHERE over the newest rows with all columns.
   *
   * @param keys condition on the table's key alone, which holds before versions are merged
   */
  Sql from(Database database, Filter filter, Sql keys, List<Sql> conditions) {
    return withCatalog(
        database.name(),
        filter,
        Sql.of(
                "SELECT *, %s AS fact_time FROM %s.%s FINAL PREWHERE"
                    .formatted(factTime, database.name(), table()))
            .then(keys)
            .then("WHERE")
            .then(ofRow(database, filter, conditions)));
  }

  /** As above over all versions of the rows, also of those that changed or were retracted since. */
  Sql fromVersions(Database database, Filter filter, List<Sql> conditions) {
    List<Sql> all = new ArrayList<>(conditions);
    all.add(Sql.of("row_deleted = 0"));
    Sql rows =
        Sql.of(
                "SELECT *, %s AS fact_time FROM %s.%s WHERE"
                    .formatted(factTime, database.name(), table()))
            .then(ofRow(database, filter, all));
    return isOfCatalog(filter)
        ? withCatalog(database.name(), filter, rows)
        : Sql.of("FROM (").then(rows).then(")");
  }

  /** The columns that tell rows from each other. */
  String key() {
    return this == CHANGES ? "service, environment, id" : "service, id";
  }

  private static boolean isOfCatalog(Filter filter) {
    return !filter.teams().isEmpty() || !filter.goldenPaths().isEmpty();
  }

  /** The newest rows of the table. */
  NewestRows newest() {
    return newest;
  }

  /** FROM all newest rows, with some of their columns. */
  Sql all(Database database, List<String> selected) {
    return Sql.of("FROM (")
        .then(newest.select(database, selected, anyTime(), Sql.of("true")))
        .then(")");
  }

  /**
   * Limits of {@code fact_time}, by which a snapshot is ordered: what is beyond is not read.
   *
   * @param first milliseconds since 1970
   * @param end milliseconds since 1970, exclusive
   */
  static Sql times(long first, long end) {
    return times(FACT_TIME, first, end);
  }

  /**
   * Limits of a time by which a snapshot is ordered, or of which it has an index.
   *
   * @param first milliseconds since 1970
   * @param end milliseconds since 1970, exclusive
   */
  static Sql times(String column, long first, long end) {
    return Sql.of(
        "%1$s >= fromUnixTimestamp64Milli(?, 'UTC') AND %1$s < fromUnixTimestamp64Milli(?, 'UTC')"
            .formatted(column),
        Math.max(EARLIEST, Math.min(LATEST, first)),
        Math.max(EARLIEST, Math.min(LATEST, end)));
  }

  /** No limit of {@code fact_time}. */
  static Sql anyTime() {
    return Sql.of("true");
  }

  /** FROM and WHERE over {@code rows}, which have fact_time, with what the catalog says of each. */
  static Sql withCatalog(String database, Filter filter, Sql rows) {
    return Sql.of(
            """
            FROM (
              SELECT fact.*, entry.team AS team, entry.tier AS tier,
                if(entry.golden_path_from <= fact.fact_time, entry.golden_path, NULL) AS golden_path
              FROM (""")
        .then(rows)
        .then(
            """
              ) AS fact
              ASOF LEFT JOIN (
                SELECT
                  service AS entry_service,
                  valid_from,
                  if(removed, NULL, owner) AS team,
                  if(removed, NULL, catalog.tier) AS tier,
                  if(removed, NULL, catalog.golden_path) AS golden_path,
                  coalesce(golden_path_since, valid_from) AS golden_path_from
                FROM %s.catalog AS catalog FINAL
              ) AS entry
              ON fact.service = entry.entry_service AND fact.fact_time >= entry.valid_from
            )
            WHERE"""
                .formatted(database))
        .then(Sql.all(ofCatalog(filter)));
  }

  /**
   * The conditions on a row itself. What is known of the environments and the catalog leaves out
   * what can be in no row.
   */
  private Sql ofRow(Database database, Filter filter, List<Sql> conditions) {
    List<Sql> ofRow = new ArrayList<>(conditions);
    List<String> environments = filter.environments();
    if (!filter.teams().isEmpty()) {
      Set<String> owned = database.known().ownedBy(filter.teams());
      ofRow.add(owned.isEmpty() ? Sql.of("false") : Sql.in("service", List.copyOf(owned)));
    }
    if (!environments.isEmpty()) {
      ofRow.add(
          this == DEPLOYMENTS || isOfDeployments(database, environments)
              ? inEnvironments(database.name(), environments)
              : Sql.in("environment", environments));
    }
    return ofRow(database.name(), filter.inAnyEnvironment(), ofRow.toArray(new Sql[0]));
  }

  private Sql ofRow(String database, Filter filter, Sql... conditions) {
    List<Sql> ofRow = new ArrayList<>();
    Collections.addAll(ofRow, conditions);
    if (!filter.environments().isEmpty()) {
      ofRow.add(inEnvironments(database, filter.environments()));
    }
    if (!filter.services().isEmpty()) {
      ofRow.add(Sql.in("service", filter.services()));
    }
    if (!filter.repositories().isEmpty()) {
      ofRow.add(ofRepositories(filter.repositories()));
    }
    return Sql.all(ofRow);
  }

  abstract Sql inEnvironments(String database, List<String> environments);

  /**
   * Whether the environments of a row's deployment, beside its own, decide about it: then the table
   * itself has to be read.
   */
  boolean isOfDeployments(Database database, List<String> environments) {
    return false;
  }

  private static Sql notIn(List<String> environments) {
    return new Sql(
        "environment NOT IN (" + Sql.marks(environments) + ")", List.copyOf(environments));
  }

  static Sql ofRepositories(List<String> repositories) {
    List<Object> values =
        Stream.concat(repositories.stream(), repositories.stream())
            .map(Object.class::cast)
            .toList();
    String marks = Sql.marks(repositories);
    return new Sql(
        """
        (repository IN (%s)
          OR substring(ifNull(repository, ''), position(ifNull(repository, ''), '/') + 1) IN (%s))"""
            .formatted(marks, marks),
        values);
  }

  static List<Sql> ofCatalog(Filter filter) {
    List<Sql> conditions = new ArrayList<>();
    if (!filter.teams().isEmpty()) {
      conditions.add(Sql.in("team", filter.teams()));
    }
    if (!filter.goldenPaths().isEmpty()) {
      List<Sql> anyOf = new ArrayList<>();
      if (filter.goldenPaths().contains(Filter.ON_ANY)) {
        anyOf.add(Sql.of("golden_path IS NOT NULL"));
      }
      if (filter.goldenPaths().contains(Filter.ON_NONE)) {
        anyOf.add(Sql.of("golden_path IS NULL"));
      }
      anyOf.add(Sql.in("golden_path", filter.goldenPaths()));
      conditions.add(Sql.any(anyOf));
    }
    return conditions;
  }

  // A change or incident knows the class of its environment; the names are those of its deployment.
  private static Sql environmentOrDeployment(
      String database, List<String> environments, Sql ofDeployment) {
    return Sql.any(
        List.of(
            Sql.in("environment", environments),
            Sql.of(
                    """
                    (service, ifNull(deployment_id, '')) IN (
                      SELECT service, id FROM %s.deployments FINAL
                      WHERE"""
                        .formatted(database))
                .then(
                    new Sql(
                        "hasAny(environments, [" + Sql.marks(environments) + "]) AND",
                        List.copyOf(environments)))
                .then(ofDeployment)
                .then(")")));
  }
}
