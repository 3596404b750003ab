package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.IncidentEvent;
import dev.dorado.ingest.Payload;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlertmanagerSenderTest {

  private final AlertmanagerSender alertmanager = new AlertmanagerSender();

  static Seeds seeds() {
    return Seeds.of(new AlertmanagerSender(), group());
  }

  /** A group of which one alert fires and one is over; the group fires. */
  static Payload group() {
    return Payload.of(
        """
        {"version": "4", "groupKey": "{}:{alertname=\\"Slow\\"}", "truncatedAlerts": 0,
         "status": "firing", "receiver": "dorado", "groupLabels": {"alertname": "Slow"},
         "commonLabels": {}, "commonAnnotations": {}, "externalURL": "https://am.example.org",
         "alerts": [
           {"status": "firing", "fingerprint": "f1", "startsAt": "2026-03-01T12:00:00.123456789Z",
            "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "https://prom.example.org/graph",
            "labels": {"alertname": "Slow", "severity": "critical", "service": "Checkout",
              "env": "eu-prod"},
            "annotations": {"summary": "Checkout is slow", "description": "caused by: v1.2.3"}},
           {"status": "resolved", "fingerprint": "f2", "startsAt": "2026-03-01T11:00:00Z",
            "endsAt": "2026-03-01T11:30:00Z", "generatorURL": "",
            "labels": {"alertname": "Slow"}, "annotations": {}}]}
        """);
  }

  @Test
  void eachAlertOfAGroupStandsForItself() {
    List<IncidentEvent> events = events(group());
    assertThat(events).hasSize(2);
    IncidentEvent firing = events.get(0);
    assertThat(firing.getIncident()).isEqualTo("alertmanager:f1:1772366400123");
    assertThat(firing.getKind()).isEqualTo("alert");
    assertThat(firing.getTransition()).isEqualTo("opened");
    assertThat(firing.getOccurredAt()).isEqualTo("2026-03-01T12:00:00.123Z");
    assertThat(firing.getStartedAt()).isEqualTo("2026-03-01T12:00:00.123Z");
    assertThat(firing.getResolvedAt()).isNull();
    assertThat(firing.getTitle()).isEqualTo("Checkout is slow");
    assertThat(firing.getSeverity()).isEqualTo("critical");
    assertThat(firing.getService()).isEqualTo("checkout");
    assertThat(firing.getEnvironment()).isEqualTo("eu-prod");
    assertThat(firing.getCausedBy()).containsExactly("v1.2.3");
    assertThat(firing.getLabels()).contains("severity:critical");
    IncidentEvent resolved = events.get(1);
    assertThat(resolved.getIncident()).isEqualTo("alertmanager:f2:1772362800000");
    assertThat(resolved.getTransition()).isEqualTo("resolved");
    assertThat(resolved.getResolvedAt()).isEqualTo("2026-03-01T11:30:00Z");
    assertThat(resolved.getTitle()).isEqualTo("Slow");
    assertThat(resolved.getService()).isNull();
  }

  @Test
  void aRepetitionIsTheSameDeliveryAndTheSameEvents() {
    Payload repeated = group().with("receiver", "another").with("commonLabels.x", "y");
    assertThat(alertmanager.deliveryId(repeated.request()))
        .isEqualTo(alertmanager.deliveryId(group().request()));
    assertThat(events(repeated))
        .extracting(IncidentEvent::getId)
        .isEqualTo(events(group()).stream().map(IncidentEvent::getId).toList());
    assertThat(alertmanager.deliveryId(group().with("alerts.0.status", "resolved").request()))
        .isNotEqualTo(alertmanager.deliveryId(group().request()));
  }

  @Test
  void anAlertThatFiresAgainIsAnother() {
    assertThat(
            events(group().with("alerts.0.startsAt", "2026-03-02T12:00:00Z")).get(0).getIncident())
        .isNotEqualTo(events(group()).get(0).getIncident());
  }

  @Test
  void theEndOfAFiringAlertMeansNothing() {
    assertThat(
            events(group().with("alerts.0.endsAt", "2026-03-01T12:04:00Z")).get(0).getResolvedAt())
        .isNull();
  }

  @Test
  void withoutAFingerprintItsLabelsTellAnAlert() {
    Payload older = group().without("alerts.0.fingerprint");
    assertThat(events(older).get(0).getIncident())
        .isEqualTo(events(older).get(0).getIncident())
        .isNotEqualTo(events(older.with("alerts.0.labels.instance", "b")).get(0).getIncident());
  }

  @Test
  void aGroupWithoutAlertsIsIgnored() {
    assertThat(Translated.ignored(alertmanager, group().with("alerts", List.of())))
        .contains("no alerts");
  }

  @Test
  void whatMustBeThereIsNamed() {
    assertThat(Translated.missing(alertmanager, group().without("alerts")).path())
        .isEqualTo("$.alerts");
    assertThat(
            Translated.missing(
                    alertmanager,
                    group().with("alerts", List.of(Map.of("status", "firing", "labels", Map.of()))))
                .path())
        .isEqualTo("$.alerts[0].startsAt");
  }

  @Test
  void anAlertThatLacksSomethingIsLeftOutOfItsGroup() {
    Payload group = group().without("alerts.0.startsAt");
    assertThat(Translated.events(alertmanager, group)).hasSize(1);
    assertThat(Translated.skipped(alertmanager, group)).containsExactly("$.alerts[0].startsAt");
  }

  @Test
  void anAlertWithoutAnEndIsOverWhenThatCame() {
    Payload group = group().with("alerts.1.endsAt", "0001-01-01T00:00:00Z");
    var event = (IncidentEvent) Translated.events(alertmanager, group).get(1).value();
    assertThat(event.getResolvedAt()).isEqualTo(Payload.RECEIVED_AT);
  }

  @Test
  void anUnknownStatusIsIgnored() {
    Payload pending = group().with("alerts.0.status", "pending").with("alerts.1.status", "pending");
    assertThat(Translated.ignored(alertmanager, pending)).contains("'pending'");
    assertThat(Translated.events(alertmanager, group().without("alerts.0.status"))).hasSize(2);
  }

  @Test
  void theSecretIsABearerToken() {
    var request = group().header("Authorization", "Bearer s").request();
    assertThat(alertmanager.authenticator().refusal(request, List.of("s"))).isEmpty();
  }

  private List<IncidentEvent> events(Payload payload) {
    return Translated.events(alertmanager, payload).stream()
        .map(event -> (IncidentEvent) event.value())
        .toList();
  }
}
