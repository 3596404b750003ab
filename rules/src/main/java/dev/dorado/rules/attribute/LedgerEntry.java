package dev.dorado.rules.attribute;

import dev.dorado.rules.derive.Key;
import dev.dorado.steps.Place;
import dev.dorado.steps.RoutedAttempt;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * An attempt that ended.
 *
 * @param id its id in the facts of the service (rule E6)
 * @param attempt the attempt
 * @param start its start, else its finish; never after its finish
 * @param finish its finish
 * @param places its head: a bound for each branch, the first where it is compared; empty if it is
 *     unknown. Its own, or that of its rollout (rule S9)
 */
record LedgerEntry(
    String id, RoutedAttempt attempt, Instant start, Instant finish, List<Place> places) {

  /** Every order of deployments is (finish, start, id). */
  static final Comparator<LedgerEntry> ORDER =
      Comparator.comparing(LedgerEntry::finish)
          .thenComparing(LedgerEntry::start)
          .thenComparing(LedgerEntry::id);

  /** The entry of an attempt that has a finish. */
  static LedgerEntry of(String id, RoutedAttempt attempt) {
    Instant finish = attempt.getFinishedAt();
    Instant start = Objects.requireNonNullElse(attempt.getStartedAt(), finish);
    return new LedgerEntry(
        id, attempt, start.isAfter(finish) ? finish : start, finish, attempt.getHead());
  }

  /** The same with the head of another. */
  LedgerEntry withHeadOf(LedgerEntry other) {
    return new LedgerEntry(id, attempt, start, finish, other.places);
  }

  String sha() {
    return attempt.getSha();
  }

  /** What it deploys (rule K1). */
  DeployedVersion version() {
    return DeployedVersion.of(attempt);
  }

  /**
   * Whether later entries are compared with it (rule K1): it says what it deploys, or its sender
   * says that it deployed something else than the one before.
   */
  boolean isPredecessor() {
    String declared = attempt.getDeclaredKind();
    return version().isStated() || (declared != null && !declared.equals(Kind.REDEPLOY));
  }

  /** Repository, or "" if it is unknown. */
  String repository() {
    return Objects.toString(attempt.getRepository(), "");
  }

  String environment() {
    return attempt.getEnvironment();
  }

  /** Class of its environment. */
  String environmentClass() {
    return attempt.getEnvironmentClass();
  }

  boolean isHeadKnown() {
    return !places.isEmpty();
  }

  /** Where its head is compared; only if it is known. */
  Place head() {
    return places.get(0);
  }

  /** Whether both heads are known on the same branch. */
  boolean isComparableTo(LedgerEntry other) {
    return isHeadKnown()
        && other.isHeadKnown()
        && head().getBranch().equals(other.head().getBranch());
  }

  /** Every order of deployments is (finish, start, id). */
  Key order() {
    return Key.of(finish(), start(), id());
  }

  /** The ledger that it is in: class and name of the environment, repository. */
  Key ledger() {
    return Key.of(environmentClass(), environment(), repository());
  }

  /** Its place in its ledger. */
  Key inLedger() {
    return ledger().with(finish, start, id);
  }
}
