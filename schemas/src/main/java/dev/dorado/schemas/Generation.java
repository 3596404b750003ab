package dev.dorado.schemas;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A generation of facts: all that one version of the rules makes of the events, in fact topics and
 * a database of its own. Immutable.
 *
 * @param number counted from 1; never used again
 * @param settings the settings of the rules as JSON, under which it is computed; empty if unknown
 * @param code stands for the rules and stores of the program that computes it; empty if unknown
 * @param rules version of the rules that compute it; 0 if unknown
 * @param preview whether it is computed to be compared only: queries are never switched to it
 * @param createdAt when it was begun
 * @param switchedAt when queries were switched to it; empty while it has not caught up
 * @param readyAt when a preview had caught up; empty before
 * @param droppedAt when it was given up for deletion
 */
public record Generation(
    int number,
    String settings,
    String code,
    int rules,
    boolean preview,
    Instant createdAt,
    Optional<Instant> switchedAt,
    Optional<Instant> readyAt,
    Optional<Instant> droppedAt) {

  public Generation {
    if (number < 1) {
      throw new IllegalArgumentException(
          "a generation has the number %d: expected 1 or more".formatted(number));
    }
    requireNonNull(settings);
    requireNonNull(code);
    requireNonNull(createdAt);
    requireNonNull(switchedAt);
    requireNonNull(readyAt);
    requireNonNull(droppedAt);
  }

  /** One that is no preview, by rules of an unknown version. */
  public Generation(
      int number,
      String settings,
      String code,
      Instant createdAt,
      Optional<Instant> switchedAt,
      Optional<Instant> droppedAt) {
    this(number, settings, code, 0, false, createdAt, switchedAt, Optional.empty(), droppedAt);
  }

  /** What a generation is to the others. */
  public enum State {
    /** It catches up with the events; queries come to it once it has. */
    BUILDING,
    /** It answers queries. */
    CURRENT,
    /** It answered queries once. */
    RETIRED,
    /** It is computed to be compared with the one that answers queries. */
    PREVIEW,
    /** A later one was begun before it had caught up. */
    ABANDONED,
    /** It is being deleted, or is gone. */
    DROPPED;

    /** Its name for people. */
    public String label() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** Whether settings and code are known: they aren't of what was there before generations were. */
  public boolean isKnown() {
    return !code.isEmpty();
  }

  /** Application id of Kafka Streams, which names consumer groups, stores and internal topics. */
  public String applicationId(String first) {
    return applicationId(first, number);
  }

  /** Application id of a generation; {@code first} is that of the first one. */
  public static String applicationId(String first, int number) {
    return number == 1 ? first : first + "-g" + number;
  }

  /** The one of {@code all} that answers queries: the last to which they were switched. */
  public static Optional<Generation> current(List<Generation> all) {
    return all.stream()
        .filter(generation -> generation.switchedAt.isPresent() && generation.droppedAt.isEmpty())
        .max(
            (one, other) -> {
              int order = one.switchedAt.get().compareTo(other.switchedAt.get());
              return order == 0 ? Integer.compare(one.number, other.number) : order;
            });
  }

  /** The one of {@code all} that catches up, if any. */
  public static Optional<Generation> building(List<Generation> all) {
    return all.stream().filter(generation -> generation.state(all) == State.BUILDING).findFirst();
  }

  /** What it is among {@code all}. */
  public State state(List<Generation> all) {
    if (droppedAt.isPresent()) {
      return State.DROPPED;
    }
    if (switchedAt.isPresent()) {
      boolean isCurrent = current(all).stream().anyMatch(current -> current.number == number);
      return isCurrent ? State.CURRENT : State.RETIRED;
    }
    if (preview) {
      return State.PREVIEW;
    }
    boolean isOvertaken =
        all.stream()
            .anyMatch(
                other -> other.number > number && !other.preview && other.droppedAt.isEmpty());
    return isOvertaken ? State.ABANDONED : State.BUILDING;
  }
}
