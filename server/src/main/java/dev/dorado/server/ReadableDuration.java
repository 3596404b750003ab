package dev.dorado.server;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Lengths of time as people read them. Stateless. */
public final class ReadableDuration {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  private ReadableDuration() {}

  /** The two largest units, as {@code 2 d 4 h} or {@code 1 min 30 s}. */
  public static String of(Duration length) {
    return ofUnits(length, 2);
  }

  /** The largest unit alone, as {@code 2 d}; what is left is cut off. */
  public static String roughly(Duration length) {
    return ofUnits(length, 1);
  }

  private static String ofUnits(Duration length, int most) {
    if (length.isNegative()) {
      return "-" + ofUnits(length.negated(), most);
    }
    if (length.compareTo(MINUTE) < 0) {
      return seconds(length) + " s";
    }
    List<String> units = new ArrayList<>();
    add(units, length.toDays(), "d");
    add(units, length.toHoursPart(), "h");
    add(units, length.toMinutesPart(), "min");
    add(units, length.toSecondsPart(), "s");
    return String.join(" ", units.subList(0, Math.min(most, units.size())));
  }

  /** A few have a decimal: whether something takes a tenth of a second or a second matters. */
  private static String seconds(Duration length) {
    boolean hasDecimal = length.compareTo(TEN_SECONDS) < 0 && length.toMillis() % 1000 != 0;
    return hasDecimal
        ? BigDecimal.valueOf(length.toMillis(), 3).setScale(1, RoundingMode.HALF_UP).toPlainString()
        : Long.toString(length.toSeconds());
  }

  private static void add(List<String> units, long number, String unit) {
    if (number > 0) {
      units.add(number + " " + unit);
    }
  }
}
