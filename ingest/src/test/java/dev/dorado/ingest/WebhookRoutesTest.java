package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.dorado.deliveries.Refusals;
import dev.dorado.ingest.auth.HmacAuthenticator;
import dev.dorado.ingest.senders.GitHubPayloads;
import dev.dorado.schemas.Topics;
import dev.dorado.server.AccessRole;
import dev.dorado.server.TokenFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookRoutesTest {

  private static final Payload PUSH = GitHubPayloads.push().header("X-GitHub-Delivery", "d-1");

  private final RecordingPublisher kafka = new RecordingPublisher();
  private final IngestServer server = IngestServer.withSecrets(kafka);

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void anAuthenticDeliveryIsAcceptedWithItsEvents() {
    var answer = server.github(PUSH);
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.body()).isEqualTo(Payload.of("{\"accepted\":1}").json());
    assertThat(kafka.events).hasSize(1);
    assertThat(server.counted("dorado_ingest_deliveries_total", "sender=\"github\"")).isOne();
  }

  @Test
  void theDeliveryIsKeptAsItCameWithItsOutcome() {
    server.github(PUSH.header("User-Agent", "GitHub-Hookshot/1").header("X-Other", "x"));
    assertThat(kafka.deliveries).hasSize(1);
    var delivery = kafka.deliveries.get(0);
    assertThat(delivery.getSender()).isEqualTo("github");
    assertThat(delivery.getId()).isEqualTo("d-1");
    assertThat(delivery.getOutcome()).isEqualTo("accepted");
    assertThat(delivery.getKind()).isEqualTo("push");
    assertThat(delivery.getRepository()).isEqualTo("github.com/acme/shop");
    assertThat(delivery.getEvents()).isEqualTo(1);
    assertThat(delivery.getOccurredAt()).isEqualTo("2026-03-01T12:00:00Z");
    assertThat(delivery.getBody().array()).isEqualTo(PUSH.bytes());
    assertThat(delivery.getHeaders())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "content-type", "application/json",
                "user-agent", "GitHub-Hookshot/1",
                "x-github-event", "push",
                "x-github-delivery", "d-1"));
  }

  @Test
  void anIgnoredDeliveryIsAcceptedWithTheReasonAndKept() {
    var answer = server.github(GitHubPayloads.ping());
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.body()).isEqualTo(Payload.of("{\"accepted\":0,\"ignored\":\"ping\"}").json());
    assertThat(kafka.deliveries.get(0).getOutcome()).isEqualTo("ignored");
    assertThat(kafka.deliveries.get(0).getReason()).isEqualTo("ping");
  }

  @Test
  void theAnswerWaitsForTheAcknowledgement() throws Exception {
    kafka.hold();
    var answer = CompletableFuture.supplyAsync(() -> server.github(PUSH));
    await().atMost(Duration.ofSeconds(60)).until(() -> kafka.waiting() == 1);
    assertThat(answer).isNotDone();
    kafka.acknowledge();
    assertThat(answer.get(60, TimeUnit.SECONDS).status()).isEqualTo(202);
  }

  @Test
  void withoutAnAcknowledgementTheSenderMayTryAgainLater() {
    kafka.fail("Kafka at broker:9092 has not acknowledged: too slow");
    var answer = server.github(PUSH);
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.headers()).containsEntry("Retry-After", "5");
    assertThat(answer.headers().get("Content-Type")).startsWith("application/problem+json");
    assertThat(answer.detail()).contains("broker:9092").contains("sent again");
    assertThat(server.counted("dorado_ingest_deliveries_total", "outcome=\"unacknowledged\""))
        .isOne();
  }

  @Test
  void anUnsignedDeliveryIsRefusedWithWhatToDo() {
    var answer = server.post("github", PUSH);
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.detail())
        .contains("the X-Hub-Signature-256 header is missing")
        .contains("set a secret in the webhook's settings on GitHub");
    assertThat(kafka.deliveries).isEmpty();
    assertThat(server.counted("dorado_ingest_refused_total", "reason=\"signature\"")).isOne();
  }

  @Test
  void aDeliveryThatIsSignedWithAnotherSecretIsRefused() {
    var answer =
        server.post("github", PUSH.header("X-Hub-Signature-256", "sha256=" + "0".repeat(64)));
    assertThat(answer.status()).isEqualTo(401);
    assertThat(kafka.deliveries).isEmpty();
  }

  @Test
  void aSenderThatDoesNotSignSendsItsSecret() {
    var events = Payload.of("{\"events\":[]}");
    assertThat(server.generic(events).status()).isEqualTo(202);
    var refused = server.post("generic", events.header("X-Dorado-Token", "wrong"));
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.detail()).contains("DORADO_SECRETS_GENERIC");
  }

  @Test
  void aSenderWithoutASecretIsRefusedWithTheVariableToSet() {
    var answer = server.post("cdevents", Payload.of("{}"));
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.body().get("variable").asText()).isEqualTo("DORADO_SECRETS_CDEVENTS");
    assertThat(answer.detail()).contains("DORADO_SECRETS_CDEVENTS");
    assertThat(server.counted("dorado_ingest_refused_total", "reason=\"no-secret\"")).isOne();
  }

  @Test
  void aDeliveryAtTheAddressOfAnotherForgeIsToldItsOwn() {
    var answer = server.post("github", PUSH.header("X-Gitea-Event", "push"));
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.detail()).contains("the delivery is from gitea", "/webhooks/gitea");
  }

  @Test
  void anUnknownSenderIsAnsweredWithTheKnownOnes() {
    var answer = server.post("gitthub", Payload.of("{}"));
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.detail())
        .startsWith("there is no sender 'gitthub': expected one of ")
        .contains(", github,");
    assertThat(server.counted("dorado_ingest_refused_total", "sender=\"unknown\"")).isOne();
  }

  @Test
  void whatLacksAFieldIsAnsweredWithItsPathAndKeptAsDead() {
    var answer = server.github(PUSH.without("repository"));
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body().get("field").asText()).isEqualTo("$.repository");
    assertThat(answer.body().get("expected").asText()).isEqualTo("a JSON object");
    assertThat(answer.body().get("delivery").asText()).isEqualTo("d-1");
    assertThat(kafka.deliveries.get(0).getOutcome()).isEqualTo("dead");
    assertThat(kafka.deliveries.get(0).getReason())
        .isEqualTo("$.repository is missing: expected a JSON object");
    assertThat(kafka.events).isEmpty();
  }

  @Test
  void ofSeveralEventsThoseThatAreWrongAreNamedInTheAnswerAndInTheKeptDelivery() {
    var answer =
        server.generic(
            Payload.of(
                """
                {"events": [
                  {"kind": "incident", "id": "1", "service": "a", "started_at": "2026-03-01T12:00:00Z"},
                  {"kind": "incident", "id": "2", "service": "a"}]}
                """));
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.body().get("accepted").asInt()).isOne();
    var skipped = answer.body().get("skipped");
    assertThat(skipped).hasSize(1);
    assertThat(skipped.get(0).get("field").asText()).isEqualTo("$.events[1].started_at");
    assertThat(skipped.get(0).get("detail").asText())
        .contains("is missing: expected when the impact began");
    assertThat(kafka.events).hasSize(1);
    var delivery = kafka.deliveries.get(0);
    assertThat(delivery.getOutcome()).isEqualTo("accepted");
    assertThat(delivery.getReason()).startsWith("skipped: $.events[1].started_at is missing");
  }

  @Test
  void aTypoIsAnsweredWithTheNameThatWasMeant() {
    var answer =
        server.generic(
            Payload.of(
                """
                {"events": [{"kind": "deployment", "service": "a", "enviroment": "staging",
                  "version": "1", "status": "succeeded", "finished_at": "2026-03-01T12:00:00Z"}]}
                """));
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body().get("field").asText()).isEqualTo("$.events[0].enviroment");
    assertThat(answer.body().get("did_you_mean").asText()).isEqualTo("environment");
    assertThat(kafka.events).isEmpty();
    assertThat(kafka.deliveries.get(0).getOutcome()).isEqualTo("dead");
  }

  @Test
  void aBodyThatIsNoJsonIsMalformedAndKeptAsDead() {
    byte[] body = "{\"ref\":".getBytes(UTF_8);
    String signature = "sha256=" + HmacAuthenticator.hex("previous", body);
    var answer =
        server.send(
            "POST",
            "/webhooks/github",
            Map.of("X-GitHub-Event", "push", "X-Hub-Signature-256", signature),
            body);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.detail()).startsWith("the body is not JSON");
    assertThat(kafka.deliveries.get(0).getOutcome()).isEqualTo("dead");
    assertThat(kafka.deliveries.get(0).getBody().array()).isEqualTo(body);
  }

  @Test
  void aSenderThatIsSetToLenientGets202ForWhatLacksAField() {
    var changes = new HashMap<>(IngestServer.secrets());
    changes.put("dorado.ingest.lenient-senders", "github");
    try (var lenient = IngestServer.start(IngestServer.config(changes), kafka, false)) {
      var answer = lenient.github(PUSH.without("ref"));
      assertThat(answer.status()).isEqualTo(202);
      assertThat(answer.body().get("accepted").asInt()).isZero();
      assertThat(answer.body().get("ignored").asText()).contains("$.ref is missing");
      assertThat(kafka.deliveries.get(0).getOutcome()).isEqualTo("dead");
    }
  }

  @Test
  void aBodyOfTooManyElementsIsRefusedWithTheBoundAndKept() {
    var answer = server.generic(Payload.of("{\"events\":[" + "{},".repeat(600_000) + "{}]}"));

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.detail()).contains("more than 1000000 elements", "send it in parts");
    assertThat(answer.body().get("limit").asLong()).isEqualTo(1_000_000);
    assertThat(kafka.deliveries.get(0).getOutcome()).isEqualTo("dead");
  }

  @Test
  void whatTheServerRefusesIsCountedWithTheSender() {
    Map<String, String> bounds = new HashMap<>(IngestServer.secrets());
    bounds.put("dorado.server.bodies-in-memory", "1000");
    bounds.put("dorado.server.body-window", "50ms");
    var refused = new RecordingPublisher();
    try (var small = IngestServer.start(IngestServer.config(bounds), refused, false)) {
      for (String sender : List.of("github", "nobody", "nobody2")) {
        var answer = small.postLengthAlone("/webhooks/" + sender, 1001);
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.detail()).contains("1001 bytes", "dorado.server.bodies-in-memory");
      }
      assertThat(small.postLengthAlone("/webhooks/generic", 10).status()).isEqualTo(408);
      assertThat(small.postLengthAlone("/api/v1/catalog", 10).status()).isEqualTo(408);
    }
    assertThat(refused.refusals)
        .extracting(Refusals::getSender, Refusals::getReason, Refusals::getCount)
        .contains(
            tuple("github", "size", 1L), tuple("unknown", "size", 2L), tuple("generic", "slow", 1L))
        .allMatch(row -> !row.toList().get(0).equals("nobody"));
    assertThat(refused.refusals).filteredOn(row -> row.getReason().equals("slow")).hasSize(1);
  }

  @Test
  void aBodyThatIsTooLongIsRefusedBeforeItIsRead() {
    var answer = server.postLengthAlone("/webhooks/github", Topics.MAX_DELIVERY_BYTES + 1);
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.body().get("limit").asInt()).isEqualTo(Topics.MAX_DELIVERY_BYTES);
    assertThat(server.counted("dorado_ingest_refused_total", "reason=\"size\"")).isOne();
  }

  @Test
  void aBodyThatDoesNotSayHowLongItIsIsRefusedToo() {
    var endless =
        HttpRequest.BodyPublishers.ofInputStream(
            () -> new ByteArrayInputStream(new byte[Topics.MAX_DELIVERY_BYTES + 1]));
    assertThat(server.send("POST", "/webhooks/github", Map.of(), endless).status()).isEqualTo(413);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "PATCH", "DELETE"})
  void anotherMethodIsToldToPost(String method) {
    var answer = server.send(method, "/webhooks/github", Map.of(), new byte[0]);
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.headers()).containsEntry("Allow", "POST");
    assertThat(answer.detail()).contains("come here by POST");
  }

  @Test
  void inOpenModeALocalSenderNeedsNoSecret() {
    try (var open = IngestServer.open(kafka)) {
      assertThat(open.post("github", PUSH).status()).isEqualTo(202);
      assertThat(open.post("cdevents", Payload.of("{}")).status()).isEqualTo(422);
    }
  }

  @Test
  void inOpenModeWhatWasForwardedNeedsASecret() {
    try (var open = IngestServer.open(kafka)) {
      assertThat(open.post("github", PUSH.header("X-Forwarded-For", "203.0.113.1")).status())
          .isEqualTo(403);
    }
  }

  @Test
  void inOpenModeASecretThatIsSetUpIsAskedFor() {
    var config = IngestServer.config(IngestServer.secrets());
    try (var open = IngestServer.start(config, kafka, true)) {
      assertThat(open.post("github", PUSH).status()).isEqualTo(401);
      assertThat(open.post("cdevents", Payload.of("{}")).status()).isEqualTo(422);
    }
  }

  @Test
  void aWrongNameAmongTheLenientSendersIsRefusedAtTheStart() {
    var config = IngestServer.config(Map.of("dorado.ingest.lenient-senders", "pagerdutty"));
    assertThatThrownBy(() -> IngestServer.start(config, kafka, false))
        .hasMessageContaining("dorado.ingest.lenient-senders")
        .hasMessageContaining("pagerdutty");
  }

  @Test
  void aTokenThatMaySendIsTakenInPlaceOfASecretThatIsNotASignature(@TempDir Path folder)
      throws IOException {
    var file = new TokenFile(folder.resolve("tokens.json"), Clock.systemUTC());
    String send = file.create("ci", AccessRole.SEND, Optional.empty()).secret();
    String read = file.create("grafana", AccessRole.READ, Optional.empty()).secret();
    var config =
        IngestServer.config(
            Map.of(
                "dorado.access.tokens-file",
                folder.resolve("tokens.json").toString(),
                "dorado.ingest.secrets.generic",
                IngestServer.GENERIC_SECRET));
    try (var closed = IngestServer.start(config, kafka, false)) {
      assertThat(statusOf(closed, "generic", send)).isEqualTo(202);
      assertThat(statusOf(closed, "generic", IngestServer.GENERIC_SECRET)).isEqualTo(202);
      assertThat(statusOf(closed, "generic", read)).isEqualTo(401);
      // No secret of its own is set up for it.
      assertThat(statusOf(closed, "cdevents", send)).isNotIn(401, 403);
      assertThat(statusOf(closed, "cdevents", read)).isEqualTo(403);
      // It signs.
      assertThat(statusOf(closed, "github", send)).isEqualTo(403);
    }
  }

  /** One delivery in a hundred seconds: the second is beyond it, however slow the machine is. */
  @ParameterizedTest
  @ValueSource(strings = {"rate-by-sender", "rate-by-address"})
  void beyondARateADeliveryIsAnswered429AndComesLater(String setting) {
    Map<String, String> settings = new HashMap<>(IngestServer.secrets());
    settings.put("dorado.ingest." + setting, "0.01");
    settings.put("dorado.server.proxies", "");
    try (var server = IngestServer.start(IngestServer.config(settings), kafka, false)) {
      assertThat(server.github(PUSH).status()).isEqualTo(202);

      var answer = server.github(PUSH);

      assertThat(answer.status()).isEqualTo(429);
      assertThat(answer.detail()).contains(setting);
      assertThat(answer.headers()).containsEntry("retry-after", "1");
      assertThat(server.counted("dorado_ingest_refused_total", "reason=\"rate\"")).isOne();
    }
  }

  @Test
  void aFloodOfOneSenderOrOfForgedDeliveriesLeavesOthersTheirRate() {
    Map<String, String> settings = new HashMap<>(IngestServer.secrets());
    settings.put("dorado.ingest.rate-by-sender", "0.01");
    try (var server = IngestServer.start(IngestServer.config(settings), kafka, false)) {
      for (int i = 0; i < 20; i++) {
        assertThat(server.post("github", PUSH).status()).isEqualTo(401);
      }
      assertThat(server.github(PUSH).status()).isEqualTo(202);
      assertThat(server.github(PUSH).status()).isEqualTo(429);
      assertThat(statusOf(server, "generic", IngestServer.GENERIC_SECRET)).isEqualTo(202);
    }
  }

  @Test
  void aSecretInAFileIsReplacedWithoutARestart(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("generic"), "old");
    var config = IngestServer.config(Map.of("dorado.ingest.secrets.generic-file", file.toString()));
    try (var server = IngestServer.start(config, kafka, false)) {
      assertThat(statusOf(server, "generic", "old")).isEqualTo(202);

      Files.writeString(file, "another");

      assertThat(statusOf(server, "generic", "another")).isEqualTo(202);
      assertThat(statusOf(server, "generic", "old")).isEqualTo(401);
    }
  }

  private static int statusOf(IngestServer server, String sender, String token) {
    return server
        .post(
            sender,
            Payload.of(
                    """
                    {"events":[{"kind":"deployment","id":"d","service":"s","environment":"production",
                     "status":"succeeded","version":"1","finished_at":"2026-01-05T10:10:00Z"}]}
                    """)
                .header("Authorization", "Bearer " + token))
        .status();
  }
}
