package dev.dorado.backfill;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** A clock that only waiting moves, and that remembers how long was waited. */
final class ManualClock extends Clock implements Sleeper {

  final List<Duration> waits = new ArrayList<>();
  private Instant now;

  ManualClock(String now) {
    this.now = Instant.parse(now);
  }

  @Override
  public void sleep(Duration duration) {
    waits.add(duration);
    now = now.plus(duration);
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
