package dev.dorado.rules.attribute;

import dev.dorado.rules.RuleSettings;
import dev.dorado.rules.derive.Derivation;
import dev.dorado.rules.derive.Derived;
import dev.dorado.rules.derive.Key;
import dev.dorado.rules.derive.Rows;
import dev.dorado.rules.derive.Table;
import dev.dorado.rules.route.Environments;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Which attempts that ended are one deployment (S9), whatever corrections say of them: who names
 * one of its attempts means all.
 */
final class Rollouts {

  private final AttemptIds attempts;
  private final Supplier<RuleSettings> settings;

  /** AttemptIds that succeeded, by ledger, finish, start, id. */
  private final Table<Key, LedgerEntry> succeeded;

  /** AttemptIds that failed, by the same. */
  private final Table<Key, LedgerEntry> failed;

  /** Those that succeeded in production by repository, key of the version, finish, start, id. */
  private final Table<Key, LedgerEntry> byVersion;

  /** By class, finish, start and id of the first member, then those of the member. */
  private final Table<Key, LedgerEntry> members;

  /** The first members by class, finish, start, id. */
  private final Table<Key, LedgerEntry> first;

  private final Derived<Key, LedgerEntry, Rollout> rollouts;

  /** The rollout that an entry is in. */
  private record Rollout(LedgerEntry entry, LedgerEntry first) {}

  Rollouts(Derivation derivation, AttemptIds attempts, Supplier<RuleSettings> settings) {
    this.attempts = attempts;
    this.settings = settings;
    succeeded = derivation.table();
    failed = derivation.table();
    byVersion = derivation.table();
    members = derivation.table();
    first = derivation.table();
    derivation.each(
        "outcome of an attempt",
        attempts.ended(),
        (id, entry) -> entry,
        this::place,
        succeeded,
        failed,
        byVersion);
    rollouts =
        derivation.each(
            "rollout (S9)", succeeded, (key, entry) -> rollout(entry), this::join, members, first);
  }

  /** The attempts that succeeded: ledger, finish, start, id. */
  Table<Key, LedgerEntry> succeeded() {
    return succeeded;
  }

  /** The attempts that failed: ledger, finish, start, id. */
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
    Table.under(members, rollout).forEach(member -> ofOne.add(withHead(member.getValue())));
    return List.copyOf(ofOne);
  }

  /**
   * S9: an entry with the head of its rollout, which is that of the first member whose head is
   * known. A hotfix that is merged back between two members is thus not taken to have shipped in
   * the later one what was merged before it (S3).
   */
  LedgerEntry withHead(LedgerEntry entry) {
    for (var member : Table.under(members, keyOf(rollouts.get(entry.inLedger()).first()))) {
      if (member.getValue().isHeadKnown()) {
        return entry.withHeadOf(member.getValue());
      }
    }
    return entry;
  }

  /** The id of the deployment that an attempt that succeeded is a member of. */
  String idOf(LedgerEntry entry) {
    return rollouts.get(entry.inLedger()).first().id();
  }

  /**
   * The id of the deployment that an attempt is a member of, its own if it failed; null if no such
   * attempt has ended.
   */
  String idOf(String attempt) {
    LedgerEntry known = attempts.named(attempt);
    if (known == null) {
      return null;
    }
    return hasFailed(known) ? known.id() : idOf(known);
  }

  private static boolean hasFailed(LedgerEntry entry) {
    return entry.attempt().getStatus().equals("failed");
  }

  private void place(String id, LedgerEntry entry, Rows rows) {
    if (hasFailed(entry)) {
      rows.add(failed, entry.inLedger(), entry);
      return;
    }
    rows.add(succeeded, entry.inLedger(), entry);
    if (entry.environmentClass().equals(Environments.PRODUCTION)) {
      for (String key : entry.version().keys()) {
        rows.add(byVersion, Key.of(entry.repository(), key).with(entry.order()), entry);
      }
    }
  }

  /**
   * S9: in production, attempts of one version of a repository in different environments, each
   * within the window of the one before, are one; the same environment again begins a new one.
   */
  private Rollout rollout(LedgerEntry entry) {
    LedgerEntry before =
        entry.environmentClass().equals(Environments.PRODUCTION) ? lastOfSameVersion(entry) : null;
    if (before != null && isWithinWindow(before, entry)) {
      LedgerEntry start = rollouts.get(before.inLedger()).first();
      if (entry.version().isSameAs(start.version()) && !isInEnvironment(start, entry)) {
        return new Rollout(entry, start);
      }
    }
    return new Rollout(entry, entry);
  }

  private boolean isWithinWindow(LedgerEntry before, LedgerEntry entry) {
    Duration gap = Duration.between(before.finish(), entry.finish());
    return gap.compareTo(settings.get().rolloutWindow()) <= 0;
  }

  /** Whether a rollout has reached the environment of an entry before it. */
  private boolean isInEnvironment(LedgerEntry start, LedgerEntry entry) {
    for (var earlier : succeeded.before(entry.inLedger())) {
      boolean since =
          earlier.getKey().startsWith(entry.ledger())
              && LedgerEntry.ORDER.compare(earlier.getValue(), start) >= 0;
      if (!since) {
        return false;
      }
      if (rollouts.get(earlier.getKey()).first().id().equals(start.id())) {
        return true;
      }
    }
    return false;
  }

  /** The last attempt in production before this one that deployed the same version, or null. */
  private LedgerEntry lastOfSameVersion(LedgerEntry entry) {
    return Ledgers.lastOfSameVersion(byVersion, Key.of(entry.repository()), entry);
  }

  private void join(Key place, Rollout rollout, Rows rows) {
    LedgerEntry entry = rollout.entry();
    Key key = keyOf(rollout.first());
    rows.add(members, key.with(entry.order()), entry);
    if (entry.id().equals(rollout.first().id())) {
      rows.add(first, key, entry);
    }
  }

  private static Key keyOf(LedgerEntry first) {
    return Key.of(first.environmentClass()).with(first.order());
  }
}
