package dev.dorado.rules.resolve;

import dev.dorado.events.ArtifactEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.rules.merge.Newest;
import dev.dorado.rules.merge.NextStep;
import dev.dorado.rules.step.DerivedHistory;
import dev.dorado.rules.step.KeyHistory;
import dev.dorado.rules.step.Output;
import dev.dorado.rules.step.StepFunction;
import java.util.List;
import java.util.Set;

/**
 * Rule S8: an artifact that was packaged tells the commit and the repository of the attempts that
 * deploy it. Keyed by artifact.
 */
public final class ArtifactResolution implements StepFunction {

  private static final Set<String> KINDS_WITH_OUTPUTS =
      Set.of(DeploymentEvent.class.getSimpleName());

  @Override
  public KeyHistory begin(String artifact) {
    return new History();
  }

  @Override
  public Set<String> kindsWithOutputs(String artifact) {
    return KINDS_WITH_OUTPUTS;
  }

  /** What a packaging says of an artifact; null where it doesn't. */
  private record Packaged(String sha, String repository) {}

  private static final class History extends DerivedHistory {

    History() {
      var events = inputs(ArtifactEvent.class);
      var packaged =
          derivation.each("packaged", theWhole(), (whole, none) -> packaged(values(events)));
      outputs(
          "attempt",
          inputs(DeploymentEvent.class),
          (id, deployment) -> of(deployment, packaged.get(WHOLE)));
    }

    private static Packaged packaged(List<ArtifactEvent> events) {
      var newest =
          new Newest<>(
              events,
              ArtifactEvent::getOccurredAt,
              ArtifactEvent::getProvenance,
              ArtifactEvent::getId);
      return new Packaged(
          newest.value(ArtifactEvent::getSha), newest.value(ArtifactEvent::getRepository));
    }

    private static List<Output> of(DeploymentEvent deployment, Packaged packaged) {
      return NextStep.of(
          DeploymentEvent.newBuilder(deployment)
              .setSha(deployment.getSha() != null ? deployment.getSha() : packaged.sha())
              .setRepository(
                  deployment.getRepository() != null
                      ? deployment.getRepository()
                      : packaged.repository())
              .build());
    }
  }
}
