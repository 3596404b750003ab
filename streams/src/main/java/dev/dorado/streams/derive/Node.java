package dev.dorado.streams.derive;

/** What a rule gives for one entry of its table. */
final class Node<K extends Comparable<? super K>, V, R> {

  private static final Row<?, ?>[] NO_ROWS = {};

  final Derived<K, V, R> of;
  final Slot<K, V> slot;
  Readers readers;

  /** How often the rule was asked; -1 once the entry is gone. */
  int evaluation;

  boolean valid;
  boolean evaluating;
  R value;
  Row<?, ?>[] rows = NO_ROWS;

  /** To whom it signed on last, in this evaluation: rules read the same thing several times. */
  private Readers signedOn;

  private Readers signedOnBefore;

  Node(Derived<K, V, R> of, Slot<K, V> slot) {
    this.of = of;
    this.slot = slot;
  }

  void readBy(Node<?, ?, ?> reader) {
    if (readers == null) {
      readers = new Readers();
    }
    readers.add(reader);
  }

  /** Has everyone who read the value asked again. */
  void changed() {
    if (readers != null) {
      readers.changed();
    }
  }

  /** Whether it signs on for the first time, as far as it remembers. */
  boolean signsOn(Readers to) {
    if (to == signedOn || to == signedOnBefore) {
      return false;
    }
    signedOnBefore = signedOn;
    signedOn = to;
    return true;
  }

  /** Its rule is about to be asked. */
  void evaluating() {
    evaluating = true;
    evaluation++;
    signedOn = null;
    signedOnBefore = null;
  }

  void invalidate() {
    if (valid) {
      valid = false;
      of.ask(this);
    }
  }
}
