package dev.dorado.benchmarks;

import static java.util.Objects.requireNonNull;

import dev.dorado.benchmarks.WrittenRecords.Written;
import dev.dorado.ingest.IngestRole;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The floors of ingest, on Javalin as bare as can be. All read the body. {@code /same} then writes
 * to Kafka what ingest writes for that delivery, which it has in memory, with the producer's
 * settings of ingest, and answers once all of it is acknowledged; {@code /body} does so with the
 * body alone; {@code /read} answers at once. Thread-safe.
 */
final class BareHandlers implements AutoCloseable {

  static final String SAME = "/same";
  static final String BODY = "/body";
  static final String READ = "/read";

  private static final String TOPIC_PREFIX = "bench-";
  private static final String TOPIC_OF_BODIES = "bench-bodies";
  private static final String ANSWER = "{\"accepted\":1}";
  private static final int ACCEPTED = 202;

  private final KafkaProducer<String, byte[]> producer;
  private final Map<String, List<Written>> written;
  private final Javalin javalin;

  private BareHandlers(Map<String, Object> producerSettings, Map<String, List<Written>> written) {
    this.written = Map.copyOf(written);
    producer =
        new KafkaProducer<>(producerSettings, new StringSerializer(), new ByteArraySerializer());
    javalin = Javalin.create(this::configure).start();
  }

  /**
   * Starts the handlers.
   *
   * @param written what ingest writes for the delivery that has a signature, its own record first
   */
  static BareHandlers start(BenchmarkParts parts, Map<String, List<Written>> written)
      throws Exception {
    parts.createTopic(TOPIC_OF_BODIES, Topics.DELIVERIES.settings());
    for (Topic<?> topic :
        Stream.concat(Stream.of(Topics.DELIVERIES), Topics.events().stream()).toList()) {
      parts.createTopic(TOPIC_PREFIX + topic.name(), topic.settings());
    }
    return new BareHandlers(
        IngestRole.producerSettings(parts.config(), parts.connections()), written);
  }

  int port() {
    return javalin.port();
  }

  @Override
  public void close() {
    javalin.stop();
    producer.close();
  }

  private void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.jetty.host = "127.0.0.1";
    config.jetty.port = 0;
    config.routes.post(SAME, this::produceSame);
    config.routes.post(BODY, this::produceBody);
    config.routes.post(READ, BareHandlers::read);
  }

  private void produceSame(Context context) {
    requireBody(context);
    var records = requireNonNull(written.get(context.header("X-Hub-Signature-256")));
    // Compaction must keep as many deliveries as of ingest: each has a key of its own.
    String key = "github/" + context.header("X-GitHub-Delivery");
    context.future(
        () -> {
          var acknowledged = new CompletableFuture<?>[records.size()];
          for (int i = 0; i < acknowledged.length; i++) {
            var record = records.get(i);
            acknowledged[i] =
                send(TOPIC_PREFIX + record.topic(), i == 0 ? key : record.key(), record.value());
          }
          return CompletableFuture.allOf(acknowledged).thenRun(() -> answer(context));
        });
  }

  private void produceBody(Context context) {
    byte[] body = requireBody(context);
    String key = context.header("X-GitHub-Delivery");
    context.future(() -> send(TOPIC_OF_BODIES, key, body).thenRun(() -> answer(context)));
  }

  private CompletableFuture<Void> send(String topic, String key, byte[] value) {
    var acknowledged = new CompletableFuture<Void>();
    var unused =
        producer.send(
            new ProducerRecord<>(topic, key, value),
            (metadata, failure) -> {
              if (failure == null) {
                acknowledged.complete(null);
              } else {
                acknowledged.completeExceptionally(failure);
              }
            });
    return acknowledged;
  }

  private static void read(Context context) {
    requireBody(context);
    answer(context);
  }

  private static byte[] requireBody(Context context) {
    byte[] body = context.bodyAsBytes();
    if (body.length == 0) {
      throw new IllegalStateException("an empty body");
    }
    return body;
  }

  private static void answer(Context context) {
    context.status(ACCEPTED).contentType("application/json").result(ANSWER);
  }
}
