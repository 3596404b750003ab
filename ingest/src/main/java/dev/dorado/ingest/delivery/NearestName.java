package dev.dorado.ingest.delivery;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The known name that an unknown one is most likely meant to be. */
public final class NearestName {

  /** Shorter words are the beginning of too many names. */
  private static final int SHORTEST_BEGINNING = 3;

  private NearestName() {}

  /**
   * The nearest of {@code known}: the same but for case and punctuation, one that begins with it,
   * or one that takes few changes of a letter; empty if none is near.
   */
  public static Optional<String> of(String unknown, Collection<String> known) {
    String plain = plain(unknown);
    return known.stream()
        .filter(name -> distance(plain, plain(name)) <= allowed(plain, plain(name)))
        .min(
            Comparator.<String>comparingInt(name -> distance(plain, plain(name)))
                .thenComparing(Comparator.naturalOrder()))
        .or(
            () ->
                known.stream()
                    .filter(name -> plain.length() >= SHORTEST_BEGINNING)
                    .filter(name -> plain(name).startsWith(plain) || plain.startsWith(plain(name)))
                    .min(Comparator.naturalOrder()));
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
  }

  /** One letter in three, and at most three, may differ. */
  private static int allowed(String one, String other) {
    return Math.min(3, Math.min(one.length(), other.length()) / 3);
  }

  /** How many letters were inserted, deleted, replaced or swapped with their neighbour. */
  private static int distance(String one, String other) {
    int longest = 100;
    if (Math.abs(one.length() - other.length()) > longest || one.length() > longest) {
      return Integer.MAX_VALUE;
    }
    int[][] d = new int[one.length() + 1][other.length() + 1];
    for (int i = 0; i <= one.length(); i++) {
      for (int j = 0; j <= other.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replaced = d[i - 1][j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replaced, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        boolean swapped =
            i > 1
                && j > 1
                && one.charAt(i - 1) == other.charAt(j - 2)
                && one.charAt(i - 2) == other.charAt(j - 1);
        if (swapped) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[one.length()][other.length()];
  }
}
