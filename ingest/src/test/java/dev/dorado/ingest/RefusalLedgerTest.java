package dev.dorado.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.dorado.deliveries.Refusals;
import dev.dorado.ingest.auth.Refusal;
import dev.dorado.ingest.auth.Refusal.Reason;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RefusalLedgerTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:30Z");
  private static final Refusal UNSIGNED = new Refusal(Reason.SIGNATURE, "sign it");

  private final RecordingPublisher kafka = new RecordingPublisher();
  private final RefusalLedger ledger =
      RefusalLedger.start(
          kafka, new IngestMetrics(new SimpleMeterRegistry()), Clock.fixed(NOW, ZoneOffset.UTC));

  @AfterEach
  void close() {
    ledger.close();
  }

  @Test
  void theCountOfAMinuteGrowsInOneRow() {
    ledger.count("github", UNSIGNED);
    ledger.count("github", new Refusal(Reason.SIGNATURE, "sign it better"));
    ledger.count("github", new Refusal(Reason.SIZE, "shorten it"));
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(kafka.refusals)
                    .extracting(Refusals::getReason, Refusals::getCount, Refusals::getDetail)
                    .contains(
                        tuple("signature", 2L, "sign it better"), tuple("size", 1L, "shorten it")));
    assertThat(kafka.refusals)
        .allSatisfy(
            row -> {
              assertThat(row.getSender()).isEqualTo("github");
              assertThat(row.getMinute()).isEqualTo("2026-03-01T12:00:00Z");
              assertThat(row.getInstance()).isNotBlank();
            });
  }

  @Test
  void whatHasNotGrownIsNotPublishedAgain() {
    ledger.count("github", UNSIGNED);
    ledger.flush().join();
    int published = kafka.refusals.size();
    ledger.flush().join();
    assertThat(kafka.refusals).hasSize(published);
  }

  @Test
  void whatKafkaDidNotTakeIsPublishedLater() {
    kafka.fail("away");
    ledger.count("github", UNSIGNED);
    assertThat(ledger.flush()).isCompletedExceptionally();
    kafka.fail(null);
    ledger.flush().join();
    assertThat(kafka.refusals).last().extracting(Refusals::getCount).isEqualTo(1L);
  }

  @Test
  void theLastCountsArePublishedAtTheEnd() {
    ledger.count("github", UNSIGNED);
    ledger.close();
    assertThat(kafka.refusals).last().extracting(Refusals::getCount).isEqualTo(1L);
  }
}
