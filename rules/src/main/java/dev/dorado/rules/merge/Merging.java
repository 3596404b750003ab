package dev.dorado.rules.merge;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.facts.ConflictFact;
import dev.dorado.rules.RuleSettings;
import dev.dorado.rules.step.Inputs;
import dev.dorado.rules.step.KeyHistory;
import dev.dorado.rules.step.Output;
import dev.dorado.rules.step.StepFunction;
import dev.dorado.rules.step.Target;
import dev.dorado.rules.step.WholeHistory;
import java.util.ArrayList;
import java.util.List;

/**
 * Merges the events of one deployment attempt or one incident (rules E6, E7), and sends the result
 * to where its repository and service are found. Keyed by kind and id.
 */
public final class Merging implements StepFunction {

  private final RuleSettings settings;

  public Merging(RuleSettings settings) {
    this.settings = settings;
  }

  @Override
  public KeyHistory begin(String key) {
    return new WholeHistory(this::outputs);
  }

  private List<Output> outputs(Inputs inputs) {
    List<Output> outputs = new ArrayList<>();
    var deployments = inputs.all(DeploymentEvent.class);
    if (!deployments.isEmpty()) {
      outputs.addAll(next(MergedAttempts.merge(deployments)));
      Conflicts.ofAttempt(deployments).map(Merging::fact).ifPresent(outputs::add);
    }
    var incidents = inputs.all(IncidentEvent.class);
    for (var incident : Incidents.merge(incidents, settings)) {
      outputs.addAll(next(incident));
    }
    Conflicts.ofIncidents(incidents).forEach(conflict -> outputs.add(fact(conflict)));
    return outputs;
  }

  private static Output fact(ConflictFact conflict) {
    String key = conflict.getKind() + "|" + conflict.getKey();
    return new Output(Target.CONFLICT_FACTS, key, key, conflict);
  }

  private static List<Output> next(DeploymentEvent attempt) {
    if (attempt.getArtifact() != null
        && (attempt.getSha() == null || attempt.getRepository() == null)) {
      return List.of(new Output(Target.ARTIFACT, attempt.getArtifact(), attempt.getId(), attempt));
    }
    return NextStep.of(attempt);
  }

  /** It waits while its names are looked up; see IncidentResolution. */
  private static List<Output> next(IncidentEvent incident) {
    String id = incident.getIncident();
    List<Output> outputs = new ArrayList<>();
    for (String name : IncidentNames.of(incident)) {
      outputs.add(new Output(Target.SERVICE, name, id, incident));
    }
    if (!outputs.isEmpty()) {
      outputs.add(new Output(Target.COMMIT, IncidentNames.keyOf(incident), id, incident));
    } else if (incident.getRepository() != null) {
      outputs.add(new Output(Target.ROUTE, incident.getRepository(), id, incident));
    }
    return outputs;
  }
}
