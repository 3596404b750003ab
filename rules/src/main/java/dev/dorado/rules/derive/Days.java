package dev.dorado.rules.derive;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Intervals in a table, searchable by time. An interval has a row for each day (UTC) that it
 * touches. A long or open one has a single row under a key of its own, which every search reads.
 */
public final class Days {

  private static final long SECONDS = 86_400;
  private static final long MOST = 40;
  private static final long LONG = Long.MIN_VALUE;

  private Days() {}

  /**
   * Adds an interval.
   *
   * @param end inclusive; null while the interval is open
   * @param id unique among the intervals of a day
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

  /** Returns all intervals that may contain a time; the caller compares start and end. */
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
