package dev.dorado.streams.cdevents;

import java.time.Instant;
import java.util.List;

/** What is decided of a fact. */
interface Decisions {

  /** Kind of the fact. */
  String kind();

  /** The service that the fact is about. */
  String service();

  /** What stands; nothing if the fact is retracted. */
  List<Decision> standing();

  /**
   * That a decision no longer stands.
   *
   * @param at when that was decided
   */
  Decision withdrawal(Aspect aspect, Instant at);
}
