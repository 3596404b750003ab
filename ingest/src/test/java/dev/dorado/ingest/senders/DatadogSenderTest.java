package dev.dorado.ingest.senders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dorado.events.IncidentEvent;
import dev.dorado.ingest.Payload;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.MalformedDelivery;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatadogSenderTest {

  private final DatadogSender datadog = new DatadogSender();

  static Seeds seeds() {
    return Seeds.of(new DatadogSender(), monitor("Triggered"), incident("active"));
  }

  private static Payload monitor(String transition) {
    return Payload.of(
        """
        {"id": "7", "event_type": "query_alert_monitor", "title": "[P2] [Triggered] Basket is slow",
         "body": "p95 > 2 s\\nroot cause: abc1234", "date": "1772366400123",
         "last_updated": "1772366401000", "alert_id": "42", "alert_cycle_key": "9911",
         "alert_transition": "%s", "alert_type": "error", "priority": "P2",
         "scope": "env:prod", "tags": "env:prod,service:Checkout,monitor",
         "link": "https://app.datadoghq.com/event/7", "incident_public_id": "$INCIDENT_PUBLIC_ID"}
        """
            .formatted(transition));
  }

  private static Payload incident(String status) {
    return monitor("")
        .with("incident_public_id", "12")
        .with("incident_title", "Basket is down")
        .with("incident_status", status)
        .with("incident_severity", "SEV-2")
        .with("incident_url", "https://app.datadoghq.com/incidents/12");
  }

  @Test
  void aMonitorGivesAnAlert() {
    IncidentEvent event = event(monitor("Triggered"));
    assertThat(event.getIncident()).isEqualTo("datadog:9911");
    assertThat(event.getKind()).isEqualTo("alert");
    assertThat(event.getTransition()).isEqualTo("opened");
    assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T12:00:00.123Z");
    assertThat(event.getTitle()).isEqualTo("[P2] [Triggered] Basket is slow");
    assertThat(event.getSeverity()).isEqualTo("P2");
    assertThat(event.getService()).isEqualTo("checkout");
    assertThat(event.getAliases()).containsExactly("datadog:Checkout");
    assertThat(event.getEnvironment()).isEqualTo("prod");
    assertThat(event.getLabels()).containsExactly("env:prod", "service:Checkout", "monitor");
    assertThat(event.getCausedBy()).containsExactly("abc1234");
    assertThat(event.getUrl()).isEqualTo("https://app.datadoghq.com/event/7");
  }

  @ParameterizedTest
  @CsvSource({
    "Warn, opened",
    "No Data, opened",
    "Re-Triggered, updated",
    "Re-No Data, updated",
    "Renotify, updated",
    "Recovered, resolved",
    "Warn Recovered, resolved"
  })
  void eachTransitionOfAMonitorIsOne(String said, String transition) {
    assertThat(event(monitor(said)).getTransition()).isEqualTo(transition);
  }

  @ParameterizedTest
  @CsvSource({
    "[Triggered on {host:a}] Slow, opened",
    "[P1] [Recovered] Slow, resolved",
    "[Re-Triggered] Slow, updated"
  })
  void withoutTheVariableTheTitleTells(String title, String transition) {
    Payload payload = monitor("$ALERT_TRANSITION").with("title", title);
    assertThat(event(payload).getTransition()).isEqualTo(transition);
  }

  @Test
  void withoutACycleAnAlertIsKnownByMonitorAndScope() {
    assertThat(event(monitor("Triggered").with("alert_cycle_key", "")).getIncident())
        .isEqualTo("datadog:42 env:prod");
    assertThat(
            Translated.missing(
                    datadog, monitor("Triggered").without("alert_cycle_key").without("alert_id"))
                .path())
        .isEqualTo("$.alert_cycle_key");
  }

  @Test
  void anIncidentOfDatadogIsOne() {
    IncidentEvent event = event(incident("active"));
    assertThat(event.getIncident()).isEqualTo("datadog:incident:12");
    assertThat(event.getKind()).isEqualTo("incident");
    assertThat(event.getTransition()).isEqualTo("reopened");
    assertThat(event.getTitle()).isEqualTo("Basket is down");
    assertThat(event.getSeverity()).isEqualTo("SEV-2");
    assertThat(event.getNames()).contains("IR-12");
    assertThat(event(incident("stable")).getResolvedAt()).isNull();
    assertThat(event(incident("resolved")).getResolvedAt()).isEqualTo("2026-03-01T12:00:00.123Z");
  }

  @Test
  void aFormIsReadAsItsFields() {
    String form =
        "alert_transition=Recovered&alert_cycle_key=9911&date=1772366400123&tags="
            + URLEncoder.encode("service:checkout,env:prod", UTF_8)
            + "&title=Basket+is+slow&title=second";
    IncidentEvent event = (IncidentEvent) Translated.events(datadog, form(form)).get(0).value();
    assertThat(event.getIncident()).isEqualTo("datadog:9911");
    assertThat(event.getTransition()).isEqualTo("resolved");
    assertThat(event.getService()).isEqualTo("checkout");
    assertThat(event.getTitle()).isEqualTo("Basket is slow");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nothing", "a=%zz"})
  void aFormThatIsNoneIsMalformed(String form) {
    assertThatThrownBy(() -> Translated.translate(datadog, form(form)))
        .isInstanceOf(MalformedDelivery.class);
  }

  @Test
  void otherEventsAreIgnored() {
    assertThat(Translated.ignored(datadog, monitor("").with("title", "Comment by Bob")))
        .contains("none of a monitor");
    assertThat(Translated.ignored(datadog, monitor("Muted"))).startsWith("'Muted'");
  }

  @Test
  void theTemplateOfThePageIsUnderstood() throws IOException {
    String template = template();
    Map<String, String> values =
        Map.of(
            "$EVENT_TITLE", "Basket is slow",
            "$DATE", "1772366400123",
            "$ALERT_CYCLE_KEY", "9911",
            "$ALERT_TRANSITION", "Triggered",
            "$ALERT_PRIORITY", "P1",
            "$TAGS", "service:checkout,env:prod");
    for (var value : values.entrySet()) {
      assertThat(template).contains("\"" + value.getKey() + "\"");
      template = template.replace("\"" + value.getKey() + "\"", "\"" + value.getValue() + "\"");
    }
    IncidentEvent alert = event(Payload.of(template));
    assertThat(alert.getIncident()).isEqualTo("datadog:9911");
    assertThat(alert.getTitle()).isEqualTo("Basket is slow");
    assertThat(alert.getDescription()).isNull();
    assertThat(alert.getSeverity()).isEqualTo("P1");
    assertThat(alert.getService()).isEqualTo("checkout");
    assertThat(alert.getUrl()).isNull();
    IncidentEvent incident =
        event(
            Payload.of(
                template
                    .replace("$INCIDENT_PUBLIC_ID", "12")
                    .replace("$INCIDENT_STATUS", "resolved")));
    assertThat(incident.getIncident()).isEqualTo("datadog:incident:12");
    assertThat(incident.getTransition()).isEqualTo("resolved");
  }

  @Test
  void theSecretComesInACustomHeader() {
    var request = monitor("Triggered").header("X-Dorado-Token", "s").request();
    assertThat(datadog.authenticator().refusal(request, List.of("s"))).isEmpty();
  }

  private static String template() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "senders", "datadog.md"));
    return page.replaceFirst("(?s).*?```json\\n(.*?)```.*", "$1");
  }

  private static DeliveryRequest form(String body) {
    return new DeliveryRequest(
        Map.of("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
        body.getBytes(UTF_8),
        Payload.RECEIVED_AT);
  }

  private IncidentEvent event(Payload payload) {
    return Translated.event(datadog, payload, IncidentEvent.class);
  }
}
