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
 * What a person who sets Dorado up has to know of each service: what its deployments are made of
 * (rule E4), what other sources would have given, what is not linked; and whose clocks are ahead.
 */
public final class DoctorQuery {

  private static final int AHEAD_SECONDS = 60;

  private final Database database;

  /** The query. */
  public DoctorQuery(Database database) {
    this.database = requireNonNull(database);
  }

  /** The answer as a JSON object. */
  public Map<String, Object> answer(Query query) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("from", query.period().from());
    answer.put("to", query.period().to());
    answer.put("services", services(query));
    answer.put("clocks", clocks(query));
    return answer;
  }

  /** The services by name, each with its sources and the candidates for others. */
  List<Map<String, Object>> services(Query query) {
    Map<String, Map<String, Object>> services = new TreeMap<>();
    KnownServices known = KnownServices.load(database);
    for (String name : known.names(query.period())) {
      addService(services, name, known, query);
    }
    addSources(services, query);
    addCandidates(services, query);
    addUncounted(services, query);
    addUnlinkedIncidents(services, query);
    return List.copyOf(services.values());
  }

  private static void addService(
      Map<String, Map<String, Object>> services, String name, KnownServices known, Query query) {
    var entry = known.catalog().at(name, query.asOf()).orElse(null);
    List<String> repositories = known.repositories(name, entry == null ? null : entry.repository());
    Map<String, Object> json = service(services, name);
    json.put("repository", repositories.isEmpty() ? null : repositories.get(0));
    json.put("in_catalog", entry != null);
    json.put("team", entry == null ? null : entry.owner());
  }

  private void addSources(Map<String, Map<String, Object>> services, Query query) {
    database.forEach(
        "doctor-sources",
        Sql.of(
                """
            SELECT service, if(source = '', 'deployment', source) AS told_by, environment, count(),
              countIf(status = 'succeeded' AND changes IS NULL),
              toUnixTimestamp64Milli(max(assumeNotNull(finished_at)))""")
            .then(
                FactTable.DEPLOYMENTS.from(
                    database,
                    Filter.ANY,
                    List.of(),
                    List.of("source", "environment", "status", "changes", "finished_at"),
                    FactTable.times(from(query), to(query)),
                    Sql.of("finished_at IS NOT NULL"),
                    TalliesQuery.between("finished_at", from(query), to(query))))
            .then(
                """
                GROUP BY service, told_by, environment
                ORDER BY service, environment, count() DESC, told_by"""),
        row -> {
          Map<String, Object> source = new LinkedHashMap<>();
          source.put("source", row.getString(2));
          source.put("environment", row.getString(3));
          source.put("deployments", row.getLong(4));
          source.put("unlinked", row.getLong(5));
          source.put("last_at", Column.time(row, 6));
          list(service(services, row.getString(1)), "sources").add(source);
        });
  }

  /**
   * By source, and by the name of a workflow or branch; a release or tag has another each time. A
   * candidate whose commit the chosen source has deployed there too gives nothing more.
   */
  private void addCandidates(Map<String, Map<String, Object>> services, Query query) {
    database.forEach(
        "doctor-candidates",
        Sql.of(
                """
            SELECT service, source, if(source IN ('release', 'tag'), NULL, name) AS called, environment,
              any(chosen_source), count(),
              countIf((service, environment, ifNull(sha, '')) NOT IN (
                SELECT service, environment, sha FROM (""")
            .then(
                FactTable.DEPLOYMENTS
                    .newest()
                    .select(
                        database,
                        List.of("service", "environment", "sha"),
                        FactTable.anyTime(),
                        Sql.of(
                            """
                            sha IS NOT NULL AND status = 'succeeded'
                              AND service IN (SELECT service FROM %s.candidates)"""
                                .formatted(database.name()))))
            .then(
                """
            ))),
              toUnixTimestamp64Milli(max(assumeNotNull(finished_at)))
            FROM %2$s.candidates FINAL
            WHERE finished_at IS NOT NULL AND %1$s >= ? AND %1$s < ? AND status = 'succeeded'
            GROUP BY service, source, called, environment
            ORDER BY service, environment, count() DESC, source, called"""
                    .formatted(millis("finished_at"), database.name()),
                from(query),
                to(query)),
        row -> {
          Map<String, Object> candidate = new LinkedHashMap<>();
          candidate.put("source", row.getString(2));
          candidate.put("name", row.getString(3));
          candidate.put("environment", row.getString(4));
          candidate.put("chosen_source", row.getString(5));
          candidate.put("count", row.getLong(6));
          candidate.put("missing", row.getLong(7));
          candidate.put("last_at", Column.time(row, 8));
          list(service(services, row.getString(1)), "candidates").add(candidate);
        });
  }

  /**
   * What was refused before it ran, and what only repeats what another attempt reports (E4, E6).
   */
  private void addUncounted(Map<String, Map<String, Object>> services, Query query) {
    database.forEach(
        "doctor-uncounted",
        Sql.of(
            """
            SELECT service, countIf(status = 'refused'), countIf(status = 'evidence')
            FROM %2$s.candidates FINAL
            WHERE finished_at IS NOT NULL AND %1$s >= ? AND %1$s < ?
              AND status IN ('refused', 'evidence')
            GROUP BY service"""
                .formatted(millis("finished_at"), database.name()),
            from(query),
            to(query)),
        row -> {
          Map<String, Object> service = service(services, row.getString(1));
          service.put("refused", row.getLong(2));
          service.put("evidence", row.getLong(3));
        });
  }

  private void addUnlinkedIncidents(Map<String, Map<String, Object>> services, Query query) {
    database.forEach(
        "doctor-incidents",
        Sql.of(
            """
            SELECT service, count()
            FROM %2$s.incidents FINAL
            WHERE link_rule IS NULL AND environment = 'production'
              AND started_at IS NOT NULL AND %1$s >= ? AND %1$s < ?
            GROUP BY service"""
                .formatted(millis("started_at"), database.name()),
            from(query),
            to(query)),
        row -> service(services, row.getString(1)).put("unlinked_incidents", row.getLong(2)));
  }

  /** A delivery that comes before what it tells of: the sender's clock, or ours, is wrong. */
  private List<Map<String, Object>> clocks(Query query) {
    return database.rows(
        "doctor-clocks",
        Sql.of(
            """
            SELECT sender, count(),
              max(dateDiff('second', received_at, assumeNotNull(occurred_at)))
            FROM %2$s.deliveries FINAL
            WHERE %1$s >= ? AND %1$s < ? AND occurred_at IS NOT NULL
              AND dateDiff('second', received_at, assumeNotNull(occurred_at)) >= %3$d
            GROUP BY sender
            ORDER BY sender"""
                .formatted(millis("received_at"), database.common(), AHEAD_SECONDS),
            from(query),
            to(query)),
        row -> {
          Map<String, Object> clock = new LinkedHashMap<>();
          clock.put("sender", row.getString(1));
          clock.put("deliveries", row.getLong(2));
          clock.put("ahead_seconds", row.getLong(3));
          return clock;
        });
  }

  private static Map<String, Object> service(
      Map<String, Map<String, Object>> services, String name) {
    return services.computeIfAbsent(
        name,
        service -> {
          Map<String, Object> json = new LinkedHashMap<>();
          json.put("id", service);
          json.put("repository", null);
          json.put("in_catalog", false);
          json.put("team", null);
          json.put("sources", new ArrayList<>());
          json.put("candidates", new ArrayList<>());
          json.put("refused", 0L);
          json.put("evidence", 0L);
          json.put("unlinked_incidents", 0L);
          return json;
        });
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Map<String, Object> service, String name) {
    return (List<Object>) service.get(name);
  }

  private static long from(Query query) {
    return query.period().from().toEpochMilli();
  }

  private static long to(Query query) {
    return query.period().to().toEpochMilli();
  }
}
