package dev.dorado.rules.step;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.apache.avro.specific.SpecificRecord;

/** A history that is always small: its outputs are asked for anew from all inputs. */
public final class WholeHistory implements KeyHistory {

  /** What an input or an output takes, measured. */
  private static final int BYTES_OF_RECORD = 600;

  private final Function<Inputs, List<Output>> rule;
  private final Map<InputName, SpecificRecord> inputs = new LinkedHashMap<>();
  private Map<OutputId, Output> before = Map.of();

  /**
   * @param rule gives the outputs of all inputs, and doesn't change these
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
  public Map<OutputId, Optional<Output>> changes() {
    var all = new Inputs();
    inputs.values().forEach(all::add);
    Map<OutputId, Output> after = new HashMap<>();
    for (Output output : rule.apply(all)) {
      after.merge(OutputId.of(output), output, Output::standing);
    }
    Map<OutputId, Optional<Output>> changes = new LinkedHashMap<>();
    after.forEach(
        (id, output) -> {
          if (!output.equals(before.get(id))) {
            changes.put(id, Optional.of(output));
          }
        });
    before.keySet().stream()
        .filter(id -> !after.containsKey(id))
        .forEach(id -> changes.put(id, Optional.empty()));
    before = after;
    return changes;
  }

  /** It never derives much. */
  @Override
  public void watchGrowth(LongConsumer growth) {}

  @Override
  public long bytes() {
    return (1L + inputs.size() + before.size()) * BYTES_OF_RECORD;
  }
}
