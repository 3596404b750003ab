package dev.dorado.ingest.delivery;

/** An authentic delivery that a sender can't translate. The message is read by people. */
public abstract sealed class UntranslatableDelivery extends RuntimeException
    permits MalformedDelivery, MissingField {

  private static final long serialVersionUID = 1L;

  UntranslatableDelivery(String message) {
    super(message);
  }
}
