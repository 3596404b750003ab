package dev.dorado.api;

import static java.util.Objects.requireNonNull;

import dev.dorado.api.queries.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Answers to questions that many ask. An answer is given again as long as no row has changed since,
 * and for at most as long as its clock may lag behind. A question is answered by one request at a
 * time: whoever asks it meanwhile shares the next answer. No answer lacks a row that was there when
 * it was asked for. Thread-safe.
 */
final class Answers {

  /** A single answer takes at most this part of the memory. */
  private static final int SHARE = 16;

  private final Duration age;
  private final long mostBytes;
  private final Clock clock;
  private final NextRuns<Written> runs = new NextRuns<>();
  private final Map<Question, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);
  private long keptBytes;

  /**
   * None yet.
   *
   * @param age how long an answer is given again; what depends on the time alone lags behind by as
   *     much
   * @param mostBytes memory that they take
   */
  Answers(Duration age, long mostBytes, Clock clock) {
    this.age = requireNonNull(age);
    this.mostBytes = mostBytes;
    this.clock = requireNonNull(clock);
  }

  /**
   * The answer to a question.
   *
   * @param database gives what a request sees now
   * @param answer answers from it
   */
  Written of(Question question, Supplier<Database> database, Function<Database, Answer> answer) {
    return runs.of(question, () -> ask(question, database.get(), answer));
  }

  private Written ask(Question question, Database database, Function<Database, Answer> answer) {
    // Rows that are written from here on may be in the answer: then the state is another.
    Optional<String> state = database.state().map(rows -> database.name() + ": " + rows);
    Instant now = clock.instant();
    Optional<Written> before = state.flatMap(same -> kept(question, same, now));
    if (before.isPresent()) {
      return before.get();
    }
    Written written =
        Written.of(answer.apply(database), question.isCsv(), (int) (mostBytes / SHARE));
    state.ifPresent(of -> keep(question, new Kept(of, now, written)));
    return written;
  }

  private synchronized Optional<Written> kept(Question question, String state, Instant now) {
    return Optional.ofNullable(kept.get(question))
        .filter(answer -> answer.state().equals(state))
        .filter(answer -> !now.isBefore(answer.at()) && now.isBefore(answer.at().plus(age)))
        .map(Kept::answer);
  }

  private synchronized void keep(Question question, Kept answer) {
    Kept before = kept.remove(question);
    keptBytes -= before == null ? 0 : before.bytes();
    if (answer.answer().body().isEmpty()) {
      return;
    }
    kept.put(question, answer);
    keptBytes += answer.bytes();
    Iterator<Kept> eldest = kept.values().iterator();
    while (keptBytes > mostBytes) {
      keptBytes -= eldest.next().bytes();
      eldest.remove();
    }
  }

  /** An answer, the state of all rows before it was computed, and when that was. */
  private record Kept(String state, Instant at, Written answer) {

    long bytes() {
      return 2L * state.length() + answer.body().map(body -> body.length).orElse(0);
    }
  }
}
