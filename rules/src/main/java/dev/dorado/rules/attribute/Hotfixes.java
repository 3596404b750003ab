package dev.dorado.rules.attribute;

import dev.dorado.rules.Rule;
import dev.dorado.rules.attribute.Failure.Reason;
import dev.dorado.rules.attribute.Failure.Remedy;
import dev.dorado.rules.derive.Days;
import dev.dorado.rules.derive.Derivation;
import dev.dorado.rules.derive.Derived;
import dev.dorado.rules.derive.Key;
import dev.dorado.rules.derive.Rows;
import dev.dorado.rules.derive.Table;
import dev.dorado.steps.RoutedChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Rule F5: a hotfix remedies the failures that were open when its deployment started, or what a
 * rollback has ended since the last forward deployment; else it says that the latest forward
 * deployment before its own failed, both in a ledger with its own. Each hotfix sees what those
 * before it, in the order of deployments, have remedied and said.
 */
final class Hotfixes {

  private final Ledgers ledgers;
  private final Failures failures;

  /** Deployments with a hotfix, in their order. */
  private final Table<Key, Hotfix> hotfixes;

  private final Derived<Key, Hotfix, Said> said;

  /** By the failed deployment, then the order of the remedy. */
  private final Table<Key, Deployment> remedies;

  /** By the failed deployment, then the order of the hotfix. */
  private final Table<Key, Hotfix> accused;

  /**
   * A deployment with a hotfix.
   *
   * @param by the deployment
   * @param change the change, of several the first by id
   * @param reason why it is a hotfix, for people
   */
  private record Hotfix(Deployment by, String change, String reason) {}

  /**
   * What a hotfix says.
   *
   * @param remedied ids of the deployments whose failures it remedies
   * @param accused the deployment that it says failed, or null
   */
  private record Said(Hotfix hotfix, Set<String> remedied, Deployment accused) {}

  Hotfixes(Derivation derivation, Ledgers ledgers, Shipping shipping, Failures failures) {
    this.ledgers = ledgers;
    this.failures = failures;
    hotfixes = derivation.table();
    remedies = derivation.table();
    accused = derivation.table();
    derivation.each(
        "hotfix",
        ledgers.inOrder(),
        (key, deployment) -> hotfix(deployment, shipping),
        (key, hotfix, rows) -> {
          if (hotfix != null) {
            rows.add(hotfixes, key, hotfix);
          }
        },
        hotfixes);
    said = derivation.each("hotfix (F5)", hotfixes, this::ask, this::add, remedies, accused);
  }

  /** The failure that only a hotfix tells of, or null. */
  Failure failureOf(Deployment deployment) {
    for (var entry : Table.under(accused, Key.of(deployment.id()))) {
      Hotfix hotfix = entry.getValue();
      String method =
          "%s in %s is a hotfix (%s), and no failure was open"
              .formatted(hotfix.change(), hotfix.by().id(), hotfix.reason());
      List<Remedy> own = List.of(new Remedy(hotfix.by(), "hotfix"));
      return Failure.of(
          deployment,
          List.of(new Reason(Rule.F5, method, "low", hotfix.change())),
          List.of(),
          own,
          Recovery.byRemedy(deployment, own));
    }
    return null;
  }

  /** The hotfixes that remedy the failure of a deployment. */
  List<Remedy> remediesOf(Deployment deployment) {
    List<Remedy> all = new ArrayList<>();
    Table.under(remedies, Key.of(deployment.id()))
        .forEach(entry -> all.add(new Remedy(entry.getValue(), "hotfix")));
    return all;
  }

  private static Hotfix hotfix(Deployment deployment, Shipping shipping) {
    for (var entry : shipping.notable(deployment)) {
      RoutedChange change = entry.getValue();
      if (change.getHotfix() != null) {
        return new Hotfix(deployment, change.getId(), change.getHotfix());
      }
    }
    return null;
  }

  private Said ask(Key key, Hotfix hotfix) {
    Instant start = hotfix.by().start();
    Set<String> open = new TreeSet<>();
    for (Failure failure : Days.around(failures.around(), start)) {
      String failed = failure.deployment().id();
      if (!failed.equals(hotfix.by().id())
          && failure.recovery().isOpenAt(start)
          && !isRemediedBefore(failure, key, start)) {
        open.add(failed);
      }
    }
    for (var earlier : hotfixes.before(key)) {
      if (earlier.getValue().by().finish().isBefore(start)) {
        break;
      }
      Deployment failed = said.get(earlier.getKey()).accused();
      if (failed != null
          && !failed.id().equals(hotfix.by().id())
          && !failed.finish().isAfter(start)) {
        open.add(failed.id());
      }
    }
    return new Said(hotfix, open, open.isEmpty() ? accused(key, hotfix.by()) : null);
  }

  /** Whether an earlier hotfix has ended a failure before a time; incidents end by themselves. */
  private boolean isRemediedBefore(Failure failure, Key hotfix, Instant time) {
    if (!failure.incidents().isEmpty()) {
      return false;
    }
    for (var earlier : hotfixes.from(Key.of(failure.deployment().finish()))) {
      if (earlier.getKey().compareTo(hotfix) >= 0
          || !earlier.getValue().by().finish().isBefore(time)) {
        return false;
      }
      if (said.get(earlier.getKey()).remedied().contains(failure.deployment().id())) {
        return true;
      }
    }
    return false;
  }

  /**
   * The latest forward deployment before, in a ledger with this one, unless it was rolled back or
   * failed anyway.
   */
  private Deployment accused(Key hotfix, Deployment by) {
    Deployment last = ledgers.lastBefore(by, d -> d.is(Kind.FORWARD) || d.is(Kind.ROLLBACK));
    boolean excused =
        last == null
            || last.is(Kind.ROLLBACK)
            || failures.beforeHotfixes(last.id()) != null
            || failures.isAcquitted(last.id())
            || isAccusedBefore(last, hotfix);
    return excused ? null : last;
  }

  private boolean isAccusedBefore(Deployment deployment, Key hotfix) {
    for (var earlier : hotfixes.before(hotfix)) {
      if (earlier.getKey().compareTo(deployment.order()) <= 0) {
        return false;
      }
      Deployment other = said.get(earlier.getKey()).accused();
      if (other != null && other.id().equals(deployment.id())) {
        return true;
      }
    }
    return false;
  }

  private void add(Key key, Said of, Rows rows) {
    of.remedied().forEach(failed -> rows.add(remedies, Key.of(failed).with(key), of.hotfix().by()));
    if (of.accused() != null) {
      rows.add(accused, Key.of(of.accused().id()).with(key), of.hotfix());
    }
  }
}
