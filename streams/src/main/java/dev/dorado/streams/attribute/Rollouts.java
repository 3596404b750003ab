package dev.dorado.streams.attribute;

import dev.dorado.steps.RoutedAttempt;
import dev.dorado.streams.RuleSettings;
import dev.dorado.streams.derive.Derivation;
import dev.dorado.streams.derive.Derived;
import dev.dorado.streams.derive.Key;
import dev.dorado.streams.derive.Rows;
import dev.dorado.streams.derive.Table;
import dev.dorado.streams.route.Environments;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Which attempts that ended are one deployment (S9), whatever corrections say of them: who names
 * one of its attempts means all.
 */
final class Rollouts {

  private final Table<String, RoutedAttempt> attempts;
  private final Supplier<RuleSettings> settings;

  /** Attempts that succeeded, by class, environment, finish, start, id. */
  private final Table<Key, LedgerEntry> succeeded;

  /** Attempts that failed, by the same. */
  private final Table<Key, LedgerEntry> failed;

  /** Those that succeeded by class, SHA, finish, start, id. */
  private final Table<Key, LedgerEntry> bySha;

  /** By class, finish, start and id of the first member, then those of the member. */
  private final Table<Key, LedgerEntry> members;

  /** The first members by class, finish, start, id. */
  private final Table<Key, LedgerEntry> first;

  private final Derived<Key, LedgerEntry, Rollout> rollouts;

  /** The rollout that an entry is in, as far as it had come then. */
  private record Rollout(LedgerEntry entry, Key first, Set<String> environments) {}

  /**
   * @param attempts all attempts of the service
   */
  Rollouts(
      Derivation derivation,
      Table<String, RoutedAttempt> attempts,
      Supplier<RuleSettings> settings) {
    this.attempts = attempts;
    this.settings = settings;
    succeeded = derivation.table();
    failed = derivation.table();
    bySha = derivation.table();
    members = derivation.table();
    first = derivation.table();
    derivation.each(
        "ended attempt",
        attempts,
        (id, attempt) -> hasEnded(attempt) ? LedgerEntry.of(attempt) : null,
        this::place,
        succeeded,
        failed,
        bySha);
    rollouts =
        derivation.each(
            "rollout (S9)", succeeded, (key, entry) -> rollout(entry), this::join, members, first);
  }

  /** The attempts that succeeded: class, environment, finish, start, id. */
  Table<Key, LedgerEntry> succeeded() {
    return succeeded;
  }

  /** The attempts that failed: class, environment, finish, start, id. */
  Table<Key, LedgerEntry> failed() {
    return failed;
  }

  /** The first attempts of rollouts: class, finish, start, id. */
  Table<Key, LedgerEntry> first() {
    return first;
  }

  /** The attempts of a rollout in their order, by the key of the first of them. */
  List<LedgerEntry> members(Key rollout) {
    List<LedgerEntry> ofOne = new ArrayList<>();
    Table.under(members, rollout).forEach(member -> ofOne.add(member.getValue()));
    return List.copyOf(ofOne);
  }

  /** The id of the deployment that an attempt that succeeded is a member of. */
  String idOf(LedgerEntry entry) {
    return rollouts.get(entry.inLedger()).first().part(3);
  }

  /**
   * The id of the deployment that an attempt is a member of, its own if it failed; null if no such
   * attempt has ended.
   */
  String idOf(String attempt) {
    RoutedAttempt known = attempts.get(attempt);
    if (known == null || !hasEnded(known)) {
      return null;
    }
    return hasFailed(known) ? attempt : idOf(LedgerEntry.of(known));
  }

  private static boolean hasEnded(RoutedAttempt attempt) {
    return attempt.getFinishedAt() != null
        && (attempt.getStatus().equals("succeeded") || hasFailed(attempt));
  }

  private static boolean hasFailed(RoutedAttempt attempt) {
    return attempt.getStatus().equals("failed");
  }

  private void place(String id, LedgerEntry entry, Rows rows) {
    if (entry == null) {
      return;
    }
    if (hasFailed(entry.attempt())) {
      rows.add(failed, entry.inLedger(), entry);
      return;
    }
    rows.add(succeeded, entry.inLedger(), entry);
    if (entry.sha() != null) {
      rows.add(bySha, Key.of(entry.environmentClass(), entry.sha()).with(entry.order()), entry);
    }
  }

  /**
   * S9: in production, attempts of one SHA in different environments, each within the window of the
   * one before, are one; the same environment again begins a new one.
   */
  private Rollout rollout(LedgerEntry entry) {
    LedgerEntry before = null;
    if (entry.environmentClass().equals(Environments.PRODUCTION) && entry.sha() != null) {
      Key place = Key.of(entry.environmentClass(), entry.sha());
      before = Ledgers.last(bySha, place, place.with(entry.order()));
    }
    if (before != null) {
      Rollout rollout = rollouts.get(before.inLedger());
      Duration gap = Duration.between(before.finish(), entry.finish());
      if (!rollout.environments().contains(entry.environment())
          && gap.compareTo(settings.get().rolloutWindow()) <= 0) {
        Set<String> environments = new HashSet<>(rollout.environments());
        environments.add(entry.environment());
        return new Rollout(entry, rollout.first(), environments);
      }
    }
    Key itself = Key.of(entry.environmentClass()).with(entry.order());
    return new Rollout(entry, itself, Set.of(entry.environment()));
  }

  private void join(Key place, Rollout rollout, Rows rows) {
    LedgerEntry entry = rollout.entry();
    rows.add(members, rollout.first().with(entry.order()), entry);
    if (rollout.first().equals(Key.of(entry.environmentClass()).with(entry.order()))) {
      rows.add(first, rollout.first(), entry);
    }
  }
}
