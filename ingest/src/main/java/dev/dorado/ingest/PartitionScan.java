package dev.dorado.ingest;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads a range of a partition, in the order of its offsets. */
final class PartitionScan {

  /** How long Kafka may take for an answer, or for the next record. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration POLL = Duration.ofMillis(500);

  private PartitionScan() {}

  /** Reads up to what is now the end; as {@link #read}. */
  static <K> void readToEnd(
      Consumer<K, byte[]> consumer,
      TopicPartition partition,
      long from,
      Predicate<ConsumerRecord<K, byte[]>> wantsMore) {
    consumer.assign(List.of(partition));
    long end = consumer.endOffsets(List.of(partition), PATIENCE).get(partition);
    read(consumer, partition, from, end, wantsMore);
  }

  /**
   * Reads until {@code end}, or until {@code wantsMore} says false.
   *
   * @param consumer will be assigned the partition, and no other
   * @param from the first offset that is wanted; it may have been deleted
   * @throws TimeoutException if nothing comes for {@link #PATIENCE}
   */
  static <K> void read(
      Consumer<K, byte[]> consumer,
      TopicPartition partition,
      long from,
      long end,
      Predicate<ConsumerRecord<K, byte[]>> wantsMore) {
    consumer.assign(List.of(partition));
    long begin = consumer.beginningOffsets(List.of(partition), PATIENCE).get(partition);
    consumer.seek(partition, Math.max(begin, from));
    long lastProgress = System.nanoTime();
    while (consumer.position(partition, PATIENCE) < end) {
      var records = consumer.poll(POLL);
      for (var record : records) {
        if (record.offset() >= end || !wantsMore.test(record)) {
          return;
        }
      }
      if (!records.isEmpty()) {
        lastProgress = System.nanoTime();
      } else if (System.nanoTime() - lastProgress > PATIENCE.toNanos()) {
        throw new TimeoutException(
            "nothing came from %s for %d s".formatted(partition, PATIENCE.toSeconds()));
      }
    }
  }
}
