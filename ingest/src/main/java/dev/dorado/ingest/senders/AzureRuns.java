package dev.dorado.ingest.senders;

import com.google.re2j.Pattern;
import dev.dorado.events.CiRunEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Runs of Azure Pipelines. {@code build.complete} and the newer {@code run-state-changed} tell of
 * the same run under the same id. A stage or job is one of the pipeline's jobs (rule E4).
 */
final class AzureRuns {

  /** As {@code LG:refs/heads/main:<sha>}. */
  private static final Pattern GET_VERSION = Pattern.compile("[^:]{0,10}:(refs/.{1,500}):([^:]+)");

  private final SenderSettings settings;

  AzureRuns(SenderSettings settings) {
    this.settings = settings;
  }

  Translation translateBuild(Fields body, Provenance provenance) {
    Fields build = AzureDevOpsSender.resource(body);
    // Old versions have the result as the status.
    String result =
        build
            .maybeText("result")
            .or(() -> build.maybeText("status"))
            .orElseThrow(
                () -> build.absent("result", "a result, as succeeded" + AzureDevOpsSender.FULL));
    Optional<String> outcome = outcome(result);
    if (outcome.isEmpty()) {
      return Translation.ignored(
          "build.complete: the result '%s' says nothing that is measured".formatted(result));
    }
    Optional<Instant> finishedAt = build.maybeTime("finishTime");
    Moment moment =
        finishedAt.map(Moment::of).orElseGet(() -> AzureDevOpsSender.sentAt(body, provenance));
    var getVersion = GET_VERSION.matcher(build.maybeText("sourceGetVersion").orElse(""));
    boolean hasGetVersion = getVersion.matches();
    Optional<String> ref =
        build
            .maybeText("sourceBranch")
            .or(() -> hasGetVersion ? Optional.of(getVersion.group(1)) : Optional.empty());
    Optional<String> sha =
        build
            .maybeText("sourceVersion")
            .or(() -> hasGetVersion ? Optional.of(getVersion.group(2)) : Optional.empty());
    String id = AzureRepository.idOf(body, "run:", Long.toString(build.number("id")));
    return Translation.of(
        CanonicalEvent.of(
            event(id, "finished", moment, provenance)
                .setRepository(repository(build, body).orElse(null))
                .setWorkflow(
                    build.maybeObject("definition").flatMap(d -> d.maybeText("name")).orElse(null))
                .setNames(
                    names(
                        build.maybeObject("definition"),
                        build.maybeObject("project").flatMap(p -> p.maybeText("name"))))
                .setTrigger(build.maybeText("reason").map(AzureRuns::trigger).orElse(null))
                .setBranch(ref.flatMap(ForgePush::branchOf).orElse(null))
                .setSha(sha.flatMap(AzureRuns::sha).orElse(null))
                .setOutcome(outcome.get())
                .setQueuedAt(build.maybeTime("queueTime").orElse(null))
                .setStartedAt(build.maybeTime("startTime").orElse(null))
                .setFinishedAt(moment.at())
                .setUrl(AzureDevOpsSender.page(build).or(() -> build.maybeText("url")).orElse(null))
                .build()));
  }

  Translation translateRun(Fields body, Provenance provenance) {
    Fields resource = AzureDevOpsSender.resource(body);
    Fields run = resource.object("run");
    String state = run.text("state", "a state, as inProgress or completed");
    Optional<String> status = status(state);
    if (status.isEmpty()) {
      return Translation.ignored(
          "run-state-changed: the state '%s' says nothing that is measured".formatted(state));
    }
    boolean finished = status.get().equals("finished");
    Moment sent = AzureDevOpsSender.sentAt(body, provenance);
    Moment moment = finished ? run.maybeTime("finishedDate").map(Moment::of).orElse(sent) : sent;
    String id = AzureRepository.idOf(body, "run:", Long.toString(run.number("id")));
    return Translation.of(
        CanonicalEvent.of(
            ofRepositories(event(id, status.get(), moment, provenance), resource, run)
                .setWorkflow(pipeline(resource, run).orElse(null))
                .setNames(
                    names(
                        resource.maybeObject("pipeline").or(() -> run.maybeObject("pipeline")),
                        Optional.empty()))
                .setOutcome(
                    finished
                        ? run.maybeText("result").flatMap(AzureRuns::outcome).orElse(null)
                        : null)
                .setQueuedAt(run.maybeTime("createdDate").orElse(null))
                .setStartedAt(status.get().equals("started") ? moment.at() : null)
                .setFinishedAt(finished ? moment.at() : null)
                .setUrl(AzureDevOpsSender.page(run).or(() -> run.maybeText("url")).orElse(null))
                .build()));
  }

  /**
   * A stage or job.
   *
   * @param part what the event is about: stage or job
   */
  Translation translatePart(String part, Fields body, Provenance provenance) {
    Fields resource = AzureDevOpsSender.resource(body);
    Fields stage = resource.object(part);
    String state = stage.text("state", "a state, as running or completed");
    Optional<String> status = status(state);
    if (status.isEmpty()) {
      return Translation.ignored(
          "%s-state-changed: the state '%s' says nothing that is measured".formatted(part, state));
    }
    Fields run = resource.object("run");
    String name = nameOf(stage, part);
    boolean finished = status.get().equals("finished");
    boolean started = status.get().equals("started");
    Moment sent = AzureDevOpsSender.sentAt(body, provenance);
    Optional<Instant> startedAt = stage.maybeTime("startTime");
    Moment moment =
        switch (status.get()) {
          case "finished" -> stage.maybeTime("finishTime").map(Moment::of).orElse(sent);
          case "started" -> startedAt.map(Moment::of).orElse(sent);
          default -> sent;
        };
    String path =
        part.equals("stage")
            ? name
            : "job:%s/%s"
                .formatted(
                    resource.maybeObject("stage").map(s -> nameOf(s, "stage")).orElse(""), name);
    String id = AzureRepository.idOf(body, "run:", run.number("id") + "/" + path);
    return Translation.of(
        CanonicalEvent.of(
            ofRepositories(event(id, status.get(), moment, provenance), resource, run)
                .setWorkflow(pipeline(resource, run).orElse(null))
                .setJob(name)
                .setNames(names(resource.maybeObject("pipeline"), Optional.empty()))
                .setOutcome(
                    finished
                        ? stage.maybeText("result").flatMap(AzureRuns::outcome).orElse(null)
                        : null)
                .setQueuedAt(started || finished ? null : moment.at())
                .setStartedAt(startedAt.orElse(started ? moment.at() : null))
                .setFinishedAt(finished ? moment.at() : null)
                .setUrl(AzureDevOpsSender.page(stage).orElse(null))
                .build()));
  }

  private static String nameOf(Fields stage, String part) {
    return stage
        .maybeText("displayName")
        .orElseGet(() -> stage.text("name", "the name of the " + part));
  }

  /** By which the catalog may know a pipeline, alone and with its project. */
  private static List<String> names(Optional<Fields> pipeline, Optional<String> project) {
    return pipeline
        .flatMap(p -> p.maybeText("name"))
        .map(
            name ->
                Stream.concat(
                        project.map(p -> "azure-devops:" + p + "/" + name).stream(),
                        Stream.of("azure-devops:" + name))
                    .toList())
        .orElse(List.of());
  }

  private static CiRunEvent.Builder event(
      String id, String status, Moment moment, Provenance provenance) {
    return CiRunEvent.newBuilder()
        // What waits was told as queued once, and keeps the id that it had then.
        .setId(moment.idOf("ci-run", id, status.equals("waiting") ? "queued" : status))
        .setProvenance(provenance)
        .setOccurredAt(moment.at())
        .setRun(id)
        .setStatus(status);
  }

  /** Repository, branch and commit, which newer payloads have in one of two ways. */
  private CiRunEvent.Builder ofRepositories(CiRunEvent.Builder event, Fields resource, Fields run) {
    Optional<Fields> self =
        Stream.of(run, resource)
            .flatMap(holder -> holder.maybeObject("resources").stream())
            .flatMap(resources -> resources.maybeObject("repositories").stream())
            .flatMap(repositories -> repositories.maybeObject("self").stream())
            .findFirst();
    Optional<Fields> first =
        resource.maybeNode("repositories").filter(node -> node.isArray()).isPresent()
            ? resource.maybeObjects("repositories").stream().findFirst()
            : Optional.empty();
    Optional<String> address =
        first
            .flatMap(repository -> repository.maybeText("url"))
            .filter(url -> !url.contains("/_apis/"))
            .map(
                url ->
                    url.replaceFirst("^https://api\\.github\\.com/repos/", "https://github.com/"));
    return event
        .setRepository(address.flatMap(settings.repositories()::normalise).orElse(null))
        .setBranch(
            self.flatMap(s -> s.maybeText("refName")).flatMap(ForgePush::branchOf).orElse(null))
        .setSha(
            self.flatMap(s -> s.maybeText("version"))
                .or(
                    () ->
                        first
                            .flatMap(repository -> repository.maybeObject("change"))
                            .flatMap(change -> change.maybeText("version")))
                .flatMap(AzureRuns::sha)
                .orElse(null));
  }

  /** The repository of a build, which may also be on GitHub. */
  private Optional<String> repository(Fields build, Fields body) {
    Optional<Fields> repository = build.maybeObject("repository");
    Optional<String> url =
        repository.flatMap(r -> r.maybeText("url")).filter(text -> !text.contains("/_apis/"));
    boolean onGitHub =
        repository
            .flatMap(r -> r.maybeText("type"))
            .filter(type -> type.toLowerCase(Locale.ROOT).startsWith("github"))
            .isPresent();
    Optional<String> text =
        url.or(
            () ->
                onGitHub
                    ? repository
                        .flatMap(r -> r.maybeText("id"))
                        .map(id -> "https://github.com/" + id)
                    : AzureRepository.organisationName(body)
                        .flatMap(
                            organisation ->
                                build
                                    .maybeObject("project")
                                    .flatMap(project -> project.maybeText("name"))
                                    .flatMap(
                                        project ->
                                            repository
                                                .flatMap(r -> r.maybeText("name"))
                                                .map(
                                                    name ->
                                                        AzureRepository.address(
                                                            organisation, project, name)))));
    return text.flatMap(settings.repositories()::normalise);
  }

  private static Optional<String> pipeline(Fields resource, Fields run) {
    return resource
        .maybeObject("pipeline")
        .or(() -> run.maybeObject("pipeline"))
        .flatMap(pipeline -> pipeline.maybeText("name"));
  }

  /** A SHA; other version control has other versions. */
  static Optional<String> sha(String text) {
    return Optional.of(text.strip().toLowerCase(Locale.ROOT))
        .filter(sha -> Shas.isWhole(sha) || Shas.isShaOrPrefix(sha));
  }

  private static Optional<String> status(String state) {
    return switch (state.toLowerCase(Locale.ROOT)) {
      case "notstarted", "pending", "queued" -> Optional.of("queued");
      case "waiting" -> Optional.of("waiting");
      case "inprogress", "running", "canceling" -> Optional.of("started");
      case "completed" -> Optional.of("finished");
      default -> Optional.empty();
    };
  }

  private static Optional<String> outcome(String result) {
    return switch (result.toLowerCase(Locale.ROOT)) {
      case "succeeded", "partiallysucceeded", "succeededwithissues" -> Optional.of("success");
      case "failed" -> Optional.of("failure");
      case "rejected" -> Optional.of("refused");
      case "canceled", "cancelled", "stopped", "abandoned" -> Optional.of("cancelled");
      case "skipped" -> Optional.of("skipped");
      default -> Optional.empty();
    };
  }

  private static String trigger(String reason) {
    return switch (reason.toLowerCase(Locale.ROOT)) {
      case "individualci", "batchedci" -> "push";
      case "pullrequest", "validateshelveset" -> "pull_request";
      case "schedule", "scheduleforced" -> "schedule";
      default -> reason.toLowerCase(Locale.ROOT);
    };
  }
}
