package dev.dorado.rules.merge;

import dev.dorado.events.Provenance;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * The events that tell of one thing, oldest first, in the order of rule E6: the sender's time, live
 * over backfill, id. Merging takes for each field the value of the newest event that has one.
 *
 * @param <E> kind of event
 */
public final class Newest<E> {

  private final List<E> oldestFirst;

  /** Events in the order of rule E6, whichever order they are given in. */
  public Newest(
      List<E> events,
      Function<E, Instant> time,
      Function<E, Provenance> provenance,
      Function<E, String> id) {
    Comparator<E> byOrigin =
        Comparator.comparing(event -> !provenance.apply(event).getOrigin().equals("backfill"));
    oldestFirst =
        events.stream()
            .sorted(Comparator.comparing(time).thenComparing(byOrigin).thenComparing(id))
            .toList();
  }

  /** The events, oldest first. */
  public List<E> oldestFirst() {
    return oldestFirst;
  }

  /** The newest event. */
  public E last() {
    return oldestFirst.get(oldestFirst.size() - 1);
  }

  /** The value of the newest event that has one, else null. */
  public <T> T value(Function<E, T> field) {
    for (int i = oldestFirst.size() - 1; i >= 0; i--) {
      T value = field.apply(oldestFirst.get(i));
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  /** The value of the newest event that has one, else {@code otherwise}. */
  public <T> T value(Function<E, T> field, T otherwise) {
    return Objects.requireNonNullElse(value(field), otherwise);
  }
}
