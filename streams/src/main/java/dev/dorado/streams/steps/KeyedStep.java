package dev.dorado.streams.steps;

import static java.util.Objects.requireNonNull;

import dev.dorado.rules.step.InputName;
import dev.dorado.rules.step.KeyHistory;
import dev.dorado.rules.step.StepFunction;
import dev.dorado.rules.step.Target;
import dev.dorado.schemas.RejectedRetry;
import dev.dorado.streams.rejected.Rejections;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The processor of every step: it stores the inputs of each key, derives outputs from them by a
 * pure function, and sends the outputs that changed (upserts and retractions).
 *
 * <p>A new input only marks its key. The outputs are brought up to date a little later, so that a
 * burst of events costs one derivation. The wall clock decides when that happens, never what comes
 * out. The histories of the keys that were used last stay in memory, so that an event costs what it
 * touches; another key is derived again from all its stored inputs. An update that takes long is
 * done in parts ({@link KeyUpdate}), and other keys have their turn in between.
 */
final class KeyedStep implements Processor<String, Encoded, String, Emission> {

  /** If more keys are marked, they are not searched for those that cost little. */
  private static final int FEW_KEYS = 200;

  /** A key with so many inputs at most, new or in all, costs little. */
  private static final int FEW_INPUTS = 50;

  private final String name;
  private final StepFunction function;
  private final StepSettings settings;
  private final StepMemory memory;
  private final Throttle throttle = new Throttle();
  private final InputLoad load;
  private final Rejections rejections;

  private ProcessorContext<String, Emission> context;
  private KeptInputs inputs;
  private SentOutputs outputs;
  private MarkedKeys marked;
  private RejectedInputs rejected;
  private StepHistories histories;
  private DerivationTimes times;
  private StepTraces traces;

  /** Updates that are not finished; they continue in turns. */
  private final Map<String, KeyUpdate> underWay = new LinkedHashMap<>();

  /**
   * Keys whose histories need too much memory; their marks stay in the store for the next start.
   */
  private final Set<String> tooLarge = new HashSet<>();

  /** The next scheduled flush; null if no key is marked. */
  private Cancellable nextFlush;

  /** Whether the next flush is later than usual, because every marked key takes long. */
  private boolean isThrottled;

  private KeyedStep(
      String name,
      StepFunction function,
      StepSettings settings,
      StepMemory memory,
      InputLoad load,
      Rejections rejections) {
    this.name = name;
    this.function = function;
    this.settings = settings;
    this.memory = memory;
    this.load = load;
    this.rejections = rejections;
  }

  /**
   * Supplies the processor of a step with its stores.
   *
   * @param target the step
   * @param function what it does
   * @param settings when it does it
   * @param memory what it keeps in memory, together with others
   * @param load to which it gives way
   * @param rejections makes records of inputs that it can't derive from
   */
  static ProcessorSupplier<String, Encoded, String, Emission> supplier(
      Target target,
      StepFunction function,
      StepSettings settings,
      StepMemory memory,
      InputLoad load,
      Rejections rejections) {
    requireNonNull(function);
    String name = target.label();
    return new ProcessorSupplier<>() {
      @Override
      public Processor<String, Encoded, String, Emission> get() {
        return new KeyedStep(name, function, settings, memory, load, rejections);
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
    KeyValueStore<Bytes, byte[]> marks = context.getStateStore(name + "-dirty");
    rejected = new RejectedInputs(name, rejections, marks, context);
    marked = new MarkedKeys(marks);
    inputs = new KeptInputs(context.getStateStore(name + "-inputs"), rejected);
    traces = new StepTraces(name, settings.traces());
    outputs =
        new SentOutputs(name, context.getStateStore(name + "-outputs"), rejected, traces, context);
    histories = new StepHistories(this, function, settings.smallHistory(), memory);
    times = new DerivationTimes(name, rejections);
    flushIn(settings.flushInterval());
  }

  @Override
  public void close() {
    // Kafka Streams may begin again with the same processor and other stores.
    underWay.clear();
    if (histories != null) {
      histories.removeAll();
    }
  }

  /**
   * Kafka Streams reads fewer records between frequent punctuations, so only needed ones are set.
   */
  private void flushIn(Duration delay) {
    nextFlush = context.schedule(delay, PunctuationType.WALL_CLOCK_TIME, this::flush);
  }

  @Override
  public void process(Record<String, Encoded> record) {
    String key = record.key();
    var id = record.value().id();
    boolean isRetry = record.headers().lastHeader(RejectedRetry.HEADER) != null;
    if (!rejected.mayTake(key, id, record.value(), isRetry)) {
      return;
    }
    var change = inputs.keep(key, id, record.value());
    if (change != KeptInputs.Change.NONE && mayChangeOutputs(key, id.kind())) {
      mark(key, id, change);
      traces.came(record, context.currentSystemTimeMs());
      load.inputCame(context.currentSystemTimeMs());
      if (nextFlush == null) {
        flushIn(settings.flushInterval());
      }
    }
  }

  /** False if only inputs of other kinds have outputs and the key has none of these. */
  private boolean mayChangeOutputs(String key, String kind) {
    Set<String> withOutputs = function.kindsWithOutputs(key);
    return withOutputs.isEmpty()
        || withOutputs.contains(kind)
        || marked.contains(key)
        || underWay.containsKey(key)
        || histories.contains(key)
        || inputs.hasAny(key, withOutputs);
  }

  private void mark(String key, InputId id, KeptInputs.Change change) {
    if (tooLarge.contains(key)) {
      return;
    }
    if (isThrottled && !marked.contains(key)) {
      // The marked keys may wait, but not this one.
      nextFlush.cancel();
      nextFlush = null;
      isThrottled = false;
    }
    marked.mark(key);
    var name = id.name();
    if (underWay.containsKey(key)) {
      marked.news(key).put(name, Optional.empty());
      return;
    }
    var inUse = histories.get(key);
    if (inUse == null) {
      return;
    }
    inUse.inputs += change == KeptInputs.Change.ADDED ? 1 : 0;
    inUse.inputs -= change == KeptInputs.Change.REMOVED ? 1 : 0;
    var news = marked.news(key);
    boolean another =
        change == KeptInputs.Change.ADDED
            && (news.containsKey(name) || inUse.history.has(id.id(), id.kind()));
    if (another && !id.isEvent()) {
      inUse.ofSeveralOrigins.add(name);
    }
    news.put(name, inUse.ofSeveralOrigins.contains(name) ? Optional.empty() : Optional.of(id));
  }

  /**
   * Brings keys up to date. First those that cost little, so that a live event does not wait for
   * the import of another repository; then a part of an unfinished update; then keys in memory,
   * which cost what their new input touches; then the others, which are derived from all inputs.
   */
  private void flush(long now) {
    nextFlush.cancel();
    nextFlush = null;
    isThrottled = false;
    marked.recall();
    if (marked.count() <= FEW_KEYS) {
      spend(goOn -> workOff(this::isLight, goOn));
    }
    throttle.flushing(load.time(now), load.load(now));
    if (!underWay.isEmpty()) {
      spend(this::goOnWithFirst);
    }
    if (underWay.isEmpty() && throttle.mayUpdate()) {
      throttle.updatedFor(spend(goOn -> workOff(histories::contains, goOn)).ms());
    }
    if (underWay.isEmpty() && throttle.mayBegin()) {
      var spent = spend(goOn -> workOff(key -> !histories.contains(key), goOn));
      throttle.begunFor(spent.ms(), spent.keys());
    }
    if (!underWay.isEmpty()) {
      flushIn(settings.flushInterval());
    } else if (marked.count() > 0) {
      var wait = Duration.ofMillis(throttle.waitMs());
      isThrottled = wait.compareTo(settings.flushInterval()) > 0;
      flushIn(isThrottled ? wait : settings.flushInterval());
    }
  }

  private record Spent(int keys, long ms) {}

  /**
   * Works on keys until it is the turn of other steps.
   *
   * @param work asks whether there is time to continue, and returns how many keys it worked on
   */
  private Spent spend(ToIntFunction<BooleanSupplier> work) {
    var derivation = load.begin();
    int keys = work.applyAsInt(() -> throttle.mayGoOn(derivation.ms()));
    return new Spent(keys, derivation.end());
  }

  /** Whether a key costs little: it has few inputs that are new, or few at all. */
  private boolean isLight(String key) {
    return histories.contains(key)
        ? marked.news(key).size() <= FEW_INPUTS
        : inputs.hasAtMost(key, FEW_INPUTS);
  }

  /** Updates the marked keys that match and have no unfinished update; returns how many. */
  private int workOff(Predicate<String> which, BooleanSupplier goOn) {
    return marked.workOff(
        key -> !underWay.containsKey(key) && which.test(key),
        goOn,
        (key, news) -> {
          Runnable fits = () -> rejected.acceptHistory(key);
          advance(new KeyUpdate(key, news, inputs, outputs, histories, fits), goOn);
        });
  }

  private int goOnWithFirst(BooleanSupplier goOn) {
    var first = underWay.values().iterator();
    var update = first.next();
    first.remove();
    advance(update, goOn);
    if (!underWay.containsKey(update.key())) {
      // All its parts count: under load, the step waits in proportion to them.
      if (update.isOfAllInputs()) {
        throttle.begunFor(update.took().toMillis(), 1);
      } else {
        throttle.updatedFor(update.took().toMillis());
      }
    }
    return 1;
  }

  /** Continues an update. If it is not finished then, it goes to the end of the queue. */
  private void advance(KeyUpdate update, BooleanSupplier goOn) {
    String key = update.key();
    long started = settings.nanoTime().getAsLong();
    boolean isDone = true;
    traces.updating(key);
    try {
      isDone = update.advance(goOn);
    } catch (KeyUpdate.UnderivableException e) {
      beginWithoutThoseThatThrow(key, update.namesOfNews());
    } catch (TooLargeException e) {
      setAside(key, e);
    }
    update.tookMore(settings.nanoTime().getAsLong() - started);
    traces.updated(key, isDone);
    if (!isDone) {
      underWay.put(key, update);
      return;
    }
    times.took(key, update.inputCount(), update.took(), context);
    if (!tooLarge.contains(key)) {
      marked.forget(key);
    }
  }

  private void setAside(String key, TooLargeException e) {
    histories.remove(key);
    tooLarge.add(key);
    rejected.rejectHistory(key, e.limit);
  }

  /** Sets aside the inputs that make the rules throw, and derives from the others. */
  private void beginWithoutThoseThatThrow(String key, Set<InputName> news) {
    histories.remove(key);
    var inputsOfKey = inputs.byName(key);
    try {
      var outcome =
          RejectedInputs.isolate(
              inputsOfKey.keySet(), news, names -> begin(key, inputsOfKey, names));
      outcome
          .rejected()
          .forEach(
              (name, error) -> {
                for (var input : inputsOfKey.get(name)) {
                  inputs.remove(key, input.id());
                  rejected.reject(key, input, error);
                }
              });
      if (outcome.history() != null) {
        var inUse = new HistoryInUse(outcome.history());
        inputsOfKey.keySet().removeAll(outcome.rejected().keySet());
        inputsOfKey.forEach(inUse::given);
        histories.keep(key, inUse);
        rejected.acceptHistory(key);
        outputs.all(key, outcome.changed(), outcome.history()::output).advance(() -> true);
      }
    } catch (TooLargeException e) {
      setAside(key, e);
    }
  }

  private RejectedInputs.Begun begin(
      String key, Map<InputName, List<Encoded>> inputsOfKey, Set<InputName> names) {
    KeyHistory history = histories.beginAlone(key);
    names.forEach(name -> histories.give(history, name, inputsOfKey.get(name)));
    return new RejectedInputs.Begun(history, history.changed());
  }
}
