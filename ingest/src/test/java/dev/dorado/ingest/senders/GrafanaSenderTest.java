package dev.dorado.ingest.senders;

import static java.nio.charset.StandardCharsets.UTF_8;
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

class GrafanaSenderTest {

  private final GrafanaSender grafana = new GrafanaSender();

  static Seeds seeds() {
    return Seeds.of(new GrafanaSender(), alerting(), onCall("resolve"));
  }

  private static Payload alerting() {
    return AlertmanagerSenderTest.group()
        .with("orgId", 1)
        .with("state", "alerting")
        .with("title", "[FIRING:1] Slow");
  }

  private static Payload onCall(String type) {
    return Payload.of(
        """
        {"event": {"type": "%s", "time": "2026-03-01T12:00:00.714058+00:00"}, "user": null,
         "alert_group": {"id": "I6HN", "integration_id": "CZ7", "alerts_count": 1,
           "state": "firing", "created_at": "2026-03-01T11:58:00.231148Z", "resolved_at": null,
           "acknowledged_at": null, "title": "Basket is down",
           "permalinks": {"slack": null, "web": "https://acme.grafana.net/I6HN"},
           "labels": {"severity": "high"}},
         "alert_group_id": "I6HN",
         "alert_payload": {"status": "firing", "labels": {"service": "Checkout", "env": "prod"},
           "annotations": {"description": "root cause: abc1234"}},
         "integration": {"id": "CZ7", "type": "webhook", "name": "Main"}}
        """
            .formatted(type));
  }

  @Test
  void alertsAreEvidenceAsThoseOfAlertmanager() {
    var events = Translated.events(grafana, alerting());
    assertThat(events).hasSize(2);
    IncidentEvent event = (IncidentEvent) events.get(0).value();
    assertThat(event.getIncident()).isEqualTo("grafana:f1:1772366400123");
    assertThat(event.getKind()).isEqualTo("alert");
  }

  @Test
  void theTestOfAContactPointIsIgnored() {
    Map<String, String> labels = Map.of("alertname", "TestAlert", "instance", "Grafana");
    Payload test = alerting().with("alerts.0.labels", labels).with("alerts.1.labels", labels);
    assertThat(Translated.ignored(grafana, test)).contains("everything is set up");
  }

  @Test
  void anAlertGroupOfOnCallIsAnIncident() {
    IncidentEvent event = event(onCall("alert group created"));
    assertThat(event.getIncident()).isEqualTo("grafana:I6HN");
    assertThat(event.getKind()).isEqualTo("incident");
    assertThat(event.getTransition()).isEqualTo("opened");
    assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T12:00:00.714Z");
    assertThat(event.getCreatedAt()).isEqualTo("2026-03-01T11:58:00.231Z");
    assertThat(event.getTitle()).isEqualTo("Basket is down");
    assertThat(event.getSeverity()).isEqualTo("high");
    assertThat(event.getService()).isEqualTo("checkout");
    assertThat(event.getEnvironment()).isEqualTo("prod");
    assertThat(event.getCausedBy()).containsExactly("abc1234");
    assertThat(event.getUrl()).isEqualTo("https://acme.grafana.net/I6HN");
  }

  @Test
  void withoutALabelItsIntegrationIsANameOfTheService() {
    IncidentEvent event = event(onCall("alert group created").with("alert_payload", "anything"));
    assertThat(event.getService()).isNull();
    assertThat(event.getAliases()).containsExactly("grafana:CZ7");
  }

  @ParameterizedTest
  @CsvSource({
    "acknowledge, acknowledged",
    "resolve, resolved",
    "unresolve, reopened",
    "unacknowledge, updated"
  })
  void eachEventOfOnCallIsATransition(String type, String transition) {
    assertThat(event(onCall(type)).getTransition()).isEqualTo(transition);
  }

  @Test
  void acknowledgementAndResolutionHaveTheirTimes() {
    assertThat(event(onCall("acknowledge")).getAcknowledgedAt())
        .isEqualTo("2026-03-01T12:00:00.714Z");
    assertThat(event(onCall("resolve")).getResolvedAt()).isEqualTo("2026-03-01T12:00:00.714Z");
    Payload untimed =
        onCall("resolve")
            .with("event.time", null)
            .with("alert_group.resolved_at", "2026-03-01T11:59:00Z");
    assertThat(event(untimed).getResolvedAt()).isEqualTo("2026-03-01T11:59:00Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"silence", "unsilence"})
  void otherEventsOfOnCallAreIgnored(String type) {
    assertThat(Translated.ignored(grafana, onCall(type))).startsWith(type);
  }

  @Test
  void itIsSignedWithATimeOrWithoutOrHasTheSecret() {
    Payload payload = alerting();
    long now = Payload.RECEIVED_AT.getEpochSecond();
    String timed = HmacAuthenticator.hex("s", (now + ":" + payload.json()).getBytes(UTF_8));
    Payload withTime =
        payload
            .header("X-Grafana-Alerting-Signature", timed)
            .header("X-Grafana-Alerting-Timestamp", Long.toString(now));
    assertThat(refused(withTime)).isFalse();
    assertThat(refused(withTime.header("X-Grafana-Alerting-Timestamp", Long.toString(now - 1))))
        .isTrue();
    assertThat(
            refused(
                payload.header(
                    "X-Grafana-Alerting-Signature", HmacAuthenticator.hex("s", payload.bytes()))))
        .isFalse();
    assertThat(refused(payload.header("Authorization", "Bearer s"))).isFalse();
    assertThat(refused(payload)).isTrue();
  }

  private boolean refused(Payload payload) {
    return grafana.authenticator().refusal(payload.request(), List.of("s")).isPresent();
  }

  private IncidentEvent event(Payload payload) {
    return Translated.event(grafana, payload, IncidentEvent.class);
  }
}
