package dev.dorado.streams.attribute;

import dev.dorado.facts.ChangeFact;
import dev.dorado.facts.DeploymentFact;
import dev.dorado.facts.IncidentFact;
import dev.dorado.steps.RoutedAttempt;
import dev.dorado.steps.RoutedChange;
import dev.dorado.steps.RoutedIncident;
import dev.dorado.streams.RuleSettings;
import dev.dorado.streams.route.Environments;
import dev.dorado.streams.steps.Inputs;
import dev.dorado.streams.steps.Output;
import dev.dorado.streams.steps.StepFunction;
import dev.dorado.streams.steps.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * From the changes, attempts and incidents of a service to its facts: what each deployment shipped,
 * its kind, whether it failed, when it recovered, whether it is rework, and why. Keyed by service.
 */
public final class Attribution implements StepFunction {

  private final RuleSettings settings;

  public Attribution(RuleSettings settings) {
    this.settings = settings;
  }

  @Override
  public List<Output> apply(String service, Inputs inputs) {
    List<RoutedChange> changes =
        inputs.all(RoutedChange.class).stream()
            .sorted(Comparator.comparing(RoutedChange::getId))
            .toList();
    Map<String, List<RoutedAttempt>> attempts =
        inputs.all(RoutedAttempt.class).stream()
            .collect(
                Collectors.groupingBy(
                    RoutedAttempt::getEnvironmentClass, TreeMap::new, Collectors.toList()));
    attempts.putIfAbsent(Environments.PRODUCTION, List.of());
    Map<Boolean, List<Incident>> incidents =
        inputs.all(RoutedIncident.class).stream()
            .map(Incident::new)
            .sorted(Incident.ORDER)
            .collect(
                Collectors.partitioningBy(
                    incident ->
                        incident.event().getEnvironmentClass().equals(Environments.PRODUCTION)));
    List<Output> outputs = new ArrayList<>();
    attempts.forEach(
        (environment, ofClass) -> {
          boolean production = environment.equals(Environments.PRODUCTION);
          new OfClass(
                  service,
                  environment,
                  changes,
                  ofClass,
                  production ? incidents.get(true) : List.of())
              .facts(outputs);
        });
    incidents.values().stream()
        .flatMap(List::stream)
        .forEach(incident -> outputs.add(fact(service, incident)));
    return outputs;
  }

  /** The facts of one class of environments. */
  private final class OfClass {

    private final String service;
    private final String environment;
    private final List<Deployment> deployments;
    private final List<Deployment> failedAttempts;
    private final ShippedChanges shipped;
    private final Failures failures;
    private final Rework rework;

    OfClass(
        String service,
        String environment,
        List<RoutedChange> changes,
        List<RoutedAttempt> attempts,
        List<Incident> incidents) {
      this.service = service;
      this.environment = environment;
      Map<String, Ledger> ledgers = new TreeMap<>();
      withStatus(attempts, "succeeded")
          .collect(
              Collectors.groupingBy(
                  entry -> entry.attempt().getEnvironment(), TreeMap::new, Collectors.toList()))
          .forEach((name, entries) -> ledgers.put(name, new Ledger(entries)));
      boolean oneRollout = environment.equals(Environments.PRODUCTION);
      this.deployments =
          oneRollout
              ? Rollouts.of(ledgers.values(), settings.rolloutWindow())
              : ledgers.values().stream()
                  .flatMap(ledger -> ledger.entries().stream())
                  .map(entry -> new Deployment(List.of(entry), true))
                  .sorted(Deployment.ORDER)
                  .toList();
      this.failedAttempts =
          withStatus(attempts, "failed")
              .map(
                  entry ->
                      ledgers
                          .getOrDefault(entry.attempt().getEnvironment(), new Ledger(List.of()))
                          .failed(entry))
              .map(entry -> new Deployment(List.of(entry), false))
              .sorted(Deployment.ORDER)
              .toList();
      this.shipped = new ShippedChanges(changes, deployments, ledgers.values());
      this.failures =
          new Failures(deployments, failedAttempts, ledgers.values(), incidents, shipped, settings);
      this.rework = new Rework(deployments, incidents, shipped, settings);
    }

    void facts(List<Output> outputs) {
      deployments.forEach(deployment -> outputs.add(fact(deployment)));
      failedAttempts.forEach(attempt -> outputs.add(fact(attempt)));
      for (var change : shipped.all()) {
        boolean isShipped = shipped.deploymentOf(change) != null || shipped.isAtBaseline(change);
        boolean awaited = environment.equals(Environments.PRODUCTION) && !change.getOffDefault();
        if (isShipped || awaited) {
          outputs.add(fact(change));
        }
      }
    }

    private Output fact(Deployment deployment) {
      RoutedAttempt attempt = deployment.attempt();
      Failure failure =
          environment.equals(Environments.PRODUCTION) ? failures.of(deployment) : null;
      boolean counted =
          !deployment.is(LedgerEntry.REDEPLOY) && (deployment.isSucceeded() || failure != null);
      boolean headKnown = deployment.first().isHeadKnown();
      Recovery recovery = failure == null ? null : failures.recovery(failure);
      String reason = counted ? rework.reason(deployment) : null;
      LedgerEntry previous = deployment.first().previous();
      var fact =
          DeploymentFact.newBuilder()
              .setService(service)
              .setId(deployment.id())
              .setRetracted(false)
              .setEnvironment(environment)
              .setEnvironments(deployment.environments())
              .setRepository(attempt.getRepository())
              .setSha(attempt.getSha())
              .setRef(attempt.getRef())
              .setVersion(attempt.getVersion())
              .setStartedAt(deployment.start())
              .setFinishedAt(deployment.finish())
              .setStatus(deployment.isSucceeded() ? "succeeded" : "failed")
              .setCounted(counted)
              .setKind(deployment.kind())
              .setKindReason(deployment.first().kindReason())
              .setPreviousDeployment(previous == null ? null : previous.id())
              .setChanges(
                  headKnown || !deployment.isSucceeded() ? deployment.changes().size() : null)
              .setShippingReason(attempt.getHeadMethod())
              .setFailed(failure != null)
              .setFailureRule(failure == null ? null : failure.rule())
              .setFailureMethod(failure == null ? null : failure.method())
              .setFailureConfidence(failure == null ? null : failure.confidence())
              .setFailureEvidence(failure == null ? List.of() : List.copyOf(failure.evidence()))
              .setFailureRejected(failure == null ? List.of() : failure.rejected())
              .setIncidents(
                  failure == null
                      ? List.of()
                      : failure.incidents().stream().map(Incident::id).toList())
              .setImpactStartedAt(recovery == null ? null : recovery.start())
              .setRecoveredAt(recovery == null ? null : recovery.end())
              .setRecoveryRule(recovery == null ? null : recovery.rule())
              .setRecoveryMethod(recovery == null ? null : recovery.method())
              .setRework(reason != null)
              .setReworkRule(reason == null ? null : "W1")
              .setReworkReason(reason)
              .setReworkProbable(counted && reason == null && rework.isProbable(deployment))
              .setMarks(marks(deployment))
              .setUrl(attempt.getUrl())
              .build();
      String key = service + "|" + deployment.id();
      return new Output(Target.DEPLOYMENT_FACTS, key, key, fact);
    }

    private List<String> marks(Deployment deployment) {
      List<String> marks = new ArrayList<>();
      for (var member : deployment.members()) {
        marks.addAll(member.attempt().getMarks());
        if (Spans.isInverted(
            member.attempt().getStartedAt(), member.finish(), settings.clockTolerance())) {
          marks.add(member.id() + " finished before it started: its duration is unknown (E2)");
        }
      }
      if (deployment.members().size() > 1) {
        marks.add(
            "one rollout of %d attempts (S9): %s"
                .formatted(
                    deployment.members().size(),
                    deployment.members().stream()
                        .map(LedgerEntry::id)
                        .collect(Collectors.joining(", "))));
      }
      return marks;
    }

    private Output fact(RoutedChange change) {
      Deployment by = shipped.deploymentOf(change);
      Instant deployed = by == null ? null : by.finish();
      LeadTime leadTime = LeadTime.of(change, deployed, settings.clockTolerance());
      boolean atBaseline = shipped.isAtBaseline(change);
      String reactive = rework.reactive(change);
      List<String> marks = new ArrayList<>(change.getMarks());
      marks.addAll(leadTime.marks());
      if (atBaseline) {
        marks.add("shipped before the first deployment that is known, at an unknown time (S5)");
      }
      if (change.getFix() != null && change.getFiles() == null) {
        marks.add("a fix, but its files are unknown: not counted as reactive (W2)");
      }
      var fact =
          ChangeFact.newBuilder()
              .setService(service)
              .setId(change.getId())
              .setEnvironment(environment)
              .setRetracted(false)
              .setRepository(change.getRepository())
              .setSha(change.getSha())
              .setPullRequest(change.getPullRequest())
              .setTitle(change.getTitle())
              .setBranch(change.getBranch())
              .setUrl(change.getUrl())
              .setBot(change.getBot())
              .setStartedAt(leadTime.start())
              .setStartMethod(leadTime.method())
              .setOpenedAt(change.getOpenedAt())
              .setFirstReviewAt(change.getFirstReviewAt())
              .setMergedAt(change.getMergedAt())
              .setDeployedAt(deployed)
              .setDeploymentId(by == null ? null : by.id())
              .setShippingRule(by != null ? "S4" : atBaseline ? "S5" : null)
              .setLeadTime(leadTime.total())
              .setCoding(leadTime.coding())
              .setPickup(leadTime.pickup())
              .setReview(leadTime.review())
              .setDeploy(leadTime.deploy())
              .setReactive(reactive != null)
              .setReactiveRule(reactive == null ? null : "W2")
              .setReactiveReason(reactive)
              .setMarks(marks)
              .build();
      String key = service + "|" + environment + "|" + change.getId();
      return new Output(Target.CHANGE_FACTS, key, key, fact);
    }
  }

  private static Stream<LedgerEntry> withStatus(List<RoutedAttempt> attempts, String status) {
    return attempts.stream()
        .filter(attempt -> attempt.getStatus().equals(status) && attempt.getFinishedAt() != null)
        .map(LedgerEntry::of);
  }

  private static Output fact(String service, Incident incident) {
    RoutedIncident event = incident.event();
    var link = incident.link();
    List<String> marks = new ArrayList<>(event.getMarks());
    if (event.getResolvedAt() != null && event.getResolvedAt().isBefore(event.getStartedAt())) {
      marks.add("resolved before it started (E2)");
    }
    var fact =
        IncidentFact.newBuilder()
            .setService(service)
            .setId(incident.id())
            .setRetracted(false)
            .setRepository(event.getRepository())
            .setTitle(event.getTitle())
            .setSeverity(event.getSeverity())
            .setEnvironment(event.getEnvironmentClass())
            .setStartedAt(event.getStartedAt())
            .setDetectedAt(event.getDetectedAt())
            .setAcknowledgedAt(event.getAcknowledgedAt())
            .setResolvedAt(event.getResolvedAt())
            .setDeploymentId(link == null ? null : link.deployment().id())
            .setLinkRule(link == null ? null : link.rule())
            .setLinkMethod(link == null ? null : link.method())
            .setLinkConfidence(link == null ? null : link.confidence())
            .setLinkRejected(incident.rejected())
            .setMarks(marks)
            .setUrl(event.getUrl())
            .build();
    String key = service + "|" + incident.id();
    return new Output(Target.INCIDENT_FACTS, key, key, fact);
  }
}
