package dev.dorado.streams.generations;

import dev.dorado.schemas.Connections;
import dev.dorado.streams.steps.RejectedInputs;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The keys of a step that are marked for the step's function, of all instances, read from the topic
 * in which the step's marks are kept. A mark is taken away in the same transaction in which the
 * outputs of its key are written. Not thread-safe.
 */
final class DirtyKeys implements AutoCloseable {

  private final Consumer<byte[], byte[]> consumer;
  private final Set<ByteBuffer> marked = new HashSet<>();
  private final Set<ByteBuffer> awaited = new HashSet<>();

  DirtyKeys(Connections connections) {
    this(
        new KafkaConsumer<>(
            connections.kafkaClient(
                Map.of(
                    ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                    "read_committed",
                    ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                    false,
                    ConsumerConfig.CLIENT_ID_CONFIG,
                    "dorado-catch-up")),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer()));
  }

  DirtyKeys(Consumer<byte[], byte[]> consumer) {
    this.consumer = consumer;
  }

  /** Begins to read the marks. */
  void start(Set<TopicPartition> partitions) {
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Reads on; answers whether all marks before {@code ends} have been seen. */
  boolean hasRead(Map<TopicPartition, Long> ends, Duration wait) {
    read(wait);
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  /** From here on, the keys that are marked now are waited for. */
  void awaitMarked() {
    awaited.clear();
    awaited.addAll(marked);
  }

  /** Reads on; answers whether each key that is waited for has been without its mark. */
  boolean hasCleared(Duration wait) {
    if (!awaited.isEmpty()) {
      read(wait);
    }
    return awaited.isEmpty();
  }

  /** How many keys are waited for. */
  int awaited() {
    return awaited.size();
  }

  private void read(Duration wait) {
    for (var mark : consumer.poll(wait)) {
      if (!RejectedInputs.isMark(mark.key())) {
        continue;
      }
      var key = ByteBuffer.wrap(mark.key());
      if (mark.value() == null) {
        marked.remove(key);
        awaited.remove(key);
      } else {
        marked.add(key);
      }
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
