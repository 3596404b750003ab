package dev.dorado.embedded;

/**
 * An embedded part is missing or does not start. The message says what is in the way and what to do
 * about it.
 */
public final class EmbeddedPartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EmbeddedPartException(String message) {
    super(message);
  }

  EmbeddedPartException(String message, Throwable cause) {
    super(message, cause);
  }
}
