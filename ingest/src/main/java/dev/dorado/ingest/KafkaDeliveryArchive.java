package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.dorado.deliveries.Delivery;
import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.Utils;

/**
 * The topic of deliveries. One delivery is found by its key, which says the partition, and its
 * offset, which ClickHouse knows as the version of its row: without reading the topic. Each call
 * has a consumer of its own, outside of any group. Thread-safe.
 */
final class KafkaDeliveryArchive implements DeliveryArchive {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(500);

  private final Connections connections;
  private final Deserializer<Delivery> deserializer;

  KafkaDeliveryArchive(Connections connections) {
    this.connections = requireNonNull(connections);
    this.deserializer =
        new AvroSerde<>(Topics.DELIVERIES, connections.registryClient()).deserializer();
  }

  @Override
  public List<Optional<Delivery>> find(List<Place> places) {
    try (var consumer = consumer()) {
      int partitions = partitions(consumer).size();
      List<Optional<Delivery>> found = new ArrayList<>();
      for (var place : places) {
        found.add(find(consumer, partitions, place));
      }
      return found;
    } catch (KafkaException e) {
      throw away(e);
    }
  }

  @Override
  public void forEach(Predicate<Delivery> wantsMore) {
    try (var consumer = consumer()) {
      for (var partition : partitions(consumer)) {
        boolean[] goesOn = {true};
        read(consumer, partition, 0, record -> goesOn[0] = wantsMore.test(deserialized(record)));
        if (!goesOn[0]) {
          return;
        }
      }
    } catch (KafkaException e) {
      throw away(e);
    }
  }

  private Optional<Delivery> find(
      KafkaConsumer<String, byte[]> consumer, int partitions, Place place) {
    String key = KafkaPublisher.key(place.sender(), place.id());
    // As the producer chooses the partition of a key.
    int partition = Utils.toPositive(Utils.murmur2(key.getBytes(UTF_8))) % partitions;
    List<Delivery> newest = new ArrayList<>();
    read(
        consumer,
        new TopicPartition(Topics.DELIVERIES.name(), partition),
        place.offset(),
        record -> {
          if (key.equals(record.key()) && record.value() != null) {
            newest.add(deserialized(record));
          }
          // Where the offset is known, the first one is it.
          return newest.isEmpty() || place.offset() == 0;
        });
    return newest.isEmpty() ? Optional.empty() : Optional.of(newest.get(newest.size() - 1));
  }

  /** Reads up to what is now the end, or until {@code wantsMore} says false. */
  private static void read(
      KafkaConsumer<String, byte[]> consumer,
      TopicPartition partition,
      long from,
      Predicate<ConsumerRecord<String, byte[]>> wantsMore) {
    consumer.assign(List.of(partition));
    long begin = consumer.beginningOffsets(List.of(partition), PATIENCE).get(partition);
    long end = consumer.endOffsets(List.of(partition), PATIENCE).get(partition);
    consumer.seek(partition, Math.max(begin, from));
    long lastProgress = System.nanoTime();
    while (consumer.position(partition, PATIENCE) < end) {
      var records = consumer.poll(POLL);
      for (var record : records) {
        if (record.offset() >= end || !wantsMore.test(record)) {
          return;
        }
      }
      if (!records.isEmpty()) {
        lastProgress = System.nanoTime();
      } else if (System.nanoTime() - lastProgress > PATIENCE.toNanos()) {
        throw new TimeoutException(
            "nothing came from %s for %d s".formatted(partition, PATIENCE.toSeconds()));
      }
    }
  }

  private Delivery deserialized(ConsumerRecord<String, byte[]> record) {
    return deserializer.deserialize(record.topic(), record.value());
  }

  private static List<TopicPartition> partitions(KafkaConsumer<String, byte[]> consumer) {
    return consumer.partitionsFor(Topics.DELIVERIES.name(), PATIENCE).stream()
        .map(info -> new TopicPartition(info.topic(), info.partition()))
        .toList();
  }

  private KafkaConsumer<String, byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.<String, Object>of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            connections.bootstrapServers(),
            ConsumerConfig.CLIENT_ID_CONFIG,
            "dorado-ingest-archive",
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false,
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            false,
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            50),
        new StringDeserializer(),
        new ByteArrayDeserializer());
  }

  private Away away(KafkaException e) {
    return new Away(
        "Kafka at %s does not give the deliveries: %s"
            .formatted(connections.bootstrapServers(), e.getMessage()),
        e);
  }
}
