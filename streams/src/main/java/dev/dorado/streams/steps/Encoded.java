package dev.dorado.streams.steps;

import dev.dorado.schemas.StepSerde;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * A step record as it travels and is kept. It is encoded once, and its payload is read only where
 * something is derived from it. Immutable; nobody changes the bytes.
 */
final class Encoded {

  private static final int DIGEST_BYTES = 16;

  private final byte[] bytes;

  private Encoded(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * @param id the input's id where it goes
   * @param payload what it is; null retracts it
   */
  static Encoded of(InputId id, SpecificRecord payload) {
    return of(StepSerde.write(StepSerde.record(id.toString(), payload)));
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

  InputId id() {
    return InputId.parse(StepSerde.id(bytes));
  }

  boolean isRetraction() {
    return StepSerde.isRetraction(bytes);
  }

  /** The payload, or null. */
  SpecificRecord payload() {
    return (SpecificRecord) StepSerde.read(bytes).getPayload();
  }

  /** The payload; empty if there is none, or its bytes can't be read: a derivation says why. */
  Optional<SpecificRecord> readable() {
    try {
      return Optional.ofNullable(payload());
    } catch (RuntimeException e) {
      return Optional.empty();
    }
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
