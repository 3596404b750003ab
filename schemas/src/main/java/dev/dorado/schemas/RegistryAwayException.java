package dev.dorado.schemas;

import org.apache.kafka.common.errors.RetriableException;

/**
 * The schema registry does not answer now, so that a value can be neither written nor read; the
 * same may succeed later.
 */
public final class RegistryAwayException extends RetriableException {

  private static final long serialVersionUID = 1L;

  RegistryAwayException(String message, Throwable cause) {
    super(message, cause);
  }
}
