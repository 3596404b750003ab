package dev.dorado.standalone;

/**
 * A command can't do what it was asked to. The message is for people: what is in the way, and what
 * to do.
 */
final class StartException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  StartException(String message) {
    super(message);
  }

  StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
