package dev.dorado.rules.resolve;

import dev.dorado.events.CatalogEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.rules.derive.Table;
import dev.dorado.rules.merge.AttemptNames;
import dev.dorado.rules.merge.RouteKeys;
import dev.dorado.rules.step.DerivedHistory;
import dev.dorado.rules.step.KeyHistory;
import dev.dorado.rules.step.Output;
import dev.dorado.rules.step.StepFunction;
import dev.dorado.rules.step.Target;
import java.util.List;
import java.util.Set;

/**
 * Rule G4: the service of an attempt whose tool names an application and the repository that it
 * deploys from. An entry of the catalog that names the application explicitly decides; else, if the
 * catalog gives the repository to no service, the entry that is called like the application. Keyed
 * by attempt.
 */
public final class AttemptResolution implements StepFunction {

  private static final Set<String> KINDS_WITH_OUTPUTS =
      Set.of(DeploymentEvent.class.getSimpleName());

  @Override
  public KeyHistory begin(String attempt) {
    return new History();
  }

  @Override
  public Set<String> kindsWithOutputs(String attempt) {
    return KINDS_WITH_OUTPUTS;
  }

  private static final class History extends DerivedHistory {

    History() {
      var entries = inputs(CatalogEvent.class);
      outputs(
          "attempt",
          inputs(DeploymentEvent.class),
          (id, attempt) -> List.of(route(attempt, service(attempt, entries))));
    }
  }

  /**
   * The entry of the service that was deployed; null if the catalog names none.
   *
   * @param entries of the catalog, by the name that each was found by
   */
  private static CatalogEvent service(
      DeploymentEvent attempt, Table<String, CatalogEvent> entries) {
    for (String name : attempt.getNames()) {
      if (AttemptNames.isExplicit(name) && entries.get(name) != null) {
        return entries.get(name);
      }
    }
    if (entries.get(AttemptNames.ofRepository(attempt.getRepository())) != null) {
      return null;
    }
    for (String name : attempt.getNames()) {
      if (entries.get(name) != null) {
        return entries.get(name);
      }
    }
    return null;
  }

  /** A commit of the repository with the manifests says nothing of the code's repository. */
  private static Output route(DeploymentEvent attempt, CatalogEvent entry) {
    DeploymentEvent found = attempt;
    if (entry != null) {
      boolean sameRepository = attempt.getRepository().equals(entry.getRepository());
      found =
          DeploymentEvent.newBuilder(attempt)
              .setService(entry.getService())
              .setRepository(entry.getRepository())
              .setSha(sameRepository ? attempt.getSha() : null)
              .setRef(sameRepository ? attempt.getRef() : null)
              .build();
    }
    return new Output(Target.ROUTE, RouteKeys.of(found), attempt.getId(), found);
  }
}
