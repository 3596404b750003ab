package dev.dorado.streams;

import static dev.dorado.rules.History.at;
import static dev.dorado.rules.History.commit;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.embedded.KafkaExtension;
import dev.dorado.embedded.RegistryExtension;
import dev.dorado.rules.History;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Generation;
import dev.dorado.schemas.Generations;
import dev.dorado.schemas.JsonTopic;
import dev.dorado.schemas.Setup;
import dev.dorado.schemas.Topics;
import dev.dorado.server.Check;
import dev.dorado.streams.cdevents.CdEventConformance;
import dev.dorado.streams.cdevents.ReceiverOfEvents;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** From events through facts to CDEvents, in the topic and at a receiver. */
final class ITCdEvents {

  @RegisterExtension static final KafkaExtension kafka = new KafkaExtension();
  @RegisterExtension static final RegistryExtension registry = new RegistryExtension();
  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String UPGRADED = "dev.cdevents.service.upgraded.0.3.0";
  private static final String INCIDENT = "dev.cdevents.incident.detected.0.3.0";
  private static final String RESOLVED = "dev.cdevents.incident.resolved.0.3.0";
  private static final String FAILED = "dev.cdeventsx.dorado-failure.detected.0.1.0";
  private static final String RECOVERED = "dev.cdeventsx.dorado-failure.recovered.0.1.0";
  private static final String NO_FAILURE = "dev.cdeventsx.dorado-failure.withdrawn.0.1.0";

  @TempDir private Path folder;
  private final ReceiverOfEvents receiver = new ReceiverOfEvents();
  private Connections connections;
  private EventsIntoKafka events;

  @BeforeEach
  void setUp() throws Exception {
    connections = FreshParts.of(kafka, registry, clickHouse, 3);
    new Setup(connections, step -> {}).run();
    events = new EventsIntoKafka(connections, 1);
  }

  @AfterEach
  void tearDown() {
    events.close();
    receiver.close();
  }

  @Test
  void whatIsDecidedIsPublishedOnceThroughCorrectionRestartAndReprocessing() throws Exception {
    // The facts are there, as in an installation that turns it on.
    events.send(history().events());
    try (var role = start(Map.of())) {
      awaiting(() -> deployments() == 3);
      assertThat(degradation(role)).isNull();
    }
    assertThat(published()).isEmpty();

    List<String> expected =
        new ArrayList<>(List.of("d1 " + UPGRADED, "d2 " + UPGRADED, "d2 " + FAILED));
    expected.addAll(List.of("d2 " + RECOVERED, "i1 " + INCIDENT, "i1 " + RESOLVED));
    try (var role = start(publishing())) {
      awaitPublished(expected);
      assertThat(degradation(role)).isNull();

      events.send(
          History.history()
              .corrected(
                  "c1",
                  at("2026-01-09T10:00"),
                  "mark",
                  correction -> correction.setDeployment("d1").setMark("failed"))
              .events());
      // It recovered with the deployment that followed.
      expected.addAll(List.of("d1 " + FAILED, "d1 " + RECOVERED));
      awaitPublished(expected);
    }

    try (var role = start(publishing())) {
      events.send(deployed("d4", "2026-01-10T10:00"));
      expected.add("d4 " + UPGRADED);
      awaitPublished(expected);
    }

    // Under this setting no rule links the incident to the deployment before it.
    Map<String, String> otherwise = new HashMap<>(publishing());
    otherwise.put("dorado.rules.proximity-window", "5m");
    try (var role = start(otherwise)) {
      awaiting(() -> currentGeneration() == 2);
      expected.add("d2 " + NO_FAILURE);
      awaitPublished(expected);
      events.send(deployed("d5", "2026-01-11T10:00"));
      expected.add("d5 " + UPGRADED);
      awaitPublished(expected);
    }
    assertThat(publishedIds()).doesNotHaveDuplicates();
  }

  @Test
  void withoutASettingOnlyWhatHappensFromTheFirstStartOnIsPublished() throws Exception {
    events.send(deployed("long-ago", "2020-01-05T10:00"));
    var sinceFirstStart = Map.of("dorado.cdevents.enabled", "true", "dorado.cdevents.settle", "1s");
    for (String id : List.of("later", "later-still")) {
      try (var role = start(sinceFirstStart)) {
        events.send(deployed(id, "2099-01-05T10:00"));
        awaiting(() -> published().stream().anyMatch(name -> name.startsWith(id + " ")));
        assertThat(degradation(role)).isNull();
      }
    }
    assertThat(published()).noneMatch(name -> name.startsWith("long-ago"));
    assertThat(
            records(Topics.PUBLISHED_CDEVENTS).stream()
                .filter(record -> new String(record.key(), UTF_8).equals("since")))
        .hasSize(1);
    assertThat(receiver.posted()).isEmpty();
  }

  /**
   * Two deployments and an incident after the second; one was long before. Commits that are
   * deployed later are pushed already, so that their deployments are decided at once.
   */
  private static History history() {
    return History.history()
        .push("main", at("2025-06-01T09:00"), commit("a"))
        .deploy("d0", "a", at("2025-06-01T10:00"))
        .push("main", at("2026-01-05T09:00"), commit("b"))
        .deploy("d1", "b", at("2026-01-05T10:00"))
        .push("main", at("2026-01-06T09:00"), commit("c"))
        .deploy("d2", "c", at("2026-01-06T10:00"))
        .incident(
            "i1",
            at("2026-01-06T10:30"),
            at("2026-01-06T12:00"),
            incident -> incident.setDetectedAt(at("2026-01-06T10:30")))
        .push("main", at("2026-01-10T09:00"), commit("d4"))
        .push("main", at("2026-01-11T09:00"), commit("d5"));
  }

  private static List<SpecificRecord> deployed(String id, String finish) {
    return History.history().deploy(id, id, at(finish)).events();
  }

  private Map<String, String> publishing() {
    return Map.of(
        "dorado.cdevents.sink", receiver.url(),
        "dorado.cdevents.sink-token", "the-token",
        "dorado.cdevents.since", "2026-01-01",
        "dorado.cdevents.settle", "2s",
        "dorado.cdevents.page", "https://dorado.example.com");
  }

  private StreamsRole start(Map<String, String> settings) {
    Config config =
        ConfigFactory.parseMap(settings)
            .withFallback(
                ConfigFactory.parseMap(
                    Map.of(
                        "dorado.streams.state-dir", folder.toString(),
                        "dorado.streams.application-id", connections.database())))
            .withFallback(ConfigFactory.load())
            .resolve();
    return StreamsRole.start(config, connections, new SimpleMeterRegistry());
  }

  private void awaitPublished(List<String> expected) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(names(receiver.taken())).containsExactlyInAnyOrderElementsOf(expected);
              assertThat(published()).containsExactlyInAnyOrderElementsOf(expected);
            });
    assertThat(receiver.posted())
        .allSatisfy(one -> assertThat(one.authorization()).isEqualTo("Bearer the-token"));
  }

  private List<String> published() {
    return names(messages());
  }

  private List<String> publishedIds() {
    return messages().stream()
        .map(message -> CdEventConformance.requireConformant(message).path("id").asText())
        .toList();
  }

  /** What the topic has; each message has the service as its key. */
  private List<byte[]> messages() {
    List<byte[]> messages = new ArrayList<>();
    for (var record : records(Topics.CDEVENTS)) {
      assertThat(new String(record.key(), UTF_8)).isEqualTo("acme/shop");
      assertThat(record.headers().lastHeader("content-type").value())
          .isEqualTo("application/cloudevents+json; charset=utf-8".getBytes(UTF_8));
      messages.add(record.value());
    }
    return messages;
  }

  private List<ConsumerRecord<byte[], byte[]>> records(JsonTopic topic) {
    try (var consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                connections.bootstrapServers(),
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          IntStream.range(0, connections.partitions())
              .mapToObj(number -> new TopicPartition(topic.name(), number))
              .toList();
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
      return records;
    }
  }

  /** Deployment or incident, and type. */
  private static List<String> names(List<byte[]> messages) {
    List<String> names = new ArrayList<>();
    for (byte[] message : messages) {
      JsonNode event = CdEventConformance.requireConformant(message);
      JsonNode details = event.at("/data/customData");
      names.add(
          details.path("incident").asText(details.path("deployment").asText())
              + " "
              + event.path("type").asText());
    }
    return names;
  }

  private int currentGeneration() throws Exception {
    return Generation.current(new Generations(connections).all()).orElseThrow().number();
  }

  private long deployments() throws Exception {
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT count() FROM %s.deployments FINAL".formatted(connections.database()))) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static String degradation(StreamsRole role) {
    return role.checks().stream()
        .filter(check -> check.name().equals("cdevents"))
        .map(Check::run)
        .map(Check.Result::problem)
        .toList()
        .get(0);
  }

  private static void awaiting(Callable<Boolean> condition) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(condition);
  }
}
