package dev.dorado.server;

import java.util.concurrent.atomic.AtomicLong;

/** The memory that request bodies hold together, and its bound. Thread-safe. */
public final class BodyMemory {

  private final long most;
  private final AtomicLong used = new AtomicLong();

  /**
   * @param most most bytes of all bodies
   */
  public BodyMemory(long most) {
    this.most = most;
  }

  /** Takes {@code bytes} unless that goes beyond the bound. */
  public boolean reserve(long bytes) {
    if (used.addAndGet(bytes) <= most) {
      return true;
    }
    used.addAndGet(-bytes);
    return false;
  }

  /** Gives back what {@link #reserve} has taken. */
  public void release(long bytes) {
    used.addAndGet(-bytes);
  }

  /** Bytes that are held now. */
  long used() {
    return used.get();
  }

  long most() {
    return most;
  }
}
