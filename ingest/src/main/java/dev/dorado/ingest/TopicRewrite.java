package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topic;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Replaces records of topics that others go on reading and writing: all records of a partition are
 * written to its end again, changed or not, and then those before are deleted. If it is cut off in
 * between, records are there twice, which changes no fact. Not thread-safe.
 */
final class TopicRewrite implements AutoCloseable {

  /** Marks what was written again, for {@link #settle}. */
  private static final String MARK = "dorado-rewrite";

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(20);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final RecordWriter writer;
  private final Admin admin;
  private final byte[] mark;

  /**
   * @param run a text that no other run has
   */
  TopicRewrite(Connections connections, String run) {
    this.mark = requireNonNull(run).getBytes(UTF_8);
    this.consumer =
        new KafkaConsumer<>(
            connections.kafkaClient(Map.of(ConsumerConfig.CLIENT_ID_CONFIG, "dorado-rewrite")),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    this.writer = new RecordWriter(connections, "dorado-rewrite");
    this.admin = Admin.create(connections.kafkaClient(Map.of()));
  }

  /** Where the partitions of a topic end now. */
  Map<TopicPartition, Long> ends(Topic<? extends SpecificRecord> topic) {
    return consumer.endOffsets(
        consumer.partitionsFor(topic.name(), PATIENCE).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList(),
        PATIENCE);
  }

  /** Hands on the records of a partition before {@code end}. */
  void read(TopicPartition partition, long end, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
    PartitionScan.read(
        consumer,
        partition,
        0,
        end,
        record -> {
          reader.accept(record);
          return true;
        });
  }

  /**
   * Replaces the records of partitions of a topic.
   *
   * @param ends up to where, by partition
   * @param change gives the new value of a record
   */
  void replace(
      Topic<? extends SpecificRecord> topic,
      Map<TopicPartition, Long> ends,
      UnaryOperator<byte[]> change)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, Long> firsts = beginFiles(topic, ends.keySet(), change);
    for (var end : ends.entrySet()) {
      long first = firsts.get(end.getKey());
      read(
          end.getKey(),
          end.getValue(),
          record -> {
            if (record.offset() > first) {
              send(record, record.timestamp(), change);
            }
          });
      flush();
      if (topic.settings().get(TopicConfig.CLEANUP_POLICY_CONFIG).contains("compact")) {
        settle(end.getKey(), end.getValue(), change);
      }
    }
    admin
        .deleteRecords(
            ends.entrySet().stream()
                .collect(
                    Collectors.toMap(
                        Map.Entry::getKey, end -> RecordsToDelete.beforeOffset(end.getValue()))))
        .all()
        .get();
  }

  /**
   * Writes the first record of each partition again, to a new file: Kafka deletes whole files, so
   * that a file with what is to go must not go on.
   *
   * @return offsets of the records
   */
  private Map<TopicPartition, Long> beginFiles(
      Topic<? extends SpecificRecord> topic,
      Collection<TopicPartition> partitions,
      UnaryOperator<byte[]> change)
      throws ExecutionException, InterruptedException {
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
    ConfigEntry before = rollAfter(resource);
    setRollAfter(resource, "1", AlterConfigOp.OpType.SET);
    Map<TopicPartition, Long> firsts = new HashMap<>();
    try {
      for (var partition : partitions) {
        PartitionScan.readToEnd(
            consumer,
            partition,
            0,
            record -> {
              firsts.put(partition, record.offset());
              // By the present time: a file is ended by its age.
              send(record, System.currentTimeMillis(), change);
              return false;
            });
      }
      flush();
    } finally {
      boolean isOfTopic = before.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG;
      setRollAfter(
          resource,
          before.value(),
          isOfTopic ? AlterConfigOp.OpType.SET : AlterConfigOp.OpType.DELETE);
    }
    return firsts;
  }

  private ConfigEntry rollAfter(ConfigResource topic)
      throws ExecutionException, InterruptedException {
    return admin
        .describeConfigs(List.of(topic))
        .all()
        .get()
        .get(topic)
        .get(TopicConfig.SEGMENT_MS_CONFIG);
  }

  private void setRollAfter(ConfigResource topic, String millis, AlterConfigOp.OpType operation)
      throws ExecutionException, InterruptedException {
    var entry = new ConfigEntry(TopicConfig.SEGMENT_MS_CONFIG, millis);
    admin
        .incrementalAlterConfigs(Map.of(topic, List.of(new AlterConfigOp(entry, operation))))
        .all()
        .get();
    while (!rollAfter(topic).value().equals(millis)) {
      Thread.sleep(POLL.toMillis());
    }
  }

  /**
   * Of records with one key, the last one counts. One that somebody else wrote meanwhile must not
   * be followed by an older one that was written again: then it is written again, too.
   */
  private void settle(TopicPartition partition, long from, UnaryOperator<byte[]> change) {
    long begin = from;
    while (true) {
      Map<ByteBuffer, ConsumerRecord<byte[], byte[]>> ofOthers = new HashMap<>();
      Map<ByteBuffer, ConsumerRecord<byte[], byte[]>> overtaken = new LinkedHashMap<>();
      long[] next = {begin};
      PartitionScan.readToEnd(
          consumer,
          partition,
          begin,
          record -> {
            var key = ByteBuffer.wrap(record.key());
            if (!isMarked(record)) {
              ofOthers.put(key, record);
            } else if (ofOthers.containsKey(key)) {
              overtaken.put(key, ofOthers.get(key));
            }
            next[0] = record.offset() + 1;
            return true;
          });
      if (overtaken.isEmpty()) {
        return;
      }
      begin = next[0];
      overtaken.values().forEach(record -> send(record, record.timestamp(), change));
      flush();
    }
  }

  private boolean isMarked(ConsumerRecord<byte[], byte[]> record) {
    var header = record.headers().lastHeader(MARK);
    return header != null && Arrays.equals(header.value(), mark);
  }

  private void send(
      ConsumerRecord<byte[], byte[]> record, long timestamp, UnaryOperator<byte[]> change) {
    var headers = new RecordHeaders(new ArrayList<>(Arrays.asList(record.headers().toArray())));
    headers.remove(MARK).add(MARK, mark);
    writer.write(
        new ProducerRecord<>(
            record.topic(),
            record.partition(),
            timestamp,
            record.key(),
            change.apply(record.value()),
            headers));
  }

  private void flush() {
    writer
        .flush()
        .ifPresent(
            refusal -> {
              throw new Publisher.NotAcknowledged(
                  "Kafka does not take a record again: " + refusal.getMessage(), refusal);
            });
  }

  @Override
  public void close() {
    consumer.close();
    writer.close();
    admin.close();
  }
}
