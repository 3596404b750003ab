package dev.dorado.streams.steps;

import static java.util.Objects.requireNonNull;

import dev.dorado.schemas.StepSerde;
import dev.dorado.steps.StepRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The common shape of every step: it keeps all inputs of a key, has a pure function derive outputs
 * from them, and sends on what differs from what it sent before (upserts and retractions).
 *
 * <p>A key with new input is only marked. Its outputs are brought up to date a little later, so
 * that a burst of events costs one time. The wall clock decides when that is, never what comes out.
 * What was derived is kept in memory for the keys that were in use last, so that an event costs
 * what it touches; of another key it is derived again from all inputs that the store holds.
 */
final class KeyedStep implements Processor<String, StepRecord, String, Emission> {

  /** After a flush, no other for as long, times this: new input has its turn. */
  private static final int REST_FACTOR = 2;

  private final String name;
  private final StepFunction function;
  private final Duration flushInterval;
  private final RecentHistories recent;

  private ProcessorContext<String, Emission> context;
  private KeyValueStore<Bytes, byte[]> inputs;
  private KeyValueStore<Bytes, byte[]> outputs;
  private KeyValueStore<Bytes, byte[]> dirty;

  /**
   * Of each key the marks that the store has too. To look for them there would mean to go over all
   * that were ever deleted.
   */
  private final Map<String, Set<Bytes>> marks = new LinkedHashMap<>();

  private boolean marksRecalled;
  private long restUntil;

  private KeyedStep(
      String name, StepFunction function, Duration flushInterval, int inputsInMemory) {
    this.name = name;
    this.function = function;
    this.flushInterval = flushInterval;
    this.recent = new RecentHistories(inputsInMemory);
  }

  /**
   * Supplies the processor of a step with its stores.
   *
   * @param target the step
   * @param function what it does
   * @param settings when it does it, and how much it keeps in memory
   */
  static ProcessorSupplier<String, StepRecord, String, Emission> supplier(
      Target target, StepFunction function, StepSettings settings) {
    requireNonNull(function);
    String name = target.label();
    return new ProcessorSupplier<>() {
      @Override
      public Processor<String, StepRecord, String, Emission> get() {
        return new KeyedStep(name, function, settings.flushInterval(), settings.inputsInMemory());
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return Set.of(
            bytesStore(name + "-inputs"),
            bytesStore(name + "-outputs"),
            bytesStore(name + "-dirty"));
      }
    };
  }

  private static StoreBuilder<?> bytesStore(String name) {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray());
  }

  @Override
  public void init(ProcessorContext<String, Emission> context) {
    this.context = context;
    inputs = context.getStateStore(name + "-inputs");
    outputs = context.getStateStore(name + "-outputs");
    dirty = context.getStateStore(name + "-dirty");
    context.schedule(flushInterval, PunctuationType.WALL_CLOCK_TIME, this::flush);
  }

  @Override
  public void process(Record<String, StepRecord> record) {
    var id = InputId.parse(record.value().getId());
    if (keep(record.key(), id, record.value())) {
      Bytes mark = Keys.of(record.key(), id.kind(), id.id());
      if (marks.computeIfAbsent(record.key(), key -> new LinkedHashSet<>()).add(mark)) {
        dirty.put(mark, new byte[0]);
      }
    }
  }

  /** Keeps an input, or forgets a retracted one. Answers whether this changed anything. */
  private boolean keep(String key, InputId id, StepRecord given) {
    var payload = (SpecificRecord) given.getPayload();
    Bytes at = Keys.of(key, given.getId());
    if (payload == null) {
      return inputs.delete(at) != null;
    }
    if (id.isEvent()) {
      Preferred.normalise(payload);
    }
    byte[] bytes = StepSerde.write(given);
    byte[] kept = inputs.get(at);
    if (kept != null && !replaces(id.isEvent(), payload, bytes, kept)) {
      return false;
    }
    inputs.put(at, bytes);
    return true;
  }

  /**
   * Events with the same id may come in any order; what a step puts out comes in order, and the
   * last word stands.
   */
  private static boolean replaces(
      boolean event, SpecificRecord payload, byte[] bytes, byte[] kept) {
    return event
        ? Preferred.replaces(
            payload, bytes, (SpecificRecord) StepSerde.read(kept).getPayload(), kept)
        : !Arrays.equals(bytes, kept);
  }

  private void flush(long now) {
    if (now < restUntil) {
      return;
    }
    long started = context.currentSystemTimeMs();
    recallMarks();
    marks.forEach(
        (key, ofKey) -> {
          apply(key, ofKey.stream().map(mark -> Keys.parts(mark, 3)).toList());
          ofKey.forEach(dirty::delete);
        });
    marks.clear();
    long took = context.currentSystemTimeMs() - started;
    restUntil = now + took * REST_FACTOR;
  }

  /** What was marked when this ran before, and not brought up to date. */
  private void recallMarks() {
    if (marksRecalled) {
      return;
    }
    try (var marked = dirty.all()) {
      marked.forEachRemaining(
          entry -> {
            String key = Keys.parts(entry.key, 3)[0];
            marks.computeIfAbsent(key, k -> new LinkedHashSet<>()).add(entry.key);
          });
    }
    marksRecalled = true;
  }

  private void apply(String key, List<String[]> changedInputs) {
    KeyHistory history = recent.get(key);
    if (history == null) {
      begin(key);
      return;
    }
    for (String[] input : changedInputs) {
      takeAnew(history, key, input[1], input[2]);
    }
    recent.grown(key, changedInputs.size());
    history.changes().forEach((id, output) -> send(key, id, output, outputs.get(at(key, id))));
  }

  /** A key that is not in memory: all is derived, and compared with all that was sent. */
  private void begin(String key) {
    KeyHistory history = function.begin(key);
    int size = 0;
    String kind = null;
    String id = null;
    List<StepRecord> ofOneId = new ArrayList<>();
    try (var entries = inputs.prefixScan(Keys.prefix(key), new BytesSerializer())) {
      while (entries.hasNext()) {
        StepRecord input = StepSerde.read(entries.next().value);
        var name = InputId.parse(input.getId());
        if (!name.kind().equals(kind) || !name.id().equals(id)) {
          give(history, ofOneId);
          ofOneId.clear();
        }
        kind = name.kind();
        id = name.id();
        ofOneId.add(input);
        size++;
      }
    }
    give(history, ofOneId);
    recent.put(key, history, size);
    Map<OutputId, byte[]> sent = sent(key);
    history.changes().forEach((output, now) -> send(key, output, now, sent.remove(output)));
    sent.forEach((output, bytes) -> send(key, output, Optional.empty(), bytes));
  }

  /** An input may have several origins: each writes and retracts its own. */
  private void takeAnew(KeyHistory history, String key, String kind, String id) {
    List<StepRecord> ofOneId = new ArrayList<>();
    Bytes prefix = Keys.prefix(key + Keys.SEPARATOR + kind + Keys.SEPARATOR + id);
    try (var entries = inputs.prefixScan(prefix, new BytesSerializer())) {
      entries.forEachRemaining(entry -> ofOneId.add(StepSerde.read(entry.value)));
    }
    if (!give(history, ofOneId)) {
      history.remove(id, kind);
    }
  }

  /** Answers whether there was anything to give: what was taken back is not. */
  private static boolean give(KeyHistory history, List<StepRecord> ofOneId) {
    Optional<SpecificRecord> standing =
        ofOneId.stream()
            .map(input -> (SpecificRecord) input.getPayload())
            .reduce(Preferred::standing)
            .filter(payload -> !Preferred.isWithdrawn(payload));
    standing.ifPresent(payload -> history.put(InputId.parse(ofOneId.get(0).getId()).id(), payload));
    return standing.isPresent();
  }

  /** Sends an output on, unless it is what was sent. */
  private void send(String key, OutputId id, Optional<Output> output, byte[] sent) {
    if (output.isPresent()) {
      byte[] bytes = StepSerde.write(StepSerde.record(id.id(), output.get().payload()));
      if (sent == null || !Arrays.equals(sent, bytes)) {
        outputs.put(at(key, id), bytes);
        emit(key, id, output.get().payload(), false);
      }
    } else if (sent != null) {
      outputs.delete(at(key, id));
      emit(key, id, (SpecificRecord) StepSerde.read(sent).getPayload(), true);
    }
  }

  private void emit(String key, OutputId id, SpecificRecord payload, boolean retracted) {
    var emission =
        new Emission(id.target(), name + " " + key, id.id(), id.kind(), payload, retracted);
    context.forward(new Record<>(id.key(), emission, 0L));
  }

  private static Bytes at(String key, OutputId id) {
    return Keys.of(key, id.target().name(), id.key(), id.kind(), id.id());
  }

  private Map<OutputId, byte[]> sent(String key) {
    Map<OutputId, byte[]> sent = new HashMap<>();
    try (var entries = outputs.prefixScan(Keys.prefix(key), new BytesSerializer())) {
      entries.forEachRemaining(
          entry -> {
            String[] parts = Keys.parts(entry.key, 5);
            sent.put(
                new OutputId(Target.valueOf(parts[1]), parts[2], parts[3], parts[4]), entry.value);
          });
    }
    return sent;
  }
}
