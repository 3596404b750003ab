package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.dorado.deliveries.Delivery;
import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.Utils;

/**
 * The topic of deliveries. One delivery is found by its key, which says the partition, and its
 * offset, which ClickHouse knows as the version of its row: without reading the topic. Where
 * offsets are not known or wrong, each partition is read once for all deliveries of a call. Each
 * call has a consumer of its own, outside of any group. Thread-safe.
 */
final class KafkaDeliveryArchive implements DeliveryArchive {

  private static final Duration PATIENCE = PartitionScan.PATIENCE;
  private static final int RECORDS_OF_A_FETCH = 50;

  private final Connections connections;
  private final Deserializer<Delivery> deserializer;
  private final Function<Map<String, Object>, Consumer<String, byte[]>> consumers;

  KafkaDeliveryArchive(Connections connections) {
    this(
        connections,
        settings ->
            new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer()));
  }

  /**
   * @param consumers makes a consumer of its settings
   */
  KafkaDeliveryArchive(
      Connections connections, Function<Map<String, Object>, Consumer<String, byte[]>> consumers) {
    this.consumers = requireNonNull(consumers);
    this.connections = requireNonNull(connections);
    this.deserializer =
        new AvroSerde<>(Topics.DELIVERIES, connections.registryClient()).deserializer();
  }

  @Override
  public List<Optional<Delivery>> find(List<Place> places) {
    try (var consumer = consumers.apply(consumerSettings())) {
      int partitions = partitions(consumer).size();
      List<Search> searches = places.stream().map(place -> new Search(place, partitions)).toList();
      findAtOffsets(consumer, searches);
      findByReading(consumer, searches);
      return searches.stream()
          .map(search -> Optional.ofNullable(search.found).map(this::deserialized))
          .toList();
    } catch (KafkaException e) {
      throw away(e);
    }
  }

  @Override
  public void forEach(Predicate<Delivery> wantsMore) {
    try (var consumer = consumers.apply(consumerSettings())) {
      for (var partition : partitions(consumer)) {
        boolean[] goesOn = {true};
        PartitionScan.readToEnd(
            consumer, partition, 0, record -> goesOn[0] = wantsMore.test(deserialized(record)));
        if (!goesOn[0]) {
          return;
        }
      }
    } catch (KafkaException e) {
      throw away(e);
    }
  }

  /** Looks where each delivery is said to be, in the one fetch that holds it if it is there. */
  private void findAtOffsets(Consumer<String, byte[]> consumer, Collection<Search> searches) {
    for (var search : searches) {
      if (search.from > 0) {
        int[] left = {RECORDS_OF_A_FETCH};
        PartitionScan.readToEnd(
            consumer,
            search.partition,
            search.from,
            record -> {
              search.offer(record);
              return !search.isDone() && --left[0] > 0;
            });
      }
    }
  }

  /** Reads each partition once for all that is not found yet, however many that are. */
  private static void findByReading(
      Consumer<String, byte[]> consumer, Collection<Search> searches) {
    Map<TopicPartition, Map<String, List<Search>>> open = new HashMap<>();
    for (var search : searches) {
      if (!search.isDone()) {
        open.computeIfAbsent(search.partition, partition -> new HashMap<>())
            .computeIfAbsent(search.key, key -> new ArrayList<>())
            .add(search);
      }
    }
    open.forEach(
        (partition, byKey) -> {
          List<Search> all = byKey.values().stream().flatMap(List::stream).toList();
          long from = all.stream().mapToLong(search -> search.from).min().orElseThrow();
          PartitionScan.readToEnd(
              consumer,
              partition,
              from,
              record -> {
                List<Search> ofKey = byKey.getOrDefault(record.key(), List.of());
                ofKey.forEach(search -> search.offer(record));
                return ofKey.isEmpty() || !all.stream().allMatch(Search::isDone);
              });
        });
  }

  private Delivery deserialized(ConsumerRecord<String, byte[]> record) {
    return deserializer.deserialize(record.topic(), record.value());
  }

  private static List<TopicPartition> partitions(Consumer<String, byte[]> consumer) {
    return consumer.partitionsFor(Topics.DELIVERIES.name(), PATIENCE).stream()
        .map(info -> new TopicPartition(info.topic(), info.partition()))
        .toList();
  }

  private Map<String, Object> consumerSettings() {
    return connections.kafkaClient(
        Map.of(
            ConsumerConfig.CLIENT_ID_CONFIG,
            "dorado-ingest-archive",
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false,
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            false,
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            RECORDS_OF_A_FETCH));
  }

  /** One delivery that is searched for. Its newest record is it, unless its offset is known. */
  private static final class Search {

    private final String key;
    private final TopicPartition partition;
    private final long from;
    private ConsumerRecord<String, byte[]> found;

    Search(Place place, int partitions) {
      this.key = KafkaPublisher.key(place.sender(), place.id());
      // As the producer chooses the partition of a key.
      this.partition =
          new TopicPartition(
              Topics.DELIVERIES.name(),
              Utils.toPositive(Utils.murmur2(key.getBytes(UTF_8))) % partitions);
      this.from = place.offset();
    }

    void offer(ConsumerRecord<String, byte[]> record) {
      if (!isDone()
          && record.offset() >= from
          && key.equals(record.key())
          && record.value() != null) {
        found = record;
      }
    }

    boolean isDone() {
      return found != null && from > 0;
    }
  }

  private Away away(KafkaException e) {
    return new Away(
        "Kafka at %s does not give the deliveries: %s"
            .formatted(connections.bootstrapServers(), e.getMessage()),
        e);
  }
}
