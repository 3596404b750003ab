package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.IncidentEvent;
import dev.dorado.ingest.Payload;
import dev.dorado.ingest.auth.HmacAuthenticator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PagerDutySenderTest {

  private final PagerDutySender pagerDuty = new PagerDutySender();

  static Seeds seeds() {
    return Seeds.of(new PagerDutySender(), incident("triggered"), incident("resolved"), note());
  }

  static Payload incident(String what) {
    return Payload.of(
        """
        {"event": {"id": "E1", "event_type": "incident.%s", "resource_type": "incident",
          "occurred_at": "2026-03-01T12:00:00.123Z",
          "data": {"id": "Q1", "type": "incident", "html_url": "https://acme.pagerduty.com/incidents/Q1",
            "number": 7, "status": "triggered", "title": "Basket is down",
            "created_at": "2026-03-01T11:58:00Z", "urgency": "high", "resolve_reason": null,
            "priority": {"id": "PP", "type": "priority_reference", "summary": "P1"},
            "service": {"id": "PABC", "type": "service_reference", "summary": "Shop (prod)"}}}}
        """
            .formatted(what));
  }

  private static Payload note() {
    return Payload.of(
        """
        {"event": {"id": "E2", "event_type": "incident.annotated", "resource_type": "incident",
          "occurred_at": "2026-03-01T12:30:00Z",
          "data": {"id": "N1", "type": "incident_note", "content": "Root cause: 0123abc",
            "incident": {"id": "Q1", "html_url": "https://acme.pagerduty.com/incidents/Q1"}}}}
        """);
  }

  @Test
  void aTriggeredIncidentIsOpened() {
    IncidentEvent event = event(incident("triggered"));
    assertThat(event.getIncident()).isEqualTo("pagerduty:Q1");
    assertThat(event.getKind()).isEqualTo("incident");
    assertThat(event.getTransition()).isEqualTo("opened");
    assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T12:00:00.123Z");
    assertThat(event.getCreatedAt()).isEqualTo("2026-03-01T11:58:00Z");
    assertThat(event.getAcknowledgedAt()).isNull();
    assertThat(event.getResolvedAt()).isNull();
    assertThat(event.getTitle()).isEqualTo("Basket is down");
    assertThat(event.getSeverity()).isEqualTo("P1");
    assertThat(event.getService()).isNull();
    assertThat(event.getAliases()).containsExactly("pagerduty:PABC");
    assertThat(event.getNames())
        .containsExactly("pagerduty:Q1", "Q1", "https://acme.pagerduty.com/incidents/Q1");
    assertThat(event.getUrl()).isEqualTo("https://acme.pagerduty.com/incidents/Q1");
  }

  @Test
  void acknowledgementAndResolutionHaveTheTimesOfTheirEvents() {
    assertThat(event(incident("acknowledged")).getAcknowledgedAt())
        .isEqualTo("2026-03-01T12:00:00.123Z");
    assertThat(event(incident("resolved")).getResolvedAt()).isEqualTo("2026-03-01T12:00:00.123Z");
  }

  @ParameterizedTest
  @CsvSource({
    "acknowledged, acknowledged",
    "resolved, resolved",
    "reopened, reopened",
    "unacknowledged, updated",
    "priority_updated, updated",
    "service_updated, updated"
  })
  void eachKindIsATransition(String kind, String transition) {
    IncidentEvent event = event(incident(kind));
    assertThat(event.getTransition()).isEqualTo(transition);
    assertThat(event.getId()).isNotEqualTo(event(incident("triggered")).getId());
  }

  @Test
  void withoutAPriorityTheUrgencyIsTheSeverity() {
    assertThat(event(incident("triggered").with("event.data.priority", null)).getSeverity())
        .isEqualTo("high");
    assertThat(
            event(
                    incident("triggered")
                        .without("event.data.priority")
                        .without("event.data.urgency"))
                .getSeverity())
        .isNull();
  }

  @Test
  void anIncidentThatWasMergedIntoAnotherSaysSo() {
    Payload merged =
        incident("resolved")
            .with(
                "event.data.resolve_reason",
                Map.of("type", "merge_resolve_reason", "incident", Map.of("id", "Q2")));
    assertThat(event(merged).getTransition()).isEqualTo("resolved");
    assertThat(event(merged).getResolutionReasons()).containsExactly("merge");
    assertThat(event(incident("resolved")).getResolutionReasons()).isEmpty();
    assertThat(event(incident("triggered")).getResolutionReasons()).isNull();
  }

  @Test
  void aNoteMayNameTheCause() {
    IncidentEvent event = event(note());
    assertThat(event.getIncident()).isEqualTo("pagerduty:Q1");
    assertThat(event.getCausedBy()).containsExactly("0123abc");
    Payload external = note().with("event.data.content", "Root cause: third party (the bank)");
    assertThat(event(external).getCausedBy()).containsExactly("third party");
    assertThat(
            Translated.ignored(
                pagerDuty, note().with("event.data.content", "We are looking at it")))
        .contains("names no cause");
  }

  @ParameterizedTest
  @ValueSource(strings = {"escalated", "delegated", "reassigned", "responder.added", "whatever"})
  void whatChangesNothingIsIgnored(String kind) {
    assertThat(Translated.ignored(pagerDuty, incident(kind))).startsWith("incident." + kind);
  }

  @Test
  void aTestIsIgnored() {
    Payload ping = Payload.of("{\"event\":{\"event_type\":\"pagey.ping\",\"data\":{}}}");
    assertThat(Translated.ignored(pagerDuty, ping)).contains("everything is set up");
  }

  @Test
  void whatMustBeThereIsNamed() {
    assertThat(Translated.missing(pagerDuty, incident("resolved").without("event.data.id")).path())
        .isEqualTo("$.event.data.id");
    assertThat(pagerDuty.disablesHookOnClientErrors()).isTrue();
  }

  @Test
  void aDeliveryIsKnownByItsHeaderElseByItsEvent() {
    assertThat(pagerDuty.deliveryId(incident("resolved").header("x-webhook-id", "W1").request()))
        .isEqualTo("W1");
    assertThat(pagerDuty.deliveryId(incident("resolved").request())).isEqualTo("E1");
  }

  @Test
  void anyOfItsSignaturesWillDo() {
    Payload payload = incident("resolved");
    String header =
        "v1=%s,v1=%s".formatted("0".repeat(64), HmacAuthenticator.hex("s", payload.bytes()));
    var request = payload.header("X-PagerDuty-Signature", header).request();
    assertThat(pagerDuty.authenticator().refusal(request, List.of("new", "s"))).isEmpty();
  }

  private IncidentEvent event(Payload payload) {
    return Translated.event(pagerDuty, payload, IncidentEvent.class);
  }
}
