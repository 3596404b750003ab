package dev.dorado.streams.steps;

import dev.dorado.schemas.StepRecords;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * A step record as it travels and is kept. It is encoded once, and its payload is read only where
 * something is derived from it. Immutable; nobody changes the bytes.
 */
final class Encoded {

  /**
   * The bytes that a record and its keys may have: the producer's bound, less what stores add. A
   * longer one spoils the transaction in which it is sent, so that nothing could be set aside.
   */
  private static final int MOST_BYTES = 28 * 1024 * 1024;

  private static final int DIGEST_BYTES = 16;

  /** A name is in keys of records and of store entries, and in the identity of an input. */
  private static final int COPIES_OF_NAME = 4;

  private static final int BYTES_OF_CHARACTER = 3;

  private final byte[] bytes;

  private Encoded(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * @param id the input's id where it goes
   * @param payload what it is; null retracts it
   */
  static Encoded of(InputId id, SpecificRecord payload) {
    return of(StepRecords.write(StepRecords.record(id.toString(), payload)));
  }

  static Encoded of(byte[] bytes) {
    return new Encoded(bytes);
  }

  /** Moves the bytes as they are. */
  static Serde<Encoded> serde() {
    return Serdes.serdeFrom(
        (topic, encoded) -> encoded == null ? null : encoded.bytes,
        (topic, bytes) -> bytes == null ? null : of(bytes));
  }

  byte[] bytes() {
    return bytes;
  }

  /**
   * @param names keys under which it is sent and kept
   * @throws RecordTooLargeException if it is longer with them than Kafka takes
   */
  void requireSendable(String... names) {
    long size = bytes.length;
    for (String name : names) {
      size += (long) COPIES_OF_NAME * BYTES_OF_CHARACTER * name.length();
    }
    if (size > MOST_BYTES) {
      throw new RecordTooLargeException(
          "it takes up to %,d bytes with its keys: expected at most %,d, which Kafka takes between steps"
              .formatted(size, MOST_BYTES));
    }
  }

  InputId id() {
    return InputId.parse(StepRecords.id(bytes));
  }

  boolean isRetraction() {
    return StepRecords.isRetraction(bytes);
  }

  /** The payload, or null. */
  SpecificRecord payload() {
    return (SpecificRecord) StepRecords.read(bytes).getPayload();
  }

  /** Bytes by which it is told from any other: the first of its SHA-256. */
  byte[] digest() {
    try {
      return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(bytes), DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
