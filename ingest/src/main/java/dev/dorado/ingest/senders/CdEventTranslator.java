package dev.dorado.ingest.senders;

import dev.dorado.events.ArtifactEvent;
import dev.dorado.events.CiRunEvent;
import dev.dorado.events.Commit;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.events.PullRequestEvent;
import dev.dorado.events.PushEvent;
import dev.dorado.events.Review;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.RepositoryName;
import dev.dorado.ingest.delivery.Translation;
import dev.dorado.schemas.CdEventSource;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What CDEvents mean. Where they have no word for it, {@code customData} may have {@code sha},
 * {@code repository}, {@code ref}, {@code branch}, {@code version} and {@code severity}.
 */
final class CdEventTranslator {

  private static final String DEFAULT_BRANCH = "main";
  private static final Pattern NUMBER_AT_END =
      Pattern.compile("(?i)(?:^|[#/!_-]|\\bpr|\\bmr)(\\d{1,18})$");

  /** Kinds of workload that users put before a service's name. */
  private static final Pattern WORKLOAD =
      Pattern.compile("^(?:service|deployment|daemonset|statefulset)/(?=[^/]+$)");

  private final SenderSettings settings;

  CdEventTranslator(SenderSettings settings) {
    this.settings = settings;
  }

  Translation translate(CdEvent event, Provenance provenance) {
    if (CdEventSource.isOfDorado(event.source())) {
      return Translation.ignored(
          "%s: Dorado publishes this itself (source %s), so it says nothing new"
              .formatted(Fields.beginning(event.type()), Fields.beginning(event.source())));
    }
    return switch (event.type()) {
      case "service.deployed", "service.upgraded" -> deployment(event, provenance, false);
      case "service.rolledback" -> deployment(event, provenance, true);
      case "artifact.packaged", "artifact.published" -> artifact(event, provenance);
      case "change.created" -> change(event, provenance, "opened");
      case "change.updated" -> change(event, provenance, "updated");
      case "change.reviewed" -> change(event, provenance, "reviewed");
      case "change.merged" -> change(event, provenance, "merged");
      case "change.abandoned" -> change(event, provenance, "closed");
      case "incident.detected", "incident.reported" -> incident(event, provenance, "opened");
      case "incident.resolved" -> incident(event, provenance, "resolved");
      case "pipelinerun.queued" -> run(event, provenance, "queued");
      case "pipelinerun.started" -> run(event, provenance, "started");
      case "pipelinerun.finished" -> run(event, provenance, "finished");
      default ->
          Translation.ignored(
              "%s: this type of event says nothing that is measured"
                  .formatted(Fields.beginning(event.type())));
    };
  }

  private Translation deployment(CdEvent event, Provenance provenance, boolean rollback) {
    Optional<String> artifact = event.textInContent("artifactId");
    Optional<String> sha = event.customSha();
    Optional<String> version = event.customText("version");
    Optional<String> ref = event.customText("ref");
    // The attempt is this event: CDEvents do not tell where it started.
    String id = "cdevents:%s:%s".formatted(event.source(), event.id());
    return Translation.of(
        CanonicalEvent.of(
            DeploymentEvent.newBuilder()
                .setId(event.eventId("deployment"))
                .setProvenance(provenance)
                .setOccurredAt(event.time())
                .setDeployment(id)
                .setRepository(customRepository(event).orElse(null))
                .setService(service(event.subjectId()))
                .setEnvironment(event.idInContent("environment").orElse(null))
                .setProduction(null)
                .setTransientEnvironment(null)
                .setRef(ref.orElse(null))
                .setSha(sha.orElse(null))
                .setVersion(version.orElse(null))
                .setArtifact(artifact.orElse(null))
                .setStatus("succeeded")
                .setStartedAt(null)
                .setFinishedAt(event.time())
                .setDeclaredKind(rollback ? "rollback" : null)
                .setFailed(null)
                .setRework(null)
                .setIncident(null)
                .setWorkflow(null)
                .setDescription(null)
                .setUrl(null)
                .build()));
  }

  private Translation artifact(CdEvent event, Provenance provenance) {
    String artifact = event.subjectId();
    Optional<Fields> change = event.inContent("change");
    Optional<String> sha =
        event
            .customSha()
            .or(
                () ->
                    change
                        .flatMap(c -> c.maybeText("id"))
                        .filter(Shas::isShaOrPrefix)
                        .map(text -> text.toLowerCase(Locale.ROOT)));
    Optional<String> repository =
        customRepository(event)
            .or(
                () ->
                    change
                        .flatMap(c -> c.maybeText("source"))
                        .flatMap(settings.repositories()::normalise));
    if (sha.isEmpty() && repository.isEmpty()) {
      return Translation.ignored(
          "%s: neither subject.content.change nor customData names a commit or repository"
              .formatted(event.type()));
    }
    return Translation.of(
        CanonicalEvent.of(
            ArtifactEvent.newBuilder()
                .setId(event.eventId("artifact"))
                .setProvenance(provenance)
                .setOccurredAt(event.time())
                .setArtifact(artifact)
                .setRepository(repository.orElse(null))
                .setSha(sha.orElse(null))
                .build()));
  }

  private Translation change(CdEvent event, Provenance provenance, String transition) {
    String id = event.subjectId();
    Optional<String> repository = changeRepository(event);
    if (repository.isEmpty()) {
      return Translation.ignored(
          "%s: neither subject.content.repository nor customData.repository names a repository"
              .formatted(event.type()));
    }
    boolean isCommit = Shas.isWhole(id);
    boolean merged = transition.equals("merged");
    Optional<Long> number =
        isCommit ? Optional.empty() : numberIn(id).or(() -> customNumber(event));
    Optional<String> sha = isCommit ? Optional.of(id.toLowerCase(Locale.ROOT)) : event.customSha();
    List<CanonicalEvent<?>> events = new ArrayList<>();
    if (merged && sha.filter(Shas::isWhole).isPresent()) {
      events.add(push(event, provenance, repository.get(), sha.get(), number));
    }
    number.ifPresent(
        n -> events.add(pullRequest(event, provenance, repository.get(), n, sha, transition)));
    return events.isEmpty()
        ? Translation.ignored(
            "%s: the subject's id '%s' is neither the number of a pull request nor the whole SHA of a merged commit, and customData has no sha"
                .formatted(event.type(), Fields.beginning(id)))
        : new Translation.Events(events);
  }

  private static CanonicalEvent<PushEvent> push(
      CdEvent event, Provenance provenance, String repository, String sha, Optional<Long> number) {
    var commit =
        Commit.newBuilder()
            .setSha(sha)
            .setMessage(event.content().flatMap(c -> c.maybeLongText("description")).orElse(""))
            .setAuthor(null)
            .setAuthoredAt(null)
            // All that is known is when it was merged.
            .setCommittedAt(event.time())
            .setFiles(null)
            .setParents(null)
            .setPullRequest(number.orElse(null))
            .build();
    return CanonicalEvent.of(
        PushEvent.newBuilder()
            .setId(event.eventId("push"))
            .setProvenance(provenance)
            .setOccurredAt(event.time())
            .setRepository(repository)
            .setRef("refs/heads/" + event.customText("branch").orElse(DEFAULT_BRANCH))
            .setDefaultBranch(null)
            .setPushedAt(event.time())
            .setBefore(null)
            .setAfter(sha)
            .setHead(sha)
            .setForced(false)
            .setCommits(List.of(commit))
            .setTotalCommits(1)
            .build());
  }

  private static CanonicalEvent<PullRequestEvent> pullRequest(
      CdEvent event,
      Provenance provenance,
      String repository,
      long number,
      Optional<String> sha,
      String transition) {
    boolean merged = transition.equals("merged");
    boolean ended = merged || transition.equals("closed");
    Instant time = event.time();
    return CanonicalEvent.of(
        PullRequestEvent.newBuilder()
            .setId(event.eventId("pull-request"))
            .setProvenance(provenance)
            .setOccurredAt(time)
            .setRepository(repository)
            .setNumber(number)
            .setTransition(transition)
            .setTitle(event.customText("title").orElse(null))
            .setDescription(
                event.content().flatMap(c -> c.maybeLongText("description")).orElse(null))
            .setAuthor(event.customText("author").orElse(null))
            .setUrl(event.customText("url").orElse(null))
            .setHeadRepository(null)
            .setHeadBranch(null)
            .setHeadSha(merged ? null : sha.orElse(null))
            .setBaseBranch(event.customText("branch").orElse(null))
            .setOpenedAt(transition.equals("opened") ? time : null)
            .setClosedAt(ended ? time : null)
            .setMerged(merged ? Boolean.TRUE : transition.equals("closed") ? Boolean.FALSE : null)
            .setMergedAt(merged ? time : null)
            .setMergeCommitSha(merged ? sha.orElse(null) : null)
            .setCommitCount(null)
            .setCommits(null)
            .setLabels(null)
            .setReview(
                transition.equals("reviewed")
                    ? new Review("cdevents:" + event.id(), null, "commented", time, null)
                    : null)
            .build());
  }

  private Translation incident(CdEvent event, Provenance provenance, String transition) {
    boolean resolved = transition.equals("resolved");
    boolean detected = event.type().equals("incident.detected");
    String incident = event.subjectName();
    Optional<String> service = event.idInContent("service");
    Optional<String> ticket =
        event.textInContent("ticketURI").or(() -> event.textInContent("ticketUri"));
    List<String> names = new ArrayList<>(List.of(incident, event.subjectId()));
    ticket.ifPresent(names::add);
    Optional<String> description =
        event.content().flatMap(content -> content.maybeLongText("description"));
    return Translation.of(
        CanonicalEvent.of(
            IncidentEvent.newBuilder()
                .setId(event.eventId("incident"))
                .setProvenance(provenance)
                .setOccurredAt(event.time())
                .setIncident(incident)
                .setRepository(customRepository(event).orElse(null))
                .setService(service.map(CdEventTranslator::service).orElse(null))
                .setAliases(service.map(name -> List.of("cdevents:" + name)).orElse(List.of()))
                // Of a resolved incident it is what mended the service, not what broke it.
                .setArtifact(resolved ? null : event.textInContent("artifactId").orElse(null))
                // What the resolution says is about the resolution.
                .setTitle(resolved ? null : description.orElse(null))
                .setDescription(resolved ? null : description.orElse(null))
                .setSeverity(event.customText("severity").orElse(null))
                .setEnvironment(event.idInContent("environment").orElse(null))
                .setTransition(transition)
                .setStartedAt(null)
                .setDetectedAt(detected ? event.time() : null)
                .setCreatedAt(!detected && !resolved ? event.time() : null)
                .setAcknowledgedAt(null)
                .setResolvedAt(resolved ? event.time() : null)
                .setLabels(null)
                .setCausedBy(
                    event
                        .custom()
                        .flatMap(c -> c.maybeTexts("caused_by"))
                        .map(causes -> causes.stream().map(CauseMarkers::named).toList())
                        .orElse(null))
                .setNames(names)
                .setUrl(ticket.orElse(null))
                .setResolutionReasons(event.customText("resolution").map(List::of).orElse(null))
                .build()));
  }

  private Translation run(CdEvent event, Provenance provenance, String status) {
    boolean finished = status.equals("finished");
    return Translation.of(
        CanonicalEvent.of(
            CiRunEvent.newBuilder()
                .setId(event.eventId("ci-run"))
                .setProvenance(provenance)
                .setOccurredAt(event.time())
                .setRun(event.subjectName())
                .setAttempt(1)
                .setRepository(customRepository(event).orElse(null))
                .setWorkflow(event.textInContent("pipelineName").orElse(null))
                .setTrigger(null)
                .setBranch(event.customText("branch").orElse(null))
                .setSha(event.customSha().orElse(null))
                .setStatus(status)
                .setOutcome(
                    finished
                        ? event
                            .textInContent("outcome")
                            .map(outcome -> outcome.toLowerCase(Locale.ROOT))
                            .orElse(null)
                        : null)
                .setQueuedAt(status.equals("queued") ? event.time() : null)
                .setStartedAt(status.equals("started") ? event.time() : null)
                .setFinishedAt(finished ? event.time() : null)
                .setUrl(
                    event.textInContent("uri").or(() -> event.textInContent("url")).orElse(null))
                .build()));
  }

  private Optional<String> customRepository(CdEvent event) {
    return event
        .custom()
        .flatMap(
            custom ->
                custom
                    .maybeText("repository")
                    .flatMap(
                        text ->
                            settings
                                .repositories()
                                .normalise(text)
                                .or(
                                    () ->
                                        custom.leaveOut(
                                            "repository", text, RepositoryName.EXPECTED))));
  }

  /** The repository of a change: its id, on the host that its source names. */
  private Optional<String> changeRepository(CdEvent event) {
    Optional<Fields> repository = event.inContent("repository");
    Optional<String> id = repository.flatMap(fields -> fields.maybeText("id"));
    Optional<String> host =
        repository.flatMap(fields -> fields.maybeText("source")).flatMap(CdEventTranslator::host);
    Optional<String> url = repository.flatMap(fields -> fields.maybeText("url"));
    return customRepository(event)
        .or(() -> url.flatMap(settings.repositories()::normalise))
        .or(
            () ->
                id.flatMap(
                    text ->
                        host.isPresent() && !text.contains("://") && !text.contains("@")
                            ? settings
                                .repositories()
                                .normalise("https://" + host.get() + "/" + text)
                            : settings.repositories().normalise(text)));
  }

  private static Optional<String> host(String source) {
    try {
      return Optional.ofNullable(new URI(source).getHost());
    } catch (URISyntaxException e) {
      // A source is any text at some senders; then it names no host.
      return Optional.empty();
    }
  }

  private static Optional<Long> numberIn(String id) {
    var number = NUMBER_AT_END.matcher(id);
    return number.find() ? Optional.of(Long.parseLong(number.group(1))) : Optional.empty();
  }

  private static Optional<Long> customNumber(CdEvent event) {
    return event.custom().flatMap(custom -> custom.maybeNumber("number"));
  }

  private static String service(String id) {
    return WORKLOAD.matcher(id.toLowerCase(Locale.ROOT)).replaceFirst("");
  }
}
