package dev.dorado.streams.steps;

import dev.dorado.rules.step.Output;
import dev.dorado.rules.step.OutputId;
import dev.dorado.rules.step.Target;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Stores what a step has sent for each of its keys, so that it sends only changes: new outputs,
 * changed ones, and retractions. Not thread-safe.
 */
final class SentOutputs {

  private final String step;
  private final KeyValueStore<Bytes, byte[]> store;
  private final RejectedInputs rejected;
  private final StepTraces traces;
  private final ProcessorContext<String, Emission> context;

  SentOutputs(
      String step,
      KeyValueStore<Bytes, byte[]> store,
      RejectedInputs rejected,
      StepTraces traces,
      ProcessorContext<String, Emission> context) {
    this.step = step;
    this.store = store;
    this.rejected = rejected;
    this.traces = traces;
    this.context = context;
  }

  /**
   * Sends some outputs of a key, unless they were sent before.
   *
   * @param ids is emptied
   * @param outputs the output of an id; empty if it was removed
   */
  Sending some(String key, Set<OutputId> ids, Function<OutputId, Optional<Output>> outputs) {
    return new Sending(key, ids, outputs, null);
  }

  /**
   * Compares all outputs of a key with those that were sent, and sends the differences.
   *
   * @param ids is emptied
   * @param outputs the output of an id
   */
  Sending all(String key, Set<OutputId> ids, Function<OutputId, Optional<Output>> outputs) {
    return new Sending(key, ids, outputs, Keys.prefix(key));
  }

  /** Sends the outputs of a key in parts. */
  final class Sending {

    private final String key;
    private final Set<OutputId> unsent;
    private final Function<OutputId, Optional<Output>> outputs;
    private final boolean isAll;

    /** Where to continue comparing with what was sent; null once that is done. */
    private Bytes from;

    private Sending(
        String key, Set<OutputId> ids, Function<OutputId, Optional<Output>> outputs, Bytes from) {
      this.key = key;
      this.unsent = ids;
      this.outputs = outputs;
      this.isAll = from != null;
      this.from = from;
    }

    /**
     * Continues, by at least one output.
     *
     * @param goOn asked before each output but the first
     * @return whether all outputs are sent
     */
    boolean advance(BooleanSupplier goOn) {
      return compareWithSent(goOn) && sendRest(goOn);
    }

    private boolean compareWithSent(BooleanSupplier goOn) {
      if (from == null) {
        return true;
      }
      boolean isFirst = true;
      try (var entries = store.range(from, Keys.endOf(key))) {
        while (entries.hasNext()) {
          var sent = entries.next();
          if (!isFirst && !goOn.getAsBoolean()) {
            from = sent.key;
            return false;
          }
          var id = outputId(sent.key);
          send(key, id, unsent.remove(id) ? outputs.apply(id) : Optional.empty(), sent.value);
          isFirst = false;
        }
      }
      from = null;
      return true;
    }

    private boolean sendRest(BooleanSupplier goOn) {
      var rest = unsent.iterator();
      for (boolean isFirst = true; rest.hasNext(); isFirst = false) {
        if (!isFirst && !goOn.getAsBoolean()) {
          return false;
        }
        var id = rest.next();
        rest.remove();
        send(key, id, outputs.apply(id), isAll ? null : store.get(at(key, id)));
      }
      return true;
    }
  }

  /** Sends an output on, unless it is what was sent. */
  private void send(String key, OutputId id, Optional<Output> output, byte[] sent) {
    var input = output.flatMap(now -> rejected.sendable(key, id, inputId(key, id), now.payload()));
    if (input.isPresent()) {
      sendOn(key, id, output.get().payload(), input.get(), sent);
    } else if (sent != null) {
      store.delete(at(key, id));
      forward(
          id,
          id.target().isFact()
              ? new Emission.Fact(id.target(), Encoded.of(sent).payload(), true)
              : new Emission.ToStep(id.target(), Encoded.of(inputId(key, id), null)));
    }
  }

  /**
   * The store keeps the whole fact, because a retraction repeats it. Of an output to a step, whose
   * retraction has only the id, it keeps a digest.
   */
  private void sendOn(String key, OutputId id, SpecificRecord payload, Encoded input, byte[] sent) {
    byte[] sends = id.target().isFact() ? input.bytes() : input.digest();
    if (!Arrays.equals(sent, sends)) {
      store.put(at(key, id), sends);
      forward(
          id,
          id.target().isFact()
              ? new Emission.Fact(id.target(), payload, false)
              : new Emission.ToStep(id.target(), input));
    }
  }

  private void forward(OutputId id, Emission emission) {
    context.forward(traces.sent(new Record<>(id.key(), emission, 0L)));
  }

  private InputId inputId(String key, OutputId id) {
    return new InputId(id.kind(), id.id(), step + " " + key);
  }

  private static Bytes at(String key, OutputId id) {
    return Keys.of(key, id.target().name(), id.key(), id.kind(), id.id());
  }

  private static OutputId outputId(Bytes at) {
    String[] parts = Keys.parts(at, 5);
    return new OutputId(Target.valueOf(parts[1]), parts[2], parts[3], parts[4]);
  }
}
