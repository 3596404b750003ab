package dev.dorado.ingest;

import static java.util.Objects.requireNonNull;

import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads what is in a topic now, as no group. Stateless, thread-safe. */
final class TopicReader {

  private static final Duration POLL = Duration.ofMillis(200);

  private final Connections connections;
  private final String clientId;

  /**
   * @param connections where Kafka and the registry are
   * @param clientId as Kafka's logs call it
   */
  TopicReader(Connections connections, String clientId) {
    this.connections = requireNonNull(connections);
    this.clientId = requireNonNull(clientId);
  }

  /** Hands on keys and values of all records that Kafka took since a time, by its clock. */
  <V extends SpecificRecord> void read(
      Topic<V> topic, Instant since, BiConsumer<String, V> reader) {
    var serde = new AvroSerde<>(topic, connections.registryClient());
    try (var consumer =
        new KafkaConsumer<>(
            connections.kafkaClient(
                Map.of(
                    ConsumerConfig.CLIENT_ID_CONFIG,
                    clientId,
                    ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                    Topics.MAX_DELIVERY_BYTES)),
            new StringDeserializer(),
            serde.deserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic.name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      Map<TopicPartition, Long> times = new HashMap<>();
      partitions.forEach(partition -> times.put(partition, since.toEpochMilli()));
      Map<TopicPartition, OffsetAndTimestamp> begins = consumer.offsetsForTimes(times);
      for (var partition : partitions) {
        OffsetAndTimestamp begin = begins.get(partition);
        consumer.seek(partition, begin == null ? ends.get(partition) : begin.offset());
      }
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(POLL).forEach(record -> reader.accept(record.key(), record.value()));
      }
    }
  }
}
