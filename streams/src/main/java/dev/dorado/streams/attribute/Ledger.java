package dev.dorado.streams.attribute;

import dev.dorado.streams.route.Positions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The successful attempts of a service in one environment, in order, each with its kind (K1). */
final class Ledger {

  private final List<LedgerEntry> entries = new ArrayList<>();

  /**
   * @param succeeded the attempts that succeeded in the environment, in any order
   */
  Ledger(Collection<LedgerEntry> succeeded) {
    LedgerEntry previous = null;
    Set<String> deployed = new HashSet<>();
    for (var entry : succeeded.stream().sorted(LedgerEntry.ORDER).toList()) {
      var kind = kind(entry, previous, deployed);
      var placed =
          new LedgerEntry(
              entry.attempt(), entry.start(), entry.finish(), kind.name, kind.reason, previous);
      entries.add(placed);
      if (placed.isHeadKnown()) {
        previous = placed;
      }
      if (placed.sha() != null) {
        deployed.add(placed.sha());
      }
    }
  }

  /** The entries, in order. */
  List<LedgerEntry> entries() {
    return entries;
  }

  /**
   * An attempt that did not succeed, with the kind that it would have had; it is no entry of the
   * ledger.
   */
  LedgerEntry failed(LedgerEntry failed) {
    LedgerEntry previous = null;
    Set<String> deployed = new HashSet<>();
    for (var entry : entries) {
      if (LedgerEntry.ORDER.compare(entry, failed) > 0) {
        break;
      }
      previous = entry.isHeadKnown() ? entry : previous;
      deployed.add(entry.sha());
    }
    return new LedgerEntry(
        failed.attempt(),
        failed.start(),
        failed.finish(),
        kind(failed, previous, deployed).name,
        "the attempt failed (S10)",
        previous);
  }

  private static final class Kind {
    private final String name;
    private final String reason;

    private Kind(String name, String reason) {
      this.name = name;
      this.reason = reason;
    }
  }

  /** Rule K1, relative to the entry before it with a known head. */
  private static Kind kind(LedgerEntry entry, LedgerEntry previous, Set<String> deployed) {
    String declared = entry.attempt().getDeclaredKind();
    if (declared != null) {
      return new Kind(declared, "the sender says so");
    }
    if (!entry.isHeadKnown()) {
      return new Kind(LedgerEntry.UNKNOWN, entry.attempt().getHeadMethod());
    }
    if (previous == null) {
      return new Kind(LedgerEntry.FORWARD, "the first with a known commit");
    }
    if (entry.sha().equals(previous.sha())) {
      return new Kind(LedgerEntry.REDEPLOY, "the same commit as " + previous.id());
    }
    if (entry.isComparableTo(previous)) {
      int order =
          Positions.ORDER.compare(entry.head().getPosition(), previous.head().getPosition());
      if (order > 0) {
        return new Kind(LedgerEntry.FORWARD, "a later commit than that of " + previous.id());
      }
      Instant predecessorFinished = previous.finish();
      return entry.start().isBefore(predecessorFinished)
          ? new Kind(
              LedgerEntry.UNKNOWN,
              "overtaken: an earlier commit than that of %s, but started before that had finished"
                  .formatted(previous.id()))
          : new Kind(
              LedgerEntry.ROLLBACK,
              "an earlier commit on the same branch than that of " + previous.id());
    }
    if (deployed.contains(entry.sha()) && !previous.is(LedgerEntry.ROLLBACK)) {
      return new Kind(
          LedgerEntry.ROLLBACK,
          "a commit that was deployed before, after one of another branch by " + previous.id());
    }
    return new Kind(LedgerEntry.FORWARD, "another branch than that of " + previous.id());
  }

  /** What a rollback says failed (rule F3), and how that was found. */
  record Culprit(LedgerEntry entry, String method) {}

  /**
   * Rule F3: of a rollback to position p, the first forward entry after the latest earlier one with
   * its head at or before p. Where positions can't be compared, the latest earlier one with the
   * same commit or version stands for that; without any, it is the latest forward entry before.
   *
   * @return null if nothing was deployed before
   */
  Culprit culprit(LedgerEntry rollback) {
    int at = entries.indexOf(rollback);
    int base = -1;
    for (int i = 0; i < at; i++) {
      if (isAtOrBefore(entries.get(i), rollback)) {
        base = i;
      }
    }
    if (base >= 0) {
      for (String kind : List.of(LedgerEntry.FORWARD, LedgerEntry.UNKNOWN)) {
        for (var entry : entries.subList(base + 1, at)) {
          if (entry.is(kind)) {
            return new Culprit(
                entry,
                "rollback %s went back to what %s had deployed; this is the first forward deployment after that"
                    .formatted(rollback.id(), entries.get(base).id()));
          }
        }
      }
      return null;
    }
    for (String kind : List.of(LedgerEntry.FORWARD, LedgerEntry.UNKNOWN)) {
      for (int i = at - 1; i >= 0; i--) {
        if (entries.get(i).is(kind)) {
          return new Culprit(
              entries.get(i),
              "rollback %s went back to something that was not seen being deployed; this is the latest before it"
                  .formatted(rollback.id()));
        }
      }
    }
    return null;
  }

  private static boolean isAtOrBefore(LedgerEntry entry, LedgerEntry rollback) {
    if (entry.isComparableTo(rollback)) {
      return Positions.ORDER.compare(entry.head().getPosition(), rollback.head().getPosition())
          <= 0;
    }
    return (entry.sha() != null && entry.sha().equals(rollback.sha()))
        || (entry.attempt().getVersion() != null
            && entry.attempt().getVersion().equals(rollback.attempt().getVersion()));
  }
}
