package dev.dorado.streams.cdevents;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What was published of the facts of some partitions, from the topic of it. A partition has what
 * was published of the facts of the partition of that number, so that whoever reads these facts
 * reads just that. In memory it takes about 200 bytes a fact. For one thread.
 */
final class PublishedLedger {

  private static final byte[] SINCE = "since".getBytes(UTF_8);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Connections connections;
  private final String clientId;
  private final BooleanSupplier isWanted;
  private final Map<Integer, Map<String, byte[]>> partitions = new HashMap<>();

  /**
   * @param isWanted whether somebody still waits for what is being read
   */
  PublishedLedger(Connections connections, String clientId, BooleanSupplier isWanted) {
    this.connections = connections;
    this.clientId = clientId;
    this.isWanted = isWanted;
  }

  /** Since when decisions are published, as the first start has noted it. */
  Optional<Instant> since() {
    return Optional.ofNullable(read(0).get(new String(SINCE, UTF_8)))
        .map(value -> Instant.parse(new String(value, UTF_8)));
  }

  /** Notes since when decisions are published. */
  static ProducerRecord<byte[], byte[]> noteOf(Instant since) {
    return new ProducerRecord<>(
        Topics.PUBLISHED_CDEVENTS.name(), 0, SINCE, since.toString().getBytes(UTF_8));
  }

  /**
   * What was published of a fact.
   *
   * @throws org.apache.kafka.common.errors.RetriableException if Kafka does not answer
   */
  PublishedDecisions of(int partition, String fact) {
    byte[] value = partitions.computeIfAbsent(partition, this::read).get(fact);
    return value == null ? PublishedDecisions.NONE : PublishedDecisions.read(value);
  }

  /** Notes what is published of a fact, in the topic. */
  static ProducerRecord<byte[], byte[]> record(
      int partition, String fact, PublishedDecisions published) {
    return new ProducerRecord<>(
        Topics.PUBLISHED_CDEVENTS.name(), partition, fact.getBytes(UTF_8), published.write());
  }

  /** Notes what is published of a fact, in memory, if its partition is there. */
  void put(int partition, String fact, PublishedDecisions published) {
    partitions.computeIfPresent(
        partition,
        (number, facts) -> {
          facts.put(fact, published.write());
          return facts;
        });
  }

  /** Forgets the partitions that are not read any more. */
  void retain(Set<Integer> read) {
    partitions.keySet().retainAll(read);
  }

  /** Forgets what is to be read again. */
  void forget(Set<Integer> stale) {
    partitions.keySet().removeAll(stale);
  }

  private Map<String, byte[]> read(int number) {
    var partition = new TopicPartition(Topics.PUBLISHED_CDEVENTS.name(), number);
    Map<String, byte[]> values = new HashMap<>();
    try (var consumer = consumer()) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition), PATIENCE).get(partition);
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (consumer.position(partition, PATIENCE) < end) {
        var polled = consumer.poll(POLL);
        for (var record : polled) {
          values.put(new String(record.key(), UTF_8), record.value());
        }
        if (!polled.isEmpty()) {
          deadline = System.nanoTime() + PATIENCE.toNanos();
        } else if (!isWanted.getAsBoolean() || System.nanoTime() - deadline > 0) {
          throw new TimeoutException(
              "%s can't be read to its end within %d s".formatted(partition, PATIENCE.toSeconds()));
        }
      }
    }
    return values;
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        connections.kafkaClient(
            Map.of(
                ConsumerConfig.CLIENT_ID_CONFIG,
                clientId,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest")),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
