package dev.dorado.ingest.senders;

import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.AnyOfAuthenticator;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.HmacAuthenticator;
import dev.dorado.ingest.auth.SharedSecretAuthenticator;
import dev.dorado.ingest.auth.TimestampedHmacAuthenticator;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Grafana: contact points of Alerting, whose groups of alerts are evidence; and outgoing webhooks
 * of OnCall (Grafana IRM), whose alert groups people acknowledge and resolve, so that they are
 * incidents.
 */
final class GrafanaSender implements Sender {

  private static final String SIGNATURE_HEADER = "X-Grafana-Alerting-Signature";
  private static final String TIME_HEADER = "X-Grafana-Alerting-Timestamp";
  private static final String INSTRUCTION =
      "set the HMAC secret of the contact point (with the timestamp header "
          + TIME_HEADER
          + "), or an Authorization header, to a secret of DORADO_SECRETS_GRAFANA";

  private final Authenticator authenticator =
      new AnyOfAuthenticator(
          TimestampedHmacAuthenticator.inTwoHeaders(
              SIGNATURE_HEADER, TIME_HEADER, ":", INSTRUCTION),
          new HmacAuthenticator(SIGNATURE_HEADER, "", INSTRUCTION),
          new SharedSecretAuthenticator(INSTRUCTION));
  private final AlertGroups groups = new AlertGroups("grafana");

  @Override
  public String name() {
    return "grafana";
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
    return groups.deliveryId(request);
  }

  @Override
  public About about(DeliveryRequest request) {
    return Peek.kind(
        request,
        body ->
            body.maybeNode("alert_group").isPresent()
                ? body.object("event").maybeText("type")
                : body.maybeText("status"));
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Fields body = request.fields();
    return body.maybeNode("alert_group").isPresent()
        ? onCall(body, provenance)
        : groups.translate(body, provenance);
  }

  private static Translation onCall(Fields body, Provenance provenance) {
    Fields event = body.object("event");
    String type = event.text("type", "a type of event, as resolve").toLowerCase(Locale.ROOT);
    String transition =
        switch (type) {
          case "alert group created", "escalation" -> IncidentEvents.OPENED;
          case "acknowledge" -> IncidentEvents.ACKNOWLEDGED;
          case "resolve" -> IncidentEvents.RESOLVED;
          case "unresolve" -> IncidentEvents.OPEN_AGAIN;
          case "unacknowledge" -> IncidentEvents.UPDATED;
          default -> "";
        };
    if (transition.isEmpty()) {
      return Translation.ignored(type + ": this changes nothing that is measured");
    }
    Fields group = body.object("alert_group");
    String id = group.text("id", "the alert group's id");
    Optional<Instant> createdAt = group.maybeTime("created_at");
    Moment moment =
        Moment.firstOf(
            provenance,
            event.maybeTime("time"),
            transition.equals(IncidentEvents.OPENED) ? createdAt : Optional.empty(),
            stateTime(group, transition));
    var incident =
        IncidentEvents.on("grafana:" + id, transition, type, moment, provenance)
            .setTitle(group.maybeLongText("title").orElse(null))
            .setCreatedAt(createdAt.orElse(null))
            .setAcknowledgedAt(
                group
                    .maybeTime("acknowledged_at")
                    .orElse(transition.equals(IncidentEvents.ACKNOWLEDGED) ? moment.at() : null))
            .setUrl(
                group
                    .maybeObject("permalinks")
                    .flatMap(links -> links.maybeText("web"))
                    .orElse(null));
    body.maybeObject("integration")
        .flatMap(integration -> integration.maybeText("id"))
        .ifPresent(integration -> incident.setAliases(List.of("grafana:" + integration)));
    Labels labels = Labels.of(group, "labels");
    incident.setSeverity(labels.severity().orElse(null));
    labels.applyTo(incident);
    // What the first alert of the group was sent with, if it came from something like Prometheus.
    if (body.maybeNode("alert_payload").filter(node -> node.isObject()).isPresent()) {
      Fields payload = body.object("alert_payload");
      Labels ofAlert = Labels.of(payload, "labels");
      Labels annotations = Labels.of(payload, "annotations");
      incident.setDescription(
          annotations.first("description", "summary", "message").map(Fields::cut).orElse(null));
      if (incident.getSeverity() == null) {
        incident.setSeverity(ofAlert.severity().orElse(null));
      }
      ofAlert.applyTo(incident);
    }
    return IncidentEvents.translation(incident, id);
  }

  private static Optional<Instant> stateTime(Fields group, String transition) {
    return switch (transition) {
      case IncidentEvents.ACKNOWLEDGED -> group.maybeTime("acknowledged_at");
      case IncidentEvents.RESOLVED -> group.maybeTime("resolved_at");
      default -> Optional.empty();
    };
  }
}
