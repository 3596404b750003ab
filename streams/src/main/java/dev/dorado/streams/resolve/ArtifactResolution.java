package dev.dorado.streams.resolve;

import dev.dorado.events.ArtifactEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.streams.merge.Newest;
import dev.dorado.streams.merge.Onward;
import dev.dorado.streams.steps.Inputs;
import dev.dorado.streams.steps.Output;
import dev.dorado.streams.steps.StepFunction;
import java.util.ArrayList;
import java.util.List;

/**
 * Rule S8: an artifact that was packaged tells the commit and the repository of the attempts that
 * deploy it. Keyed by artifact.
 */
public final class ArtifactResolution implements StepFunction {

  @Override
  public List<Output> apply(String artifact, Inputs inputs) {
    var packaged =
        new Newest<>(
            inputs.all(ArtifactEvent.class),
            ArtifactEvent::getOccurredAt,
            ArtifactEvent::getProvenance,
            ArtifactEvent::getId);
    String sha = packaged.value(ArtifactEvent::getSha);
    String repository = packaged.value(ArtifactEvent::getRepository);
    List<Output> outputs = new ArrayList<>();
    for (var deployment : inputs.all(DeploymentEvent.class)) {
      var attempt =
          DeploymentEvent.newBuilder(deployment)
              .setSha(deployment.getSha() != null ? deployment.getSha() : sha)
              .setRepository(
                  deployment.getRepository() != null ? deployment.getRepository() : repository)
              .build();
      outputs.add(Onward.of(attempt));
    }
    return outputs;
  }
}
