package dev.dorado.schemas;

import java.util.regex.Pattern;

/**
 * The words of {@code origin} in a provenance: {@code live} or {@code backfill}; and {@code live 3}
 * of a live delivery that was kept, and translated again for the third generation of facts.
 */
public final class Origin {

  /** Somebody's tool sent it when it happened. */
  public static final String LIVE = "live";

  /** It was imported. */
  public static final String BACKFILL = "backfill";

  private static final Pattern AGAIN = Pattern.compile(LIVE + " ([0-9]{1,9})");

  private Origin() {}

  /**
   * The origin of what is translated again.
   *
   * @param origin that of the delivery
   * @param generation for which generation of facts
   */
  public static String again(String origin, int generation) {
    return origin.equals(LIVE) ? LIVE + " " + generation : origin;
  }

  /** For which generation an event was translated again; 0 if it was translated as it came. */
  public static int translation(String origin) {
    var again = AGAIN.matcher(origin);
    return again.matches() ? Integer.parseInt(again.group(1)) : 0;
  }
}
