package dev.dorado.ingest.senders;

import dev.dorado.events.IncidentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the events of all incident and alerting tools have in common.
 *
 * <p>Many tools send the whole incident each time and don't say what changed. Whoever is told that
 * an incident is open can't know whether it had been resolved before: then the transition is {@link
 * #OPEN_AGAIN}, which ends an earlier resolution and, where there was none, changes nothing (rule
 * E7).
 */
final class IncidentEvents {

  static final String OPENED = "opened";
  static final String UPDATED = "updated";
  static final String ACKNOWLEDGED = "acknowledged";
  static final String RESOLVED = "resolved";
  static final String OPEN_AGAIN = "reopened";
  static final String WITHDRAWN = "withdrawn";

  static final String ALERT = "alert";
  static final String ERROR = "error";

  private IncidentEvents() {}

  /**
   * An event on an incident, to be filled.
   *
   * @param incident id of the incident: the sender's name, a colon, the sender's id
   * @param transition what happened, in Dorado's words
   * @param what what happened, told apart from whatever else may happen to it at this time
   * @param moment the sender's time, else that of receipt
   */
  static IncidentEvent.Builder on(
      String incident, String transition, String what, Moment moment, Provenance provenance) {
    Instant time = moment.at();
    return IncidentEvent.newBuilder()
        .setId(moment.idOf("incident", incident, what))
        .setProvenance(provenance)
        .setOccurredAt(time)
        .setIncident(incident)
        .setTransition(transition)
        .setAcknowledgedAt(transition.equals(ACKNOWLEDGED) ? time : null)
        .setResolvedAt(transition.equals(RESOLVED) ? time : null);
  }

  /**
   * Adds reasons for which the incident was closed, merged or cancelled, in the sender's words:
   * some say that it was none (rule E7). With none at all, the event says that the sender gives
   * none.
   */
  static void closedFor(IncidentEvent.Builder event, Collection<String> reasons) {
    Set<String> all = new LinkedHashSet<>();
    if (event.getResolutionReasons() != null) {
      all.addAll(event.getResolutionReasons());
    }
    reasons.stream().map(Fields::cut).filter(reason -> !reason.isBlank()).forEach(all::add);
    event.setResolutionReasons(List.copyOf(all));
  }

  /** Says by what names the sender knows the services that it is about; nothing if by none. */
  static void affects(IncidentEvent.Builder event, List<String> names) {
    affectsServices(event, names.stream().map(name -> new Affected(name, name)).toList());
  }

  /**
   * Says which services it is about: the one by the name that people give it, which the catalog may
   * have too; several, of which an event has no names, by the ids that the sender gives them.
   */
  static void affectsServices(IncidentEvent.Builder event, List<Affected> services) {
    List<Affected> distinct = services.stream().distinct().toList();
    if (distinct.isEmpty()) {
      return;
    }
    String sender = event.getIncident().substring(0, event.getIncident().indexOf(':'));
    event.setAliases(distinct.stream().map(service -> sender + ":" + service.id()).toList());
    event.setService(distinct.size() == 1 ? distinct.get(0).name().toLowerCase(Locale.ROOT) : null);
  }

  /**
   * The event with its causes (those it has, and what its title, description and {@code texts} name
   * on marked lines) and its names (the incident's id, {@code names}, the address).
   */
  static CanonicalEvent<IncidentEvent> complete(
      IncidentEvent.Builder event, List<String> texts, List<String> names) {
    Set<String> causes = new LinkedHashSet<>();
    if (event.getCausedBy() != null) {
      causes.addAll(event.getCausedBy());
    }
    Stream.concat(Stream.of(text(event.getTitle()), text(event.getDescription())), texts.stream())
        .forEach(text -> causes.addAll(CauseMarkers.in(text)));
    Set<String> allNames = new LinkedHashSet<>();
    allNames.add(event.getIncident());
    allNames.addAll(names);
    if (event.getUrl() != null) {
      allNames.add(event.getUrl());
    }
    return CanonicalEvent.of(
        event
            // None named is not the same as none: an earlier event may have named one.
            .setCausedBy(causes.isEmpty() ? null : new ArrayList<>(causes))
            .setNames(new ArrayList<>(allNames))
            .build());
  }

  /** As {@link #complete}, as all that a delivery means. */
  static Translation translation(IncidentEvent.Builder event, String... names) {
    return Translation.of(complete(event, List.of(), List.of(names)));
  }

  /** A text, or of an object the first of {@code members} that it has: {@code {"name": "P1"}}. */
  static Optional<String> word(Fields fields, String name, String... members) {
    if (fields.maybeNode(name).filter(node -> node.isObject()).isEmpty()) {
      return fields.maybeText(name);
    }
    Fields object = fields.object(name);
    return Stream.of(members).flatMap(member -> object.maybeText(member).stream()).findFirst();
  }

  private static String text(String text) {
    return text == null ? "" : text;
  }

  /**
   * A service as a sender names it.
   *
   * @param name as people call it
   * @param id as the sender calls it
   */
  record Affected(String name, String id) {}
}
