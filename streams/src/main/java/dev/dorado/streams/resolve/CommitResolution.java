package dev.dorado.streams.resolve;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.steps.CommitAlias;
import dev.dorado.streams.merge.RouteKeys;
import dev.dorado.streams.steps.DerivedHistory;
import dev.dorado.streams.steps.KeyHistory;
import dev.dorado.streams.steps.Output;
import dev.dorado.streams.steps.StepFunction;
import dev.dorado.streams.steps.Target;
import java.util.List;

/**
 * Finds the repository of attempts that name a commit but no repository, and whose service the
 * catalog does not know: the repository that the commit was pushed to (of several, the first by
 * name). Keyed by SHA.
 */
public final class CommitResolution implements StepFunction {

  @Override
  public KeyHistory begin(String sha) {
    return new History();
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
