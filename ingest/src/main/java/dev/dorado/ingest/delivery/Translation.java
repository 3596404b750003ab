package dev.dorado.ingest.delivery;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** What a delivery stands for. */
public sealed interface Translation {

  /** It stands for {@code events}. */
  static Translation of(CanonicalEvent<?>... events) {
    return new Events(List.of(events));
  }

  /**
   * It stands for {@code events}.
   *
   * @param unmeasured how many parts of it say nothing that is measured
   */
  static Translation of(List<CanonicalEvent<?>> events, int unmeasured) {
    return new Events(events, unmeasured);
  }

  /** It stands for nothing that is measured, for {@code reason}. */
  static Translation ignored(String reason) {
    return ignored(reason, 0);
  }

  /**
   * It stands for nothing that is measured, for {@code reason}.
   *
   * @param unmeasured of how many parts that is counted
   */
  static Translation ignored(String reason, int unmeasured) {
    return new Ignored(reason, unmeasured);
  }

  /**
   * How many parts of it say nothing that is measured; 0 of a sender whose deliveries are of one
   * part.
   */
  int unmeasured();

  /**
   * Canonical events.
   *
   * @param events at least one
   * @param unmeasured how many parts of the delivery say nothing that is measured
   */
  record Events(List<CanonicalEvent<?>> events, int unmeasured) implements Translation {

    /** For a delivery of which every part is measured. */
    public Events(List<CanonicalEvent<?>> events) {
      this(events, 0);
    }

    public Events {
      events = List.copyOf(events);
      if (events.isEmpty()) {
        throw new IllegalArgumentException("a translation without events has a reason: ignored");
      }
    }
  }

  /**
   * Nothing that is measured.
   *
   * @param reason why, for people
   * @param unmeasured of how many parts that is counted
   */
  record Ignored(String reason, int unmeasured) implements Translation {
    public Ignored {
      requireNonNull(reason);
    }
  }
}
