package dev.dorado.streams.attribute;

import dev.dorado.steps.RoutedChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which deployment of the headline shipped which change (rules S4, S5), and which of them revert
 * another (rule F4).
 */
final class ShippedChanges {

  private final List<RoutedChange> all;
  private final Map<String, Deployment> deploymentOf = new HashMap<>();
  private final Map<String, RoutedChange> byId = new HashMap<>();
  private final Map<String, RoutedChange> byCommit = new HashMap<>();
  private final java.util.Set<String> atBaseline = new java.util.HashSet<>();

  /**
   * @param changes all changes of the service
   * @param deployments deployments of a class of environments; are told what they ship
   * @param ledgers its ledgers
   */
  ShippedChanges(
      List<RoutedChange> changes, List<Deployment> deployments, Iterable<Ledger> ledgers) {
    this.all = changes;
    Map<String, Deployment> byMember = new HashMap<>();
    deployments.forEach(
        deployment ->
            deployment.members().forEach(member -> byMember.put(member.id(), deployment)));
    List<Shipping> shippings = new ArrayList<>();
    ledgers.forEach(ledger -> shippings.add(new Shipping(ledger)));
    for (var change : changes) {
      byId.put(change.getId(), change);
      change.getCommits().forEach(sha -> byCommit.putIfAbsent(sha, change));
      var shipped = Shipping.first(change, shippings);
      if (shipped == null) {
        continue;
      }
      if (shipped.baseline()) {
        atBaseline.add(change.getId());
      } else {
        Deployment by = byMember.get(shipped.by().id());
        deploymentOf.put(change.getId(), by);
        by.changes().add(change);
      }
    }
  }

  /** All changes of the service. */
  List<RoutedChange> all() {
    return all;
  }

  /** The deployment that shipped a change, or null. */
  Deployment deploymentOf(RoutedChange change) {
    return deploymentOf.get(change.getId());
  }

  /** Whether a change was shipped at an unknown time, before the baseline (rule S5). */
  boolean isAtBaseline(RoutedChange change) {
    return atBaseline.contains(change.getId());
  }

  /** A change by its id, or null. */
  RoutedChange change(String id) {
    return byId.get(id);
  }

  /** The change that a commit is in, by SHA or a prefix of 7 or more, or null. */
  RoutedChange changeOfCommit(String sha) {
    RoutedChange exact = byCommit.get(sha);
    if (exact != null || sha.length() < 7 || sha.length() >= 40) {
      return exact;
    }
    var fitting =
        byCommit.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith(sha))
            .map(Map.Entry::getValue)
            .distinct()
            .toList();
    return fitting.size() == 1 ? fitting.get(0) : null;
  }

  /**
   * The changes that a shipped revert took back from production: those that an earlier deployment
   * had shipped. Empty also if none is known.
   */
  List<RoutedChange> takenBack(RoutedChange revert) {
    Deployment by = deploymentOf(revert);
    return revert.getReverts().stream()
        .map(byId::get)
        .filter(
            reverted ->
                reverted != null
                    && by != null
                    && deploymentOf(reverted) != null
                    && Deployment.ORDER.compare(deploymentOf(reverted), by) < 0)
        .toList();
  }

  /**
   * Whether a change takes something back that was in production: shipped together with what it
   * reverts, it is neither failure, rework nor reactive (rule F4).
   */
  boolean isEffectiveRevert(RoutedChange change) {
    if (!change.getRevert()) {
      return false;
    }
    List<RoutedChange> known =
        change.getReverts().stream().map(byId::get).filter(reverted -> reverted != null).toList();
    return known.isEmpty()
        || known.stream().anyMatch(this::isAtBaseline)
        || !takenBack(change).isEmpty()
        || (deploymentOf(change) == null
            && known.stream().anyMatch(reverted -> deploymentOf(reverted) != null));
  }
}
