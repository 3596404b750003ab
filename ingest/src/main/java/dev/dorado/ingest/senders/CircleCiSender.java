package dev.dorado.ingest.senders;

import com.google.re2j.Pattern;
import dev.dorado.events.CiRunEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.HmacAuthenticator;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import dev.dorado.ingest.delivery.UntranslatableDelivery;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * CircleCI's outbound webhooks: a workflow that completed is a CI run, a job one of its jobs.
 * Projects of GitHub OAuth and Bitbucket Cloud have the commit in {@code pipeline.vcs}, all others
 * in {@code pipeline.trigger_parameters}.
 */
final class CircleCiSender implements Sender {

  private static final String TYPE_HEADER = "circleci-event-type";
  private static final Pattern SLUG = Pattern.compile("(gh|github|bb|bitbucket)/([^/]+/[^/]+)");

  private final Authenticator authenticator =
      new HmacAuthenticator(
          "circleci-signature",
          "v1=",
          "set a secret token in the webhook's settings on CircleCI, and the same one here in"
              + " DORADO_SECRETS_CIRCLECI");
  private final SenderSettings settings;

  CircleCiSender(SenderSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "circleci";
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public Set<String> keptHeaders() {
    return Set.of(TYPE_HEADER);
  }

  /** The body's id, which CircleCI gives to tell duplicates by. */
  @Override
  public String deliveryId(DeliveryRequest request) {
    try {
      return request.fields().maybeText("id").orElseGet(() -> EventId.sha256Hex(request.body()));
    } catch (UntranslatableDelivery e) {
      // Said where the delivery is translated; until it names itself, the body's hash does.
      return EventId.sha256Hex(request.body());
    }
  }

  @Override
  public About about(DeliveryRequest request) {
    try {
      Fields body = request.fields();
      return new About(
          body.maybeText("type").or(() -> request.header(TYPE_HEADER)), repository(body));
    } catch (UntranslatableDelivery e) {
      // Said where the delivery is translated; here it just is not known.
      return new About(request.header(TYPE_HEADER), Optional.empty());
    }
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Fields body = request.fields();
    String type =
        body.maybeText("type")
            .or(() -> request.header(TYPE_HEADER))
            .orElseThrow(() -> body.absent("type", "workflow-completed or job-completed"));
    if (type.equals("job-completed") || body.maybeNode("job").isPresent()) {
      return job(body, provenance);
    }
    if (!type.equals("workflow-completed")) {
      return Translation.ignored(
          "%s: this type of event says nothing that is measured".formatted(Fields.beginning(type)));
    }
    return run(body, provenance);
  }

  private Translation run(Fields body, Provenance provenance) {
    Fields workflow = body.object("workflow");
    String id = "circleci:" + workflow.text("id", "the id of the workflow");
    Moment moment =
        Moment.firstOf(provenance, workflow.maybeTime("stopped_at"), body.maybeTime("happened_at"));
    Instant finishedAt = moment.at();
    Optional<Instant> createdAt = workflow.maybeTime("created_at");
    Optional<String> status =
        workflow.maybeText("status").map(text -> text.toLowerCase(Locale.ROOT));
    return Translation.of(
        CanonicalEvent.of(
            ofPipeline(body)
                .setId(moment.idOf("ci-run", id, "finished " + status.orElse("unknown")))
                .setProvenance(provenance)
                .setOccurredAt(finishedAt)
                .setRun(id)
                .setWorkflow(workflow.maybeText("name").orElse(null))
                .setStatus("finished")
                .setOutcome(status.map(CircleCiSender::outcome).orElse(null))
                .setQueuedAt(createdAt.orElse(null))
                // A workflow runs from its creation; what waits are its jobs, which are part of it.
                .setStartedAt(createdAt.orElse(null))
                .setFinishedAt(finishedAt)
                .setUrl(workflow.maybeText("url").orElse(null))
                .build()));
  }

  private Translation job(Fields body, Provenance provenance) {
    Fields job = body.object("job");
    Optional<String> name = job.maybeText("name");
    if (name.isEmpty()) {
      return Translation.ignored("job-completed: without a name it can't be a source (E4)");
    }
    String id = "circleci:job:" + job.text("id", "the id of the job");
    Moment moment =
        Moment.firstOf(provenance, job.maybeTime("stopped_at"), body.maybeTime("happened_at"));
    Instant finishedAt = moment.at();
    Optional<String> status = job.maybeText("status").map(text -> text.toLowerCase(Locale.ROOT));
    Optional<Fields> workflow = body.maybeObject("workflow");
    return Translation.of(
        CanonicalEvent.of(
            ofPipeline(body)
                .setId(moment.idOf("ci-run", id, "finished " + status.orElse("unknown")))
                .setProvenance(provenance)
                .setOccurredAt(finishedAt)
                .setRun(id)
                .setWorkflow(text(workflow, "name").orElse(null))
                .setJob(name.get())
                .setStatus("finished")
                .setOutcome(status.map(CircleCiSender::outcome).orElse(null))
                // What is on hold has not started: its approval is a job of its own.
                .setStartedAt(job.maybeTime("started_at").orElse(null))
                .setFinishedAt(finishedAt)
                .setUrl(text(workflow, "url").orElse(null))
                .build()));
  }

  /** Repository, branch, commit, what started the pipeline, and what the catalog may call it. */
  private CiRunEvent.Builder ofPipeline(Fields body) {
    Optional<Fields> pipeline = body.maybeObject("pipeline");
    Optional<Fields> vcs = pipeline.flatMap(p -> p.maybeObject("vcs"));
    Optional<Fields> parameters = pipeline.flatMap(p -> p.maybeObject("trigger_parameters"));
    Optional<Fields> git = parameters.flatMap(p -> p.maybeObject("git"));
    return CiRunEvent.newBuilder()
        .setRepository(repository(body).orElse(null))
        .setTrigger(trigger(pipeline, parameters).orElse(null))
        .setBranch(text(vcs, "branch").or(() -> text(git, "branch")).orElse(null))
        .setSha(
            Shas.ifAny(text(vcs, "revision"))
                .or(() -> Shas.ifAny(text(git, "checkout_sha")))
                .orElse(null))
        .setVersion(
            VersionParameter.in(pipeline.flatMap(p -> p.maybeObject("parameters"))).orElse(null))
        .setNames(
            text(body.maybeObject("project"), "slug")
                .map(
                    slug ->
                        Stream.of(slug, longSlug(slug))
                            .distinct()
                            .map(s -> "circleci:" + s)
                            .toList())
                .orElse(List.of()));
  }

  /** Backstage writes the forge in full. */
  private static String longSlug(String slug) {
    return slug.replaceFirst("^gh/", "github/").replaceFirst("^bb/", "bitbucket/");
  }

  private static String outcome(String status) {
    return switch (status) {
      case "failed", "failing", "error", "unauthorized" -> "failure";
      case "canceled" -> "cancelled";
      case "not_run" -> "skipped";
      default -> status;
    };
  }

  /** What the provider calls the event that started the pipeline, else how it was started. */
  private static Optional<String> trigger(Optional<Fields> pipeline, Optional<Fields> parameters) {
    return text(parameters.flatMap(p -> p.maybeObject("circleci")), "event_type")
        .or(
            () ->
                text(pipeline.flatMap(p -> p.maybeObject("trigger")), "type")
                    .map(
                        type ->
                            switch (type) {
                              case "webhook" -> "push";
                              case "scheduled_pipeline" -> "schedule";
                              default -> type;
                            }));
  }

  private Optional<String> repository(Fields body) {
    Optional<Fields> pipeline = body.maybeObject("pipeline");
    Optional<Fields> vcs = pipeline.flatMap(p -> p.maybeObject("vcs"));
    Optional<Fields> parameters = pipeline.flatMap(p -> p.maybeObject("trigger_parameters"));
    Optional<Fields> git = parameters.flatMap(p -> p.maybeObject("git"));
    Optional<Fields> provider =
        parameters.flatMap(p -> p.maybeObject("github_app").or(() -> p.maybeObject("gitlab")));
    return Stream.of(
            text(vcs, "target_repository_url"),
            text(git, "checkout_url"),
            text(git, "repo_url"),
            text(provider, "web_url"),
            text(provider, "repo_url"),
            text(body.maybeObject("project"), "slug").flatMap(CircleCiSender::ofSlug))
        .flatMap(Optional::stream)
        .flatMap(text -> settings.repositories().normalise(text).stream())
        .findFirst();
  }

  /** A slug names the repository where it begins with the forge's; else it is of CircleCI's ids. */
  private static Optional<String> ofSlug(String slug) {
    var parts = SLUG.matcher(slug.toLowerCase(Locale.ROOT));
    if (!parts.matches()) {
      return Optional.empty();
    }
    String host = parts.group(1).startsWith("g") ? "github.com/" : "bitbucket.org/";
    return Optional.of(host + parts.group(2));
  }

  private static Optional<String> text(Optional<Fields> fields, String name) {
    return fields.flatMap(f -> f.maybeText(name));
  }
}
