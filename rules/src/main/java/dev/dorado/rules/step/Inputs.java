package dev.dorado.rules.step;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** All inputs of a key, by kind. The order within a kind decides nothing. */
public final class Inputs {

  private final Map<Class<?>, List<SpecificRecord>> byKind = new HashMap<>();

  void add(SpecificRecord payload) {
    byKind.computeIfAbsent(payload.getClass(), kind -> new ArrayList<>()).add(payload);
  }

  /** All inputs of a kind. */
  public <T extends SpecificRecord> List<T> all(Class<T> kind) {
    return byKind.getOrDefault(kind, List.of()).stream().map(kind::cast).toList();
  }
}
