package dev.dorado.streams.steps;

import static java.util.Objects.requireNonNull;

import dev.dorado.rules.step.InputName;
import dev.dorado.rules.step.KeyHistory;
import dev.dorado.rules.step.Output;
import dev.dorado.rules.step.OutputId;
import dev.dorado.rules.step.Preferred;
import dev.dorado.rules.step.StepFunction;
import dev.dorado.rules.step.Target;
import dev.dorado.schemas.RejectedRetry;
import dev.dorado.streams.rejected.Rejections;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.BytesSerializer;
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
 * The common shape of every step: it keeps all inputs of a key, has a pure function derive outputs
 * from them, and sends on what differs from what it sent before (upserts and retractions).
 *
 * <p>A key with new input is only marked. Its outputs are brought up to date a little later, so
 * that a burst of events costs one time. The wall clock decides when that is, never what comes out.
 * What was derived is kept in memory for the keys that were in use last, so that an event costs
 * what it touches; of another key it is derived again from all inputs that the store holds.
 */
final class KeyedStep implements Processor<String, Encoded, String, Emission> {

  /** Where more keys wait, it is not asked of each whether it costs little. */
  private static final int FEW_KEYS = 200;

  /** A key with so many inputs at most, new or in all, costs little. */
  private static final int FEW_INPUTS = 50;

  private final String name;
  private final StepFunction function;
  private final Duration flushInterval;
  private final StepMemory memory;
  private final Pace pace = new Pace();
  private final Reading reading;
  private final Rejections rejections;
  private final LongSupplier nanoTime;

  private ProcessorContext<String, Emission> context;
  private KeyValueStore<Bytes, byte[]> inputs;
  private KeyValueStore<Bytes, byte[]> outputs;
  private KeyValueStore<Bytes, byte[]> dirty;
  private RejectedInputs rejected;
  private RecentHistories recent;
  private SharedValues values;
  private DerivationTimes times;

  /**
   * The keys with new input, in the order in which they got it, and what that is: the only input of
   * a name, if there is just one origin that has put it out. That a key is one of them, the store
   * says too.
   */
  private final Map<String, Map<InputName, Optional<InputId>>> marked = new LinkedHashMap<>();

  private boolean marksRecalled;

  /** Keys whose histories take too much memory; their marks stay for the next start. */
  private final Set<String> tooLarge = new HashSet<>();

  /** The next look whether there is something to do; null if there is nothing. */
  private Cancellable nextFlush;

  /** Whether the next look is later than usual, since every key that waits takes long. */
  private boolean isResting;

  private KeyedStep(
      String name,
      StepFunction function,
      StepSettings settings,
      StepMemory memory,
      Reading reading,
      Rejections rejections) {
    this.name = name;
    this.function = function;
    this.flushInterval = settings.flushInterval();
    this.memory = memory;
    this.reading = reading;
    this.rejections = rejections;
    this.nanoTime = settings.nanoTime();
  }

  /**
   * Supplies the processor of a step with its stores.
   *
   * @param target the step
   * @param function what it does
   * @param settings when it does it
   * @param memory what it keeps in memory, together with others
   * @param reading to which it gives way
   * @param rejections makes records of inputs that it can't derive from
   */
  static ProcessorSupplier<String, Encoded, String, Emission> supplier(
      Target target,
      StepFunction function,
      StepSettings settings,
      StepMemory memory,
      Reading reading,
      Rejections rejections) {
    requireNonNull(function);
    String name = target.label();
    return new ProcessorSupplier<>() {
      @Override
      public Processor<String, Encoded, String, Emission> get() {
        return new KeyedStep(name, function, settings, memory, reading, rejections);
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
    rejected = new RejectedInputs(name, rejections, dirty, context);
    recent = memory.histories();
    values = memory.values();
    times = new DerivationTimes(name, nanoTime, this::inputCount, rejections);
    flushIn(flushInterval);
  }

  @Override
  public void close() {
    if (recent != null) {
      recent.removeAll(this);
    }
  }

  /** Kafka Streams reads less between looks that are many, so there are none but those needed. */
  private void flushIn(Duration delay) {
    nextFlush = context.schedule(delay, PunctuationType.WALL_CLOCK_TIME, this::flush);
  }

  @Override
  public void process(Record<String, Encoded> record) {
    var id = record.value().id();
    boolean isRetry = record.headers().lastHeader(RejectedRetry.HEADER) != null;
    if (rejected.mayTake(record.key(), id, record.value(), isRetry)
        && keep(record.key(), id, record.value())) {
      reading.inputCame(context.currentSystemTimeMs());
      if (nextFlush == null) {
        flushIn(flushInterval);
      }
    }
  }

  /**
   * Keeps an input, or forgets a retracted one, and marks its key. Answers whether this changed
   * anything.
   */
  private boolean keep(String key, InputId id, Encoded given) {
    Bytes at = Keys.of(key, id.toString());
    if (given.isRetraction()) {
      if (inputs.delete(at) == null) {
        return false;
      }
      mark(key, id, true, -1);
      return true;
    }
    byte[] kept = inputs.get(at);
    if (kept != null && !replaces(key, id.isEvent(), given, Encoded.of(kept))) {
      return false;
    }
    inputs.put(at, given.bytes());
    mark(key, id, kept != null, kept == null ? 1 : 0);
    return true;
  }

  private void mark(String key, InputId id, boolean wasThere, int more) {
    if (tooLarge.contains(key)) {
      return;
    }
    var news = marked.get(key);
    if (news == null) {
      news = new LinkedHashMap<>();
      marked.put(key, news);
      dirty.put(Keys.of(key), new byte[0]);
      if (isResting) {
        // Those that are left may take their time; another key need not.
        nextFlush.cancel();
        nextFlush = null;
        isResting = false;
      }
    }
    var inUse = recent.get(this, key);
    if (inUse == null) {
      return;
    }
    inUse.inputs += more;
    var name = id.name();
    boolean another =
        !wasThere && (news.containsKey(name) || inUse.history.has(id.id(), id.kind()));
    if (another && !id.isEvent()) {
      inUse.ofSeveralOrigins.add(name);
    }
    news.put(name, inUse.ofSeveralOrigins.contains(name) ? Optional.empty() : Optional.of(id));
  }

  /**
   * Events with the same id may come in any order, and one that can't be read replaces none; what a
   * step puts out comes in order, and the last word stands.
   */
  private boolean replaces(String key, boolean event, Encoded given, Encoded kept) {
    if (!event || Arrays.equals(given.bytes(), kept.bytes())) {
      return !Arrays.equals(given.bytes(), kept.bytes());
    }
    return rejected.isReadable(key, given)
        && (!rejected.isReadable(key, kept)
            || Preferred.replaces(given.payload(), given.bytes(), kept.payload(), kept.bytes()));
  }

  /**
   * Brings keys up to date: first those that cost little, so that a live event does not wait for
   * the import of another repository; then those in memory, which cost what their new input
   * touches; then the others, of which everything is derived anew.
   */
  private void flush(long now) {
    nextFlush.cancel();
    nextFlush = null;
    isResting = false;
    recallMarks();
    if (marked.size() <= FEW_KEYS) {
      var derivation = reading.begin();
      workOff(this::isLight, () -> pace.mayGoOn(derivation.ms()));
      derivation.end();
    }
    pace.flushing(reading.time(now), reading.load(now));
    if (pace.mayUpdate()) {
      var derivation = reading.begin();
      workOff(key -> recent.get(this, key) != null, () -> true);
      pace.updatedFor(derivation.end());
    }
    if (pace.mayBegin()) {
      var derivation = reading.begin();
      int keys = workOff(key -> recent.get(this, key) == null, () -> pace.mayGoOn(derivation.ms()));
      pace.begunFor(derivation.end(), keys);
    }
    if (!marked.isEmpty()) {
      var wait = Duration.ofMillis(pace.waitMs());
      isResting = wait.compareTo(flushInterval) > 0;
      flushIn(isResting ? wait : flushInterval);
    }
  }

  /** Whether a key costs little: it has few inputs that are new, or few at all. */
  private boolean isLight(String key) {
    if (recent.get(this, key) != null) {
      return marked.get(key).size() <= FEW_INPUTS;
    }
    try (var entries = inputs.prefixScan(Keys.prefix(key), new BytesSerializer())) {
      int count = 0;
      while (entries.hasNext() && count <= FEW_INPUTS) {
        entries.next();
        count++;
      }
      return count <= FEW_INPUTS;
    }
  }

  /** Brings the keys up to date that are to be; answers how many these were. */
  private int workOff(Predicate<String> which, BooleanSupplier goOn) {
    int count = 0;
    var keys = marked.entrySet().iterator();
    while (keys.hasNext() && goOn.getAsBoolean()) {
      var key = keys.next();
      if (which.test(key.getKey())) {
        keys.remove();
        times.measure(key.getKey(), () -> apply(key.getKey(), key.getValue()), context);
        if (!tooLarge.contains(key.getKey())) {
          dirty.delete(Keys.of(key.getKey()));
        }
        count++;
      }
    }
    return count;
  }

  /** What was marked when this ran before, and not brought up to date. */
  private void recallMarks() {
    if (marksRecalled) {
      return;
    }
    try (var marks = dirty.all()) {
      while (marks.hasNext()) {
        Bytes mark = marks.next().key;
        if (RejectedInputs.isMark(mark.get())) {
          marked.computeIfAbsent(Keys.parts(mark, 1)[0], key -> new LinkedHashMap<>());
        }
      }
    }
    marksRecalled = true;
  }

  private void apply(String key, Map<InputName, Optional<InputId>> news) {
    try {
      update(key, news);
    } catch (TooLargeException e) {
      recent.remove(this, key);
      tooLarge.add(key);
      rejected.rejectHistory(key, e.limit);
    }
  }

  private void update(String key, Map<InputName, Optional<InputId>> news) {
    HistoryInUse inUse = recent.get(this, key);
    Map<OutputId, Optional<Output>> changes;
    try {
      if (inUse == null) {
        begin(key);
        return;
      }
      changes = changes(inUse, key, news);
      makeRoom(key, inUse, inUse.history.bytes());
    } catch (UnderivableException e) {
      beginWithoutThoseThatThrow(key, news.keySet());
      return;
    }
    changes.forEach((id, output) -> send(key, id, output, outputs.get(at(key, id))));
  }

  /** A history without inputs, for which others make room while it grows. */
  private HistoryInUse beginHistory(String key) {
    var inUse = new HistoryInUse(function.begin(key));
    inUse.history.watchGrowth(bytes -> makeRoom(key, inUse, bytes));
    return inUse;
  }

  /** Others make room for a history, if one may take so much. */
  private void makeRoom(String key, HistoryInUse inUse, long bytes) {
    requireRoom(bytes);
    recent.put(this, key, inUse, bytes);
  }

  private void requireRoom(long bytes) {
    if (bytes > memory.largest()) {
      throw new TooLargeException(memory.largest());
    }
  }

  /** The function throws. Only this is caught: errors of stores and of Kafka are not its own. */
  private static final class UnderivableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnderivableException(Throwable cause) {
      super(cause);
    }
  }

  private Map<OutputId, Optional<Output>> changes(
      HistoryInUse inUse, String key, Map<InputName, Optional<InputId>> news) {
    Map<InputName, List<Encoded>> kept = new HashMap<>();
    news.forEach(
        (name, only) ->
            kept.put(name, only.map(id -> ofId(key, id)).orElseGet(() -> ofName(key, name))));
    return derived(
        () -> {
          kept.forEach((name, inputs) -> take(inUse.history, name, standing(inputs)));
          return inUse.history.changes();
        });
  }

  private static <T> T derived(Supplier<T> derivation) {
    try {
      return derivation.get();
    } catch (RuntimeException | StackOverflowError e) {
      if (Rejections.concernsEveryRecord(e) || e instanceof TooLargeException) {
        throw e;
      }
      throw new UnderivableException(e);
    }
  }

  /** A key that is not in memory: all is derived, and compared with all that was sent. */
  private void begin(String key) {
    var history = derived(() -> beginHistory(key));
    InputName name = null;
    List<Encoded> ofOneName = new ArrayList<>();
    try (var entries = inputs.prefixScan(Keys.prefix(key), new BytesSerializer())) {
      while (entries.hasNext()) {
        var input = Encoded.of(entries.next().value);
        var next = input.id().name();
        if (!next.equals(name)) {
          give(history, name, ofOneName);
          ofOneName.clear();
        }
        name = next;
        ofOneName.add(input);
      }
    }
    give(history, name, ofOneName);
    sendAll(key, history, derived(history.history::changes));
  }

  private void give(HistoryInUse inUse, InputName name, List<Encoded> ofOneName) {
    if (name != null) {
      inUse.given(name, ofOneName);
      derived(
          () -> {
            take(inUse.history, name, standing(ofOneName));
            return name;
          });
    }
  }

  /** Inputs that make the function throw are set aside; the others give what they give. */
  private void beginWithoutThoseThatThrow(String key, Set<InputName> news) {
    recent.remove(this, key);
    var inputsOfKey = inputsOf(key);
    var outcome =
        RejectedInputs.isolate(inputsOfKey.keySet(), news, names -> begin(key, inputsOfKey, names));
    outcome
        .rejected()
        .forEach(
            (name, error) -> {
              for (var input : inputsOfKey.get(name)) {
                inputs.delete(Keys.of(key, input.id().toString()));
                rejected.reject(key, input, error);
              }
            });
    if (outcome.history() != null) {
      var inUse = new HistoryInUse(outcome.history());
      inputsOfKey.keySet().removeAll(outcome.rejected().keySet());
      inputsOfKey.forEach(inUse::given);
      sendAll(key, inUse, outcome.changes());
    }
  }

  private RejectedInputs.Begun begin(
      String key, Map<InputName, List<Encoded>> inputsOfKey, Set<InputName> names) {
    KeyHistory history = function.begin(key);
    history.watchGrowth(this::requireRoom);
    names.forEach(name -> take(history, name, standing(inputsOfKey.get(name))));
    return new RejectedInputs.Begun(history, history.changes());
  }

  /** How many inputs a key has; 0 if it is not in memory. */
  private int inputCount(String key) {
    var inUse = recent.get(this, key);
    return inUse == null ? 0 : inUse.inputs;
  }

  /** In the order of the store. */
  private Map<InputName, List<Encoded>> inputsOf(String key) {
    Map<InputName, List<Encoded>> byName = new LinkedHashMap<>();
    try (var entries = inputs.prefixScan(Keys.prefix(key), new BytesSerializer())) {
      entries.forEachRemaining(
          entry -> {
            var input = Encoded.of(entry.value);
            byName.computeIfAbsent(input.id().name(), name -> new ArrayList<>()).add(input);
          });
    }
    return byName;
  }

  /**
   * Sends what differs from all that was sent before.
   *
   * @param changes all outputs of the key
   */
  private void sendAll(String key, HistoryInUse inUse, Map<OutputId, Optional<Output>> changes) {
    makeRoom(key, inUse, inUse.history.bytes());
    rejected.acceptHistory(key);
    Map<OutputId, Optional<Output>> unsent = new LinkedHashMap<>(changes);
    try (var entries = outputs.prefixScan(Keys.prefix(key), new BytesSerializer())) {
      while (entries.hasNext()) {
        var sent = entries.next();
        var id = outputId(sent.key);
        Optional<Output> output = unsent.remove(id);
        send(key, id, output == null ? Optional.empty() : output, sent.value);
      }
    }
    unsent.forEach((id, output) -> send(key, id, output, null));
  }

  /** What was taken back, or has no origin any more, is no more. */
  private void take(KeyHistory history, InputName name, Optional<SpecificRecord> standing) {
    if (standing.isEmpty() || Preferred.isWithdrawn(standing.get())) {
      history.remove(name.id(), name.kind());
    } else {
      history.put(name.id(), values.share(standing.get()));
    }
  }

  private List<Encoded> ofId(String key, InputId id) {
    byte[] kept = inputs.get(Keys.of(key, id.toString()));
    return kept == null ? List.of() : List.of(Encoded.of(kept));
  }

  /** An input may have several origins: each writes and retracts its own. */
  private List<Encoded> ofName(String key, InputName name) {
    List<Encoded> ofOneName = new ArrayList<>();
    Bytes prefix = Keys.prefix(key + Keys.SEPARATOR + name.kind() + Keys.SEPARATOR + name.id());
    try (var entries = inputs.prefixScan(prefix, new BytesSerializer())) {
      entries.forEachRemaining(entry -> ofOneName.add(Encoded.of(entry.value)));
    }
    return ofOneName;
  }

  private static Optional<SpecificRecord> standing(List<Encoded> ofOneName) {
    return ofOneName.stream().map(Encoded::payload).reduce(Preferred::standing);
  }

  /** Sends an output on, unless it is what was sent. */
  private void send(String key, OutputId id, Optional<Output> output, byte[] sent) {
    var input = output.flatMap(now -> rejected.sendable(key, id, inputId(key, id), now.payload()));
    if (input.isPresent()) {
      sendOn(key, id, output.get().payload(), input.get(), sent);
    } else if (sent != null) {
      outputs.delete(at(key, id));
      forward(
          id,
          id.target().isFact()
              ? new Emission.Fact(id.target(), Encoded.of(sent).payload(), true)
              : new Emission.ToStep(id.target(), Encoded.of(inputId(key, id), null)));
    }
  }

  /**
   * Of a fact, the store keeps the whole, for its retraction; of what goes to a step, whose
   * retraction says no more than the id, just by what it is told from another.
   */
  private void sendOn(String key, OutputId id, SpecificRecord payload, Encoded input, byte[] sent) {
    byte[] sends = id.target().isFact() ? input.bytes() : input.digest();
    if (!Arrays.equals(sent, sends)) {
      outputs.put(at(key, id), sends);
      forward(
          id,
          id.target().isFact()
              ? new Emission.Fact(id.target(), payload, false)
              : new Emission.ToStep(id.target(), input));
    }
  }

  private void forward(OutputId id, Emission emission) {
    context.forward(new Record<>(id.key(), emission, 0L));
  }

  private InputId inputId(String key, OutputId id) {
    return new InputId(id.kind(), id.id(), name + " " + key);
  }

  private static Bytes at(String key, OutputId id) {
    return Keys.of(key, id.target().name(), id.key(), id.kind(), id.id());
  }

  private static OutputId outputId(Bytes at) {
    String[] parts = Keys.parts(at, 5);
    return new OutputId(Target.valueOf(parts[1]), parts[2], parts[3], parts[4]);
  }
}
