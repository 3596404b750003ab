package dev.dorado.ingest.senders;

import dev.dorado.events.CiRunEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** GitHub's {@code workflow_run}: a run of GitHub Actions, known by its id and attempt. */
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
}
