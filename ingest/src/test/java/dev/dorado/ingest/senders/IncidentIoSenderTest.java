package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.IncidentEvent;
import dev.dorado.ingest.Payload;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IncidentIoSenderTest {

  private static final String INCIDENT =
      """
      {"id": "01H", "reference": "INC-7", "name": "Basket is down", "summary": "5xx",
       "permalink": "https://app.incident.io/acme/incidents/7", "mode": "standard",
       "visibility": "public", "severity": {"id": "s", "name": "Major", "rank": 2},
       "incident_status": {"id": "st", "name": "Investigating", "category": "%s"},
       "created_at": "2026-03-01T11:58:00Z", "updated_at": "2026-03-01T12:00:00.5Z",
       "incident_timestamp_values": [
         {"incident_timestamp": {"id": "1", "name": "Impact started at"},
          "value": {"value": "2026-03-01T11:50:00Z"}},
         {"incident_timestamp": {"id": "2", "name": "Reported at"},
          "value": {"value": "2026-03-01T11:55:00Z"}},
         {"incident_timestamp": {"id": "3", "name": "Accepted at"},
          "value": {"value": "2026-03-01T11:59:00Z"}},
         {"incident_timestamp": {"id": "4", "name": "Resolved at"}, "value": %s}],
       "custom_field_entries": [
         {"custom_field": {"id": "f", "name": "Affected services", "field_type": "multi_select"},
          "values": [{"value_catalog_entry": {"id": "01C", "name": "Checkout"}}]},
         {"custom_field": {"id": "g", "name": "Root cause", "field_type": "text"},
          "values": [{"value_text": "deploy of abc1234"}]}]}
      """;

  private final IncidentIoSender incidentIo = new IncidentIoSender();

  static Seeds seeds() {
    return Seeds.of(new IncidentIoSender(), created(), updated("live"), status("live", "closed"));
  }

  private static Payload created() {
    return of("public_incident.incident_created_v2", INCIDENT.formatted("live", "null"));
  }

  private static Payload updated(String category) {
    return of("public_incident.incident_updated_v2", INCIDENT.formatted(category, "null"));
  }

  private static Payload status(String from, String to) {
    return of(
        "public_incident.incident_status_updated_v2",
        "{\"incident\": %s, \"previous_status\": {\"category\": \"%s\"}, \"new_status\": {\"category\": \"%s\"}}"
            .formatted(INCIDENT.formatted(to, "null"), from, to));
  }

  private static Payload of(String type, String event) {
    return Payload.of("{\"event_type\": \"%s\", \"%s\": %s}".formatted(type, type, event));
  }

  @Test
  void aCreatedIncidentIsOpened() {
    IncidentEvent event = event(created());
    assertThat(event.getIncident()).isEqualTo("incident-io:01H");
    assertThat(event.getTransition()).isEqualTo("opened");
    assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T12:00:00.5Z");
    assertThat(event.getCreatedAt()).isEqualTo("2026-03-01T11:58:00Z");
    assertThat(event.getStartedAt()).isEqualTo("2026-03-01T11:50:00Z");
    assertThat(event.getDetectedAt()).isEqualTo("2026-03-01T11:55:00Z");
    assertThat(event.getAcknowledgedAt()).isEqualTo("2026-03-01T11:59:00Z");
    assertThat(event.getResolvedAt()).isNull();
    assertThat(event.getTitle()).isEqualTo("Basket is down");
    assertThat(event.getDescription()).isEqualTo("5xx");
    assertThat(event.getSeverity()).isEqualTo("Major");
    assertThat(event.getService()).isEqualTo("checkout");
    assertThat(event.getAliases()).containsExactly("incident-io:01C");
    assertThat(event.getCausedBy()).containsExactly("abc1234");
    assertThat(event.getNames())
        .containsExactly(
            "incident-io:01H", "01H", "INC-7", "https://app.incident.io/acme/incidents/7");
  }

  @Test
  void aClosedIncidentIsResolvedAtItsTimestampElseWhenItsStatusChanged() {
    Payload stamped =
        of(
            "public_incident.incident_updated_v2",
            INCIDENT.formatted("closed", "{\"value\": \"2026-03-01T11:59:30Z\"}"));
    assertThat(event(stamped).getTransition()).isEqualTo("resolved");
    assertThat(event(stamped).getResolvedAt()).isEqualTo("2026-03-01T11:59:30Z");
    assertThat(event(status("live", "learning")).getTransition()).isEqualTo("resolved");
    assertThat(event(status("live", "learning")).getResolvedAt())
        .isEqualTo("2026-03-01T12:00:00.5Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"learning", "closed"})
  void anUpdateToAClosedIncidentSaysThatItIsOverButNotSinceWhen(String category) {
    IncidentEvent event = event(updated(category));
    assertThat(event.getTransition()).isEqualTo("resolved");
    assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T12:00:00.5Z");
    assertThat(event.getResolvedAt()).isNull();
  }

  @Test
  void fromPostIncidentToClosedIsNoSecondResolution() {
    IncidentEvent event = event(status("learning", "closed"));
    assertThat(event.getTransition()).isEqualTo("updated");
    assertThat(event.getResolvedAt()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "closed, live, reopened",
    "triage, live, reopened",
    "live, paused, reopened",
    "triage, declined, resolved",
    "live, merged, resolved",
    "live, canceled, resolved"
  })
  void eachChangeOfStatusIsATransition(String from, String to, String transition) {
    assertThat(event(status(from, to)).getTransition()).isEqualTo(transition);
  }

  @Test
  void severalServicesAreNamesOfSeveral() {
    String entries =
        INCIDENT
            .formatted("live", "null")
            .replace(
                "[{\"value_catalog_entry\": {\"id\": \"01C\", \"name\": \"Checkout\"}}]",
                "[{\"value_option\": {\"id\": \"1\", \"value\": \"Shop\"}}, {\"value_text\": \"Basket\"}]");
    IncidentEvent event = event(of("public_incident.incident_created_v2", entries));
    assertThat(event.getService()).isNull();
    assertThat(event.getAliases()).containsExactly("incident-io:Shop", "incident-io:Basket");
  }

  @Test
  void aTestIsNoIncident() {
    String drill = INCIDENT.formatted("live", "null").replace("standard", "tutorial");
    assertThat(Translated.ignored(incidentIo, of("public_incident.incident_created_v2", drill)))
        .contains("'tutorial'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"private_incident.incident_created_v2", "public_incident.follow_up_created_v1"})
  void otherEventsAreIgnored(String type) {
    assertThat(Translated.ignored(incidentIo, of(type, "{\"id\": \"x\"}"))).startsWith(type);
  }

  @Test
  void whatIsNotFilledInIsNotKnown() {
    Payload bare =
        of(
            "public_incident.incident_created_v2",
            """
            {"id": "01H", "incident_status": {"category": "triage"}, "created_at": "2026-03-01T12:00:00Z",
             "severity": null, "incident_timestamp_values": null, "custom_field_entries": []}
            """);
    IncidentEvent event = event(bare);
    assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T12:00:00Z");
    assertThat(event.getSeverity()).isNull();
    assertThat(event.getService()).isNull();
    assertThat(event.getCausedBy()).isNull();
  }

  @Test
  void aDeliveryIsKnownByItsHeader() {
    assertThat(incidentIo.deliveryId(created().header("webhook-id", "msg_1").request()))
        .isEqualTo("msg_1");
    assertThat(incidentIo.authenticator().refusal(created().request(), List.of("whsec_AAAA")))
        .isPresent();
    assertThat(incidentIo.about(created().request()).kind())
        .contains("public_incident.incident_created_v2");
  }

  private IncidentEvent event(Payload payload) {
    return Translated.event(incidentIo, payload, IncidentEvent.class);
  }
}
