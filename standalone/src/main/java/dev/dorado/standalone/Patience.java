package dev.dorado.standalone;

import static java.util.Objects.requireNonNull;

import dev.dorado.schemas.ReadableDuration;
import dev.dorado.server.Check;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * How long something is waited for that this program can't be told of. Whoever waits is told for
 * what, and why it is not there yet.
 *
 * @param most as long as it may take
 * @param betweenLooks the pause between two looks
 * @param betweenLines the pause between two lines for people
 */
record Patience(Duration most, Duration betweenLooks, Duration betweenLines) {

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

  Patience {
    requireNonNull(most);
    requireNonNull(betweenLooks);
    requireNonNull(betweenLines);
  }

  /** Two looks a second, a line every five. */
  static Patience of(Duration most) {
    return new Patience(most, BETWEEN_LOOKS, BETWEEN_LINES);
  }

  /**
   * Looks until all is well, or for as long as this lasts, or while there is something to wait for.
   *
   * @return what is still wrong; empty once all is well
   */
  List<Check.Result> await(List<Check> checks, Narration narration, BooleanSupplier goesOn) {
    long end = System.nanoTime() + most.toNanos();
    long nextLine = System.nanoTime();
    while (true) {
      List<Check.Result> wrong =
          checks.stream().map(Check::run).filter(result -> !result.healthy()).toList();
      long now = System.nanoTime();
      if (wrong.isEmpty() || now > end || !goesOn.getAsBoolean()) {
        return wrong;
      }
      if (now >= nextLine) {
        nextLine = now + betweenLines.toNanos();
        narration.step(
            "waiting for " + String.join(", ", wrong.stream().map(Patience::describe).toList()));
      }
      Pause.of(betweenLooks);
    }
  }

  /** What was looked at, and what is wrong with it. */
  static String describe(Check.Result wrong) {
    return wrong.name() + " (" + wrong.problem() + ")";
  }

  /** How long it is, for people. */
  String words() {
    return ReadableDuration.of(most);
  }
}
