package dev.dorado.standalone;

import dev.dorado.schemas.ReadableDuration;
import dev.dorado.streams.generations.Reprocessing.Progress;
import java.time.Duration;
import java.util.Locale;

/** What a person is told while a generation catches up. Not thread-safe. */
final class CatchUpReport {

  private final long readAtFirst;
  private final long startedNanos;

  CatchUpReport(Progress first, long nanos) {
    this.readAtFirst = first.read();
    this.startedNanos = nanos;
  }

  /** How far it is, how fast, and how long it may take still. */
  String line(Progress progress, long nanos) {
    if (!progress.computed()) {
      return "no role streams of this version computes it yet: './dorado up' or './dorado streams' has to run";
    }
    if (progress.read() >= progress.events()) {
      return "all %,d events are read; their facts are on the way to ClickHouse"
          .formatted(progress.events());
    }
    double seconds = (nanos - startedNanos) / 1e9;
    double rate = seconds > 0 ? (progress.read() - readAtFirst) / seconds : 0;
    String estimate =
        rate > 0
            ? ", about %s to go"
                .formatted(
                    ReadableDuration.of(
                        Duration.ofSeconds(
                            Math.round((progress.events() - progress.read()) / rate))))
            : "";
    return String.format(
        Locale.ROOT,
        "%,d of %,d events read, %,d per second%s",
        progress.read(),
        progress.events(),
        Math.round(rate),
        estimate);
  }
}
