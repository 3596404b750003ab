package dev.dorado.ingest;

/** Events cannot be written. The message is for people: what is in the way, and what to do. */
public final class EventWriteException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  EventWriteException(String message, Throwable cause) {
    super(message, cause);
  }
}
