package dev.dorado.ingest.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class EventIdTest {

  private static final Instant TIME = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void theSameHappeningHasTheSameId() {
    assertThat(EventId.of("push", "a", "b", TIME))
        .isEqualTo(EventId.of("push", "a", "b", Instant.parse("2026-03-01T12:00:00Z")))
        .matches("[0-9a-f]{32}");
  }

  @Test
  void whereOnePartEndsAndTheNextBeginsMatters() {
    assertThat(EventId.of("push", "ab", "c", TIME))
        .isNotEqualTo(EventId.of("push", "a", "bc", TIME));
    assertThat(EventId.hash("a:1", "b")).isNotEqualTo(EventId.hash("a", "1:b"));
  }
}
