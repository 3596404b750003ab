package dev.dorado.rules.attribute;

import dev.dorado.facts.DeploymentFact;
import dev.dorado.rules.Rule;
import dev.dorado.rules.RuleSettings;
import dev.dorado.rules.step.Output;
import dev.dorado.rules.step.Target;
import dev.dorado.steps.RoutedAttempt;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What the rules say of a deployment, as its fact. */
final class DeploymentFacts {

  private final String service;
  private final Shipping shipping;
  private final Failures failures;
  private final Rework rework;
  private final Verdicts verdicts;
  private final Supplier<RuleSettings> settings;

  DeploymentFacts(
      String service,
      Shipping shipping,
      Failures failures,
      Rework rework,
      Verdicts verdicts,
      Supplier<RuleSettings> settings) {
    this.service = service;
    this.shipping = shipping;
    this.failures = failures;
    this.rework = rework;
    this.verdicts = verdicts;
    this.settings = settings;
  }

  Output of(Deployment deployment) {
    Failure failure = failures.of(deployment);
    boolean counted = !deployment.is(Kind.REDEPLOY) && (deployment.succeeded() || failure != null);
    boolean shipsNothing = deployment.is(Kind.REDEPLOY) || !deployment.succeeded();
    boolean known = shipsNothing || deployment.first().isHeadKnown();
    Rework.Reason reason =
        counted ? rework.of(deployment) : new Rework.Reason(null, List.of(), List.of());
    boolean isRework = reason.reason() != null;
    var fact =
        told(deployment)
            .setCounted(counted)
            .setChanges(known ? shipping.count(deployment) : null)
            .setRework(isRework)
            .setReworkRule(isRework ? Rule.W1.name() : null)
            .setReworkReason(reason.reason())
            .setReworkEvidence(reason.evidence())
            .setReworkRejected(reason.rejected())
            .setReworkProbable(counted && !isRework && rework.isProbable(deployment));
    addFailure(fact, deployment, failure);
    return output(fact);
  }

  /** A correction excludes it: it is there to be seen, ships nothing, and is counted nowhere. */
  Output ofExcluded(Deployment deployment) {
    return output(
        told(deployment)
            .setCounted(false)
            .setChanges(0)
            .setFailed(false)
            .setRework(false)
            .setExcluded(true)
            .setExcludedReason(deployment.excluded()));
  }

  private Output output(DeploymentFact.Builder fact) {
    String key = service + "|" + fact.getId();
    return new Output(Target.DEPLOYMENT_FACTS, key, key, fact.build());
  }

  /** What was told of it, its kind, and the corrections of it. */
  private DeploymentFact.Builder told(Deployment deployment) {
    RoutedAttempt attempt = deployment.attempt();
    RoutedAttempt ofHead = deployment.headMember().attempt();
    return DeploymentFact.newBuilder()
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
        .setKind(deployment.kind().name())
        .setKindRule(Rule.nameOf(deployment.kind().rule()))
        .setKindReason(deployment.kind().reason())
        .setPreviousDeployment(deployment.kind().previous())
        .setShippingRule(ofHead.getHeadRule())
        .setShippingReason(ofHead.getHeadMethod())
        .setCorrections(verdicts.onDeployment(deployment.id()).corrections())
        .setMarks(marks(deployment))
        .setUrl(attempt.getUrl())
        .setStrategy(strategy(deployment))
        .setMatureAt(deployment.finish().plus(settings.get().proximityWindow()));
  }

  /** How traffic was shifted to it (P2): as the first of its attempts states that does. */
  private static String strategy(Deployment deployment) {
    return deployment.members().stream()
        .map(member -> member.attempt().getStrategy())
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private void addFailure(DeploymentFact.Builder fact, Deployment deployment, Failure failure) {
    fact.setFailed(failure != null);
    if (failure == null) {
      var verdict = verdicts.onDeployment(deployment.id());
      if (Boolean.FALSE.equals(verdict.failed())) {
        fact.setFailureMethod(verdict.said().get("failed"))
            .setFailureRejected(failures.overruled(deployment));
      }
      return;
    }
    Recovery recovery = failure.recovery();
    fact.setFailureRule(Rule.nameOf(failure.rule()))
        .setFailureMethod(failure.method())
        .setFailureConfidence(failure.confidence())
        .setFailureEvidence(failure.evidence())
        .setFailureRejected(failure.rejected())
        .setIncidents(failure.incidents().stream().map(Incident::id).toList())
        .setImpactStartedAt(recovery.start())
        .setRecoveredAt(recovery.end())
        .setRecoveryRule(Rule.nameOf(recovery.rule()))
        .setRecoveryMethod(recovery.method())
        .setRecoveryEvidence(recovery.evidence());
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
