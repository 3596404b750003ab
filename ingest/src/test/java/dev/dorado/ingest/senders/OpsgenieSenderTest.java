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

class OpsgenieSenderTest {

  private final OpsgenieSender opsgenie = new OpsgenieSender();

  static Seeds seeds() {
    return Seeds.of(new OpsgenieSender(), alert("Create"), alert("Close"));
  }

  /** Created in milliseconds, updated in nanoseconds, as Opsgenie has them. */
  static Payload alert(String action) {
    return Payload.of(
        """
        {"action": "%s", "integrationId": "i-1", "integrationName": "Dorado",
         "source": {"name": "", "type": "web"},
         "alert": {"alertId": "a-1", "tinyId": "23", "alias": "basket-down",
           "message": "Basket is down", "description": "5xx\\ncaused by: v1.2.3",
           "createdAt": 1772366280000, "updatedAt": 1772366400123000000, "priority": "P2",
           "entity": "shop-db", "tags": ["critical", "env:eu-prod"], "teams": [], "responders": []}}
        """
            .formatted(action));
  }

  @Test
  void aCreatedAlertIsAnIncident() {
    IncidentEvent event = event(alert("Create"));
    assertThat(event.getIncident()).isEqualTo("opsgenie:a-1");
    assertThat(event.getKind()).isEqualTo("incident");
    assertThat(event.getTransition()).isEqualTo("opened");
    assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T12:00:00.123Z");
    assertThat(event.getCreatedAt()).isEqualTo("2026-03-01T11:58:00Z");
    assertThat(event.getTitle()).isEqualTo("Basket is down");
    assertThat(event.getDescription()).startsWith("5xx");
    assertThat(event.getCausedBy()).containsExactly("v1.2.3");
    assertThat(event.getSeverity()).isEqualTo("P2");
    assertThat(event.getEnvironment()).isEqualTo("eu-prod");
    assertThat(event.getAliases()).containsExactly("opsgenie:shop-db");
    assertThat(event.getLabels()).containsExactly("critical", "env:eu-prod");
    assertThat(event.getNames()).containsExactly("opsgenie:a-1", "a-1", "basket-down");
  }

  @ParameterizedTest
  @CsvSource({
    "Acknowledge, acknowledged",
    "Close, resolved",
    "Delete, withdrawn",
    "UnAcknowledge, updated",
    "UpdatePriority, updated"
  })
  void eachActionIsATransition(String action, String transition) {
    assertThat(event(alert(action)).getTransition()).isEqualTo(transition);
  }

  @Test
  void acknowledgedAndClosedAreTimesOfTheAction() {
    assertThat(event(alert("Acknowledge")).getAcknowledgedAt())
        .isEqualTo("2026-03-01T12:00:00.123Z");
    assertThat(event(alert("Close")).getResolvedAt()).isEqualTo("2026-03-01T12:00:00.123Z");
  }

  @Test
  void aPriorityMayBeANumberOrMissing() {
    assertThat(event(alert("Create").with("alert.priority", 3)).getSeverity()).isEqualTo("P3");
    assertThat(event(alert("Create").with("alert.priority", null)).getSeverity()).isNull();
  }

  @Test
  void aTagOrDetailMayNameTheService() {
    IncidentEvent byTag = event(alert("Create").with("alert.tags", List.of("service:Checkout")));
    assertThat(byTag.getService()).isEqualTo("checkout");
    assertThat(byTag.getAliases()).containsExactly("opsgenie:Checkout");
    IncidentEvent byDetail =
        event(
            alert("Create")
                .with("alert.details", Map.of("service", "basket", "caused_by", "abc1234")));
    assertThat(byDetail.getService()).isEqualTo("basket");
    assertThat(byDetail.getCausedBy()).containsExactly("abc1234", "v1.2.3");
  }

  @Test
  void aNoteThatNamesNoCauseIsIgnored() {
    assertThat(Translated.ignored(opsgenie, alert("AddNote").with("alert.note", "hm")))
        .contains("names no cause");
    assertThat(event(alert("AddNote").with("alert.note", "root cause: #12")).getCausedBy())
        .contains("#12");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Escalate", "AssignOwnership", "AddTeam", "Snooze", "MyAction"})
  void otherActionsAreIgnored(String action) {
    assertThat(Translated.ignored(opsgenie, alert(action))).startsWith(action);
  }

  @Test
  void anAlertMayLackTheTimeOfItsUpdate() {
    assertThat(event(alert("Create").without("alert.updatedAt")).getOccurredAt())
        .isEqualTo("2026-03-01T11:58:00Z");
    assertThat(event(alert("Close").without("alert.updatedAt")).getOccurredAt())
        .isEqualTo(Payload.RECEIVED_AT);
  }

  @Test
  void aDeliveryIsKnownByAlertActionAndTime() {
    assertThat(opsgenie.deliveryId(alert("Close").request()))
        .isEqualTo("a-1 1772366400123000000 Close");
    assertThat(opsgenie.deliveryId(Payload.of("{\"alert\": 1}").request())).hasSize(64);
  }

  @Test
  void theSecretComesInAHeader() {
    var request = alert("Close").header("X-Dorado-Token", "s").request();
    assertThat(opsgenie.authenticator().refusal(request, List.of("s"))).isEmpty();
  }

  private IncidentEvent event(Payload payload) {
    return Translated.event(opsgenie, payload, IncidentEvent.class);
  }
}
