package dev.dorado.rules.attribute;

import dev.dorado.rules.derive.Days;
import dev.dorado.rules.derive.Derivation;
import dev.dorado.rules.derive.Derived;
import dev.dorado.rules.derive.Key;
import dev.dorado.rules.derive.Rows;
import dev.dorado.rules.derive.Table;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * From attempts to deployments: the ledger of each environment and repository, and the kind of each
 * entry (K1). What a correction excludes is in no ledger.
 */
final class Ledgers {

  /** Entries by their place in the ledgers: class, environment, repository, finish, start, id. */
  private final Table<Key, LedgerEntry> ledger;

  /** The same, of entries with a known head only. */
  private final Table<Key, LedgerEntry> known;

  /** The same, of entries that later ones are compared with. */
  private final Table<Key, LedgerEntry> predecessors;

  /** The same by ledger, key of the version, finish, start, id. */
  private final Table<Key, LedgerEntry> byVersion;

  private final Derived<Key, LedgerEntry, Kind> kinds;

  private final Derived<String, Deployment, String> repeats;
  private final Table<String, Deployment> byId;
  private final Table<Key, Deployment> inOrder;
  private final Table<Key, Deployment> byEnvironment;
  private final Table<Key, Deployment> byLedger;
  private final Table<Key, Deployment> failedByEnvironment;
  private final Table<Key, Deployment> byStart;
  private final Table<Key, Deployment> inProgress;
  private final Table<String, String> deploymentOf;
  private final Table<String, Deployment> excluded;

  /**
   * @param rollouts which attempts are one deployment
   * @param exclusions which deployments corrections exclude
   */
  Ledgers(Derivation derivation, Rollouts rollouts, Exclusions exclusions) {
    ledger = derivation.table();
    known = derivation.table();
    predecessors = derivation.table();
    byVersion = derivation.table();
    byId = derivation.table();
    inOrder = derivation.table();
    byEnvironment = derivation.table();
    byLedger = derivation.table();
    failedByEnvironment = derivation.table();
    byStart = derivation.table();
    inProgress = derivation.table();
    deploymentOf = derivation.table();
    excluded = derivation.table();

    derivation.each(
        "entry of a ledger",
        rollouts.succeeded(),
        (key, entry) ->
            exclusions.reason(rollouts.idOf(entry)) == null ? rollouts.withHead(entry) : null,
        this::place,
        ledger,
        known,
        predecessors,
        byVersion);
    kinds = derivation.each("kind (K1)", ledger, (key, entry) -> kind(entry));
    derivation.each(
        "deployment",
        rollouts.first(),
        (key, first) -> deployment(first, rollouts.members(key), exclusions.reason(first.id())),
        this::index,
        byId,
        inOrder,
        byEnvironment,
        byLedger,
        byStart,
        inProgress,
        deploymentOf,
        excluded);
    derivation.each(
        "failed attempt (S10)",
        rollouts.failed(),
        (key, entry) -> failedAttempt(entry, exclusions.reason(entry.id())),
        this::index,
        byId,
        failedByEnvironment,
        inProgress,
        excluded);
    repeats = derivation.each("what is repeated (K2)", byId, this::repeated);
  }

  /** The successful entries: class, environment, repository, finish, start, id. */
  Table<Key, LedgerEntry> entries() {
    return ledger;
  }

  /** The kind of an entry, by its place in the ledger. */
  Kind kindOf(LedgerEntry entry) {
    return kinds.get(entry.inLedger());
  }

  /** Deployments and failed attempts, in all classes, by id. */
  Table<String, Deployment> byId() {
    return byId;
  }

  /** Deployments in production in their order: finish, start, id. */
  Table<Key, Deployment> inOrder() {
    return inOrder;
  }

  /** Deployments in production by start and id. */
  Table<Key, Deployment> byStart() {
    return byStart;
  }

  /** Deployments and failed attempts in production that were in progress around a time. */
  Table<Key, Deployment> inProgress() {
    return inProgress;
  }

  /** Deployments in production by the name of an environment, finish, start and id. */
  Table<Key, Deployment> byEnvironment() {
    return byEnvironment;
  }

  /**
   * The last deployment in production before another that {@code isAsked}, of those in a ledger
   * with it; or null.
   */
  Deployment lastBefore(Deployment other, Predicate<Deployment> isAsked) {
    Deployment last = null;
    for (Key place : ledgers(other)) {
      Deployment found = first(byLedger.before(place.with(other.order())), place, isAsked);
      boolean later = found != null && (last == null || found.order().compareTo(last.order()) > 0);
      last = later ? found : last;
    }
    return last;
  }

  /**
   * The first deployment in production after another that {@code isAsked}, of those in a ledger
   * with it; or null.
   */
  Deployment firstAfter(Deployment other, Predicate<Deployment> isAsked) {
    Deployment next = null;
    for (Key place : ledgers(other)) {
      var later = byLedger.from(place.with(other.order()).end());
      Deployment found = first(later, place, isAsked);
      boolean earlier =
          found != null && (next == null || found.order().compareTo(next.order()) < 0);
      next = earlier ? found : next;
    }
    return next;
  }

  private static List<Key> ledgers(Deployment deployment) {
    String repository = deployment.first().repository();
    return deployment.environments().stream().map(name -> Key.of(name, repository)).toList();
  }

  private static Deployment first(
      Iterable<Map.Entry<Key, Deployment>> some, Key place, Predicate<Deployment> isAsked) {
    for (var entry : some) {
      if (!entry.getKey().startsWith(place)) {
        return null;
      }
      if (isAsked.test(entry.getValue())) {
        return entry.getValue();
      }
    }
    return null;
  }

  /** Failed attempts in production by the name of the environment, finish, start and id. */
  Table<Key, Deployment> failedByEnvironment() {
    return failedByEnvironment;
  }

  /** Deployments and failed attempts that a correction excludes, in all classes, by id. */
  Table<String, Deployment> excluded() {
    return excluded;
  }

  /** The deployment that a successful attempt is a member of, or null. */
  Deployment ofMember(String attempt) {
    String id = deploymentOf.get(attempt);
    return id == null ? null : byId.get(id);
  }

  /** K2: the failure of a redeploy counts on what it repeats. */
  Deployment repeated(Deployment deployment) {
    Deployment repeated = byId.get(repeats.get(deployment.id()));
    return repeated == null ? deployment : repeated;
  }

  /** What a deployment repeats, in the end; itself if it is no redeploy. */
  private String repeated(String id, Deployment deployment) {
    String before = repeatedNext(id);
    return before == null ? id : repeats.getAlong(before, this::repeatedNext);
  }

  /** What a redeploy repeats directly; null if it is none, or that is not known. */
  private String repeatedNext(String id) {
    Deployment deployment = byId.get(id);
    boolean redeploy = deployment != null && deployment.is(Kind.REDEPLOY);
    String previous = redeploy ? deployment.kind().previous() : null;
    Deployment before = previous == null ? null : ofMember(previous);
    return before == null || before.id().equals(id) ? null : before.id();
  }

  /** K2: a redeploy ships nothing, neither as a part of a rollout nor with one. */
  boolean ships(LedgerEntry entry) {
    return !kindOf(entry).is(Kind.REDEPLOY) && !ofMember(entry.id()).is(Kind.REDEPLOY);
  }

  /** The first entry of a ledger that ships from a known head, the baseline (S5); or null. */
  LedgerEntry baseline(Key ofLedger) {
    for (var entry : Table.under(known, ofLedger)) {
      if (ships(entry.getValue())) {
        return entry.getValue();
      }
    }
    return null;
  }

  private void place(Key place, LedgerEntry entry, Rows rows) {
    if (entry == null) {
      return;
    }
    rows.add(ledger, place, entry);
    if (entry.isHeadKnown()) {
      rows.add(known, place, entry);
    }
    if (entry.isPredecessor()) {
      rows.add(predecessors, place, entry);
    }
    for (String key : entry.version().keys()) {
      rows.add(byVersion, entry.ledger().with(key).with(entry.order()), entry);
    }
  }

  /** K1, also of an attempt that is no entry because it failed or is excluded. */
  private Kind kind(LedgerEntry entry) {
    LedgerEntry previous = last(predecessors, entry.ledger(), entry.inLedger());
    Kind previousKind = previous == null ? null : kindOf(previous);
    LedgerEntry sameBefore = lastOfSameVersion(byVersion, entry.ledger(), entry);
    return Kind.of(entry, previous, previousKind, sameBefore);
  }

  private Deployment deployment(LedgerEntry first, List<LedgerEntry> members, String exclusion) {
    Kind kind = exclusion == null ? kindOf(first) : kind(first).ofExcluded();
    return new Deployment(members, true, kind, exclusion);
  }

  private Deployment failedAttempt(LedgerEntry entry, String exclusion) {
    Kind kind = kind(entry);
    kind = exclusion == null ? kind.ofFailedAttempt() : kind.ofExcluded();
    return new Deployment(List.of(entry), false, kind, exclusion);
  }

  private void index(Key key, Deployment deployment, Rows rows) {
    if (deployment.excluded() != null) {
      rows.add(excluded, deployment.id(), deployment);
      return;
    }
    rows.add(byId, deployment.id(), deployment);
    if (deployment.succeeded()) {
      deployment.members().forEach(member -> rows.add(deploymentOf, member.id(), deployment.id()));
    }
    if (!deployment.isInProduction()) {
      return;
    }
    if (deployment.succeeded()) {
      rows.add(inOrder, deployment.order(), deployment);
      rows.add(byStart, Key.of(deployment.start(), deployment.id()), deployment);
    }
    Table<Key, Deployment> byName = deployment.succeeded() ? byEnvironment : failedByEnvironment;
    for (String environment : deployment.environments()) {
      rows.add(byName, Key.of(environment).with(deployment.order()), deployment);
    }
    if (deployment.succeeded()) {
      for (Key place : ledgers(deployment)) {
        rows.add(byLedger, place.with(deployment.order()), deployment);
      }
    }
    Days.add(
        rows, inProgress, deployment.start(), deployment.finish(), deployment.id(), deployment);
  }

  /**
   * The last entry before this one that deployed the same version, or null.
   *
   * @param byVersion entries by {@code place}, a key of their version, and their order
   */
  static LedgerEntry lastOfSameVersion(
      Table<Key, LedgerEntry> byVersion, Key place, LedgerEntry entry) {
    LedgerEntry last = null;
    for (String key : entry.version().sameKeys()) {
      Key ofVersion = place.with(key);
      for (var earlier : byVersion.before(ofVersion.with(entry.order()))) {
        LedgerEntry found = earlier.getValue();
        if (!earlier.getKey().startsWith(ofVersion)
            || (last != null && LedgerEntry.ORDER.compare(found, last) <= 0)) {
          break;
        }
        if (found.version().isSameAs(entry.version())) {
          last = found;
          break;
        }
      }
    }
    return last;
  }

  /** The last entry under {@code place} before {@code end}, or null. */
  static LedgerEntry last(Table<Key, LedgerEntry> table, Key place, Key end) {
    Map.Entry<Key, LedgerEntry> entry = table.lower(end);
    return entry == null || !entry.getKey().startsWith(place) ? null : entry.getValue();
  }
}
