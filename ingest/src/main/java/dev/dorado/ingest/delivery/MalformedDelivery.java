package dev.dorado.ingest.delivery;

/** A delivery that is not in the form that its sender uses at all: no JSON, no kind of event. */
public final class MalformedDelivery extends UntranslatableDelivery {

  private static final long serialVersionUID = 1L;

  private final boolean isBeyondBound;

  /**
   * @param message what is wrong, what was expected, and what to do
   */
  public MalformedDelivery(String message) {
    this(message, false);
  }

  private MalformedDelivery(String message, boolean isBeyondBound) {
    super(message);
    this.isBeyondBound = isBeyondBound;
  }

  /** A delivery that has more of something than is taken. The message names the bound. */
  public static MalformedDelivery beyondBound(String message) {
    return new MalformedDelivery(message, true);
  }

  /** Whether it has more of something than is taken. */
  public boolean isBeyondBound() {
    return isBeyondBound;
  }
}
