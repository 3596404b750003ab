package dev.dorado.rules.attribute;

import dev.dorado.rules.derive.Key;
import dev.dorado.rules.route.Environments;
import dev.dorado.steps.RoutedAttempt;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * A deployment: the attempts of one rollout (rule S9), or one that failed (rule S10). It has its
 * earliest member's identity and kind, and is finished when the last is.
 *
 * @param members at least one, in order
 * @param succeeded whether it succeeded
 * @param kind its earliest member's
 * @param excluded why a correction excludes it, for people; null if none does
 */
record Deployment(List<LedgerEntry> members, boolean succeeded, Kind kind, String excluded) {

  String id() {
    return first().id();
  }

  LedgerEntry first() {
    return members.get(0);
  }

  /** The member whose own head is that of all members (rule S9); the first if it is unknown. */
  LedgerEntry headMember() {
    return members.stream()
        .filter(member -> !member.attempt().getHead().isEmpty())
        .findFirst()
        .orElse(first());
  }

  RoutedAttempt attempt() {
    return first().attempt();
  }

  /** Class of its environments. */
  String environmentClass() {
    return first().environmentClass();
  }

  boolean isInProduction() {
    return environmentClass().equals(Environments.PRODUCTION);
  }

  Instant start() {
    return members.stream().map(LedgerEntry::start).min(Comparator.naturalOrder()).orElseThrow();
  }

  Instant finish() {
    return members.get(members.size() - 1).finish();
  }

  /** Every order of deployments is (finish, start, id). */
  Key order() {
    return Key.of(finish(), start(), id());
  }

  /** Names of the environments that it reached, in order. */
  List<String> environments() {
    return members.stream().map(LedgerEntry::environment).distinct().toList();
  }

  boolean is(String asked) {
    return kind.is(asked);
  }

  @Override
  public String toString() {
    return id();
  }
}
