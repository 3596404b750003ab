package dev.dorado.streams;

import dev.dorado.rules.SimplerRecords;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;

/**
 * Makes a failing arrival of events small enough to be read: leaves out what can be left out (delta
 * debugging), then fields and elements of what remains.
 */
final class Shrinking {

  private final Arrival like;
  private final Predicate<Arrival> fails;
  private final Instant deadline;

  private Shrinking(Arrival like, Predicate<Arrival> fails, Duration patience) {
    this.like = like;
    this.fails = fails;
    this.deadline = Instant.now().plus(patience);
  }

  /**
   * A smaller arrival that fails too.
   *
   * @param failing one that fails
   * @param fails whether an arrival fails; asked many times
   * @param patience after this time the smallest so far is taken
   */
  static Arrival shrunk(Arrival failing, Predicate<Arrival> fails, Duration patience) {
    var shrinking = new Shrinking(failing, fails, patience);
    List<Arrival.Step> steps = shrinking.withFewerSteps(failing.steps());
    for (boolean simpler = true; simpler; ) {
      var simplified = shrinking.withSimplerEvents(steps);
      simpler = !simplified.equals(steps);
      steps = simpler ? shrinking.withFewerSteps(simplified) : steps;
    }
    return shrinking.of(steps);
  }

  private Arrival of(List<Arrival.Step> steps) {
    return new Arrival(steps, like.memory(), like.isSlow());
  }

  private boolean fails(List<Arrival.Step> steps) {
    return Instant.now().isBefore(deadline) && fails.test(of(steps));
  }

  /** Leaves out halves, quarters, … and at last single steps, as long as it still fails. */
  private List<Arrival.Step> withFewerSteps(List<Arrival.Step> failing) {
    List<Arrival.Step> steps = failing;
    for (int size = steps.size() / 2; size >= 1; ) {
      boolean fewer = false;
      for (int from = 0; from < steps.size(); ) {
        List<Arrival.Step> rest = new ArrayList<>(steps);
        rest.subList(from, Math.min(from + size, steps.size())).clear();
        if (fails(rest)) {
          steps = rest;
          fewer = true;
        } else {
          from += size;
        }
      }
      size = size == 1 && fewer ? 1 : size / 2;
    }
    return steps;
  }

  private List<Arrival.Step> withSimplerEvents(List<Arrival.Step> failing) {
    List<Arrival.Step> steps = new ArrayList<>(failing);
    for (int i = 0; i < steps.size(); i++) {
      boolean simpler = steps.get(i) instanceof Arrival.Event;
      while (simpler) {
        simpler = false;
        var given = (Arrival.Event) steps.get(i);
        for (SpecificRecord less : SimplerRecords.than(given.event())) {
          List<Arrival.Step> changed = new ArrayList<>(steps);
          changed.set(i, new Arrival.Event(less));
          if (!simpler && fails(changed)) {
            steps = changed;
            simpler = true;
          }
        }
      }
    }
    return steps;
  }
}
