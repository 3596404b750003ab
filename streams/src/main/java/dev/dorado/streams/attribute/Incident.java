package dev.dorado.streams.attribute;

import dev.dorado.steps.RoutedIncident;
import dev.dorado.streams.derive.Key;
import java.time.Instant;

/**
 * An incident on a service.
 *
 * @param event what is known of it
 */
record Incident(RoutedIncident event) {

  String id() {
    return event.getId();
  }

  Instant start() {
    return event.getStartedAt();
  }

  /** Its resolution, or null while it is open; never before its start. */
  Instant end() {
    Instant end = event.getResolvedAt();
    return end != null && end.isBefore(start()) ? start() : end;
  }

  boolean isOpenAt(Instant time) {
    return !start().isAfter(time) && (end() == null || !end().isBefore(time));
  }

  /** Every order of incidents is (start, id). */
  Key order() {
    return Key.of(start(), id());
  }
}
