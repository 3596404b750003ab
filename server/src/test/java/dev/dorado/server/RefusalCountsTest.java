package dev.dorado.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RefusalCountsTest {

  private static final Instant NOW = Instant.parse("2026-03-01T09:00:30Z");
  private static final Problem REFUSAL = new Problem(401, "Wrong token", "the token is none");

  private final List<AuditEvent> kept = new CopyOnWriteArrayList<>();
  private boolean isAway;
  private final RefusalCounts counts =
      new RefusalCounts(
          event -> {
            if (isAway) {
              return CompletableFuture.failedFuture(new IllegalStateException("away"));
            }
            kept.add(event);
            return CompletableFuture.completedFuture(null);
          },
          Clock.fixed(NOW, ZoneOffset.UTC));

  @AfterEach
  void close() {
    counts.close();
  }

  @Test
  void refusalsOfAMinuteThatAreAlikeAreOneEventWithTheirCount() {
    for (int i = 0; i < 1000; i++) {
      count("10.0.0.1");
    }
    count("10.0.0.2");

    counts.flush().join();

    assertThat(kept).hasSize(2);
    AuditEvent many = kept.stream().filter(event -> event.count() > 1).findFirst().orElseThrow();
    assertThat(many.count()).isEqualTo(1000);
    assertThat(many.at()).isEqualTo(Instant.parse("2026-03-01T09:00:00Z"));
    assertThat(many.outcome()).isEqualTo(AuditEvent.REFUSED);
    assertThat(many.action()).isEqualTo("GET /read");
    assertThat(many.address()).isEqualTo("10.0.0.1");
    assertThat(many.detail()).isEqualTo("401: the token is none");
  }

  @Test
  void aCountThatGrowsIsTheSameEventAndOneThatDoesNotIsNotWrittenAgain() {
    count("10.0.0.1");
    counts.flush().join();
    counts.flush().join();
    assertThat(kept).hasSize(1);

    count("10.0.0.1");
    counts.flush().join();

    assertThat(kept).extracting(AuditEvent::count).containsExactly(1L, 2L);
    assertThat(kept).extracting(AuditEvent::id).containsOnly(kept.get(0).id());
  }

  @Test
  void aFloodFromManyAddressesIsABoundedNumberOfEvents() {
    for (int i = 0; i < 10_000; i++) {
      count("10.0." + i / 256 + "." + i % 256);
    }

    counts.flush().join();

    assertThat(kept).hasSize(RefusalCounts.MOST_ROWS + 1);
    assertThat(kept.stream().mapToLong(AuditEvent::count).sum()).isEqualTo(10_000);
    assertThat(kept)
        .filteredOn(event -> event.address().isEmpty())
        .singleElement()
        .extracting(AuditEvent::action)
        .isEqualTo("further kinds");
  }

  @Test
  void whatCouldNotBeKeptIsKeptLater() {
    isAway = true;
    count("10.0.0.1");
    assertThatThrownBy(() -> counts.flush().join()).hasRootCauseMessage("away");
    isAway = false;

    counts.flush().join();

    assertThat(kept).hasSize(1);
  }

  @Test
  void whoIsKnownIsNamedWithTheirRole() {
    var caller = new Caller("ann", Caller.Source.LOGIN, AccessRole.READ);
    counts.count(Optional.of(caller), "PUT /api/v1/catalog", "10.0.0.1", REFUSAL);
    counts.flush().join();

    assertThat(kept.get(0).actor()).isEqualTo("'ann' who logged in");
    assertThat(kept.get(0).role()).isEqualTo("read");
  }

  private void count(String address) {
    counts.count(Optional.empty(), "GET /read", address, REFUSAL);
  }
}
