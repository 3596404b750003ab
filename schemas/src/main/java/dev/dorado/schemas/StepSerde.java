package dev.dorado.schemas;

import dev.dorado.steps.StepRecord;
import java.io.IOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.generic.GenericData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * What travels between the steps of the topology and is kept in their stores, in Avro's
 * single-object encoding: these topics and stores belong to one application id, and no registry
 * knows them. Thread-safe.
 */
public final class StepSerde implements Serde<StepRecord> {

  static {
    TrustedRecords.trust();
    // Avro compares the elements of arrays by its common model, which must know times for that.
    GenericData.get().addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
  }

  @Override
  public Serializer<StepRecord> serializer() {
    return (ignored, value) -> value == null ? null : write(value);
  }

  @Override
  public Deserializer<StepRecord> deserializer() {
    return (ignored, bytes) -> bytes == null ? null : read(bytes);
  }

  /** A step record with an id and a payload; a null payload retracts. */
  public static StepRecord record(String id, SpecificRecord payload) {
    return StepRecord.newBuilder().setId(id).setPayload(payload).build();
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
      throw new SerializationException("cannot write a step record: " + value.getId(), e);
    }
  }

  /** The record of some bytes. */
  public static StepRecord read(byte[] bytes) {
    try {
      return StepRecord.getDecoder().decode(bytes);
    } catch (IOException | AvroRuntimeException e) {
      throw new SerializationException(
          "cannot read a step record: %s. What another version of Dorado has left between its steps is read by that version only; another DORADO_STREAMS_APPLICATION_ID computes all facts anew from the events"
              .formatted(e.getMessage()),
          e);
    }
  }
}
