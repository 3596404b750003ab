package dev.dorado.rules.step;

import dev.dorado.rules.derive.Derivation;
import dev.dorado.rules.derive.Derived;
import dev.dorado.rules.derive.Key;
import dev.dorado.rules.derive.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.apache.avro.specific.SpecificRecord;

/**
 * A history whose outputs are derived by rules over tables. A step makes a table for each kind of
 * input, rules over them, and rules that give outputs.
 */
public abstract class DerivedHistory implements KeyHistory {

  /** The entry of {@link #theWhole}. */
  protected static final String WHOLE = "";

  /** What the rules of the step are added to. */
  protected final Derivation derivation = new Derivation();

  private final Map<String, Table<String, SpecificRecord>> inputs = new HashMap<>();

  private final Table<Given, Output> outputs = derivation.table();

  private final Table<String, Boolean> whole = derivation.table();
  private final Set<OutputId> changed = new LinkedHashSet<>();

  protected DerivedHistory() {
    outputs.watch(given -> changed.add(given.id()));
  }

  /**
   * Where an output comes from.
   *
   * @param id its identity; several entries may give outputs with one
   * @param origin the rule and the entry that gave it
   */
  private record Given(OutputId id, Key origin) implements Comparable<Given> {
    private static final Comparator<Given> ORDER =
        Comparator.comparing(Given::id).thenComparing(Given::origin);

    @Override
    public int compareTo(Given other) {
      return ORDER.compare(this, other);
    }
  }

  /** The inputs of a kind, by their ids. */
  @SuppressWarnings("unchecked")
  protected final <T extends SpecificRecord> Table<String, T> inputs(Class<T> kind) {
    Table<String, SpecificRecord> table = derivation.table();
    inputs.put(kind.getSimpleName(), table);
    return (Table<String, T>) (Table<String, ?>) table;
  }

  /** A table with one entry, {@link #WHOLE}, for what a rule says of the key as a whole. */
  protected final Table<String, Boolean> theWhole() {
    return whole;
  }

  /** All values of a table. */
  protected static <V> List<V> values(Table<?, V> table) {
    List<V> values = new ArrayList<>();
    table.all().forEach(entry -> values.add(entry.getValue()));
    return values;
  }

  /** A rule that gives outputs for each entry of a table. */
  protected final <K extends Comparable<? super K>, V> void outputs(
      String name, Table<K, V> table, BiFunction<K, V, List<Output>> rule) {
    Derived.Adding<K, List<Output>> goOut =
        (key, given, rows) ->
            given.forEach(
                output ->
                    rows.add(outputs, new Given(OutputId.of(output), Key.of(name, key)), output));
    derivation.each(name, table, rule, goOut, outputs);
  }

  @Override
  public final void put(String id, SpecificRecord payload) {
    var table = inputs.get(payload.getClass().getSimpleName());
    if (table != null) {
      table.put(id, payload);
    }
  }

  @Override
  public final void remove(String id, String kind) {
    var table = inputs.get(kind);
    if (table != null) {
      table.remove(id);
    }
  }

  @Override
  public final boolean has(String id, String kind) {
    var table = inputs.get(kind);
    return table != null && table.get(id) != null;
  }

  @Override
  public final boolean derive(BooleanSupplier goOn) {
    if (!derivation.isSettling()) {
      whole.put(WHOLE, true);
    }
    return derivation.settle(goOn);
  }

  @Override
  public final Map<OutputId, Optional<Output>> changes() {
    derive(() -> true);
    Map<OutputId, Optional<Output>> changes = new LinkedHashMap<>();
    changed.forEach(id -> changes.put(id, standing(id)));
    changed.clear();
    return changes;
  }

  @Override
  public final void watchGrowth(LongConsumer growth) {
    derivation.watchGrowth(growth);
  }

  @Override
  public final long bytes() {
    return derivation.bytes();
  }

  /** Of what several entries give with one identity, always the same one. */
  private Optional<Output> standing(OutputId id) {
    Output standing = null;
    for (var given : outputs.from(new Given(id, Key.of()))) {
      if (!given.getKey().id().equals(id)) {
        break;
      }
      Output output = given.getValue();
      standing = standing == null ? output : Output.standing(standing, output);
    }
    return Optional.ofNullable(standing);
  }
}
