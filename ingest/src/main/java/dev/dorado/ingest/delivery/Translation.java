package dev.dorado.ingest.delivery;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** What a delivery stands for. */
public sealed interface Translation {

  /** It stands for {@code events}. */
  static Translation of(CanonicalEvent<?>... events) {
    return new Events(List.of(events));
  }

  /** It stands for nothing that is measured, for {@code reason}. */
  static Translation ignored(String reason) {
    return new Ignored(reason);
  }

  /**
   * Canonical events.
   *
   * @param events at least one
   */
  record Events(List<CanonicalEvent<?>> events) implements Translation {
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
   */
  record Ignored(String reason) implements Translation {
    public Ignored {
      requireNonNull(reason);
    }
  }
}
