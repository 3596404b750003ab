package dev.dorado.rules.attribute;

import dev.dorado.rules.derive.Derivation;
import dev.dorado.rules.derive.Derived;
import dev.dorado.rules.derive.Key;
import dev.dorado.rules.derive.Table;
import java.time.Instant;

/** Incidents that are connected by overlap: one outage each (rule R1). */
final class Outages {

  private final Table<Key, Incident> incidents;
  private final Derived<Key, Incident, Outage> asFar;

  /**
   * Incidents that overlap, one with another, as far as they had started by then.
   *
   * @param first the incident that it began with
   * @param end when the last of them ended; null while one is open
   * @param resolved when the last of them was resolved, as it was told; null while one is open
   */
  record Outage(Key first, Instant end, Instant resolved) {

    private Outage with(Incident incident) {
      return end == null || incident.end() == null
          ? new Outage(first, null, null)
          : new Outage(
              first, later(end, incident.end()), later(resolved, incident.event().getResolvedAt()));
    }
  }

  /**
   * @param incidents incidents on the service in production, in their order
   */
  Outages(Derivation derivation, Table<Key, Incident> incidents) {
    this.incidents = incidents;
    asFar = derivation.each("outage (R1)", incidents, this::asFar);
  }

  /** The outage that an incident is part of. */
  Outage of(Incident incident) {
    Key at = incident.order();
    Outage outage = asFar.get(at);
    // An open incident connects all later ones; else the last one's end is the outage's.
    while (outage.end() != null) {
      var next = incidents.higher(at);
      Outage further = next == null ? null : asFar.get(next.getKey());
      if (further == null || !further.first().equals(outage.first())) {
        return outage;
      }
      at = next.getKey();
      outage = further;
    }
    return outage;
  }

  private Outage asFar(Key key, Incident incident) {
    var before = incidents.lower(key);
    Outage outage = before == null ? null : asFar.get(before.getKey());
    boolean overlaps =
        outage != null && (outage.end() == null || !incident.start().isAfter(outage.end()));
    return overlaps
        ? outage.with(incident)
        : new Outage(key, incident.end(), incident.event().getResolvedAt());
  }

  static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
