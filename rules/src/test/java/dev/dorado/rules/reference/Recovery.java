package dev.dorado.rules.reference;

import dev.dorado.rules.reference.Failure.Incident;
import dev.dorado.rules.reference.Failure.Remedy;
import dev.dorado.rules.reference.Failure.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** Rules R1 and R3: the impact of a failure; without an end it is open, without a start unknown. */
record Recovery(Instant start, Instant end, String method) {

  boolean isOpenAt(Instant time) {
    return start != null && !start.isAfter(time) && (end == null || !end.isBefore(time));
  }

  static Recovery of(Verdict verdict, List<Incident> all, Duration tolerance) {
    return verdict.incidents().isEmpty()
        ? byRemedy(verdict)
        : byIncidents(verdict.incidents(), all, tolerance);
  }

  /**
   * R1: from the earliest incident, for the union of the incidents connected to it by overlap, open
   * while one of them is. E2: where all were resolved before that, since when is unknown; E7: so it
   * is where of one only the end was heard.
   */
  private static Recovery byIncidents(
      List<Incident> linked, List<Incident> all, Duration tolerance) {
    List<Incident> connected = new ArrayList<>(linked);
    for (boolean grows = true; grows; ) {
      grows =
          connected.addAll(
              all.stream()
                  .filter(other -> !connected.contains(other))
                  .filter(other -> connected.stream().anyMatch(one -> overlap(one, other)))
                  .toList());
    }
    Instant start =
        linked.stream().map(Incident::start).min(Comparator.naturalOrder()).orElseThrow();
    boolean unknown = linked.stream().anyMatch(Incident::isStartUnknown);
    if (connected.stream().anyMatch(incident -> incident.end() == null)) {
      return new Recovery(unknown ? null : start, null, null);
    }
    Instant end = latest(connected.stream().map(Incident::end).toList());
    Instant resolved = latest(connected.stream().map(i -> i.event.getResolvedAt()).toList());
    return unknown || start.isAfter(resolved.plus(tolerance))
        ? new Recovery(null, resolved, "incident")
        : new Recovery(start, end, "incident");
  }

  private static Instant latest(List<Instant> times) {
    return times.stream().max(Comparator.naturalOrder()).orElseThrow();
  }

  private static boolean overlap(Incident one, Incident other) {
    return one.isOpenAt(other.start()) || other.isOpenAt(one.start());
  }

  /** R1: without incidents, from the deployment's own finish to the earliest remedy's. */
  private static Recovery byRemedy(Verdict verdict) {
    Instant start = verdict.deployment().finish();
    return verdict.remedies().stream()
        .filter(remedy -> !remedy.by().finish().isBefore(start))
        .min(Comparator.comparing(Remedy::by).thenComparing(Remedy::kind))
        .map(remedy -> new Recovery(start, remedy.by().finish(), remedy.kind()))
        .orElse(new Recovery(start, null, null));
  }

  @Override
  public String toString() {
    return Objects.toString(start) + " to " + end + " by " + method;
  }
}
