package dev.dorado.streams.steps;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.dorado.rules.step.InputName;
import dev.dorado.rules.step.KeyHistory;
import dev.dorado.rules.step.OutputId;
import dev.dorado.schemas.Topics;
import dev.dorado.streams.rejected.Rejections;
import dev.dorado.streams.rejected.Rejections.Place;
import dev.dorado.streams.rejected.Rejections.Source;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The inputs of a step that make its function throw. They are sent to {@code dorado.rejected} and
 * leave the inputs of their key, so that they are not tried again until they are handed in once
 * more. What another step put out is remembered here: a retry takes it back only if that step still
 * says so. Not thread-safe.
 */
public final class RejectedInputs {

  /** An entry that remembers an input begins with a separator, as no mark of a key does. */
  private static final String NO_KEY = "";

  /** Stands where the name of an input does; no input has it, since theirs have three parts. */
  private static final String TOO_LARGE = "too large";

  private final String step;
  private final Rejections rejections;
  private final KeyValueStore<Bytes, byte[]> store;
  private final ProcessorContext<String, Emission> context;

  /**
   * @param store the step's marks, beside which the rejected inputs are kept
   */
  RejectedInputs(
      String step,
      Rejections rejections,
      KeyValueStore<Bytes, byte[]> store,
      ProcessorContext<String, Emission> context) {
    this.step = step;
    this.rejections = rejections;
    this.store = store;
    this.context = context;
  }

  /** What a history gives, and the names of inputs that it could not be given. */
  record Outcome(KeyHistory history, Set<OutputId> changed, Map<InputName, Throwable> rejected) {}

  /** A history with its outputs. */
  record Begun(KeyHistory history, Set<OutputId> changed) {}

  /**
   * Finds the inputs that make a function throw, by halves.
   *
   * @param all names of all inputs of the key
   * @param suspects those that are new; if the rest throws too, all are suspected
   * @param begin derives from the named inputs
   */
  static Outcome isolate(
      Set<InputName> all, Set<InputName> suspects, Function<Set<InputName>, Begun> begin) {
    var search = new Search(begin);
    Set<InputName> rest = search.set(all);
    rest.removeAll(suspects);
    if (!rest.isEmpty() && search.isPossible(rest)) {
      search.add(suspects.stream().filter(all::contains).toList());
    } else {
      search.given.clear();
      search.add(List.copyOf(all));
    }
    return new Outcome(
        search.begun == null ? null : search.begun.history(),
        search.begun == null ? Set.of() : search.begun.changed(),
        search.rejected);
  }

  /** Derives with more and more inputs. */
  private static final class Search {

    private final Function<Set<InputName>, Begun> begin;
    private final Set<InputName> given = set(Set.of());
    private final Map<InputName, Throwable> rejected = new LinkedHashMap<>();
    private Begun begun;
    private Throwable failure;

    Search(Function<Set<InputName>, Begun> begin) {
      this.begin = begin;
    }

    Set<InputName> set(Set<InputName> of) {
      Set<InputName> set =
          new TreeSet<>(Comparator.comparing(InputName::kind).thenComparing(InputName::id));
      set.addAll(of);
      return set;
    }

    boolean isPossible(Set<InputName> names) {
      try {
        begun = begin.apply(names);
        given.addAll(names);
        return true;
      } catch (RuntimeException | StackOverflowError e) {
        if (Rejections.concernsEveryRecord(e) || e instanceof TooLargeException) {
          throw e;
        }
        failure = e;
        return false;
      }
    }

    void add(List<InputName> more) {
      if (more.isEmpty()) {
        return;
      }
      Set<InputName> tried = set(given);
      tried.addAll(more);
      if (isPossible(tried)) {
        return;
      }
      if (more.size() == 1) {
        rejected.put(more.get(0), failure);
        return;
      }
      add(more.subList(0, more.size() / 2));
      add(more.subList(more.size() / 2, more.size()));
    }
  }

  /** Whether an event can be read. One that can't is set aside. */
  boolean isReadable(String key, Encoded event) {
    try {
      event.payload();
      return true;
    } catch (RuntimeException e) {
      if (Rejections.concernsEveryRecord(e)) {
        throw e;
      }
      reject(key, event, e);
      return false;
    }
  }

  /**
   * An output as it is sent. One that is too large or can't be encoded is set aside; no retry helps
   * it, since it would be derived again.
   *
   * @param name its identity where it goes
   */
  Optional<Encoded> sendable(String key, OutputId id, InputId name, SpecificRecord payload) {
    try {
      var encoded = Encoded.of(name, payload);
      encoded.requireSendable(key, id.key(), id.id());
      return Optional.of(encoded);
    } catch (RuntimeException e) {
      if (Rejections.concernsEveryRecord(e)) {
        throw e;
      }
      reject(new Source(null, -1, -1, key.getBytes(UTF_8), id.toString().getBytes(UTF_8)), e);
      return Optional.empty();
    }
  }

  /** Sends an input to {@code dorado.rejected}. */
  void reject(String key, Encoded input, Throwable error) {
    if (!input.id().isEvent()) {
      store.put(at(key, input.id()), input.digest());
    }
    reject(
        new Source(
            Topics.repartition(context.applicationId(), step),
            context.taskId().partition(),
            -1,
            key.getBytes(UTF_8),
            input.bytes()),
        error);
  }

  private void reject(Source source, Throwable error) {
    var rejected = rejections.reject(Place.STEP, step, source, error, now());
    context.forward(new Record<>(rejected.getId(), new Emission.Aside(rejected), 0L));
  }

  /**
   * Whether an input is to be taken. One that is handed in again by a retry is not if the step that
   * put it out has replaced or retracted it since.
   */
  boolean mayTake(String key, InputId id, Encoded given, boolean isRetry) {
    if (id.isEvent()) {
      return true;
    }
    Bytes at = at(key, id);
    byte[] kept = store.get(at);
    if (kept != null) {
      // Only then: a deletion is written even where nothing is there.
      store.delete(at);
    }
    return !isRetry || Arrays.equals(kept, given.digest());
  }

  /**
   * Whether an entry of a step's marks is the mark of a key, not what remembers a rejected input.
   *
   * @param entry the key of the entry
   */
  public static boolean isMark(byte[] entry) {
    return entry.length == 0 || entry[0] != Keys.SEPARATOR;
  }

  /** Sets a key aside whose history takes too much memory. Its inputs and its mark stay. */
  void rejectHistory(String key, long limit) {
    Bytes at = Keys.of(NO_KEY, key, TOO_LARGE);
    store.put(at, new byte[0]);
    var rejected = rejections.tooLarge(step, key, limit, now());
    context.forward(new Record<>(rejected.getId(), new Emission.Aside(rejected), 0L));
  }

  /** The history of a key fits. If it did not before, that is over. */
  void acceptHistory(String key) {
    Bytes at = Keys.of(NO_KEY, key, TOO_LARGE);
    if (store.get(at) != null) {
      store.delete(at);
      var accepted = rejections.fitsAgain(step, key, now());
      context.forward(new Record<>(accepted.getId(), new Emission.Aside(accepted), 0L));
    }
  }

  private Instant now() {
    return Instant.ofEpochMilli(context.currentSystemTimeMs());
  }

  private static Bytes at(String key, InputId id) {
    return Keys.of(NO_KEY, key, id.toString());
  }
}
