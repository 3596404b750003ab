package dev.dorado.rules.resolve;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.rules.merge.RouteKeys;
import dev.dorado.rules.step.DerivedHistory;
import dev.dorado.rules.step.KeyHistory;
import dev.dorado.rules.step.Output;
import dev.dorado.rules.step.StepFunction;
import dev.dorado.rules.step.Target;
import dev.dorado.steps.CommitAlias;
import java.util.List;
import java.util.Set;

/**
 * Finds the repository of attempts that name a commit but no repository, and whose service the
 * catalog does not know: the repository that the commit was pushed to (of several, the first by
 * name). Keyed by SHA.
 */
public final class CommitResolution implements StepFunction {

  private static final Set<String> KINDS_WITH_OUTPUTS =
      Set.of(DeploymentEvent.class.getSimpleName());

  @Override
  public KeyHistory begin(String sha) {
    return new History();
  }

  @Override
  public Set<String> kindsWithOutputs(String sha) {
    return KINDS_WITH_OUTPUTS;
  }

  private static final class History extends DerivedHistory {

    History() {
      var aliases = inputs(CommitAlias.class);
      var repository =
          derivation.each(
              "repository",
              theWhole(),
              (whole, none) ->
                  values(aliases).stream()
                      .map(CommitAlias::getRepository)
                      .min(String::compareTo)
                      .orElse(null));
      outputs(
          "attempt",
          inputs(DeploymentEvent.class),
          (id, attempt) -> List.of(route(attempt, repository.get(WHOLE))));
    }

    private static Output route(DeploymentEvent attempt, String repository) {
      var found = DeploymentEvent.newBuilder(attempt).setRepository(repository).build();
      return new Output(Target.ROUTE, RouteKeys.of(found), attempt.getId(), found);
    }
  }
}
