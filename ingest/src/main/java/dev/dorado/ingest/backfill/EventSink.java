package dev.dorado.ingest.backfill;

import dev.dorado.ingest.delivery.CanonicalEvent;
import java.util.List;

/** Where a backfill's events go. */
public interface EventSink {

  /**
   * Takes events, in this order; they need not be durable yet.
   *
   * @throws BackfillException if what was taken before could not be written
   */
  void write(List<? extends CanonicalEvent<?>> events);

  /**
   * Waits until all that was taken is durable.
   *
   * @throws BackfillException if it could not be written
   */
  void flush();
}
