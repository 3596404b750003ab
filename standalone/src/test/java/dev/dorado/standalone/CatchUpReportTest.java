package dev.dorado.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.schemas.Generation.State;
import dev.dorado.streams.generations.Reprocessing.Progress;
import org.junit.jupiter.api.Test;

class CatchUpReportTest {

  private static final long SECOND = 1_000_000_000L;

  private final CatchUpReport report = new CatchUpReport(progress(1_000, 100_000), 0);

  @Test
  void itSaysHowFarHowFastAndHowLongStill() {
    assertThat(report.line(progress(21_000, 101_000), 10 * SECOND))
        .isEqualTo("21,000 of 101,000 events read, 2,000 per second, about 40 s to go");
    assertThat(report.line(progress(2_000, 100_000), 100 * SECOND))
        .endsWith("about 2 h 43 min to go");
  }

  @Test
  void withoutMovementItGuessesNothing() {
    assertThat(report.line(progress(1_000, 100_000), 10 * SECOND))
        .isEqualTo("1,000 of 100,000 events read, 0 per second");
  }

  @Test
  void whereNothingComputesItSaysWhatHasToRun() {
    assertThat(report.line(new Progress(State.BUILDING, false, 0, 10, false), SECOND))
        .contains("./dorado up", "./dorado streams");
  }

  @Test
  void atTheEndOfTheEventsTheFactsAreStillOnTheirWay() {
    assertThat(report.line(progress(100_000, 100_000), SECOND)).contains("100,000 events are read");
  }

  private static Progress progress(long read, long events) {
    return new Progress(State.BUILDING, false, read, events, true);
  }
}
