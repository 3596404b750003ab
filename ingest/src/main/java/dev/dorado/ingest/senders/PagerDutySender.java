package dev.dorado.ingest.senders;

import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.HmacAuthenticator;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * PagerDuty's webhooks, version 3. An incident has no times of acknowledgement or resolution there:
 * they are the times of the events that say so.
 */
final class PagerDutySender implements Sender {

  private static final String DELIVERY_HEADER = "X-Webhook-Id";

  private final Authenticator authenticator =
      new HmacAuthenticator(
          "X-PagerDuty-Signature",
          "v1=",
          "PagerDuty shows the secret once, when the webhook subscription is created: set it here in"
              + " DORADO_SECRETS_PAGERDUTY");

  @Override
  public String name() {
    return "pagerduty";
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public Set<String> keptHeaders() {
    return Set.of(DELIVERY_HEADER, "X-Webhook-Subscription");
  }

  @Override
  public String deliveryId(DeliveryRequest request) {
    return request
        .header(DELIVERY_HEADER)
        .or(() -> Peek.at(request, body -> body.object("event").maybeText("id")))
        .orElseGet(() -> EventId.sha256Hex(request.body()));
  }

  @Override
  public About about(DeliveryRequest request) {
    return Peek.kind(request, body -> body.object("event").maybeText("event_type"));
  }

  /** Three deliveries in a row that are answered 4xx switch a subscription off for a day. */
  @Override
  public boolean disablesHookOnClientErrors() {
    return true;
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Fields event = request.fields().object("event");
    String type = event.text("event_type", "a type of event, as incident.triggered");
    String transition =
        switch (type) {
          case "incident.triggered" -> IncidentEvents.OPENED;
          case "incident.acknowledged" -> IncidentEvents.ACKNOWLEDGED;
          case "incident.resolved" -> IncidentEvents.RESOLVED;
          case "incident.reopened" -> IncidentEvents.OPEN_AGAIN;
          case "incident.priority_updated", "incident.service_updated", "incident.unacknowledged" ->
              IncidentEvents.UPDATED;
          default -> "";
        };
    if (type.equals("incident.annotated")) {
      return note(event, provenance);
    }
    if (transition.isEmpty()) {
      return Translation.ignored(
          type.equals("pagey.ping")
              ? "pagey.ping: a test, everything is set up"
              : type + ": this changes nothing that is measured");
    }
    return incident(event, type, transition, provenance);
  }

  private static Translation incident(
      Fields event, String type, String transition, Provenance provenance) {
    Fields data = event.object("data");
    String id = data.text("id", "the incident's id");
    var incident =
        IncidentEvents.on(
                "pagerduty:" + id,
                transition,
                type,
                Moment.of(event.maybeTime("occurred_at"), provenance),
                provenance)
            .setTitle(data.maybeLongText("title").orElse(null))
            .setSeverity(
                IncidentEvents.word(data, "priority", "summary", "name")
                    .or(() -> data.maybeText("urgency"))
                    .orElse(null))
            .setCreatedAt(data.maybeTime("created_at").orElse(null))
            .setUrl(data.maybeText("html_url").orElse(null));
    data.maybeObject("service")
        .flatMap(service -> service.maybeText("id"))
        .ifPresent(service -> incident.setAliases(List.of("pagerduty:" + service)));
    if (transition.equals(IncidentEvents.RESOLVED)) {
      IncidentEvents.closedFor(incident, resolveReason(data).stream().toList());
    }
    return IncidentEvents.translation(incident, id);
  }

  /** An incident that was merged into another one has a {@code merge_resolve_reason}. */
  private static Optional<String> resolveReason(Fields data) {
    return data.maybeNode("resolve_reason")
        .filter(node -> node.isObject())
        .flatMap(node -> data.object("resolve_reason").maybeText("type"))
        .map(type -> type.replaceFirst("_resolve_reason.*", ""));
  }

  /** A note may name the cause. */
  private static Translation note(Fields event, Provenance provenance) {
    Fields note = event.object("data");
    List<String> causes = note.maybeLongText("content").map(CauseMarkers::in).orElse(List.of());
    if (causes.isEmpty()) {
      return Translation.ignored("incident.annotated: the note names no cause");
    }
    Fields incident = note.object("incident");
    String id = incident.text("id", "the incident's id");
    Optional<String> url = incident.maybeText("html_url");
    return IncidentEvents.translation(
        IncidentEvents.on(
                "pagerduty:" + id,
                IncidentEvents.UPDATED,
                "incident.annotated " + note.maybeText("id").orElse(""),
                Moment.of(event.maybeTime("occurred_at"), provenance),
                provenance)
            .setCausedBy(causes)
            .setUrl(url.orElse(null)),
        id);
  }
}
