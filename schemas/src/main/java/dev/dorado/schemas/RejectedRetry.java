package dev.dorado.schemas;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What a retry of a record of {@code dorado.rejected} means to those that take part: streams sets
 * the record aside, ingest writes it to its topic again, and api says whether that is possible.
 */
public final class RejectedRetry {

  /** Header of a record that a retry wrote; its value is the offset that the record had first. */
  public static final String HEADER = "dorado-retry";

  /** Status of a record that lacks in the facts, or in what is known of deliveries. */
  public static final String REJECTED = "rejected";

  /** Status of a record that was written to its topic again, and has not been rejected since. */
  public static final String RETRIED = "retried";

  /** Status of a record whose key has a newer record in its topic, which counts instead. */
  public static final String SUPERSEDED = "superseded";

  /** Status of a record that an administrator dismissed, and that has not been rejected since. */
  public static final String DISMISSED = "dismissed";

  /** Status of a report about a derivation that took long: no record was rejected. */
  public static final String SLOW = "slow";

  /** Error of a key whose history takes more memory than one key may. */
  public static final String TOO_LARGE_HISTORY = "TooLargeHistory";

  /** Place of a record that the topology could not read, process or write. */
  public static final String TOPOLOGY = "topology";

  /** Place of a record that could not be a row of a table. */
  public static final String SINK = "sink";

  private RejectedRetry() {}

  /** The value of {@link #HEADER}. */
  public static byte[] header(long offset) {
    return ByteBuffer.allocate(Long.BYTES).putLong(offset).array();
  }

  /** The version of a record's row: the offset that the record had when it came first. */
  public static long version(ConsumerRecord<?, ?> record) {
    var header = record.headers().lastHeader(HEADER);
    return header == null ? record.offset() : ByteBuffer.wrap(header.value()).getLong();
  }

  /**
   * Why a record can't be written to its topic again; empty if it can.
   *
   * @param error what it was rejected with
   * @param place where it was rejected
   * @param topic its topic; null if its bytes are not kept
   * @param offset its offset; -1 if unknown
   * @param bytes length of its key and value
   */
  public static Optional<String> obstacle(
      String error, String place, String topic, long offset, long bytes) {
    if (error.equals(TOO_LARGE_HISTORY)) {
      return Optional.of(
          "its inputs are kept, and the next start with more memory processes them by itself");
    }
    if (topic == null) {
      return Optional.of(
          bytes > Topics.MAX_DELIVERY_BYTES
              ? "its bytes are not kept, since they are too many"
              : "its bytes are not kept, since the output of a step is derived again from its inputs");
    }
    if (place.equals(TOPOLOGY) && Topics.isInternal(topic)) {
      return Optional.of(
          "it was on its way between two steps, and what the first step says may have changed since");
    }
    if (place.equals(TOPOLOGY) && offset < 0) {
      return Optional.of(
          "it could not be written to %s, which may have a newer record by now".formatted(topic));
    }
    return Optional.empty();
  }
}
