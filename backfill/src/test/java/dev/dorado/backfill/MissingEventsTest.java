package dev.dorado.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.Commit;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.schemas.Topics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MissingEventsTest {

  private final RecordingSink sink = new RecordingSink();
  private final MissingEvents missing =
      new MissingEvents(
          sink,
          event ->
              event.value() instanceof DeploymentEvent deployment
                  && deployment.getId().startsWith("known"),
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
  void aCommitThatIsNewOnTheDefaultBranchIsLookedForWheneverItWasMade() {
    var pushes =
        new ImportedPushes(
            new Provenance("github", "backfill", Instant.EPOCH, "backfill"),
            "github.com/acme/shop",
            "main");
    var commit = Commit.newBuilder().setSha("1".repeat(40)).build();
    Instant longAgo = Instant.parse("2020-01-01T00:00:00Z");
    missing.write(
        List.of(
            pushes.branch("main", Optional.empty(), longAgo, List.of(commit)),
            pushes.branch("topic", Optional.empty(), longAgo, List.of(commit))));
    assertThat(sink.pushes("refs/heads/main")).hasSize(1);
    assertThat(sink.pushes("refs/heads/topic")).isEmpty();
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
