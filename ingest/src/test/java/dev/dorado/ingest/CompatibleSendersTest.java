package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.senders.CompatibleSender;
import dev.dorado.ingest.senders.Senders;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What clients of other products are answered when they post to the paths that they know. */
class CompatibleSendersTest {

  private static final String DEPLOYMENT = "/api/v2/dora/deployment";
  private static final Map<String, String> KEY =
      Map.of("DD-API-KEY", "dd-secret", "Content-Type", "application/json");
  private static final String BODY =
      """
      {"data": {"attributes": {"service": "checkout", "started_at": 1772366400000000000,
        "finished_at": 1772366700000000000}}}
      """;

  private final RecordingPublisher kafka = new RecordingPublisher();
  private final IngestServer server = IngestServer.start(config(), kafka, false);

  @AfterEach
  void close() {
    server.close();
  }

  private static Config config() {
    return IngestServer.config(
        Map.of(
            "dorado.ingest.secrets.datadog-dora", "dd-secret",
            "dorado.ingest.secrets.devlake", "devlake-secret",
            "dorado.ingest.secrets.sleuth", "sleuth-secret"));
  }

  static List<CompatibleSender> compatible() {
    return Senders.all(IngestSettings.from(IngestServer.config(Map.of())).senders())
        .compatible()
        .toList();
  }

  @Test
  void aRequestIsAnsweredAsTheProductDoesOnceKafkaHasAcknowledged() throws Exception {
    kafka.hold();
    var answer = CompletableFuture.supplyAsync(() -> post(DEPLOYMENT, KEY, BODY));
    await().atMost(Duration.ofSeconds(60)).until(() -> kafka.waiting() == 1);
    assertThat(answer).isNotDone();
    kafka.acknowledge();
    var answered = answer.get(60, TimeUnit.SECONDS);
    assertThat(answered.status()).isEqualTo(202);
    assertThat(answered.body().at("/data/type").asText()).isEqualTo("dora_deployment");
    assertThat(answered.body().at("/data/id").asText()).isNotEmpty();
    assertThat(answered.body().at("/meta/accepted").asInt()).isOne();
    assertThat(kafka.events).hasSize(1);
  }

  @Test
  void thePathIsKeptWithTheDeliveryAndTheKeyIsNot() {
    post(DEPLOYMENT, with(KEY, CompatibleSender.PATH_HEADER, "/api/v2/dora/failure"), BODY);
    var kept = kafka.deliveries.get(0);
    assertThat(kept.getSender()).isEqualTo("datadog-dora");
    assertThat(kept.getKind()).isEqualTo("deployment");
    assertThat(kept.getHeaders())
        .containsEntry("x-dorado-path", DEPLOYMENT)
        .doesNotContainKey("dd-api-key");
    assertThat(kept.getBody().array()).isEqualTo(BODY.getBytes(UTF_8));
  }

  @Test
  void aKeptDeliveryIsTranslatedAgainToTheSameEvents() {
    post(DEPLOYMENT, KEY, BODY);
    var sender = compatible().stream().filter(s -> s.name().equals("datadog-dora")).findFirst();
    var again =
        new KeptDelivery(kafka.deliveries.get(0), sender.orElseThrow())
            .translate(1, Duration.ofDays(1));
    assertThat(again.understood()).isTrue();
    assertThat(again.events())
        .extracting(CompatibleSendersTest::idOf)
        .isEqualTo(kafka.events.stream().map(CompatibleSendersTest::idOf).toList());
  }

  @Test
  void historyIsMarkedAsImported() {
    assertThat(post(DEPLOYMENT, with(KEY, "X-Dorado-Origin", "backfill"), BODY).status())
        .isEqualTo(202);
    assertThat(((DeploymentEvent) kafka.events.get(0).value()).getProvenance().getOrigin())
        .isEqualTo("backfill");
  }

  @Test
  void aProxyThatPassesOnWebhooksOnlyStatesThePath() {
    String address = "/webhooks/datadog-dora";
    var answer = post(address, with(KEY, CompatibleSender.PATH_HEADER, DEPLOYMENT), BODY);
    assertThat(answer.body()).isEqualTo(Payload.of("{\"accepted\":1}").json());
    var refused = post(address, KEY, BODY);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.detail()).startsWith("the header X-Dorado-Path is missing");
  }

  @Test
  void whatIsMissingIsAnsweredWithItsPathAndKeptAsDead() {
    var answer = post(DEPLOYMENT, KEY, "{\"data\": {\"attributes\": {}}}");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body().get("field").asText()).isEqualTo("$.data.attributes.service");
    assertThat(kafka.deliveries.get(0).getOutcome()).isEqualTo("dead");
    assertThat(kafka.events).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("compatible")
  void withoutASecretNobodyIsLetInAtAnyPath(CompatibleSender sender) {
    try (var closed = IngestServer.start(IngestServer.config(Map.of()), kafka, false)) {
      for (String template : sender.paths().templates()) {
        String path = template.replaceAll("\\{[a-z]+}", "x");
        var answer = closed.send("POST", path, Map.of(), BODY.getBytes(UTF_8));
        assertThat(answer.status()).as(path).isEqualTo(403);
        assertThat(answer.body().get("variable").asText())
            .isEqualTo(SenderSecrets.variable(sender.name()));
      }
    }
    assertThat(kafka.deliveries).isEmpty();
  }

  @Test
  void aRequestWithoutABodyIsTakenWhereThePathSaysAll() {
    String path = "/api/rest/plugins/webhook/1/issue/OPS%2F9/close";
    Map<String, String> key = Map.of("Authorization", "Bearer devlake-secret");
    var answer = post(path, key, "");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body().at("/meta/accepted").asInt()).isOne();
    assertThat(kafka.deliveries.get(0).getHeaders()).containsEntry("x-dorado-path", path);
    post("/api/rest/plugins/webhook/1/issue/OPS-8/close", key, "");
    assertThat(kafka.deliveries.get(1).getId()).isNotEqualTo(kafka.deliveries.get(0).getId());
  }

  @Test
  void aSecretInABodyIsTakenAndNotKept() {
    String path = "/api/1/deployments/acme/checkout/register_deploy";
    var answer = post(path, Map.of(), "{\"sha\":\"abcdef1\",\"api_key\":\"sleuth-secret\"}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body().toString()).doesNotContain("sleuth-secret");
    assertThat(post(path, Map.of(), "sha=abcdef2&api_key=sleuth-secret").status()).isEqualTo(200);
    assertThat(kafka.deliveries).hasSize(2);
    assertThat(kafka.deliveries.toString()).doesNotContain("sleuth-secret");
    assertThat(post(path, Map.of(), "sha=abcdef2&api_key=other").status()).isEqualTo(401);
    assertThat(kafka.deliveries).hasSize(2);
  }

  @Test
  void anotherKeyIsRefusedAndCounted() {
    var answer = post(DEPLOYMENT, Map.of("DD-API-KEY", "wrong"), BODY);
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.detail()).contains("DORADO_SECRETS_DATADOG_DORA");
    assertThat(kafka.deliveries).isEmpty();
    assertThat(server.counted("dorado_ingest_refused_total", "sender=\"datadog-dora\"")).isOne();
  }

  @Test
  void theRateOfTheSenderIsThatOfAllItsPaths() {
    Map<String, String> bound = new HashMap<>();
    bound.put("dorado.ingest.secrets.datadog-dora", "dd-secret");
    bound.put("dorado.ingest.rate-by-sender", "0.001");
    try (var slow = IngestServer.start(IngestServer.config(bound), kafka, false)) {
      assertThat(slow.send("POST", DEPLOYMENT, KEY, BODY.getBytes(UTF_8)).status()).isEqualTo(202);
      var answer = slow.send("POST", "/api/v2/dora/failure", KEY, BODY.getBytes(UTF_8));
      assertThat(answer.status()).isEqualTo(429);
      assertThat(answer.headers()).containsEntry("Retry-After", "1");
    }
  }

  @Test
  void aWebPageOfAnotherOriginCannotPostEither() {
    var answer = post(DEPLOYMENT, with(KEY, "Origin", "https://evil.example"), BODY);
    assertThat(answer.status()).isEqualTo(403);
    assertThat(kafka.deliveries).isEmpty();
  }

  private static String idOf(CanonicalEvent<?> event) {
    return ((DeploymentEvent) event.value()).getId();
  }

  private IngestServer.Answer post(String path, Map<String, String> headers, String body) {
    return server.send("POST", path, headers, body.getBytes(UTF_8));
  }

  private static Map<String, String> with(Map<String, String> headers, String name, String value) {
    Map<String, String> all = new HashMap<>(headers);
    all.put(name, value);
    return all;
  }
}
