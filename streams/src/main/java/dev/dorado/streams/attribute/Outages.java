package dev.dorado.streams.attribute;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Incidents that are connected by overlap: one outage each (rule R1). Immutable. */
final class Outages {

  private final Map<Incident, Outage> outageOf = new HashMap<>();

  /**
   * Incidents that overlap, one with another.
   *
   * @param end when the last of them ended; null while one is open
   * @param resolved when the last of them was resolved, as it was told; null while one is open
   */
  record Outage(Instant end, Instant resolved) {}

  /**
   * @param incidents all incidents on a service in production, in order of their starts
   */
  Outages(List<Incident> incidents) {
    List<Incident> connected = new ArrayList<>();
    Outage outage = null;
    for (var incident : incidents) {
      boolean overlaps =
          outage != null && (outage.end() == null || !incident.start().isAfter(outage.end()));
      if (!overlaps) {
        add(connected, outage);
        connected.clear();
        outage = null;
      }
      connected.add(incident);
      outage = extended(outage, incident);
    }
    add(connected, outage);
  }

  /** The outage that an incident is part of. */
  Outage of(Incident incident) {
    return outageOf.get(incident);
  }

  private void add(List<Incident> connected, Outage outage) {
    connected.forEach(incident -> outageOf.put(incident, outage));
  }

  private static Outage extended(Outage outage, Incident incident) {
    Instant resolved = incident.event().getResolvedAt();
    if (outage == null) {
      return new Outage(incident.end(), resolved);
    }
    return outage.end() == null || incident.end() == null
        ? new Outage(null, null)
        : new Outage(later(outage.end(), incident.end()), later(outage.resolved(), resolved));
  }

  static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
