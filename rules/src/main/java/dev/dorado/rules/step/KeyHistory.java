package dev.dorado.rules.step;

import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.apache.avro.specific.SpecificRecord;

/**
 * The inputs of a key and the outputs that follow from them, in memory. An update costs what the
 * changed inputs affect. Not thread-safe.
 */
public interface KeyHistory {

  /** Adds an input, or replaces the one with the same kind and id. */
  void put(String id, SpecificRecord payload);

  /**
   * Removes an input, if present.
   *
   * @param kind simple name of its class
   */
  void remove(String id, String kind);

  /** Returns whether an input is present. */
  boolean has(String id, String kind);

  /**
   * Derives the outputs, or begins to. If interrupted, call it again: until it returns true, no
   * other method may be called. A history that never takes long may leave the work to {@link
   * #changed}.
   *
   * @param goOn called now and then; false interrupts. Each call makes some progress
   * @return whether all outputs are derived
   */
  default boolean derive(BooleanSupplier goOn) {
    return true;
  }

  /**
   * Returns the outputs that are new or removed, or may have changed, since the last call. The
   * caller may modify the set.
   */
  Set<OutputId> changed();

  /** Returns an output as of the last {@link #changed}; empty if there is none. */
  Optional<Output> output(OutputId id);

  /**
   * Sets a listener that receives the estimated memory in bytes during a long derivation. An
   * exception of the listener aborts the derivation, after which the history is unusable.
   */
  void watchGrowth(LongConsumer growth);

  /** Returns the estimated memory in bytes. */
  long bytes();
}
