package dev.dorado.ingest.senders;

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
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Buildkite's notification webhooks: a build is a CI run. */
final class BuildkiteSender implements Sender {

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
      return "%s %s %s %s"
          .formatted(
              build.text("id"),
              event(request, body),
              build.maybeText("state").orElse(""),
              build.maybeText("finished_at").or(() -> build.maybeText("started_at")).orElse(""));
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
                .setWorkflow(
                    pipeline(body)
                        .flatMap(p -> p.maybeText("slug").or(() -> p.maybeText("name")))
                        .orElse(null))
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

  private static String outcome(String state) {
    return switch (state) {
      case "passed" -> "success";
      case "failed", "failing", "waiting_failed" -> "failure";
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
