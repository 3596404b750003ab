package dev.dorado.ingest.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.schemas.Topics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MissingEventsTest {

  private final RecordingSink sink = new RecordingSink();
  private final MissingEvents missing =
      new MissingEvents(
          sink,
          event -> ((DeploymentEvent) event.value()).getId().startsWith("known"),
          Instant.parse("2026-06-01T00:00:00Z"),
          Instant.parse("2026-06-02T00:00:00Z"));

  @Test
  void onlyWhatNeverCameIsHandedOnAndCounted() {
    missing.write(
        List.of(
            event("known", "2026-06-01T12:00:00Z"),
            event("missing", "2026-06-01T12:00:00Z"),
            event("long ago", "2026-05-31T23:59:59Z"),
            event("on its way", "2026-06-02T00:00:00Z")));
    assertThat(sink.ids()).containsExactly("missing");
    assertThat(missing.counts()).isEqualTo(Map.of(Topics.DEPLOYMENTS.name(), 1));
    assertThat(missing.summary())
        .contains("1 events had never come")
        .contains("2026-06-01T12:00:00Z");
  }

  @Test
  void whereNothingIsMissingNothingIsSaid() {
    missing.write(List.of(event("known", "2026-06-01T12:00:00Z")));
    assertThat(missing.summary()).isEmpty();
  }

  private static CanonicalEvent<DeploymentEvent> event(String id, String time) {
    return CanonicalEvent.of(
        DeploymentEvent.newBuilder()
            .setId(id)
            .setProvenance(new Provenance("github", "backfill", Instant.EPOCH, "backfill"))
            .setOccurredAt(Instant.parse(time))
            .setDeployment(id)
            .setStatus("succeeded")
            .build());
  }
}
