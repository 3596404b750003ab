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
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.specific.SpecificRecord;
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
      var read = StepRecords.read(StepRecords.write(StepRecords.record("id", payload)));

      assertThat(read.getId()).isEqualTo("id");
      assertThat(read.getPayload()).isEqualTo(payload);
    }
  }

  @Test
  void aRetractionComesBackAsOne() {
    assertThat(StepRecords.read(StepRecords.write(StepRecords.record("id", null))).getPayload())
        .isNull();
  }

  @Test
  void theSameRecordGivesTheSameBytes() {
    for (var payload : PAYLOADS) {
      byte[] bytes = StepRecords.write(StepRecords.record("id", payload));

      assertThat(StepRecords.write(StepRecords.read(bytes))).isEqualTo(bytes);
    }
  }

  @Test
  void kafkaGetsWhatTheMethodsGiveAndNullStaysNull() {
    try (var serde = new StepSerde()) {
      var record = StepRecords.record("id", PAYLOADS.get(0));
      byte[] bytes = serde.serializer().serialize("any", record);

      assertThat(bytes).isEqualTo(StepRecords.write(record));
      assertThat(serde.deserializer().deserialize("any", bytes)).isEqualTo(record);
      assertThat(serde.serializer().serialize("any", null)).isNull();
      assertThat(serde.deserializer().deserialize("any", (byte[]) null)).isNull();
    }
  }

  @Test
  void whatAnotherVersionLeftIsAnErrorThatSaysWhatToDo() {
    byte[] ofAnotherSchema = StepRecords.write(StepRecords.record("id", PAYLOADS.get(0)));
    ofAnotherSchema[5]++;
    byte[] cut = Arrays.copyOf(StepRecords.write(StepRecords.record("id", PAYLOADS.get(2))), 30);

    for (byte[] bytes : List.of(ofAnotherSchema, cut, new byte[] {1, 2, 3})) {
      assertThatThrownBy(() -> StepRecords.read(bytes))
          .isInstanceOf(AvroRuntimeException.class)
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
