package dev.dorado.ingest.senders;

import dev.dorado.events.Commit;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.events.PullRequestEvent;
import dev.dorado.events.PushEvent;
import dev.dorado.events.Review;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.SharedSecretAuthenticator;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.RepositoryName;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Dorado's own JSON, for whatever has no sender: {@code {"events":[…]}} of deployments, changes,
 * incidents and measurements, which a {@code curl} in a shell script can send. It is read strictly,
 * since people write it: unknown fields and unusable values are refused with their paths. An event
 * that is refused does not cost the others of its body.
 *
 * <p>Nothing in it says when an event was sent, so two events that differ only in what they say (an
 * incident, and later the same one with its cause) happen at one time. Their ids tell them apart by
 * their whole content.
 */
final class GenericSender implements Sender {

  private static final String KINDS = "deployment, change, incident or measurement";
  private static final String STATUSES =
      "queued, waiting, started, succeeded, failed, cancelled or refused";
  private static final String DEFAULT_ENVIRONMENT = "production";
  private static final String DEFAULT_BRANCH = "main";

  private static final Set<String> FIELDS_OF_BODY = Set.of("events");
  private static final Set<String> FIELDS_OF_DEPLOYMENT =
      Set.of(
          "kind",
          "id",
          "service",
          "repository",
          "environment",
          "sha",
          "version",
          "ref",
          "status",
          "queued_at",
          "started_at",
          "finished_at",
          "failed",
          "rework",
          "incident",
          "strategy",
          "description",
          "url");
  private static final Set<String> FIELDS_OF_CHANGE =
      Set.of(
          "kind",
          "repository",
          "branch",
          "sha",
          "committed_at",
          "message",
          "author",
          "files",
          "pull_request");
  private static final Set<String> FIELDS_OF_PULL_REQUEST =
      Set.of(
          "number",
          "title",
          "description",
          "author",
          "url",
          "branch",
          "labels",
          "commits",
          "opened_at",
          "ready_at",
          "first_review_at",
          "merged_at");
  private static final Set<String> FIELDS_OF_INCIDENT =
      Set.of(
          "kind",
          "id",
          "service",
          "repository",
          "environment",
          "title",
          "description",
          "severity",
          "labels",
          "started_at",
          "detected_at",
          "resolved_at",
          "resolution",
          "caused_by",
          "url");

  private final Authenticator authenticator =
      new SharedSecretAuthenticator(
          "send a secret of DORADO_SECRETS_GENERIC as 'Authorization: Bearer', as Basic password or"
              + " in X-Dorado-Token");
  private final SenderSettings settings;

  GenericSender(SenderSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "generic";
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public Set<String> keptHeaders() {
    return Set.of();
  }

  @Override
  public About about(DeliveryRequest request) {
    return Peek.kind(
        request,
        body ->
            Optional.of(
                    body.maybeObjects("events").stream()
                        .flatMap(event -> event.maybeText("kind").stream())
                        .limit(100)
                        .distinct()
                        .collect(Collectors.joining(" ")))
                .filter(kinds -> !kinds.isEmpty() && kinds.length() <= 100));
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Fields body = request.fields().strict();
    body.refuseUnknown("the body", FIELDS_OF_BODY);
    List<CanonicalEvent<?>> translated = new ArrayList<>();
    var measurements = new GenericMeasurements(provenance);
    var problem =
        Fields.each(
            body.objects("events"),
            event -> translated.addAll(translate(event, provenance, measurements)));
    if (translated.isEmpty() && problem.isPresent()) {
      throw problem.get();
    }
    return translated.isEmpty()
        ? Translation.ignored("events is empty")
        : new Translation.Events(translated);
  }

  private List<CanonicalEvent<?>> translate(
      Fields event, Provenance provenance, GenericMeasurements measurements) {
    String kind = event.text("kind", KINDS);
    return switch (kind) {
      case "deployment" -> {
        event.refuseUnknown("a deployment", FIELDS_OF_DEPLOYMENT);
        yield List.of(deployment(event, provenance));
      }
      case "change" -> {
        event.refuseUnknown("a change", FIELDS_OF_CHANGE);
        yield change(event, provenance);
      }
      case "incident" -> {
        event.refuseUnknown("an incident", FIELDS_OF_INCIDENT);
        yield List.of(incident(event, provenance));
      }
      case "measurement" -> List.of(measurements.event(event));
      default -> throw event.unusable("kind", kind, KINDS);
    };
  }

  private CanonicalEvent<?> deployment(Fields event, Provenance provenance) {
    Optional<String> service = service(event);
    Optional<String> repository = repository(event);
    requireServiceOrRepository(event, service, repository);
    String environment = event.maybeText("environment").orElse(DEFAULT_ENVIRONMENT);
    Optional<String> sha = Shas.maybe(event, "sha");
    Optional<String> version = event.maybeText("version");
    if (sha.isEmpty() && version.isEmpty()) {
      throw event.absent("sha", "a SHA, or a version in 'version'");
    }
    String status = event.text("status", STATUSES);
    boolean finished =
        switch (status) {
          case "queued", "waiting", "started" -> false;
          case "succeeded", "failed", "cancelled", "refused" -> true;
          default -> throw event.unusable("status", status, STATUSES);
        };
    boolean waits = status.equals("queued") || status.equals("waiting");
    boolean needsId = waits || status.equals("cancelled") || status.equals("refused");
    if (needsId && event.maybeText("id").isEmpty()) {
      throw event.absent("id", "the id of the attempt, by which what becomes of it is known");
    }
    Optional<Instant> startedAt = event.maybeTime("started_at");
    Instant time = event.time(finished ? "finished_at" : waits ? "queued_at" : "started_at");
    String id =
        event
            .maybeText("id")
            .orElseGet(
                () ->
                    "generic:"
                        + EventId.hash(
                            service.or(() -> repository).orElseThrow(),
                            environment,
                            sha.or(() -> version).orElseThrow(),
                            startedAt.orElse(time).toString()));
    return CanonicalEvent.of(
        DeploymentEvent.newBuilder()
            .setId(EventId.of("deployment", id, status + " " + contentOf(event), time))
            .setProvenance(provenance)
            .setOccurredAt(time)
            .setDeployment(id)
            .setRepository(repository.orElse(null))
            .setService(service.orElse(null))
            .setEnvironment(environment)
            .setProduction(null)
            .setTransientEnvironment(null)
            .setRef(event.maybeText("ref").orElse(null))
            .setSha(sha.orElse(null))
            .setVersion(version.orElse(null))
            .setArtifact(null)
            .setStatus(status)
            .setStartedAt(startedAt.orElse(null))
            .setFinishedAt(finished ? time : null)
            .setDeclaredKind(null)
            .setFailed(event.maybeFlag("failed").orElse(null))
            .setRework(event.maybeFlag("rework").orElse(null))
            .setIncident(event.maybeText("incident").orElse(null))
            .setWorkflow(null)
            .setStrategy(RolloutStrategy.maybe(event, "strategy").orElse(null))
            .setDescription(event.maybeLongText("description").orElse(null))
            .setUrl(event.maybeText("url").orElse(null))
            .build());
  }

  private List<CanonicalEvent<?>> change(Fields event, Provenance provenance) {
    String repository =
        repository(event).orElseThrow(() -> event.absent("repository", RepositoryName.EXPECTED));
    String branch = event.maybeText("branch").orElse(DEFAULT_BRANCH);
    String ref = branch.startsWith("refs/") ? branch : "refs/heads/" + branch;
    String sha = Shas.required(event, "sha");
    Instant committedAt = event.time("committed_at");
    Optional<PullRequest> pullRequest = pullRequest(event);
    var commit =
        Commit.newBuilder()
            .setSha(sha)
            .setMessage(event.maybeLongText("message").orElse(""))
            .setAuthor(event.maybeText("author").orElse(null))
            .setAuthoredAt(committedAt)
            .setCommittedAt(committedAt)
            .setFiles(event.maybeTexts("files").orElse(null))
            .setParents(null)
            .setPullRequest(pullRequest.map(PullRequest::number).orElse(null))
            .build();
    List<CanonicalEvent<?>> events = new ArrayList<>();
    events.add(
        CanonicalEvent.of(
            PushEvent.newBuilder()
                .setId(EventId.of("push", repository + " " + ref, contentOf(event), committedAt))
                .setProvenance(provenance)
                .setOccurredAt(committedAt)
                .setRepository(repository)
                .setRef(ref)
                .setDefaultBranch(null)
                .setPushedAt(committedAt)
                .setBefore(null)
                .setAfter(sha)
                .setHead(sha)
                .setForced(false)
                .setCommits(List.of(commit))
                .setTotalCommits(1)
                .build()));
    pullRequest
        .flatMap(PullRequest::details)
        .ifPresent(
            details ->
                events.add(
                    merged(details, provenance, event, repository, sha, branch, committedAt)));
    return events;
  }

  /** The pull request of a change: its number, or an object that says more. */
  private static Optional<PullRequest> pullRequest(Fields event) {
    return event
        .maybeNode("pull_request")
        .filter(node -> !(node.isObject() ? node.isEmpty() : node.asText().isBlank()))
        .map(
            node -> {
              if (!node.isObject()) {
                return new PullRequest(event.number("pull_request"), Optional.empty());
              }
              Fields details = event.object("pull_request");
              details.refuseUnknown("a pull request", FIELDS_OF_PULL_REQUEST);
              return new PullRequest(details.number("number"), Optional.of(details));
            });
  }

  private static CanonicalEvent<PullRequestEvent> merged(
      Fields details,
      Provenance provenance,
      Fields event,
      String repository,
      String sha,
      String branch,
      Instant committedAt) {
    long number = details.number("number");
    String subject = repository + "#" + number;
    Instant mergedAt = details.maybeTime("merged_at").orElse(committedAt);
    Optional<Review> review =
        details
            .maybeTime("first_review_at")
            // Who reviewed is not said, but that it was somebody else is what the field means.
            .map(
                time -> new Review("generic:" + subject + ":first", null, "commented", time, null));
    return CanonicalEvent.of(
        PullRequestEvent.newBuilder()
            .setId(EventId.of("pull-request", subject, "merged " + contentOf(event), mergedAt))
            .setProvenance(provenance)
            .setOccurredAt(mergedAt)
            .setRepository(repository)
            .setNumber(number)
            .setTransition("merged")
            .setTitle(details.maybeLongText("title").orElse(null))
            .setDescription(details.maybeLongText("description").orElse(null))
            .setAuthor(details.maybeText("author").or(() -> event.maybeText("author")).orElse(null))
            .setUrl(details.maybeText("url").orElse(null))
            .setHeadRepository(null)
            .setHeadBranch(details.maybeText("branch").orElse(null))
            .setHeadSha(null)
            .setBaseBranch(branch.replaceFirst("^refs/heads/", ""))
            .setOpenedAt(details.maybeTime("opened_at").orElse(null))
            .setClosedAt(mergedAt)
            .setMerged(true)
            .setMergedAt(mergedAt)
            .setMergeCommitSha(sha)
            .setCommitCount(details.maybeCount("commits").orElse(null))
            .setCommits(null)
            .setLabels(details.maybeTexts("labels").orElse(null))
            .setReview(review.orElse(null))
            .setReadyAt(details.maybeTime("ready_at").orElse(null))
            .build());
  }

  private CanonicalEvent<?> incident(Fields event, Provenance provenance) {
    String id = event.text("id", "the incident's id");
    Optional<String> service = service(event);
    Optional<String> repository = repository(event);
    requireServiceOrRepository(event, service, repository);
    Optional<Instant> startedAt = event.maybeTime("started_at");
    Optional<Instant> detectedAt = event.maybeTime("detected_at");
    Optional<Instant> resolvedAt = event.maybeTime("resolved_at");
    Optional<String> url = event.maybeText("url");
    Set<String> names = new LinkedHashSet<>(List.of(id));
    url.ifPresent(names::add);
    Optional<List<String>> labels = event.maybeTexts("labels");
    Optional<String> title = event.maybeLongText("title");
    Optional<String> description = event.maybeLongText("description");
    Optional<List<String>> named = event.maybeTexts("caused_by");
    Set<String> causes = new LinkedHashSet<>();
    named.ifPresent(values -> values.forEach(value -> causes.add(CauseMarkers.named(value))));
    causes.addAll(
        new IssueLabels(labels.orElse(List.of()), settings)
            .causesWith(title.orElse("") + "\n" + description.orElse("")));
    String transition = resolvedAt.isPresent() ? "resolved" : "opened";
    Instant time =
        resolvedAt
            .or(() -> startedAt)
            .or(() -> detectedAt)
            .orElseThrow(
                () ->
                    event.absent(
                        "started_at",
                        "when the impact began, or as much as is known: 'detected_at' or 'resolved_at'"));
    return CanonicalEvent.of(
        IncidentEvent.newBuilder()
            .setId(EventId.of("incident", id, transition + " " + contentOf(event), time))
            .setProvenance(provenance)
            .setOccurredAt(time)
            .setIncident(id)
            .setRepository(repository.orElse(null))
            .setService(service.orElse(null))
            .setAliases(List.of())
            .setArtifact(null)
            .setTitle(title.orElse(null))
            .setDescription(description.orElse(null))
            .setSeverity(event.maybeText("severity").orElse(null))
            .setEnvironment(event.maybeText("environment").orElse(null))
            .setTransition(transition)
            .setStartedAt(startedAt.orElse(null))
            .setDetectedAt(detectedAt.orElse(null))
            .setCreatedAt(null)
            .setAcknowledgedAt(null)
            .setResolvedAt(resolvedAt.orElse(null))
            .setLabels(labels.orElse(null))
            .setCausedBy(named.isEmpty() && causes.isEmpty() ? null : List.copyOf(causes))
            .setNames(List.copyOf(names))
            .setUrl(url.orElse(null))
            .setResolutionReasons(event.maybeText("resolution").map(List::of).orElse(null))
            .build());
  }

  private static Optional<String> service(Fields event) {
    return event.maybeText("service").map(service -> service.toLowerCase(Locale.ROOT));
  }

  private Optional<String> repository(Fields event) {
    return event
        .maybeText("repository")
        .map(
            text ->
                settings
                    .repositories()
                    .normalise(text)
                    .orElseThrow(
                        () -> event.unusable("repository", text, RepositoryName.EXPECTED)));
  }

  private static void requireServiceOrRepository(
      Fields event, Optional<String> service, Optional<String> repository) {
    if (service.isEmpty() && repository.isEmpty()) {
      throw event.absent("service", "the name of a service, or a repository in 'repository'");
    }
  }

  private static String contentOf(Fields event) {
    return EventId.hash(event.json());
  }

  /**
   * The pull request of a change.
   *
   * @param number its number
   * @param details what else is said of it, if anything
   */
  private record PullRequest(long number, Optional<Fields> details) {}
}
