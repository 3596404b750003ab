package dev.dorado.ingest.senders;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.SharedSecretAuthenticator;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import dev.dorado.ingest.delivery.UntranslatableDelivery;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Spinnaker's Echo with a REST endpoint: a pipeline, or an operation by hand, that has ended is one
 * attempt for each environment that its stages deployed to.
 */
final class SpinnakerSender implements Sender {

  private static final Pattern ENDED =
      Pattern.compile("orca:(?:pipeline|orchestration):(?:complete|failed)");

  private final Authenticator authenticator =
      new SharedSecretAuthenticator(
          "put a secret of DORADO_SECRETS_SPINNAKER as password into the endpoint in Echo's"
              + " echo-local.yml (rest.endpoints)");
  private final SenderSettings settings;

  SpinnakerSender(SenderSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "spinnaker";
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public Set<String> keptHeaders() {
    return Set.of();
  }

  /** The event's id. */
  @Override
  public String deliveryId(DeliveryRequest request) {
    try {
      return unwrapped(request.fields())
          .maybeText("eventId")
          .orElseGet(() -> EventId.sha256Hex(request.body()));
    } catch (UntranslatableDelivery e) {
      // Said where the delivery is translated; until it names itself, the body's hash does.
      return EventId.sha256Hex(request.body());
    }
  }

  @Override
  public About about(DeliveryRequest request) {
    return Peek.kind(
        request,
        body ->
            maybeEncoded(unwrapped(body), "details").flatMap(details -> details.maybeText("type")));
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Fields event = unwrapped(request.fields());
    Fields details =
        maybeEncoded(event, "details")
            .orElseThrow(() -> event.absent("details", "a JSON object, or one in a string"));
    String type = details.text("type", "a type, as orca:pipeline:complete");
    if (!ENDED.matcher(type).matches()) {
      return Translation.ignored(
          "%s: only the end of a pipeline tells what it deployed"
              .formatted(Fields.beginning(type)));
    }
    Fields content =
        maybeEncoded(event, "content")
            .orElseThrow(() -> event.absent("content", "a JSON object, or one in a string"));
    Fields execution = content.object("execution");
    String application =
        execution
            .maybeText("application")
            .or(() -> details.maybeText("application"))
            .orElseThrow(() -> execution.absent("application", "the name of the application"));
    Optional<String> executionId =
        execution.maybeText("id").or(() -> content.maybeText("executionId"));
    String id =
        "spinnaker:"
            + executionId.orElseThrow(() -> execution.absent("id", "the id of the execution"));
    var source = new SpinnakerSource(execution, application, settings);
    List<CanonicalEvent<?>> events = new ArrayList<>();
    for (var deployment :
        SpinnakerDeployment.of(execution, source.stated().environment(), provenance)) {
      events.add(event(execution, application, id, deployment, source, provenance));
    }
    return events.isEmpty()
        ? Translation.ignored("%s: none of its stages has deployed anything".formatted(type))
        : new Translation.Events(events);
  }

  private static CanonicalEvent<?> event(
      Fields execution,
      String application,
      String executionId,
      SpinnakerDeployment deployment,
      SpinnakerSource source,
      Provenance provenance) {
    String id = executionId + ":" + deployment.environment();
    Optional<String> repository = source.repository();
    boolean rollback = deployment.rollback();
    return CanonicalEvent.of(
        DeploymentEvent.newBuilder()
            .setId(deployment.finishedAt().idOf("deployment", id, deployment.outcome()))
            .setProvenance(provenance)
            .setOccurredAt(deployment.finishedAt().at())
            .setDeployment(id)
            .setRepository(repository.orElse(null))
            .setService(
                source
                    .stated()
                    .service()
                    .or(
                        () ->
                            repository.isPresent()
                                ? Optional.empty()
                                : Optional.of(application.toLowerCase(Locale.ROOT)))
                    .orElse(null))
            .setNames(names(source, application))
            .setEnvironment(deployment.environment())
            // A rollback goes to what ran before, not to what triggered the pipeline.
            .setRef(rollback ? null : source.ref().orElse(null))
            .setSha(rollback ? null : source.sha().orElse(null))
            .setVersion(rollback ? null : source.version().orElse(null))
            .setStatus(deployment.outcome())
            .setStartedAt(deployment.startedAt().orElse(null))
            .setFinishedAt(deployment.finishedAt().at())
            .setDeclaredKind(rollback ? "rollback" : null)
            .setWorkflow(
                execution
                    .maybeText("name")
                    .map(pipeline -> application + "/" + pipeline)
                    .orElse(application))
            .setDescription(execution.maybeLongText("description").orElse(null))
            .build());
  }

  /** By which the catalog may know what was deployed from the repository of a trigger. */
  private static List<String> names(SpinnakerSource source, String application) {
    boolean isStated =
        source.stated().repository().isPresent() || source.stated().service().isPresent();
    return isStated
        ? List.of()
        : List.of("spinnaker:" + application, application.toLowerCase(Locale.ROOT));
  }

  /** The event, out of the field that {@code wrap: true} puts it into. */
  private static Fields unwrapped(Fields body) {
    return body.maybeNode("details").isPresent() ? body : body.maybeObject("payload").orElse(body);
  }

  /** An object, or one in a string, as {@code flatten: true} writes it. */
  private static Optional<Fields> maybeEncoded(Fields fields, String name) {
    Optional<JsonNode> node = fields.maybeNode(name);
    return node.filter(JsonNode::isTextual).isPresent()
        ? node.map(
            text -> fields.within(name, DeliveryRequest.readJson(text.textValue().getBytes(UTF_8))))
        : fields.maybeObject(name);
  }
}
