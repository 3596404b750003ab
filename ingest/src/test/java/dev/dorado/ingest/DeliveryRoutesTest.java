package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.deliveries.Delivery;
import dev.dorado.ingest.IngestServer.Answer;
import dev.dorado.ingest.senders.GitHubPayloads;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeliveryRoutesTest {

  private static final Map<String, String> ADMIN =
      Map.of("Authorization", "Bearer " + IngestServer.ADMIN_TOKEN);

  private final RecordingPublisher kafka = new RecordingPublisher();
  private final IngestServer server = IngestServer.withSecrets(kafka);

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void aDeadDeliveryIsShownWithItsBodyAndWhyItIsDead() {
    server.github(GitHubPayloads.push().without("ref").header("X-GitHub-Delivery", "d-1"));
    Answer shown = admin("GET", "/api/v1/deliveries?sender=github&id=d-1&offset=7", "");
    assertThat(shown.status()).isEqualTo(200);
    assertThat(shown.body().get("outcome").asText()).isEqualTo("dead");
    assertThat(shown.body().get("reason").asText()).contains("$.ref is missing");
    assertThat(shown.body().get("body").asText()).contains("\"commits\"");
    assertThat(shown.body().at("/headers/x-github-event").asText()).isEqualTo("push");
    assertThat(shown.body().toString().toLowerCase(Locale.ROOT)).doesNotContain("signature");
    assertThat(admin("GET", "/api/v1/deliveries?sender=github&id=none", "").status())
        .isEqualTo(404);
    assertThat(admin("GET", "/api/v1/deliveries?sender=github", "").status()).isEqualTo(400);
  }

  @Test
  void aRetrySaysWhatBecameOfEachAndWhy() {
    server.github(GitHubPayloads.push().without("ref").header("X-GitHub-Delivery", "d-1"));
    // As if the sender's class had been mended since: it is dead for no reason that still holds.
    kafka.deliveries.add(
        Delivery.newBuilder(kept("github", "d-2", GitHubPayloads.push().bytes()))
            .setHeaders(Map.of("x-github-event", "push", "x-github-delivery", "d-2"))
            .build());
    Answer answer =
        admin(
            "POST",
            "/api/v1/deliveries/retry",
            """
            {"deliveries": [{"sender":"github","id":"d-1","offset":1},
              {"sender":"github","id":"d-2"}, {"sender":"github","id":"d-3"}]}""");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body().get("results").findValuesAsText("outcome"))
        .containsExactly("dead", "accepted", "missing");
    assertThat(answer.body().at("/results/0/reason").asText()).contains("$.ref is missing");
    assertThat(answer.body().at("/results/1/id").asText()).isEqualTo("d-2");
    assertThat(kafka.events).hasSize(1);
  }

  @Test
  void whatIsExportedCanBeReplayedAndGivesTheSameEvents() {
    server.github(GitHubPayloads.push().header("X-GitHub-Delivery", "d-1"));
    server.generic(Payload.of("[]"));
    kafka.deliveries.add(kept("generic", "bytes", new byte[] {(byte) 0xff, 1}));
    String lines = text("/api/v1/deliveries/export");
    assertThat(lines.lines()).hasSize(4).last().isEqualTo("{\"exported\":3}");
    assertThat(lines).contains("body_base64").doesNotContain(IngestServer.GENERIC_SECRET);
    var events = List.copyOf(kafka.events);
    kafka.events.clear();
    Answer answer = admin("POST", "/api/v1/deliveries/replay", lines);
    assertThat(answer.body().get("results").findValuesAsText("outcome"))
        .containsExactly("accepted", "dead", "dead");
    assertThat(kafka.events)
        .extracting(event -> event.value().get(0))
        .containsExactlyElementsOf(events.stream().map(event -> event.value().get(0)).toList());
  }

  @Test
  void anExportMayBeOfOneSenderOutcomeOrPeriod() {
    server.github(GitHubPayloads.push().header("X-GitHub-Delivery", "d-1"));
    kafka.deliveries.add(kept("generic", "old", "{}".getBytes(UTF_8)));
    assertThat(text("/api/v1/deliveries/export?sender=github")).endsWith("{\"exported\":1}\n");
    assertThat(text("/api/v1/deliveries/export?outcome=dead")).endsWith("{\"exported\":1}\n");
    assertThat(text("/api/v1/deliveries/export?from=2026-03-01&to=2026-03-02")).contains("old");
    assertThat(text("/api/v1/deliveries/export?to=2026-01-01")).isEqualTo("{\"exported\":0}\n");
  }

  @Test
  void recordingsMayBeWrittenByHandAndAWrongLineIsNamedBeforeAnythingIsTaken() {
    String good =
        """
        {"sender":"generic","headers":{"Content-Type":"application/json"},"body":{"events":[{"kind":"deployment","service":"a","status":"succeeded","finished_at":"2026-03-01T12:00:00Z","sha":"%s"}]}}
        """
            .formatted("a".repeat(40));
    assertThat(replay(good).body().at("/results/0/outcome").asText()).isEqualTo("accepted");
    assertThat(replay(good + "\n{\"sender\":\"generic\"}").detail())
        .contains("line 3", "'body' is missing", "nothing was taken");
    assertThat(replay("nonsense").status()).isEqualTo(400);
    assertThat(
            replay("{\"sender\":\"fax\",\"body\":\"\"}").body().at("/results/0/outcome").asText())
        .isEqualTo("refused");
    assertThat(kafka.events).hasSize(1);
  }

  @Test
  void onlyAnAdministratorMay() {
    for (String path : List.of("", "/export", "?sender=a&id=b")) {
      assertThat(server.send("GET", "/api/v1/deliveries" + path, Map.of(), new byte[0]).status())
          .isEqualTo(401);
    }
    for (String path : List.of("/retry", "/replay")) {
      assertThat(server.send("POST", "/api/v1/deliveries" + path, Map.of(), new byte[0]).status())
          .isEqualTo(401);
    }
    assertThat(server.send("GET", "/api/v1/setup", Map.of(), new byte[0]).status()).isEqualTo(401);
  }

  @Test
  void withoutAnAcknowledgementItMayBeDoneAgain() {
    kafka.deliveries.add(kept("generic", "x", "{}".getBytes(UTF_8)));
    kafka.fail("away");
    assertThat(
            admin(
                    "POST",
                    "/api/v1/deliveries/retry",
                    "{\"deliveries\":[{\"sender\":\"generic\",\"id\":\"x\"}]}")
                .status())
        .isEqualTo(503);
  }

  @Test
  void theSetupSaysWhichSendersHaveASecretAndWhichVariableSetsOne() {
    Answer setup = admin("GET", "/api/v1/setup", "");
    assertThat(setup.body().get("senders"))
        .anySatisfy(
            sender -> {
              assertThat(sender.get("sender").asText()).isEqualTo("github");
              assertThat(sender.get("secrets").asInt()).isEqualTo(2);
              assertThat(sender.get("variable").asText()).isEqualTo("DORADO_SECRETS_GITHUB");
            })
        .anySatisfy(
            sender -> {
              assertThat(sender.get("sender").asText()).isEqualTo("cdevents");
              assertThat(sender.get("secrets").asInt()).isZero();
            });
    assertThat(setup.body().toString()).doesNotContain(IngestServer.GITHUB_SECRET);
  }

  private Answer replay(String lines) {
    return admin("POST", "/api/v1/deliveries/replay", lines);
  }

  private Answer admin(String method, String path, String body) {
    return server.send(method, path, ADMIN, body.getBytes(UTF_8));
  }

  private String text(String path) {
    return server.text(path, ADMIN);
  }

  private static Delivery kept(String sender, String id, byte[] body) {
    return Delivery.newBuilder()
        .setSender(sender)
        .setId(id)
        .setReceivedAt(Instant.parse("2026-03-01T13:00:00Z"))
        .setOutcome("dead")
        .setBody(ByteBuffer.wrap(body))
        .build();
  }
}
