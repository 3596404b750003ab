package dev.dorado.ingest.senders;

import dev.dorado.events.IncidentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The groups of alerts that Alertmanager, and Grafana after it, sends and repeats. Each alert
 * stands for itself: its own status counts, not the group's. One that fires again is another, told
 * by its start.
 */
final class AlertGroups {

  private final String sender;

  AlertGroups(String sender) {
    this.sender = sender;
  }

  /** The same for a group that is repeated without any change. */
  String deliveryId(DeliveryRequest request) {
    return Peek.at(
            request,
            body ->
                body.maybeText("groupKey")
                    .map(
                        key ->
                            EventId.hash(
                                key,
                                body.objects("alerts").stream()
                                    .map(alert -> identity(alert) + " " + status(alert))
                                    .collect(Collectors.joining("\n")))))
        .orElseGet(() -> EventId.sha256Hex(request.body()));
  }

  Translation translate(Fields body, Provenance provenance) {
    List<CanonicalEvent<?>> events = new ArrayList<>();
    List<Fields> alerts = body.objects("alerts");
    for (Fields alert : alerts) {
      if (!isTest(alert)) {
        events.add(event(alert, provenance));
      }
    }
    if (events.isEmpty()) {
      return Translation.ignored(
          alerts.isEmpty() ? "the group has no alerts" : "TestAlert: a test, everything is set up");
    }
    return new Translation.Events(events);
  }

  private CanonicalEvent<IncidentEvent> event(Fields alert, Provenance provenance) {
    String status = status(alert);
    Instant startedAt = alert.time("startsAt");
    boolean resolved =
        switch (status) {
          case "firing" -> false;
          case "resolved" -> true;
          default -> throw alert.unusable("status", status, "firing or resolved");
        };
    // Of a firing alert, the end is nothing, or when it would end if nobody repeated it.
    Instant time = resolved ? alert.time("endsAt") : startedAt;
    Labels labels = Labels.of(alert, "labels");
    Labels annotations = Labels.of(alert, "annotations");
    String id = identity(alert);
    var event =
        IncidentEvents.on(
                sender + ":" + id,
                resolved ? IncidentEvents.RESOLVED : IncidentEvents.OPENED,
                status,
                time,
                provenance)
            .setKind(IncidentEvents.ALERT)
            .setTitle(
                annotations
                    .first("summary", "title")
                    .or(() -> labels.first("alertname"))
                    .map(Fields::cut)
                    .orElse(null))
            .setDescription(
                annotations.first("description", "message").map(Fields::cut).orElse(null))
            .setSeverity(labels.severity().orElse(null))
            .setStartedAt(startedAt)
            .setCreatedAt(startedAt)
            .setUrl(alert.maybeText("generatorURL").orElse(null));
    annotations.service().ifPresent(name -> IncidentEvents.affects(event, List.of(name)));
    if (!annotations.causes().isEmpty()) {
      event.setCausedBy(annotations.causes());
    }
    labels.applyTo(event);
    return IncidentEvents.complete(event, List.of(), List.of());
  }

  /** Which alert it is: its labels, for which the fingerprint stands, and when it began. */
  private static String identity(Fields alert) {
    String fingerprint =
        alert
            .maybeText("fingerprint")
            .orElseGet(
                () ->
                    EventId.hash(
                        Labels.of(alert, "labels").all().stream().sorted().toArray(String[]::new)));
    return fingerprint + ":" + alert.time("startsAt").toEpochMilli();
  }

  private static String status(Fields alert) {
    return alert.text("status", "firing or resolved");
  }

  /** What the button "Test" of Grafana's contact points sends. */
  private static boolean isTest(Fields alert) {
    Labels labels = Labels.of(alert, "labels");
    Optional<String> name = labels.first("alertname");
    return name.filter("TestAlert"::equals).isPresent()
        && labels.first("instance").filter("Grafana"::equals).isPresent();
  }
}
