package dev.dorado.rules.step;

import java.util.Comparator;

/**
 * Identity of an output of a key.
 *
 * @param target where it goes
 * @param key key there
 * @param kind simple name of the payload's class
 * @param id its identity within key and kind
 */
public record OutputId(Target target, String key, String kind, String id)
    implements Comparable<OutputId> {

  /** Separates key, kind and id where they are stored as one string; none of them contains it. */
  public static final char SEPARATOR = '\u0000';

  private static final Comparator<OutputId> ORDER =
      Comparator.comparing(OutputId::target)
          .thenComparing(OutputId::key)
          .thenComparing(OutputId::kind)
          .thenComparing(OutputId::id);

  @Override
  public int compareTo(OutputId other) {
    return ORDER.compare(this, other);
  }

  /** Replaces separators in a key or id that a sender may have chosen. */
  static String clean(String part) {
    return part.indexOf(SEPARATOR) < 0 ? part : part.replace(SEPARATOR, '\uFFFD');
  }

  public static OutputId of(Output output) {
    return new OutputId(
        output.target(), output.key(), output.payload().getClass().getSimpleName(), output.id());
  }
}
