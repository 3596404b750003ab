package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.IncidentEvent;
import dev.dorado.ingest.Payload;
import dev.dorado.ingest.auth.HmacAuthenticator;
import dev.dorado.ingest.delivery.DeliveryRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JiraSenderTest {

  private final JiraSender jira = new JiraSender(Translated.SETTINGS);

  static Seeds seeds() {
    return Seeds.of(
        new JiraSender(Translated.SETTINGS), issue("created", "new"), changed("status", "done"));
  }

  private static Payload issue(String what, String category) {
    return Payload.of(
        """
        {"timestamp": 1772366400123, "webhookEvent": "jira:issue_%s",
         "issue_event_type_name": "issue_generic",
         "issue": {"id": "10001", "key": "OPS-12",
           "self": "https://acme.atlassian.net/rest/api/2/10001",
           "fields": {"summary": "Basket is down", "description": "5xx\\n*Root cause:* abc1234",
             "issuetype": {"name": "[System] Incident"}, "priority": {"name": "Highest"},
             "status": {"name": "Custom", "statusCategory": {"key": "%s"}},
             "project": {"key": "OPS"}, "labels": [], "components": [], "environment": null,
             "created": "2026-03-01T12:58:00.000+0100", "updated": "2026-03-01T13:00:00.000+0100",
             "resolutiondate": null}}}
        """
            .formatted(what, category));
  }

  private static Payload changed(String field, String category) {
    return issue("updated", category)
        .with(
            "changelog",
            Map.of("id", "1", "items", List.of(Map.of("field", field, "fromString", "A"))));
  }

  @Test
  void anIssueOfTheTypeIncidentIsOne() {
    IncidentEvent event = event(issue("created", "new"));
    assertThat(event.getIncident()).isEqualTo("jira:acme.atlassian.net:10001");
    assertThat(event.getTransition()).isEqualTo("opened");
    assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T12:00:00.123Z");
    assertThat(event.getCreatedAt()).isEqualTo("2026-03-01T11:58:00Z");
    assertThat(event.getResolvedAt()).isNull();
    assertThat(event.getTitle()).isEqualTo("Basket is down");
    assertThat(event.getCausedBy()).containsExactly("abc1234");
    assertThat(event.getSeverity()).isEqualTo("Highest");
    assertThat(event.getService()).isNull();
    assertThat(event.getAliases()).containsExactly("jira:OPS");
    assertThat(event.getUrl()).isEqualTo("https://acme.atlassian.net/browse/OPS-12");
    assertThat(event.getNames())
        .containsExactly(
            "jira:acme.atlassian.net:10001", "OPS-12", "https://acme.atlassian.net/browse/OPS-12");
  }

  @Test
  void soIsOneOfAnotherTypeWithTheLabel() {
    Payload bug = issue("created", "new").with("issue.fields.issuetype", Map.of("name", "Bug"));
    assertThat(Translated.ignored(jira, bug)).contains("OPS-12", "incident, outage");
    IncidentEvent event =
        event(bug.with("issue.fields.labels", List.of("Outage", "service:checkout", "env:prod")));
    assertThat(event.getService()).isEqualTo("checkout");
    assertThat(event.getEnvironment()).isEqualTo("prod");
    assertThat(event.getLabels()).contains("Outage");
  }

  @Test
  void aStatusInTheCategoryDoneResolves() {
    Payload done = changed("status", "done");
    assertThat(event(done).getTransition()).isEqualTo("resolved");
    assertThat(event(done).getResolvedAt()).isEqualTo("2026-03-01T12:00:00.123Z");
    assertThat(
            event(done.with("issue.fields.resolutiondate", "2026-03-01T12:59:00.000+0100"))
                .getResolvedAt())
        .isEqualTo("2026-03-01T11:59:00Z");
    assertThat(
            event(
                    done.with(
                        "issue.fields.statuscategorychangedate", "2026-03-01T12:58:30.000+0100"))
                .getResolvedAt())
        .isEqualTo("2026-03-01T11:58:30Z");
  }

  @Test
  void aLaterEditOfADoneIssueWithoutAResolutionDateIsNoResolution() {
    IncidentEvent event = event(changed("summary", "done"));
    assertThat(event.getTransition()).isEqualTo("updated");
    assertThat(event.getResolvedAt()).isNull();
  }

  @Test
  void workThatBeginsIsAnAcknowledgement() {
    IncidentEvent event = event(changed("status", "indeterminate"));
    assertThat(event.getTransition()).isEqualTo("reopened");
    assertThat(event.getAcknowledgedAt()).isEqualTo("2026-03-01T12:00:00.123Z");
    assertThat(event(changed("summary", "indeterminate")).getAcknowledgedAt()).isNull();
  }

  @Test
  void aDeletedIssueIsWithdrawn() {
    assertThat(event(issue("deleted", "new")).getTransition()).isEqualTo("withdrawn");
  }

  @Test
  void anIssueThatIsAnIncidentNoLongerIsWithdrawn() {
    Payload retyped =
        issue("updated", "new")
            .with("issue.fields.issuetype", Map.of("name", "Task"))
            .with(
                "changelog",
                Map.of("items", List.of(Map.of("field", "issuetype", "fromString", "Incident"))));
    assertThat(event(retyped).getTransition()).isEqualTo("withdrawn");
    Payload unlabelled =
        issue("updated", "new")
            .with("issue.fields.issuetype", Map.of("name", "Bug"))
            .with(
                "changelog",
                Map.of("items", List.of(Map.of("field", "labels", "fromString", "a outage b"))));
    assertThat(event(unlabelled).getTransition()).isEqualTo("withdrawn");
  }

  @Test
  void aDescriptionMayBeADocument() {
    Map<String, Object> document =
        Map.of(
            "type",
            "doc",
            "content",
            List.of(
                Map.of("type", "paragraph", "content", List.of(text("Slow"))),
                Map.of(
                    "type", "paragraph", "content", List.of(text("caused by: "), text("v1.2")))));
    IncidentEvent event = event(issue("created", "new").with("issue.fields.description", document));
    assertThat(event.getDescription()).isEqualTo("Slow\ncaused by: v1.2");
    assertThat(event.getCausedBy()).containsExactly("v1.2");
  }

  @Test
  void componentsAreServices() {
    Payload one =
        issue("created", "new")
            .with("issue.fields.components", List.of(Map.of("id", "1", "name", "Checkout")));
    assertThat(event(one).getService()).isEqualTo("checkout");
    Payload two =
        one.with("issue.fields.components", List.of(Map.of("name", "A"), Map.of("name", "B")));
    assertThat(event(two).getService()).isNull();
    assertThat(event(two).getAliases()).containsExactly("jira:A", "jira:B");
  }

  @ParameterizedTest
  @ValueSource(strings = {"comment_created", "sprint_started", "jira:version_released"})
  void otherEventsAreIgnored(String kind) {
    assertThat(
            Translated.ignored(
                jira, Payload.of("{\"webhookEvent\": \"%s\", \"timestamp\": 1}".formatted(kind))))
        .startsWith(kind);
  }

  @Test
  void aDeliveryIsKnownByItsHeader() {
    assertThat(
            jira.deliveryId(
                issue("created", "new").header("X-Atlassian-Webhook-Identifier", "w").request()))
        .isEqualTo("w");
  }

  @Test
  void itIsSignedOrHasTheSecretInItsAddress() {
    Payload payload = issue("created", "new");
    String signature = "sha256=" + HmacAuthenticator.hex("s", payload.bytes());
    assertThat(
            jira.authenticator()
                .refusal(payload.header("X-Hub-Signature", signature).request(), List.of("s")))
        .isEmpty();
    var inAddress =
        new DeliveryRequest(
            payload.headers(), payload.bytes(), Payload.RECEIVED_AT, Optional.of("s"));
    assertThat(jira.authenticator().refusal(inAddress, List.of("s"))).isEmpty();
    assertThat(jira.authenticator().refusal(payload.request(), List.of("s"))).isPresent();
  }

  private static Map<String, Object> text(String text) {
    return Map.of("type", "text", "text", text);
  }

  private IncidentEvent event(Payload payload) {
    return Translated.event(jira, payload, IncidentEvent.class);
  }
}
