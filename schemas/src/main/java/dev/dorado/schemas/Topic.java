package dev.dorado.schemas;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * A topic of Dorado: its name, what its values are, and how Kafka keeps them. Immutable.
 *
 * @param <V> what the values are
 * @param name name of the topic
 * @param valueType generated class of the values
 * @param key what the key is, for people
 * @param settings topic settings that differ from the broker's
 */
public record Topic<V extends SpecificRecord>(
    String name, Class<V> valueType, String key, Map<String, String> settings)
    implements KafkaTopic {

  public Topic {
    requireNonNull(name);
    requireNonNull(valueType);
    requireNonNull(key);
    settings = Map.copyOf(settings);
  }

  /** Schema of the values. */
  public Schema schema() {
    return SpecificData.get().getSchema(valueType);
  }

  /** Subject under which the registry keeps the schema of the values. */
  public String subject() {
    return name + "-value";
  }
}
