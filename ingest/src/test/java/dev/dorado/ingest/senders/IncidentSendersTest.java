package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.IncidentEvent;
import dev.dorado.ingest.Payload;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What all senders of incidents have in common (rules E7 and F6). */
class IncidentSendersTest {

  private static final String REPOSITORY =
      "\"repository\": {\"full_name\": \"acme/shop\", \"html_url\": \"https://HOST/acme/shop\"}";

  private static final String ISSUE =
      """
      {"id": 1, "number": 1, "state": "closed", "title": "Down", "labels": [{"name": "incident"}],
       "created_at": "2026-03-01T10:00:00Z", "updated_at": "2026-03-01T12:00:00Z",
       "closed_at": "2026-03-01T12:00:00Z"}
      """;

  private static final String PAGERDUTY =
      """
      {"event": {"event_type": "incident.resolved", "occurred_at": "2026-03-01T12:00:00Z",
        "data": {"id": "Q1", "title": "Down"}}}
      """;
  private static final String OPSGENIE =
      """
      {"action": "Close", "alert": {"alertId": "a1", "message": "Down",
        "updatedAt": 1772366400000, "tags": [], "details": {}}}
      """;
  private static final String DATADOG =
      """
      {"alert_cycle_key": "c1", "alert_transition": "Recovered", "title": "Down",
        "date": "1772366400000", "tags": ""}
      """;
  private static final String DATADOG_INCIDENT =
      """
      {"incident_public_id": "7", "incident_status": "resolved", "title": "Down",
        "date": "1772366400000", "tags": ""}
      """;
  private static final String GRAFANA =
      """
      {"event": {"type": "resolve", "time": "2026-03-01T12:00:00Z"},
        "alert_group": {"id": "I1", "title": "Down", "labels": {}}}
      """;
  private static final String INCIDENT_IO =
      """
      {"event_type": "public_incident.incident_status_updated_v2",
        "public_incident.incident_status_updated_v2": {
          "previous_status": {"category": "live"},
          "incident": {"id": "01", "name": "Down", "updated_at": "2026-03-01T12:00:00Z",
            "incident_status": {"category": "closed", "name": "Closed"},
            "custom_field_entries": []}}}
      """;
  private static final String FIREHYDRANT =
      """
      {"event": {"resource_type": "incident", "operation": "UPDATED"},
        "data": {"incident": {"id": "f1", "name": "Down", "current_milestone": "resolved",
          "updated_at": "2026-03-01T12:00:00Z", "labels": {},
          "milestones": [{"type": "resolved", "occurred_at": "2026-03-01T12:00:00Z"}]}}}
      """;
  private static final String ROOTLY =
      """
      {"event": {"id": "e1", "type": "incident.resolved", "issued_at": "2026-03-01T12:00:00Z"},
        "data": {"id": "r1", "title": "Down", "status": "resolved", "labels": {}, "causes": []}}
      """;
  private static final String SERVICENOW =
      """
      {"sys_id": "s1", "sys_mod_count": "3", "state": "6", "short_description": "Down",
        "sys_updated_on": "2026-03-01 12:00:00"}
      """;
  private static final String STATUSPAGE =
      """
      {"page": {"id": "p1"}, "incident": {"id": "i1", "name": "Down", "status": "resolved",
        "updated_at": "2026-03-01T12:00:00Z", "impact": "minor", "incident_updates": []}}
      """;
  private static final String JIRA =
      """
      {"webhookEvent": "jira:issue_updated", "timestamp": 1772366400000,
        "issue": {"id": "1", "key": "OPS-1", "fields": {"issuetype": {"name": "Incident"},
          "summary": "Down", "labels": [], "resolutiondate": "2026-03-01T12:00:00Z",
          "status": {"name": "Done", "statusCategory": {"key": "done"}}}}}
      """;
  private static final String GITHUB =
      "{\"action\": \"closed\", %s, \"issue\": %s}".formatted(host("github.com"), ISSUE);
  private static final String GITEA =
      "{\"action\": \"closed\", %s, \"issue\": %s}".formatted(host("gitea.com"), ISSUE);
  private static final String GITLAB =
      """
      {"object_kind": "issue", "project": {"path_with_namespace": "acme/shop",
         "web_url": "https://gitlab.com/acme/shop"}, "labels": [{"title": "incident"}],
        "object_attributes": {"id": 1, "iid": 1, "action": "close", "state": "closed",
          "title": "Down", "created_at": "2026-03-01T10:00:00Z",
          "updated_at": "2026-03-01T12:00:00Z", "closed_at": "2026-03-01T12:00:00Z"}}
      """;
  private static final String AZURE =
      """
      {"eventType": "workitem.updated", "createdDate": "2026-03-01T12:00:00Z",
        "resource": {"workItemId": 1, "rev": 2,
          "fields": {"System.State": {"oldValue": "Active", "newValue": "Closed"}},
          "revision": {"id": 1, "fields": {"System.WorkItemType": "Incident",
            "System.State": "Closed", "System.Title": "Down",
            "System.CreatedDate": "2026-03-01T10:00:00Z",
            "System.ChangedDate": "2026-03-01T12:00:00Z"}}}}
      """;
  private static final String SENTRY =
      """
      {"action": "resolved", "data": {"issue": {"id": "1", "title": "Down"}}}
      """;
  private static final String GENERIC =
      """
      {"events": [{"kind": "incident", "id": "1", "service": "shop",
        "resolved_at": "2026-03-01T12:00:00Z"}]}
      """;
  private static final String CDEVENTS =
      """
      {"context": {"version": "0.4.1", "id": "c1", "source": "/pager",
         "type": "dev.cdevents.incident.resolved.0.2.0", "timestamp": "2026-03-01T12:00:00Z"},
       "subject": {"id": "1", "type": "incident", "content": {"service": {"id": "shop"}}},
       "customData": {}}
      """;

  private static String host(String host) {
    return REPOSITORY.replace("HOST", host);
  }

  private final Senders senders = Senders.all(Translated.SETTINGS);

  @ParameterizedTest
  @MethodSource("closings")
  void anEndFillsInNeitherStartNorDetection(String sender, String body) {
    IncidentEvent event = event(sender, Payload.of(body));

    assertThat(event.getTransition()).isEqualTo("resolved");
    assertThat(event.getStartedAt()).isNull();
    assertThat(event.getDetectedAt()).isNull();
    assertThat(event.getAcknowledgedAt()).isNull();
    boolean hasCreation = body.contains("created_at") || body.contains("CreatedDate");
    assertThat(event.getCreatedAt())
        .isEqualTo(hasCreation ? Instant.parse("2026-03-01T10:00:00Z") : null);
  }

  @ParameterizedTest
  @MethodSource("closings")
  void anIncidentThatWasClosedAsUsualHasNoReasonToBeNone(String sender, String body) {
    List<String> reasons = event(sender, Payload.of(body)).getResolutionReasons();

    assertThat(reasons == null ? List.of() : reasons)
        .isSubsetOf("resolved", "closed", "Closed", "Done");
  }

  static Stream<Arguments> closings() {
    return Stream.of(
        Arguments.of("pagerduty", PAGERDUTY),
        Arguments.of("opsgenie", OPSGENIE),
        Arguments.of("datadog", DATADOG),
        Arguments.of("datadog", DATADOG_INCIDENT),
        Arguments.of("grafana", GRAFANA),
        Arguments.of("incident-io", INCIDENT_IO),
        Arguments.of("firehydrant", FIREHYDRANT),
        Arguments.of("rootly", ROOTLY),
        Arguments.of("servicenow", SERVICENOW),
        Arguments.of("statuspage", STATUSPAGE),
        Arguments.of("jira", JIRA),
        Arguments.of("github", GITHUB),
        Arguments.of("gitea", GITEA),
        Arguments.of("gitlab", GITLAB),
        Arguments.of("azure-devops", AZURE),
        Arguments.of("sentry", SENTRY),
        Arguments.of("generic", GENERIC),
        Arguments.of("cdevents", CDEVENTS));
  }

  @ParameterizedTest
  @MethodSource("reasons")
  void whyAnIncidentWasClosedIsPassedOnInTheToolsWords(
      String sender, String body, String path, Object value, String reason) {
    IncidentEvent event = event(sender, Payload.of(body).with(path, value));

    assertThat(event.getResolutionReasons()).contains(reason);
  }

  static Stream<Arguments> reasons() {
    return Stream.of(
        Arguments.of(
            "pagerduty",
            PAGERDUTY,
            "event.data.resolve_reason",
            Map.of("type", "merge_resolve_reason"),
            "merge"),
        Arguments.of("opsgenie", OPSGENIE, "alert.tags", List.of("Duplicate"), "Duplicate"),
        Arguments.of(
            "opsgenie", OPSGENIE, "alert.tags", List.of("resolution:not planned"), "not planned"),
        Arguments.of("datadog", DATADOG, "tags", "resolution:false alarm", "false alarm"),
        Arguments.of(
            "datadog",
            DATADOG_INCIDENT,
            "incident_status",
            "Declared in error",
            "declared in error"),
        Arguments.of(
            "grafana",
            GRAFANA,
            "alert_group.labels",
            Map.of("resolution", "duplicate"),
            "duplicate"),
        Arguments.of(
            "firehydrant",
            FIREHYDRANT,
            "data.incident.current_milestone",
            "cancelled",
            "cancelled"),
        Arguments.of("rootly", ROOTLY, "data.status", "duplicate", "duplicate"),
        Arguments.of("rootly", ROOTLY, "data.duplicate_incident_id", "r0", "duplicate"),
        Arguments.of("rootly", ROOTLY, "event.type", "incident.cancelled", "cancelled"),
        Arguments.of("servicenow", SERVICENOW, "close_code", "Duplicate", "Duplicate"),
        Arguments.of("servicenow", SERVICENOW, "state", "8", "cancelled"),
        Arguments.of("statuspage", STATUSPAGE, "incident.impact", "none", "impact: none"),
        Arguments.of("statuspage", STATUSPAGE, "incident.impact_override", "none", "impact: none"),
        Arguments.of(
            "jira", JIRA, "issue.fields.resolution", Map.of("name", "Won't Do"), "Won't Do"),
        Arguments.of("jira", JIRA, "issue.fields.status.name", "Declined", "Declined"),
        Arguments.of("github", GITHUB, "issue.state_reason", "duplicate", "duplicate"),
        Arguments.of("github", GITHUB, "issue.state_reason", "not_planned", "not_planned"),
        Arguments.of(
            "github",
            GITHUB,
            "issue.labels",
            List.of(Map.of("name", "incident"), Map.of("name", "wontfix")),
            "wontfix"),
        Arguments.of(
            "gitea",
            GITEA,
            "issue.labels",
            List.of(Map.of("name", "incident"), Map.of("name", "Reviewed/Duplicate")),
            "duplicate"),
        Arguments.of("gitlab", GITLAB, "object_attributes.moved_to_id", 7, "moved"),
        Arguments.of("gitlab", GITLAB, "object_attributes.duplicated_to_id", 7, "duplicate"),
        Arguments.of(
            "gitlab",
            GITLAB,
            "labels",
            List.of(Map.of("title", "incident"), Map.of("title", "resolution::cannot reproduce")),
            "cannot reproduce"),
        Arguments.of("sentry", SENTRY, "action", "archived", "archived"),
        Arguments.of("sentry", SENTRY, "action", "ignored", "ignored"),
        Arguments.of("generic", GENERIC, "events.0.resolution", "duplicate", "duplicate"),
        Arguments.of(
            "cdevents", CDEVENTS, "customData", Map.of("resolution", "duplicate"), "duplicate"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"System.Reason", "Microsoft.VSTS.Common.ResolvedReason"})
  void anAzureWorkItemHasItsReasonInAFieldWithDotsInItsName(String field) {
    String body =
        AZURE.replace(
            "\"System.Title\"", "\"%s\": \"Duplicate\", \"System.Title\"".formatted(field));

    assertThat(event("azure-devops", Payload.of(body)).getResolutionReasons())
        .contains("Closed", "Duplicate");
  }

  @ParameterizedTest
  @ValueSource(strings = {"declined", "merged", "canceled"})
  void incidentIoHasItsReasonInTheCategoryOfTheStatus(String category) {
    String body = INCIDENT_IO.replace("\"closed\"", "\"" + category + "\"");

    assertThat(event("incident-io", Payload.of(body)).getResolutionReasons()).contains(category);
  }

  @ParameterizedTest
  @MethodSource("externalCauses")
  void aCauseThatIsNoDeploymentIsPassedOn(String sender, String body, String path, Object value) {
    IncidentEvent event = event(sender, Payload.of(body).with(path, value));

    assertThat(event.getCausedBy()).extracting(String::toLowerCase).containsExactly("third party");
  }

  static Stream<Arguments> externalCauses() {
    String text = "We know why.\n**Root cause:** Third party\nSorry!";
    return Stream.of(
        Arguments.of("opsgenie", OPSGENIE, "alert.description", text),
        Arguments.of("opsgenie", OPSGENIE, "alert.note", text),
        Arguments.of("opsgenie", OPSGENIE, "alert.details", Map.of("root_cause", "Third party")),
        Arguments.of("datadog", DATADOG_INCIDENT, "incident_message", text),
        Arguments.of("datadog", DATADOG, "tags", "root_cause:third party,team:red"),
        Arguments.of("firehydrant", FIREHYDRANT, "data.incident.summary", text),
        Arguments.of("rootly", ROOTLY, "data.resolution_message", text),
        Arguments.of("rootly", ROOTLY, "data.causes", List.of(Map.of("name", "Third party"))),
        Arguments.of("servicenow", SERVICENOW, "close_notes", text),
        Arguments.of("servicenow", SERVICENOW, "caused_by", "Third party"),
        Arguments.of(
            "statuspage", STATUSPAGE, "incident.incident_updates", List.of(Map.of("body", text))),
        Arguments.of("jira", JIRA, "issue.fields.description", text),
        Arguments.of("github", GITHUB, "issue.body", text),
        Arguments.of(
            "github",
            GITHUB,
            "issue.labels",
            List.of(Map.of("name", "incident"), Map.of("name", "root-cause: Third party"))),
        Arguments.of("gitea", GITEA, "issue.body", text),
        Arguments.of("gitlab", GITLAB, "object_attributes.description", text),
        Arguments.of("generic", GENERIC, "events.0.caused_by", List.of("Third party")));
  }

  private IncidentEvent event(String sender, Payload payload) {
    Payload request =
        switch (sender) {
          case "github" -> payload.header("X-GitHub-Event", "issues");
          case "gitea" -> payload.header("X-Gitea-Event", "issues");
          case "gitlab" -> payload.header("X-Gitlab-Event", "Issue Hook");
          case "sentry" ->
              payload
                  .header("Sentry-Hook-Resource", "issue")
                  .header("Sentry-Hook-Timestamp", "1772366400");
          default -> payload;
        };
    return Translated.event(senders.named(sender).orElseThrow(), request, IncidentEvent.class);
  }
}
