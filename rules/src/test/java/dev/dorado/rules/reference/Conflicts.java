package dev.dorado.rules.reference;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.facts.ConflictFact;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;

/** E6: ids that are used for several things. */
final class Conflicts {

  private final List<String> aspects = new ArrayList<>();
  private final List<String> standing = new ArrayList<>();
  private final List<String> other = new ArrayList<>();
  private final TreeSet<String> losing = new TreeSet<>();
  private SpecificRecord first;

  private Conflicts() {}

  /** Those of attempts and incidents. */
  static List<ConflictFact> of(Events events) {
    List<ConflictFact> facts = new ArrayList<>();
    Events.grouped(
            events.all(DeploymentEvent.class),
            e -> e.getRepository() + " " + e.getService() + " " + e.getDeployment())
        .forEach(same -> addAttempt(Events.oldestFirst(same), facts));
    events.ofEachIncident().forEach(same -> addIncident(same, facts));
    return facts;
  }

  private static void addAttempt(List<DeploymentEvent> same, List<ConflictFact> facts) {
    var found = new Conflicts();
    var newestFirst = reversed(same);
    for (String aspect : List.of("sha", "environment", "version")) {
      DeploymentEvent stands = null;
      for (var event : newestFirst) {
        Object value = Events.field(event, aspect);
        if (value == null) {
          continue;
        }
        stands = stands == null ? event : stands;
        String name = aspect.equals("sha") ? "commit" : aspect;
        String standing = Events.field(stands, aspect).toString();
        boolean bothHaveCommits = stands.getSha() != null && event.getSha() != null;
        if (switch (aspect) {
          case "sha" -> isOtherCommit(standing, value.toString());
          case "environment" -> !standing.equalsIgnoreCase(value.toString());
          default -> !bothHaveCommits && isOtherVersion(standing, value.toString());
        }) {
          found.add(name, stands, standing, event, value.toString());
        }
      }
    }
    var last = Events.merged(same);
    found.addTo(
        facts,
        "deployment",
        Objects.toString(last.getRepository(), "")
            + " "
            + Objects.toString(last.getService(), "")
            + " "
            + last.getDeployment());
  }

  private static void addIncident(List<IncidentEvent> same, List<ConflictFact> facts) {
    var last = Events.merged(same);
    var found = new Conflicts();
    IncidentEvent created = null;
    IncidentEvent started = null;
    for (var event : reversed(same)) {
      if (event.getCreatedAt() != null) {
        created = created == null ? event : created;
        Instant stands = created.getCreatedAt();
        Duration apart = Duration.between(stands, event.getCreatedAt()).abs();
        if (apart.compareTo(Duration.ofSeconds(1)) > 0) {
          found.add("creation", created, stands.toString(), event, event.getCreatedAt().toString());
        }
      }
    }
    for (var event : reversed(same)) {
      if (event.getCreatedAt() == null && event.getStartedAt() != null) {
        started = started == null ? event : started;
        if (isAfterTheEndOf(started, event) || isAfterTheEndOf(event, started)) {
          String stands = started.getStartedAt().toString();
          found.add("start", started, stands, event, event.getStartedAt().toString());
        }
      }
    }
    String place = last.getService() == null ? last.getRepository() : last.getService();
    found.addTo(facts, "incident", last.getIncident() + " " + Objects.toString(place, ""));
  }

  private static boolean isAfterTheEndOf(IncidentEvent later, IncidentEvent earlier) {
    return earlier.getResolvedAt() != null
        && !later.getTransition().equals("reopened")
        && !later.getStartedAt().isBefore(earlier.getResolvedAt())
        && later.getStartedAt().isAfter(earlier.getStartedAt());
  }

  private static boolean isOtherCommit(String one, String other) {
    boolean known = one.length() >= 7 && other.length() >= 7;
    return known && !one.startsWith(other) && !other.startsWith(one);
  }

  private static boolean isOtherVersion(String one, String other) {
    return !one.contains(other) && !other.contains(one);
  }

  private static <E> List<E> reversed(List<E> events) {
    var reversed = new ArrayList<>(events);
    Collections.reverse(reversed);
    return reversed;
  }

  /** Values that lose, the newest first. */
  private void add(
      String aspect, SpecificRecord stands, String value, SpecificRecord against, String lost) {
    if (!aspects.contains(aspect)) {
      aspects.add(aspect);
      standing.add(value);
      other.add(lost);
    }
    first = first == null ? stands : first;
    losing.add((String) Events.field(against, "id"));
  }

  private void addTo(List<ConflictFact> facts, String kind, String key) {
    if (first != null) {
      facts.add(
          ConflictFact.newBuilder()
              .setKind(kind)
              .setKey(key)
              .setAspects(aspects)
              .setStanding(standing)
              .setOther(other)
              .setEvents(losing.size())
              .setSender(((Provenance) Events.field(first, "provenance")).getSender())
              .setOccurredAt((Instant) Events.field(first, "occurred_at"))
              .build());
    }
  }
}
