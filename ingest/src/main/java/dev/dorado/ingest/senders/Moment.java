package dev.dorado.ingest.senders;

import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.EventId;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * When something happened. Some kinds of deliveries of some senders have no time in them at all:
 * they are taken to have happened when they came, and only once, since a redelivery could not be
 * told from a second happening.
 *
 * @param at the sender's time, or else that of receipt
 * @param isSaid whether it is the sender's
 */
record Moment(Instant at, boolean isSaid) {

  /** The sender's time. */
  static Moment of(Instant time) {
    return new Moment(time, true);
  }

  /** The first of the sender's times, or that of receipt if the sender gives none at all. */
  @SafeVarargs
  static Moment firstOf(Provenance provenance, Optional<Instant>... times) {
    return of(Stream.of(times).flatMap(Optional::stream).findFirst(), provenance);
  }

  /** The sender's time, or that of receipt if the sender gives none at all. */
  static Moment of(Optional<Instant> time, Provenance provenance) {
    return time.map(Moment::of).orElseGet(() -> new Moment(provenance.getReceivedAt(), false));
  }

  /**
   * The id of an event at this time, as {@link EventId#of}; it hashes only what the sender says.
   */
  String idOf(String kind, String subject, String transition) {
    return isSaid
        ? EventId.of(kind, subject, transition, at)
        : EventId.hash(kind, subject, transition);
  }
}
