package dev.dorado.streams.cdevents;

import dev.dorado.facts.DeploymentFact;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is decided of a deployment. An event of a deployment is published again if its type, its
 * environment or its commit changes; of a failure, a recovery and rework, if it is withdrawn or
 * comes back. Texts are left out: they may name people, and the page has them.
 */
final class DeploymentDecisions implements Decisions {

  private final DeploymentFact fact;
  private final PageLinks links;

  DeploymentDecisions(DeploymentFact fact, PageLinks links) {
    this.fact = fact;
    this.links = links;
  }

  @Override
  public String kind() {
    return "deployment";
  }

  @Override
  public String service() {
    return fact.getService();
  }

  @Override
  public List<Decision> standing() {
    List<Decision> decisions = new ArrayList<>();
    // Without a time nothing can be said to have happened.
    Instant finished = fact.getFinishedAt();
    if (fact.getRetracted() || fact.getExcluded() || finished == null) {
      return decisions;
    }
    decisions.add(deployment(finished));
    if (fact.getFailed()) {
      Instant impact = fact.getImpactStartedAt();
      decisions.add(
          ofDeployment(
              Aspect.FAILURE,
              CdEventTypes.FAILURE_DETECTED,
              impact == null ? finished : impact,
              failure()));
    }
    if (fact.getFailed() && fact.getRecoveredAt() != null) {
      decisions.add(
          ofDeployment(
              Aspect.RECOVERY, CdEventTypes.FAILURE_RECOVERED, fact.getRecoveredAt(), recovery()));
    }
    if (fact.getRework()) {
      decisions.add(ofDeployment(Aspect.REWORK, CdEventTypes.REWORK_DETECTED, finished, rework()));
    }
    return decisions;
  }

  @Override
  public Decision withdrawal(Aspect aspect, Instant at) {
    return ofDeployment(aspect, CdEventTypes.custom(aspect.withdrawal()), at, details());
  }

  private Decision deployment(Instant finished) {
    String type = type();
    if (type.equals(CdEventTypes.ROLLOUT_FAILED)) {
      return ofDeployment(Aspect.DEPLOYMENT, type, finished, details());
    }
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("environment", Map.of("id", environment()));
    content.put("artifactId", ArtifactPurl.of(fact));
    return new Decision(
        Aspect.DEPLOYMENT,
        type,
        fact.getService(),
        environment() + " " + ArtifactPurl.of(fact),
        finished,
        content,
        details());
  }

  private String type() {
    if (!fact.getStatus().equals("succeeded")) {
      return CdEventTypes.ROLLOUT_FAILED;
    }
    return switch (fact.getKind()) {
      case "rollback" -> CdEventTypes.SERVICE_ROLLED_BACK;
      case "forward" ->
          fact.getPreviousDeployment() == null
              ? CdEventTypes.SERVICE_DEPLOYED
              : CdEventTypes.SERVICE_UPGRADED;
      default -> CdEventTypes.SERVICE_DEPLOYED;
    };
  }

  /** An event of Dorado's own: its subject is the deployment. */
  private Decision ofDeployment(
      Aspect aspect, String type, Instant at, Map<String, Object> details) {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("service", Map.of("id", fact.getService()));
    content.put("environment", Map.of("id", environment()));
    content.put("artifactId", ArtifactPurl.of(fact));
    return new Decision(aspect, type, fact.getId(), environment(), at, content, details);
  }

  private String environment() {
    return fact.getEnvironment().isEmpty() ? "unknown" : fact.getEnvironment();
  }

  private Map<String, Object> details() {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("deployment", fact.getId());
    details.put("repository", fact.getRepository());
    details.put("sha", fact.getSha());
    details.put("ref", fact.getRef());
    details.put("version", fact.getVersion());
    details.put("environments", fact.getEnvironments());
    details.put("kind", fact.getKind());
    details.put("counted", fact.getCounted());
    details.put("changes", fact.getChanges());
    details.put("started_at", fact.getStartedAt());
    details.put("finished_at", fact.getFinishedAt());
    details.put("page", links.ofDeployment(fact.getService(), fact.getId()).orElse(null));
    return details;
  }

  private Map<String, Object> failure() {
    Map<String, Object> details = details();
    details.put("rule", fact.getFailureRule());
    details.put("confidence", fact.getFailureConfidence());
    details.put("incidents", fact.getIncidents());
    details.put("impact_started_at", fact.getImpactStartedAt());
    return details;
  }

  private Map<String, Object> recovery() {
    Map<String, Object> details = failure();
    details.put("rule", fact.getRecoveryRule());
    details.put("method", fact.getRecoveryMethod());
    details.put("recovered_at", fact.getRecoveredAt());
    return details;
  }

  private Map<String, Object> rework() {
    Map<String, Object> details = details();
    details.put("rule", fact.getReworkRule());
    return details;
  }
}
