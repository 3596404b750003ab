package dev.dorado.streams;

import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Puts events into their topics, each into any partition: not even the order within a repository is
 * kept.
 */
final class EventsIntoKafka implements AutoCloseable {

  private final KafkaProducer<String, byte[]> producer;
  private final SchemaRegistryClient registry;
  private final int partitions;
  private final Random random;

  EventsIntoKafka(Connections connections, long seed) {
    producer =
        new KafkaProducer<>(
            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, connections.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer());
    registry = connections.registryClient();
    partitions = connections.partitions();
    random = new Random(seed);
  }

  /** Sends events, and waits until Kafka has them. */
  void send(List<SpecificRecord> events) {
    for (var event : events) {
      var topic =
          Topics.events().stream()
              .filter(of -> of.valueType().isInstance(event))
              .findFirst()
              .orElseThrow();
      // What has failed, flushing tells.
      var unused = producer.send(record(topic, event));
    }
    producer.flush();
  }

  private <V extends SpecificRecord> ProducerRecord<String, byte[]> record(
      Topic<V> topic, SpecificRecord event) {
    var serializer = new AvroSerde<>(topic, registry).serializer();
    return new ProducerRecord<>(
        topic.name(),
        random.nextInt(partitions),
        "any",
        serializer.serialize(topic.name(), topic.valueType().cast(event)));
  }

  @Override
  public void close() {
    producer.close();
  }
}
