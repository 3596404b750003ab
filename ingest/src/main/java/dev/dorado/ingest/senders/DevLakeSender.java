package dev.dorado.ingest.senders;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.SharedSecretAuthenticator;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The incoming webhooks of Apache DevLake: deployments to one or several repositories, and issues
 * of type INCIDENT. DevLake renamed its fields in version 1.0; both forms are read. What belongs to
 * no repository belongs to what the catalog calls {@code devlake:CONNECTION}, as a DevLake webhook
 * is set up for each service.
 */
final class DevLakeSender implements CompatibleSender {

  private static final String RESULTS = "SUCCESS, FAILURE, ABORT or MANUAL";
  private static final String STATUSES = "TODO, IN_PROGRESS or DONE";
  private static final String PREFIX = "devlake:";
  private static final String CONNECTION = "connection";
  private static final String ISSUE = "issue";
  private static final String CLOSE = "/issue/{issue}/close";
  private static final String DEPLOYMENTS = "/deployments";

  private static final ApiPaths PATHS = ApiPaths.of(templates());

  private final Authenticator authenticator =
      new SharedSecretAuthenticator(
          "send a secret of DORADO_SECRETS_DEVLAKE in place of DevLake's API key, as"
              + " 'Authorization: Bearer'");
  private final SenderSettings settings;

  DevLakeSender(SenderSettings settings) {
    this.settings = settings;
  }

  /**
   * The paths of all versions of DevLake: with and without {@code rest} and {@code connections}.
   */
  private static List<String> templates() {
    List<String> templates = new ArrayList<>();
    for (String base : List.of("/api/rest/plugins/webhook/", "/api/plugins/webhook/")) {
      for (String connection : List.of("", "connections/", "connections/by-name/", "projects/")) {
        for (String end : List.of(DEPLOYMENTS, "/issues", CLOSE)) {
          templates.add(base + connection + "{connection}" + end);
        }
      }
    }
    return templates;
  }

  @Override
  public String name() {
    return "devlake";
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public ApiPaths paths() {
    return PATHS;
  }

  @Override
  public About about(DeliveryRequest request) {
    return new About(
        PATHS
            .maybeOf(request)
            .map(path -> path.template().substring(path.template().lastIndexOf('/') + 1)),
        Optional.empty());
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    var path = PATHS.of(request);
    String connection = path.parameter(CONNECTION);
    if (path.template().endsWith(CLOSE)) {
      return closed(connection, path.parameter(ISSUE), provenance);
    }
    return path.template().endsWith(DEPLOYMENTS)
        ? deployments(connection, request.fields(), provenance)
        : issue(connection, request.fields(), provenance);
  }

  @Override
  public Answer answer(Accepted accepted) {
    return new Answer.JsonObject(200, Map.of("success", true, "message", "success"));
  }

  private Translation deployments(String connection, Fields body, Provenance provenance) {
    String field = either(body, "deploymentCommits", "deployment_commits");
    List<Fields> commits = body.maybeObjects(field);
    if (commits.isEmpty() && isCommit(body)) {
      // Before version 1.0 a deployment to one repository named its commit itself.
      commits = List.of(body);
    }
    if (commits.isEmpty()) {
      throw body.absent(field, "an array of at least one object with 'repoUrl' and 'commitSha'");
    }
    List<String> repositories = commits.stream().map(DevLakeSender::repositoryUrl).toList();
    List<CanonicalEvent<?>> events = new ArrayList<>();
    var problem =
        Fields.each(
            commits,
            commit ->
                events.add(
                    deployment(
                        connection,
                        body,
                        commit,
                        repositories.stream().filter(repositoryUrl(commit)::equals).count() > 1,
                        provenance)));
    if (events.isEmpty()) {
      throw problem.orElseThrow();
    }
    return new Translation.Events(events);
  }

  private CanonicalEvent<?> deployment(
      String connection, Fields body, Fields commit, boolean isOneOfMany, Provenance provenance) {
    Optional<String> sha = Shas.maybe(commit, either(commit, "commitSha", "commit_sha"));
    Optional<String> ref = commit.maybeText(either(commit, "refName", "ref_name"));
    if (sha.isEmpty() && ref.isEmpty()) {
      throw commit.absent(either(commit, "commitSha", "commit_sha"), Shas.EXPECTED);
    }
    String status = status(body, commit);
    Optional<Instant> startedAt =
        time(commit, "startedDate", "start_time").or(() -> time(body, "startedDate", "start_time"));
    Optional<Instant> finishedAt =
        status.equals("waiting")
            ? Optional.empty()
            : time(commit, "finishedDate", "end_time")
                .or(() -> time(body, "finishedDate", "end_time"));
    Optional<Instant> createdAt = time(body, "createdDate", "create_time");
    Moment moment =
        status.equals("waiting")
            ? Moment.firstOf(provenance, createdAt, startedAt)
            : Moment.firstOf(provenance, finishedAt);
    Optional<String> repository = settings.repositories().normalise(repositoryUrl(commit));
    String environment = body.maybeText("environment").orElse("PRODUCTION");
    // An id holds within its environment, so that the stages of a pipeline may share one.
    String id =
        PREFIX
            + String.join(
                ":",
                connection,
                environment.toLowerCase(Locale.ROOT),
                body.maybeText(either(body, "id", "pipeline_id"))
                    .orElseGet(
                        () ->
                            EventId.hash(
                                repositoryUrl(commit),
                                sha.or(() -> ref).orElseThrow(),
                                startedAt.map(Instant::toString).orElse(""))))
            + (isOneOfMany ? ":" + sha.or(() -> ref).orElseThrow() : "");
    return CanonicalEvent.of(
        DeploymentEvent.newBuilder()
            .setId(
                moment.idOf(
                    "deployment", id, status + " " + EventId.hash(body.json(), commit.json())))
            .setProvenance(provenance)
            .setOccurredAt(moment.at())
            .setDeployment(id)
            .setRepository(repository.orElse(null))
            .setNames(
                repository.isPresent()
                    ? List.of()
                    : List.of(PREFIX + connection, connection.toLowerCase(Locale.ROOT)))
            .setEnvironment(environment)
            .setRef(ref.orElse(null))
            .setSha(sha.orElse(null))
            .setStatus(status)
            .setStartedAt(startedAt.orElse(null))
            .setFinishedAt(status.equals("waiting") ? null : moment.at())
            .setDescription(
                commit
                    .maybeLongText(either(commit, "displayTitle", "display_title"))
                    .or(() -> body.maybeLongText(either(body, "displayTitle", "display_title")))
                    .or(() -> body.maybeLongText("name"))
                    .orElse(null))
            .build());
  }

  /** The result of a commit, which may differ from that of the whole deployment. */
  private static String status(Fields body, Fields commit) {
    Fields stating = commit.maybeText("result").isPresent() ? commit : body;
    String result = stating.maybeText("result").orElse("SUCCESS");
    return switch (result.toUpperCase(Locale.ROOT)) {
      case "SUCCESS" -> "succeeded";
      case "FAILURE" -> "failed";
      case "ABORT" -> "cancelled";
      // It waits for a person to start it.
      case "MANUAL" -> "waiting";
      default -> throw stating.unusable("result", result, RESULTS);
    };
  }

  private static Translation issue(String connection, Fields body, Provenance provenance) {
    String type = body.maybeText("type").orElse("");
    if (!type.equalsIgnoreCase("INCIDENT")) {
      return Translation.ignored(
          "an issue of type '%s': expected INCIDENT".formatted(Fields.beginning(type)));
    }
    String key = body.text(either(body, "issueKey", "issue_key"), "the key of the issue");
    String status = body.text("status", STATUSES).toUpperCase(Locale.ROOT);
    boolean over =
        switch (status) {
          case "TODO", "IN_PROGRESS" -> false;
          case "DONE" -> true;
          default -> throw body.unusable("status", status, STATUSES);
        };
    Optional<Instant> createdAt = time(body, "createdDate", "created_date");
    Optional<Instant> updatedAt = time(body, "updatedDate", "updated_date");
    Moment moment =
        over
            ? Moment.firstOf(provenance, time(body, "resolutionDate", "resolution_date"), updatedAt)
            : Moment.firstOf(provenance, updatedAt, createdAt);
    var event =
        IncidentEvents.on(
                incident(connection, key),
                over ? IncidentEvents.RESOLVED : IncidentEvents.OPEN_AGAIN,
                status + " " + EventId.hash(body.json()),
                moment,
                provenance)
            .setCreatedAt(createdAt.orElse(null))
            .setTitle(body.maybeLongText("title").orElse(null))
            .setDescription(body.maybeLongText("description").orElse(null))
            .setSeverity(
                body.maybeText("severity").or(() -> body.maybeText("priority")).orElse(null))
            .setUrl(body.maybeText("url").orElse(null));
    body.maybeText("component")
        .ifPresentOrElse(
            component -> IncidentEvents.affects(event, List.of(component)),
            // A number is no name of a service, unless the catalog says so.
            () -> event.setAliases(List.of(PREFIX + connection)));
    return IncidentEvents.translation(event, key);
  }

  /**
   * The end of an issue, of which nothing but the key is said, neither its type nor a time. As an
   * alert it ends the incident of that key and makes none of another issue (rule E7).
   */
  private static Translation closed(String connection, String key, Provenance provenance) {
    return Translation.of(
        CanonicalEvent.of(
            IncidentEvents.on(
                    incident(connection, key),
                    IncidentEvents.RESOLVED,
                    "closed",
                    Moment.of(Optional.empty(), provenance),
                    provenance)
                .setKind(IncidentEvents.ALERT)
                .build()));
  }

  private static String incident(String connection, String key) {
    return PREFIX + connection + ":" + key;
  }

  private static boolean isCommit(Fields fields) {
    return !repositoryUrl(fields).isEmpty()
        || fields.maybeText(either(fields, "commitSha", "commit_sha")).isPresent();
  }

  /** DevLake takes any text that is unique. */
  private static String repositoryUrl(Fields commit) {
    return commit.maybeText(either(commit, "repoUrl", "repo_url")).orElse("");
  }

  private static Optional<Instant> time(Fields fields, String name, String formerName) {
    return fields.maybeTime(either(fields, name, formerName));
  }

  /** The name of a field, or its former one where the object has that. */
  private static String either(Fields fields, String name, String formerName) {
    return Stream.of(name, formerName)
        .filter(one -> fields.maybeNode(one).isPresent())
        .findFirst()
        .orElse(name);
  }
}
