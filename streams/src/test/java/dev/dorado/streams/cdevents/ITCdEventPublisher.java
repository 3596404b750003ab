package dev.dorado.streams.cdevents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.embedded.KafkaExtension;
import dev.dorado.embedded.RegistryExtension;
import dev.dorado.facts.DeploymentFact;
import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Setup;
import dev.dorado.schemas.Topics;
import dev.dorado.streams.FreshParts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** From the topic of facts to the topic of CDEvents. */
final class ITCdEventPublisher {

  @RegisterExtension static final KafkaExtension kafka = new KafkaExtension();
  @RegisterExtension static final RegistryExtension registry = new RegistryExtension();
  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String DEPLOYED = " dev.cdevents.service.deployed.0.3.0";
  private static final String FAILED = " dev.cdeventsx.dorado-failure.detected.0.1.0";

  private Connections connections;
  private KafkaProducer<String, byte[]> producer;

  @BeforeEach
  void setUp() throws Exception {
    connections = FreshParts.of(kafka, registry, clickHouse, 3);
    new Setup(connections, step -> {}).run();
    producer =
        new KafkaProducer<>(
            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, connections.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  @AfterEach
  void tearDown() {
    producer.close();
  }

  @Test
  void twoInstancesShareTheFactsAndTakeOverFromEachOther() throws Exception {
    List<String> expected = new ArrayList<>();
    try (var first = started()) {
      try (var second = started()) {
        for (int i = 0; i < 20; i++) {
          send(i, fact -> {});
          expected.add(i + DEPLOYED);
        }
        awaitPublished(expected);
        assertThat(Stream.of(first, second).map(CdEventPublisher::problem)).containsOnlyNulls();
      }
      // What the second one had published, the first one now knows.
      for (int i = 0; i < 20; i++) {
        send(i, fact -> fact.setFailed(true));
        expected.add(i + FAILED);
      }
      awaitPublished(expected);
    }
    try (var third = started()) {
      for (int i = 0; i < 20; i++) {
        send(i, fact -> fact.setFailed(true).setChanges(3));
      }
      send(20, fact -> {});
      expected.add(20 + DEPLOYED);
      awaitPublished(expected);
      assertThat(third.problem()).isNull();
    }
  }

  @Test
  void whatIsCorrectedBeforeItHasCaughtUpIsPublishedAsItIsThen() throws Exception {
    for (int i = 0; i < 50; i++) {
      send(i, fact -> fact.setFailed(true));
      send(i, fact -> {});
    }
    try (var publisher = started()) {
      awaitPublished(IntStream.range(0, 50).mapToObj(i -> i + DEPLOYED).toList());
      assertThat(publisher.problem()).isNull();
    }
  }

  @Test
  void aRecordThatIsNoFactIsPassedOver() throws Exception {
    producer
        .send(new ProducerRecord<>(Topics.DEPLOYMENT_FACTS.name(), "poison", new byte[] {1, 2}))
        .get();
    send(1, fact -> {});
    try (var publisher = started()) {
      awaitPublished(List.of(1 + DEPLOYED));
      assertThat(publisher.problem()).isNull();
    }
  }

  private CdEventPublisher started() {
    Config config =
        ConfigFactory.parseMap(
                Map.of(
                    "dorado.streams.application-id", connections.database(),
                    "dorado.cdevents.enabled", "true",
                    "dorado.cdevents.since", "2026-01-01",
                    "dorado.cdevents.settle", "100ms",
                    "dorado.cdevents.retry-from", "50ms"))
            .withFallback(ConfigFactory.load())
            .resolve();
    var publisher =
        new CdEventPublisher(
            1,
            CdEventsSettings.from(config),
            config,
            connections,
            connections.registryClient(),
            new SimpleMeterRegistry());
    publisher.start();
    return publisher;
  }

  private void send(int number, Consumer<DeploymentFact.Builder> change) throws Exception {
    var serializer =
        new AvroSerde<>(Topics.DEPLOYMENT_FACTS, connections.registryClient()).serializer();
    var fact =
        DeploymentFact.newBuilder()
            .setService("service " + number)
            .setId(Integer.toString(number))
            .setEnvironment("production")
            .setFinishedAt(Instant.parse("2026-01-05T10:00:00Z"))
            .setStatus("succeeded")
            .setKind("forward");
    change.accept(fact);
    producer
        .send(
            new ProducerRecord<>(
                Topics.DEPLOYMENT_FACTS.name(),
                "service %d|%d".formatted(number, number),
                serializer.serialize(Topics.DEPLOYMENT_FACTS.name(), fact.build())))
        .get();
  }

  private void awaitPublished(List<String> expected) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(published()).containsExactlyInAnyOrderElementsOf(expected));
  }

  /** Deployment and type of each event. */
  private List<String> published() {
    try (var consumer =
        new KafkaConsumer<>(
            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, connections.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          IntStream.range(0, connections.partitions())
              .mapToObj(number -> new TopicPartition(Topics.CDEVENTS.name(), number))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<String> published = new ArrayList<>();
      while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
        for (var record : consumer.poll(Duration.ofMillis(100))) {
          JsonNode event = CdEventConformance.requireConformant(record.value());
          String deployment = event.at("/data/customData/deployment").asText();
          assertThat(new String(record.key(), UTF_8)).isEqualTo("service " + deployment);
          published.add(deployment + " " + event.path("type").asText());
        }
      }
      return published;
    }
  }
}
