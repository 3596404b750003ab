package dev.dorado.ingest.senders;

import dev.dorado.events.CiRunEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * GitLab's {@code pipeline}: a CI run, and {@code build}: one job of it. A retry of a pipeline goes
 * on under the same id.
 */
final class GitLabPipelines {

  private static final BigDecimal LONGEST_WAIT = BigDecimal.valueOf(100_000_000);

  private final SenderSettings settings;

  GitLabPipelines(SenderSettings settings) {
    this.settings = settings;
  }

  Translation translate(Fields body, Provenance provenance) {
    Fields pipeline = body.object("object_attributes");
    String state = pipeline.text("status", "a status, as running or success");
    String status =
        switch (state) {
          case "created",
              "waiting_for_resource",
              "waiting_for_callback",
              "preparing",
              "pending",
              "scheduled" ->
              "queued";
          case "running", "canceling" -> "started";
          case "success", "failed", "canceled", "skipped" -> "finished";
          default -> "";
        };
    if (status.isEmpty()) {
      return Translation.ignored(
          "pipeline: the status '%s' says nothing that is measured".formatted(state));
    }
    var repository = GitLabProject.in(body, settings);
    long number = pipeline.number("id");
    String id = repository.idOf("gitlab", "pipeline:", number);
    Optional<Instant> createdAt = pipeline.maybeTime("created_at");
    boolean queued = status.equals("queued");
    boolean finished = status.equals("finished");
    Optional<Instant> startedAt = queued ? Optional.empty() : startedAt(body, pipeline, createdAt);
    // A pipeline that is skipped has no other time.
    Optional<Instant> finishedAt =
        finished ? pipeline.maybeTime("finished_at").or(() -> createdAt) : Optional.empty();
    Moment moment = Moment.firstOf(provenance, finishedAt, startedAt, createdAt);
    Instant time = moment.at();
    var event =
        CiRunEvent.newBuilder()
            .setId(moment.idOf("ci-run", id, state))
            .setProvenance(provenance)
            .setOccurredAt(time)
            .setRun(id)
            .setAttempt(1)
            .setRepository(repository.name())
            .setWorkflow(pipeline.maybeText("name").orElse(null))
            .setTrigger(pipeline.maybeText("source").map(GitLabPipelines::trigger).orElse(null))
            .setBranch(
                pipeline.maybeFlag("tag").orElse(false)
                    ? null
                    : pipeline.maybeText("ref").orElse(null))
            .setSha(Shas.maybe(pipeline, "sha").orElse(null))
            .setStatus(status)
            .setOutcome(finished ? outcome(state) : null)
            .setQueuedAt(createdAt.orElse(null))
            .setStartedAt(startedAt.orElse(null))
            .setFinishedAt(finishedAt.orElse(null))
            .setUrl(
                pipeline
                    .maybeText("url")
                    .or(() -> repository.url().map(url -> url + "/-/pipelines/" + number))
                    .orElse(null))
            .build();
    return Translation.of(CanonicalEvent.of(event));
  }

  /**
   * A job as one of a run, once it waits for a person, runs or has ended. It is told apart from
   * jobs of the same name by its stage.
   */
  static Optional<CiRunEvent> job(Fields body, SenderSettings settings, Provenance provenance) {
    String state = body.text("build_status", "a status, as running or success");
    String status =
        switch (state) {
          case "manual", "blocked" -> "waiting";
          case "running" -> "started";
          case "success", "failed", "canceled" -> "finished";
          default -> "";
        };
    Optional<String> name = body.maybeText("build_name");
    // Without a name, it can't be chosen as a source (E4).
    if (status.isEmpty() || name.isEmpty()) {
      return Optional.empty();
    }
    var repository = GitLabProject.in(body, settings);
    String id = repository.idOf("gitlab", "job:", body.number("build_id"));
    boolean finished = status.equals("finished");
    Optional<Instant> createdAt = jobTime(body, "build_created_at");
    Optional<Instant> startedAt =
        status.equals("waiting") ? Optional.empty() : jobTime(body, "build_started_at");
    Optional<Instant> finishedAt = finished ? jobTime(body, "build_finished_at") : Optional.empty();
    Moment moment = Moment.of(finishedAt.or(() -> startedAt).or(() -> createdAt), provenance);
    return Optional.of(
        CiRunEvent.newBuilder()
            .setId(moment.idOf("ci-run", id, state))
            .setProvenance(provenance)
            .setOccurredAt(moment.at())
            .setRun(id)
            .setRepository(repository.name())
            .setWorkflow(body.maybeText("build_stage").orElse(null))
            .setJob(name.get())
            .setBranch(
                body.maybeFlag("tag").orElse(false) ? null : body.maybeText("ref").orElse(null))
            .setSha(Shas.maybe(body, "sha").orElse(null))
            .setStatus(status)
            .setOutcome(finished ? outcome(state) : null)
            .setQueuedAt(createdAt.orElse(null))
            .setStartedAt(startedAt.orElse(null))
            .setFinishedAt(finished ? moment.at() : null)
            .setUrl(
                repository
                    .url()
                    .map(url -> url + "/-/jobs/" + body.number("build_id"))
                    .orElse(null))
            .build());
  }

  /** Newer versions have each time a second time, in ISO 8601. */
  static Optional<Instant> jobTime(Fields body, String name) {
    return body.maybeTime(name).or(() -> body.maybeTime(name + "_iso"));
  }

  /** When it left the queue, else when the first of its jobs started. */
  private static Optional<Instant> startedAt(
      Fields body, Fields pipeline, Optional<Instant> createdAt) {
    return pipeline
        .maybeNode("queued_duration")
        .filter(node -> node.isNumber() && Double.isFinite(node.doubleValue()))
        .map(node -> node.decimalValue())
        .filter(wait -> wait.signum() >= 0 && wait.compareTo(LONGEST_WAIT) < 0)
        .flatMap(wait -> createdAt.map(at -> at.plusMillis(wait.movePointRight(3).longValue())))
        .filter(pipeline::allows)
        .or(
            () ->
                body.maybeObjects("builds").stream()
                    .flatMap(job -> job.maybeTime("started_at").stream())
                    .min(Comparator.naturalOrder()));
  }

  private static String trigger(String source) {
    return switch (source) {
      case "merge_request_event", "external_pull_request_event" -> "pull_request";
      default -> source;
    };
  }

  private static String outcome(String state) {
    return switch (state) {
      case "failed" -> "failure";
      case "canceled" -> "cancelled";
      default -> state;
    };
  }
}
