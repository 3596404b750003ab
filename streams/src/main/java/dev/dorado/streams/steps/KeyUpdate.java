package dev.dorado.streams.steps;

import static java.util.Objects.requireNonNull;

import dev.dorado.rules.step.InputName;
import dev.dorado.rules.step.OutputId;
import dev.dorado.streams.rejected.Rejections;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Bytes;

/**
 * Brings the outputs of one key up to date, in parts. It passes inputs to the history, derives, and
 * sends the outputs that changed. A key that is not in memory gets all its inputs, and all its
 * outputs are compared with those that were sent; a key in memory gets only the new inputs. For one
 * thread.
 */
final class KeyUpdate {

  private final String key;
  private final Map<InputName, Optional<InputId>> news;
  private final KeptInputs inputs;
  private final SentOutputs outputs;
  private final StepHistories histories;
  private final Runnable fits;

  private HistoryInUse inUse;
  private final boolean isAll;

  /** Where to continue reading all inputs; null once they have been passed on. */
  private Bytes from;

  /** New inputs that have not been passed on. */
  private final Iterator<Map.Entry<InputName, Optional<InputId>>> notGiven;

  /** Null until all is derived. */
  private SentOutputs.Sending sending;

  /** How long it has taken so far, in nanoseconds. */
  private long nanos;

  /**
   * @param news the new inputs of a key in memory; no longer to be changed
   * @param fits run when the history of a key that was not in memory has been derived
   */
  KeyUpdate(
      String key,
      Map<InputName, Optional<InputId>> news,
      KeptInputs inputs,
      SentOutputs outputs,
      StepHistories histories,
      Runnable fits) {
    this.key = key;
    this.news = requireNonNull(news);
    this.inputs = inputs;
    this.outputs = outputs;
    this.histories = histories;
    this.fits = fits;
    this.inUse = histories.get(key);
    this.isAll = inUse == null;
    this.from = isAll ? KeptInputs.beginningOf(key) : null;
    this.notGiven = (isAll ? Map.<InputName, Optional<InputId>>of() : news).entrySet().iterator();
  }

  /** The rules threw. Errors of stores and of Kafka are not wrapped in it. */
  static final class UnderivableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnderivableException(Throwable cause) {
      super(cause);
    }
  }

  String key() {
    return key;
  }

  /** The names of the inputs that were new. */
  Set<InputName> namesOfNews() {
    return news.keySet();
  }

  /** How many inputs the key has, as far as they have been counted. */
  int inputCount() {
    return inUse == null ? 0 : inUse.inputs;
  }

  /** Whether the key was not in memory. */
  boolean isOfAllInputs() {
    return isAll;
  }

  /** Adds nanoseconds to the time that it has taken. */
  void tookMore(long more) {
    nanos += more;
  }

  /** How long all its parts have taken. */
  Duration took() {
    return Duration.ofNanos(nanos);
  }

  /**
   * Continues, by at least one unit of work.
   *
   * @param goOn asked between units of work whether there is time for another
   * @return whether the key is up to date
   * @throws UnderivableException if the rules throw
   * @throws TooLargeException if the history takes more memory than one may
   */
  boolean advance(BooleanSupplier goOn) {
    if (sending == null) {
      if (!giveInputs(goOn) || !derived(() -> inUse.history.derive(goOn))) {
        return false;
      }
      Set<OutputId> changed = derived(inUse.history::changed);
      histories.keep(key, inUse);
      if (isAll) {
        fits.run();
      }
      sending =
          isAll
              ? outputs.all(key, changed, inUse.history::output)
              : outputs.some(key, changed, inUse.history::output);
    }
    return sending.advance(goOn);
  }

  private boolean giveInputs(BooleanSupplier goOn) {
    if (inUse == null) {
      inUse = derived(() -> histories.begin(key));
    }
    if (from != null) {
      from = inputs.forEachName(key, from, goOn, this::give);
      return from == null;
    }
    while (notGiven.hasNext()) {
      var next = notGiven.next();
      var name = next.getKey();
      var only = next.getValue();
      giveNew(name, only.map(id -> inputs.of(key, id)).orElseGet(() -> inputs.of(key, name)));
      if (notGiven.hasNext() && !goOn.getAsBoolean()) {
        return false;
      }
    }
    return true;
  }

  private void give(InputName name, List<Encoded> ofOneName) {
    inUse.given(name, ofOneName);
    giveNew(name, ofOneName);
  }

  private void giveNew(InputName name, List<Encoded> ofOneName) {
    if (ofOneName.size() > 1) {
      inUse.ofSeveralOrigins.add(name);
    }
    derived(
        () -> {
          histories.give(inUse.history, name, ofOneName);
          return name;
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
}
