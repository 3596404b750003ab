package dev.dorado.ingest.senders;

import dev.dorado.events.CiRunEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * GitHub's {@code workflow_run}: a run of GitHub Actions, known by its id and attempt; {@code
 * workflow_job}: one job of it; and {@code deployment_review}, by which people let it go on or not.
 */
final class GitHubRuns {

  private final SenderSettings settings;

  GitHubRuns(SenderSettings settings) {
    this.settings = settings;
  }

  Translation translate(Fields body, Provenance provenance) {
    String action = body.text("action", "requested, in_progress or completed");
    String status =
        switch (action) {
          case "requested" -> "queued";
          case "in_progress" -> "started";
          case "completed" -> "finished";
          default -> "";
        };
    if (status.isEmpty()) {
      return Translation.ignored(
          "workflow_run.%s: this action changes nothing that is measured".formatted(action));
    }
    var repository = ForgeRepository.likeGitHub(body.object("repository"), settings);
    Fields run = body.object("workflow_run");
    String id = repository.idOf("github", "", run.number("id"));
    int attempt = Math.max(1, run.maybeCount("run_attempt").orElse(1));
    Optional<Instant> startedAt = run.maybeTime("run_started_at");
    // The start of a run is not its end, and its creation not its start.
    Moment moment =
        Moment.firstOf(
            provenance,
            run.maybeTime("updated_at"),
            status.equals("started") ? startedAt : Optional.empty(),
            status.equals("queued") ? run.maybeTime("created_at") : Optional.empty());
    Instant time = moment.at();
    // created_at is the first attempt's, also on a later one.
    Optional<Instant> queuedAt =
        attempt == 1 ? run.maybeTime("created_at").or(() -> startedAt) : startedAt;
    boolean finished = status.equals("finished");
    var event =
        CiRunEvent.newBuilder()
            .setId(moment.idOf("ci-run", id + "/" + attempt, status))
            .setProvenance(provenance)
            .setOccurredAt(time)
            .setRun(id)
            .setAttempt(attempt)
            .setRepository(repository.name())
            .setWorkflow(
                run.maybeText("name")
                    .or(() -> body.maybeObject("workflow").flatMap(w -> w.maybeText("name")))
                    .orElse(null))
            .setTrigger(run.maybeText("event").orElse(null))
            .setBranch(run.maybeText("head_branch").orElse(null))
            .setSha(Shas.maybe(run, "head_sha").orElse(null))
            .setStatus(status)
            // A completed run may lack its conclusion: then its outcome is not known.
            .setOutcome(
                finished
                    ? run.maybeText("conclusion").map(c -> c.toLowerCase(Locale.ROOT)).orElse(null)
                    : null)
            .setQueuedAt(queuedAt.orElse(null))
            .setStartedAt(status.equals("queued") ? null : startedAt.orElse(null))
            .setFinishedAt(finished ? time : null)
            .setUrl(run.maybeText("html_url").orElse(null))
            .build();
    return Translation.of(CanonicalEvent.of(event));
  }

  Translation translateJob(Fields body, Provenance provenance) {
    String action = body.text("action", "queued, waiting, in_progress or completed");
    String status =
        switch (action) {
          case "queued" -> "queued";
          case "waiting" -> "waiting";
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
    String id = repository.idOf("github", "job:", job.number("id"));
    boolean finished = status.equals("finished");
    Optional<Instant> createdAt = job.maybeTime("created_at");
    // What waits has the time of its creation there.
    Optional<Instant> startedAt =
        status.equals("started") || finished ? job.maybeTime("started_at") : Optional.empty();
    Optional<Instant> finishedAt = finished ? job.maybeTime("completed_at") : Optional.empty();
    Moment moment = Moment.of(finishedAt.or(() -> startedAt).or(() -> createdAt), provenance);
    return Translation.of(
        CanonicalEvent.of(
            CiRunEvent.newBuilder()
                .setId(moment.idOf("ci-run", id, status))
                .setProvenance(provenance)
                .setOccurredAt(moment.at())
                .setRun(id)
                .setRepository(repository.name())
                .setWorkflow(job.maybeText("workflow_name").orElse(null))
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
                .setQueuedAt(createdAt.orElse(null))
                .setStartedAt(startedAt.orElse(null))
                .setFinishedAt(finished ? moment.at() : null)
                .setUrl(job.maybeText("html_url").orElse(null))
                .build()));
  }

  /** A run is told to wait for a person, and that the person has refused. */
  Translation translateReview(Fields body, Provenance provenance) {
    String action = body.text("action", "requested, approved or rejected");
    String status =
        switch (action) {
          case "requested" -> "waiting";
          case "rejected" -> "refused";
          default -> "";
        };
    if (status.isEmpty() || body.maybeObject("workflow_run").isEmpty()) {
      return Translation.ignored(
          "deployment_review.%s: the run goes on, and tells of itself".formatted(action));
    }
    var repository = ForgeRepository.likeGitHub(body.object("repository"), settings);
    Fields run = body.object("workflow_run");
    String id = repository.idOf("github", "", run.number("id"));
    int attempt = Math.max(1, run.maybeCount("run_attempt").orElse(1));
    Moment moment =
        Moment.of(body.maybeTime("since").or(() -> run.maybeTime("updated_at")), provenance);
    return Translation.of(
        CanonicalEvent.of(
            CiRunEvent.newBuilder()
                .setId(moment.idOf("ci-run", id + "/" + attempt, status))
                .setProvenance(provenance)
                .setOccurredAt(moment.at())
                .setRun(id)
                .setAttempt(attempt)
                .setRepository(repository.name())
                .setStatus(status)
                .build()));
  }
}
