package dev.dorado.backfill;

import dev.dorado.ingest.delivery.CanonicalEvent;

/** Events that are there. */
@FunctionalInterface
public interface EventSet {

  /** Whether this event, or one that tells of the same happening, is there. */
  boolean contains(CanonicalEvent<?> event);
}
