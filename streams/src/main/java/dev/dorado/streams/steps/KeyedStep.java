package dev.dorado.streams.steps;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.dorado.schemas.StepSerde;
import dev.dorado.steps.StepRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * The common shape of every step: it keeps all inputs of a key, applies a pure function to them,
 * and sends on what differs from what it sent before (upserts and retractions).
 *
 * <p>A key with new input is only marked. The function is applied to the marked keys a little
 * later, so that a burst of events costs one application. The wall clock decides when that is,
 * never what comes out.
 */
final class KeyedStep implements Processor<String, StepRecord, String, Emission> {

  /** The steps may use this share of a thread's time; the rest is left for new input. */
  private static final int REST_FACTOR = 2;

  private final String name;
  private final StepFunction function;
  private final Duration flushInterval;

  private ProcessorContext<String, Emission> context;
  private KeyValueStore<Bytes, byte[]> inputs;
  private KeyValueStore<Bytes, byte[]> outputs;
  private KeyValueStore<String, byte[]> dirty;
  private long restUntil;

  private KeyedStep(String name, StepFunction function, Duration flushInterval) {
    this.name = name;
    this.function = function;
    this.flushInterval = flushInterval;
  }

  /**
   * Supplies the processor of a step with its stores.
   *
   * @param target the step
   * @param function what it does
   * @param flushInterval how often it looks for keys with new input
   */
  static ProcessorSupplier<String, StepRecord, String, Emission> supplier(
      Target target, StepFunction function, Duration flushInterval) {
    requireNonNull(function);
    String name = target.label();
    return new ProcessorSupplier<>() {
      @Override
      public Processor<String, StepRecord, String, Emission> get() {
        return new KeyedStep(name, function, flushInterval);
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return Set.of(
            bytesStore(name + "-inputs"),
            bytesStore(name + "-outputs"),
            Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(name + "-dirty"),
                Serdes.String(),
                Serdes.ByteArray()));
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
    if (keep(record.key(), record.value())) {
      dirty.put(record.key(), new byte[0]);
    }
  }

  /** Keeps an input, or forgets a retracted one. Answers whether this changed anything. */
  private boolean keep(String key, StepRecord given) {
    var payload = (SpecificRecord) given.getPayload();
    Bytes at = Keys.of(key, given.getId());
    if (payload == null) {
      return inputs.delete(at) != null;
    }
    boolean event = InputId.parse(given.getId()).isEvent();
    if (event) {
      Preferred.normalise(payload);
    }
    byte[] bytes = StepSerde.write(given);
    byte[] kept = inputs.get(at);
    if (kept != null && !replaces(event, payload, bytes, kept)) {
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
    List<String> keys = new ArrayList<>();
    try (var marked = dirty.all()) {
      marked.forEachRemaining(entry -> keys.add(entry.key));
    }
    for (String key : keys) {
      apply(key);
      dirty.delete(key);
    }
    long took = context.currentSystemTimeMs() - started;
    restUntil = now + took * REST_FACTOR;
  }

  private void apply(String key) {
    Map<Bytes, byte[]> before = sent(key);
    Map<Bytes, Output> after = new LinkedHashMap<>();
    for (Output output : function.apply(key, inputsOf(key))) {
      after.merge(at(key, output), output, KeyedStep::standing);
    }
    after.forEach(
        (at, output) -> {
          byte[] bytes = bytes(output);
          byte[] old = before.remove(at);
          if (old == null || !Arrays.equals(old, bytes)) {
            outputs.put(at, bytes);
            send(
                output.key(),
                new Emission(
                    output.target(),
                    origin(key),
                    output.id(),
                    kind(output),
                    output.payload(),
                    false));
          }
        });
    before.forEach((at, bytes) -> retract(key, at, bytes));
  }

  private static Output standing(Output one, Output other) {
    return Inputs.standing(one.payload(), other.payload()) == one.payload() ? one : other;
  }

  private static byte[] bytes(Output output) {
    return StepSerde.write(StepSerde.record(output.id(), output.payload()));
  }

  private static String kind(Output output) {
    return output.payload().getClass().getSimpleName();
  }

  private static Bytes at(String key, Output output) {
    return Keys.of(key, output.target().name(), output.key(), kind(output), output.id());
  }

  private void retract(String key, Bytes at, byte[] bytes) {
    outputs.delete(at);
    String[] parts = new String(at.get(), UTF_8).split(String.valueOf(Keys.SEPARATOR), 5);
    var was = (SpecificRecord) StepSerde.read(bytes).getPayload();
    send(
        parts[2],
        new Emission(Target.valueOf(parts[1]), origin(key), parts[4], parts[3], was, true));
  }

  private String origin(String key) {
    return name + " " + key;
  }

  private void send(String key, Emission emission) {
    context.forward(new Record<>(key, emission, 0L));
  }

  private Inputs inputsOf(String key) {
    var all = new Inputs();
    try (var entries = inputs.prefixScan(Keys.prefix(key), new BytesSerializer())) {
      entries.forEachRemaining(
          entry -> {
            StepRecord input = StepSerde.read(entry.value);
            var id = InputId.parse(input.getId());
            all.add(id.id(), (SpecificRecord) input.getPayload());
          });
    }
    return all;
  }

  private Map<Bytes, byte[]> sent(String key) {
    Map<Bytes, byte[]> sent = new HashMap<>();
    try (var entries = outputs.prefixScan(Keys.prefix(key), new BytesSerializer())) {
      entries.forEachRemaining(entry -> sent.put(entry.key, entry.value));
    }
    return sent;
  }
}
