package dev.dorado.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dorado.events.Commit;
import dev.dorado.events.Provenance;
import dev.dorado.events.PushEvent;
import dev.dorado.facts.IncidentFact;
import dev.dorado.steps.CommitAlias;
import dev.dorado.steps.StepRecord;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class StepSerdeTest {

  private static final List<SpecificRecord> PAYLOADS =
      List.of(
          new CommitAlias("abc", "github.com/acme/shop"),
          IncidentFact.newBuilder()
              .setService("checkout")
              .setId("PD-1")
              .setStartedAt(Instant.parse("2026-03-01T12:00:00.123Z"))
              .build(),
          PushEvent.newBuilder()
              .setId("p")
              .setProvenance(new Provenance("github", "d", Instant.EPOCH, "live"))
              .setOccurredAt(Instant.EPOCH)
              .setRepository("github.com/acme/shop")
              .setRef("refs/heads/main")
              .setCommits(List.of(Commit.newBuilder().setSha("abc").setFiles(null).build()))
              .build());

  @Test
  void aPayloadOfAnyKindComesBackAsItWas() {
    for (var payload : PAYLOADS) {
      var read = StepSerde.read(StepSerde.write(StepSerde.record("id", payload)));

      assertThat(read.getId()).isEqualTo("id");
      assertThat(read.getPayload()).isEqualTo(payload);
    }
  }

  @Test
  void aRetractionComesBackAsOne() {
    assertThat(StepSerde.read(StepSerde.write(StepSerde.record("id", null))).getPayload()).isNull();
  }

  @Test
  void theSameRecordGivesTheSameBytes() {
    for (var payload : PAYLOADS) {
      byte[] bytes = StepSerde.write(StepSerde.record("id", payload));

      assertThat(StepSerde.write(StepSerde.read(bytes))).isEqualTo(bytes);
    }
  }

  @Test
  void kafkaGetsWhatTheMethodsGiveAndNullStaysNull() {
    try (var serde = new StepSerde()) {
      var record = StepSerde.record("id", PAYLOADS.get(0));
      byte[] bytes = serde.serializer().serialize("any", record);

      assertThat(bytes).isEqualTo(StepSerde.write(record));
      assertThat(serde.deserializer().deserialize("any", bytes)).isEqualTo(record);
      assertThat(serde.serializer().serialize("any", null)).isNull();
      assertThat(serde.deserializer().deserialize("any", (byte[]) null)).isNull();
    }
  }

  @Test
  void whatAnotherVersionLeftIsAnErrorThatSaysWhatToDo() {
    byte[] ofAnotherSchema = StepSerde.write(StepSerde.record("id", PAYLOADS.get(0)));
    ofAnotherSchema[5]++;
    byte[] cut = Arrays.copyOf(StepSerde.write(StepSerde.record("id", PAYLOADS.get(2))), 30);

    for (byte[] bytes : List.of(ofAnotherSchema, cut, new byte[] {1, 2, 3})) {
      assertThatThrownBy(() -> StepSerde.read(bytes))
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("./dorado reprocess");
    }
  }

  @Test
  void everyEventAndFactMayTravel() {
    var union = StepRecord.getClassSchema().getField("payload").schema().getTypes();

    assertThat(union)
        .containsAll(Topics.events().stream().map(Topic::schema).toList())
        .containsAll(Topics.facts().stream().map(Topic::schema).toList());
  }
}
