package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.IncidentEvent;
import dev.dorado.ingest.Payload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceNowSenderTest {

  private final ServiceNowSender serviceNow = new ServiceNowSender();

  static Seeds seeds() {
    return Seeds.of(new ServiceNowSender(), record("2"), record("6"));
  }

  static Payload record(String state) {
    return Payload.of(
        """
        {"table": "incident", "operation": "update", "sys_id": "9c57", "sys_mod_count": "3",
         "number": "INC0010001", "state": "%s", "severity": "1 - High", "priority": "2 - High",
         "short_description": "Basket is down", "description": "5xx", "close_notes": "",
         "opened_at": "2026-03-01 11:58:00", "sys_created_on": "2026-03-01 11:58:01",
         "sys_updated_on": "2026-03-01 12:00:00", "resolved_at": "", "closed_at": "",
         "work_start": "", "caused_by": "", "environment": "production",
         "business_service": {"display_value": "Checkout", "value": "27d3"}, "cmdb_ci": "",
         "url": "https://acme.service-now.com/incident.do?sys_id=9c57"}
        """
            .formatted(state));
  }

  @Test
  void aRecordIsAnIncidentWhoseTimesAreInUtc() {
    IncidentEvent event = event(record("1"));
    assertThat(event.getIncident()).isEqualTo("servicenow:9c57");
    assertThat(event.getTransition()).isEqualTo("reopened");
    assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T12:00:00Z");
    assertThat(event.getCreatedAt()).isEqualTo("2026-03-01T11:58:00Z");
    assertThat(event.getAcknowledgedAt()).isNull();
    assertThat(event.getResolvedAt()).isNull();
    assertThat(event.getTitle()).isEqualTo("Basket is down");
    assertThat(event.getSeverity()).isEqualTo("1 - High");
    assertThat(event.getEnvironment()).isEqualTo("production");
    assertThat(event.getService()).isEqualTo("checkout");
    assertThat(event.getAliases()).containsExactly("servicenow:27d3");
    assertThat(event.getCausedBy()).isNull();
    assertThat(event.getNames())
        .containsExactly(
            "servicenow:9c57",
            "9c57",
            "INC0010001",
            "https://acme.service-now.com/incident.do?sys_id=9c57");
  }

  @ParameterizedTest
  @CsvSource({
    "1, insert, opened",
    "2, update, reopened",
    "3, update, reopened",
    "6, update, resolved",
    "7, update, resolved",
    "Closed, update, resolved",
    "8, update, resolved",
    "2, delete, withdrawn"
  })
  void theStateDecidesTheTransition(String state, String operation, String transition) {
    assertThat(event(record(state).with("operation", operation)).getTransition())
        .isEqualTo(transition);
  }

  @Test
  void itIsResolvedWhenItSaysElseWhenClosedElseNow() {
    Payload closed = record("7").with("closed_at", "2026-03-01 11:59:30");
    assertThat(event(closed.with("resolved_at", "2026-03-01 11:59:00")).getResolvedAt())
        .isEqualTo("2026-03-01T11:59:00Z");
    assertThat(event(closed).getResolvedAt()).isEqualTo("2026-03-01T11:59:30Z");
    assertThat(event(record("6")).getResolvedAt()).isEqualTo("2026-03-01T12:00:00Z");
  }

  @Test
  void anOpenIncidentThatOnceWasResolvedIsNot() {
    IncidentEvent event = event(record("2").with("resolved_at", "2026-03-01 11:59:00"));
    assertThat(event.getTransition()).isEqualTo("reopened");
    assertThat(event.getResolvedAt()).isNull();
  }

  @Test
  void workThatBeginsIsAnAcknowledgement() {
    assertThat(event(record("2")).getAcknowledgedAt()).isEqualTo("2026-03-01T12:00:00Z");
    assertThat(event(record("2").with("work_start", "2026-03-01 11:59:10")).getAcknowledgedAt())
        .isEqualTo("2026-03-01T11:59:10Z");
  }

  @Test
  void valuesMayBeObjectsAsInTheRestInterface() {
    IncidentEvent event =
        event(
            record("1")
                .with("sys_id", Map.of("display_value", "9c57", "value", "9c57"))
                .with(
                    "opened_at",
                    Map.of("display_value", "01.03.2026 12:58", "value", "2026-03-01 11:58:00"))
                .with("state", Map.of("display_value", "Aufgelöst", "value", "6"))
                .with("caused_by", Map.of("display_value", "CHG0030001", "value", "abc")));
    assertThat(event.getCreatedAt()).isEqualTo("2026-03-01T11:58:00Z");
    assertThat(event.getTransition()).isEqualTo("resolved");
    assertThat(event.getCausedBy()).containsExactly("CHG0030001");
  }

  @Test
  void eachChangeOfARecordIsAnEvent() {
    assertThat(event(record("1")).getId())
        .isEqualTo(event(record("1")).getId())
        .isNotEqualTo(event(record("1").with("sys_mod_count", "4")).getId());
    assertThat(serviceNow.deliveryId(record("1").request())).isEqualTo("9c57 3 update");
  }

  @Test
  void theScriptOfThePageSendsWhatIsRead() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "senders", "servicenow.md"));
    String script = page.replaceFirst("(?s).*?```js\\n(.*?)```.*", "$1");
    // A business rule knows no environment; whoever has one adds it.
    var columns = record("1").without("environment").json().fieldNames();
    assertThat(columns)
        .toIterable()
        .allSatisfy(column -> assertThat(script).contains("\n    " + column + ": "));
  }

  @Test
  void otherTablesAreIgnored() {
    assertThat(Translated.ignored(serviceNow, record("1").with("table", "change_request")))
        .startsWith("change_request");
  }

  @Test
  void whatMustBeThereIsNamed() {
    assertThat(Translated.missing(serviceNow, record("1").without("sys_id")).path())
        .isEqualTo("$.sys_id");
    assertThat(Translated.missing(serviceNow, record("")).path()).isEqualTo("$.state");
    assertThat(Translated.skipped(serviceNow, record("1").with("sys_updated_on", "yesterday")))
        .containsExactly("$.sys_updated_on");
    assertThat(
            serviceNow
                .authenticator()
                .refusal(record("1").header("X-Dorado-Token", "s").request(), List.of("s")))
        .isEmpty();
  }

  private IncidentEvent event(Payload payload) {
    return Translated.event(serviceNow, payload, IncidentEvent.class);
  }
}
