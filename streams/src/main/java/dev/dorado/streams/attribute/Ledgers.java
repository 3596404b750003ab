package dev.dorado.streams.attribute;

import dev.dorado.steps.RoutedAttempt;
import dev.dorado.streams.RuleSettings;
import dev.dorado.streams.derive.Days;
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
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * From attempts to deployments: the ledger of each environment, the kind of each entry (K1), and
 * which entries are one deployment (S9). An attempt that a correction excludes is in no ledger.
 */
final class Ledgers {

  /** Entries by their place in the ledgers: class, environment, finish, start, id. */
  private final Table<Key, LedgerEntry> ledger;

  /** The same, of entries with a known head only. */
  private final Table<Key, LedgerEntry> known;

  /** By class, environment, SHA, finish, start, id. */
  private final Table<Key, LedgerEntry> bySha;

  /** By class, SHA, finish, start, id. */
  private final Table<Key, LedgerEntry> inAllBySha;

  /** By class, finish, start and id of the first member, then those of the member. */
  private final Table<Key, LedgerEntry> members;

  private final Derived<Key, LedgerEntry, Kind> kinds;
  private final Derived<Key, LedgerEntry, Rollout> rollouts;

  private final Derived<String, Deployment, String> repeats;
  private final Table<Key, LedgerEntry> first;
  private final Table<Key, LedgerEntry> failedEntries;
  private final Table<String, Deployment> byId;
  private final Table<Key, Deployment> inOrder;
  private final Table<Key, Deployment> byEnvironment;
  private final Table<Key, Deployment> failedByEnvironment;
  private final Table<Key, Deployment> byStart;
  private final Table<Key, Deployment> inProgress;
  private final Table<String, String> deploymentOf;
  private final Table<String, RoutedAttempt> excluded;
  private final Supplier<RuleSettings> settings;

  /** The rollout that an entry is in, as far as it had come then. */
  private record Rollout(LedgerEntry entry, Key first, Set<String> environments) {}

  /**
   * @param attempts all attempts of the service
   * @param verdicts what corrections say of deployments
   */
  Ledgers(
      Derivation derivation,
      Table<String, RoutedAttempt> attempts,
      Table<String, Verdicts.OnDeployment> verdicts,
      Supplier<RuleSettings> settings) {
    this.settings = settings;
    ledger = derivation.table();
    known = derivation.table();
    bySha = derivation.table();
    inAllBySha = derivation.table();
    members = derivation.table();
    first = derivation.table();
    failedEntries = derivation.table();
    byId = derivation.table();
    inOrder = derivation.table();
    byEnvironment = derivation.table();
    failedByEnvironment = derivation.table();
    byStart = derivation.table();
    inProgress = derivation.table();
    deploymentOf = derivation.table();
    excluded = derivation.table();

    derivation.each(
        "ended attempt",
        attempts,
        (id, attempt) -> ended(attempt, verdicts),
        this::place,
        ledger,
        known,
        bySha,
        inAllBySha,
        failedEntries,
        excluded);
    kinds = derivation.each("kind (K1)", ledger, this::kind);
    rollouts =
        derivation.each(
            "rollout (S9)", ledger, (key, entry) -> rollout(entry), this::join, members, first);
    derivation.each(
        "deployment",
        first,
        (key, entry) -> deployment(key, entry),
        this::index,
        byId,
        inOrder,
        byEnvironment,
        byStart,
        inProgress,
        deploymentOf);
    derivation.each(
        "failed attempt (S10)",
        failedEntries,
        (key, entry) -> new Deployment(List.of(entry), false, kind(entry).ofFailedAttempt()),
        this::index,
        byId,
        failedByEnvironment,
        inProgress);
    repeats = derivation.each("what is repeated (K2)", byId, this::repeated);
  }

  /** The successful entries: class, environment, finish, start, id. */
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

  /** Failed attempts in production by the name of the environment, finish, start and id. */
  Table<Key, Deployment> failedByEnvironment() {
    return failedByEnvironment;
  }

  /** Attempts that a correction excludes. */
  Table<String, RoutedAttempt> excluded() {
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

  /** The first entry of an environment with a known head: the baseline of rule S5; or null. */
  LedgerEntry baseline(String environmentClass, String environment) {
    for (var entry : Table.under(known, Key.of(environmentClass, environment))) {
      return entry.getValue();
    }
    return null;
  }

  /** Whether a successful attempt with the same SHA comes before an entry in its environment. */
  private boolean isDeployedBefore(LedgerEntry entry) {
    if (entry.sha() == null) {
      return false;
    }
    Key place = Key.of(entry.environmentClass(), entry.environment(), entry.sha());
    return last(bySha, place, place.with(entry.finish(), entry.start(), entry.id())) != null;
  }

  /** An attempt that ended, or is excluded; neither while it goes on. */
  private record Ended(LedgerEntry entry, boolean excluded) {}

  private static Ended ended(RoutedAttempt attempt, Table<String, Verdicts.OnDeployment> verdicts) {
    boolean ended =
        attempt.getFinishedAt() != null
            && (attempt.getStatus().equals("succeeded") || attempt.getStatus().equals("failed"));
    if (!ended) {
      return null;
    }
    var verdict = verdicts.get(attempt.getId());
    return new Ended(LedgerEntry.of(attempt), verdict != null && verdict.excluded() != null);
  }

  private void place(String id, Ended ended, Rows rows) {
    if (ended == null) {
      return;
    }
    LedgerEntry entry = ended.entry();
    String ofClass = entry.environmentClass();
    if (ended.excluded()) {
      rows.add(excluded, id, entry.attempt());
    } else if (entry.attempt().getStatus().equals("failed")) {
      rows.add(failedEntries, entry.inLedger(), entry);
    } else {
      rows.add(ledger, entry.inLedger(), entry);
      if (entry.isHeadKnown()) {
        rows.add(known, entry.inLedger(), entry);
      }
      if (entry.sha() != null) {
        Key order = Key.of(entry.finish(), entry.start(), entry.id());
        rows.add(bySha, Key.of(ofClass, entry.environment(), entry.sha()).with(order), entry);
        rows.add(inAllBySha, Key.of(ofClass, entry.sha()).with(order), entry);
      }
    }
  }

  private Kind kind(Key key, LedgerEntry entry) {
    return kind(entry);
  }

  /** K1, also of an attempt that is no entry because it failed. */
  private Kind kind(LedgerEntry entry) {
    Key environment = Key.of(entry.environmentClass(), entry.environment());
    LedgerEntry previous = last(known, environment, entry.inLedger());
    return Kind.of(
        entry, previous, previous == null ? null : kindOf(previous), isDeployedBefore(entry));
  }

  /**
   * S9: in production, attempts of one SHA in different environments, each within the window of the
   * one before, are one; the same environment again begins a new one.
   */
  private Rollout rollout(LedgerEntry entry) {
    LedgerEntry before = null;
    if (entry.environmentClass().equals(Environments.PRODUCTION) && entry.sha() != null) {
      Key place = Key.of(entry.environmentClass(), entry.sha());
      before = last(inAllBySha, place, place.with(entry.finish(), entry.start(), entry.id()));
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
    Key itself = Key.of(entry.environmentClass(), entry.finish(), entry.start(), entry.id());
    return new Rollout(entry, itself, Set.of(entry.environment()));
  }

  private void join(Key place, Rollout rollout, Rows rows) {
    LedgerEntry entry = rollout.entry();
    Key order = Key.of(entry.finish(), entry.start(), entry.id());
    rows.add(members, rollout.first().with(order), entry);
    if (rollout.first().equals(Key.of(entry.environmentClass()).with(order))) {
      rows.add(first, rollout.first(), entry);
    }
  }

  private Deployment deployment(Key key, LedgerEntry firstMember) {
    List<LedgerEntry> ofOne = new ArrayList<>();
    Table.under(members, key).forEach(member -> ofOne.add(member.getValue()));
    return new Deployment(List.copyOf(ofOne), true, kindOf(firstMember));
  }

  private void index(Key key, Deployment deployment, Rows rows) {
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
    Days.add(
        rows, inProgress, deployment.start(), deployment.finish(), deployment.id(), deployment);
  }

  /** The last entry under {@code place} before {@code end}, or null. */
  private static LedgerEntry last(Table<Key, LedgerEntry> table, Key place, Key end) {
    Map.Entry<Key, LedgerEntry> entry = table.lower(end);
    return entry == null || !entry.getKey().startsWith(place) ? null : entry.getValue();
  }
}
