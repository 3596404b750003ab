package dev.dorado.standalone;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.LoggerFactory;

/**
 * What has been started, to be stopped in the opposite order, also when the end comes in the middle
 * of the start. Thread-safe.
 */
final class StartedParts implements AutoCloseable {

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private boolean closed;

  /**
   * Has {@code part} stopped with the others.
   *
   * @throws StartException if the others have been stopped already; {@code part} is stopped then
   */
  <T extends AutoCloseable> T add(T part) {
    synchronized (this) {
      if (!closed) {
        parts.push(part);
        return part;
      }
    }
    stop(part);
    throw new StartException("stopped while starting.");
  }

  /** Stops all, the latest first. Does nothing the second time. */
  @Override
  public void close() {
    Deque<AutoCloseable> toStop;
    synchronized (this) {
      closed = true;
      toStop = new ArrayDeque<>(parts);
      parts.clear();
    }
    toStop.forEach(StartedParts::stop);
  }

  /** One part that fails to stop must not keep the next from stopping. */
  private static void stop(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      // Asked for only here: the log's file is in a folder that may not be there at the start.
      LoggerFactory.getLogger(StartedParts.class)
          .error("{} did not stop cleanly", part.getClass().getSimpleName(), e);
    }
  }
}
