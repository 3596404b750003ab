package dev.dorado.rules.attribute;

import dev.dorado.rules.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Rules R1 and R3: when the impact of a failure began and ended.
 *
 * @param start start of the impact; null if it is unknown (E7), or said to have begun after its
 *     end, so that the span is unknown (E2)
 * @param end its end, or null while it is open
 * @param method incident, rollback, revert, hotfix or next deployment; null while open
 * @param evidence ids of what ended it
 */
record Recovery(Instant start, Instant end, String method, List<String> evidence) {

  /** R1, or R3 while it is open. */
  Rule rule() {
    return end == null ? Rule.R3 : Rule.R1;
  }

  /** Whether the impact was there at a time. */
  boolean isOpenAt(Instant time) {
    return start != null && !start.isAfter(time) && (end == null || !end.isBefore(time));
  }

  /**
   * With incidents: the union of the linked ones and those connected to them by overlap.
   *
   * @param linked at least one
   * @param tolerance how far the end may be before the start (rule E2)
   */
  static Recovery byIncidents(Collection<Incident> linked, Outages outages, Duration tolerance) {
    Instant start =
        linked.stream().anyMatch(Incident::isStartUnknown)
            ? null
            : linked.stream().map(Incident::start).min(Comparator.naturalOrder()).orElseThrow();
    Instant end = Instant.MIN;
    Instant resolved = Instant.MIN;
    for (var incident : linked) {
      var outage = outages.of(incident);
      if (outage.end() == null) {
        return new Recovery(start, null, null, List.of());
      }
      end = Outages.later(end, outage.end());
      resolved = Outages.later(resolved, outage.resolved());
    }
    List<String> evidence = linked.stream().map(Incident::id).toList();
    return start == null || Spans.isInverted(start, resolved, tolerance)
        ? new Recovery(null, resolved, "incident", evidence)
        : new Recovery(start, end, "incident", evidence);
  }

  /**
   * The recovery without incidents: from the deployment's finish to that of the earliest remedy.
   */
  static Recovery byRemedy(Deployment failed, List<Failure.Remedy> remedies) {
    Instant start = failed.finish();
    return remedies.stream()
        .filter(remedy -> !remedy.by().finish().isBefore(start))
        .min(
            Comparator.<Failure.Remedy, Instant>comparing(remedy -> remedy.by().finish())
                .thenComparing(remedy -> remedy.by().order())
                .thenComparing(Failure.Remedy::kind))
        .map(
            remedy ->
                new Recovery(start, remedy.by().finish(), remedy.kind(), List.of(remedy.by().id())))
        .orElse(new Recovery(start, null, null, List.of()));
  }
}
