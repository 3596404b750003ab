package dev.dorado.backfill;

/** A server refuses what it was asked for, for a reason that trying again does not mend. */
final class ApiRefusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * @param status the HTTP status
   * @param message what was asked for and what the server says, for people
   */
  ApiRefusal(int status, String message) {
    super(message);
    this.status = status;
  }

  /** Whether this one thing is not there, is switched off, or is not for the token to see. */
  boolean isOfThisThing() {
    return status == 403 || status == 404 || status == 410;
  }

  boolean isNotThere() {
    return status == 404;
  }
}
