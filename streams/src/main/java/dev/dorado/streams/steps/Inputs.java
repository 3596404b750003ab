package dev.dorado.streams.steps;

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
        .putIfAbsent(id, payload);
  }

  /** All inputs of a kind. */
  public <T extends SpecificRecord> List<T> all(Class<T> kind) {
    return byKind.getOrDefault(kind, Map.of()).values().stream().map(kind::cast).toList();
  }
}
