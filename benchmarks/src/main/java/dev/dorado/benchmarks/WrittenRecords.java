package dev.dorado.benchmarks;

import dev.dorado.deliveries.Delivery;
import dev.dorado.events.Provenance;
import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * What ingest writes for a delivery, read back from Kafka: a handler without any work of its own
 * that produces these records has produced the same bytes.
 */
final class WrittenRecords {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private WrittenRecords() {}

  /**
   * A record.
   *
   * @param topic where it was written
   * @param key its key
   * @param value its bytes
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and never changed
  record Written(String topic, String key, byte[] value) {}

  /**
   * The records of each delivery by the delivery's id, its own first. Reads all that there is.
   *
   * @param connections where it was written
   */
  static Map<String, List<Written>> byDelivery(Connections connections) {
    Map<String, List<Written>> records = new HashMap<>();
    Stream.concat(Stream.of(Topics.DELIVERIES), Topics.events().stream())
        .forEach(topic -> read(topic, connections, records));
    return records;
  }

  private static <V extends SpecificRecord> void read(
      Topic<V> topic, Connections connections, Map<String, List<Written>> records) {
    var values = new AvroSerde<>(topic, connections.registryClient()).deserializer();
    try (var consumer = consumer(connections)) {
      var partitions =
          consumer.partitionsFor(topic.name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      long started = System.nanoTime();
      while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
        if (System.nanoTime() - started > PATIENCE.toNanos()) {
          throw new IllegalStateException(
              "%s could not be read within %s".formatted(topic.name(), PATIENCE));
        }
        for (var record : consumer.poll(POLL)) {
          String id = deliveryOf(values.deserialize(topic.name(), record.value()));
          records
              .computeIfAbsent(id, unseen -> new ArrayList<>())
              .add(new Written(topic.name(), record.key(), record.value()));
        }
      }
    }
  }

  private static String deliveryOf(SpecificRecord value) {
    return value instanceof Delivery delivery
        ? delivery.getId()
        : ((Provenance) ((SpecificRecordBase) value).get("provenance")).getDelivery();
  }

  private static KafkaConsumer<String, byte[]> consumer(Connections connections) {
    return new KafkaConsumer<>(
        Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, connections.bootstrapServers()),
        new StringDeserializer(),
        new ByteArrayDeserializer());
  }
}
