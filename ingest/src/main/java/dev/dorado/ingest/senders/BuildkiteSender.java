package dev.dorado.ingest.senders;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.dorado.events.CiRunEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.AnyOfAuthenticator;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.SharedSecretAuthenticator;
import dev.dorado.ingest.auth.TimestampedHmacAuthenticator;
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

/** Buildkite's notification webhooks: a build is a CI run, and a job of it is one of its jobs. */
final class BuildkiteSender implements Sender {

  private static final Pattern ORGANISATION = Pattern.compile("/organizations/([^/]{1,100})/");
  private static final String EVENT_HEADER = "X-Buildkite-Event";
  private static final String INSTRUCTION =
      "put the token of the webhook's notification service on Buildkite here into"
          + " DORADO_SECRETS_BUILDKITE, and have it sent as X-Buildkite-Signature (or"
          + " X-Buildkite-Token)";

  private final Authenticator authenticator =
      new AnyOfAuthenticator(
          TimestampedHmacAuthenticator.inOneHeader(
              "X-Buildkite-Signature", "timestamp", "signature", ".", INSTRUCTION),
          new SharedSecretAuthenticator(INSTRUCTION, "X-Buildkite-Token"));
  private final SenderSettings settings;

  BuildkiteSender(SenderSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "buildkite";
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public Set<String> keptHeaders() {
    return Set.of(EVENT_HEADER);
  }

  /** The build, the event and the state: a build that went on after a block finishes twice. */
  @Override
  public String deliveryId(DeliveryRequest request) {
    try {
      Fields body = request.fields();
      Fields build = body.object("build");
      Optional<Fields> job = body.maybeObject("job");
      Fields subject = job.orElse(build);
      return "%s %s %s %s"
          .formatted(
              subject.text("id"),
              event(request, body),
              subject.maybeText("state").orElse(""),
              subject
                  .maybeText("finished_at")
                  .or(() -> subject.maybeText("started_at"))
                  .orElse(""));
    } catch (UntranslatableDelivery e) {
      // No build, or said where the delivery is translated: the body's hash names it.
      return EventId.sha256Hex(request.body());
    }
  }

  @Override
  public About about(DeliveryRequest request) {
    return new About(request.header(EVENT_HEADER), Peek.at(request, body -> repository(body)));
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Fields body = request.fields();
    String event = event(request, body);
    return switch (event) {
      case "ping" -> Translation.ignored("ping");
      case "build.scheduled" -> run(body, event, "queued", provenance);
      case "build.running" -> run(body, event, "started", provenance);
      case "build.finished" -> finished(body, event, provenance);
      case "build.skipped" -> run(body, event, "finished", provenance);
      case "job.started" -> job(body, "started", provenance);
      case "job.finished" -> job(body, "finished", provenance);
      case "build.failing" ->
          Translation.ignored("build.failing: the build goes on, and build.finished tells its end");
      default ->
          Translation.ignored(
              "%s: this kind of event says nothing that is measured"
                  .formatted(Fields.beginning(event)));
    };
  }

  private Translation finished(Fields body, String event, Provenance provenance) {
    Fields build = body.object("build");
    boolean waits =
        build.maybeFlag("blocked").orElse(false)
            || build.maybeText("state").filter("blocked"::equals).isPresent();
    return waits
        ? Translation.ignored("build.finished: the build waits at a block step, and may go on")
        : run(body, event, "finished", provenance);
  }

  private Translation run(Fields body, String event, String status, Provenance provenance) {
    Fields build = body.object("build");
    String id = "buildkite:" + build.text("id", "the id of the build");
    boolean finished = status.equals("finished");
    boolean skipped = event.equals("build.skipped");
    Optional<Instant> createdAt = build.maybeTime("created_at");
    Optional<Instant> startedAt = build.maybeTime("started_at");
    Optional<Instant> finishedAt = build.maybeTime("finished_at");
    Optional<String> state =
        skipped
            ? Optional.of("skipped")
            : build.maybeText("state").map(text -> text.toLowerCase(Locale.ROOT));
    Moment moment =
        switch (status) {
          case "queued" -> Moment.firstOf(provenance, createdAt, build.maybeTime("scheduled_at"));
          case "started" -> Moment.of(startedAt, provenance);
          // What was skipped or cancelled in the queue has not run.
          default -> Moment.firstOf(provenance, finishedAt, startedAt, createdAt);
        };
    Instant time = moment.at();
    return Translation.of(
        CanonicalEvent.of(
            CiRunEvent.newBuilder()
                .setId(moment.idOf("ci-run", id, status + (finished ? " " + state.orElse("") : "")))
                .setProvenance(provenance)
                .setOccurredAt(time)
                .setRun(id)
                .setRepository(repository(body).orElse(null))
                .setWorkflow(slug(body).orElse(null))
                .setNames(names(body))
                .setVersion(version(build).orElse(null))
                .setTrigger(trigger(build).orElse(null))
                .setBranch(build.maybeText("branch").orElse(null))
                // Until an agent has looked, the commit may be HEAD.
                .setSha(Shas.ifAny(build.maybeText("commit")).orElse(null))
                .setStatus(status)
                .setOutcome(finished ? state.map(BuildkiteSender::outcome).orElse(null) : null)
                .setQueuedAt(createdAt.orElse(null))
                .setStartedAt(status.equals("queued") ? null : startedAt.orElse(null))
                .setFinishedAt(finished ? time : null)
                .setUrl(build.maybeText("web_url").or(() -> build.maybeText("url")).orElse(null))
                .build()));
  }

  /** A job that runs a script; block, wait and trigger steps are jobs of other types. */
  private Translation job(Fields body, String status, Provenance provenance) {
    Fields job = body.object("job");
    Optional<String> name =
        job.maybeText("name").or(() -> job.maybeText("label")).or(() -> job.maybeText("step_key"));
    if (name.isEmpty()
        || job.maybeText("type").filter(type -> !type.equals("script")).isPresent()) {
      return Translation.ignored("job: only jobs that have a name and run something may deploy");
    }
    Optional<Fields> build = body.maybeObject("build");
    String id = "buildkite:job:" + job.text("id", "the id of the job");
    boolean finished = status.equals("finished");
    Optional<Instant> startedAt = job.maybeTime("started_at");
    Moment moment =
        finished
            ? Moment.of(job.maybeTime("finished_at"), provenance)
            : Moment.of(startedAt, provenance);
    return Translation.of(
        CanonicalEvent.of(
            CiRunEvent.newBuilder()
                .setId(moment.idOf("ci-run", id, status))
                .setProvenance(provenance)
                .setOccurredAt(moment.at())
                .setRun(id)
                .setRepository(repository(body).orElse(null))
                .setWorkflow(slug(body).orElse(null))
                .setJob(name.get())
                .setNames(names(body))
                .setVersion(build.flatMap(BuildkiteSender::version).orElse(null))
                .setBranch(build.flatMap(b -> b.maybeText("branch")).orElse(null))
                .setSha(Shas.ifAny(build.flatMap(b -> b.maybeText("commit"))).orElse(null))
                .setStatus(status)
                .setOutcome(
                    finished
                        ? job.maybeText("state")
                            .map(text -> outcome(text.toLowerCase(Locale.ROOT)))
                            .orElse(null)
                        : null)
                .setStartedAt(startedAt.orElse(null))
                .setFinishedAt(finished ? moment.at() : null)
                .setUrl(job.maybeText("web_url").orElse(null))
                .build()));
  }

  /** The version that the build's meta-data or environment asks for. */
  private static Optional<String> version(Fields build) {
    return VersionParameter.in(build.maybeObject("meta_data"))
        .or(() -> VersionParameter.in(build.maybeObject("env")));
  }

  /** By which the catalog may know the pipeline: its slug, with the organisation before it. */
  private static List<String> names(Fields body) {
    Optional<String> slug = slug(body);
    Optional<String> organisation =
        body.maybeObject("organization")
            .flatMap(o -> o.maybeText("slug"))
            .or(
                () ->
                    pipeline(body)
                        .flatMap(p -> p.maybeText("url"))
                        .map(ORGANISATION::matcher)
                        .filter(Matcher::find)
                        .map(found -> found.group(1)));
    return slug.map(
            name ->
                Stream.concat(
                        organisation.map(o -> "buildkite:" + o + "/" + name).stream(),
                        Stream.of("buildkite:" + name))
                    .toList())
        .orElse(List.of());
  }

  private static Optional<String> slug(Fields body) {
    return pipeline(body).flatMap(p -> p.maybeText("slug").or(() -> p.maybeText("name")));
  }

  private static String outcome(String state) {
    return switch (state) {
      case "passed" -> "success";
      case "failed", "failing", "waiting_failed", "timed_out", "broken", "expired" -> "failure";
      case "canceled", "canceling" -> "cancelled";
      case "skipped", "not_run" -> "skipped";
      default -> state;
    };
  }

  /** A pull request's build says so; a forge's webhook else means a push. */
  private static Optional<String> trigger(Fields build) {
    if (build.maybeNode("pull_request").filter(node -> node.isObject()).isPresent()) {
      return Optional.of("pull_request");
    }
    return build.maybeText("source").map(source -> source.equals("webhook") ? "push" : source);
  }

  private Optional<String> repository(Fields body) {
    return pipeline(body)
        .flatMap(p -> p.maybeText("repository"))
        .flatMap(settings.repositories()::normalise);
  }

  private static Optional<Fields> pipeline(Fields body) {
    return body.maybeObject("pipeline")
        .or(() -> body.maybeObject("build").flatMap(build -> build.maybeObject("pipeline")));
  }

  private static String event(DeliveryRequest request, Fields body) {
    return body.maybeText("event")
        .or(() -> request.header(EVENT_HEADER))
        .orElseThrow(() -> body.absent("event", "a kind of event, as build.finished"));
  }
}
