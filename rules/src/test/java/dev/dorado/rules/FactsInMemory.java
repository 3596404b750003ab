package dev.dorado.rules;

import dev.dorado.events.Provenance;
import dev.dorado.rules.step.KeyHistory;
import dev.dorado.rules.step.Output;
import dev.dorado.rules.step.Step;
import dev.dorado.rules.step.Target;
import dev.dorado.schemas.Origin;
import dev.dorado.schemas.StepRecords;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;

/**
 * The facts of a whole set of events, computed at once: every step after all that feed it. The
 * steps get their inputs in a shuffled order, which must not matter.
 */
public final class FactsInMemory {

  private final RuleSettings settings;
  private final Random random;

  /** Of each step and key: what it is given, by kind and id. */
  private final Map<Target, Map<String, Map<String, Given>>> given = new EnumMap<>(Target.class);

  private final Facts facts = new Facts();

  private FactsInMemory(RuleSettings settings, Random random) {
    this.settings = settings;
    this.random = random;
  }

  private record Given(String id, SpecificRecord payload) {}

  public static Facts of(List<SpecificRecord> events, RuleSettings settings) {
    return of(events, settings, new Random(1));
  }

  public static Facts of(List<SpecificRecord> events, RuleSettings settings, Random random) {
    return new FactsInMemory(settings, random).compute(events);
  }

  private Facts compute(List<SpecificRecord> events) {
    for (var event : events) {
      for (var in : Rules.entrances(withoutDelivery(event))) {
        inputs(in.target(), in.key())
            .merge(
                in.payload().getClass() + in.id(),
                new Given(in.id(), in.payload()),
                FactsInMemory::standing);
      }
    }
    for (var step : Rules.steps(settings)) {
      given
          .getOrDefault(step.target(), Map.of())
          .forEach(
              (key, values) -> {
                List<Given> inputs = shuffled(values.values());
                inputs.removeIf(in -> isWithdrawn(in.payload()));
                long started = System.nanoTime();
                KeyHistory history = step.function().begin(key);
                inputs.forEach(in -> history.put(in.id(), in.payload()));
                var outputs = outputs(history);
                facts.spent(step.target().label(), System.nanoTime() - started);
                outputs.forEach(this::send);
                requireNoOutputsOfOtherKinds(step, key, inputs);
              });
    }
    return facts;
  }

  /** Without any input of the kinds that have outputs, a key has none. */
  private static void requireNoOutputsOfOtherKinds(Step step, String key, List<Given> inputs) {
    Set<String> withOutputs = step.function().kindsWithOutputs(key);
    if (withOutputs.isEmpty()) {
      return;
    }
    KeyHistory history = step.function().begin(key);
    inputs.stream()
        .filter(in -> !withOutputs.contains(in.payload().getClass().getSimpleName()))
        .forEach(in -> history.put(in.id(), in.payload()));
    var outputs = outputs(history);
    if (!outputs.isEmpty()) {
      throw new IllegalStateException(
          "step %s has outputs for %s without an input of %s: %s"
              .formatted(step.target().label(), key, withOutputs, outputs));
    }
  }

  private static List<Output> outputs(KeyHistory history) {
    return history.changed().stream().map(history::output).flatMap(Optional::stream).toList();
  }

  private List<Given> shuffled(Iterable<Given> values) {
    List<Given> shuffled = new ArrayList<>();
    values.forEach(shuffled::add);
    Collections.shuffle(shuffled, random);
    return shuffled;
  }

  private void send(Output output) {
    if (output.target().isFact()) {
      facts.put(output.key(), output.payload());
    } else {
      inputs(output.target(), output.key())
          .merge(
              output.payload().getClass() + output.id(),
              new Given(output.id(), output.payload()),
              FactsInMemory::standing);
    }
  }

  private Map<String, Given> inputs(Target target, String key) {
    return given
        .computeIfAbsent(target, t -> new TreeMap<>())
        .computeIfAbsent(key, k -> new TreeMap<>());
  }

  /** Rule E1: live over backfill, then the larger bytes. */
  private static Given standing(Given one, Given other) {
    boolean oneLive = isLive(one.payload());
    if (oneLive != isLive(other.payload())) {
      return oneLive ? one : other;
    }
    if (oneLive && isWithdrawn(one.payload()) != isWithdrawn(other.payload())) {
      return isWithdrawn(one.payload()) ? one : other;
    }
    return Arrays.compareUnsigned(bytes(one), bytes(other)) >= 0 ? one : other;
  }

  /** No history has an event that was given again after it was taken back. */
  private static boolean isWithdrawn(SpecificRecord event) {
    var field = event.getSchema().getField("provenance");
    return field != null && Origin.isWithdrawn(((Provenance) event.get(field.pos())).getOrigin());
  }

  private static byte[] bytes(Given given) {
    return StepRecords.write(StepRecords.record("", given.payload()));
  }

  private static boolean isLive(SpecificRecord event) {
    var field = event.getSchema().getField("provenance");
    return field == null || !((Provenance) event.get(field.pos())).getOrigin().equals("backfill");
  }

  /** The same event, as another delivery would have brought it. */
  public static SpecificRecord deliveredAgain(SpecificRecord event) {
    return deliveredBy(event, "again", Instant.parse("2030-01-01T00:00:00Z"));
  }

  /** The same event, as a later translation takes it back. */
  public static SpecificRecord withdrawn(SpecificRecord event) {
    SpecificRecord copy = copy(event);
    int field = copy.getSchema().getField("provenance").pos();
    var provenance = Provenance.newBuilder((Provenance) copy.get(field));
    copy.put(field, provenance.setOrigin(Origin.withdrawn(2)).build());
    return copy;
  }

  private static SpecificRecord withoutDelivery(SpecificRecord event) {
    return deliveredBy(event, "", Instant.EPOCH);
  }

  private static SpecificRecord deliveredBy(SpecificRecord event, String delivery, Instant at) {
    SpecificRecord copy = copy(event);
    int field = copy.getSchema().getField("provenance").pos();
    var provenance = (Provenance) copy.get(field);
    copy.put(
        field, Provenance.newBuilder(provenance).setDelivery(delivery).setReceivedAt(at).build());
    return copy;
  }

  public static SpecificRecord copy(SpecificRecord record) {
    return (SpecificRecord)
        StepRecords.read(StepRecords.write(StepRecords.record("", record))).getPayload();
  }
}
