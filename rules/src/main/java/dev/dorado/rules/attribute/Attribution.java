package dev.dorado.rules.attribute;

import static java.util.Objects.requireNonNull;

import dev.dorado.rules.RuleSettings;
import dev.dorado.rules.step.KeyHistory;
import dev.dorado.rules.step.StepFunction;

/**
 * From the changes, attempts and incidents of a service to its facts: what each deployment shipped,
 * its kind, whether it failed, when it recovered, whether it is rework, and why. Keyed by service.
 */
public final class Attribution implements StepFunction {

  private final RuleSettings settings;

  public Attribution(RuleSettings settings) {
    this.settings = requireNonNull(settings);
  }

  @Override
  public KeyHistory begin(String service) {
    return new ServiceHistory(service, settings);
  }
}
