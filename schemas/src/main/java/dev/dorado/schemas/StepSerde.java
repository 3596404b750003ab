package dev.dorado.schemas;

import dev.dorado.steps.StepRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * What travels between the steps of the topology and is kept in their stores, in Avro's
 * single-object encoding: these topics and stores belong to one application id, and no registry
 * knows them. Thread-safe.
 */
public final class StepSerde implements Serde<StepRecord> {

  @Override
  public Serializer<StepRecord> serializer() {
    return (ignored, value) -> value == null ? null : StepRecords.write(value);
  }

  @Override
  public Deserializer<StepRecord> deserializer() {
    return (ignored, bytes) -> bytes == null ? null : StepRecords.read(bytes);
  }
}
