package dev.dorado.ingest.senders;

import com.google.re2j.Pattern;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.SharedSecretAuthenticator;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Datadog's webhooks integration, whose payload the user writes (see docs/senders/datadog.md), as
 * JSON or as a form. Monitors give alerts; Datadog's own incidents are incidents.
 */
final class DatadogSender implements Sender {

  /** A variable that Datadog had no value for may stand there as it is, or be empty. */
  private static final Pattern UNFILLED = Pattern.compile("\\$[A-Z_]+(?:\\[[^\\]]*])?");

  /** What Datadog's default payload has instead of the transition: {@code [Triggered on {…}] …}. */
  private static final Pattern IN_TITLE =
      Pattern.compile("^(?:\\[P\\d]\\s*)?\\[([A-Za-z -]{2,20}?)(?: on |])");

  private final Authenticator authenticator =
      new SharedSecretAuthenticator(
          "add a custom header X-Dorado-Token with a secret of DORADO_SECRETS_DATADOG to the"
              + " webhook");

  @Override
  public String name() {
    return "datadog";
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
  public About about(DeliveryRequest request) {
    return FormBody.isForm(request)
        ? About.NOTHING
        : Peek.kind(request, body -> text(body, "event_type"));
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Fields body = FormBody.isForm(request) ? FormBody.fields(request) : request.fields();
    return text(body, "incident_public_id").isPresent()
        ? incident(body, provenance)
        : monitor(body, provenance);
  }

  private static Translation monitor(Fields body, Provenance provenance) {
    String said =
        text(body, "alert_transition")
            .or(() -> text(body, "title").flatMap(DatadogSender::inTitle))
            .orElse("");
    String word = said.toLowerCase(Locale.ROOT).replaceAll("[\\s_-]+", " ").strip();
    Optional<String> transition =
        word.contains("recovered")
            ? Optional.of(IncidentEvents.RESOLVED)
            : word.matches("(?:re )?(?:triggered|warn|no data)|renotify")
                ? Optional.of(
                    word.startsWith("re") ? IncidentEvents.UPDATED : IncidentEvents.OPENED)
                : Optional.empty();
    if (transition.isEmpty()) {
      return Translation.ignored(
          said.isEmpty()
              ? "the event is none of a monitor, nor of an incident"
              : "'%s': this changes nothing that is measured".formatted(said));
    }
    String id = alertId(body);
    var event =
        IncidentEvents.on(
                "datadog:" + id, transition.get(), word, moment(body, provenance), provenance)
            .setKind(IncidentEvents.ALERT)
            .setTitle(text(body, "title").map(Fields::cut).orElse(null))
            .setDescription(text(body, "body").map(Fields::cut).orElse(null))
            .setSeverity(text(body, "priority").or(() -> text(body, "alert_type")).orElse(null))
            .setUrl(text(body, "link").orElse(null));
    tags(body).applyTo(event);
    return IncidentEvents.translation(event);
  }

  private static Translation incident(Fields body, Provenance provenance) {
    String id = text(body, "incident_public_id").orElseThrow();
    String state = text(body, "incident_status").orElse("active").toLowerCase(Locale.ROOT);
    boolean over = state.equals("resolved") || state.equals("completed");
    var event =
        IncidentEvents.on(
                "datadog:incident:" + id,
                over ? IncidentEvents.RESOLVED : IncidentEvents.OPEN_AGAIN,
                state,
                moment(body, provenance),
                provenance)
            .setTitle(
                text(body, "incident_title")
                    .or(() -> text(body, "title"))
                    .map(Fields::cut)
                    .orElse(null))
            .setDescription(
                text(body, "incident_message")
                    .or(() -> text(body, "body"))
                    .map(Fields::cut)
                    .orElse(null))
            .setSeverity(text(body, "incident_severity").orElse(null))
            .setUrl(text(body, "incident_url").or(() -> text(body, "link")).orElse(null));
    IncidentEvents.closedFor(event, List.of(state));
    tags(body).applyTo(event);
    return IncidentEvents.translation(event, "IR-" + id);
  }

  /** What joins a monitor's alert with its recovery: the cycle, else the monitor and its scope. */
  private static String alertId(Fields body) {
    return text(body, "alert_cycle_key")
        .or(
            () ->
                text(body, "alert_id")
                    .map(id -> id + text(body, "scope").map(scope -> " " + scope).orElse("")))
        .or(() -> text(body, "aggregation_key"))
        .orElseThrow(
            () -> body.absent("alert_cycle_key", "$ALERT_CYCLE_KEY, or $ALERT_ID in 'alert_id'"));
  }

  private static Moment moment(Fields body, Provenance provenance) {
    return Moment.firstOf(
        provenance,
        text(body, "date").flatMap(text -> body.maybeTime("date")),
        text(body, "last_updated").flatMap(text -> body.maybeTime("last_updated")));
  }

  private static Labels tags(Fields body) {
    if (body.maybeNode("tags").filter(node -> node.isArray()).isPresent()) {
      return Labels.of(body, "tags");
    }
    return Labels.ofTags(List.of(text(body, "tags").orElse("").split(",")));
  }

  private static Optional<String> inTitle(String title) {
    var found = IN_TITLE.matcher(title);
    return found.find() ? Optional.of(found.group(1)) : Optional.empty();
  }

  private static Optional<String> text(Fields body, String name) {
    return body.maybeText(name).filter(text -> !UNFILLED.matcher(text).matches());
  }
}
