package dev.dorado.schemas;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;

/** Durations as people read them. Stateless. */
public final class ReadableDuration {

  private static final long SECOND = 1000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;
  private static final long MOST_HOURS = 8 * 7 * 24;

  private ReadableDuration() {}

  /**
   * The two largest units, rounded, as {@code 9 h 5 min} or {@code 2 d 4 h}; less than an hour in
   * one unit. The page's {@code durationParts} in format.js rounds alike: a person must not read
   * two lengths for one number.
   */
  public static String of(Duration length) {
    if (length.isNegative()) {
      return "-" + of(length.negated());
    }
    long millis = length.toMillis();
    if (rounded(millis, SECOND) < 60) {
      return seconds(millis) + " s";
    }
    long minutes = rounded(millis, MINUTE);
    if (minutes < 60) {
      return minutes + " min";
    }
    if (minutes < 24 * 60) {
      return two(minutes, 60, "h", "min");
    }
    long hours = rounded(millis, HOUR);
    return hours < MOST_HOURS ? two(hours, 24, "d", "h") : two(rounded(millis, DAY), 7, "wk", "d");
  }

  /** The largest unit alone, as {@code 2 d}; the remainder is cut off. */
  public static String roughly(Duration length) {
    if (length.isNegative()) {
      return "-" + roughly(length.negated());
    }
    long millis = length.toMillis();
    if (millis < MINUTE) {
      return seconds(millis) + " s";
    }
    if (millis < HOUR) {
      return millis / MINUTE + " min";
    }
    return millis < DAY ? millis / HOUR + " h" : millis / DAY + " d";
  }

  private static String two(long smalls, int perLarge, String large, String small) {
    String larges = smalls / perLarge + " " + large;
    return smalls % perLarge == 0 ? larges : "%s %d %s".formatted(larges, smalls % perLarge, small);
  }

  /** Few seconds have a decimal: the difference between a tenth and a whole second matters. */
  private static String seconds(long millis) {
    return millis < 10 * SECOND && millis % SECOND != 0
        ? BigDecimal.valueOf(millis, 3).setScale(1, RoundingMode.HALF_UP).toPlainString()
        : Long.toString(rounded(millis, SECOND));
  }

  private static long rounded(long millis, long unit) {
    return (millis + unit / 2) / unit;
  }
}
