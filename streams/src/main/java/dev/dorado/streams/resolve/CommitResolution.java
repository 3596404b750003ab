package dev.dorado.streams.resolve;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.steps.CommitAlias;
import dev.dorado.streams.merge.RouteKeys;
import dev.dorado.streams.steps.Inputs;
import dev.dorado.streams.steps.Output;
import dev.dorado.streams.steps.StepFunction;
import dev.dorado.streams.steps.Target;
import java.util.List;
import java.util.Objects;

/**
 * Finds the repository of attempts that name a commit but no repository, and whose service the
 * catalog does not know: the repository that the commit was pushed to (of several, the first by
 * name). Keyed by SHA.
 */
public final class CommitResolution implements StepFunction {

  @Override
  public List<Output> apply(String sha, Inputs inputs) {
    String repository =
        inputs.all(CommitAlias.class).stream()
            .map(CommitAlias::getRepository)
            .min(String::compareTo)
            .orElse(null);
    return inputs.all(DeploymentEvent.class).stream()
        .map(
            attempt -> {
              var found = DeploymentEvent.newBuilder(attempt).setRepository(repository).build();
              String key = Objects.requireNonNullElseGet(repository, () -> RouteKeys.of(attempt));
              return new Output(Target.ROUTE, key, attempt.getId(), found);
            })
        .toList();
  }
}
