package dev.dorado.rules.step;

import dev.dorado.rules.derive.Derivation;
import dev.dorado.rules.derive.Derived;
import dev.dorado.rules.derive.Key;
import dev.dorado.rules.derive.Table;
import java.util.ArrayList;
import java.util.HashMap;
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
 * A history whose outputs are derived by rules over tables. A subclass creates a table for each
 * kind of input, rules over these, and rules that return outputs. Not thread-safe.
 */
public abstract class DerivedHistory implements KeyHistory {

  /** The key of the only entry of {@link #theWhole}. */
  protected static final String WHOLE = "";

  /** Holds the tables and rules of the step. */
  protected final Derivation derivation = new Derivation();

  private final Map<String, Table<String, SpecificRecord>> inputs = new HashMap<>();

  /**
   * The entries that have an output, keyed by the output's target, key, kind and id, then by rule
   * and entry. Outputs are not stored: {@link #output} evaluates the rule again.
   */
  private final Table<Key, Given<?, ?>> given = derivation.table();

  private int outputRules;

  private final Table<String, Boolean> whole = derivation.table();
  private Set<OutputId> changed = new LinkedHashSet<>();

  private record OutputRule<K extends Comparable<? super K>, V>(
      int number, Table<K, V> table, BiFunction<K, V, List<Output>> rule) {}

  /** An entry that has an output, and its rule. */
  private record Given<K extends Comparable<? super K>, V>(OutputRule<K, V> by, K entry) {
    List<Output> outputs() {
      return by.rule().apply(entry, by.table().get(entry));
    }
  }

  /** Creates the table of the inputs of a kind, keyed by id. */
  @SuppressWarnings("unchecked")
  protected final <T extends SpecificRecord> Table<String, T> inputs(Class<T> kind) {
    Table<String, SpecificRecord> table = derivation.table();
    inputs.put(kind.getSimpleName(), table);
    return (Table<String, T>) (Table<String, ?>) table;
  }

  /** Returns a table with one entry, {@link #WHOLE}, for rules about the key as a whole. */
  protected final Table<String, Boolean> theWhole() {
    return whole;
  }

  /** Returns all values of a table. */
  protected static <V> List<V> values(Table<?, V> table) {
    List<V> values = new ArrayList<>();
    table.all().forEach(entry -> values.add(entry.getValue()));
    return values;
  }

  /** Adds a rule that returns the outputs of each entry of a table. */
  protected final <K extends Comparable<? super K>, V> void outputs(
      String name, Table<K, V> table, BiFunction<K, V, List<Output>> rule) {
    var outputRule = new OutputRule<>(outputRules++, table, rule);
    Derived<K, V, List<OutputId>> ids =
        derivation.each(
            name,
            table,
            (key, value) -> idsOf(rule.apply(key, value)),
            (key, of, rows) ->
                of.forEach(
                    id ->
                        rows.add(
                            given,
                            keyOf(id).with(outputRule.number(), key),
                            new Given<>(outputRule, key))),
            given);
    ids.watch(of -> changed.addAll(of));
  }

  private static List<OutputId> idsOf(List<Output> outputs) {
    return outputs.size() == 1
        ? List.of(OutputId.of(outputs.get(0)))
        : outputs.stream().map(OutputId::of).toList();
  }

  private static Key keyOf(OutputId id) {
    return Key.of(id.target(), id.key(), id.kind(), id.id());
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
  public final Set<OutputId> changed() {
    derive(() -> true);
    var now = changed;
    changed = new LinkedHashSet<>();
    return now;
  }

  /** If several entries have an output with this identity, {@link Output#standing} selects one. */
  @Override
  public final Optional<Output> output(OutputId id) {
    Output standing = null;
    for (var entry : Table.under(given, keyOf(id))) {
      for (var output : entry.getValue().outputs()) {
        if (OutputId.of(output).equals(id)) {
          standing = standing == null ? output : Output.standing(standing, output);
        }
      }
    }
    return Optional.ofNullable(standing);
  }

  @Override
  public final void watchGrowth(LongConsumer growth) {
    derivation.watchGrowth(growth);
  }

  @Override
  public final long bytes() {
    return derivation.bytes();
  }
}
