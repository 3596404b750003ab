package dev.dorado.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.DeliveryLog;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import dev.dorado.standalone.demo.DeliveryClient;
import dev.dorado.standalone.demo.DemoDelivery;
import dev.dorado.standalone.demo.GitHubHistory;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Every delivery is counted once and can be followed, over all parts as {@code up} runs them. */
class ITAccounting {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String SECRET = "a secret of the test";
  private static final Logger LOG = (Logger) LoggerFactory.getLogger(DeliveryLog.NAME);

  @TempDir private static Path data;

  private static final Lines lines = new Lines();
  private static Standalone dorado;

  @BeforeAll
  static void start() throws Exception {
    lines.start();
    LOG.setLevel(Level.DEBUG);
    LOG.addAppender(lines);
    dorado =
        Standalone.start(
            data,
            "127.0.0.1",
            0,
            true,
            Map.of("dorado.ingest.secrets.github", SECRET, "dorado.ingest.secrets.generic", SECRET),
            line -> {});
    var client = new DeliveryClient(dorado.url(), SECRET);
    for (DemoDelivery delivery : history()) {
      assertThat(client.post(delivery).statusCode()).isEqualTo(202);
    }
    assertThat(client.post(gitHub("ping", "ignored", "{\"zen\":\"z\"}")).statusCode())
        .isEqualTo(202);
    assertThat(client.post(gitHub("push", "dead", "{}")).statusCode()).isEqualTo(422);
    var stranger = new DeliveryClient(dorado.url(), "another secret");
    for (int i = 0; i < 3; i++) {
      assertThat(stranger.post(gitHub("push", "refused", "{}")).statusCode()).isEqualTo(401);
    }
  }

  @AfterAll
  static void stop() {
    LOG.detachAppender(lines);
    LOG.setLevel(null);
    dorado.close();
  }

  @Test
  void theCountersAgreeWithEachOtherAndWithWhatIsKept() throws Exception {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              var metrics = metrics();
              double deliveries = metrics.sum("dorado_ingest_deliveries_total", "");
              double refused = metrics.sum("dorado_ingest_refused_total", "");
              double kept =
                  metrics.sum("dorado_ingest_deliveries_total", "outcome=\"accepted\"")
                      + metrics.sum("dorado_ingest_deliveries_total", "outcome=\"ignored\"")
                      + metrics.sum("dorado_ingest_deliveries_total", "outcome=\"dead\"");
              assertThat(refused).isEqualTo(3);
              assertThat(
                      metrics.sum(
                          "http_server_requests_seconds_count", "route=\"/webhooks/{sender}\""))
                  .as("requests")
                  .isEqualTo(deliveries + refused);
              assertThat(kept).as("nothing is unacknowledged").isEqualTo(deliveries);
              assertThat(number("SELECT count() FROM dorado.deliveries FINAL"))
                  .as("kept")
                  .isEqualTo(kept);
              assertThat(number("SELECT sum(events) FROM dorado.deliveries FINAL"))
                  .as("events of the accepted")
                  .isEqualTo(metrics.sum("dorado_ingest_events_total", ""));
              assertThat(number("SELECT sum(count) FROM dorado.refusals FINAL"))
                  .as("refused")
                  .isEqualTo(refused);
              for (Topic<?> topic : Topics.events()) {
                assertThat(records(topic))
                    .as(topic.name())
                    .isEqualTo(
                        metrics.sum(
                            "dorado_ingest_events_total", "topic=\"" + topic.name() + "\""));
              }
              assertThat(metrics.sum("dorado_sink_rows_total", "table=\"deliveries\""))
                  .as("rows of deliveries")
                  .isEqualTo(records(Topics.DELIVERIES))
                  .isEqualTo(kept);
              for (Topic<?> topic : Topics.facts()) {
                assertThat(metrics.sum("dorado_sink_rows_total", "table=\"" + table(topic) + "\""))
                    .as(topic.name())
                    .isEqualTo(records(topic));
              }
              assertThat(records(Topics.DEPLOYMENT_FACTS)).isPositive();
              assertThat(metrics.sum("dorado_records_rejected_total", "")).isZero();
            });
  }

  @Test
  void aDeliveryCanBeFollowedThroughEveryStageByItsId() {
    String id = history().get(0).headers().get("X-GitHub-Delivery");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(lines.stagesOf("github", id)).contains("ingest", "streams", "sink"));
    assertThat(lines.stagesOf("github", "dead")).contains("ingest");
    assertThat(lines.ofLevel(Level.INFO)).singleElement().asString().contains("dead, 0 events: ");
  }

  private static List<DemoDelivery> history() {
    return GitHubHistory.of("acme", "widget")
        .push("2026-01-05T08:00:00Z", "c1".repeat(20), "2026-01-05T07:00:00Z")
        .deploy("2026-01-05T09:00:00Z", "2026-01-05T09:10:00Z", "c1".repeat(20))
        .deliveries();
  }

  private static DemoDelivery gitHub(String event, String id, String body) {
    return new DemoDelivery(
        Instant.EPOCH, "github", Map.of("X-GitHub-Event", event, "X-GitHub-Delivery", id), body);
  }

  private static String table(Topic<?> topic) {
    return topic.name().replaceFirst(".*\\.", "").replace('-', '_');
  }

  private static Connections connections() {
    return InstalledDorado.connections(data);
  }

  private static double number(String sql) throws SQLException {
    try (var connection = connections().clickHouse();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getDouble(1);
    }
  }

  /**
   * Records that were committed; the ends of a topic count the marks of transactions, too. Traces
   * are off, so none has a header.
   */
  private static double records(Topic<?> topic) {
    try (var consumer =
        new KafkaConsumer<>(
            connections().kafkaClient(Map.of("isolation.level", "read_committed")),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic.name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      double records = 0;
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (var record : consumer.poll(Duration.ofMillis(50))) {
          assertThat(record.headers()).isEmpty();
          records++;
        }
      }
      return records;
    }
  }

  private static Metrics metrics() throws Exception {
    String text = new DeliveryClient(dorado.url(), SECRET).get("/metrics").body();
    Map<String, Double> samples = new HashMap<>();
    text.lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(
            line -> {
              int space = line.lastIndexOf(' ');
              samples.put(line.substring(0, space), Double.parseDouble(line.substring(space + 1)));
            });
    return new Metrics(samples);
  }

  private record Metrics(Map<String, Double> samples) {

    /** The sum of all series of a name that have a label. */
    double sum(String name, String label) {
      return samples.entrySet().stream()
          .filter(sample -> sample.getKey().matches("\\Q" + name + "\\E(\\{.*)?"))
          .filter(sample -> sample.getKey().contains(label))
          .mapToDouble(Map.Entry::getValue)
          .sum();
    }
  }

  private static final class Lines extends AppenderBase<ILoggingEvent> {

    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
      events.add(event);
    }

    List<String> stagesOf(String sender, String id) {
      return events.stream()
          .map(Lines::fields)
          .filter(
              fields -> sender.equals(fields.get("sender")) && id.equals(fields.get("delivery")))
          .map(fields -> fields.get("stage"))
          .toList();
    }

    List<String> ofLevel(Level level) {
      return events.stream()
          .filter(event -> event.getLevel() == level)
          .map(ILoggingEvent::getFormattedMessage)
          .toList();
    }

    private static Map<String, String> fields(ILoggingEvent event) {
      return event.getKeyValuePairs().stream()
          .collect(Collectors.toMap(pair -> pair.key, pair -> String.valueOf(pair.value)));
    }
  }
}
