package dev.dorado.rules.derive;

/**
 * A key with names for its parts: entries of a table can be found by it, and compared by its {@link
 * #key}, of which others may be prefixes. Implemented by records. Immutable.
 *
 * @param <T> the record itself
 */
public interface Keyed<T extends Keyed<T>> extends Comparable<T> {

  /** Its parts, in the order in which they are compared. */
  Key key();

  @Override
  default int compareTo(T other) {
    return key().compareTo(other.key());
  }
}
