package dev.dorado.rules.step;

import java.util.Set;

/**
 * What a step of the topology does: a pure function from all inputs of a key to its outputs. It
 * reads no clock, draws no random number, and does not depend on the order of the inputs, nor on
 * what was asked of it in between.
 */
@FunctionalInterface
public interface StepFunction {

  /** The history of {@code key}, which has no inputs yet. */
  KeyHistory begin(String key);

  /**
   * The kinds of inputs that give the outputs of {@code key}; inputs of other kinds are only read
   * for these. A key that has none of them has no outputs, so that nothing needs to be derived.
   *
   * @return simple names of their classes; empty if inputs of any kind may give outputs
   */
  default Set<String> kindsWithOutputs(String key) {
    return Set.of();
  }
}
