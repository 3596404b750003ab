package dev.dorado.api;

import static dev.dorado.api.Parameters.COMMON;
import static dev.dorado.api.Parameters.PERIOD;
import static dev.dorado.api.Parameters.SERVICE;
import static dev.dorado.api.Parameters.concat;

import dev.dorado.api.metrics.Benchmarks;
import dev.dorado.api.queries.ChangesQuery;
import dev.dorado.api.queries.Database;
import dev.dorado.api.queries.DeadLettersQuery;
import dev.dorado.api.queries.DeploymentsQuery;
import dev.dorado.api.queries.DoctorQuery;
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

  private final Database database;
  private final Duration proximityWindow;

  Endpoints(Database database, Duration proximityWindow) {
    this.database = database;
    this.proximityWindow = proximityWindow;
  }

  List<Endpoint> all() {
    List<Endpoint> all = new ArrayList<>(metrics());
    all.addAll(facts());
    all.addAll(organisation());
    var ingest = new IngestQuery(database);
    all.add(
        new Endpoint(
            "/ingest",
            "What arrived from each sender, what was refused, and what could not be linked",
            PERIOD,
            Schemas.INGEST,
            request -> Answer.ofOne(ingest.answer(request.query(DAYS_OF_INGEST)))));
    all.addAll(operation());
    return all;
  }

  private List<Endpoint> operation() {
    var deadLetters = new DeadLettersQuery(database);
    var doctor = new DoctorQuery(database);
    return List.of(
        new Endpoint(
            "/dead-letters",
            "Deliveries that could not be translated, and why",
            concat(PERIOD, List.of(Parameters.SENDER), Parameters.PAGING),
            OperationSchemas.DEAD_LETTERS,
            request ->
                Answer.ofOne(deadLetters.answer(query(request), request.all(Parameters.SENDER)))),
        new Endpoint(
            "/doctor",
            "What each service's deployments are made of, and what is not linked",
            PERIOD,
            OperationSchemas.DOCTOR,
            request -> Answer.ofOne(doctor.answer(query(request)))));
  }

  private List<Endpoint> metrics() {
    var summary = new SummaryQuery(database, proximityWindow);
    var series = new SeriesQuery(database, proximityWindow);
    return List.of(
        new Endpoint(
            "/summary",
            "The metrics of a period, each with n, interval, tier and the period before",
            concat(COMMON, List.of(Parameters.BENCHMARK)),
            Schemas.SUMMARY,
            request -> {
              Query query = query(request);
              return ofSummary(query, summary.answer(query, benchmarks(request)));
            }),
        new Endpoint(
            "/series",
            "The metrics over time: a flat row for each bucket and group",
            concat(COMMON, List.of(Parameters.BENCHMARK)),
            Schemas.array(Schemas.SERIES_ROW, "By time, then by group."),
            request -> {
              Query query = query(request);
              List<Map<String, Object>> rows = series.answer(query);
              return Answer.ofRows(rows, seriesHead(query), rows);
            }));
  }

  private List<Endpoint> facts() {
    var deployments = new DeploymentsQuery(database);
    var changes = new ChangesQuery(database);
    var incidents = new IncidentsQuery(database);
    return List.of(
        new Endpoint(
            "/deployments",
            "Deployments by finished_at, newest first, each with the rule that decided it",
            concat(COMMON, List.of(Parameters.STATUS, Parameters.BY)),
            Schemas.page(Schemas.DEPLOYMENT),
            request ->
                Answer.ofPage(
                    deployments.page(query(request), status(request), time(request)),
                    Schemas.DEPLOYMENT)),
        new Endpoint(
            "/deployments/{id}",
            "A deployment with what it shipped and the incidents that are linked to it",
            List.of(SERVICE),
            Schemas.DEPLOYMENT_WITH_LINKS,
            request -> Answer.ofOne(deployments.one(request.id(), request.all(SERVICE)))),
        new Endpoint(
            "/changes",
            "Changes by deployed_at, newest first",
            concat(COMMON, List.of(Parameters.SHIPPED)),
            Schemas.page(Schemas.CHANGE),
            request ->
                Answer.ofPage(changes.page(query(request), shipped(request)), Schemas.CHANGE)),
        new Endpoint(
            "/changes/{id}",
            "A change in each service and environment that it belongs to",
            List.of(SERVICE),
            Schemas.CHANGE_WITH_ROWS,
            request -> Answer.ofOne(changes.one(request.id(), request.all(SERVICE)))),
        new Endpoint(
            "/incidents",
            "Incidents by started_at, newest first",
            COMMON,
            Schemas.page(Schemas.INCIDENT),
            request -> Answer.ofPage(incidents.page(query(request)), Schemas.INCIDENT)),
        new Endpoint(
            "/incidents/{id}",
            "An incident with the deployment that it is linked to",
            List.of(SERVICE),
            Schemas.INCIDENT_WITH_DEPLOYMENT,
            request -> Answer.ofOne(incidents.one(request.id(), request.all(SERVICE)))));
  }

  private List<Endpoint> organisation() {
    var services = new ServicesQuery(database);
    var teams = new TeamsQuery(database);
    var environments = new EnvironmentsQuery(database);
    return List.of(
        new Endpoint(
            "/services",
            "The services that there are, with owner and deployments of the period",
            COMMON,
            Schemas.page(Schemas.SERVICE),
            request -> Answer.ofPage(services.page(query(request)), Schemas.SERVICE)),
        new Endpoint(
            "/services/{id}",
            "A service with what the catalog has said of it",
            concat(PERIOD, List.of(Parameters.ENVIRONMENT)),
            Schemas.SERVICE_WITH_CATALOG,
            request -> Answer.ofOne(services.one(request.id(), query(request)))),
        new Endpoint(
            "/teams",
            "The teams that own services in the period",
            COMMON,
            Schemas.page(Schemas.TEAM),
            request -> Answer.ofPage(teams.page(query(request)), Schemas.TEAM)),
        new Endpoint(
            "/teams/{id}",
            "A team",
            concat(PERIOD, List.of(Parameters.ENVIRONMENT)),
            Schemas.TEAM,
            request -> Answer.ofOne(teams.one(request.id(), query(request)))),
        new Endpoint(
            "/environments",
            "The classes of environments, with the names in each",
            COMMON,
            Schemas.page(Schemas.ENVIRONMENT),
            request ->
                Answer.ofPage(environments.page(inAnyEnvironment(request)), Schemas.ENVIRONMENT)),
        new Endpoint(
            "/environments/{id}",
            "A class of environments, by its name or that of an environment in it",
            PERIOD,
            Schemas.ENVIRONMENT,
            request -> Answer.ofOne(environments.one(request.id(), inAnyEnvironment(request)))));
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
