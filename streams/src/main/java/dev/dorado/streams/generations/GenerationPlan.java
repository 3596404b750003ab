package dev.dorado.streams.generations;

import dev.dorado.schemas.Generation;
import dev.dorado.schemas.Generation.State;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the role streams is to do, given the generations that there are. Pure functions. */
public final class GenerationPlan {

  private GenerationPlan() {}

  /** What is to be done at the start. */
  public sealed interface Start {

    /** The facts that are there are those of this program; it goes on with them. */
    record GoOn() implements Start {}

    /** Nothing has been computed yet: the first generation will be, by this program. */
    record Adopt(Generation first) implements Start {}

    /** A new generation is to be begun, for these reasons. */
    record Begin(List<String> why) implements Start {}

    /** The facts that are there are of newer rules: this program is to leave them alone. */
    record Refuse(Generation current) implements Start {}

    /** A new generation is needed for these reasons, and it is not allowed to begin it. */
    record Ask(Generation current, List<String> why) implements Start {}
  }

  /** How much of a generation is run. */
  public enum Part {
    /** The topology and the sink. */
    WHOLE,
    /** The sink: another program computed the facts, and what it left is still written. */
    SINK
  }

  /**
   * What is to be done at the start.
   *
   * @param all the generations that there are
   * @param mine how this program computes facts
   * @param isUntouched whether nothing has been computed of the first generation
   * @param mayBegin whether a new generation may be begun without being asked
   */
  public static Start atStart(
      List<Generation> all, Computation mine, boolean isUntouched, boolean mayBegin) {
    var current = Generation.current(all).orElseThrow(GenerationPlan::noneIsCurrent);
    if (!current.isKnown() && isUntouched) {
      return new Start.Adopt(current);
    }
    boolean isBuilding = Generation.building(all).filter(mine::isThatOf).isPresent();
    if (mine.isThatOf(current) || isBuilding) {
      return new Start.GoOn();
    }
    if (mine.isOlderThan(current)) {
      return new Start.Refuse(current);
    }
    List<String> why = mine.differencesTo(current);
    return mayBegin ? new Start.Begin(why) : new Start.Ask(current, why);
  }

  /**
   * What is to be run: of the generation that answers queries all, if this program is the one that
   * computes it; the one that catches up; and a preview.
   */
  public static Map<Integer, Part> running(List<Generation> all, Computation mine) {
    Map<Integer, Part> running = new TreeMap<>();
    for (var generation : all) {
      boolean isMine = mine.canCompute(generation);
      State state = generation.state(all);
      boolean isAsked = state == State.CURRENT || state == State.BUILDING || state == State.PREVIEW;
      if (isMine && isAsked) {
        running.put(generation.number(), Part.WHOLE);
      } else if (state == State.CURRENT) {
        running.put(generation.number(), Part.SINK);
      }
    }
    return running;
  }

  /** The number that the next generation gets: one that none has had. */
  public static int next(List<Generation> all) {
    return all.stream().mapToInt(Generation::number).max().orElse(0) + 1;
  }

  /** The generation that catches up and is computed by {@code mine}. */
  public static Optional<Generation> building(List<Generation> all, Computation mine) {
    return Generation.building(all).filter(mine::isThatOf);
  }

  /** The preview that is computed by {@code mine}. */
  public static Optional<Generation> preview(List<Generation> all, Computation mine) {
    return all.stream()
        .filter(one -> one.state(all) == State.PREVIEW && mine.isThatOf(one))
        .findFirst();
  }

  private static IllegalStateException noneIsCurrent() {
    return new IllegalStateException("no generation answers queries: run './dorado migrate'");
  }
}
