package dev.dorado.rules.resolve;

import dev.dorado.rules.merge.AttemptNames;
import dev.dorado.rules.merge.IncidentNames;
import dev.dorado.rules.step.KeyHistory;
import dev.dorado.rules.step.StepFunction;
import java.util.Set;

/**
 * The last of the steps that find repositories and services. Attempts wait there for the repository
 * of their commit; incidents and attempts, each under a key of its own, for what the catalog says
 * of their names.
 */
public final class NameResolution implements StepFunction {

  private final StepFunction ofIncidents = new IncidentResolution();
  private final StepFunction ofAttempts = new AttemptResolution();
  private final StepFunction ofCommits = new CommitResolution();

  @Override
  public KeyHistory begin(String key) {
    return of(key).begin(key);
  }

  @Override
  public Set<String> kindsWithOutputs(String key) {
    return of(key).kindsWithOutputs(key);
  }

  private StepFunction of(String key) {
    if (IncidentNames.isKey(key)) {
      return ofIncidents;
    }
    return AttemptNames.isKey(key) ? ofAttempts : ofCommits;
  }
}
