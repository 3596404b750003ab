package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.IncidentEvent;
import dev.dorado.ingest.Payload;
import dev.dorado.ingest.auth.HmacAuthenticator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FireHydrantSenderTest {

  private final FireHydrantSender fireHydrant = new FireHydrantSender();

  static Seeds seeds() {
    return Seeds.of(new FireHydrantSender(), incident("CREATED", "started"), resolved());
  }

  private static Payload incident(String operation, String milestone) {
    return Payload.of(
        """
        {"event": {"operation": "%s", "resource_type": "incident"},
         "data": {"incident": {"id": "i-1", "name": "Basket is down", "number": 602,
           "description": "", "summary": "5xx, caused by: v1.2.3\\nroot cause: abc1234",
           "created_at": "2026-03-01 11:58:00 UTC", "updated_at": "2026-03-01 12:00:00 UTC",
           "started_at": "2026-03-01 11:51:00 UTC", "current_milestone": "%s",
           "severity": {"slug": "SEV2", "type": "unexpected_downtime"}, "priority": {"slug": "P3"},
           "private_status_page_url": "https://app.firehydrant.io/incidents/i-1", "labels": [],
           "impacts": [{"type": "service", "id": "s-1", "name": "Checkout"},
                       {"type": "environment", "id": "e-1", "name": "production"}],
           "milestones": [
             {"type": "started", "occurred_at": "2026-03-01 11:50:00 UTC"},
             {"type": "detected", "occurred_at": "2026-03-01 11:55:00 UTC"},
             {"type": "acknowledged", "occurred_at": "2026-03-01 11:59:00 UTC"}]}}}
        """
            .formatted(operation, milestone));
  }

  private static Payload resolved() {
    return incident("UPDATED", "resolved")
        .with(
            "data.incident.milestones.0",
            Map.of("type", "resolved", "occurred_at", "2026-03-01 11:59:30 UTC"));
  }

  @Test
  void anIncidentHasTheTimesOfItsMilestones() {
    IncidentEvent event = event(incident("CREATED", "acknowledged"));
    assertThat(event.getIncident()).isEqualTo("firehydrant:i-1");
    assertThat(event.getTransition()).isEqualTo("opened");
    assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T12:00:00Z");
    assertThat(event.getCreatedAt()).isEqualTo("2026-03-01T11:58:00Z");
    assertThat(event.getStartedAt()).isEqualTo("2026-03-01T11:50:00Z");
    assertThat(event.getDetectedAt()).isEqualTo("2026-03-01T11:55:00Z");
    assertThat(event.getAcknowledgedAt()).isEqualTo("2026-03-01T11:59:00Z");
    assertThat(event.getResolvedAt()).isNull();
    assertThat(event.getSeverity()).isEqualTo("SEV2");
    assertThat(event.getService()).isEqualTo("checkout");
    assertThat(event.getAliases()).containsExactly("firehydrant:Checkout");
    assertThat(event.getEnvironment()).isEqualTo("production");
    assertThat(event.getCausedBy()).containsExactly("abc1234");
  }

  @Test
  void aResolvedIncidentIsResolvedAtThatMilestone() {
    assertThat(event(resolved()).getTransition()).isEqualTo("resolved");
    assertThat(event(resolved()).getResolvedAt()).isEqualTo("2026-03-01T11:59:30Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"retrospective_started", "closed", "postmortem_completed"})
  void whatComesAfterTheResolutionLeavesItsTime(String milestone) {
    IncidentEvent event = event(resolved().with("data.incident.current_milestone", milestone));
    assertThat(event.getTransition()).isEqualTo("resolved");
    assertThat(event.getResolvedAt()).isEqualTo("2026-03-01T11:59:30Z");
  }

  @Test
  void aMilestoneBeforeTheResolutionOpensItAgain() {
    IncidentEvent event =
        event(resolved().with("data.incident.current_milestone", "investigating"));
    assertThat(event.getTransition()).isEqualTo("reopened");
    assertThat(event.getResolvedAt()).isNull();
  }

  @Test
  void twoChangesInOneSecondAreTwoEventsAndARepetitionIsNone() {
    Payload other = incident("UPDATED", "started").with("data.incident.name", "Shop is down");
    assertThat(event(incident("UPDATED", "started")).getId()).isNotEqualTo(event(other).getId());
    assertThat(event(other).getId()).isEqualTo(event(other).getId());
  }

  @Test
  void anImpactMayBeAnObjectOfItsOwnAndASeverityAWord() {
    IncidentEvent event =
        event(
            incident("CREATED", "started")
                .with("data.incident.severity", "SEV1")
                .with(
                    "data.incident.impacts",
                    List.of(
                        Map.of("impact", Map.of("type", "service", "name", "Basket")),
                        Map.of("impact", Map.of("type", "service", "name", "Shop")))));
    assertThat(event.getSeverity()).isEqualTo("SEV1");
    assertThat(event.getService()).isNull();
    assertThat(event.getAliases()).containsExactly("firehydrant:Basket", "firehydrant:Shop");
  }

  @Test
  void aDeletedIncidentIsWithdrawn() {
    assertThat(event(incident("DELETED", "started")).getTransition()).isEqualTo("withdrawn");
  }

  @ParameterizedTest
  @ValueSource(strings = {"signals_alerts", "change_event", "runbook"})
  void otherResourcesAreIgnored(String type) {
    assertThat(
            Translated.ignored(
                fireHydrant, incident("CREATED", "started").with("event.resource_type", type)))
        .startsWith(type);
  }

  @Test
  void theSignatureIsBareHex() {
    Payload payload = resolved();
    var request =
        payload.header("Fh-Signature", HmacAuthenticator.hex("s", payload.bytes())).request();
    assertThat(fireHydrant.authenticator().refusal(request, List.of("s"))).isEmpty();
  }

  private IncidentEvent event(Payload payload) {
    return Translated.event(fireHydrant, payload, IncidentEvent.class);
  }
}
