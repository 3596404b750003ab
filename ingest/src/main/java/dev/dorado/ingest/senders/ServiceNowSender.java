package dev.dorado.ingest.senders;

import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.SharedSecretAuthenticator;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import dev.dorado.ingest.senders.IncidentEvents.Affected;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * ServiceNow, by a business rule that sends the columns of an incident under their own names (see
 * docs/senders/servicenow.md). Its times are in UTC and don't say so. A column may be a text, or an
 * object with {@code display_value} and {@code value}, as its REST interface has them.
 */
final class ServiceNowSender implements Sender {

  private static final String RESOLVED = "6";
  private static final String CLOSED = "7";
  private static final String CANCELLED = "8";
  private static final String IN_PROGRESS = "2";

  private final Authenticator authenticator =
      new SharedSecretAuthenticator(
          "let the business rule set the header X-Dorado-Token to a secret of"
              + " DORADO_SECRETS_SERVICENOW");

  @Override
  public String name() {
    return "servicenow";
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
            body ->
                value(body, "sys_id")
                    .flatMap(
                        id ->
                            value(body, "sys_mod_count")
                                .map(count -> id + " " + count + " " + operation(body))))
        .orElseGet(() -> EventId.sha256Hex(request.body()));
  }

  @Override
  public About about(DeliveryRequest request) {
    return Peek.kind(request, body -> Optional.of(table(body)));
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Fields record = request.fields();
    String table = table(record);
    if (!table.equals("incident")) {
      return Translation.ignored(
          "%s: only records of the table incident are used".formatted(table));
    }
    String id =
        value(record, "sys_id")
            .orElseThrow(() -> record.absent("sys_id", "the sys_id of the incident"));
    String count = value(record, "sys_mod_count").orElse("");
    Optional<Instant> openedAt = time(record, "opened_at").or(() -> time(record, "sys_created_on"));
    Moment moment = Moment.firstOf(provenance, time(record, "sys_updated_on"), openedAt);
    Instant time = moment.at();
    String state = state(record);
    boolean over = state.equals(RESOLVED) || state.equals(CLOSED) || state.equals(CANCELLED);
    Optional<Instant> resolvedAt =
        over
            ? time(record, "resolved_at")
                .or(() -> time(record, "closed_at"))
                .or(() -> Optional.of(time))
            : Optional.empty();
    String operation = operation(record);
    String transition =
        operation.equals("delete")
            ? IncidentEvents.WITHDRAWN
            : over
                ? IncidentEvents.RESOLVED
                : operation.equals("insert") || count.equals("0")
                    ? IncidentEvents.OPENED
                    : IncidentEvents.OPEN_AGAIN;
    Optional<Instant> acknowledgedAt =
        time(record, "work_start")
            .or(() -> state.equals(IN_PROGRESS) ? Optional.of(time) : Optional.empty());
    var event =
        IncidentEvents.on(
                "servicenow:" + id, transition, "change " + count + operation, moment, provenance)
            .setTitle(longText(record, "short_description").orElse(null))
            .setDescription(longText(record, "description").orElse(null))
            .setSeverity(shown(record, "severity").or(() -> shown(record, "priority")).orElse(null))
            .setEnvironment(shown(record, "environment").orElse(null))
            .setStartedAt(time(record, "started_at").orElse(null))
            .setCreatedAt(openedAt.orElse(null))
            .setAcknowledgedAt(acknowledgedAt.orElse(null))
            .setResolvedAt(resolvedAt.orElse(null))
            .setUrl(value(record, "url").orElse(null));
    if (over) {
      List<String> reasons = new ArrayList<>();
      shown(record, "close_code").ifPresent(reasons::add);
      if (state.equals(CANCELLED)) {
        reasons.add("cancelled");
      }
      IncidentEvents.closedFor(event, reasons);
    }
    Stream.of("service", "business_service", "cmdb_ci")
        .filter(column -> shown(record, column).isPresent())
        .findFirst()
        .map(column -> new Affected(shown(record, column).get(), value(record, column).get()))
        .ifPresent(service -> IncidentEvents.affectsServices(event, List.of(service)));
    shown(record, "caused_by").ifPresent(change -> event.setCausedBy(List.of(change)));
    List<String> texts = new ArrayList<>();
    longText(record, "close_notes").ifPresent(texts::add);
    List<String> names = new ArrayList<>(List.of(id));
    value(record, "number").ifPresent(names::add);
    return Translation.of(IncidentEvents.complete(event, texts, names));
  }

  private static String table(Fields record) {
    return value(record, "table").orElse("incident");
  }

  private static String operation(Fields record) {
    return value(record, "operation").orElse("").toLowerCase(Locale.ROOT);
  }

  /** The state as its number; its name, where the rule sends that, in the default's words. */
  private static String state(Fields record) {
    String state =
        value(record, "state")
            .or(() -> value(record, "incident_state"))
            .orElseThrow(() -> record.absent("state", "the number of a state, 1 to 8"));
    return switch (state.toLowerCase(Locale.ROOT)) {
      case "resolved" -> RESOLVED;
      case "closed" -> CLOSED;
      case "canceled", "cancelled" -> CANCELLED;
      case "in progress" -> IN_PROGRESS;
      default -> state;
    };
  }

  private static Optional<String> value(Fields record, String name) {
    return IncidentEvents.word(record, name, "value", "display_value");
  }

  private static Optional<String> shown(Fields record, String name) {
    return IncidentEvents.word(record, name, "display_value", "value");
  }

  private static Optional<String> longText(Fields record, String name) {
    return shown(record, name).map(Fields::cut);
  }

  /** A time in UTC; of an object its value, for what is displayed is in the reader's zone. */
  private static Optional<Instant> time(Fields record, String name) {
    return record.maybeNode(name).filter(node -> node.isObject()).isPresent()
        ? record.object(name).maybeTimeInUtc("value")
        : record.maybeTimeInUtc(name);
  }
}
