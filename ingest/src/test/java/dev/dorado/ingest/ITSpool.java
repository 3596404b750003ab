package dev.dorado.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import dev.dorado.deliveries.Delivery;
import dev.dorado.embedded.EmbeddedKafka;
import dev.dorado.embedded.EmbeddedRegistry;
import dev.dorado.embedded.KafkaExtension;
import dev.dorado.embedded.RegistryExtension;
import dev.dorado.events.PushEvent;
import dev.dorado.ingest.IngestServer.Answer;
import dev.dorado.ingest.senders.GitHubPayloads;
import dev.dorado.ingest.senders.Senders;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What is accepted while Kafka or the registry is away. */
class ITSpool {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();
  @RegisterExtension static final RegistryExtension REGISTRY = new RegistryExtension();

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;

  @Test
  void whatIsAcceptedWhileKafkaIsAwayFollowsInItsOrder() throws Exception {
    var broker = EmbeddedKafka.start(folder.resolve("kafka"), 0);
    String address = broker.bootstrapServers();
    var topics = new TopicsForTests(Connections.from(config(address, REGISTRY.url())));
    topics.create();
    try {
      try (var server = server(config(address, REGISTRY.url()))) {
        accept(server, 0, 3);
        assertThat(health(server).body().get("status").asText()).isEqualTo("UP");
        broker.close();

        accept(server, 3, 10);

        assertWaiting(server, 7);
      }
      // Another process, which finds what the first one left.
      try (var server = server(config(address, REGISTRY.url()))) {
        assertWaiting(server, 7);
        accept(server, 10, 12);

        broker = EmbeddedKafka.start(folder.resolve("kafka"), port(address));

        await().atMost(PATIENCE).until(() -> waiting(server) == 0);
        accept(server, 12, 13);
        assertThat(server.counted("dorado_ingest_spooled_total", "how=\"found\"")).isEqualTo(7);
        assertThat(server.counted("dorado_ingest_spooled_total", "how=\"accepted\"")).isEqualTo(2);
        assertThat(metric(server, "dorado_ingest_drained_total")).isEqualTo(9);
        assertThat(server.counted("dorado_ingest_deliveries_total", "unacknowledged")).isZero();
        assertThat(health(server).body().get("status").asText()).isEqualTo("UP");
      }
      var pushes = topics.read(Topics.PUSHES);
      assertThat(pushes.stream().map(push -> push.value().getAfter()).distinct())
          .containsExactlyElementsOf(IntStream.range(0, 13).mapToObj(ITSpool::sha).toList());
      assertThat(pushes.stream().map(push -> push.value().getId()).distinct()).hasSize(13);
      assertThat(topics.read(Topics.DELIVERIES))
          .allSatisfy(delivery -> assertThat(delivery.value().getOutcome()).isEqualTo("accepted"))
          .extracting(ConsumerRecord::key)
          .contains(IntStream.range(0, 13).mapToObj(i -> "github/n-" + i).toArray(String[]::new));
    } finally {
      broker.close();
    }
  }

  @Test
  void whatIsAcceptedBeforeIngestIsKilledIsInKafkaAfterItsNextStart() throws Exception {
    Map<String, String> settings = settings("127.0.0.1:1", REGISTRY.url());
    settings.put("dorado.ingest.delivery-timeout", "200ms");
    settings.put("dorado.ingest.block-timeout", "100ms");
    Set<String> accepted = ConcurrentHashMap.newKeySet();
    for (int round = 0; round < 2; round++) {
      try (var ingest = IngestProcess.start(folder, settings)) {
        int first = 1000 * round;
        int enough = accepted.size() + 25;
        var killed = new AtomicBoolean();
        List<CompletableFuture<Void>> senders =
            IntStream.range(0, 4)
                .mapToObj(
                    sender ->
                        CompletableFuture.runAsync(
                            () -> {
                              for (int i = first + sender; !killed.get(); i += 4) {
                                if (isAccepted(ingest.port(), i)) {
                                  accepted.add("kill-" + i);
                                }
                              }
                            },
                            task -> new Thread(task).start()))
                .toList();
        await().atMost(PATIENCE).until(() -> accepted.size() >= enough);
        ingest.kill();
        killed.set(true);
        senders.forEach(CompletableFuture::join);
      }
    }
    settings.put("dorado.kafka.bootstrap-servers", KAFKA.bootstrapServers());
    settings.put("dorado.ingest.delivery-timeout", "5s");
    settings.put("dorado.ingest.block-timeout", "2s");
    Config config = IngestServer.config(settings);
    var topics = new TopicsForTests(Connections.from(config));
    topics.create();
    try (var server = server(config)) {
      await().atMost(PATIENCE).until(() -> waiting(server) == 0);
    }
    Set<String> found = new HashSet<>();
    topics
        .read(Topics.DEPLOYMENTS)
        .forEach(
            event -> {
              String deployment = event.value().getDeployment();
              found.add(deployment.substring(deployment.lastIndexOf('/') + 1));
            });
    assertThat(found).containsAll(accepted);
  }

  /** Posts a deployment; false if ingest was killed before it answered. */
  private static boolean isAccepted(int port, int number) {
    var body =
        """
        {"events":[{"kind":"deployment","service":"killed","id":"kill-%d","status":"succeeded",
         "version":"1.%d","finished_at":"2026-03-01T12:00:00Z"}]}"""
            .formatted(number, number);
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/webhooks/generic".formatted(port)))
            .header("Authorization", "Bearer " + IngestServer.GENERIC_SECRET)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return HttpClient.newHttpClient()
              .send(request, HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 202;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatIsDrainedAgainAfterAKillHasTheIdsThatItHadBefore() throws Exception {
    var config = config("127.0.0.1:1", REGISTRY.url());
    try (var server = server(config)) {
      accept(server, 20, 23);
    }
    // A kill after Kafka has acknowledged and before the file is gone leaves the same folder.
    List<ConsumerRecord<String, PushEvent>> once = drainACopy("first");
    List<ConsumerRecord<String, PushEvent>> twice = drainACopy("second");

    assertThat(twice).hasSize(once.size() + 3);
    assertThat(twice.stream().map(push -> push.value().getId()).distinct())
        .containsExactlyElementsOf(once.stream().map(push -> push.value().getId()).toList());
    assertThat(twice.stream().map(push -> push.value().getProvenance()).distinct())
        .as("time and way of the receipt, too")
        .hasSameSizeAs(once);
  }

  private List<ConsumerRecord<String, PushEvent>> drainACopy(String name) throws Exception {
    Path copy = Files.createDirectory(folder.resolve(name));
    try (var files = Files.list(folder.resolve("spool"))) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    Map<String, String> settings =
        new HashMap<>(settings(KAFKA.bootstrapServers(), REGISTRY.url()));
    settings.put("dorado.ingest.spool-folder", copy.toString());
    Config config = IngestServer.config(settings);
    var topics = new TopicsForTests(Connections.from(config));
    topics.create();
    try (var server = server(config)) {
      await().atMost(PATIENCE).until(() -> waiting(server) == 0);
    }
    return topics.read(Topics.PUSHES).stream()
        // Other tests write to the same broker.
        .filter(push -> push.value().getProvenance().getDelivery().startsWith("n-2"))
        .filter(push -> push.value().getAfter() != null)
        .filter(push -> push.value().getAfter().compareTo(sha(20)) >= 0)
        .toList();
  }

  @Test
  void whatWaitsIsTranslatedIntoTheSameEventsThatItHadWhenItCame() throws Exception {
    var config = config("127.0.0.1:1", REGISTRY.url());
    var settings = IngestSettings.from(config);
    var sender = Senders.all(settings.senders()).named("github").orElseThrow();
    var publisher = new RecordingPublisher();
    try (var server = IngestServer.start(config, publisher, false)) {
      assertThat(server.github(push(1)).status()).isEqualTo(202);
      assertThat(server.github(GitHubPayloads.deploymentStatus("success")).status()).isEqualTo(202);
      assertThat(server.github(push(2).without("ref")).status()).isEqualTo(422);
    }
    List<Delivery> again = new ArrayList<>();
    List<Object> events = new ArrayList<>();
    for (var delivery : publisher.deliveries) {
      var first =
          new KeptDelivery(delivery, sender).translate(settings.senders().futureTolerance());
      again.add(first.delivery());
      events.addAll(first.events());
    }
    assertThat(again).isEqualTo(publisher.deliveries);
    assertThat(events).isEqualTo(publisher.events);
  }

  @Test
  void aFullSpoolTellsSendersToComeBackAndHealthThatItStops() throws Exception {
    var config = config("127.0.0.1:1", REGISTRY.url());
    var settings = IngestSettings.from(config);
    var metrics = new IngestMetrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    var publisher =
        SpooledPublisher.start(
            new KafkaPublisher(Connections.from(config), settings, metrics),
            DeliverySpool.open(folder.resolve("small"), 10_000),
            Senders.all(settings.senders()),
            settings.senders().futureTolerance(),
            metrics,
            Clock.systemUTC());
    try (var server = IngestServer.start(config, publisher, false)) {
      List<Answer> answers = IntStream.range(0, 20).mapToObj(i -> server.github(push(i))).toList();
      int taken = (int) answers.stream().filter(answer -> answer.status() == 202).count();
      assertThat(taken).isBetween(1, 19);
      assertThat(answers.subList(taken, 20))
          .allSatisfy(
              answer -> {
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.headers()).containsEntry("Retry-After", "5");
                assertThat(answer.detail()).contains("is full", "dorado.ingest.spool-size");
              });
      var health = health(server);
      assertThat(health.status()).isEqualTo(503);
      assertThat(health.body().toString())
          .contains(taken + " deliveries wait for Kafka", "may be answered 503", "127.0.0.1:1");
    }
  }

  @Test
  void withoutTheRegistryEveryKindIsWrittenWhoseSchemaWasKnown() throws Exception {
    var registry = EmbeddedRegistry.start(folder.resolve("registry"), 0);
    var connections = Connections.from(config(KAFKA.bootstrapServers(), registry.url()));
    new TopicsForTests(connections).create();
    var config = config(KAFKA.bootstrapServers(), registry.url());
    var kafka =
        new KafkaPublisher(
            connections,
            IngestSettings.from(config),
            new IngestMetrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)));
    kafka.prepareSchemas();
    registry.close();
    // No spool: what is accepted is in Kafka.
    try (var server = IngestServer.start(config, kafka, false)) {
      assertThat(server.github(push(40)).status()).isEqualTo(202);
      assertThat(server.github(GitHubPayloads.issue("opened")).status()).isEqualTo(202);
      assertThat(server.github(GitHubPayloads.workflowRun("completed")).status()).isEqualTo(202);
      assertThat(server.putCatalog("kind: Component\nmetadata: {name: away}\n").status())
          .isEqualTo(202);
      assertThat(health(server).body().toString()).contains(registry.url());
    }
  }

  @Test
  void aStartWithoutTheRegistryAcceptsAndCatchesUp() throws Exception {
    var registry = EmbeddedRegistry.start(folder.resolve("registry"), 0);
    var config = config(KAFKA.bootstrapServers(), registry.url());
    var topics = new TopicsForTests(Connections.from(config));
    topics.create();
    String url = registry.url();
    registry.close();
    try (var server = server(config)) {
      accept(server, 50, 52);
      assertWaiting(server, 2);
      try (var back =
          EmbeddedRegistry.start(folder.resolve("registry"), URI.create(url).getPort())) {
        await().atMost(PATIENCE).until(() -> waiting(server) == 0);
        assertThat(topics.read(Topics.PUSHES))
            .extracting(push -> push.value().getAfter())
            .contains(sha(50), sha(51));
        assertThat(back.problem()).isNull();
      }
    }
  }

  private static void accept(IngestServer server, int from, int to) {
    for (int i = from; i < to; i++) {
      assertThat(server.github(push(i)).status()).as("delivery %d", i).isEqualTo(202);
    }
  }

  /** What waits is said by health, the setup and the metrics. */
  private static void assertWaiting(IngestServer server, int deliveries) {
    var health = health(server);
    assertThat(health.status()).isEqualTo(200);
    assertThat(health.body().get("status").asText()).isEqualTo("DEGRADED");
    assertThat(health.body().toString()).contains(deliveries + " deliveries wait for Kafka");
    var setup =
        server.send(
            "GET",
            "/api/v1/setup",
            Map.of("Authorization", "Bearer " + IngestServer.ADMIN_TOKEN),
            new byte[0]);
    assertThat(setup.body().at("/spool/deliveries").asInt()).isEqualTo(deliveries);
    assertThat(waiting(server)).isEqualTo(deliveries);
    assertThat(metric(server, "dorado_ingest_spool_bytes")).isPositive();
    assertThat(metric(server, "dorado_ingest_spool_limit_bytes")).isEqualTo(1 << 30);
    assertThat(metric(server, "dorado_ingest_spool_oldest_seconds")).isNotNegative();
  }

  private static double waiting(IngestServer server) {
    return metric(server, "dorado_ingest_spool_deliveries");
  }

  private static double metric(IngestServer server, String name) {
    return server
        .text("/metrics", Map.of())
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  private static Answer health(IngestServer server) {
    return server.send("GET", "/health/ready", Map.of(), new byte[0]);
  }

  private static Payload push(int number) {
    return GitHubPayloads.push()
        .with("after", sha(number))
        .header("X-GitHub-Delivery", "n-" + number);
  }

  private static String sha(int number) {
    return "%040x".formatted(0xabc000 + number);
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  private static IngestServer server(Config config) {
    var metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    return IngestServer.start(
        IngestRole.start(config, Connections.from(config), false, metrics), metrics);
  }

  private Config config(String bootstrapServers, String registry) {
    return IngestServer.config(settings(bootstrapServers, registry));
  }

  private Map<String, String> settings(String bootstrapServers, String registry) {
    Map<String, String> settings = new HashMap<>(IngestServer.secrets());
    settings.put("dorado.kafka.bootstrap-servers", bootstrapServers);
    settings.put("dorado.registry.url", registry);
    settings.put("dorado.ingest.spool-folder", folder.resolve("spool").toString());
    settings.put("dorado.ingest.delivery-timeout", "3s");
    settings.put("dorado.ingest.block-timeout", "1s");
    return settings;
  }
}
