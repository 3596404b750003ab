package dev.dorado.rules.attribute;

import dev.dorado.rules.Rule;
import dev.dorado.rules.RuleSettings;
import dev.dorado.rules.derive.Days;
import dev.dorado.rules.derive.Derivation;
import dev.dorado.rules.derive.Key;
import dev.dorado.rules.derive.Rows;
import dev.dorado.rules.derive.Table;
import dev.dorado.rules.route.Environments;
import dev.dorado.rules.route.Positions;
import dev.dorado.steps.RoutedChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/**
 * Rules F3 and F4: which deployments rollbacks and reverts say failed in production.
 *
 * <p>A rollback to position p accuses the first forward entry after the latest earlier one with its
 * head at or before p. Where positions can't be compared, the latest earlier one that deployed the
 * same version (K1) stands for that; without any, it is the latest forward entry before. All of
 * them are of one ledger.
 */
final class Accusations {

  /** By accused deployment, rule, order of the accusing deployment, and evidence. */
  private final Table<Key, Accusation> byAccused;

  /** By rule, start of the accusing one, its order, accused, evidence. */
  private final Table<Key, Accusation> byStart;

  /**
   * By rule: the interval from the start of the accused to the start of the accusing deployment.
   */
  private final Table<Key, Accusation> rollbacksAround;

  private final Table<Key, Accusation> revertsAround;

  private final Ledgers ledgers;
  private final Shipping shipping;
  private final Supplier<RuleSettings> settings;

  /**
   * What a deployment says of another.
   *
   * @param rule F3 or F4
   * @param by the rollback, or the deployment with the revert
   * @param accused what failed
   * @param method how that was found, for people
   * @param evidence id of the rollback or revert
   */
  record Accusation(Rule rule, Deployment by, Deployment accused, String method, String evidence) {

    static final Comparator<Accusation> ORDER =
        Comparator.<Accusation, Key>comparing(accusation -> accusation.by().order())
            .thenComparing(Accusation::evidence)
            .thenComparing(accusation -> accusation.accused().id());

    private Key key() {
      return by.order().with(accused.id(), evidence);
    }
  }

  Accusations(
      Derivation derivation,
      Table<String, RoutedChange> changes,
      Ledgers ledgers,
      Shipping shipping,
      Supplier<RuleSettings> settings) {
    this.ledgers = ledgers;
    this.shipping = shipping;
    this.settings = settings;
    byAccused = derivation.table();
    byStart = derivation.table();
    rollbacksAround = derivation.table();
    revertsAround = derivation.table();
    derivation.each(
        "rollback (F3)",
        ledgers.entries(),
        (key, entry) -> rollback(key, entry),
        (key, all, rows) -> index(all, rollbacksAround, rows),
        byAccused,
        byStart,
        rollbacksAround);
    derivation.each(
        "revert (F4)",
        changes,
        (id, change) -> revert(change),
        (id, all, rows) -> index(all, revertsAround, rows),
        byAccused,
        byStart,
        revertsAround);
  }

  /** What says by a rule that a deployment failed, in the order of the accusing ones. */
  List<Accusation> of(Deployment deployment, Rule rule) {
    List<Accusation> all = new ArrayList<>();
    Table.under(byAccused, Key.of(deployment.id(), rule.name()))
        .forEach(a -> all.add(a.getValue()));
    return all;
  }

  /**
   * The rollbacks or reverts, in their order, that started while an incident was open and accuse a
   * deployment that had started by then.
   */
  List<Accusation> during(Incident incident, Rule rule) {
    var around = rule == Rule.F3 ? rollbacksAround : revertsAround;
    return Days.around(around, incident.start()).stream()
        .filter(accusation -> incident.isOpenAt(accusation.by().start()))
        .filter(accusation -> !accusation.accused().start().isAfter(incident.start()))
        .sorted(Accusation.ORDER)
        .toList();
  }

  /** The next rollback or revert that started during or after an incident; null if none has. */
  Accusation nextAfter(Incident incident, Rule rule) {
    var next = byStart.ceiling(Key.of(rule.name(), incident.start()));
    return next == null || !next.getKey().startsWith(Key.of(rule.name())) ? null : next.getValue();
  }

  private void index(List<Accusation> all, Table<Key, Accusation> around, Rows rows) {
    for (var accusation : all) {
      Key key = accusation.key();
      Rule rule = accusation.rule();
      rows.add(byAccused, Key.of(accusation.accused().id(), rule.name()).with(key), accusation);
      rows.add(byStart, Key.of(rule.name(), accusation.by().start()).with(key), accusation);
      Instant from = accusation.accused().start();
      Instant to = accusation.by().start();
      if (!to.isBefore(from)) {
        Days.add(rows, around, from, to, key.toString(), accusation);
      }
    }
  }

  private List<Accusation> rollback(Key place, LedgerEntry entry) {
    boolean asked =
        entry.environmentClass().equals(Environments.PRODUCTION)
            && ledgers.kindOf(entry).is(Kind.ROLLBACK);
    if (!asked) {
      return List.of();
    }
    LedgerEntry base = base(place, entry);
    LedgerEntry culprit =
        base == null ? latestForward(entry.ledger(), place) : culprit(base, place);
    if (culprit == null) {
      return List.of();
    }
    String method =
        base == null
            ? "rollback %s went back to something that was not seen being deployed; this is the latest before it"
                .formatted(entry.id())
            : "rollback %s went back to what %s had deployed; this is the %s forward deployment after that"
                .formatted(
                    entry.id(),
                    base.id(),
                    settings.get().rollbackFailsLatest() ? "latest" : "first");
    return List.of(
        new Accusation(
            Rule.F3,
            ledgers.ofMember(entry.id()),
            ledgers.ofMember(culprit.id()),
            method,
            entry.id()));
  }

  /** The latest earlier entry with its head at or before the rollback's, or null. */
  private LedgerEntry base(Key place, LedgerEntry rollback) {
    for (var earlier : ledgers.entries().before(place)) {
      if (!earlier.getKey().startsWith(rollback.ledger())) {
        return null;
      }
      if (isAtOrBefore(earlier.getValue(), rollback)) {
        return earlier.getValue();
      }
    }
    return null;
  }

  private static boolean isAtOrBefore(LedgerEntry entry, LedgerEntry rollback) {
    if (entry.isComparableTo(rollback)) {
      return Positions.ORDER.compare(entry.head().getPosition(), rollback.head().getPosition())
          <= 0;
    }
    return entry.version().isSameAs(rollback.version());
  }

  /** The first forward entry between the base and the rollback [or the latest]; else unknown. */
  private LedgerEntry culprit(LedgerEntry base, Key rollback) {
    if (settings.get().rollbackFailsLatest()) {
      LedgerEntry latest = latestForward(base.ledger(), rollback);
      return latest != null && LedgerEntry.ORDER.compare(latest, base) > 0 ? latest : null;
    }
    LedgerEntry unknown = null;
    for (var entry : ledgers.entries().from(base.inLedger())) {
      if (entry.getKey().compareTo(rollback) >= 0) {
        return unknown;
      }
      if (entry.getValue().id().equals(base.id())) {
        continue;
      }
      Kind kind = ledgers.kindOf(entry.getValue());
      if (kind.is(Kind.FORWARD)) {
        return entry.getValue();
      }
      unknown = unknown == null && kind.is(Kind.UNKNOWN) ? entry.getValue() : unknown;
    }
    return unknown;
  }

  /** The latest forward entry of a ledger before a place in it; else the latest unknown. */
  private LedgerEntry latestForward(Key ledger, Key place) {
    LedgerEntry unknown = null;
    for (var earlier : ledgers.entries().before(place)) {
      if (!earlier.getKey().startsWith(ledger)) {
        return unknown;
      }
      Kind kind = ledgers.kindOf(earlier.getValue());
      if (kind.is(Kind.FORWARD)) {
        return earlier.getValue();
      }
      unknown = unknown == null && kind.is(Kind.UNKNOWN) ? earlier.getValue() : unknown;
    }
    return unknown;
  }

  private List<Accusation> revert(RoutedChange change) {
    if (!change.getRevert()) {
      return List.of();
    }
    Deployment by = shipping.deploymentOf(change.getId(), Environments.PRODUCTION);
    List<Accusation> accusations = new ArrayList<>();
    for (var reverted : shipping.takenBack(change, Environments.PRODUCTION)) {
      accusations.add(
          new Accusation(
              Rule.F4,
              by,
              shipping.deploymentOf(reverted.getId(), Environments.PRODUCTION),
              "%s, which it shipped, was reverted by %s in %s"
                  .formatted(reverted.getId(), change.getId(), by.id()),
              change.getId()));
    }
    return accusations;
  }
}
