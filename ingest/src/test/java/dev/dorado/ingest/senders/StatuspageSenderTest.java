package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.IncidentEvent;
import dev.dorado.ingest.Payload;
import dev.dorado.ingest.delivery.DeliveryRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatuspageSenderTest {

  private final StatuspageSender statuspage = new StatuspageSender();

  static Seeds seeds() {
    return Seeds.of(new StatuspageSender(), incident("investigating"), incident("resolved"));
  }

  static Payload incident(String status) {
    return Payload.of(
        """
        {"meta": {"unsubscribe": "https://x/", "documentation": "https://y/"},
         "page": {"id": "page1", "status_indicator": "critical", "status_description": "Down"},
         "incident": {"id": "inc1", "name": "Basket is down", "status": "%s", "impact": "critical",
           "backfilled": false, "created_at": "2026-03-01T11:58:00Z",
           "updated_at": "2026-03-01T12:00:00.250-00:00", "resolved_at": null,
           "monitoring_at": null, "scheduled_for": null, "scheduled_until": null,
           "impact_override": null, "shortlink": "https://stspg.io/inc1",
           "incident_updates": [
             {"id": "u2", "status": "identified", "body": "Root cause: abc1234",
              "display_at": "2026-03-01T12:00:00Z", "created_at": "2026-03-01T12:00:00Z"},
             {"id": "u1", "status": "investigating", "body": "We are looking at it",
              "display_at": "2026-03-01T11:40:00Z", "created_at": "2026-03-01T11:58:00Z"}]}}
        """
            .formatted(status));
  }

  @Test
  void anIncidentIsOpenSinceItsFirstUpdateSays() {
    IncidentEvent event = event(incident("identified"));
    assertThat(event.getIncident()).isEqualTo("statuspage:inc1");
    assertThat(event.getTransition()).isEqualTo("reopened");
    assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T12:00:00.250Z");
    assertThat(event.getCreatedAt()).isEqualTo("2026-03-01T11:58:00Z");
    assertThat(event.getStartedAt()).isEqualTo("2026-03-01T11:40:00Z");
    assertThat(event.getResolvedAt()).isNull();
    assertThat(event.getTitle()).isEqualTo("Basket is down");
    assertThat(event.getDescription()).isEqualTo("We are looking at it");
    assertThat(event.getSeverity()).isEqualTo("critical");
    assertThat(event.getCausedBy()).containsExactly("abc1234");
    assertThat(event.getAliases()).containsExactly("statuspage:page1");
    assertThat(event.getUrl()).isEqualTo("https://stspg.io/inc1");
  }

  @Test
  void aNewIncidentIsOpened() {
    Payload opened =
        incident("investigating")
            .with("incident.updated_at", "2026-03-01T11:58:00Z")
            .with("incident.incident_updates", List.of());
    assertThat(event(opened).getTransition()).isEqualTo("opened");
    assertThat(event(opened).getStartedAt()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"resolved", "postmortem"})
  void aResolvedIncidentHasItsTime(String status) {
    Payload resolved = incident(status).with("incident.resolved_at", "2026-03-01T11:59:00Z");
    assertThat(event(resolved).getTransition()).isEqualTo("resolved");
    assertThat(event(resolved).getResolvedAt()).isEqualTo("2026-03-01T11:59:00Z");
    assertThat(event(incident(status)).getResolvedAt()).isEqualTo("2026-03-01T12:00:00.250Z");
  }

  @Test
  void componentsAreNamesOfServices() {
    IncidentEvent event =
        event(
            incident("identified")
                .with(
                    "incident.components",
                    List.of(Map.of("id", "c1", "name", "API"), Map.of("id", "c2"))));
    assertThat(event.getAliases()).containsExactly("statuspage:c1", "statuspage:c2");
  }

  @Test
  void scheduledMaintenanceIsNoIncident() {
    assertThat(
            Translated.ignored(
                statuspage,
                incident("scheduled").with("incident.scheduled_for", "2026-03-02T00:00:00Z")))
        .contains("scheduled maintenance");
    assertThat(
            Translated.ignored(
                statuspage, incident("in_progress").with("incident.impact", "maintenance")))
        .contains("scheduled maintenance");
  }

  @ParameterizedTest
  @ValueSource(strings = {"component_update", "maintenance"})
  void otherThingsAreIgnored(String kind) {
    Payload payload = Payload.of("{\"page\": {}, \"%s\": {\"id\": \"1\"}}".formatted(kind));
    assertThat(Translated.ignored(statuspage, payload)).startsWith(kind);
    assertThat(statuspage.about(payload.request()).kind()).contains(kind);
  }

  @Test
  void whatIsNoneOfTheseIsNamed() {
    assertThat(Translated.missing(statuspage, Payload.of("{\"page\": {}}")).path())
        .isEqualTo("$.incident");
  }

  @Test
  void theSecretIsInTheAddress() {
    Payload payload = incident("resolved");
    var request =
        new DeliveryRequest(
            payload.headers(), payload.bytes(), Payload.RECEIVED_AT, Optional.of("s"));
    assertThat(statuspage.authenticator().refusal(request, List.of("s"))).isEmpty();
    assertThat(statuspage.authenticator().refusal(payload.request(), List.of("s"))).isPresent();
  }

  private IncidentEvent event(Payload payload) {
    return Translated.event(statuspage, payload, IncidentEvent.class);
  }
}
