package dev.dorado.ingest.senders;

import dev.dorado.events.IncidentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.StandardWebhooksAuthenticator;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import dev.dorado.ingest.senders.IncidentEvents.Affected;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * incident.io's webhooks, which come in any order. What an incident's times and fields mean is said
 * by names that each organisation may change; those that incident.io proposes are known here.
 */
final class IncidentIoSender implements Sender {

  private static final String CREATED = "public_incident.incident_created_v2";
  private static final String UPDATED = "public_incident.incident_updated_v2";
  private static final String STATUS_UPDATED = "public_incident.incident_status_updated_v2";

  private static final Set<String> OPEN = Set.of("triage", "live", "paused");
  private static final Set<String> OVER = Set.of("learning", "closed");
  private static final Set<String> NO_INCIDENT = Set.of("declined", "merged", "canceled");
  private static final Set<String> RESOLUTION =
      Set.of("resolution", "resolution reason", "close reason", "closing reason");
  private static final Set<String> NO_INCIDENT_MODES = Set.of("test", "tutorial", "stream");

  private final Authenticator authenticator =
      new StandardWebhooksAuthenticator(
          "copy the endpoint's signing secret (whsec_...) from incident.io to"
              + " DORADO_SECRETS_INCIDENT_IO");

  @Override
  public String name() {
    return "incident-io";
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public Set<String> keptHeaders() {
    return Set.of(StandardWebhooksAuthenticator.ID_HEADER);
  }

  @Override
  public String deliveryId(DeliveryRequest request) {
    return request
        .header(StandardWebhooksAuthenticator.ID_HEADER)
        .orElseGet(() -> EventId.sha256Hex(request.body()));
  }

  @Override
  public About about(DeliveryRequest request) {
    return Peek.kind(request, body -> body.maybeText("event_type"));
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Fields body = request.fields();
    String type = body.text("event_type", "a type of event, as " + CREATED);
    return switch (type) {
      case CREATED, UPDATED -> incident(type, body.object(type), Optional.empty(), provenance);
      case STATUS_UPDATED -> {
        Fields change = body.object(type);
        yield incident(
            type,
            change.object("incident"),
            change.maybeObject("previous_status").flatMap(status -> status.maybeText("category")),
            provenance);
      }
      default ->
          Translation.ignored(
              type.startsWith("private_")
                  ? type + ": of private incidents only the id is sent"
                  : type + ": this changes nothing that is measured");
    };
  }

  private static Translation incident(
      String type, Fields incident, Optional<String> previous, Provenance provenance) {
    Optional<String> mode = incident.maybeText("mode").filter(NO_INCIDENT_MODES::contains);
    if (mode.isPresent()) {
      return Translation.ignored("an incident in mode '%s' is none".formatted(mode.get()));
    }
    String id = incident.text("id", "the incident's id");
    Optional<Fields> status = incident.maybeObject("incident_status");
    String category = status.flatMap(of -> of.maybeText("category")).orElse("");
    Moment moment =
        Moment.firstOf(
            provenance,
            incident.maybeTime("updated_at"),
            type.equals(CREATED) ? incident.maybeTime("created_at") : Optional.empty());
    Instant time = moment.at();
    Times times = Times.of(incident);
    boolean over = OVER.contains(category);
    boolean dropped = NO_INCIDENT.contains(category);
    // From post-incident to closed is no resolution, so that its time is not one either.
    boolean justOver = over && previous.filter(OVER::contains).isEmpty() && !type.equals(UPDATED);
    Optional<Instant> resolvedAt =
        over
            ? times.resolvedAt().or(() -> justOver ? Optional.of(time) : Optional.empty())
            : dropped ? times.resolvedAt().or(() -> Optional.of(time)) : Optional.empty();
    // An update to what is over does not say since when: by its own time, if nothing else says so.
    boolean overSinceUnknown = over && type.equals(UPDATED);
    String transition =
        resolvedAt.isPresent() || overSinceUnknown
            ? IncidentEvents.RESOLVED
            : OPEN.contains(category) && !type.equals(CREATED)
                ? IncidentEvents.OPEN_AGAIN
                : type.equals(CREATED) ? IncidentEvents.OPENED : IncidentEvents.UPDATED;
    var event =
        IncidentEvents.on(
                "incident-io:" + id, transition, type + " " + category, moment, provenance)
            .setTitle(incident.maybeLongText("name").orElse(null))
            .setDescription(incident.maybeLongText("summary").orElse(null))
            .setSeverity(IncidentEvents.word(incident, "severity", "name").orElse(null))
            .setStartedAt(times.startedAt().orElse(null))
            .setDetectedAt(times.detectedAt().orElse(null))
            .setCreatedAt(incident.maybeTime("created_at").orElse(null))
            .setAcknowledgedAt(times.acknowledgedAt().orElse(null))
            .setResolvedAt(resolvedAt.orElse(null))
            .setUrl(incident.maybeText("permalink").orElse(null));
    IncidentEvents.closedFor(
        event, List.of(category, status.flatMap(of -> of.maybeText("name")).orElse("")));
    List<String> causes = customFields(event, incident);
    List<String> names = new ArrayList<>(List.of(id));
    incident.maybeText("reference").ifPresent(names::add);
    return Translation.of(IncidentEvents.complete(event, causes, names));
  }

  /**
   * Takes services, environment and resolution from the custom fields; what names the cause is
   * returned.
   */
  private static List<String> customFields(IncidentEvent.Builder event, Fields incident) {
    List<Affected> services = new ArrayList<>();
    List<String> causes = new ArrayList<>();
    for (Fields entry : incident.maybeObjects("custom_field_entries")) {
      String name =
          entry
              .maybeObject("custom_field")
              .flatMap(field -> field.maybeText("name"))
              .orElse("")
              .toLowerCase(Locale.ROOT);
      for (Fields value : entry.maybeObjects("values")) {
        Optional<String> text =
            IncidentEvents.word(value, "value_catalog_entry", "name")
                .or(() -> IncidentEvents.word(value, "value_option", "value"))
                .or(() -> value.maybeText("value_text"))
                .or(() -> value.maybeText("value_link"));
        if (name.contains("service")) {
          text.map(word -> new Affected(word, catalogId(value).orElse(word)))
              .ifPresent(services::add);
        } else if (name.equals("environment")) {
          text.ifPresent(event::setEnvironment);
        } else if (name.contains("caused by") || name.contains("root cause")) {
          text.ifPresent(cause -> causes.add("caused by: " + cause));
        } else if (RESOLUTION.contains(name)) {
          text.ifPresent(reason -> IncidentEvents.closedFor(event, List.of(reason)));
        }
      }
    }
    IncidentEvents.affectsServices(event, services);
    return causes;
  }

  private static Optional<String> catalogId(Fields value) {
    return value.maybeObject("value_catalog_entry").flatMap(entry -> entry.maybeText("id"));
  }

  /** The times of an incident's life, as {@code incident_timestamp_values} have them by name. */
  private record Times(
      Optional<Instant> startedAt,
      Optional<Instant> detectedAt,
      Optional<Instant> acknowledgedAt,
      Optional<Instant> resolvedAt) {

    static Times of(Fields incident) {
      Map<String, Instant> byName = new HashMap<>();
      for (Fields value : incident.maybeObjects("incident_timestamp_values")) {
        Optional<String> name =
            value
                .maybeObject("incident_timestamp")
                .flatMap(timestamp -> timestamp.maybeText("name"))
                .map(text -> text.toLowerCase(Locale.ROOT));
        value
            .maybeObject("value")
            .flatMap(object -> object.maybeTime("value"))
            .ifPresent(time -> name.ifPresent(known -> byName.putIfAbsent(known, time)));
      }
      return new Times(
          first(byName, "impact started at", "impact start", "started at"),
          first(byName, "detected at", "reported at"),
          first(byName, "acknowledged at", "accepted at"),
          first(byName, "resolved at", "impact ended at", "fixed at"));
    }

    private static Optional<Instant> first(Map<String, Instant> byName, String... names) {
      return Stream.of(names).filter(byName::containsKey).map(byName::get).findFirst();
    }
  }
}
