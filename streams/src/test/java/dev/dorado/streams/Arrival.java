package dev.dorado.streams;

import dev.dorado.rules.Facts;
import dev.dorado.rules.FactsInMemory;
import dev.dorado.rules.History;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;

/**
 * How events come to the topology: one after another, with time between them, and restarts.
 *
 * @param steps what happens, in order
 * @param memory what the topology keeps in memory meanwhile
 * @param isSlow whether a step may only derive a little before others have their turn
 */
record Arrival(List<Step> steps, Memory memory, boolean isSlow) {

  /** Which histories a topology keeps in memory; all others are derived anew for each change. */
  enum Memory {
    /** Those of all keys. */
    ALL,
    /** Those that were in use last and are not small, as in production. */
    RECENT,
    /** None. */
    NONE
  }

  /** Something that happens to the topology. */
  sealed interface Step {}

  /** An event is delivered. */
  record Event(SpecificRecord event) implements Step {}

  /** Time passes, in which steps look for new input. */
  record Wait(Duration time) implements Step {}

  /** The topology stops, and starts anew with its stores. */
  record Restart() implements Step {}

  /** All events as they happened, with time after one of so many. */
  static Arrival inOrder(List<? extends SpecificRecord> events, Random random, int oneOf) {
    List<Step> steps = new ArrayList<>();
    for (var event : events) {
      steps.add(new Event(event));
      if (random.nextInt(oneOf) == 0) {
        steps.add(new Wait(Duration.ofMillis(random.nextInt(400))));
      }
    }
    return new Arrival(steps, Memory.RECENT, false);
  }

  /** The same in any order. */
  Arrival shuffled(Random random) {
    List<Step> shuffled = new ArrayList<>(steps);
    Collections.shuffle(shuffled, random);
    return new Arrival(shuffled, memory, isSlow);
  }

  /** The same, with some events once more, by another delivery, at any later time. */
  Arrival repeated(Random random) {
    List<Step> repeated = new ArrayList<>(steps);
    for (int i = 0; i < repeated.size(); i++) {
      if (repeated.get(i) instanceof Event given && random.nextInt(5) == 0) {
        int later = i + 1 + random.nextInt(repeated.size() - i);
        repeated.add(later, new Event(FactsInMemory.deliveredAgain(given.event())));
      }
    }
    return new Arrival(repeated, memory, isSlow);
  }

  /** The same, with a restart at any point. */
  Arrival restarted(Random random) {
    List<Step> restarted = new ArrayList<>(steps);
    restarted.add(random.nextInt(restarted.size() + 1), new Restart());
    return new Arrival(restarted, memory, isSlow);
  }

  /** The same, to a topology that keeps these histories in memory. */
  Arrival withMemory(Memory kept) {
    return new Arrival(steps, kept, isSlow);
  }

  /** The same, where a step may only derive a little before others have their turn. */
  Arrival slowly() {
    return new Arrival(steps, memory, true);
  }

  /** Only the events that one history told, and what happens between them. */
  Arrival of(List<SpecificRecord> some) {
    var ids = some.stream().map(Arrival::idOf).collect(Collectors.toSet());
    return new Arrival(
        steps.stream()
            .filter(step -> !(step instanceof Event given) || ids.contains(idOf(given.event())))
            .toList(),
        memory,
        isSlow);
  }

  private static String idOf(SpecificRecord event) {
    return event.getSchema().getName() + " " + event.get(event.getSchema().getField("id").pos());
  }

  List<SpecificRecord> events() {
    List<SpecificRecord> events = new ArrayList<>();
    for (var step : steps) {
      if (step instanceof Event given) {
        events.add(given.event());
      }
    }
    return events;
  }

  /** The facts of a topology to which the events come like this. */
  Facts facts(Path folder) {
    try (var topology = new FactsFromTopology(folder, memory, isSlow)) {
      for (var step : steps) {
        if (step instanceof Event given) {
          topology.give(given.event());
        } else if (step instanceof Wait wait) {
          topology.wait(wait.time());
        } else {
          topology.restart();
        }
      }
      return topology.facts();
    }
  }

  /** The steps for people, a line each. */
  @Override
  public String toString() {
    return "histories in memory: "
        + memory
        + (isSlow ? ", a little at a time" : "")
        + "\n"
        + steps.stream().map(Arrival::readable).collect(Collectors.joining("\n"));
  }

  private static String readable(Step step) {
    if (step instanceof Event given) {
      return History.readable(given.event());
    }
    return step instanceof Wait wait ? "… " + wait.time() : "RESTART";
  }
}
