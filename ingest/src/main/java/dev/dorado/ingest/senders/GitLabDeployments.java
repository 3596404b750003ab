package dev.dorado.ingest.senders;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * GitLab's {@code deployment}, and its {@code build} where the job deploys to an environment. Both
 * tell of the same attempt if a job made the deployment: it has the job's id.
 */
final class GitLabDeployments {

  private final SenderSettings settings;

  GitLabDeployments(SenderSettings settings) {
    this.settings = settings;
  }

  Translation translate(Fields body, Provenance provenance) {
    String state = body.text("status", "a status, as running or success");
    Optional<String> status = status(state);
    if (status.isEmpty()) {
      return Translation.ignored(
          "deployment: the status '%s' says nothing that is measured".formatted(state));
    }
    var repository = GitLabProject.in(body, settings);
    String environment = body.maybeText("environment").orElse(null);
    // Versions before 13.12 do not say when.
    Moment moment = Moment.of(body.maybeTime("status_changed_at"), provenance);
    String id =
        body.maybeNumber("deployable_id")
            .map(job -> repository.idOf("gitlab", "job:", job))
            .orElseGet(
                () -> repository.idOf("gitlab", "deployment:", body.number("deployment_id")));
    return event(
        event(repository, id, status.get(), state, moment, provenance)
            .setEnvironment(environment)
            .setProduction(isProduction(body.maybeText("environment_tier")))
            .setRef(body.maybeText("ref").orElse(null))
            .setSha(sha(body).orElse(null))
            .setStartedAt(state.equals("running") ? moment.at() : null)
            .setDescription(body.maybeLongText("commit_title").orElse(null))
            .setUrl(
                body.maybeText("deployable_url")
                    .or(() -> repository.url().map(url -> url + "/-/environments"))
                    .orElse(null)));
  }

  Translation translateJob(Fields body, Provenance provenance) {
    String name = body.maybeText("build_name").orElse("?");
    Optional<Fields> environment = body.maybeObject("environment");
    boolean deploys =
        environment.map(e -> e.maybeText("action").orElse("start").equals("start")).orElse(false);
    if (!deploys) {
      return GitLabPipelines.job(body, settings, provenance)
          .map(job -> Translation.of(CanonicalEvent.of(job)))
          .orElseGet(
              () ->
                  Translation.ignored(
                      "build: the job '%s' deploys to no environment, and does not run yet"
                          .formatted(name)));
    }
    String state = body.text("build_status", "a status, as running or success");
    Optional<String> status = status(state);
    if (status.isEmpty()) {
      return Translation.ignored(
          "build: the status '%s' of the job '%s' says nothing that is measured"
              .formatted(state, name));
    }
    var repository = GitLabProject.in(body, settings);
    Optional<Instant> startedAt = time(body, "build_started_at");
    Optional<Instant> time =
        switch (status.get()) {
          case "queued", "waiting" -> time(body, "build_created_at");
          case "started" -> startedAt.or(() -> time(body, "build_created_at"));
          default -> time(body, "build_finished_at").or(() -> startedAt);
        };
    String id = repository.idOf("gitlab", "job:", body.number("build_id"));
    DeploymentEvent deployment =
        event(repository, id, status.get(), state, Moment.of(time, provenance), provenance)
            .setEnvironment(environment.get().maybeText("name").orElse(null))
            .setProduction(isProduction(environment.get().maybeText("deployment_tier")))
            .setRef(body.maybeText("ref").orElse(null))
            .setSha(Shas.maybe(body, "sha").orElse(null))
            .setStartedAt(startedAt.orElse(null))
            .setWorkflow(name)
            .setUrl(
                repository
                    .url()
                    .map(url -> url + "/-/jobs/" + body.number("build_id"))
                    .orElse(null))
            .build();
    List<CanonicalEvent<?>> events = new ArrayList<>(List.of(CanonicalEvent.of(deployment)));
    GitLabPipelines.job(body, settings, provenance)
        .ifPresent(job -> events.add(CanonicalEvent.of(job)));
    return new Translation.Events(events);
  }

  private static Translation event(DeploymentEvent.Builder event) {
    return Translation.of(CanonicalEvent.of(event.build()));
  }

  private static DeploymentEvent.Builder event(
      ForgeRepository repository,
      String id,
      String status,
      String state,
      Moment moment,
      Provenance provenance) {
    boolean finished = Set.of("succeeded", "failed", "cancelled").contains(status);
    return DeploymentEvent.newBuilder()
        .setId(moment.idOf("deployment", id, state))
        .setProvenance(provenance)
        .setOccurredAt(moment.at())
        .setDeployment(id)
        .setRepository(repository.name())
        .setStatus(status)
        .setFinishedAt(finished ? moment.at() : null);
  }

  /** In Dorado's words. What a person has to start or approve waits. */
  private static Optional<String> status(String state) {
    return switch (state) {
      case "created",
          "waiting_for_resource",
          "waiting_for_callback",
          "preparing",
          "pending",
          "scheduled" ->
          Optional.of("queued");
      case "blocked", "manual" -> Optional.of("waiting");
      case "running", "canceling" -> Optional.of("started");
      case "success" -> Optional.of("succeeded");
      case "failed" -> Optional.of("failed");
      case "canceled" -> Optional.of("cancelled");
      default -> Optional.empty();
    };
  }

  /** The whole SHA stands only at the end of an address. */
  private static Optional<String> sha(Fields body) {
    return body.maybeText("commit_url")
        .map(url -> url.substring(url.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT))
        .filter(Shas::isWhole)
        .or(() -> Shas.maybe(body, "sha"))
        .or(() -> Shas.maybe(body, "short_sha"));
  }

  /** A tier counts where it says yes (rule E3). */
  private static Boolean isProduction(Optional<String> tier) {
    return tier.filter("production"::equalsIgnoreCase).isPresent() ? Boolean.TRUE : null;
  }

  private static Optional<Instant> time(Fields body, String name) {
    return GitLabPipelines.jobTime(body, name);
  }
}
