package dev.dorado.streams.steps;

import java.util.List;

/**
 * What a step of the topology does: a pure function from all inputs of a key to its outputs. It
 * reads no clock, draws no random number, and does not depend on the order of the inputs.
 */
@FunctionalInterface
public interface StepFunction {

  /** The outputs of {@code key}, given all its inputs. */
  List<Output> apply(String key, Inputs inputs);
}
