package dev.dorado.rules.reference;

import dev.dorado.events.IncidentEvent;
import dev.dorado.rules.RuleSettings;
import dev.dorado.rules.reference.Changes.Change;
import dev.dorado.rules.reference.Shipping.Attempt;
import dev.dorado.rules.reference.Shipping.Deployment;
import dev.dorado.schemas.NoDeploymentCause;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The chapter Failure of the rules: which deployments failed, and what incidents belong to. */
@SuppressWarnings("ReferenceEquality") // each of them is itself, whatever it says
final class Failure {

  /** An incident on the service in production. */
  static final class Incident {
    final IncidentEvent event;
    Deployment cause;
    String rule;

    Incident(IncidentEvent event) {
      this.event = event;
    }

    Instant start() {
      return Events.timeOf(event);
    }

    boolean isStartUnknown() {
      return event.getStartedAt() == null;
    }

    /** Never before its start; null while it is open. */
    Instant end() {
      Instant end = event.getResolvedAt();
      return end != null && end.isBefore(start()) ? start() : end;
    }

    boolean isOpenAt(Instant time) {
      return !start().isAfter(time) && (end() == null || !end().isBefore(time));
    }
  }

  /** A rollback or revert, and the deployment that it says failed. */
  record Accusation(Deployment by, Deployment accused) {}

  /** A deployment that ended a failure: by rollback, revert, hotfix or as the next deployment. */
  record Remedy(Deployment by, String kind) {}

  /** Why a deployment failed, and what is known to have ended it. */
  record Verdict(
      Deployment deployment, String rule, List<Incident> incidents, List<Remedy> remedies) {}

  final Map<Deployment, Verdict> verdicts = new LinkedHashMap<>();

  private final Shipping shipping;
  private final Collection<Change> changes;
  private final List<Incident> incidents;
  private final RuleSettings settings;
  private final Corrections corrections;
  private final List<Accusation> rollbacks;
  private final List<Accusation> reverts;

  Failure(
      Shipping shipping,
      Collection<Change> changes,
      List<Incident> incidents,
      Corrections corrections,
      RuleSettings settings) {
    this.shipping = shipping;
    this.corrections = corrections;
    this.changes = changes;
    this.incidents = incidents;
    this.settings = settings;
    this.rollbacks = rollbacks();
    this.reverts = reverts();
    incidents.forEach(this::link);
    List<Deployment> all = new ArrayList<>(shipping.deployments);
    all.addAll(shipping.failedAttempts);
    for (var deployment : all) {
      String rule = rule(deployment);
      if (rule != null) {
        var linked = incidents.stream().filter(incident -> incident.cause == deployment).toList();
        verdicts.put(deployment, new Verdict(deployment, rule, linked, remedies(deployment)));
      }
    }
    verdicts.values().forEach(this::nextDeployment);
    shipping.deployments.forEach(this::askHotfix);
  }

  /** F1: a deployment fails once; the rules are asked in the order F2, F3, F4, F6, then F5. */
  private String rule(Deployment deployment) {
    if (corrections.marks(deployment, "not-failed")) {
      return null;
    }
    for (String rule : List.of("F2", "F3", "F4", "F6")) {
      boolean fails =
          incidents.stream().anyMatch(i -> i.cause == deployment && i.rule.equals(rule))
              || (rule.equals("F2") && isMarked(deployment))
              || (rule.equals("F3") && isAccused(rollbacks, deployment))
              || (rule.equals("F4") && isAccused(reverts, deployment));
      if (fails) {
        return rule;
      }
    }
    return null;
  }

  private static boolean isAccused(List<Accusation> accusations, Deployment deployment) {
    return accusations.stream().anyMatch(accusation -> accusation.accused() == deployment);
  }

  /** F2: a correction marks it, or the sender it or a redeploy of it (K2). */
  private boolean isMarked(Deployment deployment) {
    return corrections.marks(deployment, "failed")
        || shipping.deployments.stream()
            .filter(marked -> marked.members().stream().anyMatch(member -> member.failed))
            .anyMatch(marked -> marked.repeated() == deployment);
  }

  /** F3: a rollback says that the first forward deployment after what it went back to failed. */
  private List<Accusation> rollbacks() {
    List<Accusation> rollbacks = new ArrayList<>();
    for (var ledger : shipping.ledgers) {
      for (var rollback : ledger.stream().filter(a -> a.kind.equals("rollback")).toList()) {
        var culprit = culprit(rollback, ledger.subList(0, ledger.indexOf(rollback)));
        if (culprit != null) {
          rollbacks.add(new Accusation(rollback.deployment, culprit.deployment));
        }
      }
    }
    rollbacks.sort(Comparator.comparing(Accusation::by));
    return rollbacks;
  }

  /**
   * F3: without an earlier one at or before the rollback's position, it is the latest forward one;
   * without a forward one, an unknown one.
   */
  private static Attempt culprit(Attempt rollback, List<Attempt> before) {
    int base = -1;
    for (int i = 0; i < before.size(); i++) {
      base = isAtOrBefore(before.get(i), rollback) ? i : base;
    }
    for (String kind : List.of("forward", "unknown")) {
      var some = before.stream().skip(base + 1).filter(a -> a.kind.equals(kind)).toList();
      if (!some.isEmpty()) {
        return some.get(base < 0 ? some.size() - 1 : 0);
      }
    }
    return null;
  }

  /** F3: where positions can't be compared, the same version (K1) stands for that. */
  private static boolean isAtOrBefore(Attempt earlier, Attempt rollback) {
    if (Kinds.areComparable(earlier, rollback)) {
      return !Kinds.isAfter(earlier, rollback);
    }
    return earlier.version.isSameAs(rollback.version);
  }

  /** F4: what shipped a change failed when a later deployment ships its revert. */
  private List<Accusation> reverts() {
    List<Accusation> reverts = new ArrayList<>();
    for (var by : shipping.deployments) {
      for (var change : by.changes()) {
        takenBack(change).forEach(r -> reverts.add(new Accusation(by, shipper(r))));
      }
    }
    return reverts;
  }

  private Deployment shipper(Change change) {
    return shipping.deploymentOf.get(change);
  }

  private List<Change> reverted(Change revert) {
    return changes.stream().filter(change -> revert.reverts.contains(change.id)).toList();
  }

  /** F4: the changes that an earlier deployment had shipped, and this one takes back. */
  private List<Change> takenBack(Change revert) {
    return reverted(revert).stream()
        .filter(c -> shipper(c) != null && shipper(revert) != null)
        .filter(c -> shipper(c).compareTo(shipper(revert)) < 0)
        .toList();
  }

  /**
   * F4: shipped together with what it reverts, a revert is neither failure, rework nor reactive.
   */
  boolean isEffectiveRevert(Change change) {
    var known = reverted(change);
    boolean notYet =
        shipper(change) == null && known.stream().anyMatch(other -> shipper(other) != null);
    return change.revert
        && (known.isEmpty()
            || known.stream().anyMatch(shipping.atBaseline::contains)
            || !takenBack(change).isEmpty()
            || notYet);
  }

  /** F2: a correction links it; else the rules, but to nothing that a correction unlinks. */
  private void link(Incident incident) {
    var linked = corrections.linkOf(incident.event.getIncident());
    link(incident, "F2", linked != null && inOrder().contains(linked) ? linked : null);
    var causes = causes(incident);
    link(incident, "F2", named(incident, causes));
    if (incident.isStartUnknown()) {
      return;
    }
    link(incident, "F3", accused(incident, rollbacks));
    link(incident, "F4", accused(incident, reverts));
    if (causes.stream().anyMatch(Failure::isNoDeployment)) {
      return;
    }
    var nearest = nearest(incident);
    link(incident, "F6", nearest == null || isUnlinked(incident, nearest) ? null : nearest);
  }

  private boolean isUnlinked(Incident incident, Deployment deployment) {
    return corrections.unlinks(incident.event.getIncident(), deployment);
  }

  private static void link(Incident incident, String rule, Deployment cause) {
    if (incident.cause == null && cause != null) {
      incident.cause = cause;
      incident.rule = rule;
    }
  }

  private static final Pattern ROOT_CAUSE =
      Pattern.compile("(?im)\\b(?:root[ -]cause|caused by)\\s*:\\s*([^\\r\\n]+)");

  /** F2: what names the cause, by field or in text. */
  private static List<String> causes(Incident incident) {
    var event = incident.event;
    List<String> causes =
        new ArrayList<>(Objects.requireNonNullElse(event.getCausedBy(), List.of()));
    for (String text : Arrays.asList(event.getTitle(), event.getDescription())) {
      for (String statement : Changes.groups(ROOT_CAUSE, text)) {
        String first =
            statement.replaceFirst("^`?((?:[\\w.-]+/[\\w.-]+)?#\\d+|[\\w][\\w.:/@+-]*).*", "$1");
        if (isNoDeployment(statement) || !isNoDeployment(first)) {
          causes.add(isNoDeployment(statement) ? statement : first);
        }
      }
    }
    if (event.getArtifact() != null) {
      causes.add(event.getArtifact());
    }
    return causes;
  }

  private static boolean isNoDeployment(String cause) {
    return NoDeploymentCause.in(cause).isPresent();
  }

  /**
   * F2: the incident names deployments, commits, versions or pull requests: the latest of them that
   * had started by the impact, else the first.
   */
  private Deployment named(Incident incident, List<String> causes) {
    TreeSet<Deployment> named = new TreeSet<>();
    causes.stream()
        .filter(cause -> !isNoDeployment(cause))
        .forEach(cause -> decisive(named(cause, incident), incident).ifPresent(named::add));
    while (!named.isEmpty()) {
      var deployment = decisive(named, incident).orElseThrow();
      if (!isUnlinked(incident, deployment.repeated())) {
        return deployment.repeated();
      }
      named.remove(deployment);
    }
    return null;
  }

  private static Optional<Deployment> decisive(Collection<Deployment> named, Incident incident) {
    return named.stream()
        .filter(deployment -> !deployment.start().isAfter(incident.start()))
        .max(Comparator.naturalOrder())
        .or(() -> named.stream().min(Comparator.naturalOrder()));
  }

  private List<Deployment> named(String cause, Incident incident) {
    var deployed =
        inOrder().stream()
            .filter(d -> d.members().stream().anyMatch(member -> fits(cause, member)))
            .toList();
    return deployed.isEmpty()
        ? changesNamed(cause, incident).stream()
            .map(this::shipper)
            .filter(Objects::nonNull)
            .toList()
        : deployed;
  }

  private List<Deployment> inOrder() {
    var all = new TreeSet<>(shipping.deployments);
    all.addAll(shipping.failedAttempts);
    return List.copyOf(all);
  }

  private static boolean fits(String cause, Attempt member) {
    return cause.equals(member.id)
        || cause.equals(member.givenId)
        || (member.repository != null && cause.equals(member.givenId + "@" + member.repository))
        || cause.equals(member.toldVersion)
        || cause.equals(member.url)
        || member.version.isNamed(cause)
        || isPrefix(cause, member.sha);
  }

  private static boolean isPrefix(String cause, String sha) {
    String prefix = cause.matches("[0-9a-fA-F]{7,40}") ? cause.toLowerCase(Locale.ROOT) : cause;
    return sha != null && prefix.length() >= 7 && sha.startsWith(prefix);
  }

  private List<Change> changesNamed(String cause, Incident incident) {
    var byCommit =
        changes.stream()
            .filter(c -> c.commits.stream().anyMatch(sha -> isPrefix(cause, sha)))
            .toList();
    if (byCommit.size() == 1 || (cause.length() == 40 && !byCommit.isEmpty())) {
      return byCommit;
    }
    String repository = incident.event.getRepository();
    return changes.stream()
        .filter(
            change ->
                change.id.equals(cause)
                    || cause.equals(change.url)
                    || (cause.startsWith("#")
                        && (repository == null || repository.equals(change.repository))
                        && change.id.endsWith(cause))
                    || (cause.contains("#") && change.id.endsWith("/" + cause)))
        .toList();
  }

  /**
   * F3, F4: an incident that was open when the rollback or revert started, and had not started
   * before the accused deployment did, is linked to that.
   */
  private Deployment accused(Incident incident, List<Accusation> accusations) {
    return accusations.stream()
        .filter(accusation -> incident.isOpenAt(accusation.by().start()))
        .map(Accusation::accused)
        .filter(accused -> !accused.start().isAfter(incident.start()))
        .filter(accused -> !isUnlinked(incident, accused))
        .findFirst()
        .orElse(null);
  }

  /**
   * F6: the attempt in progress at the impact start (the one that started last), else the latest
   * deployment that finished before it, within the window.
   */
  private Deployment nearest(Incident incident) {
    Instant impact = incident.start();
    var inProgress =
        inEnvironment(incident, inOrder()).stream()
            .filter(d -> !d.start().isAfter(impact) && d.finish().isAfter(impact))
            .max(Comparator.comparing(Deployment::start).thenComparing(d -> d));
    if (inProgress.isPresent()) {
      return inProgress.get().repeated();
    }
    return inEnvironment(incident, shipping.deployments).stream()
        .filter(deployment -> !deployment.finish().isAfter(impact))
        .max(Comparator.naturalOrder())
        .filter(d -> !d.finish().plus(settings.proximityWindow()).isBefore(impact))
        .map(Deployment::repeated)
        .orElse(null);
  }

  /** F6: in the environment that the incident names, if anything was deployed there. */
  private static List<Deployment> inEnvironment(Incident incident, List<Deployment> all) {
    String name = incident.event.getEnvironment();
    var there = all.stream().filter(d -> d.environments().contains(name)).toList();
    return there.isEmpty() ? all : there;
  }

  private List<Remedy> remedies(Deployment failed) {
    List<Remedy> remedies = new ArrayList<>();
    rollbacks.stream()
        .filter(rollback -> rollback.accused() == failed)
        .forEach(rollback -> remedies.add(new Remedy(rollback.by(), "rollback")));
    reverts.stream()
        .filter(revert -> revert.accused() == failed)
        .forEach(revert -> remedies.add(new Remedy(revert.by(), "revert")));
    return remedies;
  }

  /** R1: a bare mark is also ended by the next forward deployment in a ledger with it. */
  private void nextDeployment(Verdict verdict) {
    if (verdict.rule().equals("F2") && verdict.incidents().isEmpty()) {
      shipping.deployments.stream()
          .filter(later -> later.is("forward") && verdict.deployment().compareTo(later) < 0)
          .filter(later -> later.sharesLedgerWith(verdict.deployment()))
          .findFirst()
          .ifPresent(next -> verdict.remedies().add(new Remedy(next, "next deployment")));
    }
  }

  /**
   * F5: a hotfix remedies the failures that were open when its deployment started; or a rollback
   * has ended one since the last forward deployment in a ledger with it; else that one failed.
   */
  private void askHotfix(Deployment deployment) {
    if (deployment.changes().stream().noneMatch(change -> change.hotfix)) {
      return;
    }
    var open =
        verdicts.values().stream()
            .filter(verdict -> verdict.deployment() != deployment)
            .filter(verdict -> recovery(verdict).isOpenAt(deployment.start()))
            .toList();
    open.forEach(verdict -> verdict.remedies().add(new Remedy(deployment, "hotfix")));
    Deployment last = null;
    boolean rolledBack = false;
    for (var before : shipping.deployments) {
      if (before.compareTo(deployment) < 0 && before.sharesLedgerWith(deployment)) {
        last = before.is("forward") ? before : last;
        rolledBack = before.is("rollback") || (rolledBack && !before.is("forward"));
      }
    }
    boolean answers = open.isEmpty() && last != null && !rolledBack;
    if (answers && !verdicts.containsKey(last) && !corrections.marks(last, "not-failed")) {
      var remedies = new ArrayList<>(List.of(new Remedy(deployment, "hotfix")));
      verdicts.put(last, new Verdict(last, "F5", List.of(), remedies));
    }
  }

  Recovery recovery(Verdict verdict) {
    Duration tolerance = settings.clockTolerance();
    return Recovery.of(verdict, incidents, tolerance);
  }
}
