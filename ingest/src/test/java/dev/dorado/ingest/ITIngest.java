package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import dev.dorado.deliveries.Delivery;
import dev.dorado.embedded.EmbeddedKafka;
import dev.dorado.embedded.KafkaExtension;
import dev.dorado.embedded.RegistryExtension;
import dev.dorado.ingest.DeliveryArchive.Place;
import dev.dorado.ingest.senders.GitHubPayloads;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topics;
import dev.dorado.server.Check;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The ingest role on a real broker and registry: what is answered is in Kafka. */
class ITIngest {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();
  @RegisterExtension static final RegistryExtension REGISTRY = new RegistryExtension();

  private static TopicsForTests topics;

  @BeforeAll
  static void setUp() throws Exception {
    topics = new TopicsForTests(Connections.from(config(KAFKA.bootstrapServers())));
    topics.create();
  }

  @Test
  void whatIsAcceptedIsInKafkaByteForByte() {
    Payload push = GitHubPayloads.push().header("X-GitHub-Delivery", "it-push");
    try (var server = server(KAFKA.bootstrapServers())) {
      assertThat(server.github(push).status()).isEqualTo(202);
    }
    Delivery delivery = delivery("github/it-push");
    assertThat(delivery.getOutcome()).isEqualTo("accepted");
    byte[] body = new byte[delivery.getBody().remaining()];
    delivery.getBody().get(body);
    assertThat(body).isEqualTo(push.bytes());
    assertThat(topics.read(Topics.PUSHES))
        .filteredOn(event -> event.value().getProvenance().getDelivery().equals("it-push"))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.key()).isEqualTo("github.com/acme/shop");
              assertThat(event.value().getCommits()).hasSize(2);
              assertThat(event.value().getPushedAt()).isEqualTo("2026-03-01T12:00:00Z");
            });
  }

  @Test
  void eachKindOfEventGoesToItsTopic() {
    try (var server = server(KAFKA.bootstrapServers())) {
      assertThat(server.github(GitHubPayloads.pullRequest("opened")).status()).isEqualTo(202);
      assertThat(server.github(GitHubPayloads.deploymentStatus("success")).status()).isEqualTo(202);
      assertThat(server.github(GitHubPayloads.workflowRun("completed")).status()).isEqualTo(202);
      assertThat(server.github(GitHubPayloads.issue("opened")).status()).isEqualTo(202);
      assertThat(server.putCatalog("kind: Component\nmetadata: {name: checkout}\n").status())
          .isEqualTo(202);
      assertThat(
              server
                  .send(
                      "POST",
                      "/api/v1/corrections",
                      Map.of("Authorization", "Bearer " + IngestServer.ADMIN_TOKEN),
                      "{\"action\":\"exclude\",\"service\":\"s\",\"deployment\":\"d\",\"reason\":\"r\"}"
                          .getBytes(UTF_8))
                  .status())
          .isEqualTo(202);
      assertThat(server.counted("dorado_ingest_events_total")).isEqualTo(6);
      assertThat(server.counted("dorado_ingest_deliveries_total", "accepted")).isEqualTo(4);
    }
    assertThat(topics.read(Topics.PULL_REQUESTS)).isNotEmpty();
    assertThat(topics.read(Topics.DEPLOYMENTS)).isNotEmpty();
    assertThat(topics.read(Topics.CI_RUNS)).isNotEmpty();
    assertThat(topics.read(Topics.INCIDENTS)).isNotEmpty();
    assertThat(topics.read(Topics.CORRECTIONS)).isNotEmpty();
    assertThat(topics.read(Topics.AUDIT))
        .extracting(entry -> entry.value().getAction())
        .contains("catalog", "correct");
    assertThat(topics.read(Topics.CATALOG)).extracting(ConsumerRecord::key).contains("checkout");
  }

  @Test
  void whatLacksAFieldOrIsNoJsonIsKeptAsDeadUntilARetryWorks() {
    Payload push = GitHubPayloads.push().header("X-GitHub-Delivery", "it-dead");
    try (var server = server(KAFKA.bootstrapServers())) {
      assertThat(server.github(push.without("ref")).status()).isEqualTo(422);
      assertThat(delivery("github/it-dead").getOutcome()).isEqualTo("dead");
      assertThat(delivery("github/it-dead").getReason()).contains("$.ref is missing");
      assertThat(server.github(push).status()).isEqualTo(202);
      assertThat(delivery("github/it-dead").getOutcome()).isEqualTo("accepted");
      var malformed =
          server.send(
              "POST",
              "/webhooks/generic",
              Map.of("X-Dorado-Token", IngestServer.GENERIC_SECRET),
              "no json".getBytes(UTF_8));
      assertThat(malformed.status()).isEqualTo(400);
      String id = malformed.body().get("delivery").asText();
      assertThat(delivery("generic/" + id).getOutcome()).isEqualTo("dead");
    }
  }

  @Test
  void aDeadDeliveryMayBeRetriedFromItsTopic() {
    Payload unknown = Payload.of("{}").header("X-GitHub-Delivery", "it-retry");
    try (var server = server(KAFKA.bootstrapServers());
        var role = role(config(KAFKA.bootstrapServers()))) {
      assertThat(server.github(unknown).status()).isEqualTo(400);
      Delivery dead = delivery("github/it-retry");
      assertThat(role.retry(dead).join()).isEqualTo("dead");
      Delivery mended =
          Delivery.newBuilder(dead)
              .setHeaders(Map.of("x-github-event", "ping", "x-github-delivery", "it-retry"))
              .build();
      assertThat(role.retry(mended).join()).isEqualTo("ignored");
      assertThat(delivery("github/it-retry").getOutcome()).isEqualTo("ignored");
      theArchiveFindsItWhateverOneKnowsOfItsPlace();
    }
  }

  @Test
  void theLongestDeliveryThereIsFits() {
    byte[] noise = new byte[Topics.MAX_DELIVERY_BYTES];
    new Random(1).nextBytes(noise);
    // The producer of bulk has the same sizes, and waits as long as a busy machine needs.
    var config = config(KAFKA.bootstrapServers());
    var patient =
        new KafkaPublisher(
            Connections.from(config),
            IngestSettings.from(config),
            new IngestMetrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)),
            KafkaPublisher.Pace.BULK);
    try (var server = IngestServer.start(config, patient, false)) {
      var headers = Map.of("X-Dorado-Token", IngestServer.GENERIC_SECRET);
      var answer = server.send("POST", "/webhooks/generic", headers, noise);
      assertThat(answer.status()).isEqualTo(400);
      String id = answer.body().get("delivery").asText();
      assertThat(delivery("generic/" + id).getBody().remaining()).isEqualTo(noise.length);
      assertThat(server.postLengthAlone("/webhooks/generic", noise.length + 1).status())
          .isEqualTo(413);
    }
  }

  @Test
  void refusalsAreCountedInKafka() {
    try (var server = server(KAFKA.bootstrapServers())) {
      for (int i = 0; i < 3; i++) {
        assertThat(server.post("github", GitHubPayloads.push()).status()).isEqualTo(401);
      }
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () ->
                  assertThat(topics.read(Topics.REFUSALS))
                      .anySatisfy(
                          row -> {
                            assertThat(row.value().getSender()).isEqualTo("github");
                            assertThat(row.value().getReason()).isEqualTo("signature");
                            assertThat(row.value().getCount()).isPositive();
                            assertThat(row.value().getDetail())
                                .contains("X-Hub-Signature-256 header is missing");
                          }));
    }
  }

  @Test
  void theChecksAreWellWhereAllIsSetUp() {
    try (var role = role(config(KAFKA.bootstrapServers()))) {
      assertThat(role.checks())
          .extracting(Check::run)
          .extracting(Check.Result::name, Check.Result::problem)
          .containsExactly(tuple("kafka", null), tuple("schema-registry", null));
    }
  }

  @Test
  void whereKafkaIsNotThereTheSenderIsToldToComeBackAndTheChecksSayWhy() {
    var config = config("127.0.0.1:1");
    try (var role = role(config)) {
      List<String> problems = role.checks().stream().map(check -> check.run().problem()).toList();
      assertThat(problems.get(0)).contains("127.0.0.1:1");
      assertThat(problems.get(1)).isNull();
    }
    try (var server = server("127.0.0.1:1")) {
      var answer = server.github(GitHubPayloads.push());
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.headers()).containsKey("Retry-After");
      assertThat(answer.detail()).contains("127.0.0.1:1");
    }
  }

  @Test
  void whereTheRegistryIsNotThereTheSenderIsToldToComeBack() {
    Map<String, String> changes = new HashMap<>(settings(KAFKA.bootstrapServers()));
    changes.put("dorado.registry.url", "http://127.0.0.1:1");
    try (var server = server(IngestServer.config(changes))) {
      assertThat(server.github(GitHubPayloads.push()).status()).isEqualTo(503);
    }
    try (var role = role(IngestServer.config(changes))) {
      assertThat(role.checks().get(1).run().problem()).contains("http://127.0.0.1:1");
    }
  }

  @Test
  void whereTheRegistryHangsEverySenderIsToldToComeBackBeforeItGivesUp() throws Exception {
    // The system accepts for a socket that listens; nobody reads.
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Map<String, String> changes = new HashMap<>(settings(KAFKA.bootstrapServers()));
      changes.put("dorado.registry.url", "http://127.0.0.1:" + silent.getLocalPort());
      try (var server = server(IngestServer.config(changes))) {
        List<CompletableFuture<IngestServer.Answer>> answers =
            Stream.generate(
                    () ->
                        CompletableFuture.supplyAsync(
                            () -> server.github(GitHubPayloads.push()),
                            task -> new Thread(task).start()))
                .limit(5)
                .toList();
        for (var answer : answers) {
          assertThat(answer.get(60, TimeUnit.SECONDS).status()).isEqualTo(503);
        }
      }
    }
  }

  @Test
  void aBrokerThatStopsAndComesBackLosesNothingThatWasAccepted(@TempDir Path folder)
      throws Exception {
    var broker = EmbeddedKafka.start(folder, 0);
    String address = broker.bootstrapServers();
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    try (var server = server(address)) {
      try (var role = role(config(address))) {
        assertThat(role.checks().get(0).run().problem())
            .contains(address, "dorado.deliveries", "run './dorado migrate'");
      }
      new TopicsForTests(Connections.from(config(address))).create();
      Payload push = GitHubPayloads.push();
      assertThat(server.github(push.header("X-GitHub-Delivery", "before")).status()).isEqualTo(202);
      broker.close();
      assertThat(server.github(push.header("X-GitHub-Delivery", "during")).status()).isEqualTo(503);
      broker = EmbeddedKafka.start(folder, port);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> server.github(push.header("X-GitHub-Delivery", "after")).status() == 202);
      assertThat(new TopicsForTests(Connections.from(config(address))).read(Topics.DELIVERIES))
          .extracting(ConsumerRecord::key)
          .contains("github/before", "github/after");
    } finally {
      broker.close();
    }
  }

  private static Delivery delivery(String key) {
    return topics.read(Topics.DELIVERIES).stream()
        .filter(record -> record.key().equals(key))
        .reduce((earlier, later) -> later)
        .orElseThrow()
        .value();
  }

  @Test
  void aPolledCatalogIsToldOfOnceHoweverOftenIngestStarts(@TempDir Path folder) throws Exception {
    Files.writeString(
        folder.resolve("catalog-info.yaml"), "kind: Component\nmetadata: {name: polled}\n");
    var settings = new HashMap<>(Map.of("dorado.ingest.catalog.git.folder", folder.toString()));
    settings.put("dorado.kafka.bootstrap-servers", KAFKA.bootstrapServers());
    settings.put("dorado.registry.url", REGISTRY.url());
    settings.put("dorado.admin.tokens", IngestServer.ADMIN_TOKEN);
    for (int start = 0; start < 2; start++) {
      var metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      Config config = IngestServer.config(settings);
      try (var server =
          IngestServer.start(
              IngestRole.start(config, Connections.from(config), false, metrics), metrics)) {
        await()
            .atMost(Duration.ofSeconds(60))
            .untilAsserted(
                () ->
                    assertThat(
                            server
                                .send(
                                    "GET",
                                    "/api/v1/setup",
                                    Map.of("Authorization", "Bearer " + IngestServer.ADMIN_TOKEN),
                                    new byte[0])
                                .body()
                                .at("/catalog/0/entries")
                                .asInt())
                        .isEqualTo(1));
      }
      assertThat(topics.read(Topics.CATALOG))
          .extracting(ConsumerRecord::key)
          .containsOnlyOnce("polled");
    }
  }

  @Test
  void deliveriesThatAreNotThereAreLookedForInOnePass() {
    try (var server = server(KAFKA.bootstrapServers())) {
      Payload push = GitHubPayloads.push();
      for (int i = 0; i < 5; i++) {
        assertThat(server.github(push.header("X-GitHub-Delivery", "it-pass-" + i)).status())
            .isEqualTo(202);
      }
    }
    List<ConsumerRecord<String, Delivery>> kept = topics.read(Topics.DELIVERIES);
    AtomicLong read = new AtomicLong();
    var archive =
        new KafkaDeliveryArchive(
            Connections.from(config(KAFKA.bootstrapServers())),
            settings -> new CountingConsumer(settings, read));
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      places.add(new Place("github", "it-never-" + i, 0));
    }
    places.add(new Place("github", "it-pass-0", 0));
    var found = archive.find(places);
    assertThat(found.subList(0, 100)).allMatch(Optional::isEmpty);
    assertThat(found.get(100).orElseThrow().getId()).isEqualTo("it-pass-0");
    assertThat(read.get()).as("each record at most once").isLessThanOrEqualTo(kept.size());
  }

  /** Counts the records that it reads. */
  private static final class CountingConsumer extends KafkaConsumer<String, byte[]> {

    private final AtomicLong read;

    CountingConsumer(Map<String, Object> settings, AtomicLong read) {
      super(settings, new StringDeserializer(), new ByteArrayDeserializer());
      this.read = read;
    }

    @Override
    public ConsumerRecords<String, byte[]> poll(Duration timeout) {
      ConsumerRecords<String, byte[]> records = super.poll(timeout);
      read.addAndGet(records.count());
      return records;
    }
  }

  private static void theArchiveFindsItWhateverOneKnowsOfItsPlace() {
    var archive = new KafkaDeliveryArchive(Connections.from(config(KAFKA.bootstrapServers())));
    List<Long> offsets =
        topics.read(Topics.DELIVERIES).stream()
            .filter(record -> record.key().equals("github/it-retry"))
            .map(ConsumerRecord::offset)
            .toList();
    assertThat(offsets).hasSize(3);
    var found =
        archive.find(
            List.of(
                new Place("github", "it-retry", 0),
                new Place("github", "it-retry", offsets.get(1)),
                new Place("github", "it-never", 0)));
    assertThat(found).extracting(Optional::isPresent).containsExactly(true, true, false);
    assertThat(found.get(0).orElseThrow().getOutcome()).isEqualTo("ignored");
    assertThat(found.get(1).orElseThrow().getOutcome()).isEqualTo("dead");
    Set<String> outcomes = new TreeSet<>();
    archive.forEach(
        delivery -> {
          if (delivery.getId().equals("it-retry")) {
            outcomes.add(delivery.getOutcome());
          }
          return true;
        });
    assertThat(outcomes).containsExactly("dead", "ignored");
  }

  private static IngestServer server(String bootstrapServers) {
    return server(config(bootstrapServers));
  }

  private static IngestServer server(Config config) {
    var metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    return IngestServer.start(
        IngestRole.start(config, Connections.from(config), false, metrics), metrics);
  }

  private static IngestRole role(Config config) {
    return IngestRole.start(
        config,
        Connections.from(config),
        false,
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
  }

  private static Config config(String bootstrapServers) {
    return IngestServer.config(settings(bootstrapServers));
  }

  private static Map<String, String> settings(String bootstrapServers) {
    Map<String, String> settings = new HashMap<>(IngestServer.secrets());
    settings.put("dorado.kafka.bootstrap-servers", bootstrapServers);
    settings.put("dorado.registry.url", REGISTRY.url());
    return settings;
  }
}
