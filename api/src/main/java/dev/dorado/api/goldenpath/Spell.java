package dev.dorado.api.goldenpath;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * A time in which a service was on a golden path, by the date that the catalog states. Immutable.
 *
 * @param path name of the path
 * @param from since when
 * @param until when it left; {@link Instant#MAX} while it is on it
 * @param removed whether it ended because the service is no longer in the catalog
 */
public record Spell(String path, Instant from, Instant until, boolean removed) {

  public Spell {
    requireNonNull(path);
    requireNonNull(from);
    requireNonNull(until);
  }

  /** Whether the service was on the path at a time. */
  public boolean contains(Instant time) {
    return !time.isBefore(from) && time.isBefore(until);
  }

  /** Whether the service left the path by a time, and stayed in the catalog. */
  public boolean hasLeft(Instant time) {
    return !removed && !until.isAfter(time);
  }
}
