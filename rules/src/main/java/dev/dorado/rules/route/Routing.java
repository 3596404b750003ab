package dev.dorado.rules.route;

import static java.util.Objects.requireNonNull;

import dev.dorado.rules.RuleSettings;
import dev.dorado.rules.step.KeyHistory;
import dev.dorado.rules.step.StepFunction;

/**
 * From what happened in a repository to the changes, attempts and incidents of its services:
 * commits get positions (S1, S2), attempts heads (S3, S8), commits are linked to pull requests
 * (S6), and each goes to its services (S7, G4). Keyed by repository.
 */
public final class Routing implements StepFunction {

  private final RuleSettings settings;

  public Routing(RuleSettings settings) {
    this.settings = requireNonNull(settings);
  }

  @Override
  public KeyHistory begin(String key) {
    return new RepositoryHistory(key, settings);
  }
}
