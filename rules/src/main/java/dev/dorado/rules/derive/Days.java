package dev.dorado.rules.derive;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A table of intervals that can be asked for those around a time. An interval stands at each day
 * that it touches; one that touches many, or is open, at a place of its own, which is always looked
 * at.
 */
public final class Days {

  private static final long SECONDS = 86_400;
  private static final long MOST = 40;
  private static final long LONG = Long.MIN_VALUE;

  private Days() {}

  /**
   * Adds an interval.
   *
   * @param end inclusive; null while it is open
   * @param id what tells it from others of the same days
   */
  public static <V> void add(
      Rows rows, Table<Key, V> table, Instant start, Instant end, String id, V value) {
    long first = day(start);
    long last = end == null ? Long.MAX_VALUE : day(end);
    if (last - first < 0 || last - first > MOST) {
      rows.add(table, Key.of(LONG, id), value);
      return;
    }
    for (long day = first; day <= last; day++) {
      rows.add(table, Key.of(day, id), value);
    }
  }

  /** All that may be around a time; whether they are is to be looked at. */
  public static <V> List<V> around(Table<Key, V> table, Instant time) {
    List<V> around = new ArrayList<>();
    for (long day : new long[] {LONG, day(time)}) {
      Table.under(table, Key.of(day)).forEach(entry -> around.add(entry.getValue()));
    }
    return around;
  }

  private static long day(Instant time) {
    return Math.floorDiv(time.getEpochSecond(), SECONDS);
  }
}
