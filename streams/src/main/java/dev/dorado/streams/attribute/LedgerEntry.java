package dev.dorado.streams.attribute;

import dev.dorado.steps.Place;
import dev.dorado.steps.RoutedAttempt;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * An attempt that ended, in the ledger of its environment.
 *
 * @param attempt the attempt
 * @param start its start, else its finish
 * @param finish its finish
 * @param kind forward, rollback, redeploy or unknown (rule K1)
 * @param kindReason why, for people
 * @param previous the one before it with a known head, or null
 */
record LedgerEntry(
    RoutedAttempt attempt,
    Instant start,
    Instant finish,
    String kind,
    String kindReason,
    LedgerEntry previous) {

  static final String FORWARD = "forward";
  static final String ROLLBACK = "rollback";
  static final String REDEPLOY = "redeploy";
  static final String UNKNOWN = "unknown";

  /** Every order of deployments is (finish, start, id). */
  static final Comparator<LedgerEntry> ORDER =
      Comparator.comparing(LedgerEntry::finish)
          .thenComparing(LedgerEntry::start)
          .thenComparing(LedgerEntry::id);

  static LedgerEntry of(RoutedAttempt attempt) {
    Instant finish = attempt.getFinishedAt();
    Instant start = Objects.requireNonNullElse(attempt.getStartedAt(), finish);
    return new LedgerEntry(
        attempt, start.isAfter(finish) ? finish : start, finish, UNKNOWN, null, null);
  }

  String id() {
    return attempt.getId();
  }

  String sha() {
    return attempt.getSha();
  }

  boolean isHeadKnown() {
    return !attempt.getHead().isEmpty();
  }

  boolean is(String kindAsked) {
    return kind.equals(kindAsked);
  }

  /** Where its head is compared; only if it is known. */
  Place head() {
    List<Place> head = attempt.getHead();
    return head.get(0);
  }

  /** Whether both heads are known on the same branch. */
  boolean isComparableTo(LedgerEntry other) {
    return isHeadKnown()
        && other.isHeadKnown()
        && head().getBranch().equals(other.head().getBranch());
  }
}
