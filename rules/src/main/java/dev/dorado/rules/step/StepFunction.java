package dev.dorado.rules.step;

/**
 * What a step of the topology does: a pure function from all inputs of a key to its outputs. It
 * reads no clock, draws no random number, and does not depend on the order of the inputs, nor on
 * what was asked of it in between.
 */
@FunctionalInterface
public interface StepFunction {

  /** The history of {@code key}, which has no inputs yet. */
  KeyHistory begin(String key);
}
