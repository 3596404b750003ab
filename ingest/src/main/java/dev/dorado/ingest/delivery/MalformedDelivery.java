package dev.dorado.ingest.delivery;

/** A delivery that is not in the form that its sender uses at all: no JSON, no kind of event. */
public final class MalformedDelivery extends UntranslatableDelivery {

  private static final long serialVersionUID = 1L;

  /**
   * @param message what is wrong, what was expected, and what to do
   */
  public MalformedDelivery(String message) {
    super(message);
  }
}
