package dev.dorado.rules.attribute;

import dev.dorado.rules.Rule;
import dev.dorado.rules.route.Positions;

/**
 * Rule K1: what an entry of a ledger is, relative to its predecessor.
 *
 * @param name forward, rollback, redeploy or unknown
 * @param rule K1, or S10 of an attempt that failed
 * @param reason why, for people
 * @param previous id of its predecessor, or null
 */
record Kind(String name, Rule rule, String reason, String previous) {

  static final String FORWARD = "forward";
  static final String ROLLBACK = "rollback";
  static final String REDEPLOY = "redeploy";
  static final String UNKNOWN = "unknown";

  boolean is(String asked) {
    return name.equals(asked);
  }

  /**
   * The kind of {@code entry}.
   *
   * @param previous its predecessor in its ledger, or null
   * @param previousKind its kind, or null
   * @param sameBefore the last entry before it in its ledger that deployed the same version, or
   *     null
   */
  static Kind of(
      LedgerEntry entry, LedgerEntry previous, Kind previousKind, LedgerEntry sameBefore) {
    String declared = entry.attempt().getDeclaredKind();
    if (declared != null) {
      return is(declared, "the sender says so", previous);
    }
    if (!entry.version().isStated()) {
      return is(UNKNOWN, nothingStated(entry), previous);
    }
    if (previous == null) {
      return is(FORWARD, "the first with a known commit or version", null);
    }
    String shared = entry.version().sharedWith(previous.version());
    if (shared != null) {
      return is(REDEPLOY, "the same %s as %s".formatted(shared, previous.id()), previous);
    }
    return entry.isComparableTo(previous)
        ? onTheSameBranch(entry, previous)
        : withoutOrder(entry, previous, previousKind, sameBefore);
  }

  private static String nothingStated(LedgerEntry entry) {
    String version = entry.attempt().getVersion();
    return version == null
        ? "no commit, version or artifact is known for it"
        : "no commit is known for it, and %s identifies no version".formatted(version);
  }

  private static Kind onTheSameBranch(LedgerEntry entry, LedgerEntry previous) {
    boolean later =
        Positions.ORDER.compare(entry.head().getPosition(), previous.head().getPosition()) > 0;
    if (later) {
      String reason = "a later commit than that of " + previous.id();
      return is(FORWARD, reason, previous);
    }
    if (entry.start().isBefore(previous.finish())) {
      return overtaken("an earlier commit", previous);
    }
    String reason = "an earlier commit on the same branch than that of " + previous.id();
    return is(ROLLBACK, reason, previous);
  }

  /** What was under way before its predecessor had finished is no answer to it. */
  private static Kind overtaken(String what, LedgerEntry previous) {
    String reason = "overtaken: %s, but started before %s had finished";
    return is(UNKNOWN, reason.formatted(what, previous.id()), previous);
  }

  /** Where positions can't be compared. */
  private static Kind withoutOrder(
      LedgerEntry entry, LedgerEntry previous, Kind previousKind, LedgerEntry sameBefore) {
    boolean bothKnown = entry.isHeadKnown() && previous.isHeadKnown();
    String other = bothKnown ? "another branch than that of " : "another version than that of ";
    if (sameBefore == null) {
      return is(FORWARD, other + previous.id(), previous);
    }
    String shared = entry.version().sharedWith(sameBefore.version());
    String again = "the same %s as %s".formatted(shared, sameBefore.id());
    if (previousKind.is(ROLLBACK)) {
      String reason = "%s, directly after the rollback %s".formatted(again, previous.id());
      return is(FORWARD, reason, previous);
    }
    return entry.start().isBefore(previous.finish())
        ? overtaken(again, previous)
        : is(ROLLBACK, "%s, deployed again after %s".formatted(again, previous.id()), previous);
  }

  private static Kind is(String name, String reason, LedgerEntry previous) {
    return new Kind(name, Rule.K1, reason, previous == null ? null : previous.id());
  }

  /** The same, of what a correction excludes: it is compared, and nothing is compared with it. */
  Kind ofExcluded() {
    return new Kind(name, rule, reason + "; a correction excludes it", previous);
  }

  /** The same, of an attempt that did not succeed (rule S10). */
  Kind ofFailedAttempt() {
    return new Kind(name, Rule.S10, "the attempt failed", previous);
  }
}
