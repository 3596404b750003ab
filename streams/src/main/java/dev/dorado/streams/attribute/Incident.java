package dev.dorado.streams.attribute;

import dev.dorado.steps.RoutedIncident;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** An incident on a service, and what it is linked to. Equal to itself only. */
final class Incident {

  static final Comparator<Incident> ORDER =
      Comparator.comparing(Incident::start).thenComparing(Incident::id);

  private final RoutedIncident event;
  private final List<String> rejected = new ArrayList<>();
  private Link link;

  Incident(RoutedIncident event) {
    this.event = event;
  }

  /**
   * Why an incident belongs to a deployment.
   *
   * @param deployment the deployment
   * @param rule F2, F3, F4 or F6
   * @param method how the rule was applied, for people
   * @param confidence high, medium or low
   */
  record Link(Deployment deployment, String rule, String method, String confidence) {}

  RoutedIncident event() {
    return event;
  }

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

  void linkTo(Link newLink) {
    link = newLink;
  }

  /** What it is linked to, or null. */
  Link link() {
    return link;
  }

  /** Candidates that were rejected, and by which rule, for people. */
  List<String> rejected() {
    return rejected;
  }
}
