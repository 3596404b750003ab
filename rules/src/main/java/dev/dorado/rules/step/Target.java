package dev.dorado.rules.step;

/** Where the output of a step goes: to another step, or to a topic of facts. */
public enum Target {
  /** Events of one deployment or incident are merged; keyed by kind and id. */
  MERGE,
  /** What the catalog says of a service; keyed by service. */
  CATALOG,
  /** Artifacts give their commit and repository; keyed by artifact. */
  ARTIFACT,
  /** Services and their other names give their repository; keyed by name. */
  SERVICE,
  /** Commits give their repository, names their incidents' services; keyed by SHA or incident. */
  COMMIT,
  /** Commits, pull requests and attempts of a repository; keyed by repository. */
  ROUTE,
  /** Changes, attempts and incidents of a service; keyed by service. */
  ATTRIBUTE,

  DEPLOYMENT_FACTS,
  CHANGE_FACTS,
  INCIDENT_FACTS,
  CI_RUN_FACTS,
  CATALOG_FACTS,
  CORRECTION_FACTS,
  CANDIDATE_FACTS,
  CONFLICT_FACTS,
  /** The topic of inputs that a step can't derive from; as facts, they go to no step. */
  REJECTED;

  /** Whether it is a topic, of facts or of rejected inputs, and no step. */
  public boolean isFact() {
    return compareTo(DEPLOYMENT_FACTS) >= 0;
  }

  /** Name in stores, processors and repartition topics. */
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
