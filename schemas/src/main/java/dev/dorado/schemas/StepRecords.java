package dev.dorado.schemas;

import dev.dorado.steps.StepRecord;
import java.io.IOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.generic.GenericData;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificRecord;

/**
 * What travels between the steps and is kept in their stores, in Avro's single-object encoding.
 * Thread-safe.
 */
public final class StepRecords {

  /** The header of Avro's single-object encoding: two marker bytes and the schema's fingerprint. */
  private static final int HEADER_BYTES = 10;

  /** Where null stands among the kinds of payloads. */
  private static final int NO_PAYLOAD = 0;

  static {
    TrustedRecords.trust();
    // Avro compares the elements of arrays by its common model, which must know times for that.
    GenericData.get().addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
  }

  private StepRecords() {}

  /** A step record with an id and a payload; a null payload retracts. */
  public static StepRecord record(String id, SpecificRecord payload) {
    return new StepRecord(id, payload);
  }

  /** The bytes of a record. */
  public static byte[] write(StepRecord value) {
    try {
      var bytes = StepRecord.getEncoder().encode(value);
      if (bytes.hasArray()
          && bytes.arrayOffset() == 0
          && bytes.position() == 0
          && bytes.remaining() == bytes.array().length) {
        return bytes.array();
      }
      var copy = new byte[bytes.remaining()];
      bytes.get(copy);
      return copy;
    } catch (IOException e) {
      throw new AvroRuntimeException("cannot write a step record: " + value.getId(), e);
    }
  }

  /** The id of a record, of whose bytes no more is read. */
  public static String id(byte[] bytes) {
    try {
      return head(bytes).readString();
    } catch (IOException | AvroRuntimeException e) {
      throw unreadable(e);
    }
  }

  /** Whether a record retracts: whether it has no payload. Of its bytes no more is read. */
  public static boolean isRetraction(byte[] bytes) {
    try {
      var head = head(bytes);
      head.skipString();
      return head.readIndex() == NO_PAYLOAD;
    } catch (IOException | AvroRuntimeException e) {
      throw unreadable(e);
    }
  }

  private static Decoder head(byte[] bytes) {
    return DecoderFactory.get()
        .binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null);
  }

  /** The record of some bytes. */
  public static StepRecord read(byte[] bytes) {
    try {
      return StepRecord.getDecoder().decode(bytes);
    } catch (IOException | AvroRuntimeException e) {
      throw unreadable(e);
    }
  }

  private static AvroRuntimeException unreadable(Exception e) {
    return new AvroRuntimeException(
        "cannot read a step record: %s. Only this version's steps write to these topics; a new generation computes all facts anew from the events: run './dorado reprocess'"
            .formatted(e.getMessage()),
        e);
  }
}
