package dev.dorado.ingest.senders;

import dev.dorado.events.IncidentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.SharedSecretAuthenticator;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Atlassian Statuspage's webhook subscribers. They can neither sign nor set a header, so that the
 * secret is in the address.
 */
final class StatuspageSender implements Sender {

  private final Authenticator authenticator =
      SharedSecretAuthenticator.alsoInAddress(
          "subscribe with the address /webhooks/statuspage?token=..., a secret of"
              + " DORADO_SECRETS_STATUSPAGE");

  @Override
  public String name() {
    return "statuspage";
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
  public About about(DeliveryRequest request) {
    return Peek.kind(
        request,
        body ->
            List.of("incident", "component_update", "maintenance").stream()
                .filter(kind -> body.maybeNode(kind).isPresent())
                .findFirst());
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Fields body = request.fields();
    if (body.maybeNode("incident").isEmpty()) {
      if (body.maybeNode("component_update").isPresent()) {
        return Translation.ignored("component_update: the incident behind it is counted");
      }
      if (body.maybeNode("maintenance").isPresent()) {
        return Translation.ignored("maintenance: scheduled maintenance is no incident");
      }
      throw body.absent("incident", "an incident, or component_update");
    }
    Fields incident = body.object("incident");
    boolean scheduled =
        incident.maybeText("scheduled_for").isPresent()
            || incident.maybeText("impact").filter("maintenance"::equals).isPresent();
    if (scheduled) {
      return Translation.ignored("incident: scheduled maintenance is no incident");
    }
    return incident(incident, body, provenance);
  }

  private static Translation incident(Fields incident, Fields body, Provenance provenance) {
    String id = incident.text("id", "the incident's id");
    String status = incident.text("status", "investigating, identified, monitoring or resolved");
    Optional<Instant> createdAt = incident.maybeTime("created_at");
    Moment moment = Moment.firstOf(provenance, incident.maybeTime("updated_at"), createdAt);
    Instant time = moment.at();
    boolean over = status.equals("resolved") || status.equals("postmortem");
    Optional<Instant> resolvedAt =
        over ? incident.maybeTime("resolved_at").or(() -> Optional.of(time)) : Optional.empty();
    Optional<String> impact =
        incident.maybeText("impact_override").or(() -> incident.maybeText("impact"));
    List<Fields> updates = incident.maybeObjects("incident_updates");
    // Who reports an incident afterwards says by display_at when it was.
    Optional<Instant> startedAt =
        updates.stream()
            .flatMap(update -> update.maybeTime("display_at").stream())
            .min(Comparator.naturalOrder());
    String transition =
        over
            ? IncidentEvents.RESOLVED
            : updates.size() <= 1 && createdAt.filter(time::equals).isPresent()
                ? IncidentEvents.OPENED
                : IncidentEvents.OPEN_AGAIN;
    var event =
        IncidentEvents.on(
                "statuspage:" + id,
                transition,
                status + " " + EventId.hash(incident.json()),
                moment,
                provenance)
            .setTitle(incident.maybeLongText("name").orElse(null))
            .setDescription(firstText(updates).orElse(null))
            .setSeverity(impact.orElse(null))
            .setStartedAt(startedAt.orElse(null))
            .setCreatedAt(createdAt.orElse(null))
            .setResolvedAt(resolvedAt.orElse(null))
            .setUrl(incident.maybeText("shortlink").orElse(null));
    IncidentEvents.closedFor(
        event, impact.filter("none"::equals).map("impact: "::concat).stream().toList());
    setComponents(event, incident, body);
    List<String> texts =
        updates.stream().flatMap(update -> update.maybeLongText("body").stream()).toList();
    return Translation.of(IncidentEvents.complete(event, texts, List.of(id)));
  }

  /** The text of the earliest update: they come newest first. */
  private static Optional<String> firstText(List<Fields> updates) {
    return updates.isEmpty()
        ? Optional.empty()
        : updates.get(updates.size() - 1).maybeLongText("body");
  }

  private static void setComponents(IncidentEvent.Builder event, Fields incident, Fields body) {
    List<String> components =
        incident.maybeObjects("components").stream()
            .flatMap(component -> component.maybeText("id").stream())
            .toList();
    if (components.isEmpty()) {
      body.maybeObject("page").flatMap(page -> page.maybeText("id")).stream()
          .map(page -> List.of("statuspage:" + page))
          .forEach(event::setAliases);
    } else {
      event.setAliases(components.stream().map(id -> "statuspage:" + id).toList());
    }
  }
}
