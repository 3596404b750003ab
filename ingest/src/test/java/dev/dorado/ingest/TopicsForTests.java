package dev.dorado.ingest;

import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Sets the topics and schemas up, without the tables that ingest does not need; and reads back. */
final class TopicsForTests {

  private final Connections connections;

  TopicsForTests(Connections connections) {
    this.connections = connections;
  }

  /** All that there are not: the classes of a run share one broker. */
  void create() throws Exception {
    try (var admin = Admin.create(Map.of("bootstrap.servers", connections.bootstrapServers()))) {
      Set<String> there = admin.listTopics().names().get();
      admin
          .createTopics(
              Topics.all().stream()
                  .filter(topic -> !there.contains(topic.name()))
                  .map(
                      topic ->
                          new NewTopic(topic.name(), Optional.of(3), Optional.empty())
                              .configs(topic.settings()))
                  .toList())
          .all()
          .get();
    }
    var registry = connections.registryClient();
    for (var topic : Topics.all()) {
      registry.register(topic.subject(), new AvroSchema(topic.schema()));
    }
  }

  /** Everything in a topic at this moment. */
  <V extends SpecificRecord> List<ConsumerRecord<String, V>> read(Topic<V> topic) {
    var serde = new AvroSerde<>(topic, connections.registryClient());
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of(
                "bootstrap.servers",
                connections.bootstrapServers(),
                "auto.offset.reset",
                "earliest",
                "max.partition.fetch.bytes",
                Topics.MAX_DELIVERY_BYTES,
                "fetch.max.bytes",
                Topics.MAX_DELIVERY_BYTES),
            new StringDeserializer(),
            serde.deserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic.name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<String, V>> records = new ArrayList<>();
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
      return records;
    }
  }
}
