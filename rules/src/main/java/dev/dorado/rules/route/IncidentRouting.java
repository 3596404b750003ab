package dev.dorado.rules.route;

import dev.dorado.events.IncidentEvent;
import dev.dorado.rules.merge.Incidents;
import dev.dorado.schemas.NoDeploymentCause;
import dev.dorado.steps.RoutedIncident;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    String title = incident.getTitle();
    String text = incident.getDescription();
    Set<String> causes = new TreeSet<>(Texts.rootCauses(title, text));
    Set<String> noDeployment = new TreeSet<>(Texts.noDeploymentCauses(title, text));
    if (incident.getCausedBy() != null) {
      for (String cause : incident.getCausedBy()) {
        NoDeploymentCause.in(cause).ifPresentOrElse(noDeployment::add, () -> causes.add(cause));
      }
    }
    if (incident.getArtifact() != null) {
      causes.add(incident.getArtifact());
    }
    var names = new TreeSet<>(incident.getNames());
    names.add(incident.getIncident());
    return RoutedIncident.newBuilder()
        .setId(incident.getIncident())
        .setRepository(incident.getRepository())
        .setTitle(title)
        .setSeverity(incident.getSeverity())
        .setEnvironment(environment)
        .setEnvironmentClass(environmentClass)
        .setStartedAt(Incidents.heardAt(incident))
        .setStartUnknown(incident.getStartedAt() == null)
        .setDetectedAt(incident.getDetectedAt())
        .setAcknowledgedAt(incident.getAcknowledgedAt())
        .setResolvedAt(incident.getResolvedAt())
        .setCausedBy(List.copyOf(causes))
        .setNoDeployment(noDeployment.stream().findFirst().orElse(null))
        .setNames(List.copyOf(names))
        .setMarks(incident.getMarks())
        .setUrl(incident.getUrl())
        .build();
  }
}
