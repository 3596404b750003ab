package dev.dorado.rules.merge;

import dev.dorado.events.IncidentEvent;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/** The names by which an incident may find its service (rule G4). */
public final class IncidentNames {

  private static final String INCIDENT = "incident ";

  private IncidentNames() {}

  /**
   * Key under which an incident waits for what its names are. Incidents of several services may
   * have one id (E7).
   */
  public static String keyOf(IncidentEvent incident) {
    String repository = Objects.requireNonNullElse(incident.getRepository(), "");
    return INCIDENT
        + incident.getIncident()
        + " "
        + Objects.requireNonNullElse(incident.getService(), repository);
  }

  /** Whether something waits under {@code key}: no SHA is one. */
  public static boolean isKey(String key) {
    return key.startsWith(INCIDENT);
  }

  /** All that the catalog is asked for; none of an incident that names a repository alone. */
  public static Set<String> of(IncidentEvent incident) {
    Set<String> names = new LinkedHashSet<>(incident.getAliases());
    if (incident.getService() != null) {
      names.add(incident.getService());
    }
    String last = lastResort(incident);
    if (last != null) {
      names.add(last);
    }
    return names;
  }

  /**
   * The service of an incident that names neither service nor repository, if the catalog knows none
   * of its names: the first name, without the tool before it. Else null.
   */
  public static String lastResort(IncidentEvent incident) {
    if (incident.getService() != null
        || incident.getRepository() != null
        || incident.getAliases().isEmpty()) {
      return null;
    }
    String alias = incident.getAliases().get(0);
    String name = alias.substring(alias.indexOf(':') + 1).strip().toLowerCase(Locale.ROOT);
    return name.isEmpty() ? alias : name;
  }
}
