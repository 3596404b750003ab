package dev.dorado.api.queries;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.api.Filter;
import dev.dorado.api.Query;
import dev.dorado.api.metrics.MetricName;
import dev.dorado.server.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What was revised since a time, of the facts that the numbers of a period rest on: what each fact
 * was known to be then, and what it is known to be now. A fact that was revised several times is
 * one item; one that is again what it was is none.
 */
public final class RevisionsQuery {

  /** Why a fact was revised, as far as it is known. */
  public enum Cause {
    /** A correction was made, or taken back. */
    CORRECTION,
    /** Another generation of facts answers: rules, settings or translations changed. */
    REPROCESSING,
    /** Events came later, or were deleted. */
    EVENTS;

    /** The name in answers. */
    public String json() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int KEY_LENGTH = 2;
  private static final String REFRESH = "revisions_refresh";

  /** A change in these decides whether, when and where a deployment counts. */
  private static final Set<String> OF_ALL =
      Set.of("finished_at", "environment", "status", "counted", "excluded");

  private static final Set<MetricName> OF_DEPLOYMENTS =
      Set.of(
          MetricName.DEPLOYMENT_FREQUENCY,
          MetricName.CHANGE_FAIL_RATE,
          MetricName.DEPLOYMENT_REWORK_RATE,
          MetricName.ROLLOUT_SUCCESS_RATE);
  private static final Set<MetricName> OF_CHANGES =
      Set.of(MetricName.CHANGE_LEAD_TIME, MetricName.CHANGE_REWORK_RATE);

  private final Database database;

  /** The query. */
  public RevisionsQuery(Database database) {
    this.database = requireNonNull(database);
  }

  /**
   * A page of them, the latest first, with how many there are.
   *
   * @param since what was known then is compared with what is known now
   */
  public Map<String, Object> answer(Query query, Instant since) {
    Recorded recorded = recorded();
    Instant from =
        recorded.from() == null || since.isAfter(recorded.from()) ? since : recorded.from();
    Sql revised = revised(query, from);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("from", query.period().from());
    json.put("to", query.period().to());
    json.put("since", since);
    json.put("recorded_from", recorded.from());
    json.put("recorded_until", recorded.until());
    json.put("total", total(revised));
    json.putAll(page(query, revised).json());
    return json;
  }

  /**
   * @param from what was known before then is unknown; null if nothing was recorded yet
   * @param until when ClickHouse looked last; null if it does not say
   */
  private record Recorded(Instant from, Instant until) {}

  private Recorded recorded() {
    List<Recorded> found =
        database.rows(
            "revisions-recorded",
            Sql.of(
                """
                SELECT
                  (SELECT if(count() = 0, NULL, toUnixTimestamp64Milli(min(seen_at)))
                    FROM %1$s.revisions),
                  (SELECT max(1000 * toInt64(toUnixTimestamp(last_success_time)))
                    FROM system.view_refreshes WHERE database = '%1$s' AND view = '%2$s')"""
                    .formatted(database.common(), REFRESH)),
            row -> new Recorded(Column.time(row, 1), positive(Column.time(row, 2))));
    return found.get(0);
  }

  private static Instant positive(Instant time) {
    return time == null || time.equals(Instant.EPOCH) ? null : time;
  }

  private long total(Sql revised) {
    return database
        .rows("revisions", Sql.of("SELECT count()").then(revised), row -> row.getLong(1))
        .get(0);
  }

  /** FROM and WHERE of the facts that are not what they were. */
  private Sql revised(Query query, Instant since) {
    Filter filter = query.filter();
    List<Sql> ofRow = new ArrayList<>();
    ofRow.add(Sql.of("seen_at > fromUnixTimestamp64Milli(?, 'UTC')", since.toEpochMilli()));
    if (!filter.services().isEmpty()) {
      ofRow.add(Sql.in("service", filter.services()));
    }
    if (!filter.repositories().isEmpty()) {
      ofRow.add(FactTable.ofRepositories(filter.repositories()));
    }
    List<Sql> ofFact = new ArrayList<>();
    ofFact.add(countedBefore(since));
    ofFact.add(inPeriod(query));
    if (!filter.environments().isEmpty()) {
      ofFact.add(
          new Sql(
              "hasAny(environments, [" + Sql.marks(filter.environments()) + "])",
              List.copyOf(filter.environments())));
    }
    Sql facts =
        Sql.of(
                """
                SELECT *, coalesce(counted_at, counted_at_before) AS fact_time FROM (
                  SELECT kind, row_key, service, id, repository, revised_at, environments,
                    newest.1 AS counted_at, known.1 AS counted_at_before,
                    newest.2 AS recovered_at, known.2 AS recovered_at_before,
                    newest.3 AS state, known.3 AS state_before,
                    newest.4 AS corrections, known.4 AS corrections_before,
                    newest.5 AS generation, known.5 AS generation_before
                  FROM (
                    SELECT kind, row_key, any(row.service) AS service, any(row.id) AS id,
                      any(row.repository) AS repository, max(seen_at) AS revised_at,
                      groupUniqArrayArray(arrayConcat(row.environments, environments_before))
                        AS environments,
                      argMax((counted_at, recovered_at, state, corrections, generation), seen_at)
                        AS newest,
                      argMin((counted_at_before, recovered_at_before, state_before,
                        corrections_before, generation_before), seen_at) AS known
                    FROM (SELECT * FROM %s.revisions WHERE"""
                    .formatted(database.common()))
            .then(Sql.all(ofRow))
            .then(") AS row GROUP BY kind, row_key)) WHERE")
            .then(Sql.all(ofFact));
    return FactTable.withCatalog(database.name(), filter, facts);
  }

  /**
   * What is different decided a number that could be asked for at that time: later deployments,
   * changes and recoveries did not.
   */
  private static Sql countedBefore(Instant since) {
    return Sql.of(
        """
        (state != state_before
            AND least(ifNull(counted_at, counted_at_before), ifNull(counted_at_before, counted_at))
              < fromUnixTimestamp64Milli(?, 'UTC')
          OR toString(tuple(recovered_at)) != toString(tuple(recovered_at_before))
            AND least(ifNull(recovered_at, recovered_at_before),
              ifNull(recovered_at_before, recovered_at)) < fromUnixTimestamp64Milli(?, 'UTC'))""",
        since.toEpochMilli(),
        since.toEpochMilli());
  }

  private static Sql inPeriod(Query query) {
    List<Sql> any = new ArrayList<>();
    for (String time :
        List.of("counted_at", "counted_at_before", "recovered_at", "recovered_at_before")) {
      any.add(
          TalliesQuery.between(
              time, query.period().from().toEpochMilli(), query.period().to().toEpochMilli()));
    }
    return Sql.any(any);
  }

  private Page page(Query query, Sql revised) {
    Sql sql =
        Sql.of(
                """
                SELECT kind, service, id, team, repository, toUnixTimestamp64Milli(counted_at),
                  toUnixTimestamp64Milli(counted_at_before),
                  toUnixTimestamp64Milli(recovered_at),
                  toUnixTimestamp64Milli(recovered_at_before), state, state_before, corrections,
                  corrections_before, generation, generation_before,
                  toUnixTimestamp64Milli(revised_at), toString(row_key)""")
            .then(revised);
    if (query.cursor() != null) {
      sql =
          sql.then(
              "AND (toUnixTimestamp64Milli(revised_at), row_key) < (?, toUInt128(?))",
              query.cursor().millis(KEY_LENGTH),
              query.cursor().key().get(1));
    }
    List<Map<String, Object>> rows =
        database.rows(
            "revisions",
            sql.then("ORDER BY revised_at DESC, row_key DESC LIMIT ?", query.limit() + 1),
            RevisionsQuery::item);
    Page page = Page.byTime(rows, query.limit(), "seen_at", "row_key");
    page.items().forEach(item -> item.remove("row_key"));
    return page;
  }

  private static Map<String, Object> item(ResultSet row) throws SQLException {
    boolean isDeployment = row.getString(1).equals("deployment");
    Map<String, Object> after = state(row.getString(10), isDeployment, Column.time(row, 8));
    Map<String, Object> before = state(row.getString(11), isDeployment, Column.time(row, 9));
    List<String> corrections = Column.texts(row, 12);
    List<String> correctionsBefore = Column.texts(row, 13);
    boolean isAnotherGeneration =
        row.getLong(14) > 0 && row.getLong(15) > 0 && row.getLong(14) != row.getLong(15);
    List<Map<String, Object>> differences = differences(before, after);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", row.getString(1));
    json.put("id", row.getString(3));
    json.put("service", row.getString(2));
    json.put("team", row.getString(4));
    json.put("repository", row.getString(5));
    json.put("time", Column.time(row, after.isEmpty() ? 7 : 6));
    json.put("revision", before.isEmpty() ? "added" : after.isEmpty() ? "removed" : "changed");
    json.put("seen_at", Column.time(row, 16));
    Cause cause =
        !Set.copyOf(corrections).equals(Set.copyOf(correctionsBefore))
            ? Cause.CORRECTION
            : isAnotherGeneration ? Cause.REPROCESSING : Cause.EVENTS;
    json.put("cause", cause.json());
    json.put("corrections", cause == Cause.CORRECTION ? corrections : List.of());
    json.put(
        "metrics",
        metrics(isDeployment, before, after, differences).stream().map(MetricName::json).toList());
    json.put("differences", differences);
    json.put("row_key", row.getString(17));
    return json;
  }

  /** The values of a state by their names; none if the fact did not count. */
  private static Map<String, Object> state(String state, boolean isDeployment, Instant recovered) {
    Map<String, Object> values = new LinkedHashMap<>();
    if (!state.isEmpty()) {
      object(state)
          .fields()
          .forEachRemaining(
              field -> values.put(field.getKey(), value(field.getKey(), field.getValue())));
      if (isDeployment) {
        values.put("recovered_at", recovered);
      }
    }
    return values;
  }

  private static JsonNode object(String state) {
    try {
      return Json.MAPPER.readTree(state);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the state of a revision is no JSON: " + state, e);
    }
  }

  private static Object value(String name, JsonNode value) {
    if (value.isNull()) {
      return null;
    }
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    if (value.isNumber()) {
      return value.doubleValue();
    }
    return name.endsWith("_at")
        ? LocalDateTime.parse(value.textValue().replace(' ', 'T')).toInstant(ZoneOffset.UTC)
        : value.textValue();
  }

  private static List<Map<String, Object>> differences(
      Map<String, Object> before, Map<String, Object> after) {
    Set<String> names = new LinkedHashSet<>(after.keySet());
    names.addAll(before.keySet());
    boolean isBoth = !before.isEmpty() && !after.isEmpty();
    List<Map<String, Object>> differences = new ArrayList<>();
    for (String name : names) {
      // A value that one of two states lacks was not recorded yet: nothing is known of it.
      boolean isKnown = !isBoth || (before.containsKey(name) && after.containsKey(name));
      if (isKnown && !Objects.equals(before.get(name), after.get(name))) {
        Map<String, Object> difference = new LinkedHashMap<>();
        difference.put("field", name);
        difference.put("before", before.get(name));
        difference.put("after", after.get(name));
        differences.add(difference);
      }
    }
    return differences;
  }

  /** The metrics that depend on what is different. */
  private static Set<MetricName> metrics(
      boolean isDeployment,
      Map<String, Object> before,
      Map<String, Object> after,
      List<Map<String, Object>> differences) {
    Set<MetricName> metrics = EnumSet.noneOf(MetricName.class);
    boolean isBoth = !before.isEmpty() && !after.isEmpty();
    boolean hasFailed = isTrue(before, "failed") || isTrue(after, "failed");
    if (!isBoth) {
      metrics.addAll(isDeployment ? OF_DEPLOYMENTS : OF_CHANGES);
    }
    for (Map<String, Object> difference : differences) {
      String field = difference.get("field").toString();
      if (isDeployment) {
        switch (field) {
          case "failed" -> metrics.add(MetricName.CHANGE_FAIL_RATE);
          case "rework", "rework_probable" -> metrics.add(MetricName.DEPLOYMENT_REWORK_RATE);
          default -> metrics.addAll(OF_ALL.contains(field) ? OF_DEPLOYMENTS : Set.of());
        }
        if (hasFailed && (field.equals("failed") || isOfRecovery(field))) {
          metrics.add(MetricName.FAILED_DEPLOYMENT_RECOVERY_TIME);
        }
      } else if (field.equals("reactive")) {
        metrics.add(MetricName.CHANGE_REWORK_RATE);
      } else if (field.equals("deployed_at") || field.equals("environment")) {
        metrics.addAll(OF_CHANGES);
      } else {
        metrics.add(MetricName.CHANGE_LEAD_TIME);
      }
    }
    return metrics;
  }

  private static boolean isOfRecovery(String field) {
    return Set.of("impact_started_at", "recovered_at", "finished_at").contains(field);
  }

  private static boolean isTrue(Map<String, Object> state, String name) {
    return Boolean.TRUE.equals(state.get(name));
  }
}
