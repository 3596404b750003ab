package dev.dorado.streams.attribute;

import dev.dorado.steps.RoutedChange;
import dev.dorado.streams.RuleSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Rules W1 and W2: which deployments are rework, and which changes are reactive. */
final class Rework {

  private final ShippedChanges shipped;
  private final Collection<Incident> incidents;
  private final RuleSettings settings;
  private final Map<String, List<Deployment>> deploymentsOfFile = new HashMap<>();
  private final Set<Deployment> probable = new HashSet<>();

  /**
   * @param deployments deployments in production, in order
   * @param incidents incidents on the service in production
   */
  Rework(
      List<Deployment> deployments,
      Collection<Incident> incidents,
      ShippedChanges shipped,
      RuleSettings settings) {
    this.shipped = shipped;
    this.incidents = incidents;
    this.settings = settings;
    for (var deployment : deployments) {
      for (var change : deployment.changes()) {
        if (change.getFiles() != null) {
          change
              .getFiles()
              .forEach(
                  file ->
                      deploymentsOfFile
                          .computeIfAbsent(file, f -> new ArrayList<>())
                          .add(deployment));
        }
      }
    }
    incidents.forEach(incident -> findProbable(incident, deployments));
  }

  /** Why a deployment is rework (W1), for people; null if it is not. */
  String reason(Deployment deployment) {
    for (var member : deployment.members()) {
      if (Boolean.TRUE.equals(member.attempt().getRework())) {
        return "the sender says so";
      }
    }
    if (deployment.is(LedgerEntry.ROLLBACK)) {
      return "rollback";
    }
    List<RoutedChange> changes =
        deployment.changes().stream().sorted(Comparator.comparing(RoutedChange::getId)).toList();
    for (var change : changes) {
      if (shipped.isEffectiveRevert(change)) {
        return "ships the revert " + change.getId();
      }
    }
    for (var change : changes) {
      if (change.getHotfix() != null) {
        return "ships the hotfix %s (%s)".formatted(change.getId(), change.getHotfix());
      }
    }
    for (var member : deployment.members()) {
      if (member.attempt().getIncident() != null) {
        return "names incident " + member.attempt().getIncident();
      }
    }
    return null;
  }

  /** Whether a deployment is probably rework, by the incident that it started in (W1). */
  boolean isProbable(Deployment deployment) {
    return probable.contains(deployment);
  }

  /** Why a change is reactive (W2), for people; null if it is not, or this is unknown. */
  String reactive(RoutedChange change) {
    if (shipped.isEffectiveRevert(change)) {
      return change.getReverts().isEmpty()
          ? "revert"
          : "revert of " + String.join(", ", change.getReverts());
    }
    if (change.getHotfix() != null) {
      return change.getHotfix();
    }
    for (var incident : incidents) {
      if (names(change, incident)) {
        return "names incident " + incident.id();
      }
    }
    return change.getFix() == null ? null : fixOfRecentFiles(change);
  }

  private String fixOfRecentFiles(RoutedChange change) {
    Deployment by = shipped.deploymentOf(change);
    if (by == null || change.getFiles() == null) {
      return null;
    }
    for (String file : change.getFiles()) {
      Deployment earlier = latestBefore(by, deploymentsOfFile.getOrDefault(file, List.of()));
      if (earlier != null) {
        Duration age = Duration.between(earlier.finish(), by.finish());
        if (age.compareTo(settings.reworkWindow()) <= 0) {
          return "%s, of %s, which %s shipped %d days before"
              .formatted(change.getFix(), file, earlier.id(), age.toDays());
        }
      }
    }
    return null;
  }

  /** The latest of some deployments, which are in order, that comes before another; or null. */
  private static Deployment latestBefore(Deployment by, List<Deployment> inOrder) {
    int low = 0;
    int high = inOrder.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Deployment.ORDER.compare(inOrder.get(middle), by) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0 ? null : inOrder.get(low - 1);
  }

  private static boolean names(RoutedChange change, Incident incident) {
    for (String name : incident.event().getNames()) {
      boolean local = name.startsWith("#");
      if (change.getMentions().contains(name)
          && (!local || change.getRepository().equals(incident.event().getRepository()))) {
        return true;
      }
    }
    return false;
  }

  /** The last deployment that started while the incident was open, if that ended soon after. */
  private void findProbable(Incident incident, List<Deployment> deployments) {
    Instant end = incident.end();
    if (end == null) {
      return;
    }
    deployments.stream()
        .filter(deployment -> !deployment.is(LedgerEntry.REDEPLOY))
        .filter(deployment -> incident.isOpenAt(deployment.start()))
        .reduce((earlier, later) -> later)
        .filter(last -> !end.isAfter(last.finish().plus(settings.probableReworkWindow())))
        .ifPresent(probable::add);
  }
}
