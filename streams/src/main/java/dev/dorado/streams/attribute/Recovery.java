package dev.dorado.streams.attribute;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;

/**
 * Rules R1 and R3: when the impact of a failure began and ended.
 *
 * @param start start of the impact; null if it is said to have begun after its end, so that the
 *     span is unknown (E2)
 * @param end its end, or null while it is open
 * @param method incident, rollback, revert, hotfix or next deployment; null while open
 */
record Recovery(Instant start, Instant end, String method) {

  /** R1, or R3 while it is open. */
  String rule() {
    return end == null ? "R3" : "R1";
  }

  /** Whether the impact was there at a time. */
  boolean isOpenAt(Instant time) {
    return start != null && !start.isAfter(time) && (end == null || !end.isBefore(time));
  }

  /**
   * The recovery from {@code failure}.
   *
   * @param outages of all incidents on the service in production
   * @param tolerance how far the end may be before the start (rule E2)
   */
  static Recovery of(Failure failure, Outages outages, Duration tolerance) {
    return failure.incidents().isEmpty()
        ? byRemedy(failure)
        : byIncidents(failure.incidents(), outages, tolerance);
  }

  /** The union of the linked incidents and those connected to them by overlap. */
  private static Recovery byIncidents(
      Collection<Incident> linked, Outages outages, Duration tolerance) {
    Instant start =
        linked.stream().map(Incident::start).min(Comparator.naturalOrder()).orElseThrow();
    Instant end = Instant.MIN;
    Instant resolved = Instant.MIN;
    for (var incident : linked) {
      var outage = outages.of(incident);
      if (outage.end() == null) {
        return new Recovery(start, null, null);
      }
      end = Outages.later(end, outage.end());
      resolved = Outages.later(resolved, outage.resolved());
    }
    return Spans.isInverted(start, resolved, tolerance)
        ? new Recovery(null, resolved, "incident")
        : new Recovery(start, end, "incident");
  }

  private static Recovery byRemedy(Failure failure) {
    Instant start = failure.deployment().finish();
    return failure.remedies().stream()
        .filter(remedy -> !remedy.at().isBefore(start))
        .min(
            Comparator.comparing(Failure.Remedy::at)
                .thenComparing(Failure.Remedy::by, Deployment.ORDER)
                .thenComparing(Failure.Remedy::kind))
        .map(remedy -> new Recovery(start, remedy.at(), remedy.kind()))
        .orElse(new Recovery(start, null, null));
  }
}
