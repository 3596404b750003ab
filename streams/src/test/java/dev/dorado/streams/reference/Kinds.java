package dev.dorado.streams.reference;

import dev.dorado.streams.reference.Shipping.Attempt;
import java.util.ArrayList;
import java.util.List;

/** Rule K1: what a deployment is, relative to those before it in its environment. */
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
      attempt.previous = earlier.head.isEmpty() ? attempt.previous : earlier;
    }
    attempt.kind = kind(attempt, attempt.previous, before);
  }

  /** K1: the sender's word; else by the head and that of the previous one with a known head. */
  private static String kind(Attempt attempt, Attempt previous, List<Attempt> before) {
    if (attempt.declaredKind != null) {
      return attempt.declaredKind;
    }
    if (attempt.head.isEmpty()) {
      return "unknown";
    }
    if (previous == null) {
      return "forward";
    }
    if (attempt.sha.equals(previous.sha)) {
      return "redeploy";
    }
    if (areComparable(attempt, previous)) {
      if (isAfter(attempt, previous)) {
        return "forward";
      }
      boolean overtaken = attempt.start.isBefore(previous.finish);
      return overtaken ? "unknown" : "rollback";
    }
    boolean deployedBefore = before.stream().anyMatch(b -> attempt.sha.equals(b.sha));
    return deployedBefore && !previous.kind.equals("rollback") ? "rollback" : "forward";
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
