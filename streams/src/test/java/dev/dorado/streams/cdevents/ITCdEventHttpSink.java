package dev.dorado.streams.cdevents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.embedded.KafkaExtension;
import dev.dorado.embedded.RegistryExtension;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Setup;
import dev.dorado.schemas.Topics;
import dev.dorado.streams.FreshParts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** From the topic to a receiver that answers in every way. */
final class ITCdEventHttpSink {

  @RegisterExtension static final KafkaExtension kafka = new KafkaExtension();
  @RegisterExtension static final RegistryExtension registry = new RegistryExtension();
  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final ReceiverOfEvents receiver = new ReceiverOfEvents();
  private Connections connections;

  @BeforeEach
  void setUp() throws Exception {
    connections = FreshParts.of(kafka, registry, clickHouse, 3);
    new Setup(connections, step -> {}).runCommonTopics();
  }

  @AfterEach
  void tearDown() {
    receiver.close();
  }

  @Test
  void eachEventIsPostedOnceInOrderAndTheNextStartGoesOn() throws Exception {
    send("one", "two", "three");
    try (var sink = started()) {
      awaiting(() -> receiver.taken().size() == 3);
      awaiting(() -> lag() == 0);
      assertThat(sink.problem()).isNull();
    }
    send("four");
    try (var sink = started()) {
      awaiting(() -> taken().contains("four"));

      assertThat(taken()).containsExactly("one", "two", "three", "four");
      assertThat(receiver.posted())
          .allSatisfy(
              one -> {
                assertThat(one.authorization()).isEqualTo("Bearer the-token");
                assertThat(one.contentType())
                    .isEqualTo("application/cloudevents+json; charset=utf-8");
              });
      assertThat(sink.problem()).isNull();
    }
  }

  @Test
  void aReceiverThatIsAwayIsWaitedForAndNamedInHealthWithoutItsPath() throws Exception {
    var answers = new AtomicInteger(503);
    receiver.answering(any -> answers.get());
    send("one", "two");
    try (var sink = started()) {
      awaiting(() -> receiver.posted().size() >= 3);
      assertThat(taken()).isEmpty();
      awaiting(() -> lag() == 2);
      assertThat(sink.problem())
          .isEqualTo("CDEvents wait for their receiver: 127.0.0.1 answers 503; trying again");

      answers.set(204);

      awaiting(() -> taken().equals(List.of("one", "two")));
      awaiting(() -> sink.problem() == null);
      assertThat(posts("failed")).isGreaterThanOrEqualTo(3);
      assertThat(posts("taken")).isEqualTo(2);
    }
  }

  @Test
  void anEventThatIsRefusedIsLeftOutAndTheOthersFollow() throws Exception {
    receiver.answering(one -> new String(one.body(), UTF_8).equals("bad") ? 422 : 200);
    send("one", "bad", "two");
    try (var sink = started()) {
      awaiting(() -> taken().equals(List.of("one", "two")));

      assertThat(posts("refused")).isEqualTo(1);
      assertThat(sink.problem()).isNull();
    }
  }

  @Test
  void aReceiverThatRefusesTheTokenLosesNothing() throws Exception {
    var answers = new AtomicInteger(401);
    receiver.answering(any -> answers.get());
    send("one");
    try (var sink = started()) {
      awaiting(() -> receiver.posted().size() >= 2);
      assertThat(sink.problem()).contains("answers 401");

      answers.set(200);

      awaiting(() -> taken().equals(List.of("one")));
      assertThat(posts("refused")).isZero();
    }
  }

  @Test
  void aReceiverThatCannotBeReachedIsWaitedFor() throws Exception {
    String url = receiver.url();
    receiver.close();
    send("one");
    try (var sink = started(url)) {
      awaiting(() -> posts("failed") >= 2);
      assertThat(sink.problem()).contains("127.0.0.1: ConnectException").doesNotContain("secret");
    }
  }

  private CdEventHttpSink started() {
    return started(receiver.url());
  }

  private CdEventHttpSink started(String url) {
    Config config =
        ConfigFactory.parseMap(
                Map.of(
                    "dorado.streams.application-id", connections.database(),
                    "dorado.cdevents.sink", url,
                    "dorado.cdevents.sink-token", "the-token",
                    "dorado.cdevents.retry-from", "50ms",
                    "dorado.cdevents.retry-to", "200ms"))
            .withFallback(ConfigFactory.load())
            .resolve();
    var settings = CdEventsSettings.from(config);
    var sink =
        new CdEventHttpSink(
            settings.receiver().orElseThrow(), settings, config, connections, metrics);
    sink.start();
    return sink;
  }

  /** All of one service, so that their order is kept. */
  private void send(String... values) {
    try (var producer =
        new KafkaProducer<>(
            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, connections.bootstrapServers()),
            new StringSerializer(),
            new StringSerializer())) {
      for (String value : values) {
        var unused = producer.send(new ProducerRecord<>(Topics.CDEVENTS.name(), "shop", value));
      }
    }
  }

  private List<String> taken() {
    return receiver.taken().stream().map(body -> new String(body, UTF_8)).toList();
  }

  private double posts(String outcome) {
    return metrics.get("dorado.cdevents.posts").tag("outcome", outcome).counter().count();
  }

  private double lag() {
    return metrics.get("dorado.cdevents.sink.lag").gauge().value();
  }

  private static void awaiting(Callable<Boolean> condition) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(condition);
  }
}
