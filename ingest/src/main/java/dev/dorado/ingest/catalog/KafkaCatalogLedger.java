package dev.dorado.ingest.catalog;

import static java.util.Objects.requireNonNull;

import dev.dorado.events.CatalogEvent;
import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * The topic of the catalog, followed to its end whenever it is asked: so a restart, or a second
 * process that polls the same source, says nothing again that was said before. It is read whole
 * once; it is small. Not thread-safe.
 */
public final class KafkaCatalogLedger implements CatalogLedger {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(500);

  private final Connections connections;
  private final Map<String, KnownEntries> bySource = new HashMap<>();
  private KafkaConsumer<String, CatalogEvent> consumer;

  /** Connects when it is first asked. */
  public KafkaCatalogLedger(Connections connections) {
    this.connections = requireNonNull(connections);
  }

  @Override
  public KnownEntries of(String source) throws IOException {
    try {
      follow();
    } catch (KafkaException e) {
      // A new consumer reads all of it again.
      close();
      bySource.clear();
      throw new IOException(
          "Kafka at %s does not give the catalog that is known: %s"
              .formatted(connections.bootstrapServers(), e.getMessage()),
          e);
    }
    return bySource.computeIfAbsent(source, name -> new KnownEntries());
  }

  private void follow() {
    if (consumer == null) {
      consumer = newConsumer();
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topics.CATALOG.name(), PATIENCE).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
    }
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment(), PATIENCE);
    long lastProgress = System.nanoTime();
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey(), PATIENCE) < end.getValue())) {
      var records = consumer.poll(POLL);
      if (!records.isEmpty()) {
        lastProgress = System.nanoTime();
      } else if (System.nanoTime() - lastProgress > PATIENCE.toNanos()) {
        throw new TimeoutException("nothing came for %d s".formatted(PATIENCE.toSeconds()));
      }
      // Records of a service are in one partition, in the order in which they were said.
      records.forEach(
          record ->
              bySource
                  .computeIfAbsent(
                      record.value().getProvenance().getSender(), name -> new KnownEntries())
                  .add(record.value(), record.value().getOccurredAt()));
    }
  }

  private KafkaConsumer<String, CatalogEvent> newConsumer() {
    return new KafkaConsumer<>(
        connections.kafkaClient(
            Map.of(
                ConsumerConfig.CLIENT_ID_CONFIG,
                "dorado-ingest-catalog",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false)),
        new StringDeserializer(),
        new AvroSerde<>(Topics.CATALOG, connections.registryClient()).deserializer());
  }

  @Override
  public void close() {
    if (consumer != null) {
      consumer.close();
      consumer = null;
    }
  }
}
