package dev.dorado.streams;

import dev.dorado.rules.Facts;
import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The facts that stand in the topics, as whoever reads committed records only sees them. */
final class FactsInKafka implements AutoCloseable {

  private final KafkaConsumer<String, byte[]> consumer;
  private final Map<String, Deserializer<? extends SpecificRecord>> deserializers = new HashMap<>();
  private final Facts facts = new Facts();
  private int records;

  FactsInKafka(Connections connections) {
    consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, connections.bootstrapServers(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    var registry = connections.registryClient();
    List<TopicPartition> partitions = new ArrayList<>();
    for (Topic<? extends SpecificRecord> topic : Topics.facts()) {
      deserializers.put(topic.name(), new AvroSerde<>(topic, registry).deserializer());
      for (int i = 0; i < connections.partitions(); i++) {
        partitions.add(new TopicPartition(topic.name(), i));
      }
    }
    consumer.assign(partitions);
  }

  /** Those that stand after what has come since. */
  Facts read() {
    for (var polled : consumer.poll(Duration.ofMillis(200))) {
      SpecificRecord fact =
          deserializers.get(polled.topic()).deserialize(polled.topic(), polled.value());
      boolean retracted = (boolean) fact.get(fact.getSchema().getField("retracted").pos());
      if (retracted) {
        facts.remove(polled.key(), fact);
      } else {
        facts.put(polled.key(), fact);
      }
      records++;
    }
    return facts;
  }

  /** How many records have been read so far. */
  int records() {
    return records;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
