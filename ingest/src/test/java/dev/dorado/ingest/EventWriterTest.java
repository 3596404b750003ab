package dev.dorado.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.schemas.Connections;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventWriterTest {

  private final RecordingPublisher publisher = new RecordingPublisher();
  private final EventWriter writer =
      new EventWriter(
          publisher,
          new IngestChecks(Connections.from(ConfigFactory.load())),
          Clock.systemUTC(),
          Duration.ofDays(1));

  @AfterEach
  void close() {
    writer.close();
  }

  @Test
  void aFlushEndsOnceAllIsAcknowledged() throws Exception {
    publisher.hold();
    writer.write(List.of(event("a")));
    writer.write(List.of(event("b"), event("c")));
    var flushed = CompletableFuture.runAsync(writer::flush);
    assertThat(flushed).isNotDone();
    publisher.acknowledge();
    flushed.get(60, TimeUnit.SECONDS);
    assertThat(publisher.events).hasSize(3);
    writer.flush();
  }

  @Test
  void whatIsNotAcknowledgedIsAnErrorFromThenOn() {
    publisher.fail("Kafka at localhost:1 has not acknowledged");
    writer.write(List.of(event("a")));
    assertThatThrownBy(writer::flush)
        .isInstanceOf(EventWriteException.class)
        .hasMessageContaining("Kafka at localhost:1 has not acknowledged")
        .hasMessageContaining("Run the same command again");
    publisher.fail(null);
    assertThatThrownBy(() -> writer.write(List.of(event("b"))))
        .isInstanceOf(EventWriteException.class);
  }

  private static CanonicalEvent<DeploymentEvent> event(String id) {
    return CanonicalEvent.of(
        DeploymentEvent.newBuilder()
            .setId(id)
            .setProvenance(new Provenance("git", "backfill", Instant.EPOCH, "backfill"))
            .setOccurredAt(Instant.EPOCH)
            .setDeployment(id)
            .setStatus("succeeded")
            .build());
  }
}
