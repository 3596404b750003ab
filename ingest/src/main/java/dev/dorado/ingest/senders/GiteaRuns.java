package dev.dorado.ingest.senders;

import dev.dorado.events.CiRunEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** Runs of Gitea's ({@code workflow_run}) and Forgejo's ({@code action_run_*}) Actions. */
final class GiteaRuns {

  private final SenderSettings settings;

  GiteaRuns(SenderSettings settings) {
    this.settings = settings;
  }

  Translation translate(Fields body, Provenance provenance) {
    String action = body.text("action", "requested, in_progress or completed");
    String status =
        switch (action) {
          case "requested", "queued", "waiting" -> "queued";
          case "in_progress" -> "started";
          case "completed" -> "finished";
          default -> "";
        };
    if (status.isEmpty()) {
      return Translation.ignored(
          "workflow_run.%s: this action changes nothing that is measured".formatted(action));
    }
    Fields run = body.object("workflow_run");
    var repository = ForgeRepository.likeGitHub(body.object("repository"), settings);
    boolean finished = status.equals("finished");
    Optional<Instant> startedAt =
        run.maybeTime("started_at").or(() -> run.maybeTime("run_started_at"));
    Optional<Instant> finishedAt =
        finished
            ? run.maybeTime("completed_at").or(() -> run.maybeTime("updated_at"))
            : Optional.empty();
    Optional<Instant> queuedAt = run.maybeTime("created_at");
    Optional<Instant> time =
        switch (status) {
          case "queued" -> queuedAt;
          case "started" -> startedAt.or(() -> run.maybeTime("updated_at"));
          default -> finishedAt.or(() -> startedAt);
        };
    int attempt = Math.max(1, run.maybeCount("run_attempt").orElse(1));
    var event =
        event(
                repository,
                run.number("id"),
                attempt,
                status,
                Moment.of(time, provenance),
                provenance)
            .setWorkflow(
                body.maybeObject("workflow")
                    .flatMap(workflow -> workflow.maybeText("name"))
                    .or(() -> run.maybeText("name"))
                    .or(() -> run.maybeText("path").map(GiteaRuns::file))
                    .orElse(null))
            .setTrigger(run.maybeText("event").orElse(null))
            .setBranch(run.maybeText("head_branch").orElse(null))
            .setSha(Shas.maybe(run, "head_sha").orElse(null))
            .setOutcome(
                finished
                    ? run.maybeText("conclusion").map(c -> c.toLowerCase(Locale.ROOT)).orElse(null)
                    : null)
            .setQueuedAt(queuedAt.orElse(null))
            .setStartedAt(status.equals("queued") ? null : startedAt.orElse(null))
            .setFinishedAt(finishedAt.orElse(null))
            .setUrl(run.maybeText("html_url").orElse(null))
            .build();
    return Translation.of(CanonicalEvent.of(event));
  }

  /** A job of Gitea's. Waiting means there that it waits for a runner. */
  Translation translateJob(Fields body, Provenance provenance) {
    String action = body.text("action", "queued, in_progress or completed");
    String status =
        switch (action) {
          case "queued", "waiting" -> "queued";
          case "in_progress" -> "started";
          case "completed" -> "finished";
          default -> "";
        };
    if (status.isEmpty()) {
      return Translation.ignored(
          "workflow_job.%s: this action changes nothing that is measured".formatted(action));
    }
    var repository = ForgeRepository.likeGitHub(body.object("repository"), settings);
    Fields job = body.object("workflow_job");
    Optional<String> name = job.maybeText("name");
    if (name.isEmpty()) {
      return Translation.ignored("workflow_job: without a name it can't be a source (E4)");
    }
    String id = repository.idOf("gitea", "job:", job.number("id"));
    boolean finished = status.equals("finished");
    Optional<Instant> startedAt =
        status.equals("queued") ? Optional.empty() : job.maybeTime("started_at");
    Optional<Instant> finishedAt = finished ? job.maybeTime("completed_at") : Optional.empty();
    Moment moment =
        Moment.of(finishedAt.or(() -> startedAt).or(() -> job.maybeTime("created_at")), provenance);
    return Translation.of(
        CanonicalEvent.of(
            CiRunEvent.newBuilder()
                .setId(moment.idOf("ci-run", id, status))
                .setProvenance(provenance)
                .setOccurredAt(moment.at())
                .setRun(id)
                .setRepository(repository.name())
                .setWorkflow(
                    job.maybeText("workflow_name")
                        .or(() -> body.maybeObject("workflow").flatMap(w -> w.maybeText("name")))
                        .orElse(null))
                .setJob(name.get())
                .setBranch(job.maybeText("head_branch").orElse(null))
                .setSha(Shas.maybe(job, "head_sha").orElse(null))
                .setStatus(status)
                .setOutcome(
                    finished
                        ? job.maybeText("conclusion")
                            .map(c -> c.toLowerCase(Locale.ROOT))
                            .orElse(null)
                        : null)
                .setQueuedAt(job.maybeTime("created_at").orElse(null))
                .setStartedAt(startedAt.orElse(null))
                .setFinishedAt(finished ? moment.at() : null)
                .setUrl(job.maybeText("html_url").orElse(null))
                .build()));
  }

  Translation translateForgejo(Fields body, Provenance provenance) {
    Fields run = body.object("run");
    var repository =
        ForgeRepository.likeGitHub(
            body.maybeObject("repository")
                .or(() -> run.maybeObject("repository"))
                .orElseGet(() -> body.object("repository")),
            settings);
    String outcome =
        run.maybeText("status")
            .or(() -> body.maybeText("action"))
            .map(status -> status.toLowerCase(Locale.ROOT))
            .map(status -> status.equals("recovered") ? "success" : status)
            .orElseThrow(() -> run.absent("status", "a status, as success or failure"));
    Optional<Instant> finishedAt = run.maybeTime("stopped").or(() -> run.maybeTime("updated"));
    Optional<String> ref = run.maybeText("prettyref");
    var event =
        event(
                repository,
                run.number("id"),
                1,
                "finished",
                Moment.of(finishedAt, provenance),
                provenance)
            .setWorkflow(run.maybeText("workflow_id").orElse(null))
            .setTrigger(
                run.maybeText("trigger_event").or(() -> run.maybeText("event")).orElse(null))
            .setBranch(ref.filter(name -> !name.startsWith("#")).orElse(null))
            .setSha(Shas.maybe(run, "commit_sha").orElse(null))
            .setOutcome(outcome)
            .setQueuedAt(run.maybeTime("created").orElse(null))
            .setStartedAt(run.maybeTime("started").orElse(null))
            .setFinishedAt(finishedAt.orElse(null))
            .setUrl(run.maybeText("html_url").orElse(null))
            .build();
    return Translation.of(CanonicalEvent.of(event));
  }

  private static CiRunEvent.Builder event(
      ForgeRepository repository,
      long number,
      int attempt,
      String status,
      Moment moment,
      Provenance provenance) {
    String id = repository.idOf("gitea", "run:", number);
    return CiRunEvent.newBuilder()
        .setId(moment.idOf("ci-run", id + "/" + attempt, status))
        .setProvenance(provenance)
        .setOccurredAt(moment.at())
        .setRun(id)
        .setAttempt(attempt)
        .setRepository(repository.name())
        .setStatus(status);
  }

  /** {@code build.yml} of {@code build.yml@refs/heads/main}. */
  private static String file(String path) {
    String file = path.split("@", 2)[0];
    return file.substring(file.lastIndexOf('/') + 1);
  }
}
