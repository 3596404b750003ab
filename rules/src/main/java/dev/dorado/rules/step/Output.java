package dev.dorado.rules.step;

import static java.util.Objects.requireNonNull;

import org.apache.avro.specific.SpecificRecord;

/**
 * An output of a step. Once the function of its key no longer returns it, it is retracted.
 *
 * @param target where it goes
 * @param key key of the step that gets it, or of the fact
 * @param id its identity within key and kind
 * @param payload what it is
 */
public record Output(Target target, String key, String id, SpecificRecord payload) {

  public Output {
    requireNonNull(target);
    key = OutputId.clean(key);
    id = OutputId.clean(id);
    requireNonNull(payload);
  }

  /**
   * Selects one of two outputs with the same identity, whatever their order. Senders may give two
   * things one id, and that must not stop the topology.
   */
  static Output standing(Output one, Output other) {
    return EventPrecedence.standing(one.payload(), other.payload()) == one.payload() ? one : other;
  }
}
