package dev.dorado.streams.attribute;

import dev.dorado.streams.route.Positions;

/**
 * Rule K1: what an entry of a ledger is, relative to the one before it with a known head.
 *
 * @param name forward, rollback, redeploy or unknown
 * @param rule K1, or S10 of an attempt that failed
 * @param reason why, for people
 * @param previous id of the entry before it with a known head, or null
 */
record Kind(String name, String rule, String reason, String previous) {

  static final String FORWARD = "forward";
  static final String ROLLBACK = "rollback";
  static final String REDEPLOY = "redeploy";
  static final String UNKNOWN = "unknown";

  private static final String K1 = "K1";

  boolean is(String asked) {
    return name.equals(asked);
  }

  /**
   * The kind of {@code entry}.
   *
   * @param previous the entry before it in its ledger with a known head, or null
   * @param previousKind its kind, or null
   * @param deployedBefore whether the ledger has the same SHA before it
   */
  static Kind of(
      LedgerEntry entry, LedgerEntry previous, Kind previousKind, boolean deployedBefore) {
    String declared = entry.attempt().getDeclaredKind();
    if (declared != null) {
      return is(declared, "the sender says so", previous);
    }
    if (!entry.isHeadKnown()) {
      return is(UNKNOWN, entry.attempt().getHeadMethod(), previous);
    }
    if (previous == null) {
      return is(FORWARD, "the first with a known commit", null);
    }
    if (entry.sha().equals(previous.sha())) {
      String reason = "the same commit as " + previous.id();
      return is(REDEPLOY, reason, previous);
    }
    return entry.isComparableTo(previous)
        ? onTheSameBranch(entry, previous)
        : onAnother(previous, previousKind, deployedBefore);
  }

  private static Kind onTheSameBranch(LedgerEntry entry, LedgerEntry previous) {
    boolean later =
        Positions.ORDER.compare(entry.head().getPosition(), previous.head().getPosition()) > 0;
    if (later) {
      String reason = "a later commit than that of " + previous.id();
      return is(FORWARD, reason, previous);
    }
    if (entry.start().isBefore(previous.finish())) {
      String reason =
          "overtaken: an earlier commit than that of %s, but started before that had finished"
              .formatted(previous.id());
      return is(UNKNOWN, reason, previous);
    }
    String reason = "an earlier commit on the same branch than that of " + previous.id();
    return is(ROLLBACK, reason, previous);
  }

  /** Where positions can't be compared. */
  private static Kind onAnother(LedgerEntry previous, Kind previousKind, boolean deployedBefore) {
    if (deployedBefore && !previousKind.is(ROLLBACK)) {
      String reason =
          "a commit that was deployed before, after one of another branch by " + previous.id();
      return is(ROLLBACK, reason, previous);
    }
    String reason = "another branch than that of " + previous.id();
    return is(FORWARD, reason, previous);
  }

  private static Kind is(String name, String reason, LedgerEntry previous) {
    return new Kind(name, K1, reason, previous == null ? null : previous.id());
  }

  /** The same, of what a correction excludes: it is compared, and nothing is compared with it. */
  Kind ofExcluded() {
    return new Kind(name, rule, reason + "; a correction excludes it", previous);
  }

  /** The same, of an attempt that did not succeed (rule S10). */
  Kind ofFailedAttempt() {
    return new Kind(name, "S10", "the attempt failed", previous);
  }
}
