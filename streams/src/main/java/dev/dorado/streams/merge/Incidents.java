package dev.dorado.streams.merge;

import dev.dorado.events.IncidentEvent;
import dev.dorado.streams.RuleSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Rules E6 and E7 for incidents. */
public final class Incidents {

  private Incidents() {}

  /**
   * The incidents that {@code events} tell of: one, or none if it was withdrawn, or several if it
   * was reopened later than the reopening window after its resolution. Impact start defaults to
   * detection, detection to creation, creation to the first that was heard of it.
   *
   * @param events all of one incident, in any order
   */
  public static List<IncidentEvent> merge(List<IncidentEvent> events, RuleSettings settings) {
    if (events.isEmpty()) {
      return List.of();
    }
    var newest =
        new Newest<>(
            events,
            IncidentEvent::getOccurredAt,
            IncidentEvent::getProvenance,
            IncidentEvent::getId);
    if (newest.last().getTransition().equals("withdrawn") || !isIncident(newest, settings)) {
      return List.of();
    }
    Instant created =
        newest.value(IncidentEvent::getCreatedAt, newest.oldestFirst().get(0).getOccurredAt());
    Instant detected = newest.value(IncidentEvent::getDetectedAt, created);
    Instant started = newest.value(IncidentEvent::getStartedAt, detected);
    var first =
        IncidentEvent.newBuilder(newest.last())
            .setRepository(newest.value(IncidentEvent::getRepository))
            .setService(newest.value(IncidentEvent::getService))
            .setAliases(newest.value(event -> nonEmpty(event.getAliases()), List.of()))
            .setArtifact(newest.value(IncidentEvent::getArtifact))
            .setTitle(newest.value(IncidentEvent::getTitle))
            .setDescription(newest.value(IncidentEvent::getDescription))
            .setSeverity(newest.value(IncidentEvent::getSeverity))
            .setEnvironment(newest.value(IncidentEvent::getEnvironment))
            .setLabels(newest.value(IncidentEvent::getLabels))
            .setCausedBy(newest.value(IncidentEvent::getCausedBy))
            .setNames(newest.value(event -> nonEmpty(event.getNames()), List.of()))
            .setUrl(newest.value(IncidentEvent::getUrl))
            .setTransition("opened")
            .setCreatedAt(created)
            .setDetectedAt(detected)
            .setStartedAt(started)
            .setAcknowledgedAt(null)
            .setResolvedAt(null)
            .build();
    return episodes(first, newest.oldestFirst(), settings.reopenWindow());
  }

  /** E7: alerts and errors are evidence only, unless enabled; a severity may be asked for. */
  private static boolean isIncident(Newest<IncidentEvent> newest, RuleSettings settings) {
    boolean reported = newest.oldestFirst().stream().anyMatch(e -> e.getKind().equals("incident"));
    String severity = newest.value(IncidentEvent::getSeverity);
    boolean severe =
        settings.incidentSeverities().isEmpty()
            || (severity != null
                && settings.incidentSeverities().contains(severity.toLowerCase(Locale.ROOT)));
    return severe && (reported || settings.alertsAreIncidents());
  }

  private static List<IncidentEvent> episodes(
      IncidentEvent first, List<IncidentEvent> oldestFirst, Duration reopenWindow) {
    List<IncidentEvent> episodes = new ArrayList<>();
    IncidentEvent episode = first;
    for (var event : oldestFirst) {
      if (event.getTransition().equals("reopened") && episode.getResolvedAt() != null) {
        Instant reopened = event.getOccurredAt();
        if (Duration.between(episode.getResolvedAt(), reopened).compareTo(reopenWindow) <= 0) {
          episode.setResolvedAt(null);
        } else {
          episodes.add(episode);
          episode =
              IncidentEvent.newBuilder(first)
                  .setIncident(first.getIncident() + "~" + (episodes.size() + 1))
                  .setStartedAt(reopened)
                  .setDetectedAt(reopened)
                  .setCreatedAt(reopened)
                  .setAcknowledgedAt(null)
                  .setResolvedAt(null)
                  .build();
        }
      } else if (event.getTransition().equals("resolved")) {
        episode.setResolvedAt(
            Objects.requireNonNullElse(event.getResolvedAt(), event.getOccurredAt()));
      } else if (episode.getResolvedAt() != null && event.getResolvedAt() != null) {
        episode.setResolvedAt(event.getResolvedAt());
      }
      Instant acknowledged = acknowledgement(event);
      if (acknowledged != null && episode.getAcknowledgedAt() == null) {
        episode.setAcknowledgedAt(acknowledged);
      }
    }
    episodes.add(episode);
    return episodes;
  }

  private static Instant acknowledgement(IncidentEvent event) {
    if (event.getAcknowledgedAt() != null) {
      return event.getAcknowledgedAt();
    }
    return event.getTransition().equals("acknowledged") ? event.getOccurredAt() : null;
  }

  private static List<String> nonEmpty(List<String> values) {
    return values.isEmpty() ? null : values;
  }
}
