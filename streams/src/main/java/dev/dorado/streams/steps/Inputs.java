package dev.dorado.streams.steps;

import dev.dorado.schemas.StepSerde;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/**
 * All inputs of a key, by kind. The order within a kind decides nothing. What several producers put
 * out with one id is there once.
 */
public final class Inputs {

  private final Map<Class<?>, Map<String, SpecificRecord>> byKind = new HashMap<>();

  /** Adds an input, unless there is one of its kind and id. */
  public void add(String id, SpecificRecord payload) {
    byKind
        .computeIfAbsent(payload.getClass(), kind -> new LinkedHashMap<>())
        .merge(id, payload, Inputs::standing);
  }

  /**
   * Which of two things with one id stands: senders may give two things one id, and the topology
   * does not stop for that. It is the same one whatever came first.
   */
  public static SpecificRecord standing(SpecificRecord one, SpecificRecord other) {
    return Arrays.compareUnsigned(bytes(one), bytes(other)) >= 0 ? one : other;
  }

  private static byte[] bytes(SpecificRecord payload) {
    return StepSerde.write(StepSerde.record("", payload));
  }

  /** All inputs of a kind. */
  public <T extends SpecificRecord> List<T> all(Class<T> kind) {
    return byKind.getOrDefault(kind, Map.of()).values().stream().map(kind::cast).toList();
  }
}
