package dev.dorado.ingest.senders;

import com.google.re2j.Pattern;
import dev.dorado.events.CiRunEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.SharedSecretAuthenticator;
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

/**
 * Tekton Pipelines' CloudEvents: a PipelineRun is a CI run. Events come several times and in any
 * order, so their times are those of the run's status, not of the event.
 */
final class TektonSender implements Sender {

  private static final Pattern TYPE =
      Pattern.compile("dev\\.tekton\\.event\\.([a-z]+)\\.([a-z]+)(?:\\.v\\d+.*)?");

  private final Authenticator authenticator =
      SharedSecretAuthenticator.alsoInAddress(
          "put a secret of DORADO_SECRETS_TEKTON into the sink's address in Tekton's"
              + " config-events, as https://host/webhooks/tekton?token=SECRET");
  private final SenderSettings settings;

  TektonSender(SenderSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "tekton";
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public Set<String> keptHeaders() {
    return Set.of("ce-id", "ce-source", "ce-type", "ce-time", "ce-specversion", "ce-subject");
  }

  /** The CloudEvent's source and id, which CloudEvents make unique. */
  @Override
  public String deliveryId(DeliveryRequest request) {
    try {
      Optional<String> id = attribute(request, "id");
      if (id.isPresent()) {
        return "%s %s".formatted(attribute(request, "source").orElse(""), id.get());
      }
    } catch (UntranslatableDelivery e) {
      // Said where the delivery is translated; until it names itself, the body's hash does.
      return EventId.sha256Hex(request.body());
    }
    return EventId.sha256Hex(request.body());
  }

  @Override
  public About about(DeliveryRequest request) {
    try {
      return new About(attribute(request, "type"), Optional.empty());
    } catch (UntranslatableDelivery e) {
      // Said where the delivery is translated; here the kind just is not known.
      return new About(request.header("ce-type"), Optional.empty());
    }
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Fields body = request.fields();
    String type =
        attribute(request, "type")
            .orElseThrow(
                () ->
                    body.absent(
                        "type",
                        "the type of the CloudEvent, there or in the header Ce-Type, as"
                            + " dev.tekton.event.pipelinerun.successful.v1"))
            .toLowerCase(Locale.ROOT);
    var parts = TYPE.matcher(type);
    if (!parts.matches()) {
      return Translation.ignored(
          "%s: this type of event says nothing that is measured".formatted(Fields.beginning(type)));
    }
    if (!parts.group(1).equals("pipelinerun")) {
      return Translation.ignored(
          "%s: only PipelineRuns are CI runs, and tell of their tasks".formatted(parts.group(1)));
    }
    Fields data = body.maybeObject("data").orElse(body);
    return switch (parts.group(2)) {
      case "queued" -> run(request, data, "queued", provenance);
      case "started", "running" -> run(request, data, "started", provenance);
      case "successful", "failed" -> run(request, data, "finished", provenance);
      default -> Translation.ignored("pipelinerun.%s: the run goes on".formatted(parts.group(2)));
    };
  }

  private Translation run(
      DeliveryRequest request, Fields data, String status, Provenance provenance) {
    Fields run = data.object("pipelineRun");
    Fields metadata = run.object("metadata");
    Optional<Fields> state = run.maybeObject("status");
    boolean finished = status.equals("finished");
    String id =
        "tekton:"
            + metadata
                .maybeText("uid")
                .orElseGet(
                    () ->
                        metadata.maybeText("namespace").orElse("default")
                            + "/"
                            + metadata.text("name", "the uid or name of the PipelineRun"));
    Optional<Instant> createdAt = metadata.maybeTime("creationTimestamp");
    Optional<Instant> startedAt = state.flatMap(s -> s.maybeTime("startTime"));
    Optional<Instant> eventTime =
        request.timeIn("ce-time").or(() -> request.fields().maybeTime("time"));
    Optional<Instant> stated =
        switch (status) {
          case "queued" -> createdAt;
          case "started" -> startedAt;
          default -> state.flatMap(s -> s.maybeTime("completionTime"));
        };
    Moment moment = Moment.firstOf(provenance, stated, eventTime);
    Instant time = moment.at();
    Optional<String> outcome = finished ? Optional.of(outcome(state)) : Optional.empty();
    var source = new TektonSource(run, metadata, state, settings);
    return Translation.of(
        CanonicalEvent.of(
            CiRunEvent.newBuilder()
                .setId(moment.idOf("ci-run", id, status + " " + outcome.orElse("")))
                .setProvenance(provenance)
                .setOccurredAt(time)
                .setRun(id)
                .setRepository(source.repository().orElse(null))
                .setWorkflow(source.pipeline().orElse(null))
                .setNames(
                    source.pipeline().map(name -> List.of("tekton:" + name)).orElse(List.of()))
                .setVersion(source.version().orElse(null))
                .setTrigger(source.trigger().orElse(null))
                .setBranch(source.branch().orElse(null))
                .setSha(source.sha().orElse(null))
                .setStatus(status)
                .setOutcome(outcome.orElse(null))
                .setQueuedAt(createdAt.orElse(null))
                .setStartedAt(
                    status.equals("queued")
                        ? null
                        : startedAt.orElse(status.equals("started") ? time : null))
                .setFinishedAt(finished ? time : null)
                .setUrl(source.url().orElse(null))
                .build()));
  }

  /** What the condition Succeeded says: a run that was cancelled or stopped is told as failed. */
  private static String outcome(Optional<Fields> state) {
    Optional<Fields> condition =
        state.stream()
            .flatMap(s -> s.maybeObjects("conditions").stream())
            .filter(c -> c.maybeText("type").filter("Succeeded"::equals).isPresent())
            .findFirst();
    String reason = condition.flatMap(c -> c.maybeText("reason")).orElse("");
    if (condition.flatMap(c -> c.maybeText("status")).filter("True"::equals).isPresent()) {
      return "success";
    }
    return reason.contains("Cancel") || reason.contains("Stopp") ? "cancelled" : "failure";
  }

  /** An attribute of the CloudEvent: a header in its binary form, a field in its structured one. */
  private static Optional<String> attribute(DeliveryRequest request, String name) {
    return request.header("ce-" + name).or(() -> request.fields().maybeText(name));
  }
}
