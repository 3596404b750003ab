package dev.dorado.rules;

import dev.dorado.events.CorrectionEvent;
import dev.dorado.events.Provenance;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;

/**
 * What happens to events on their way: clocks that go wrong, senders that say less than others, and
 * a backfill that tells once more what came live.
 */
final class Distortions {

  private final Random random;

  Distortions(Random random) {
    this.random = random;
  }

  /** The events, a few of them distorted, or told once more. */
  List<SpecificRecord> of(List<SpecificRecord> events, int oneIn) {
    List<SpecificRecord> distorted = new ArrayList<>();
    for (var event : events) {
      // Corrections come through Dorado's own door.
      if (event instanceof CorrectionEvent || random.nextInt(oneIn) != 0) {
        distorted.add(event);
        continue;
      }
      switch (random.nextInt(4)) {
        case 0 -> distorted.add(skewed(event));
        case 1 -> distorted.add(less(event));
        case 2 -> {
          distorted.add(event);
          distorted.add(backfilled(lessOfSame(event)));
        }
        default -> {
          distorted.add(event);
          distorted.add(told(less(skewed(event))));
        }
      }
    }
    return distorted;
  }

  /** Told by a clock that goes wrong, by minutes, either way. */
  private SpecificRecord skewed(SpecificRecord event) {
    var skew = Duration.ofSeconds(random.nextInt(2400) - 1200);
    SpecificRecord skewed = FactsInMemory.copy(event);
    for (var field : event.getSchema().getFields()) {
      if (event.get(field.pos()) instanceof Instant time) {
        skewed.put(field.pos(), time.plus(skew));
      }
    }
    return skewed;
  }

  /** One thing is left out. */
  private SpecificRecord less(SpecificRecord event) {
    List<SpecificRecord> simpler = SimplerRecords.than(event);
    return simpler.isEmpty()
        ? event
        : FactsInMemory.copy(simpler.get(random.nextInt(simpler.size())));
  }

  /** What an event's id is a hash of stays. */
  private SpecificRecord lessOfSame(SpecificRecord event) {
    SpecificRecord less = less(event);
    for (String subject : List.of("repository", "service")) {
      var field = event.getSchema().getField(subject);
      if (field != null && event.get(field.pos()) != null && less.get(field.pos()) == null) {
        return event;
      }
    }
    return less;
  }

  /** The same event, by a backfill (rule E1). */
  private static SpecificRecord backfilled(SpecificRecord event) {
    SpecificRecord twin = FactsInMemory.copy(event);
    int field = twin.getSchema().getField("provenance").pos();
    var provenance = Provenance.newBuilder((Provenance) twin.get(field)).setOrigin("backfill");
    twin.put(field, provenance.build());
    return twin;
  }

  /** Another event on the same thing (rule E6). */
  private SpecificRecord told(SpecificRecord event) {
    SpecificRecord twin = random.nextBoolean() ? backfilled(event) : FactsInMemory.copy(event);
    int field = twin.getSchema().getField("id").pos();
    twin.put(field, twin.get(field) + " told again");
    return twin;
  }
}
