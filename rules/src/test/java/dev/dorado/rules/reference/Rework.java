package dev.dorado.rules.reference;

import dev.dorado.rules.RuleSettings;
import dev.dorado.rules.reference.Changes.Change;
import dev.dorado.rules.reference.Failure.Incident;
import dev.dorado.rules.reference.Shipping.Deployment;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/** The chapter Rework of the rules: which deployments are rework, which changes reactive. */
@SuppressWarnings("ReferenceEquality") // each of them is itself, whatever it says
final class Rework {

  private final Shipping shipping;
  private final Failure failure;
  private final List<Incident> incidents;
  private final Corrections corrections;
  private final RuleSettings settings;

  Rework(
      Shipping shipping,
      Failure failure,
      List<Incident> incidents,
      Corrections corrections,
      RuleSettings settings) {
    this.corrections = corrections;
    this.shipping = shipping;
    this.failure = failure;
    this.incidents = incidents;
    this.settings = settings;
  }

  /** W1: sender or correction say so; a rollback; ships a revert or hotfix; names an incident. */
  boolean isRework(Deployment deployment) {
    if (isPlanned(deployment)) {
      return false;
    }
    return corrections.marks(deployment, "unplanned")
        || deployment.members().stream().anyMatch(member -> member.rework)
        || deployment.is("rollback")
        || deployment.changes().stream().anyMatch(failure::isEffectiveRevert)
        || deployment.changes().stream().anyMatch(change -> change.hotfix)
        || deployment.members().stream().anyMatch(member -> member.incident != null);
  }

  boolean isPlanned(Deployment deployment) {
    return corrections.marks(deployment, "planned");
  }

  /** W1: the last that started while an incident was open that ended by the window after it. */
  boolean isProbable(Deployment deployment) {
    return incidents.stream()
        .filter(incident -> incident.end() != null && !isPlanned(deployment))
        .filter(incident -> lastDuring(incident) == deployment)
        .anyMatch(i -> !i.end().isAfter(deployment.finish().plus(settings.probableReworkWindow())));
  }

  private Deployment lastDuring(Incident incident) {
    Deployment last = null;
    for (var deployment : shipping.deployments) {
      boolean during = incident.isOpenAt(deployment.start()) && !deployment.is("redeploy");
      last = during ? deployment : last;
    }
    return last;
  }

  /** W2: reverts; hotfixes; what names an incident; fixes to files that were shipped lately. */
  boolean isReactive(Change change) {
    return failure.isEffectiveRevert(change)
        || change.hotfix
        || incidents.stream().anyMatch(incident -> names(change, incident))
        || (change.fix && isOfRecentFiles(change));
  }

  private static boolean names(Change change, Incident incident) {
    var names = new TreeSet<>(incident.event.getNames());
    names.add(incident.event.getIncident());
    boolean here = Objects.equals(change.repository, incident.event.getRepository());
    return names.stream()
        .anyMatch(name -> change.mentions.contains(name) && (here || !name.startsWith("#")));
  }

  /** W2: an earlier deployment shipped one of its files at most the window before its own. */
  private boolean isOfRecentFiles(Change change) {
    Deployment by = shipping.deploymentOf.get(change);
    if (by == null || change.files == null) {
      return false;
    }
    Instant since = by.finish().minus(settings.reworkWindow());
    return shipping.deployments.stream()
        .filter(earlier -> earlier.compareTo(by) < 0 && !earlier.finish().isBefore(since))
        .flatMap(earlier -> earlier.changes().stream())
        .filter(other -> other.files != null && other.repository.equals(change.repository))
        .anyMatch(other -> other.files.stream().anyMatch(change.files::contains));
  }
}
