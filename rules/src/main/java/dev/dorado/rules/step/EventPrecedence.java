package dev.dorado.rules.step;

import dev.dorado.events.Provenance;
import dev.dorado.schemas.Origin;
import dev.dorado.schemas.StepRecords;
import java.time.Instant;
import java.util.Arrays;
import org.apache.avro.specific.SpecificRecord;

/**
 * Decides which of two events with the same id takes precedence (rule E1). Both report the same
 * happening, but a backfill may know less of it than the live delivery did. In this order: a live
 * event over an imported one; a later translation of a kept delivery over an earlier one; what that
 * translation yields over what it withdraws; the earlier time over the later, since a repetition
 * was first reported earlier; then the larger bytes, so that the order of arrival decides nothing.
 * An event that arrived live stays live, even if it is withdrawn later.
 */
public final class EventPrecedence {

  private static final String PROVENANCE = "provenance";
  private static final String FINISHED_AT = "finished_at";

  private EventPrecedence() {}

  /**
   * Takes out of an event what must decide nothing: which delivery brought it, and when. Other
   * records stay as they are.
   */
  public static void normalise(SpecificRecord event) {
    var field = event.getSchema().getField(PROVENANCE);
    if (field != null) {
      var provenance = (Provenance) event.get(field.pos());
      event.put(
          field.pos(),
          new Provenance(provenance.getSender(), "", Instant.EPOCH, provenance.getOrigin()));
    }
  }

  /**
   * Whether {@code given} is to replace {@code kept}; the bytes are those of normalised records.
   */
  public static boolean replaces(
      SpecificRecord given, byte[] givenBytes, SpecificRecord kept, byte[] keptBytes) {
    var field = given.getSchema().getField(PROVENANCE);
    if (field == null) {
      return !Arrays.equals(givenBytes, keptBytes);
    }
    var givenProvenance = (Provenance) given.get(field.pos());
    var keptProvenance = (Provenance) kept.get(field.pos());
    if (isLive(givenProvenance) != isLive(keptProvenance)) {
      return isLive(givenProvenance);
    }
    int givenTranslation = Origin.translation(givenProvenance.getOrigin());
    int keptTranslation = Origin.translation(keptProvenance.getOrigin());
    if (givenTranslation != keptTranslation) {
      return givenTranslation > keptTranslation;
    }
    if (isWithdrawn(given) != isWithdrawn(kept)) {
      return isWithdrawn(kept);
    }
    int earlier = occurredAt(given).compareTo(occurredAt(kept));
    if (earlier != 0) {
      return earlier < 0;
    }
    return Arrays.compareUnsigned(givenBytes, keptBytes) > 0;
  }

  /** Whether it is an event that a later translation took back: it is as if it had never been. */
  public static boolean isWithdrawn(SpecificRecord payload) {
    var field = payload.getSchema().getField(PROVENANCE);
    return field != null && Origin.isWithdrawn(((Provenance) payload.get(field.pos())).getOrigin());
  }

  /**
   * Which of two payloads with one identity stands: one that has ended over one that has not, else
   * that with the larger bytes.
   */
  public static SpecificRecord standing(SpecificRecord one, SpecificRecord other) {
    if (hasEnded(one) != hasEnded(other)) {
      return hasEnded(one) ? one : other;
    }
    return Arrays.compareUnsigned(bytes(one), bytes(other)) >= 0 ? one : other;
  }

  private static boolean hasEnded(SpecificRecord payload) {
    var field = payload.getSchema().getField(FINISHED_AT);
    return field != null && payload.get(field.pos()) != null;
  }

  private static byte[] bytes(SpecificRecord payload) {
    return StepRecords.write(StepRecords.record("", payload));
  }

  private static Instant occurredAt(SpecificRecord event) {
    return (Instant) event.get(event.getSchema().getField("occurred_at").pos());
  }

  private static boolean isLive(Provenance provenance) {
    return !provenance.getOrigin().equals("backfill");
  }
}
