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
import java.util.stream.Collectors;

/**
 * The groups of alerts that Alertmanager, and Grafana after it, sends and repeats. Each alert
 * stands for itself: its own status counts, not the group's. One that fires again is another, told
 * by its start.
 */
final class AlertGroups {

  private static final String FIRING = "firing";
  private static final String RESOLVED = "resolved";

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
                                    .map(AlertGroups::state)
                                    .collect(Collectors.joining("\n")))))
        .orElseGet(() -> EventId.sha256Hex(request.body()));
  }

  private static String state(Fields alert) {
    return String.join(
        " ",
        fingerprint(alert, Labels.of(alert, "labels")),
        alert.text("startsAt"),
        alert.text("status"));
  }

  Translation translate(Fields body, Provenance provenance) {
    List<CanonicalEvent<?>> events = new ArrayList<>();
    List<Fields> alerts = body.objects("alerts");
    List<String> unknown = new ArrayList<>();
    var problem =
        Fields.each(
            alerts,
            alert -> {
              Labels labels = Labels.of(alert, "labels");
              String status = status(body, alert);
              if (!status.equals(FIRING) && !status.equals(RESOLVED)) {
                unknown.add(Fields.beginning(status));
              } else if (!isTest(labels)) {
                events.add(event(alert, labels, status, provenance));
              }
            });
    if (events.isEmpty() && problem.isPresent()) {
      throw problem.get();
    }
    if (events.isEmpty() && !unknown.isEmpty()) {
      return Translation.ignored(
          "the status '%s' of an alert says nothing that is measured: expected %s or %s"
              .formatted(unknown.get(0), FIRING, RESOLVED));
    }
    if (events.isEmpty()) {
      return Translation.ignored(
          alerts.isEmpty() ? "the group has no alerts" : "TestAlert: a test, everything is set up");
    }
    return new Translation.Events(events);
  }

  /** An alert's own status, else that of its group. */
  private static String status(Fields group, Fields alert) {
    return alert
        .maybeText("status")
        .or(() -> group.maybeText("status"))
        .orElseThrow(() -> alert.absent("status", FIRING + " or " + RESOLVED));
  }

  private CanonicalEvent<IncidentEvent> event(
      Fields alert, Labels labels, String status, Provenance provenance) {
    Instant startedAt = alert.time("startsAt");
    boolean resolved = status.equals(RESOLVED);
    // Of a firing alert, the end is nothing, or when it would end if nobody repeated it.
    Moment moment =
        resolved ? Moment.of(alert.maybeTime("endsAt"), provenance) : Moment.of(startedAt);
    Labels annotations = Labels.of(alert, "annotations");
    // Which alert it is: its labels, for which the fingerprint stands, and when it began.
    String id = fingerprint(alert, labels) + ":" + startedAt.toEpochMilli();
    var event =
        IncidentEvents.on(
                sender + ":" + id,
                resolved ? IncidentEvents.RESOLVED : IncidentEvents.OPENED,
                status,
                moment,
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

  /** Older versions of Alertmanager send none. */
  private static String fingerprint(Fields alert, Labels labels) {
    return alert
        .maybeText("fingerprint")
        .orElseGet(() -> EventId.hash(labels.all().stream().sorted().toArray(String[]::new)));
  }

  /** What the button "Test" of Grafana's contact points sends. */
  private static boolean isTest(Labels labels) {
    return labels.first("alertname").filter("TestAlert"::equals).isPresent()
        && labels.first("instance").filter("Grafana"::equals).isPresent();
  }
}
