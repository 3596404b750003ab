package dev.dorado.streams.merge;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.streams.steps.Output;
import dev.dorado.streams.steps.Target;

/** Where an attempt goes next, by what it names of itself. */
public final class Onward {

  private static final int SHA_LENGTH = 40;

  private Onward() {}

  /** Along its repository, else its service, else its commit. */
  public static Output of(DeploymentEvent attempt) {
    if (attempt.getRepository() == null && attempt.getService() != null) {
      return new Output(Target.SERVICE, attempt.getService(), attempt.getId(), attempt);
    }
    return ofUnknownService(attempt);
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
