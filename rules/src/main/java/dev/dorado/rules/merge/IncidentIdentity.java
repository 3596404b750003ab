package dev.dorado.rules.merge;

import dev.dorado.events.IncidentEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which events with one id are about the same incident (rule E7).
 *
 * <p>Tools give ids that are unique, with the sender's name before them, and may assign an incident
 * to another service. Scripts that send Dorado's own JSON number their incidents as they like: such
 * an id holds within the service that an event names, else within its repository.
 */
final class IncidentIdentity {

  private static final String SENDER_OF_SCRIPTS = "generic";

  private IncidentIdentity() {}

  /**
   * The events of one incident.
   *
   * @param events at least one
   * @param marks what a reader should know of how they were told apart
   */
  record SameIncident(List<IncidentEvent> events, List<String> marks) {}

  /** The incidents that {@code events} with one id are about, by their places. */
  static List<SameIncident> tellApart(List<IncidentEvent> events) {
    SortedMap<String, List<IncidentEvent>> ofServices = new TreeMap<>();
    SortedMap<String, List<IncidentEvent>> ofRepositories = new TreeMap<>();
    List<IncidentEvent> ofNoPlace = new ArrayList<>();
    for (var event : events) {
      boolean isOfScript = event.getProvenance().getSender().equals(SENDER_OF_SCRIPTS);
      if (isOfScript && event.getService() != null) {
        add(ofServices, event.getService(), event);
      } else if (isOfScript && event.getRepository() != null) {
        add(ofRepositories, event.getRepository(), event);
      } else {
        ofNoPlace.add(event);
      }
    }
    SortedMap<String, List<IncidentEvent>> byPlace = joined(ofServices, ofRepositories);
    List<SameIncident> incidents = new ArrayList<>();
    if (byPlace.isEmpty()) {
      return List.of(new SameIncident(ofNoPlace, List.of()));
    }
    byPlace.values().forEach(some -> incidents.add(new SameIncident(some, List.of())));
    if (!ofNoPlace.isEmpty()) {
      List<IncidentEvent> first = new ArrayList<>(incidents.get(0).events());
      first.addAll(ofNoPlace);
      incidents.set(0, new SameIncident(first, marks(byPlace)));
    }
    return incidents;
  }

  /**
   * Events that name only a repository are about the incident of the service that others name
   * together with it. One service without any repository and one repository are the same place.
   */
  private static SortedMap<String, List<IncidentEvent>> joined(
      SortedMap<String, List<IncidentEvent>> ofServices,
      SortedMap<String, List<IncidentEvent>> ofRepositories) {
    Map<String, String> serviceOf = new TreeMap<>();
    ofServices.forEach(
        (service, events) ->
            events.stream()
                .map(IncidentEvent::getRepository)
                .filter(Objects::nonNull)
                .forEach(repository -> serviceOf.putIfAbsent(repository, service)));
    if (serviceOf.isEmpty() && ofServices.size() == 1 && ofRepositories.size() == 1) {
      serviceOf.put(ofRepositories.firstKey(), ofServices.firstKey());
    }
    SortedMap<String, List<IncidentEvent>> byPlace = new TreeMap<>(ofServices);
    ofRepositories.forEach(
        (repository, events) ->
            events.forEach(
                event -> add(byPlace, serviceOf.getOrDefault(repository, repository), event)));
    return byPlace;
  }

  /** Marks the incident to which events without a place are assigned, although there are others. */
  private static List<String> marks(SortedMap<String, List<IncidentEvent>> byPlace) {
    return byPlace.size() == 1
        ? List.of()
        : List.of(
            "incidents of %s have this id; events that name none of them are taken to be about this one (E7)"
                .formatted(String.join(", ", byPlace.keySet())));
  }

  private static void add(
      Map<String, List<IncidentEvent>> events, String place, IncidentEvent event) {
    events.computeIfAbsent(place, some -> new ArrayList<>()).add(event);
  }
}
