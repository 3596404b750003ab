package dev.dorado.streams.attribute;

import dev.dorado.steps.RoutedAttempt;
import dev.dorado.steps.RoutedChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A deployment of the headline: the attempts of one rollout (rule S9), or one that failed (rule
 * S10). It has its earliest member's identity and kind, and is finished when the last is. Equal to
 * itself only.
 */
final class Deployment {

  /** Every order of deployments is (finish, start, id). */
  static final Comparator<Deployment> ORDER =
      Comparator.comparing(Deployment::finish)
          .thenComparing(Deployment::start)
          .thenComparing(Deployment::id);

  private final List<LedgerEntry> members;
  private final boolean succeeded;
  private final List<RoutedChange> changes = new ArrayList<>();

  /**
   * @param members at least one, in order
   * @param succeeded whether it succeeded
   */
  Deployment(List<LedgerEntry> members, boolean succeeded) {
    this.members = List.copyOf(members);
    this.succeeded = succeeded;
  }

  String id() {
    return first().id();
  }

  LedgerEntry first() {
    return members.get(0);
  }

  List<LedgerEntry> members() {
    return members;
  }

  RoutedAttempt attempt() {
    return first().attempt();
  }

  Instant start() {
    return members.stream().map(LedgerEntry::start).min(Comparator.naturalOrder()).orElseThrow();
  }

  Instant finish() {
    return members.get(members.size() - 1).finish();
  }

  boolean isSucceeded() {
    return succeeded;
  }

  String kind() {
    return first().kind();
  }

  boolean is(String kind) {
    return kind().equals(kind);
  }

  /** Names of the environments that it reached, in order. */
  List<String> environments() {
    return members.stream().map(member -> member.attempt().getEnvironment()).distinct().toList();
  }

  /** The changes that it ships in the headline (rule S4). */
  List<RoutedChange> changes() {
    return changes;
  }

  @Override
  public String toString() {
    return id();
  }
}
