package dev.dorado.rules.step;

import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.apache.avro.specific.SpecificRecord;

/**
 * The inputs of a key and the outputs that follow from them, in memory. It is given one input after
 * the other, and brings its outputs up to date at the cost of what these touch. For one thread.
 */
public interface KeyHistory {

  /** There is an input, or another in the place of that with its kind and id. */
  void put(String id, SpecificRecord payload);

  /**
   * An input is no more.
   *
   * @param kind simple name of its class
   */
  void remove(String id, String kind);

  /** Whether it has been given an input that is there still. */
  boolean has(String id, String kind);

  /**
   * Derives the outputs, or a part of them. After a part, call it again: until it returns true, no
   * other method may be called. A history that never derives much may leave this to {@link
   * #changed}.
   *
   * @param goOn asked now and then whether there is time to continue; some progress is always made
   * @return whether {@link #changed} has nothing left to derive
   */
  default boolean derive(BooleanSupplier goOn) {
    return true;
  }

  /**
   * The outputs that are new or removed, or may have changed, since this was asked last; in a set
   * that is the caller's.
   */
  Set<OutputId> changed();

  /** An output as of the last {@link #changed}; empty if there is none. */
  Optional<Output> output(OutputId id);

  /**
   * While much is derived at once, {@code growth} is told how many bytes of memory are taken by
   * now. What it throws ends the derivation, and the history is of no use afterwards.
   */
  void watchGrowth(LongConsumer growth);

  /** How many bytes of memory it takes, estimated. */
  long bytes();
}
