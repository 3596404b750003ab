package dev.dorado.rules.derive;

/** A table of counts: how many derived values have counted a key. Counts are positive. */
public final class Count<K extends Comparable<? super K>> extends Table<K, Integer> {

  Count(Derivation derivation) {
    super(derivation);
  }

  /** Returns the count of a key, 0 if it has none. */
  public int of(K key) {
    Integer count = get(key);
    return count == null ? 0 : count;
  }

  @Override
  void putRow(K key, Integer none, int owner) {
    Integer before = peek(key);
    super.putRow(key, before == null ? 1 : before + 1, Derivation.NOBODY);
  }

  @Override
  void removeRow(K key, int owner) {
    int left = peek(key) - 1;
    if (left == 0) {
      removeRow(key);
    } else {
      super.putRow(key, left, Derivation.NOBODY);
    }
  }
}
