package dev.dorado.ingest.catalog;

import static dev.dorado.ingest.catalog.CatalogChangesTest.component;
import static dev.dorado.ingest.catalog.CatalogChangesTest.upload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.CatalogEvent;
import dev.dorado.ingest.delivery.CanonicalEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CatalogPollingTest {

  private static final Duration INTERVAL = Duration.ofMinutes(5);

  private final List<CatalogEvent> published = new ArrayList<>();
  private final ListedSource source = new ListedSource();
  private final PublishedLedger ledger = new PublishedLedger();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final TestClock clock = new TestClock();
  private boolean kafkaIsAway;
  private CatalogPolling polling = new CatalogPolling(ledger, this::publish, clock);
  private CatalogPolling.Polled polled = polling.add(source, INTERVAL, metrics);

  @AfterEach
  void close() {
    polling.close();
  }

  @Test
  void aChangeIsPublishedOnceWithTheStartOfTheIntervalInWhichItWasSeen() {
    source.files = new String[] {component("a", "x")};
    clock.now = Instant.parse("2026-03-01T12:03:20Z");
    assertThat(polling.poll(polled)).isEqualTo(INTERVAL);
    assertThat(polling.poll(polled)).isEqualTo(INTERVAL);
    assertThat(published).hasSize(1);
    assertThat(published.get(0).getOccurredAt()).isEqualTo("2026-03-01T12:00:00Z");
    assertThat(published.get(0).getProvenance().getSender()).isEqualTo("listed");
    assertThat(published.get(0).getProvenance().getReceivedAt()).isEqualTo(clock.now);
  }

  @Test
  void twoProcessesThatSeeItInTheSameIntervalGiveItOneId() {
    source.files = new String[] {component("a", "x")};
    clock.now = Instant.parse("2026-03-01T12:03:20Z");
    ledger.forgets = true;
    polling.poll(polled);
    clock.now = Instant.parse("2026-03-01T12:04:59Z");
    polling.poll(polled);
    assertThat(published).hasSize(2);
    assertThat(published.get(0).getId()).isEqualTo(published.get(1).getId());
  }

  @Test
  void whatIsKnownFromBeforeARestartIsNotPublishedAgain() {
    source.files = new String[] {component("a", "x")};
    polling.poll(polled);
    polling.close();
    polling = new CatalogPolling(ledger, this::publish, clock);
    polled = polling.add(source, INTERVAL, new SimpleMeterRegistry());
    polling.poll(polled);
    assertThat(published).hasSize(1);
  }

  @Test
  void aSourceThatFailsIsAskedAgainAfterPausesThatDoubleAndSaysWhy() {
    source.failure = new CatalogSource.Unreachable("answers 500", null);
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      pauses.add(polling.poll(polled).toSeconds());
    }
    assertThat(pauses).containsExactly(10L, 20L, 40L, 80L, 160L, 320L, 600L, 600L, 600L);
    PollState state = polling.states().get(0);
    assertThat(state.error()).isEqualTo("answers 500");
    assertThat(state.failures()).isEqualTo(9);
    assertThat(state.lastSuccessAt()).isNull();
    assertThat(metrics.get("dorado.ingest.catalog.failures").gauge().value()).isEqualTo(9);
    source.failure = null;
    source.files = new String[] {component("a", "x"), "kind: ["};
    assertThat(polling.poll(polled)).isEqualTo(INTERVAL);
    state = polling.states().get(0);
    assertThat(state.error()).isNull();
    assertThat(state.entries()).isEqualTo(1);
    assertThat(state.problems()).hasSize(1);
    assertThat(metrics.get("dorado.ingest.catalog.failures").gauge().value()).isZero();
    assertThat(metrics.get("dorado.ingest.catalog.changes").counter().count()).isEqualTo(1);
  }

  @Test
  void aSourceThatSaysWhenIsAskedThen() {
    source.failure =
        new CatalogSource.Unreachable("429", null, Optional.of(Duration.ofSeconds(90)));
    assertThat(polling.poll(polled)).isEqualTo(Duration.ofSeconds(90));
  }

  @Test
  void whatKafkaDoesNotAcknowledgeIsPublishedByTheNextLook() {
    source.files = new String[] {component("a", "x")};
    kafkaIsAway = true;
    assertThat(polling.poll(polled)).isEqualTo(Duration.ofSeconds(10));
    assertThat(polling.states().get(0).error()).isEqualTo("away");
    kafkaIsAway = false;
    assertThat(polling.poll(polled)).isEqualTo(INTERVAL);
    assertThat(published).hasSize(1);
  }

  @Test
  void aCatalogWithoutAnyServiceIsTakenForAMistake() {
    source.files = new String[] {component("a", "x")};
    polling.poll(polled);
    source.files = new String[0];
    polling.poll(polled);
    assertThat(published).hasSize(1);
    assertThat(polling.states().get(0).error()).contains("no service any more", "mistake");
  }

  private CompletableFuture<Void> publish(List<CanonicalEvent<?>> events) {
    if (kafkaIsAway) {
      return CompletableFuture.failedFuture(new IllegalStateException("away"));
    }
    events.forEach(event -> published.add((CatalogEvent) event.value()));
    return CompletableFuture.completedFuture(null);
  }

  /** Says what a test says. */
  private static final class ListedSource implements CatalogSource {
    private String[] files = {};
    private IOException failure;

    @Override
    public String name() {
      return "listed";
    }

    @Override
    public Look look(Optional<Instant> since) throws IOException {
      if (failure != null) {
        throw failure;
      }
      return new Look(List.of(), upload(files));
    }

    @Override
    public void close() {}
  }

  /** Knows what was published, as the topic would. */
  private final class PublishedLedger implements CatalogLedger {
    private boolean forgets;

    @Override
    public KnownEntries of(String name) {
      var known = new KnownEntries();
      if (!forgets) {
        published.stream()
            .filter(event -> event.getProvenance().getSender().equals(name))
            .forEach(event -> known.add(event, event.getOccurredAt()));
      }
      return known;
    }

    @Override
    public void close() {}
  }

  private static final class TestClock extends Clock {
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
