package dev.dorado.rules.route;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.rules.Rule;
import dev.dorado.rules.derive.Count;
import dev.dorado.rules.derive.Derivation;
import dev.dorado.rules.derive.Key;
import dev.dorado.rules.derive.Table;
import dev.dorado.rules.merge.RouteKeys;
import dev.dorado.rules.step.Output;
import dev.dorado.rules.step.Target;
import dev.dorado.steps.RoutedAttempt;
import java.util.ArrayList;
import java.util.List;

/** The attempts of a repository's services, with class of environment (E3) and head (S3, S8). */
final class RoutedAttempts {

  private final String repository;
  private final RepositoryServices services;
  private final Branches branches;
  private final Heads heads;
  private final Table<Key, DeploymentEvent> refused;

  /** Attempts that succeeded, by service, environment, finish, id, and what each is of. */
  private final Table<Key, DeploymentEvent> succeeded;

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
    this.refused = sources.refused();
    routed = derivation.table();
    succeeded = derivation.table();
    derivation.each(
        "attempt that succeeded",
        sources.chosen(),
        (key, chosen) -> chosen,
        (key, of, rows) -> {
          if (of.attempt().getStatus().equals("succeeded")) {
            rows.add(succeeded, place(of.service(), of.attempt()).with(key), of.attempt());
          }
        },
        succeeded);
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

  private static Key place(String service, DeploymentEvent attempt) {
    String environment = Environments.nameOf(attempt);
    return Key.of(service, environment, attempt.getFinishedAt(), attempt.getDeployment());
  }

  /** What was refused since the deployment before (E6), for people. */
  private List<String> refusedBefore(String service, DeploymentEvent attempt) {
    List<String> marks = new ArrayList<>();
    if (!attempt.getStatus().equals("succeeded")) {
      return marks;
    }
    Key environment = Key.of(service, Environments.nameOf(attempt));
    Key place = place(service, attempt);
    var before = succeeded.lower(place);
    Key since =
        before != null && before.getKey().startsWith(environment) ? before.getKey() : environment;
    for (var entry : refused.from(since)) {
      if (entry.getKey().compareTo(place) > 0) {
        break;
      }
      marks.add(
          "before it, attempt %s was refused or cancelled at %s, before it ran (E6)"
              .formatted(entry.getValue().getDeployment(), entry.getValue().getFinishedAt()));
    }
    return marks;
  }

  private Routed route(String service, DeploymentEvent attempt) {
    var mapping = services.environments(service, Attempt.timeOf(attempt));
    String environmentClass = Environments.classOf(attempt, mapping);
    if (environmentClass.equals(Environments.NONE)) {
      return null;
    }
    var head = heads.of(attempt);
    List<String> marks = refusedBefore(service, attempt);
    if (head.mark() != null) {
      marks.add(head.mark());
    }
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
            .setHeadRule(Rule.nameOf(head.rule()))
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
            .setMarks(marks)
            .setUrl(attempt.getUrl())
            .setLayer(attempt.getLayer())
            .setHitchOf(attempt.getHitchOf())
            .setWorkflow(attempt.getWorkflow())
            .setStrategy(attempt.getStrategy())
            .build();
    return new Routed(service, routedAttempt, head.branch());
  }
}
