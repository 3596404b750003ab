package dev.dorado.rules.step;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.apache.avro.specific.SpecificRecord;

/** A history that is always small: each update computes all outputs from all inputs. */
public final class WholeHistory implements KeyHistory {

  /** The memory of an input or output in bytes, measured. */
  private static final int BYTES_OF_RECORD = 600;

  private final Function<Inputs, List<Output>> rule;
  private final Map<InputName, SpecificRecord> inputs = new LinkedHashMap<>();
  private Map<OutputId, Output> outputs = Map.of();

  /**
   * @param rule returns the outputs of all inputs; a pure function
   */
  public WholeHistory(Function<Inputs, List<Output>> rule) {
    this.rule = rule;
  }

  @Override
  public void put(String id, SpecificRecord payload) {
    inputs.put(new InputName(payload.getClass().getSimpleName(), id), payload);
  }

  @Override
  public void remove(String id, String kind) {
    inputs.remove(new InputName(kind, id));
  }

  @Override
  public boolean has(String id, String kind) {
    return inputs.containsKey(new InputName(kind, id));
  }

  @Override
  public Set<OutputId> changed() {
    var all = new Inputs();
    inputs.values().forEach(all::add);
    Map<OutputId, Output> now = new LinkedHashMap<>();
    for (Output output : rule.apply(all)) {
      now.merge(OutputId.of(output), output, Output::standing);
    }
    Set<OutputId> changed = new LinkedHashSet<>();
    now.forEach(
        (id, output) -> {
          if (!output.equals(outputs.get(id))) {
            changed.add(id);
          }
        });
    outputs.keySet().stream().filter(id -> !now.containsKey(id)).forEach(changed::add);
    outputs = now;
    return changed;
  }

  @Override
  public Optional<Output> output(OutputId id) {
    return Optional.ofNullable(outputs.get(id));
  }

  /** Does nothing: no derivation is long. */
  @Override
  public void watchGrowth(LongConsumer growth) {}

  @Override
  public long bytes() {
    return (1L + inputs.size() + outputs.size()) * BYTES_OF_RECORD;
  }
}
