package dev.dorado.schemas;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * A topic whose values are JSON in UTF-8: the registry has no schema of them. Immutable.
 *
 * @param name name of the topic
 * @param key what the key is, for people
 * @param settings topic settings that differ from the broker's
 */
public record JsonTopic(String name, String key, Map<String, String> settings)
    implements KafkaTopic {

  public JsonTopic {
    requireNonNull(name);
    requireNonNull(key);
    settings = Map.copyOf(settings);
  }
}
