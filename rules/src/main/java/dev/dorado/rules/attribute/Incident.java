package dev.dorado.rules.attribute;

import dev.dorado.rules.derive.Key;
import dev.dorado.steps.RoutedIncident;
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

  /** Start of the impact; if that is unknown, the first time that was heard of it. */
  Instant start() {
    return event.getStartedAt();
  }

  /** Whether only its end was heard, so that nobody knows when its impact started (E7). */
  boolean isStartUnknown() {
    return event.getStartUnknown();
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
