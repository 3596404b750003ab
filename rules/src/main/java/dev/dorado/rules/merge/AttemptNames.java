package dev.dorado.rules.merge;

import dev.dorado.events.DeploymentEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * What the catalog is asked about an attempt whose tool names the repository that it deploys from,
 * which may hold manifests alone (rule G4).
 */
public final class AttemptNames {

  private static final String ATTEMPT = "attempt ";
  private static final String REPOSITORY = "repository ";

  private AttemptNames() {}

  /** Key under which an attempt waits for the answers of the catalog. */
  public static String keyOf(DeploymentEvent attempt) {
    return ATTEMPT + attempt.getId();
  }

  /** Whether an attempt waits under {@code key}: no SHA is one. */
  public static boolean isKey(String key) {
    return key.startsWith(ATTEMPT);
  }

  /** Name under which the catalog answers whether it gives a repository to any service. */
  public static String ofRepository(String repository) {
    return REPOSITORY + repository;
  }

  /** Whether the catalog has to be asked: the event states no service, but has names for it. */
  public static boolean isAsked(DeploymentEvent attempt) {
    return attempt.getService() == null && !attempt.getNames().isEmpty();
  }

  /** All that the catalog is asked about an attempt with a repository. */
  static List<String> of(DeploymentEvent attempt) {
    List<String> names = new ArrayList<>(attempt.getNames());
    names.add(ofRepository(attempt.getRepository()));
    return names;
  }

  /** The name of what was deployed without the tool before it; null if it has none. */
  static String alone(DeploymentEvent attempt) {
    return attempt.getNames().stream().filter(name -> !isExplicit(name)).findFirst().orElse(null);
  }

  /** Whether a name has the tool before it: a catalog that knows it means this very object. */
  public static boolean isExplicit(String name) {
    return name.contains(":");
  }
}
