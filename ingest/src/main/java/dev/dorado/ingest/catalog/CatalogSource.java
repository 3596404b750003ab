package dev.dorado.ingest.catalog;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A place where a catalog is kept by others, to be looked at again and again. Not thread-safe. */
interface CatalogSource extends AutoCloseable {

  /** Its name, for people and as the sender of its events. */
  String name();

  /**
   * What it says now, and what it has said before, as far as it remembers.
   *
   * @param since how far its past is known already; empty: not at all
   * @throws Unreachable if it does not answer, or not with all of it
   */
  Look look(Optional<Instant> since) throws IOException;

  /** Lets go of what looking needs. */
  @Override
  void close();

  /**
   * What was seen.
   *
   * @param past what it said before, oldest first, each with its own time
   * @param present what it says now
   */
  record Look(List<Said> past, CatalogUpload present) {}

  /**
   * What was said at a time.
   *
   * @param at from when it held
   * @param what all of the catalog then
   */
  record Said(Instant at, CatalogUpload what) {}

  /** A source does not answer as it should. The message is for people. */
  final class Unreachable extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient Optional<Duration> retryAfter;

    Unreachable(String message, Throwable cause, Optional<Duration> retryAfter) {
      super(message, cause);
      this.retryAfter = retryAfter;
    }

    Unreachable(String message, Throwable cause) {
      this(message, cause, Optional.empty());
    }

    /** When it wants to be asked again, if it says so. */
    Optional<Duration> retryAfter() {
      return retryAfter == null ? Optional.empty() : retryAfter;
    }
  }
}
