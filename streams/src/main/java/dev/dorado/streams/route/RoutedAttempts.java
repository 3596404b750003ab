package dev.dorado.streams.route;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.steps.RoutedAttempt;
import dev.dorado.streams.derive.Count;
import dev.dorado.streams.derive.Derivation;
import dev.dorado.streams.derive.Key;
import dev.dorado.streams.derive.Table;
import dev.dorado.streams.merge.RouteKeys;
import dev.dorado.streams.steps.Output;
import dev.dorado.streams.steps.Target;
import java.util.List;

/** The attempts of a repository's services, with class of environment (E3) and head (S3, S8). */
final class RoutedAttempts {

  private final String repository;
  private final RepositoryServices services;
  private final Branches branches;
  private final Heads heads;
  private final Table<Key, Routed> routed;

  /**
   * An attempt on its way to its service.
   *
   * @param branch name of the branch that it deployed, or null
   */
  record Routed(String service, RoutedAttempt attempt, String branch) {

    /** E6: an id holds within the repository; a service may have several. */
    Output output() {
      String id = RouteKeys.idIn(attempt.getRepository(), attempt.getId());
      return new Output(Target.ATTRIBUTE, service, id, attempt);
    }
  }

  /**
   * @param deployments is told the branches that are deployed
   */
  RoutedAttempts(
      Derivation derivation,
      String repository,
      Sources sources,
      Branches branches,
      RepositoryServices services,
      Count<String> deployments) {
    this.repository = repository;
    this.services = services;
    this.branches = branches;
    this.heads = new Heads(branches);
    routed = derivation.table();
    derivation.each(
        "head of an attempt (S3, S8)",
        sources.chosen(),
        (key, chosen) -> route(chosen.service(), chosen.attempt()),
        (key, of, rows) -> {
          if (of != null) {
            rows.add(routed, key, of);
            if (of.branch() != null) {
              rows.count(deployments, of.branch());
            }
          }
        },
        routed,
        deployments);
  }

  /** All attempts in environments that have a ledger, by service and id. */
  Table<Key, Routed> all() {
    return routed;
  }

  private Routed route(String service, DeploymentEvent attempt) {
    var mapping = services.environments(service, Attempt.timeOf(attempt));
    String environmentClass = Environments.classOf(attempt, mapping);
    if (environmentClass.equals(Environments.NONE)) {
      return null;
    }
    var head = heads.of(attempt);
    boolean failed = Boolean.TRUE.equals(attempt.getFailed());
    var routedAttempt =
        RoutedAttempt.newBuilder()
            .setId(attempt.getDeployment())
            .setRepository(repository)
            .setEnvironment(Environments.nameOf(attempt))
            .setEnvironmentClass(environmentClass)
            .setSha(head.sha())
            .setRef(attempt.getRef())
            .setVersion(attempt.getVersion() == null ? attempt.getArtifact() : attempt.getVersion())
            .setIdentifiers(VersionIdentifiers.of(attempt, branches::isKnown))
            .setHead(head.places())
            .setHeadRule(head.rule())
            .setHeadMethod(head.method())
            .setSource(attempt.getSource())
            .setStartedAt(attempt.getStartedAt())
            .setFinishedAt(attempt.getFinishedAt())
            .setStatus(attempt.getStatus())
            .setDeclaredKind(attempt.getDeclaredKind())
            .setFailed(attempt.getFailed())
            .setFailedBy(
                failed ? attempt.getProvenance().getSender() + " marks it as failed" : null)
            .setRework(attempt.getRework())
            .setIncident(attempt.getIncident())
            .setMarks(head.mark() == null ? List.of() : List.of(head.mark()))
            .setUrl(attempt.getUrl())
            .build();
    return new Routed(service, routedAttempt, head.branch());
  }
}
