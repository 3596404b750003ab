package dev.dorado.ingest.senders;

import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.SharedSecretAuthenticator;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Opsgenie's webhook integration, and that of Jira Service Management. */
final class OpsgenieSender implements Sender {

  private final Authenticator authenticator =
      new SharedSecretAuthenticator(
          "add a header X-Dorado-Token with a secret of DORADO_SECRETS_OPSGENIE to the webhook"
              + " integration");

  @Override
  public String name() {
    return "opsgenie";
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public Set<String> keptHeaders() {
    return Set.of();
  }

  @Override
  public String deliveryId(DeliveryRequest request) {
    return Peek.at(
            request,
            body -> {
              Fields alert = body.object("alert");
              return alert
                  .maybeText("alertId")
                  .flatMap(id -> alert.maybeText("updatedAt").map(time -> id + " " + time))
                  .flatMap(key -> body.maybeText("action").map(action -> key + " " + action));
            })
        .orElseGet(() -> EventId.sha256Hex(request.body()));
  }

  @Override
  public About about(DeliveryRequest request) {
    return Peek.kind(request, body -> body.maybeText("action"));
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Fields body = request.fields();
    String action = body.text("action", "an action, as Create or Close");
    String transition =
        switch (action.toLowerCase(Locale.ROOT)) {
          case "create" -> IncidentEvents.OPENED;
          case "acknowledge" -> IncidentEvents.ACKNOWLEDGED;
          case "close" -> IncidentEvents.RESOLVED;
          case "delete" -> IncidentEvents.WITHDRAWN;
          case "unacknowledge",
              "updatepriority",
              "updatemessage",
              "updatedescription",
              "addtags",
              "removetags",
              "adddetails",
              "removedetails",
              "addnote" ->
              IncidentEvents.UPDATED;
          default -> "";
        };
    if (transition.isEmpty()) {
      return Translation.ignored(action + ": this action changes nothing that is measured");
    }
    Fields alert = body.object("alert");
    List<String> note =
        List.of(alert.maybeLongText("note").or(() -> body.maybeLongText("note")).orElse(""));
    if (action.equalsIgnoreCase("addnote") && CauseMarkers.in(note.get(0)).isEmpty()) {
      return Translation.ignored(action + ": the note names no cause");
    }
    String id = alert.text("alertId", "the alert's id");
    Optional<Instant> createdAt = alert.maybeTime("createdAt");
    Moment moment =
        Moment.firstOf(
            provenance,
            alert.maybeTime("updatedAt"),
            transition.equals(IncidentEvents.OPENED) ? createdAt : Optional.empty());
    var event =
        IncidentEvents.on("opsgenie:" + id, transition, action, moment, provenance)
            .setTitle(alert.maybeLongText("message").orElse(null))
            .setDescription(alert.maybeLongText("description").orElse(null))
            .setSeverity(alert.maybeText("priority").map(OpsgenieSender::priority).orElse(null))
            .setCreatedAt(createdAt.orElse(null));
    alert.maybeText("entity").ifPresent(name -> event.setAliases(List.of("opsgenie:" + name)));
    Labels.of(alert, "tags").applyTo(event);
    Labels.of(alert, "details").applyTo(event);
    return Translation.of(
        IncidentEvents.complete(
            event,
            note,
            alert.maybeText("alias").map(alias -> List.of(id, alias)).orElse(List.of(id))));
  }

  /** P1 to P5, which older integrations write as a number. */
  private static String priority(String text) {
    return text.matches("[1-5]") ? "P" + text : text;
  }
}
