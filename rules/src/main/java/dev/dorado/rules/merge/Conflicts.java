package dev.dorado.rules.merge;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.facts.ConflictFact;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * Rule E6: events with one id that contradict each other in what can never change, since a sender
 * uses the id for several things. They stay one thing, whose values are those that {@link Newest}
 * gives; a conflict reports the values that lost.
 */
final class Conflicts {

  /** Below this length, a shortened SHA says nothing (rule S8). */
  private static final int SHORTEST_SHA = 7;

  /** One tool gives the same time with and without its fraction of a second. */
  private static final Duration PRECISION = Duration.ofSeconds(1);

  private static final List<Aspect<DeploymentEvent>> OF_AN_ATTEMPT =
      List.of(
          new Aspect<>(
              "commit",
              DeploymentEvent::getSha,
              (one, other) -> areOtherCommits(one.getSha(), other.getSha())),
          new Aspect<>(
              "environment",
              DeploymentEvent::getEnvironment,
              (one, other) -> !one.getEnvironment().equalsIgnoreCase(other.getEnvironment())),
          new Aspect<>("version", DeploymentEvent::getVersion, Conflicts::areOtherVersions));

  private static final List<Aspect<IncidentEvent>> OF_AN_INCIDENT =
      List.of(
          new Aspect<>(
              "creation",
              event -> text(event.getCreatedAt()),
              (one, other) -> areApart(one.getCreatedAt(), other.getCreatedAt())),
          new Aspect<>(
              "start",
              event -> event.getCreatedAt() == null ? text(event.getStartedAt()) : null,
              (one, other) -> hadEndedBefore(one, other) || hadEndedBefore(other, one)));

  private Conflicts() {}

  /**
   * Something that events of one thing may state and never contradict each other in.
   *
   * @param value what an event states; null if it states nothing
   * @param contradicts whether two events that both state it contradict each other
   */
  private record Aspect<E>(String name, Function<E, String> value, BiPredicate<E, E> contradicts) {}

  /** The conflict of the events of one attempt, if there is one. */
  static Optional<ConflictFact> ofAttempt(List<DeploymentEvent> events) {
    var newest =
        new Newest<>(
            events,
            DeploymentEvent::getOccurredAt,
            DeploymentEvent::getProvenance,
            DeploymentEvent::getId);
    return of(
            newest,
            OF_AN_ATTEMPT,
            event -> new Source(event.getProvenance(), event.getStatus(), event.getOccurredAt()))
        .map(
            fact ->
                fact.setKind("deployment")
                    .setKey(AttemptIdentity.of(newest.last()))
                    .setId(newest.last().getDeployment())
                    .setRepository(newest.value(DeploymentEvent::getRepository))
                    .setService(newest.value(DeploymentEvent::getService))
                    .build());
  }

  /**
   * The conflicts of incidents with one id.
   *
   * @param events all with that id; those of several places are about several incidents
   */
  static List<ConflictFact> ofIncidents(List<IncidentEvent> events) {
    return events.isEmpty()
        ? List.of()
        : IncidentIdentity.tellApart(events).stream()
            .map(same -> ofIncident(same.events()))
            .flatMap(Optional::stream)
            .toList();
  }

  private static Optional<ConflictFact> ofIncident(List<IncidentEvent> events) {
    var newest =
        new Newest<>(
            events,
            IncidentEvent::getOccurredAt,
            IncidentEvent::getProvenance,
            IncidentEvent::getId);
    return of(
            newest,
            OF_AN_INCIDENT,
            event ->
                new Source(event.getProvenance(), event.getTransition(), event.getOccurredAt()))
        .map(
            fact -> {
              String repository = newest.value(IncidentEvent::getRepository);
              String service = newest.value(IncidentEvent::getService);
              String id = newest.last().getIncident();
              String place = Objects.requireNonNullElse(service, Objects.toString(repository, ""));
              return fact.setKind("incident")
                  .setKey(id + " " + place)
                  .setId(id)
                  .setRepository(repository)
                  .setService(service)
                  .build();
            });
  }

  /** Where a value comes from. */
  private record Source(Provenance provenance, String status, Instant time) {}

  private static <E> Optional<ConflictFact.Builder> of(
      Newest<E> newest, List<Aspect<E>> aspects, Function<E, Source> source) {
    List<String> names = new ArrayList<>();
    List<String> standing = new ArrayList<>();
    List<String> other = new ArrayList<>();
    List<E> contradicting = new ArrayList<>();
    E first = null;
    for (var aspect : aspects) {
      E stands = newest.value(event -> aspect.value().apply(event) == null ? null : event);
      List<E> against =
          newest.oldestFirst().stream()
              .filter(event -> stands != null && aspect.value().apply(event) != null)
              .filter(event -> aspect.contradicts().test(stands, event))
              .toList();
      if (!against.isEmpty()) {
        names.add(aspect.name());
        standing.add(aspect.value().apply(stands));
        other.add(aspect.value().apply(against.get(against.size() - 1)));
        contradicting.addAll(against);
        first = first == null ? stands : first;
      }
    }
    if (first == null) {
      return Optional.empty();
    }
    List<E> losing =
        newest.oldestFirst().stream().filter(event -> contradicting.contains(event)).toList();
    Source ofStanding = source.apply(first);
    Source ofOther = source.apply(losing.get(losing.size() - 1));
    return Optional.of(
        ConflictFact.newBuilder()
            .setRetracted(false)
            .setAspects(names)
            .setStanding(standing)
            .setOther(other)
            .setEvents(losing.size())
            .setSender(ofStanding.provenance().getSender())
            .setStatus(ofStanding.status())
            .setOccurredAt(ofStanding.time())
            .setOtherSender(ofOther.provenance().getSender())
            .setOtherStatus(ofOther.status())
            .setOtherOccurredAt(ofOther.time()));
  }

  /** Neither of two SHAs is the other, or a beginning of it. */
  private static boolean areOtherCommits(String one, String other) {
    int length = Math.min(one.length(), other.length());
    return length >= SHORTEST_SHA
        && !one.substring(0, length).equalsIgnoreCase(other.substring(0, length));
  }

  /**
   * A commit has many names; without one, what is neither the other nor a part of it is another.
   */
  private static boolean areOtherVersions(DeploymentEvent one, DeploymentEvent other) {
    if (one.getSha() != null && other.getSha() != null) {
      return false;
    }
    String first = one.getVersion().toLowerCase(Locale.ROOT);
    String second = other.getVersion().toLowerCase(Locale.ROOT);
    return !first.contains(second) && !second.contains(first);
  }

  private static boolean areApart(Instant one, Instant other) {
    return Duration.between(one, other).abs().compareTo(PRECISION) > 0;
  }

  /** An impact that begins after the end of another: a script uses the id once more. */
  private static boolean hadEndedBefore(IncidentEvent earlier, IncidentEvent later) {
    return earlier.getResolvedAt() != null
        && !later.getTransition().equals("reopened")
        && !later.getStartedAt().isBefore(earlier.getResolvedAt())
        && later.getStartedAt().isAfter(earlier.getStartedAt());
  }

  private static String text(Instant time) {
    return time == null ? null : time.toString();
  }
}
