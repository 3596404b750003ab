package dev.dorado.rules.merge;

import dev.dorado.events.DeploymentEvent;
import java.util.Objects;

/**
 * Which events tell of the same attempt. Scripts often send the number of a build as its id, which
 * other repositories, and other services of a monorepo, have too: an id holds within what the
 * sender names of repository and service. What routing finds to be of one service and id after all
 * is merged there.
 */
public final class AttemptIdentity {

  private AttemptIdentity() {}

  /** The identity of the attempt that an event tells of. */
  public static String of(DeploymentEvent event) {
    return Objects.toString(event.getRepository(), "")
        + " "
        + Objects.toString(event.getService(), "")
        + " "
        + event.getDeployment();
  }
}
