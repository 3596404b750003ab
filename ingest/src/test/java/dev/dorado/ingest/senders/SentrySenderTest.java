package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.IncidentEvent;
import dev.dorado.ingest.Payload;
import dev.dorado.ingest.auth.HmacAuthenticator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SentrySenderTest {

  private final SentrySender sentry = new SentrySender();

  static Seeds seeds() {
    return Seeds.of(new SentrySender(), issue("created"), issueAlert(), metricAlert("critical"));
  }

  private static Payload issue(String action) {
    return Payload.of(
            """
            {"action": "%s", "installation": {"uuid": "u"},
             "actor": {"id": "sentry", "name": "Sentry", "type": "application"},
             "data": {"issue": {"id": "1170", "shortId": "SHOP-9", "title": "TypeError: basket",
               "culprit": "shop/basket", "level": "error", "status": "unresolved",
               "statusDetails": {}, "firstSeen": "2026-03-01T11:50:00.391000Z",
               "lastSeen": "2026-03-01T11:59:00Z", "permalink": null,
               "web_url": "https://acme.sentry.io/issues/1170/",
               "project": {"id": "1", "name": "Shop", "slug": "shop"}}}}
            """
                .formatted(action))
        .header("Sentry-Hook-Resource", "issue")
        .header("Sentry-Hook-Timestamp", "1772366400")
        .header("Request-ID", "r-1");
  }

  private static Payload issueAlert() {
    return Payload.of(
            """
            {"action": "triggered", "data": {"triggered_rule": "many",
               "event": {"event_id": "e1", "issue_id": "1170", "title": "TypeError: basket",
                 "datetime": "2026-03-01T11:58:00.951Z", "environment": "production",
                 "level": "error", "web_url": "https://acme.sentry.io/issues/1170/events/e1/"}}}
            """)
        .header("Sentry-Hook-Resource", "event_alert");
  }

  private static Payload metricAlert(String action) {
    return Payload.of(
            """
            {"action": "%s", "data": {"description_title": "Too many errors",
               "description_text": "1000 events", "web_url": "https://acme.sentry.io/alerts/6/",
               "metric_alert": {"id": "6", "title": null, "projects": ["shop"],
                 "date_started": "2026-03-01T11:50:00Z", "date_detected": "2026-03-01T11:51:00Z",
                 "date_created": "2026-03-01T11:52:00Z", "date_closed": "2026-03-01T11:55:00Z"}}}
            """
                .formatted(action))
        .header("Sentry-Hook-Resource", "metric_alert")
        .header("Sentry-Hook-Timestamp", "1772366400");
  }

  @Test
  void aNewIssueIsAnErrorSinceItWasFirstSeen() {
    IncidentEvent event = event(issue("created"));
    assertThat(event.getIncident()).isEqualTo("sentry:1170");
    assertThat(event.getKind()).isEqualTo("error");
    assertThat(event.getTransition()).isEqualTo("opened");
    assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T11:50:00.391Z");
    assertThat(event.getStartedAt()).isEqualTo("2026-03-01T11:50:00.391Z");
    assertThat(event.getTitle()).isEqualTo("TypeError: basket");
    assertThat(event.getSeverity()).isEqualTo("error");
    assertThat(event.getService()).isNull();
    assertThat(event.getAliases()).containsExactly("sentry:shop");
    assertThat(event.getUrl()).isEqualTo("https://acme.sentry.io/issues/1170/");
    assertThat(event.getNames())
        .containsExactly("sentry:1170", "1170", "SHOP-9", "https://acme.sentry.io/issues/1170/");
  }

  @Test
  void onlyTheHeaderTellsWhenAnIssueWasResolved() {
    assertThat(event(issue("resolved")).getResolvedAt()).isEqualTo("2026-03-01T12:00:00Z");
    assertThat(event(issue("resolved").header("Sentry-Hook-Timestamp", "")).getResolvedAt())
        .isEqualTo("2026-03-01T11:59:00Z");
    assertThat(sentry.keptHeaders()).contains("Sentry-Hook-Timestamp");
  }

  @Test
  void anIssueThatComesBackIsReopened() {
    assertThat(event(issue("unresolved")).getTransition()).isEqualTo("reopened");
  }

  @Test
  void anAlertOnAnIssueIsOfThatIssue() {
    IncidentEvent event = event(issueAlert());
    assertThat(event.getIncident()).isEqualTo("sentry:1170");
    assertThat(event.getKind()).isEqualTo("error");
    assertThat(event.getTransition()).isEqualTo("updated");
    assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T11:58:00.951Z");
    assertThat(event.getEnvironment()).isEqualTo("production");
  }

  @Test
  void aMetricAlertIsAnAlert() {
    IncidentEvent opened = event(metricAlert("critical"));
    assertThat(opened.getIncident()).isEqualTo("sentry:metric:6");
    assertThat(opened.getKind()).isEqualTo("alert");
    assertThat(opened.getTransition()).isEqualTo("opened");
    assertThat(opened.getTitle()).isEqualTo("Too many errors");
    assertThat(opened.getSeverity()).isEqualTo("critical");
    assertThat(opened.getStartedAt()).isEqualTo("2026-03-01T11:50:00Z");
    assertThat(opened.getDetectedAt()).isEqualTo("2026-03-01T11:51:00Z");
    assertThat(opened.getAliases()).containsExactly("sentry:shop");
    assertThat(event(metricAlert("resolved")).getResolvedAt()).isEqualTo("2026-03-01T11:55:00Z");
  }

  @ParameterizedTest
  @CsvSource({"issue, assigned", "error, created", "installation, created"})
  void otherEventsAreIgnored(String kind, String action) {
    Payload payload = issue(action).header("Sentry-Hook-Resource", kind);
    assertThat(Translated.ignored(sentry, payload)).startsWith(kind + "." + action);
    assertThat(sentry.about(payload.request()).kind()).contains(kind + "." + action);
  }

  @Test
  void aDeliveryIsSignedAndKnownByItsHeader() {
    Payload payload = issue("created");
    assertThat(sentry.deliveryId(payload.request())).isEqualTo("r-1");
    var request =
        payload
            .header("Sentry-Hook-Signature", HmacAuthenticator.hex("s", payload.bytes()))
            .request();
    assertThat(sentry.authenticator().refusal(request, List.of("s"))).isEmpty();
  }

  private IncidentEvent event(Payload payload) {
    return Translated.event(sentry, payload, IncidentEvent.class);
  }
}
