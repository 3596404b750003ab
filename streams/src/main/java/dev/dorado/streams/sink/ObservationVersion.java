package dev.dorado.streams.sink;

import dev.dorado.events.Provenance;
import dev.dorado.schemas.Origin;
import org.apache.avro.specific.SpecificRecord;

/**
 * Which of several events with one id stands, where each event is a row of its own (rules E1, P4):
 * one that came live stands over an imported one, then the one that was received last, then its
 * latest translation. The order is a function of the events alone, so that a translation of all
 * kept deliveries, in whatever order it comes, leaves the same rows.
 */
final class ObservationVersion {

  /** Bits below the time of receipt. Its milliseconds take 42 up to the year 2109. */
  private static final int BITS_OF_TRANSLATION = 20;

  private static final long LATEST_RECEIPT = (1L << 42) - 1;
  private static final long LATEST_TRANSLATION = (1L << (BITS_OF_TRANSLATION - 1)) - 1;
  private static final long LIVE = 1L << 62;

  private ObservationVersion() {}

  /** The version of an event's row, which is greater for what stands over it. */
  static long of(SpecificRecord event) {
    Provenance provenance = provenance(event);
    String origin = provenance.getOrigin();
    long receipt = Math.min(Math.max(provenance.getReceivedAt().toEpochMilli(), 0), LATEST_RECEIPT);
    long translation = Math.min(Origin.translation(origin), LATEST_TRANSLATION);
    return (origin.equals(Origin.BACKFILL) ? 0 : LIVE)
        | receipt << BITS_OF_TRANSLATION
        | translation << 1
        | (Origin.isWithdrawn(origin) ? 1 : 0);
  }

  /** Whether an event takes back what was told before. */
  static boolean isWithdrawn(SpecificRecord event) {
    return Origin.isWithdrawn(provenance(event).getOrigin());
  }

  private static Provenance provenance(SpecificRecord event) {
    return (Provenance) event.get(event.getSchema().getField("provenance").pos());
  }
}
