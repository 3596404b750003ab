package dev.dorado.streams.steps;

import dev.dorado.deliveries.Rejected;
import dev.dorado.rules.step.Target;
import org.apache.avro.specific.SpecificRecord;

/** What is sent on to a step or to the facts. */
sealed interface Emission {

  /** Where it goes. */
  Target target();

  /** An input of a step, or the retraction of one. */
  record ToStep(Target target, Encoded input) implements Emission {}

  /**
   * A fact.
   *
   * @param retracted whether it is no more
   */
  record Fact(Target target, SpecificRecord fact, boolean retracted) implements Emission {}

  /** An input that the step can't derive from. */
  record Aside(Rejected rejected) implements Emission {

    @Override
    public Target target() {
      return Target.REJECTED;
    }
  }
}
