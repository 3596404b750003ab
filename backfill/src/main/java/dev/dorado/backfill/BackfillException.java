package dev.dorado.backfill;

/** A backfill can't go on. The message is for people: what is in the way, and what to do. */
public final class BackfillException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public BackfillException(String message) {
    super(message);
  }

  public BackfillException(String message, Throwable cause) {
    super(message, cause);
  }
}
