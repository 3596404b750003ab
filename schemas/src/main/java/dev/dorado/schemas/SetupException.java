package dev.dorado.schemas;

/**
 * A part that Dorado stands on is away, or refuses what was asked of it. The message is for people.
 */
public final class SetupException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  SetupException(String message, Throwable cause) {
    super(message, cause);
  }
}
