package dev.dorado.streams.attribute;

import dev.dorado.facts.DeploymentFact;
import dev.dorado.steps.RoutedAttempt;
import dev.dorado.streams.RuleSettings;
import dev.dorado.streams.derive.Table;
import dev.dorado.streams.steps.Output;
import dev.dorado.streams.steps.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What the rules say of a deployment, as its fact. */
final class DeploymentFacts {

  private final String service;
  private final Shipping shipping;
  private final Failures failures;
  private final Rework rework;
  private final Table<String, Verdicts.OnDeployment> verdicts;
  private final Supplier<RuleSettings> settings;

  DeploymentFacts(
      String service,
      Shipping shipping,
      Failures failures,
      Rework rework,
      Table<String, Verdicts.OnDeployment> verdicts,
      Supplier<RuleSettings> settings) {
    this.service = service;
    this.shipping = shipping;
    this.failures = failures;
    this.rework = rework;
    this.verdicts = verdicts;
    this.settings = settings;
  }

  Output of(Deployment deployment) {
    RoutedAttempt attempt = deployment.attempt();
    Failure failure = failures.of(deployment);
    boolean counted = !deployment.is(Kind.REDEPLOY) && (deployment.succeeded() || failure != null);
    boolean headKnown = deployment.first().isHeadKnown();
    Rework.Reason reason =
        counted ? rework.of(deployment) : new Rework.Reason(null, List.of(), List.of());
    boolean isRework = reason.reason() != null;
    var fact =
        DeploymentFact.newBuilder()
            .setService(service)
            .setId(deployment.id())
            .setRetracted(false)
            .setEnvironment(deployment.environmentClass())
            .setEnvironments(deployment.environments())
            .setRepository(attempt.getRepository())
            .setSha(attempt.getSha())
            .setRef(attempt.getRef())
            .setVersion(attempt.getVersion())
            .setSource(attempt.getSource())
            .setStartedAt(deployment.start())
            .setFinishedAt(deployment.finish())
            .setStatus(deployment.succeeded() ? "succeeded" : "failed")
            .setCounted(counted)
            .setKind(deployment.kind().name())
            .setKindRule(deployment.kind().rule())
            .setKindReason(deployment.kind().reason())
            .setPreviousDeployment(deployment.kind().previous())
            .setChanges(headKnown || !deployment.succeeded() ? shipping.count(deployment) : null)
            .setShippingRule(attempt.getHeadRule())
            .setShippingReason(attempt.getHeadMethod())
            .setRework(isRework)
            .setReworkRule(isRework ? "W1" : null)
            .setReworkReason(reason.reason())
            .setReworkEvidence(reason.evidence())
            .setReworkRejected(reason.rejected())
            .setReworkProbable(counted && !isRework && rework.isProbable(deployment))
            .setCorrections(corrections(deployment))
            .setMarks(marks(deployment))
            .setUrl(attempt.getUrl());
    addFailure(fact, deployment, failure);
    String key = service + "|" + deployment.id();
    return new Output(Target.DEPLOYMENT_FACTS, key, key, fact.build());
  }

  /** A correction excludes it: it is there to be seen, and counted nowhere. */
  Output ofExcluded(RoutedAttempt attempt) {
    var verdict = verdicts.get(attempt.getId());
    LedgerEntry entry = LedgerEntry.of(attempt);
    var fact =
        DeploymentFact.newBuilder()
            .setService(service)
            .setId(attempt.getId())
            .setRetracted(false)
            .setEnvironment(attempt.getEnvironmentClass())
            .setEnvironments(List.of(attempt.getEnvironment()))
            .setRepository(attempt.getRepository())
            .setSha(attempt.getSha())
            .setRef(attempt.getRef())
            .setVersion(attempt.getVersion())
            .setSource(attempt.getSource())
            .setStartedAt(entry.start())
            .setFinishedAt(entry.finish())
            .setStatus(attempt.getStatus())
            .setCounted(false)
            .setKind(Kind.UNKNOWN)
            .setKindReason("a correction excludes it")
            .setChanges(null)
            .setFailed(false)
            .setRework(false)
            .setExcluded(true)
            .setExcludedReason(verdict.excluded())
            .setCorrections(verdict.corrections())
            .setMarks(attempt.getMarks())
            .setUrl(attempt.getUrl())
            .build();
    String key = service + "|" + attempt.getId();
    return new Output(Target.DEPLOYMENT_FACTS, key, key, fact);
  }

  private void addFailure(DeploymentFact.Builder fact, Deployment deployment, Failure failure) {
    fact.setFailed(failure != null);
    if (failure == null) {
      var verdict = verdicts.get(deployment.id());
      if (verdict != null && Boolean.FALSE.equals(verdict.failed())) {
        fact.setFailureRejected(List.of(verdict.said().get("failed")));
      }
      return;
    }
    Recovery recovery = failure.recovery();
    fact.setFailureRule(failure.rule())
        .setFailureMethod(failure.method())
        .setFailureConfidence(failure.confidence())
        .setFailureEvidence(failure.evidence())
        .setFailureRejected(failure.rejected())
        .setIncidents(failure.incidents().stream().map(Incident::id).toList())
        .setImpactStartedAt(recovery.start())
        .setRecoveredAt(recovery.end())
        .setRecoveryRule(recovery.rule())
        .setRecoveryMethod(recovery.method())
        .setRecoveryEvidence(recovery.evidence());
  }

  private List<String> corrections(Deployment deployment) {
    List<String> all = new ArrayList<>();
    for (var member : deployment.members()) {
      var verdict = verdicts.get(member.id());
      if (verdict != null) {
        all.addAll(verdict.corrections());
      }
    }
    return all;
  }

  private List<String> marks(Deployment deployment) {
    List<String> marks = new ArrayList<>();
    for (var member : deployment.members()) {
      marks.addAll(member.attempt().getMarks());
      if (Spans.isInverted(
          member.attempt().getStartedAt(), member.finish(), settings.get().clockTolerance())) {
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
}
