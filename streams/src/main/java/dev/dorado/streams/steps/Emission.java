package dev.dorado.streams.steps;

import dev.dorado.steps.StepRecord;
import org.apache.avro.specific.SpecificRecord;

/**
 * What a step sends on: an upsert or a retraction of an output.
 *
 * @param target where it goes
 * @param origin which step puts it out, for which key; empty of an event
 * @param id the output's identity within key and kind
 * @param kind the payload's kind, which a retraction needs too
 * @param payload what it is, or was
 * @param retracted whether it is no more
 */
record Emission(
    Target target,
    String origin,
    String id,
    String kind,
    SpecificRecord payload,
    boolean retracted) {

  StepRecord toStepRecord() {
    return StepRecord.newBuilder()
        .setId(new InputId(kind, id, origin).toString())
        .setPayload(retracted ? null : payload)
        .build();
  }
}
