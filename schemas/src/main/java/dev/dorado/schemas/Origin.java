package dev.dorado.schemas;

import java.util.regex.Pattern;

/**
 * The words of {@code origin} in a provenance: {@code live} or {@code backfill}; {@code live 3} of
 * a live delivery that was kept, and translated again for the third generation of facts; and {@code
 * withdrawn 3} of an event that no delivery gave any more at that translation.
 */
public final class Origin {

  /** Somebody's tool sent it when it happened. */
  public static final String LIVE = "live";

  /** It was imported. */
  public static final String BACKFILL = "backfill";

  private static final String WITHDRAWN = "withdrawn ";
  private static final Pattern AGAIN =
      Pattern.compile("(?:" + LIVE + " |" + WITHDRAWN + ")([0-9]{1,9})");

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

  /** The origin of an event that the translation for a generation of facts takes back. */
  public static String withdrawn(int generation) {
    return WITHDRAWN + generation;
  }

  /** Whether an event is taken back. */
  public static boolean isWithdrawn(String origin) {
    return origin.startsWith(WITHDRAWN);
  }

  /**
   * For which generation an event was translated again, or taken back; 0 if it was translated as it
   * came.
   */
  public static int translation(String origin) {
    var again = AGAIN.matcher(origin);
    return again.matches() ? Integer.parseInt(again.group(1)) : 0;
  }
}
