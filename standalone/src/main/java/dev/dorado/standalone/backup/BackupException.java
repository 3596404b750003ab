package dev.dorado.standalone.backup;

/** A backup can't be written, or is refused; the message says why and what to do. */
public final class BackupException extends RuntimeException {

  private static final long serialVersionUID = 1;

  BackupException(String message) {
    super(message);
  }

  BackupException(String message, Throwable cause) {
    super(message, cause);
  }
}
