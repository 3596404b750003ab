package dev.dorado.api.goldenpath;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;

/**
 * Blocks of four weeks, counted back from the end of a period; what is before the first of them is
 * left out. Immutable.
 *
 * @param start start of the first block
 * @param count how many there are
 */
public record Blocks(Instant start, int count) {

  /** Days of a block. */
  public static final int DAYS = 28;

  private static final Duration LENGTH = Duration.ofDays(DAYS);

  public Blocks {
    requireNonNull(start);
  }

  /** The whole blocks between two times; none if the first is not the earlier. */
  public static Blocks of(Instant from, Instant to) {
    int count = (int) Math.max(0, Duration.between(from, to).dividedBy(LENGTH));
    return new Blocks(to.minus(LENGTH.multipliedBy(count)), count);
  }

  /** Milliseconds of a block. */
  public static long millis() {
    return LENGTH.toMillis();
  }

  /**
   * The block that a time is in; below 0 before the first, {@link #count} or more after the last.
   */
  public int indexOf(Instant time) {
    if (time.isBefore(Instant.EPOCH)) {
      return Integer.MIN_VALUE / 2;
    }
    long index = Math.floorDiv(time.toEpochMilli() - start.toEpochMilli(), millis());
    return (int) Math.min(index, Integer.MAX_VALUE / 2);
  }

  /** The start of a block. */
  public Instant startOf(int block) {
    return start.plus(LENGTH.multipliedBy(block));
  }

  /** The end of the last block. */
  public Instant end() {
    return startOf(count);
  }
}
