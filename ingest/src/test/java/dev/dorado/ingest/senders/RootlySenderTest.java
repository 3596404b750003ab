package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.IncidentEvent;
import dev.dorado.ingest.Payload;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RootlySenderTest {

  private final RootlySender rootly = new RootlySender();

  static Seeds seeds() {
    return Seeds.of(
        new RootlySender(), incident("created", "started"), incident("resolved", "resolved"));
  }

  private static Payload incident(String what, String status) {
    return Payload.of(
        """
        {"event": {"id": "e-1", "type": "incident.%s", "issued_at": "2026-03-01T04:00:00.633-08:00"},
         "data": {"id": "r-1", "sequential_id": 19, "title": "Sparkling basket", "slug": "sparkling",
           "kind": "normal", "summary": null, "status": "%s", "url": "https://rootly.com/19",
           "short_url": null, "mitigation_message": null, "resolution_message": "root cause: abc1234",
           "started_at": "2026-03-01T03:50:00.000-08:00", "detected_at": null,
           "acknowledged_at": null, "mitigated_at": "2026-03-01T03:58:00.000-08:00",
           "resolved_at": null, "created_at": "2026-03-01T03:51:00.000-08:00", "severity": null,
           "labels": {}, "environments": [{"id": "1", "name": "Production", "slug": "production"}],
           "services": [{"id": "2", "name": "Checkout API", "slug": "checkout-api"}]}}
        """
            .formatted(what, status));
  }

  @Test
  void aCreatedIncidentIsOpened() {
    IncidentEvent event = event(incident("created", "started"));
    assertThat(event.getIncident()).isEqualTo("rootly:r-1");
    assertThat(event.getTransition()).isEqualTo("opened");
    assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T12:00:00.633Z");
    assertThat(event.getStartedAt()).isEqualTo("2026-03-01T11:50:00Z");
    assertThat(event.getCreatedAt()).isEqualTo("2026-03-01T11:51:00Z");
    assertThat(event.getDetectedAt()).isNull();
    assertThat(event.getSeverity()).isNull();
    assertThat(event.getEnvironment()).isEqualTo("production");
    assertThat(event.getService()).isEqualTo("checkout-api");
    assertThat(event.getAliases()).containsExactly("rootly:checkout-api");
    assertThat(event.getCausedBy()).containsExactly("abc1234");
    assertThat(event.getNames())
        .containsExactly("rootly:r-1", "r-1", "INC-19", "https://rootly.com/19");
  }

  @ParameterizedTest
  @CsvSource({
    "updated, started, reopened",
    "mitigated, mitigated, reopened",
    "in_triage, in_triage, reopened",
    "updated, resolved, resolved",
    "cancelled, cancelled, resolved",
    "deleted, started, withdrawn"
  })
  void theStatusDecidesTheTransition(String what, String status, String transition) {
    assertThat(event(incident(what, status)).getTransition()).isEqualTo(transition);
  }

  @Test
  void itIsResolvedWhenItSaysElseWhenMitigatedElseNow() {
    Payload resolved = incident("resolved", "resolved");
    assertThat(
            event(resolved.with("data.resolved_at", "2026-03-01T03:59:00.000-08:00"))
                .getResolvedAt())
        .isEqualTo("2026-03-01T11:59:00Z");
    assertThat(event(resolved).getResolvedAt()).isEqualTo("2026-03-01T11:58:00Z");
    assertThat(event(resolved.with("data.mitigated_at", null)).getResolvedAt())
        .isEqualTo("2026-03-01T12:00:00.633Z");
  }

  @Test
  void aSeverityHasSeveralForms() {
    Payload incident = incident("updated", "started");
    assertThat(event(incident.with("data.severity", "sev1")).getSeverity()).isEqualTo("sev1");
    assertThat(event(incident.with("data.severity", Map.of("slug", "sev2"))).getSeverity())
        .isEqualTo("sev2");
    assertThat(
            event(
                    incident.with(
                        "data.severity",
                        Map.of("data", Map.of("attributes", Map.of("slug", "sev3")))))
                .getSeverity())
        .isEqualTo("sev3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"test", "example_sub", "scheduled"})
  void otherKindsOfIncidentsAreNone(String kind) {
    assertThat(Translated.ignored(rootly, incident("created", "started").with("data.kind", kind)))
        .contains(kind);
  }

  @ParameterizedTest
  @ValueSource(strings = {"incident.scheduled.created", "alert.created", "pulse.created"})
  void otherEventsAreIgnored(String type) {
    assertThat(Translated.ignored(rootly, incident("created", "started").with("event.type", type)))
        .startsWith(type);
  }

  @Test
  void aDeliveryIsKnownByItsEvent() {
    assertThat(rootly.deliveryId(incident("created", "started").request())).isEqualTo("e-1");
    assertThat(
            rootly.authenticator().refusal(incident("created", "started").request(), List.of("s")))
        .isPresent();
  }

  private IncidentEvent event(Payload payload) {
    return Translated.event(rootly, payload, IncidentEvent.class);
  }
}
