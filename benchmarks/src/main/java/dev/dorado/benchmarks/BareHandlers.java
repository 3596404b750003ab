package dev.dorado.benchmarks;

import dev.dorado.ingest.IngestRole;
import dev.dorado.schemas.Topics;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The floors of ingest, on Javalin as bare as can be: {@code /produce} writes the body to Kafka
 * with the producer's settings of ingest and answers once it is acknowledged; {@code /read} reads
 * the body. Thread-safe.
 */
final class BareHandlers implements AutoCloseable {

  static final String PRODUCE = "/produce";
  static final String READ = "/read";

  private static final String TOPIC = "bench-bodies";
  private static final String ANSWER = "{\"accepted\":1}";
  private static final int ACCEPTED = 202;

  private final KafkaProducer<String, byte[]> producer;
  private final Javalin javalin;

  private BareHandlers(Map<String, Object> producerSettings) {
    producer =
        new KafkaProducer<>(producerSettings, new StringSerializer(), new ByteArraySerializer());
    javalin = Javalin.create(this::configure).start();
  }

  static BareHandlers start(BenchmarkParts parts) throws Exception {
    parts.createTopic(TOPIC, Topics.DELIVERIES.settings());
    return new BareHandlers(IngestRole.producerSettings(parts.config(), parts.connections()));
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
    config.routes.post(PRODUCE, this::produce);
    config.routes.post(READ, BareHandlers::read);
  }

  private void produce(Context context) {
    byte[] body = context.bodyAsBytes();
    String key = context.header("X-GitHub-Delivery");
    context.future(
        () -> {
          var acknowledged = new CompletableFuture<Void>();
          var unused =
              producer.send(
                  new ProducerRecord<>(TOPIC, key, body),
                  (metadata, failure) -> {
                    if (failure == null) {
                      acknowledged.complete(null);
                    } else {
                      acknowledged.completeExceptionally(failure);
                    }
                  });
          return acknowledged.thenRun(() -> answer(context));
        });
  }

  private static void read(Context context) {
    if (context.bodyAsBytes().length == 0) {
      throw new IllegalStateException("an empty body");
    }
    answer(context);
  }

  private static void answer(Context context) {
    context.status(ACCEPTED).contentType("application/json").result(ANSWER);
  }
}
