package dev.dorado.streams.attribute;

import dev.dorado.steps.Place;
import dev.dorado.steps.RoutedAttempt;
import dev.dorado.streams.derive.Key;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;

/**
 * An attempt that ended.
 *
 * @param attempt the attempt
 * @param start its start, else its finish; never after its finish
 * @param finish its finish
 */
record LedgerEntry(RoutedAttempt attempt, Instant start, Instant finish) {

  /** Every order of deployments is (finish, start, id). */
  static final Comparator<LedgerEntry> ORDER =
      Comparator.comparing(LedgerEntry::finish)
          .thenComparing(LedgerEntry::start)
          .thenComparing(LedgerEntry::id);

  /** The entry of an attempt that has a finish. */
  static LedgerEntry of(RoutedAttempt attempt) {
    Instant finish = attempt.getFinishedAt();
    Instant start = Objects.requireNonNullElse(attempt.getStartedAt(), finish);
    return new LedgerEntry(attempt, start.isAfter(finish) ? finish : start, finish);
  }

  String id() {
    return attempt.getId();
  }

  String sha() {
    return attempt.getSha();
  }

  String environment() {
    return attempt.getEnvironment();
  }

  /** Class of its environment. */
  String environmentClass() {
    return attempt.getEnvironmentClass();
  }

  boolean isHeadKnown() {
    return !attempt.getHead().isEmpty();
  }

  /** Where its head is compared; only if it is known. */
  Place head() {
    return attempt.getHead().get(0);
  }

  /** Whether both heads are known on the same branch. */
  boolean isComparableTo(LedgerEntry other) {
    return isHeadKnown()
        && other.isHeadKnown()
        && head().getBranch().equals(other.head().getBranch());
  }

  /** Every order of deployments is (finish, start, id). */
  Key order() {
    return Key.of(finish, start, id());
  }

  /** Its place in the ledger of its environment. */
  Key inLedger() {
    return Key.of(environmentClass(), environment(), finish, start, id());
  }
}
