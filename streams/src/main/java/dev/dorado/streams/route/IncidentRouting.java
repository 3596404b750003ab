package dev.dorado.streams.route;

import dev.dorado.events.IncidentEvent;
import dev.dorado.steps.RoutedIncident;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What attribution needs of an incident. */
public final class IncidentRouting {

  private IncidentRouting() {}

  /**
   * The incident for attribution.
   *
   * @param incident as merged
   * @param environments environments that the catalog maps to classes
   */
  public static RoutedIncident route(IncidentEvent incident, Map<String, String> environments) {
    String environment = incident.getEnvironment();
    String environmentClass =
        environment == null
            ? Environments.PRODUCTION
            : environments.getOrDefault(environment, Environments.classOf(environment));
    List<String> causes = new ArrayList<>();
    if (incident.getCausedBy() != null) {
      causes.addAll(incident.getCausedBy());
    }
    causes.addAll(Texts.rootCauses(incident.getTitle(), incident.getDescription()));
    if (incident.getArtifact() != null) {
      causes.add(incident.getArtifact());
    }
    var names = new TreeSet<>(incident.getNames());
    names.add(incident.getIncident());
    return RoutedIncident.newBuilder()
        .setId(incident.getIncident())
        .setRepository(incident.getRepository())
        .setTitle(incident.getTitle())
        .setSeverity(incident.getSeverity())
        .setEnvironment(environment)
        .setEnvironmentClass(environmentClass)
        .setStartedAt(incident.getStartedAt())
        .setDetectedAt(incident.getDetectedAt())
        .setAcknowledgedAt(incident.getAcknowledgedAt())
        .setResolvedAt(incident.getResolvedAt())
        .setCausedBy(causes.stream().distinct().toList())
        .setNames(List.copyOf(names))
        .setMarks(List.of())
        .setUrl(incident.getUrl())
        .build();
  }
}
