package dev.dorado.ingest.senders;

import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.TimestampedHmacAuthenticator;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Rootly's webhooks: the whole incident each time. */
final class RootlySender implements Sender {

  private static final Set<String> OVER =
      Set.of("resolved", "closed", "completed", "cancelled", "canceled", "duplicate");
  private static final Set<String> ENDS = Set.of("incident.resolved", "incident.cancelled");

  private final Authenticator authenticator =
      TimestampedHmacAuthenticator.inOneHeader(
          "X-Rootly-Signature",
          "t",
          "v1",
          "",
          "copy the secret from the webhook's settings in Rootly to DORADO_SECRETS_ROOTLY");

  @Override
  public String name() {
    return "rootly";
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public Set<String> keptHeaders() {
    return Set.of();
  }

  @Override
  public String deliveryId(DeliveryRequest request) {
    return Peek.at(request, body -> body.object("event").maybeText("id"))
        .orElseGet(() -> EventId.sha256Hex(request.body()));
  }

  @Override
  public About about(DeliveryRequest request) {
    return Peek.kind(request, body -> body.object("event").maybeText("type"));
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Fields body = request.fields();
    Fields event = body.object("event");
    String type = event.text("type", "a type of event, as incident.created");
    if (type.startsWith("incident.scheduled.")) {
      return Translation.ignored(type + ": scheduled maintenance is no incident");
    }
    if (!type.startsWith("incident.")) {
      return Translation.ignored(type + ": this changes nothing that is measured");
    }
    Fields incident = body.object("data");
    String kind = incident.maybeText("kind").orElse("normal");
    if (Stream.of("test", "example", "scheduled").anyMatch(kind::startsWith)) {
      return Translation.ignored("%s: an incident of kind '%s' is none".formatted(type, kind));
    }
    return incident(type, event, incident, provenance);
  }

  private static Translation incident(
      String type, Fields event, Fields incident, Provenance provenance) {
    String id = incident.text("id", "the incident's id");
    String status = incident.maybeText("status").orElse("");
    Moment moment =
        Moment.firstOf(provenance, event.maybeTime("issued_at"), incident.maybeTime("updated_at"));
    Instant time = moment.at();
    boolean over = OVER.contains(status) || ENDS.contains(type);
    Optional<Instant> resolvedAt =
        over
            ? incident
                .maybeTime("resolved_at")
                .or(() -> incident.maybeTime("mitigated_at"))
                .or(() -> Optional.of(time))
            : Optional.empty();
    String transition =
        type.equals("incident.deleted")
            ? IncidentEvents.WITHDRAWN
            : over
                ? IncidentEvents.RESOLVED
                : type.equals("incident.created")
                    ? IncidentEvents.OPENED
                    : IncidentEvents.OPEN_AGAIN;
    var translated =
        IncidentEvents.on("rootly:" + id, transition, type, moment, provenance)
            .setTitle(incident.maybeLongText("title").orElse(null))
            .setDescription(incident.maybeLongText("summary").orElse(null))
            .setSeverity(severity(incident).orElse(null))
            .setStartedAt(incident.maybeTime("started_at").orElse(null))
            .setDetectedAt(incident.maybeTime("detected_at").orElse(null))
            .setCreatedAt(incident.maybeTime("created_at").orElse(null))
            .setAcknowledgedAt(incident.maybeTime("acknowledged_at").orElse(null))
            .setResolvedAt(resolvedAt.orElse(null))
            .setEnvironment(names(incident, "environments").stream().findFirst().orElse(null))
            .setUrl(incident.maybeText("url").orElse(null));
    List<String> reasons = new ArrayList<>(List.of(status));
    if (type.equals("incident.cancelled")) {
      reasons.add("cancelled");
    }
    if (incident.maybeText("duplicate_incident_id").isPresent()) {
      reasons.add("duplicate");
    }
    IncidentEvents.closedFor(translated, reasons);
    Labels.of(incident, "labels").applyTo(translated);
    IncidentEvents.affects(translated, names(incident, "services"));
    List<String> texts = new ArrayList<>();
    incident.maybeLongText("mitigation_message").ifPresent(texts::add);
    incident.maybeLongText("resolution_message").ifPresent(texts::add);
    names(incident, "causes").forEach(cause -> texts.add("caused by: " + cause));
    List<String> names = new ArrayList<>(List.of(id));
    incident.maybeText("sequential_id").ifPresent(number -> names.add("INC-" + number));
    incident.maybeText("short_url").ifPresent(names::add);
    return Translation.of(IncidentEvents.complete(translated, texts, names));
  }

  /** A word, an object with a slug, or one as in JSON:API, where it is in data.attributes. */
  private static Optional<String> severity(Fields incident) {
    return IncidentEvents.word(incident, "severity", "slug", "name")
        .or(
            () ->
                incident
                    .maybeObject("severity")
                    .flatMap(severity -> severity.maybeObject("data"))
                    .flatMap(data -> data.maybeObject("attributes"))
                    .flatMap(
                        attributes ->
                            attributes.maybeText("slug").or(() -> attributes.maybeText("name"))));
  }

  private static List<String> names(Fields incident, String list) {
    return incident.maybeObjects(list).stream()
        .flatMap(one -> one.maybeText("slug").or(() -> one.maybeText("name")).stream())
        .toList();
  }
}
