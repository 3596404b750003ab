package dev.dorado.ingest;

import dev.dorado.ingest.delivery.CanonicalEvent;
import java.util.List;

/** Where events go that no delivery brought, as those of a backfill. */
public interface EventSink {

  /**
   * Takes events, in this order; they need not be durable yet.
   *
   * @throws EventWriteException if what was taken before could not be written
   */
  void write(List<? extends CanonicalEvent<?>> events);

  /**
   * Waits until all that was taken is durable.
   *
   * @throws EventWriteException if it could not be written
   */
  void flush();
}
