package dev.dorado.ingest.senders;

import dev.dorado.events.IncidentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.HmacAuthenticator;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.MalformedDelivery;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Sentry's integration platform: issues and the alerts on them are errors, metric alerts are
 * alerts; all are evidence. When an issue was resolved only the header says that tells when it was
 * sent.
 */
final class SentrySender implements Sender {

  private static final String KIND_HEADER = "Sentry-Hook-Resource";
  private static final String DELIVERY_HEADER = "Request-ID";
  private static final String TIME_HEADER = "Sentry-Hook-Timestamp";

  private final Authenticator authenticator =
      new HmacAuthenticator(
          "Sentry-Hook-Signature",
          "",
          "copy the client secret of the internal integration in Sentry to"
              + " DORADO_SECRETS_SENTRY");

  @Override
  public String name() {
    return "sentry";
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public Set<String> keptHeaders() {
    return Set.of(KIND_HEADER, DELIVERY_HEADER, TIME_HEADER);
  }

  @Override
  public String deliveryId(DeliveryRequest request) {
    return request.header(DELIVERY_HEADER).orElseGet(() -> EventId.sha256Hex(request.body()));
  }

  @Override
  public About about(DeliveryRequest request) {
    Optional<String> action = Peek.at(request, body -> body.maybeText("action"));
    return new About(
        request
            .header(KIND_HEADER)
            .map(kind -> action.map(what -> kind + "." + Fields.cut(what)).orElse(kind)),
        Optional.empty());
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    String kind =
        request
            .header(KIND_HEADER)
            .orElseThrow(
                () ->
                    new MalformedDelivery(
                        "the header %s is missing: Sentry names the kind of event there"
                            .formatted(KIND_HEADER)));
    Fields body = request.fields();
    String action = body.text("action", "an action, as created").toLowerCase(Locale.ROOT);
    Optional<Instant> sentAt = request.timeIn(TIME_HEADER);
    return switch (kind) {
      case "issue" -> issue(body.object("data").object("issue"), action, sentAt, provenance);
      case "event_alert" -> issueAlert(body.object("data"), provenance);
      case "metric_alert" -> metricAlert(body.object("data"), action, sentAt, provenance);
      default ->
          Translation.ignored(
              "%s.%s: this kind of event says nothing that is measured".formatted(kind, action));
    };
  }

  private static Translation issue(
      Fields issue, String action, Optional<Instant> sentAt, Provenance provenance) {
    String transition =
        switch (action) {
          case "created" -> IncidentEvents.OPENED;
          case "resolved", "ignored", "archived" -> IncidentEvents.RESOLVED;
          case "unresolved" -> IncidentEvents.OPEN_AGAIN;
          default -> "";
        };
    if (transition.isEmpty()) {
      return Translation.ignored(
          "issue.%s: this changes nothing that is measured".formatted(action));
    }
    String id = issue.text("id", "the issue's id");
    Optional<Instant> firstSeen = issue.maybeTime("firstSeen");
    Optional<Instant> time =
        action.equals("created")
            ? firstSeen.or(() -> sentAt)
            : sentAt.or(() -> issue.maybeTime("lastSeen"));
    var event =
        IncidentEvents.on(
                "sentry:" + id,
                transition,
                "issue." + action,
                Moment.of(time, provenance),
                provenance)
            .setKind(IncidentEvents.ERROR)
            .setTitle(issue.maybeLongText("title").orElse(null))
            .setDescription(issue.maybeLongText("culprit").orElse(null))
            .setSeverity(issue.maybeText("level").orElse(null))
            .setStartedAt(firstSeen.orElse(null))
            .setCreatedAt(firstSeen.orElse(null))
            .setUrl(issue.maybeText("web_url").or(() -> issue.maybeText("permalink")).orElse(null));
    if (transition.equals(IncidentEvents.RESOLVED)) {
      IncidentEvents.closedFor(event, List.of(action));
    }
    IncidentEvents.word(issue, "project", "slug", "name")
        .ifPresent(slug -> event.setAliases(List.of("sentry:" + slug)));
    String shortId = issue.maybeText("shortId").orElse(id);
    return IncidentEvents.translation(event, id, shortId);
  }

  /** An alert rule on an issue: that it occurs, and where. */
  private static Translation issueAlert(Fields data, Provenance provenance) {
    Fields occurrence = data.object("event");
    String id =
        occurrence
            .maybeText("issue_id")
            .orElseThrow(() -> occurrence.absent("issue_id", "the issue's id"));
    Moment moment =
        Moment.firstOf(
            provenance,
            occurrence.maybeTime("datetime"),
            occurrence.maybeTime("timestamp"),
            occurrence.maybeTime("received"));
    IncidentEvent.Builder event =
        IncidentEvents.on(
                "sentry:" + id,
                IncidentEvents.UPDATED,
                "event_alert " + occurrence.maybeText("event_id").orElse(""),
                moment,
                provenance)
            .setKind(IncidentEvents.ERROR)
            .setTitle(occurrence.maybeLongText("title").orElse(null))
            .setSeverity(occurrence.maybeText("level").orElse(null))
            .setEnvironment(occurrence.maybeText("environment").orElse(null))
            .setUrl(occurrence.maybeText("web_url").orElse(null));
    return IncidentEvents.translation(event, id);
  }

  private static Translation metricAlert(
      Fields data, String action, Optional<Instant> sentAt, Provenance provenance) {
    Fields alert = data.object("metric_alert");
    String transition =
        switch (action) {
          case "critical", "warning" -> IncidentEvents.OPENED;
          case "resolved" -> IncidentEvents.RESOLVED;
          default -> "";
        };
    if (transition.isEmpty()) {
      return Translation.ignored(
          "metric_alert.%s: this changes nothing that is measured".formatted(action));
    }
    String id = alert.text("id", "the id of the metric alert's incident");
    Optional<Instant> startedAt = alert.maybeTime("date_started");
    Optional<Instant> time =
        transition.equals(IncidentEvents.RESOLVED)
            ? alert.maybeTime("date_closed").or(() -> sentAt)
            : sentAt.or(() -> alert.maybeTime("date_detected")).or(() -> startedAt);
    var event =
        IncidentEvents.on(
                "sentry:metric:" + id,
                transition,
                "metric_alert." + action,
                Moment.of(time, provenance),
                provenance)
            .setKind(IncidentEvents.ALERT)
            .setTitle(
                alert
                    .maybeLongText("title")
                    .or(() -> data.maybeLongText("description_title"))
                    .orElse(null))
            .setDescription(data.maybeLongText("description_text").orElse(null))
            .setSeverity(transition.equals(IncidentEvents.OPENED) ? action : null)
            .setStartedAt(startedAt.orElse(null))
            .setDetectedAt(alert.maybeTime("date_detected").orElse(null))
            .setCreatedAt(alert.maybeTime("date_created").orElse(null))
            .setUrl(data.maybeText("web_url").orElse(null));
    alert.maybeTexts("projects").stream()
        .flatMap(List::stream)
        .findFirst()
        .ifPresent(slug -> event.setAliases(List.of("sentry:" + slug)));
    return IncidentEvents.translation(event);
  }
}
