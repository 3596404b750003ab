package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.deliveries.AuditEntry;
import dev.dorado.ingest.IngestServer.Answer;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What ingest keeps of who did something, before it is done. */
class AuditTrailTest {

  private static final String ACTS =
      """
      POST | /api/v1/corrections          | {"action":"exclude","service":"shop","deployment":"d","reason":"r"} | correct
      PUT  | /api/v1/catalog              | {"kind":"Component","metadata":{"name":"shop"}}                     | catalog
      GET  | /api/v1/deliveries?sender=generic&id=d1 |                                                          | read-delivery
      GET  | /api/v1/deliveries/export    |                                                                     | export-deliveries
      POST | /api/v1/deliveries/retry     | {"deliveries":[{"sender":"generic","id":"d1"}]}                     | retry-deliveries
      POST | /api/v1/deliveries/replay    | {"sender":"generic","received_at":"2026-03-01T09:00:00Z","headers":{},"body":"e30="} | replay-deliveries
      POST | /api/v1/rejected/retry       | {"ids":["a"]}                                                       | retry-rejected
      POST | /api/v1/rejected/dismiss     | {"ids":["a"],"reason":"r"}                                          | dismiss-rejected
      """;

  private final RecordingPublisher kafka = new RecordingPublisher();
  private final IngestServer server = IngestServer.withSecrets(kafka);

  @AfterEach
  void close() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = ACTS)
  void whoDoesSomethingIsInTheTrail(String method, String path, String body, String action) {
    send(method, path, body);

    assertThat(kafka.audit)
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.getAction()).isEqualTo(action);
              assertThat(entry.getActor()).isEqualTo("a token of DORADO_ADMIN_TOKENS");
              assertThat(entry.getRole()).isEqualTo("administer");
              assertThat(entry.getOutcome()).isEqualTo("allowed");
              assertThat(entry.getAddress()).isEqualTo("127.0.0.1");
              assertThat(entry.getSubject()).isNotEmpty();
            });
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = ACTS)
  void whatTheTrailCannotKeepIsNotDone(String method, String path, String body, String action) {
    kafka.fail("away");

    Answer answer = send(method, path, body);

    assertThat(answer.status()).as(action).isEqualTo(503);
    assertThat(answer.headers()).containsKey("Retry-After");
    assertThat(kafka.events).isEmpty();
    assertThat(kafka.deliveries).isEmpty();
  }

  @Test
  void aCorrectionIsNamedByItsIdAndNotWrittenTwice() {
    var answer =
        send(
            "POST",
            "/api/v1/corrections",
            "{\"action\":\"exclude\",\"service\":\"shop\",\"deployment\":\"d\",\"reason\":\"a rehearsal\"}");

    AuditEntry entry = kafka.audit.get(0);
    assertThat(entry.getReference()).isEqualTo(answer.body().get("id").asText());
    assertThat(entry.getSubject()).isEqualTo("shop");
    assertThat(entry.toString()).doesNotContain("rehearsal");
  }

  @Test
  void whatIsRefusedForWhatItSaysIsNotInTheTrail() {
    send("PUT", "/api/v1/catalog", "{\"kind\":\"Component\"}");
    send("POST", "/api/v1/corrections", "{}");

    assertThat(kafka.audit).isEmpty();
  }

  @Test
  void whoIsRefusedIsInTheTrailOnceTheRoleEnds() {
    for (int i = 0; i < 500; i++) {
      server.send("PUT", "/api/v1/catalog", Map.of("Authorization", "Bearer wrong"), new byte[0]);
    }
    server.close();

    assertThat(kafka.audit.stream().mapToLong(AuditEntry::getCount).max()).hasValue(500);
    assertThat(kafka.audit).allMatch(entry -> entry.getOutcome().equals("refused"));
    assertThat(kafka.audit).allMatch(entry -> entry.getAction().equals("PUT /api/v1/catalog"));
  }

  private Answer send(String method, String path, String body) {
    return server.send(
        method,
        path,
        Map.of("Authorization", "Bearer " + IngestServer.ADMIN_TOKEN),
        (body == null ? "" : body).getBytes(UTF_8));
  }
}
