package dev.dorado.streams.cdevents;

import java.time.Duration;

/** The pauses after failures: each is twice as long as the one before. For one thread. */
final class Pauses {

  private final Duration from;
  private final Duration to;
  private Duration next;
  private long until;
  private boolean isOn;

  Pauses(Duration from, Duration to) {
    this.from = from;
    this.to = to;
    this.next = from;
  }

  /** Begins a pause; reports its length. */
  Duration begin() {
    Duration length = next;
    until = System.nanoTime() + length.toNanos();
    isOn = true;
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(to) > 0 ? to : doubled;
    return length;
  }

  /** Whether a pause is not over. */
  boolean isOn() {
    return isOn && System.nanoTime() - until < 0;
  }

  /** There was no failure. */
  void reset() {
    next = from;
    isOn = false;
  }
}
