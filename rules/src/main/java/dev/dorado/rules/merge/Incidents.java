package dev.dorado.rules.merge;

import dev.dorado.events.IncidentEvent;
import dev.dorado.rules.RuleSettings;
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
   * The incidents that {@code events} are about: one, or none if it was withdrawn, or several if
   * scripts gave several the same id, or one was reopened later than the reopening window after its
   * resolution. Impact start defaults to detection, detection to creation, creation to the first
   * that was heard of it before its end.
   *
   * @param events all with one id, in any order
   * @return merged incidents. If only the end of one was heard, its {@code started_at}, {@code
   *     detected_at} and {@code created_at} are null; {@link #heardAt} gives a time to order it by
   */
  public static List<IncidentEvent> merge(List<IncidentEvent> events, RuleSettings settings) {
    if (events.isEmpty()) {
      return List.of();
    }
    List<IncidentEvent> incidents = new ArrayList<>();
    for (var same : IncidentIdentity.tellApart(events)) {
      incidents.addAll(merge(same, settings));
    }
    return incidents;
  }

  /** Start of the impact of a merged incident; if that is unknown, the first that was heard. */
  public static Instant heardAt(IncidentEvent merged) {
    return Objects.requireNonNullElse(merged.getStartedAt(), merged.getOccurredAt());
  }

  private static List<IncidentEvent> merge(
      IncidentIdentity.SameIncident same, RuleSettings settings) {
    var newest =
        new Newest<>(
            same.events(),
            IncidentEvent::getOccurredAt,
            IncidentEvent::getProvenance,
            IncidentEvent::getId);
    if (newest.last().getTransition().equals("withdrawn") || !isIncident(newest, settings)) {
      return List.of();
    }
    Instant created = orElse(newest.value(IncidentEvent::getCreatedAt), heardOpen(newest));
    Instant detected = orElse(newest.value(IncidentEvent::getDetectedAt), created);
    Instant started = orElse(newest.value(IncidentEvent::getStartedAt), detected);
    var first =
        IncidentEvent.newBuilder(newest.last())
            .setOccurredAt(firstHeard(newest.oldestFirst().get(0)))
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
            .setResolutionReasons(null)
            .setMarks(same.marks())
            .build();
    return episodes(first, newest.oldestFirst(), settings.reopenWindow()).stream()
        .filter(episode -> !settings.isNoIncident(episode.getResolutionReasons()))
        .toList();
  }

  /**
   * When it was first heard of as open; null if only its end was heard. An opening counts even if
   * it is reported later than the end, since clocks differ (E2).
   */
  private static Instant heardOpen(Newest<IncidentEvent> newest) {
    Instant firstEnd =
        newest.oldestFirst().stream()
            .filter(event -> isEnd(event))
            .map(IncidentEvent::getOccurredAt)
            .findFirst()
            .orElse(Instant.MAX);
    return newest.oldestFirst().stream()
        .filter(event -> !isEnd(event))
        .filter(
            event ->
                event.getTransition().equals("opened") || !event.getOccurredAt().isAfter(firstEnd))
        .map(IncidentEvent::getOccurredAt)
        .findFirst()
        .orElse(null);
  }

  private static boolean isEnd(IncidentEvent event) {
    return event.getTransition().equals("resolved") || event.getTransition().equals("withdrawn");
  }

  private static Instant firstHeard(IncidentEvent oldest) {
    Instant end = oldest.getResolvedAt();
    return end != null && end.isBefore(oldest.getOccurredAt()) ? end : oldest.getOccurredAt();
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
                  .setResolutionReasons(null)
                  .build();
        }
      } else if (event.getTransition().equals("resolved")) {
        // That it is over, without since when, does not move an end that is known.
        if (event.getResolvedAt() != null || episode.getResolvedAt() == null) {
          episode.setResolvedAt(
              Objects.requireNonNullElse(event.getResolvedAt(), event.getOccurredAt()));
        }
      } else if (episode.getResolvedAt() != null && event.getResolvedAt() != null) {
        episode.setResolvedAt(event.getResolvedAt());
      }
      if (event.getTransition().equals("reopened") || event.getResolutionReasons() != null) {
        episode.setResolutionReasons(event.getResolutionReasons());
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

  private static Instant orElse(Instant time, Instant otherwise) {
    return time == null ? otherwise : time;
  }

  private static List<String> nonEmpty(List<String> values) {
    return values.isEmpty() ? null : values;
  }
}
