package dev.dorado.rules.resolve;

import dev.dorado.events.CatalogEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.rules.derive.Table;
import dev.dorado.rules.merge.IncidentNames;
import dev.dorado.rules.route.Environments;
import dev.dorado.rules.route.IncidentRouting;
import dev.dorado.rules.step.DerivedHistory;
import dev.dorado.rules.step.KeyHistory;
import dev.dorado.rules.step.Output;
import dev.dorado.rules.step.StepFunction;
import dev.dorado.rules.step.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Rule G4: the services of an incident. What the catalog knows another tool's name of decides, then
 * the service that the incident names, then its repository; a name that nobody knows only if there
 * is nothing else. Keyed by incident.
 */
public final class IncidentResolution implements StepFunction {

  private static final Set<String> KINDS_WITH_OUTPUTS = Set.of(IncidentEvent.class.getSimpleName());

  @Override
  public KeyHistory begin(String incident) {
    return new History();
  }

  @Override
  public Set<String> kindsWithOutputs(String incident) {
    return KINDS_WITH_OUTPUTS;
  }

  private static final class History extends DerivedHistory {

    History() {
      var entries = inputs(CatalogEvent.class);
      outputs(
          "incident", inputs(IncidentEvent.class), (id, incident) -> services(incident, entries));
    }
  }

  /**
   * @param entries of the catalog, by the name of the incident that each has
   */
  private static List<Output> services(
      IncidentEvent incident, Table<String, CatalogEvent> entries) {
    Map<String, CatalogEvent> known = new TreeMap<>();
    for (String alias : incident.getAliases()) {
      CatalogEvent entry = entries.get(alias);
      if (entry != null) {
        known.put(entry.getService(), entry);
      }
    }
    List<Output> outputs = new ArrayList<>();
    known.forEach((service, entry) -> outputs.add(of(service, entry, incident, List.of())));
    if (!outputs.isEmpty()) {
      return outputs;
    }
    String service = incident.getService();
    if (service != null) {
      return List.of(of(service, entries.get(service), incident, List.of()));
    }
    if (incident.getRepository() != null) {
      String id = incident.getIncident();
      return List.of(new Output(Target.ROUTE, incident.getRepository(), id, incident));
    }
    String last = IncidentNames.lastResort(incident);
    String mark =
        "the catalog does not know %s: it is taken for the name of a service (G4)"
            .formatted(String.join(", ", incident.getAliases()));
    return List.of(of(last, entries.get(last), incident, List.of(mark)));
  }

  private static Output of(
      String name, CatalogEvent entry, IncidentEvent incident, List<String> marks) {
    String service = entry == null ? name : entry.getService();
    String withoutHost =
        ServiceResolution.hasHost(service) ? service.substring(service.indexOf('/') + 1) : service;
    var routed = IncidentRouting.route(incident, Environments.mapping(entry));
    List<String> all = new ArrayList<>(routed.getMarks());
    all.addAll(marks);
    routed.setMarks(all);
    return new Output(Target.ATTRIBUTE, withoutHost, incident.getIncident(), routed);
  }
}
