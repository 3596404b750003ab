package dev.dorado.rules.step;

import static java.util.Objects.requireNonNull;

import org.apache.avro.specific.SpecificRecord;

/**
 * Where an event goes first.
 *
 * @param target the step
 * @param key its key there
 * @param id its identity there
 * @param payload the event, or what of it the step needs
 */
public record Entrance(Target target, String key, String id, SpecificRecord payload) {

  public Entrance {
    requireNonNull(target);
    key = OutputId.clean(key);
    id = OutputId.clean(id);
    requireNonNull(payload);
  }
}
