package dev.dorado.streams.attribute;

import dev.dorado.steps.RoutedChange;
import dev.dorado.streams.RuleSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Rules F1 to F6: which deployments failed in production, and which incidents belong to them. The
 * rules are asked in the order F2, F3, F4, F6, F5; the first that answers decides.
 */
final class Failures {

  /** The rules, in the order in which they are asked. */
  private enum Rule {
    F2,
    F3,
    F4,
    F6,
    F5
  }

  private record Reason(String method, String confidence, String evidence) {}

  /** A rollback or revert, and the deployment that it says failed. */
  private record Accusation(Deployment by, Deployment accused, String method, String evidence) {}

  private final List<Deployment> deployments;
  private final List<Deployment> failedAttempts;
  private final List<Incident> incidents;
  private final Outages outages;
  private final ShippedChanges shipped;
  private final RuleSettings settings;
  private final Map<String, Deployment> byMember = new HashMap<>();
  private final List<Accusation> rollbacks = new ArrayList<>();
  private final List<Accusation> reverts = new ArrayList<>();
  private final Map<Deployment, EnumMap<Rule, Reason>> reasons = new LinkedHashMap<>();
  private final Map<Deployment, Failure> failures = new LinkedHashMap<>();

  /**
   * @param deployments deployments in production, in order
   * @param failedAttempts attempts in production that failed, in order
   * @param ledgers ledgers of the production environments
   * @param incidents incidents in production, in order; they are given their links
   */
  Failures(
      List<Deployment> deployments,
      List<Deployment> failedAttempts,
      Collection<Ledger> ledgers,
      List<Incident> incidents,
      ShippedChanges shipped,
      RuleSettings settings) {
    this.deployments = deployments;
    this.failedAttempts = failedAttempts;
    this.incidents = incidents;
    this.outages = new Outages(incidents);
    this.shipped = shipped;
    this.settings = settings;
    deployments.forEach(
        deployment ->
            deployment.members().forEach(member -> byMember.put(member.id(), deployment)));
    findRollbacks(ledgers);
    findReverts();
    incidents.forEach(this::link);
    findReasons();
    reasons.forEach(this::decide);
    addRemedies();
    deployments.forEach(this::askHotfix);
  }

  /** The failure of a deployment, or null. */
  Failure of(Deployment deployment) {
    return failures.get(deployment);
  }

  /** When the impact of a failure began and ended. */
  Recovery recovery(Failure failure) {
    return Recovery.of(failure, outages, settings.clockTolerance());
  }

  /** F3: a rollback accuses the first forward deployment after what it went back to. */
  private void findRollbacks(Collection<Ledger> ledgers) {
    for (var ledger : ledgers) {
      for (var entry : ledger.entries()) {
        if (entry.is(LedgerEntry.ROLLBACK)) {
          var culprit = ledger.culprit(entry);
          if (culprit != null) {
            rollbacks.add(
                new Accusation(
                    byMember.get(entry.id()),
                    byMember.get(culprit.entry().id()),
                    culprit.method(),
                    entry.id()));
          }
        }
      }
    }
    rollbacks.sort(Comparator.comparing(Accusation::by, Deployment.ORDER));
  }

  /** F4: the deployment that shipped a change failed when a later one ships its revert. */
  private void findReverts() {
    for (var by : deployments) {
      for (var change : by.changes()) {
        if (change.getRevert()) {
          for (var reverted : shipped.takenBack(change)) {
            reverts.add(
                new Accusation(
                    by,
                    shipped.deploymentOf(reverted),
                    "it shipped %s, which %s in %s reverts"
                        .formatted(reverted.getId(), change.getId(), by.id()),
                    change.getId()));
          }
        }
      }
    }
  }

  private void link(Incident incident) {
    Incident.Link link = named(incident);
    for (var accusations : List.of(rollbacks, reverts)) {
      if (link == null) {
        link = accused(incident, accusations, accusations == rollbacks ? Rule.F3 : Rule.F4);
      }
    }
    if (link == null) {
      link = nearest(incident);
    } else if (!link.rule().equals(Rule.F2.name())) {
      Deployment nearest = nearestDeployment(incident);
      if (nearest != null && nearest != link.deployment()) {
        incident
            .rejected()
            .add(
                "%s was the latest before the impact, but %s decides"
                    .formatted(nearest, link.rule()));
      }
    }
    incident.linkTo(link);
  }

  /** F2: the incident names a deployment, SHA, version or pull request. */
  private Incident.Link named(Incident incident) {
    for (String cause : incident.event().getCausedBy()) {
      Deployment named = named(cause, incident);
      if (named != null) {
        return new Incident.Link(
            repeated(named),
            Rule.F2.name(),
            "the incident names %s as its cause".formatted(cause),
            "high");
      }
      incident
          .rejected()
          .add("it names %s, which no deployment is known for (F2)".formatted(cause));
    }
    return null;
  }

  private Deployment named(String cause, Incident incident) {
    List<Deployment> candidates = new ArrayList<>(deployments);
    candidates.addAll(failedAttempts);
    List<Deployment> fitting =
        candidates.stream()
            .filter(
                deployment ->
                    deployment.members().stream()
                        .anyMatch(
                            member ->
                                member.id().equals(cause)
                                    || isPrefix(cause, member.sha())
                                    || cause.equals(member.attempt().getVersion())))
            .sorted(Deployment.ORDER)
            .toList();
    if (!fitting.isEmpty()) {
      return fitting.stream()
          .filter(deployment -> !deployment.start().isAfter(incident.start()))
          .reduce((earlier, later) -> later)
          .orElse(fitting.get(0));
    }
    RoutedChange change = changeNamed(cause, incident);
    return change == null ? null : shipped.deploymentOf(change);
  }

  private RoutedChange changeNamed(String cause, Incident incident) {
    RoutedChange ofCommit = shipped.changeOfCommit(cause);
    if (ofCommit != null) {
      return ofCommit;
    }
    for (var change : shipped.all()) {
      String id = change.getId();
      boolean sameRepository =
          incident.event().getRepository() == null
              || change.getRepository().equals(incident.event().getRepository());
      if (id.equals(cause)
          || cause.equals(change.getUrl())
          || (cause.startsWith("#") && sameRepository && id.endsWith(cause))
          || (cause.contains("#") && id.endsWith("/" + cause))) {
        return change;
      }
    }
    return null;
  }

  /** F3, F4: a rollback or revert that came while the incident was open tells its cause. */
  private static Incident.Link accused(Incident incident, List<Accusation> accusations, Rule rule) {
    for (var accusation : accusations) {
      if (incident.isOpenAt(accusation.by().start())) {
        if (!accusation.accused().start().isAfter(incident.start())) {
          return new Incident.Link(
              accusation.accused(),
              rule.name(),
              "while it was open, " + accusation.method(),
              "high");
        }
        incident
            .rejected()
            .add(
                "%s started after the impact, so that it can't be the cause (%s)"
                    .formatted(accusation.accused(), rule));
      }
    }
    return null;
  }

  /** F6: the attempt in progress at the impact, else the latest that finished before it. */
  private Incident.Link nearest(Incident incident) {
    Instant impact = incident.start();
    Deployment inProgress =
        inEnvironment(incident, failedAttempts, deployments).stream()
            .filter(d -> !d.start().isAfter(impact) && d.finish().isAfter(impact))
            .max(Comparator.comparing(Deployment::start).thenComparing(Deployment.ORDER))
            .orElse(null);
    inEnvironment(incident, deployments).stream()
        .filter(deployment -> deployment.start().isAfter(impact))
        .min(Deployment.ORDER)
        .ifPresent(
            next ->
                incident
                    .rejected()
                    .add(
                        "%s started after the impact, so that it can't be the cause (F6)"
                            .formatted(next)));
    if (inProgress != null) {
      return new Incident.Link(
          repeated(inProgress),
          Rule.F6.name(),
          "it was in progress when the impact began",
          "medium");
    }
    Deployment latest = latestBefore(incident);
    if (latest == null) {
      incident.rejected().add("no deployment had finished before it (F6)");
      return null;
    }
    Duration gap = Duration.between(latest.finish(), impact);
    if (gap.compareTo(settings.proximityWindow()) > 0) {
      incident
          .rejected()
          .add(
              "%s finished %s before the impact: longer than %s (F6)"
                  .formatted(latest, words(gap), words(settings.proximityWindow())));
      return null;
    }
    return new Incident.Link(
        repeated(latest),
        Rule.F6.name(),
        "the latest deployment before the impact, which began %s after its finish"
            .formatted(words(gap)),
        "medium");
  }

  private Deployment nearestDeployment(Incident incident) {
    Deployment latest = latestBefore(incident);
    return latest == null ? null : repeated(latest);
  }

  private Deployment latestBefore(Incident incident) {
    return inEnvironment(incident, deployments).stream()
        .filter(deployment -> !deployment.finish().isAfter(incident.start()))
        .max(Deployment.ORDER)
        .orElse(null);
  }

  /** Deployments in the environment that the incident names; all if it names none that is known. */
  @SafeVarargs
  private static List<Deployment> inEnvironment(Incident incident, List<Deployment>... candidates) {
    List<Deployment> all = new ArrayList<>();
    for (var some : candidates) {
      all.addAll(some);
    }
    String environment = incident.event().getEnvironment();
    if (environment == null) {
      return all;
    }
    List<Deployment> there =
        all.stream().filter(deployment -> deployment.environments().contains(environment)).toList();
    return there.isEmpty() ? all : there;
  }

  /** K2: the failure of a redeploy counts on what it repeats. */
  private Deployment repeated(Deployment deployment) {
    Deployment repeated = deployment;
    while (repeated.is(LedgerEntry.REDEPLOY) && repeated.first().previous() != null) {
      repeated = byMember.get(repeated.first().previous().id());
    }
    return repeated;
  }

  private void findReasons() {
    for (var deployment : deployments) {
      for (var member : deployment.members()) {
        if (Boolean.TRUE.equals(member.attempt().getFailed())) {
          because(
              repeated(deployment),
              Rule.F2,
              Objects.requireNonNullElse(member.attempt().getFailedBy(), "marked"),
              "high",
              member.id());
        }
      }
    }
    for (var incident : incidents) {
      if (incident.link() != null && incident.link().rule().equals(Rule.F2.name())) {
        because(incident);
      }
    }
    rollbacks.forEach(found -> because(found, Rule.F3));
    reverts.forEach(found -> because(found, Rule.F4));
    for (var incident : incidents) {
      if (incident.link() != null) {
        because(incident);
      }
    }
  }

  private void because(Accusation accusation, Rule rule) {
    because(accusation.accused(), rule, accusation.method(), "high", accusation.evidence());
  }

  private void because(Incident incident) {
    var link = incident.link();
    because(
        link.deployment(),
        Rule.valueOf(link.rule()),
        "incident %s: %s".formatted(incident.id(), link.method()),
        link.confidence(),
        incident.id());
  }

  private void because(
      Deployment deployment, Rule rule, String method, String confidence, String evidence) {
    reasons
        .computeIfAbsent(deployment, d -> new EnumMap<>(Rule.class))
        .putIfAbsent(rule, new Reason(method, confidence, evidence));
  }

  /** F1: a deployment fails once; the first rule that answers decides. */
  private void decide(Deployment deployment, EnumMap<Rule, Reason> answers) {
    var first = answers.entrySet().iterator().next();
    var failure =
        new Failure(
            deployment,
            first.getKey().name(),
            first.getValue().method(),
            first.getValue().confidence());
    answers.values().forEach(reason -> failure.evidence().add(reason.evidence()));
    incidents.stream()
        .filter(incident -> incident.link() != null && incident.link().deployment() == deployment)
        .forEach(
            incident -> {
              failure.incidents().add(incident);
              failure.evidence().add(incident.id());
              failure.rejected().addAll(incident.rejected());
            });
    failures.put(deployment, failure);
  }

  private void addRemedies() {
    rollbacks.forEach(
        found ->
            failures
                .get(found.accused())
                .remedies()
                .add(new Failure.Remedy(found.by(), LedgerEntry.ROLLBACK)));
    reverts.forEach(
        found ->
            failures.get(found.accused()).remedies().add(new Failure.Remedy(found.by(), "revert")));
    for (var failure : failures.values()) {
      if (failure.rule().equals(Rule.F2.name()) && failure.incidents().isEmpty()) {
        deployments.stream()
            .filter(
                later ->
                    later.is(LedgerEntry.FORWARD)
                        && Deployment.ORDER.compare(failure.deployment(), later) < 0)
            .findFirst()
            .ifPresent(next -> failure.remedies().add(new Failure.Remedy(next, "next deployment")));
      }
    }
  }

  /**
   * F5: a hotfix remedies the failures that were open when its deployment started, or what a
   * rollback has ended since the last forward deployment; else it says that the latest forward
   * deployment before its own failed.
   */
  private void askHotfix(Deployment deployment) {
    RoutedChange hotfix =
        deployment.changes().stream()
            .filter(change -> change.getHotfix() != null)
            .min(Comparator.comparing(RoutedChange::getId))
            .orElse(null);
    if (hotfix == null) {
      return;
    }
    List<Failure> open =
        failures.values().stream()
            .filter(
                failure ->
                    failure.deployment() != deployment
                        && recovery(failure).isOpenAt(deployment.start()))
            .toList();
    if (!open.isEmpty()) {
      open.forEach(failure -> failure.remedies().add(new Failure.Remedy(deployment, "hotfix")));
      return;
    }
    Deployment last = null;
    boolean rolledBack = false;
    for (var before : deployments) {
      if (before == deployment) {
        break;
      }
      if (before.is(LedgerEntry.FORWARD)) {
        last = before;
        rolledBack = false;
      } else if (before.is(LedgerEntry.ROLLBACK)) {
        rolledBack = true;
      }
    }
    if (last == null || rolledBack || failures.containsKey(last)) {
      return;
    }
    var failure =
        new Failure(
            last,
            Rule.F5.name(),
            "%s in %s is a hotfix (%s), and no failure was open"
                .formatted(hotfix.getId(), deployment.id(), hotfix.getHotfix()),
            "low");
    failure.evidence().add(hotfix.getId());
    failure.remedies().add(new Failure.Remedy(deployment, "hotfix"));
    failures.put(last, failure);
  }

  private static boolean isPrefix(String cause, String sha) {
    return sha != null && cause.length() >= 7 && sha.startsWith(cause);
  }

  private static String words(Duration duration) {
    long minutes = duration.toMinutes();
    return minutes < 120 ? minutes + " min" : minutes / 60 + " h";
  }
}
