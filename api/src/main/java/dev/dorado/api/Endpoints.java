package dev.dorado.api;

import static dev.dorado.api.Parameters.COMMON;
import static dev.dorado.api.Parameters.PERIOD;
import static dev.dorado.api.Parameters.SERVICE;
import static dev.dorado.api.Parameters.concat;

import dev.dorado.api.metrics.Benchmarks;
import dev.dorado.api.queries.ChangesQuery;
import dev.dorado.api.queries.Database;
import dev.dorado.api.queries.DeploymentsQuery;
import dev.dorado.api.queries.EnvironmentsQuery;
import dev.dorado.api.queries.IncidentsQuery;
import dev.dorado.api.queries.IngestQuery;
import dev.dorado.api.queries.SeriesQuery;
import dev.dorado.api.queries.ServicesQuery;
import dev.dorado.api.queries.SummaryQuery;
import dev.dorado.api.queries.TeamsQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All questions that can be asked. Routes, checks and the OpenAPI document come from this list. */
final class Endpoints {

  private static final int DAYS = 90;
  private static final int DAYS_OF_INGEST = 7;

  private final Duration proximityWindow;

  /**
   * @param proximityWindow of facts of which it is not known under which they were computed
   */
  Endpoints(Duration proximityWindow) {
    this.proximityWindow = proximityWindow;
  }

  List<Endpoint> all() {
    List<Endpoint> all = new ArrayList<>(metrics());
    all.addAll(facts());
    all.addAll(organisation());
    all.add(
        new Endpoint(
            "/ingest",
            "What arrived from each sender, what was refused, and what could not be linked",
            PERIOD,
            Schemas.INGEST,
            (request, database) ->
                Answer.ofOne(new IngestQuery(database).answer(request.query(DAYS_OF_INGEST)))));
    return all;
  }

  private List<Endpoint> metrics() {
    return List.of(
        new Endpoint(
            "/summary",
            "The metrics of a period, each with n, interval, tier and the period before",
            concat(COMMON, List.of(Parameters.BENCHMARK)),
            Schemas.SUMMARY,
            (request, database) -> {
              Query query = query(request);
              return ofSummary(
                  query,
                  new SummaryQuery(database, window(database)).answer(query, benchmarks(request)));
            }),
        new Endpoint(
            "/series",
            "The metrics over time: a flat row for each bucket and group",
            concat(COMMON, List.of(Parameters.BENCHMARK)),
            Schemas.array(Schemas.SERIES_ROW, "By time, then by group."),
            (request, database) -> {
              Query query = query(request);
              List<Map<String, Object>> rows =
                  new SeriesQuery(database, window(database)).answer(query);
              return Answer.ofRows(rows, seriesHead(query), rows);
            }));
  }

  private List<Endpoint> facts() {
    return List.of(
        new Endpoint(
            "/deployments",
            "Deployments by finished_at, newest first, each with the rule that decided it",
            concat(COMMON, List.of(Parameters.STATUS, Parameters.BY)),
            Schemas.page(Schemas.DEPLOYMENT),
            (request, database) ->
                Answer.ofPage(
                    new DeploymentsQuery(database)
                        .page(query(request), status(request), time(request)),
                    Schemas.DEPLOYMENT)),
        new Endpoint(
            "/deployments/{id}",
            "A deployment with what it shipped and the incidents that are linked to it",
            List.of(SERVICE),
            Schemas.DEPLOYMENT_WITH_LINKS,
            (request, database) ->
                Answer.ofOne(
                    new DeploymentsQuery(database).one(request.id(), request.all(SERVICE)))),
        new Endpoint(
            "/changes",
            "Changes by deployed_at, newest first",
            concat(COMMON, List.of(Parameters.SHIPPED)),
            Schemas.page(Schemas.CHANGE),
            (request, database) ->
                Answer.ofPage(
                    new ChangesQuery(database).page(query(request), shipped(request)),
                    Schemas.CHANGE)),
        new Endpoint(
            "/changes/{id}",
            "A change in each service and environment that it belongs to",
            List.of(SERVICE),
            Schemas.CHANGE_WITH_ROWS,
            (request, database) ->
                Answer.ofOne(new ChangesQuery(database).one(request.id(), request.all(SERVICE)))),
        new Endpoint(
            "/incidents",
            "Incidents by started_at, newest first",
            COMMON,
            Schemas.page(Schemas.INCIDENT),
            (request, database) ->
                Answer.ofPage(new IncidentsQuery(database).page(query(request)), Schemas.INCIDENT)),
        new Endpoint(
            "/incidents/{id}",
            "An incident with the deployment that it is linked to",
            List.of(SERVICE),
            Schemas.INCIDENT_WITH_DEPLOYMENT,
            (request, database) ->
                Answer.ofOne(
                    new IncidentsQuery(database).one(request.id(), request.all(SERVICE)))));
  }

  private List<Endpoint> organisation() {
    return List.of(
        new Endpoint(
            "/services",
            "The services that there are, with owner and deployments of the period",
            COMMON,
            Schemas.page(Schemas.SERVICE),
            (request, database) ->
                Answer.ofPage(new ServicesQuery(database).page(query(request)), Schemas.SERVICE)),
        new Endpoint(
            "/services/{id}",
            "A service with what the catalog has said of it",
            concat(PERIOD, List.of(Parameters.ENVIRONMENT)),
            Schemas.SERVICE_WITH_CATALOG,
            (request, database) ->
                Answer.ofOne(new ServicesQuery(database).one(request.id(), query(request)))),
        new Endpoint(
            "/teams",
            "The teams that own services in the period",
            COMMON,
            Schemas.page(Schemas.TEAM),
            (request, database) ->
                Answer.ofPage(new TeamsQuery(database).page(query(request)), Schemas.TEAM)),
        new Endpoint(
            "/teams/{id}",
            "A team",
            concat(PERIOD, List.of(Parameters.ENVIRONMENT)),
            Schemas.TEAM,
            (request, database) ->
                Answer.ofOne(new TeamsQuery(database).one(request.id(), query(request)))),
        new Endpoint(
            "/environments",
            "The classes of environments, with the names in each",
            COMMON,
            Schemas.page(Schemas.ENVIRONMENT),
            (request, database) ->
                Answer.ofPage(
                    new EnvironmentsQuery(database).page(inAnyEnvironment(request)),
                    Schemas.ENVIRONMENT)),
        new Endpoint(
            "/environments/{id}",
            "A class of environments, by its name or that of an environment in it",
            PERIOD,
            Schemas.ENVIRONMENT,
            (request, database) ->
                Answer.ofOne(
                    new EnvironmentsQuery(database).one(request.id(), inAnyEnvironment(request)))));
  }

  private Duration window(Database database) {
    return database.proximityWindow().orElse(proximityWindow);
  }

  private static Query query(Request request) {
    return request.query(DAYS);
  }

  private static Query inAnyEnvironment(Request request) {
    Query query = query(request);
    return request.all(Parameters.ENVIRONMENT).isEmpty() ? query.inAnyEnvironment() : query;
  }

  private static Benchmarks benchmarks(Request request) {
    return request.one(Parameters.BENCHMARK).map(Benchmarks::of).orElse(Benchmarks.DEFAULT);
  }

  private static DeploymentsQuery.Status status(Request request) {
    return switch (request.one(Parameters.STATUS).orElse("")) {
      case "succeeded" -> DeploymentsQuery.Status.SUCCEEDED;
      case "failed" -> DeploymentsQuery.Status.FAILED;
      case "all" -> DeploymentsQuery.Status.ALL;
      default -> DeploymentsQuery.Status.REACHED_USERS;
    };
  }

  private static String time(Request request) {
    // One of the accepted values, never a text of the request's own: it becomes part of the SQL.
    return Parameters.BY
        .accepted()
        .get(Math.max(0, Parameters.BY.accepted().indexOf(request.one(Parameters.BY).orElse(""))));
  }

  private static ChangesQuery.Shipped shipped(Request request) {
    return switch (request.one(Parameters.SHIPPED).orElse("true")) {
      case "false" -> ChangesQuery.Shipped.NO;
      case "all" -> ChangesQuery.Shipped.ALL;
      default -> ChangesQuery.Shipped.YES;
    };
  }

  private static Answer ofSummary(Query query, Map<String, Object> summary) {
    List<String> head = new ArrayList<>(columns(query));
    head.addAll(Schemas.flatNames(Schemas.METRICS));
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Object item : (List<?>) summary.get("groups")) {
      Map<String, Object> row = new LinkedHashMap<>();
      for (Object part : ((Map<?, ?>) item).values()) {
        ((Map<?, ?>) part).forEach((name, value) -> row.put(name.toString(), value));
      }
      rows.add(row);
    }
    return Answer.ofRows(summary, head, rows);
  }

  private static List<String> seriesHead(Query query) {
    List<String> head = Schemas.flatNames(Schemas.SERIES_ROW);
    head.addAll(head.indexOf("deployments"), columns(query));
    return head;
  }

  private static List<String> columns(Query query) {
    return query.grouping().stream().map(Dimension::column).toList();
  }
}
