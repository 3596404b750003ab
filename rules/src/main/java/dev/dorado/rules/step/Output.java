package dev.dorado.rules.step;

import static java.util.Objects.requireNonNull;

import org.apache.avro.specific.SpecificRecord;

/**
 * Something that a step puts out. It stands until the function of its key no longer gives it; then
 * it is retracted.
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
   * Which of two outputs with one identity stands: senders may give two things one id, and the
   * topology does not stop for that. It is the same one whatever came first.
   */
  static Output standing(Output one, Output other) {
    return EventPrecedence.standing(one.payload(), other.payload()) == one.payload() ? one : other;
  }
}
