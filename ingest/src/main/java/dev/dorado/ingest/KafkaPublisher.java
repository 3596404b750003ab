package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.dorado.deliveries.AuditEntry;
import dev.dorado.deliveries.Delivery;
import dev.dorado.deliveries.Refusals;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import dev.dorado.server.TraceSpan;
import dev.dorado.server.Traces;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to Kafka: idempotent, acknowledged by all in-sync replicas. Everything of a delivery is
 * serialized before anything of it is sent. The producer is made when it is first needed, so that a
 * role can start before Kafka's name resolves. Thread-safe.
 */
final class KafkaPublisher implements Publisher {

  private static final Logger log = LoggerFactory.getLogger(KafkaPublisher.class);
  private static final Set<String> EVENTS =
      Topics.events().stream().map(Topic::name).collect(Collectors.toUnmodifiableSet());
  private static final Duration CLOSING = Duration.ofSeconds(5);

  /** For bulk writes, for which no user waits: long enough for a broker to restart. */
  private static final Duration BULK_PATIENCE = Duration.ofMinutes(1);

  private static final Duration BETWEEN_LOOKUPS = Duration.ofSeconds(2);

  private final Connections connections;
  private final IngestSettings settings;
  private final IngestMetrics metrics;
  private final Pace pace;
  private final SchemaRegistryClient registry;
  // By name: the hash of a topic goes through all of its settings, at every record.
  private final Map<String, AvroSerde<?>> serdes = new ConcurrentHashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private KafkaProducer<String, byte[]> producer;
  private boolean closed;

  /** Publishes for senders that wait for an answer. */
  KafkaPublisher(Connections connections, IngestSettings settings, IngestMetrics metrics) {
    this(connections, settings, metrics, Pace.ANSWERING);
  }

  KafkaPublisher(
      Connections connections, IngestSettings settings, IngestMetrics metrics, Pace pace) {
    this.pace = requireNonNull(pace);
    this.connections = requireNonNull(connections);
    this.settings = requireNonNull(settings);
    this.metrics = requireNonNull(metrics);
    this.registry =
        pace == Pace.ANSWERING
            ? connections.registryClient(IngestSettings.LONGEST_WAIT)
            : connections.registryClient();
  }

  @Override
  public CompletableFuture<Void> publish(
      Delivery delivery, List<CanonicalEvent<?>> events, TraceSpan span) {
    var attempt = attempt(delivery, events, span);
    return attempt
        .done()
        .whenComplete(
            (done, failure) -> {
              if (failure != null && attempt.isDeliveryKept()) {
                keepAsDead(delivery, failure);
              }
            });
  }

  /** As {@link #publish}, but leaves to the caller what is to be done if it fails. */
  Attempt attempt(Delivery delivery, List<CanonicalEvent<?>> events, TraceSpan span) {
    List<Message> messages = new ArrayList<>(events.size() + 1);
    try {
      messages.add(message(delivery));
      for (var event : events) {
        messages.add(message(event).followingFrom(span));
      }
    } catch (KafkaException e) {
      var failed = CompletableFuture.<Void>failedFuture(notWritten(e));
      return new Attempt(failed, List.of(failed));
    }
    List<CompletableFuture<Void>> sent = sendAll(messages);
    return new Attempt(timed(sent), sent);
  }

  /**
   * Looks up the schemas of all that may be written, so that it can be written while the registry
   * is away. Tries until the registry knows them all, or this is closed.
   */
  void prepareSchemas() {
    boolean isReported = false;
    try {
      do {
        try {
          for (var topic : Topics.common()) {
            serde(topic).prepare();
          }
          log.info("the schemas of {} topics are known", Topics.common().size());
          return;
        } catch (KafkaException e) {
          if (!isReported) {
            log.warn("schemas can't be looked up yet; trying again: {}", e.getMessage());
          }
          isReported = true;
        }
      } while (!closing.await(BETWEEN_LOOKUPS.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public CompletableFuture<Void> publish(List<CanonicalEvent<?>> events) {
    List<Message> messages = new ArrayList<>(events.size());
    try {
      for (var event : events) {
        messages.add(message(event));
      }
    } catch (KafkaException e) {
      return CompletableFuture.failedFuture(notWritten(e));
    }
    return timed(sendAll(messages));
  }

  @Override
  public CompletableFuture<Void> publish(Refusals refusals) {
    String key =
        "%s/%s/%s/%s"
            .formatted(
                refusals.getSender(),
                refusals.getMinute(),
                refusals.getReason(),
                refusals.getInstance());
    try {
      return send(message(Topics.REFUSALS, key, refusals));
    } catch (KafkaException e) {
      return CompletableFuture.failedFuture(notWritten(e));
    }
  }

  @Override
  public CompletableFuture<Void> publish(AuditEntry entry) {
    try {
      return send(
          message(Topics.AUDIT, "%s/%s".formatted(entry.getOccurredAt(), entry.getId()), entry));
    } catch (KafkaException e) {
      return CompletableFuture.failedFuture(notWritten(e));
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    closing.countDown();
    if (producer != null) {
      producer.close(CLOSING);
      producer = null;
    }
  }

  /**
   * The delivery is kept, but some of its events may not be: whoever looks for what is missing
   * finds it among the dead letters, and a retry makes it accepted.
   */
  void keepAsDead(Delivery delivery, Throwable failure) {
    // Nobody reads this delivery any more: what was sent is its bytes.
    delivery.setOutcome(IngestMetrics.Outcome.DEAD.label());
    delivery.setReason("its events may not all be written: " + failure.getMessage());
    // Not in the producer's own thread, which sending may have to wait for.
    var unused =
        CompletableFuture.runAsync(
            () -> {
              var sent = send(message(delivery));
              var unusedReport = sent.whenComplete((done, again) -> reportIfLost(delivery, again));
            });
  }

  private static void reportIfLost(Delivery delivery, Throwable failure) {
    if (failure != null) {
      log.error(
          "delivery {} of {} is kept, but its events may not all be: {}",
          delivery.getId(),
          delivery.getSender(),
          failure.getMessage());
    }
  }

  private CompletableFuture<Void> timed(List<CompletableFuture<Void>> sent) {
    long started = System.nanoTime();
    return CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new))
        .whenComplete(
            (done, failure) ->
                metrics.published(Duration.ofNanos(System.nanoTime() - started), failure == null));
  }

  /** Sends in this order; once one has failed at once, the rest is not tried. */
  private List<CompletableFuture<Void>> sendAll(List<Message> messages) {
    List<CompletableFuture<Void>> sent = new ArrayList<>(messages.size());
    for (var message : messages) {
      var future = send(message);
      sent.add(future);
      if (future.isCompletedExceptionally()) {
        break;
      }
    }
    return sent;
  }

  private CompletableFuture<Void> send(Message message) {
    var acknowledged = new CompletableFuture<Void>();
    try {
      var unused =
          producer()
              .send(
                  message.record(),
                  (metadata, failure) -> {
                    if (failure == null) {
                      if (EVENTS.contains(message.topic().name())) {
                        metrics.event(message.topic());
                      }
                      acknowledged.complete(null);
                    } else {
                      acknowledged.completeExceptionally(notAcknowledged(failure));
                    }
                  });
    } catch (KafkaException | IllegalStateException e) {
      acknowledged.completeExceptionally(notAcknowledged(e));
    }
    return acknowledged;
  }

  /** Before anything was sent: the registry is away, or has not been set up. */
  private static NotAcknowledged notWritten(KafkaException cause) {
    return new NotAcknowledged("nothing was written: " + cause.getMessage(), cause);
  }

  private NotAcknowledged notAcknowledged(Exception cause) {
    return new NotAcknowledged(
        "Kafka at %s has not acknowledged: %s"
            .formatted(connections.bootstrapServers(), cause.getMessage()),
        cause);
  }

  private Message message(Delivery delivery) {
    return message(Topics.DELIVERIES, key(delivery.getSender(), delivery.getId()), delivery);
  }

  /** The key of a delivery in its topic. */
  static String key(String sender, String id) {
    return sender + "/" + id;
  }

  private <V extends SpecificRecord> Message message(CanonicalEvent<V> event) {
    return message(event.topic(), event.key(), event.value());
  }

  private <V extends SpecificRecord> Message message(Topic<V> topic, String key, V value) {
    byte[] bytes = serde(topic).serializer().serialize(topic.name(), value);
    return new Message(topic, new ProducerRecord<>(topic.name(), key, bytes));
  }

  @SuppressWarnings("unchecked") // each topic is put in with the serde of its own values
  private <V extends SpecificRecord> AvroSerde<V> serde(Topic<V> topic) {
    return (AvroSerde<V>)
        serdes.computeIfAbsent(topic.name(), name -> new AvroSerde<>(topic, registry));
  }

  private synchronized KafkaProducer<String, byte[]> producer() {
    if (closed) {
      throw new IllegalStateException("ingest is being stopped");
    }
    if (producer == null) {
      producer =
          new KafkaProducer<>(
              producerSettings(connections, settings, pace),
              new StringSerializer(),
              new ByteArraySerializer());
    }
    return producer;
  }

  static Map<String, Object> producerSettings(
      Connections connections, IngestSettings settings, Pace pace) {
    boolean answering = pace == Pace.ANSWERING;
    long timeout = (answering ? settings.deliveryTimeout() : BULK_PATIENCE).toMillis();
    Duration block = answering ? settings.blockTimeout() : BULK_PATIENCE;
    return connections.kafkaClient(
        Map.ofEntries(
            Map.entry(ProducerConfig.CLIENT_ID_CONFIG, "dorado-ingest"),
            Map.entry(ProducerConfig.ACKS_CONFIG, "all"),
            Map.entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true),
            Map.entry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd"),
            // Batches of a few deliveries: at the lowest level their records are 3 % longer, but
            // take a
            // third less time, most of which is to make tables ready that they don't fill.
            Map.entry(ProducerConfig.COMPRESSION_ZSTD_LEVEL_CONFIG, answering ? 1 : 3),
            // A sender waits for each answer: better a smaller batch than a later one.
            Map.entry(ProducerConfig.LINGER_MS_CONFIG, answering ? 1 : 20),
            Map.entry(ProducerConfig.BATCH_SIZE_CONFIG, answering ? 16 * 1024 : 256 * 1024),
            Map.entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) timeout),
            Map.entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) Math.max(1, timeout / 2 - 1)),
            Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, block.toMillis()),
            Map.entry(ProducerConfig.BUFFER_MEMORY_CONFIG, settings.bufferBytes()),
            Map.entry(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1000),
            Map.entry(
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                Integer.parseInt(Topics.DELIVERIES.settings().get("max.message.bytes")))));
  }

  /** What the producer is tuned for. */
  enum Pace {
    /** A sender waits for each answer. */
    ANSWERING,
    /** Many events, and only all of them matter. */
    BULK
  }

  /**
   * An attempt to write a delivery and its events.
   *
   * @param done ends once all of it is acknowledged; fails with {@link Publisher.NotAcknowledged}
   * @param sent the same for each record that was sent, the delivery first
   */
  record Attempt(CompletableFuture<Void> done, List<CompletableFuture<Void>> sent) {

    /** Whether the delivery itself is acknowledged. */
    boolean isDeliveryKept() {
      return sent.get(0).isDone() && !sent.get(0).isCompletedExceptionally();
    }
  }

  /** What is sent, already serialized. */
  private record Message(Topic<?> topic, ProducerRecord<String, byte[]> record) {

    Message followingFrom(TraceSpan span) {
      span.traceparent()
          .ifPresent(parent -> record.headers().add(Traces.HEADER, parent.getBytes(UTF_8)));
      return this;
    }
  }
}
