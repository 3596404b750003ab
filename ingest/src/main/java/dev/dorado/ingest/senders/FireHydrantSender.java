package dev.dorado.ingest.senders;

import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.HmacAuthenticator;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** FireHydrant's webhooks: the whole incident each time, its life in milestones. */
final class FireHydrantSender implements Sender {

  private static final Set<String> OVER =
      Set.of(
          "resolved",
          "retrospective_started",
          "retrospective_completed",
          "closed",
          "cancelled",
          "canceled",
          "merged",
          "duplicate");
  private static final Set<String> GONE = Set.of("DELETED", "DISCARDED", "ARCHIVED");

  private final Authenticator authenticator =
      new HmacAuthenticator(
          "fh-signature",
          "",
          "set a secret in the webhook's settings in FireHydrant, and the same one here in"
              + " DORADO_SECRETS_FIREHYDRANT");

  @Override
  public String name() {
    return "firehydrant";
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
        body -> {
          Fields event = body.object("event");
          return event
              .maybeText("resource_type")
              .map(type -> type + " " + event.maybeText("operation").orElse(""))
              .map(String::strip);
        });
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Fields body = request.fields();
    Fields event = body.object("event");
    String type = event.text("resource_type", "incident, or another type of resource");
    if (!type.equals("incident")) {
      return Translation.ignored(
          switch (type) {
            case "signals_alerts" -> "signals_alerts: the incident that an alert opens is counted";
            case "change_event" ->
                "change_event: deployments are taken from what deploys, not from FireHydrant";
            default -> type + ": this changes nothing that is measured";
          });
    }
    String operation = event.maybeText("operation").orElse("UPDATED").toUpperCase(Locale.ROOT);
    return incident(body.object("data").object("incident"), operation, provenance);
  }

  private static Translation incident(Fields incident, String operation, Provenance provenance) {
    String id = incident.text("id", "the incident's id");
    boolean created = operation.equals("CREATED");
    Moment moment =
        Moment.firstOf(
            provenance,
            incident.maybeTime("updated_at"),
            created ? incident.maybeTime("created_at") : Optional.empty());
    Map<String, Instant> milestones = milestones(incident);
    Optional<String> current = incident.maybeText("current_milestone");
    Optional<Instant> resolvedAt =
        isOver(incident, milestones)
            ? milestone(milestones, "resolved")
                .or(() -> milestone(milestones, "mitigated"))
                .or(() -> current.flatMap(last -> milestone(milestones, last)))
            : Optional.empty();
    String transition =
        GONE.contains(operation) || incident.maybeTime("discarded_at").isPresent()
            ? IncidentEvents.WITHDRAWN
            : resolvedAt.isPresent()
                ? IncidentEvents.RESOLVED
                : created ? IncidentEvents.OPENED : IncidentEvents.OPEN_AGAIN;
    // Times are whole seconds, in which more than one thing may change.
    String content = EventId.hash(incident.json());
    var event =
        IncidentEvents.on(
                "firehydrant:" + id, transition, operation + " " + content, moment, provenance)
            .setTitle(incident.maybeLongText("name").orElse(null))
            .setDescription(
                incident
                    .maybeLongText("description")
                    .or(() -> incident.maybeLongText("summary"))
                    .orElse(null))
            .setSeverity(
                IncidentEvents.word(incident, "severity", "slug", "name")
                    .or(() -> IncidentEvents.word(incident, "priority", "slug", "name"))
                    .orElse(null))
            .setStartedAt(
                milestone(milestones, "started")
                    .or(() -> incident.maybeTime("started_at"))
                    .orElse(null))
            .setDetectedAt(milestone(milestones, "detected").orElse(null))
            .setCreatedAt(incident.maybeTime("created_at").orElse(null))
            .setAcknowledgedAt(milestone(milestones, "acknowledged").orElse(null))
            .setResolvedAt(resolvedAt.orElse(null))
            .setUrl(
                incident
                    .maybeText("incident_url")
                    .or(() -> incident.maybeText("private_status_page_url"))
                    .orElse(null));
    IncidentEvents.closedFor(event, current.stream().toList());
    Labels.of(incident, "labels").applyTo(event);
    IncidentEvents.affects(event, impacted(incident, "service"));
    impacted(incident, "environment").stream().findFirst().ifPresent(event::setEnvironment);
    List<String> texts = incident.maybeLongText("summary").map(List::of).orElse(List.of());
    return Translation.of(IncidentEvents.complete(event, texts, List.of(id)));
  }

  private static boolean isOver(Fields incident, Map<String, Instant> milestones) {
    Optional<String> current = incident.maybeText("current_milestone");
    return current.isPresent()
        ? OVER.contains(current.get()) || current.get().startsWith("postmortem")
        : milestone(milestones, "resolved").isPresent();
  }

  /** When each milestone was reached, by its type. */
  private static Map<String, Instant> milestones(Fields incident) {
    Map<String, Instant> times = new HashMap<>();
    for (Fields milestone : incident.maybeObjects("milestones")) {
      Optional<String> type = milestone.maybeText("type");
      milestone
          .maybeTime("occurred_at")
          .or(() -> milestone.maybeTime("created_at"))
          .ifPresent(time -> type.ifPresent(known -> times.putIfAbsent(known, time)));
    }
    return times;
  }

  private static Optional<Instant> milestone(Map<String, Instant> milestones, String type) {
    return Optional.ofNullable(milestones.get(type));
  }

  /** The names of what an incident impacts; an impact has a name, or an object that has one. */
  private static List<String> impacted(Fields incident, String type) {
    List<String> names = new ArrayList<>();
    for (Fields impact : incident.maybeObjects("impacts")) {
      Optional<Fields> inner =
          impact.maybeNode("impact").filter(node -> node.isObject()).isPresent()
              ? impact.maybeObject("impact")
              : Optional.empty();
      Optional<String> kind =
          impact.maybeText("type").or(() -> inner.flatMap(object -> object.maybeText("type")));
      if (kind.filter(text -> text.equalsIgnoreCase(type)).isPresent()) {
        impact
            .maybeText("name")
            .or(() -> inner.flatMap(object -> object.maybeText("name")))
            .ifPresent(names::add);
      }
    }
    return names;
  }
}
