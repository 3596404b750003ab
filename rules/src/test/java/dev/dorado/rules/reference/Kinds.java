package dev.dorado.rules.reference;

import dev.dorado.rules.reference.Shipping.Attempt;
import java.util.ArrayList;
import java.util.List;

/** Rule K1: what a deployment is, relative to those before it in its ledger. */
final class Kinds {

  private Kinds() {}

  static void decide(List<Attempt> ledger) {
    for (int i = 0; i < ledger.size(); i++) {
      relateTo(ledger.subList(0, i), ledger.get(i));
    }
  }

  /** S10: an attempt that failed has the kind that it would have had. */
  static void decide(Attempt failed, List<Attempt> ledger) {
    List<Attempt> before = new ArrayList<>();
    for (var attempt : ledger) {
      if (Shipping.ORDER.compare(attempt, failed) <= 0) {
        before.add(attempt);
      }
    }
    relateTo(before, failed);
  }

  private static void relateTo(List<Attempt> before, Attempt attempt) {
    attempt.previous = null;
    for (var earlier : before) {
      boolean moves = earlier.declaredKind != null && !earlier.declaredKind.equals("redeploy");
      attempt.previous = earlier.version.isStated() || moves ? earlier : attempt.previous;
    }
    attempt.kind = kind(attempt, attempt.previous, before);
  }

  /** K1: the sender's word; else by what it deploys and what the previous one that says so did. */
  private static String kind(Attempt attempt, Attempt previous, List<Attempt> before) {
    if (attempt.declaredKind != null) {
      return attempt.declaredKind;
    }
    if (!attempt.version.isStated()) {
      return "unknown";
    }
    if (previous == null) {
      return "forward";
    }
    if (attempt.version.isSameAs(previous.version)) {
      return "redeploy";
    }
    if (areComparable(attempt, previous)) {
      if (isAfter(attempt, previous)) {
        return "forward";
      }
      return rollbackUnlessOvertaken(attempt, previous);
    }
    boolean deployedBefore = before.stream().anyMatch(b -> attempt.version.isSameAs(b.version));
    return deployedBefore && !previous.kind.equals("rollback")
        ? rollbackUnlessOvertaken(attempt, previous)
        : "forward";
  }

  private static String rollbackUnlessOvertaken(Attempt attempt, Attempt previous) {
    return attempt.start.isBefore(previous.finish) ? "unknown" : "rollback";
  }

  /** Whether both heads are known on one branch. */
  static boolean areComparable(Attempt one, Attempt other) {
    return !one.head.isEmpty()
        && !other.head.isEmpty()
        && one.head.get(0).branch().equals(other.head.get(0).branch());
  }

  static boolean isAfter(Attempt one, Attempt other) {
    return one.head.get(0).position().compareTo(other.head.get(0).position()) > 0;
  }
}
