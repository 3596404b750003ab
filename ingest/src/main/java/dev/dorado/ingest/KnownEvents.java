package dev.dorado.ingest;

import dev.dorado.events.Commit;
import dev.dorado.events.PushEvent;
import dev.dorado.ingest.backfill.EventSet;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Which events of a repository have come, live or not, since a time. A push is known by the commits
 * that it brought: live, its id holds the time of the push, which an import does not know.
 * Immutable once read.
 */
public final class KnownEvents implements EventSet {

  private final Set<String> ids = new HashSet<>();
  private final Set<String> commits = new HashSet<>();

  private KnownEvents() {}

  /**
   * Reads what Kafka has taken since a time.
   *
   * @param connections where Kafka and the registry are
   * @param repository {@code host/owner/name}
   * @param since by Kafka's clock
   */
  public static KnownEvents read(Connections connections, String repository, Instant since) {
    var known = new KnownEvents();
    known.read(connections, Topics.PUSHES, repository, since);
    known.read(connections, Topics.PULL_REQUESTS, repository, since);
    known.read(connections, Topics.CI_RUNS, repository, since);
    known.read(connections, Topics.DEPLOYMENTS, repository, since);
    known.read(connections, Topics.INCIDENTS, repository, since);
    return known;
  }

  @Override
  public boolean contains(CanonicalEvent<?> event) {
    return event.value() instanceof PushEvent push
        ? ids.contains(push.getId()) || commits.contains(push.getRef() + " " + push.getAfter())
        : ids.contains(idOf(event.value()));
  }

  private <V extends SpecificRecord> void read(
      Connections connections, Topic<V> topic, String repository, Instant since) {
    var serde = new AvroSerde<>(topic, connections.registryClient());
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                connections.bootstrapServers(),
                ConsumerConfig.CLIENT_ID_CONFIG,
                "dorado-reconciliation",
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                Topics.MAX_DELIVERY_BYTES),
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
        consumer
            .poll(Duration.ofMillis(200))
            .forEach(
                record -> {
                  if (repository.equals(record.key())) {
                    add(record.value());
                  }
                });
      }
    }
  }

  private void add(SpecificRecord event) {
    ids.add(idOf(event));
    if (event instanceof PushEvent push) {
      commits.add(push.getRef() + " " + push.getAfter());
      for (Commit commit : push.getCommits()) {
        commits.add(push.getRef() + " " + commit.getSha());
      }
    }
  }

  private static String idOf(SpecificRecord event) {
    return (String) event.get(event.getSchema().getField("id").pos());
  }
}
