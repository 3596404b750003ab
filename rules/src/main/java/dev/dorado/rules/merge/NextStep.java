package dev.dorado.rules.merge;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.rules.step.Output;
import dev.dorado.rules.step.Target;
import java.util.ArrayList;
import java.util.List;

/** Routes an attempt to its next step, by what it names: artifact, repository, service, commit. */
public final class NextStep {

  private static final int SHA_LENGTH = 40;

  private NextStep() {}

  /**
   * Along its repository, else its service, else its commit. What the catalog may know by name
   * waits while it is asked; see AttemptResolution.
   */
  public static List<Output> of(DeploymentEvent attempt) {
    if (AttemptNames.isAsked(attempt)) {
      return named(attempt);
    }
    if (attempt.getRepository() == null && attempt.getService() != null) {
      return List.of(toService(attempt.getService(), attempt));
    }
    return List.of(ofUnknownService(attempt));
  }

  private static List<Output> named(DeploymentEvent attempt) {
    if (attempt.getRepository() == null) {
      String name = AttemptNames.alone(attempt);
      return List.of(name == null ? ofUnknownService(attempt) : toService(name, attempt));
    }
    List<Output> outputs = new ArrayList<>();
    AttemptNames.of(attempt).forEach(name -> outputs.add(toService(name, attempt)));
    String key = AttemptNames.keyOf(attempt);
    outputs.add(new Output(Target.COMMIT, key, attempt.getId(), attempt));
    return outputs;
  }

  private static Output toService(String name, DeploymentEvent attempt) {
    return new Output(Target.SERVICE, name, attempt.getId(), attempt);
  }

  /** The same for an attempt whose service, if it names one, leads to no repository. */
  public static Output ofUnknownService(DeploymentEvent attempt) {
    String sha = attempt.getSha();
    if (attempt.getRepository() == null && sha != null && sha.length() == SHA_LENGTH) {
      return new Output(Target.COMMIT, sha, attempt.getId(), attempt);
    }
    return new Output(Target.ROUTE, RouteKeys.of(attempt), attempt.getId(), attempt);
  }
}
