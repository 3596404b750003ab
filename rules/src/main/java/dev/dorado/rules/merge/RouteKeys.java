package dev.dorado.rules.merge;

import dev.dorado.events.DeploymentEvent;
import java.util.Objects;

/** Keys of the routing step: a repository, or a service that has none. */
public final class RouteKeys {

  private static final String NO_REPOSITORY = "service ";

  private RouteKeys() {}

  /** Where an attempt is routed. */
  public static String of(DeploymentEvent attempt) {
    if (attempt.getRepository() != null) {
      return attempt.getRepository();
    }
    return ofService(attempt.getService() != null ? attempt.getService() : attempt.getDeployment());
  }

  /** Where the attempts of a service are routed that has no repository. */
  public static String ofService(String service) {
    return NO_REPOSITORY + service;
  }

  /** An attempt among those of a service that come from several repositories, or from none. */
  public static String idIn(String repository, String id) {
    return Objects.toString(repository, "") + " " + id;
  }

  /** The repository of a key, or null if it has none. */
  public static String repository(String key) {
    return key.startsWith(NO_REPOSITORY) ? null : key;
  }

  /** The service that a repository is without a catalog entry: its name without the host. */
  public static String serviceOf(String key) {
    if (key.startsWith(NO_REPOSITORY)) {
      return key.substring(NO_REPOSITORY.length());
    }
    int slash = key.indexOf('/');
    return slash < 0 ? key : key.substring(slash + 1);
  }
}
