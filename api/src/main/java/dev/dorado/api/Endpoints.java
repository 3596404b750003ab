package dev.dorado.api;

import static dev.dorado.api.Parameters.COMMON;
import static dev.dorado.api.Parameters.PERIOD;
import static dev.dorado.api.Parameters.SERVICE;
import static dev.dorado.api.Parameters.concat;

import dev.dorado.api.digest.Digest;
import dev.dorado.api.goldenpath.Blocks;
import dev.dorado.api.goldenpath.estimate.Panel.Clustering;
import dev.dorado.api.metrics.DoraBenchmarks;
import dev.dorado.api.queries.AuditQuery;
import dev.dorado.api.queries.ChangesQuery;
import dev.dorado.api.queries.CorrectionsQuery;
import dev.dorado.api.queries.Database;
import dev.dorado.api.queries.DeadLettersQuery;
import dev.dorado.api.queries.DeploymentsQuery;
import dev.dorado.api.queries.DoctorQuery;
import dev.dorado.api.queries.EnvironmentsQuery;
import dev.dorado.api.queries.GoldenPathQuery;
import dev.dorado.api.queries.IncidentsQuery;
import dev.dorado.api.queries.IngestQuery;
import dev.dorado.api.queries.MeasurementsQuery;
import dev.dorado.api.queries.PracticesQuery;
import dev.dorado.api.queries.RejectedRecordsQuery;
import dev.dorado.api.queries.RevisionsQuery;
import dev.dorado.api.queries.SeriesQuery;
import dev.dorado.api.queries.ServicesQuery;
import dev.dorado.api.queries.TeamsQuery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** All questions that can be asked. Routes, checks and the OpenAPI document come from this list. */
final class Endpoints {

  private static final int DAYS = 90;
  private static final int DAYS_OF_INGEST = 7;
  private static final int DAYS_OF_STALE = 3650;
  private static final int DAYS_OF_GOLDEN_PATH = 26 * Blocks.DAYS;
  private static final int MOST_DAYS_OF_GOLDEN_PATH = 5 * DAYS_OF_GOLDEN_PATH;

  private final ApiSettings settings;
  private final SharedAnswers<Map<String, Object>> goldenPaths = new SharedAnswers<>();

  /**
   * @param settings the proximity window among them, of facts of which it is not known under which
   *     they were computed
   */
  Endpoints(ApiSettings settings) {
    this.settings = settings;
  }

  List<Endpoint> all() {
    List<Endpoint> all = new ArrayList<>(metrics());
    all.add(goldenPath());
    all.addAll(facts());
    all.add(digest());
    all.addAll(organisation());
    all.add(
        new Endpoint(
            "/ingest",
            "What arrived from each sender, what was refused, and what could not be linked",
            Audience.ORGANISATION,
            PERIOD,
            Schemas.INGEST,
            (request, database) ->
                Answer.ofOne(new IngestQuery(database).answer(request.query(DAYS_OF_INGEST)))));
    all.addAll(operation());
    return all;
  }

  private List<Endpoint> operation() {
    return List.of(
        new Endpoint(
            "/dead-letters",
            "Deliveries that could not be translated, and why",
            Audience.ORGANISATION,
            concat(PERIOD, List.of(Parameters.SENDER), Parameters.PAGING),
            OperationSchemas.DEAD_LETTERS,
            (request, database) ->
                Answer.ofOne(
                    new DeadLettersQuery(database)
                        .answer(query(request), request.all(Parameters.SENDER)))),
        new Endpoint(
            "/rejected",
            "Records behind ingest that could not be processed and were set aside",
            Audience.ORGANISATION,
            concat(List.of(Parameters.DISMISSED), Parameters.PAGING),
            OperationSchemas.REJECTED,
            (request, database) ->
                Answer.ofOne(
                    new RejectedRecordsQuery(database)
                        .answer(
                            query(request),
                            request
                                .one(Parameters.DISMISSED)
                                .map(Boolean::valueOf)
                                .orElse(false)))),
        new Endpoint(
            "/doctor",
            "What each service's deployments are made of, and what is not linked",
            Audience.ORGANISATION,
            PERIOD,
            OperationSchemas.DOCTOR,
            (request, database) -> Answer.ofOne(new DoctorQuery(database).answer(query(request)))),
        new Endpoint(
            "/audit",
            "Who corrected, administered and logged in, and who was refused, newest first",
            Audience.ADMINISTRATORS,
            concat(
                PERIOD, List.of(Parameters.OUTCOME), Parameters.PAGING, List.of(Parameters.FORMAT)),
            Schemas.page(OperationSchemas.AUDIT),
            (request, database) ->
                Answer.ofPage(
                    new AuditQuery(database).page(query(request), request.one(Parameters.OUTCOME)),
                    OperationSchemas.AUDIT)));
  }

  private List<Endpoint> metrics() {
    return List.of(
        new Endpoint(
            "/summary",
            "The metrics of a period, each with n, interval, tier and the period before",
            Audience.READERS,
            concat(COMMON, List.of(Parameters.BENCHMARK)),
            Schemas.SUMMARY,
            (request, database) -> {
              Query query = query(request);
              return ofGroups(
                  query,
                  settings.summary(database).answer(query, benchmarks(request)),
                  Schemas.METRICS);
            }),
        new Endpoint(
            "/practices",
            "CI, branches and batches, how long who and what is new takes to the first deployment, and what goes together with failures and rework",
            Audience.ORGANISATION,
            concat(COMMON, List.of(Parameters.PRACTICES_PART)),
            PracticeSchemas.ANSWER,
            this::practices),
        new Endpoint(
            "/measurements",
            "What was measured beside events, over time, and adoption of the golden path beside it",
            Audience.ORGANISATION,
            Parameters.OF_MEASUREMENTS,
            MeasurementSchemas.ANSWER,
            (request, database) -> {
              Query query = query(request).withGrouping(MeasurementSchemas.grouping(request));
              return MeasurementSchemas.part(
                  new MeasurementsQuery(database, settings.seriesCells())
                      .answer(query, request.all(Parameters.NAME)),
                  query.grouping(),
                  request.one(Parameters.MEASUREMENTS_PART).orElse("series"));
            }),
        new Endpoint(
            "/series",
            "The metrics over time: a flat row for each bucket and group",
            Audience.READERS,
            concat(COMMON, List.of(Parameters.BENCHMARK)),
            Schemas.array(Schemas.SERIES_ROW_OF_GROUP, "By time, then by group."),
            (request, database) -> {
              Query query = query(request);
              List<Map<String, Object>> rows =
                  new SeriesQuery(
                          database, settings.proximityWindow(database), settings.seriesCells())
                      .answer(query);
              return Answer.ofRows(rows, seriesHead(query), rows);
            }));
  }

  private Answer practices(Request request, Database database) {
    Query query = query(request);
    var practices = new PracticesQuery(database, settings.fewestContributors());
    String part = request.one(Parameters.PRACTICES_PART).orElse(PracticeSchemas.GROUPS);
    if (part.equals(PracticeSchemas.GROUPS)) {
      return ofGroups(query, practices.answer(query), PracticeSchemas.PRACTICES);
    }
    return PracticeSchemas.part(
        practices.months(
            query,
            new SeriesQuery(database, settings.proximityWindow(database), settings.seriesCells())),
        query.grouping(),
        part);
  }

  private Endpoint goldenPath() {
    return new Endpoint(
        "/golden-path",
        "Adoption of a golden path, and an estimate of what it changed",
        Audience.ORGANISATION,
        concat(
            PERIOD,
            List.of(Parameters.PATH, Parameters.CLUSTER, Parameters.PART, Parameters.FORMAT)),
        GoldenPathSchemas.ANSWER,
        (request, database) -> {
          Query query = request.query(DAYS_OF_GOLDEN_PATH);
          if (query.period().days() > MOST_DAYS_OF_GOLDEN_PATH) {
            throw Parameters.FROM.bad(
                query.period().from().toString(),
                "at most %d days before 'to'".formatted(MOST_DAYS_OF_GOLDEN_PATH));
          }
          Optional<String> path = request.one(Parameters.PATH);
          Optional<Clustering> cluster =
              request
                  .one(Parameters.CLUSTER)
                  .map(name -> Clustering.valueOf(name.toUpperCase(Locale.ROOT)));
          Instant from = query.period().from();
          Instant to = query.asOf();
          Map<String, Object> answer =
              goldenPaths.of(
                  List.of(database.name(), database.state(), from, to, path, cluster),
                  () ->
                      new GoldenPathQuery(
                              database, settings.goldenPathOutcome(), settings.fewestContributors())
                          .answer(from, to, query.now(), path, cluster));
          return GoldenPathSchemas.part(answer, request.one(Parameters.PART).orElse("effects"));
        });
  }

  private Endpoint digest() {
    return new Endpoint(
        "/digest",
        "The digest of the last whole week, as webhooks get it on Monday",
        Audience.ORGANISATION,
        List.of(Parameters.TEAM_OF_DIGEST),
        DigestSchemas.ANSWER,
        (request, database) ->
            Answer.ofOne(
                DigestSchemas.json(
                    settings.digest(
                        database,
                        Digest.last(request.now(), settings.digest().zone()),
                        request.one(Parameters.TEAM_OF_DIGEST),
                        request.now()))));
  }

  private List<Endpoint> facts() {
    return List.of(
        new Endpoint(
            "/deployments",
            "Deployments by finished_at, newest first, each with the rule that decided it",
            Audience.READERS,
            concat(
                COMMON,
                List.of(
                    Parameters.STATUS,
                    Parameters.BY,
                    Parameters.FAILED,
                    Parameters.REWORK,
                    Parameters.KIND)),
            Schemas.page(Schemas.DEPLOYMENT),
            (request, database) ->
                Answer.ofPage(
                    new DeploymentsQuery(database, settings.staleAfter())
                        .page(query(request), status(request), time(request), wishes(request)),
                    Schemas.DEPLOYMENT)),
        new Endpoint(
            "/deployments/{id}",
            "A deployment with what it shipped, its incidents, and its story: which rule decided what",
            Audience.READERS,
            List.of(SERVICE),
            Schemas.DEPLOYMENT_WITH_LINKS,
            (request, database) ->
                Answer.ofOne(
                    new DeploymentsQuery(database, settings.staleAfter())
                        .one(request.id(), request.all(SERVICE), request.now()))),
        new Endpoint(
            "/changes",
            "Changes by deployed_at, newest first",
            Audience.READERS,
            concat(COMMON, List.of(Parameters.SHIPPED, Parameters.STALE)),
            Schemas.page(Schemas.CHANGE),
            (request, database) ->
                Answer.ofPage(
                    new ChangesQuery(database, settings.staleAfter())
                        .page(ofChanges(request), shipped(request), stale(request)),
                    Schemas.CHANGE)),
        new Endpoint(
            "/changes/{id}",
            "A change in each service and environment that it belongs to, and its story",
            Audience.READERS,
            List.of(SERVICE),
            Schemas.CHANGE_WITH_ROWS,
            (request, database) ->
                Answer.ofOne(
                    new ChangesQuery(database, settings.staleAfter())
                        .one(request.id(), request.all(SERVICE), request.now()))),
        new Endpoint(
            "/incidents",
            "Incidents by started_at, newest first",
            Audience.READERS,
            COMMON,
            Schemas.page(Schemas.INCIDENT),
            (request, database) ->
                Answer.ofPage(new IncidentsQuery(database).page(query(request)), Schemas.INCIDENT)),
        new Endpoint(
            "/incidents/{id}",
            "An incident with the deployment that it is linked to, and its story",
            Audience.READERS,
            List.of(SERVICE),
            Schemas.INCIDENT_WITH_DEPLOYMENT,
            (request, database) ->
                Answer.ofOne(new IncidentsQuery(database).one(request.id(), request.all(SERVICE)))),
        new Endpoint(
            "/corrections",
            "What people corrected, newest first, each with what became of it",
            Audience.READERS,
            concat(
                PERIOD,
                List.of(SERVICE, Parameters.DEPLOYMENT, Parameters.INCIDENT, Parameters.EFFECT),
                Parameters.PAGING,
                List.of(Parameters.FORMAT)),
            Schemas.page(Schemas.CORRECTION),
            (request, database) ->
                Answer.ofPage(
                    new CorrectionsQuery(database)
                        .page(
                            query(request),
                            request.all(Parameters.DEPLOYMENT),
                            request.all(Parameters.INCIDENT),
                            request.all(Parameters.EFFECT)),
                    Schemas.CORRECTION)),
        new Endpoint(
            "/revisions",
            "Facts behind the numbers of a period that were revised since a time, with the values before and after",
            Audience.READERS,
            concat(
                PERIOD,
                List.of(Parameters.SINCE),
                Parameters.FILTER,
                Parameters.PAGING,
                List.of(Parameters.FORMAT)),
            RevisionSchemas.ANSWER,
            (request, database) -> {
              Query query = query(request);
              Instant since =
                  request
                      .one(Parameters.SINCE)
                      .map(text -> Parameter.instant(text, query.period().zone()))
                      .orElse(query.asOf());
              return RevisionSchemas.answer(new RevisionsQuery(database).answer(query, since));
            }));
  }

  private List<Endpoint> organisation() {
    return List.of(
        new Endpoint(
            "/services",
            "The services that there are, with owner and deployments of the period",
            Audience.READERS,
            COMMON,
            Schemas.page(Schemas.SERVICE),
            (request, database) ->
                Answer.ofPage(new ServicesQuery(database).page(query(request)), Schemas.SERVICE)),
        new Endpoint(
            "/services/{id}",
            "A service with what the catalog has said of it",
            Audience.READERS,
            concat(PERIOD, List.of(Parameters.ENVIRONMENT)),
            Schemas.SERVICE_WITH_CATALOG,
            (request, database) ->
                Answer.ofOne(new ServicesQuery(database).one(request.id(), query(request)))),
        new Endpoint(
            "/teams",
            "The teams that own services in the period",
            Audience.READERS,
            COMMON,
            Schemas.page(Schemas.TEAM),
            (request, database) ->
                Answer.ofPage(new TeamsQuery(database).page(query(request)), Schemas.TEAM)),
        new Endpoint(
            "/teams/{id}",
            "A team",
            Audience.READERS,
            concat(PERIOD, List.of(Parameters.ENVIRONMENT)),
            Schemas.TEAM,
            (request, database) ->
                Answer.ofOne(new TeamsQuery(database).one(request.id(), query(request)))),
        new Endpoint(
            "/environments",
            "The classes of environments, with the names in each",
            Audience.READERS,
            COMMON,
            Schemas.page(Schemas.ENVIRONMENT),
            (request, database) ->
                Answer.ofPage(
                    new EnvironmentsQuery(database).page(inAnyEnvironment(request)),
                    Schemas.ENVIRONMENT)),
        new Endpoint(
            "/environments/{id}",
            "A class of environments, by its name or that of an environment in it",
            Audience.READERS,
            PERIOD,
            Schemas.ENVIRONMENT,
            (request, database) ->
                Answer.ofOne(
                    new EnvironmentsQuery(database).one(request.id(), inAnyEnvironment(request)))));
  }

  private static Query query(Request request) {
    return request.query(DAYS);
  }

  private static Query inAnyEnvironment(Request request) {
    Query query = query(request);
    return request.all(Parameters.ENVIRONMENT).isEmpty() ? query.inAnyEnvironment() : query;
  }

  private static DoraBenchmarks benchmarks(Request request) {
    return request.one(Parameters.BENCHMARK).map(DoraBenchmarks::of).orElse(DoraBenchmarks.DEFAULT);
  }

  private static DeploymentsQuery.Status status(Request request) {
    return switch (request.one(Parameters.STATUS).orElse("")) {
      case "succeeded" -> DeploymentsQuery.Status.SUCCEEDED;
      case "failed" -> DeploymentsQuery.Status.FAILED;
      case "all" -> DeploymentsQuery.Status.ALL;
      default -> DeploymentsQuery.Status.REACHED_USERS;
    };
  }

  private static DeploymentsQuery.Wishes wishes(Request request) {
    return new DeploymentsQuery.Wishes(
        request.one(Parameters.FAILED).map(Boolean::valueOf),
        request.one(Parameters.REWORK).map(Boolean::valueOf),
        request.all(Parameters.KIND));
  }

  private static String time(Request request) {
    // One of the accepted values, never a text of the request's own: it becomes part of the SQL.
    return Parameters.BY
        .accepted()
        .get(Math.max(0, Parameters.BY.accepted().indexOf(request.one(Parameters.BY).orElse(""))));
  }

  private static Optional<Boolean> stale(Request request) {
    return request.one(Parameters.STALE).map(Boolean::valueOf);
  }

  /** What is stale was merged long ago: then the period reaches back, unless one is given. */
  private static Query ofChanges(Request request) {
    return request.query(stale(request).orElse(false) ? DAYS_OF_STALE : DAYS);
  }

  private static ChangesQuery.Shipped shipped(Request request) {
    String byDefault = stale(request).orElse(false) ? "false" : "true";
    return switch (request.one(Parameters.SHIPPED).orElse(byDefault)) {
      case "false" -> ChangesQuery.Shipped.NO;
      case "all" -> ChangesQuery.Shipped.ALL;
      default -> ChangesQuery.Shipped.YES;
    };
  }

  /** An answer with groups of numbers; as CSV a line for each group. */
  private static Answer ofGroups(
      Query query, Map<String, Object> answer, Map<String, Object> numbers) {
    List<String> head = new ArrayList<>(columns(query));
    head.addAll(Schemas.flatNames(numbers));
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Object item : (List<?>) answer.get("groups")) {
      Map<String, Object> row = new LinkedHashMap<>();
      for (Object part : ((Map<?, ?>) item).values()) {
        ((Map<?, ?>) part).forEach((name, value) -> row.put(name.toString(), value));
      }
      rows.add(row);
    }
    return Answer.ofRows(answer, head, rows);
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
