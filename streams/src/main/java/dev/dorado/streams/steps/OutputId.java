package dev.dorado.streams.steps;

/**
 * Identity of an output of a key.
 *
 * @param target where it goes
 * @param key key there
 * @param kind simple name of the payload's class
 * @param id its identity within key and kind
 */
public record OutputId(Target target, String key, String kind, String id) {

  static OutputId of(Output output) {
    return new OutputId(
        output.target(), output.key(), output.payload().getClass().getSimpleName(), output.id());
  }
}
