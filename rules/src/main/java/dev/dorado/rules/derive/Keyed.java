package dev.dorado.rules.derive;

/**
 * A composite key whose parts have names. It is compared by its {@link #key}. Implemented by
 * records. Immutable.
 *
 * @param <T> the record itself
 */
public interface Keyed<T extends Keyed<T>> extends Comparable<T> {

  /** Returns the parts in the order in which they are compared. */
  Key key();

  @Override
  default int compareTo(T other) {
    return key().compareTo(other.key());
  }
}
